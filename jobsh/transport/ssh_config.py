"""The user's ssh configuration as ssh itself reads it: asks `ssh -G HOST`, for one host or for many alike ones."""

from __future__ import annotations

import asyncio
import os
import shlex
import shutil
from collections.abc import Mapping

from jobsh.errors import HostError, HostErrorCause
from jobsh.model.hosts import HostAddress
from jobsh.model.messages import FrontEnd
from jobsh.ports.transport import Route
from jobsh.transport.ssh_answer import Options, Reading, names_its_host, parse_answer
from jobsh.transport.ssh_config_text import ConfigText, Signature

_AT_ONCE = 4
_LONGEST = 10.0
"""Seconds for one `ssh -G`: a `Match exec` may hang."""


class SshConfig:
    """Asks ssh, and remembers its answers as long as no configuration file changes."""

    def __init__(self) -> None:
        self._texts: dict[str, ConfigText] = {}
        self._answers: dict[tuple[object, ...], asyncio.Future[Options]] = {}
        self._defaults: asyncio.Future[Options] | None = None
        self._turn: asyncio.Semaphore | None = None

    async def resolve(self, address: HostAddress, asker: FrontEnd) -> Route:
        """The way to `address` as ssh would go it; raises HostError(CONFIGURATION)."""
        _check_key_file(address)
        environment = dict(asker.environment) or dict(os.environ)
        ssh = shutil.which("ssh", path=environment.get("PATH")) or shutil.which("ssh")
        if ssh is None:
            from jobsh.transport.ssh_config_without_ssh import read_options

            options, defaults = read_options(address, asker.ssh_config), {}
        else:
            options = await self._options(ssh, address, asker.ssh_config, environment)
            defaults = await self._ssh_defaults(ssh)
        return Reading(address, asker, environment, options, defaults).route()

    async def _options(self, ssh: str, address: HostAddress, file: str, environment: Mapping[str, str]) -> Options:
        text = self._text(file)
        found = None if address.options else text.signature(address.host)  # they may name the host in their own way
        subject: Signature | str = found[0] if found else address.host
        own = (address.user, address.port, address.key_file, address.options)
        key = (file, *own, subject, self._environment_key(text, environment))
        if text.runs_commands:  # the answer may be another one each time
            return await self._ask(ssh, address, file, environment)
        answer = self._answers.get(key)
        if answer is None:
            answer = asyncio.ensure_future(self._ask(ssh, address, file, environment))
            self._answers[key] = answer
            answer.add_done_callback(lambda done: self._forget_failure(key, done))
        try:
            options = await asyncio.shield(answer)
        except HostError as error:  # it was asked for another host
            raise HostError(address.label, error.cause, error.detail) from error
        if found is None or options["host"] == (address.host,):
            return options
        if names_its_host(options):
            return await self._ask(ssh, address, file, environment)
        return {**options, "host": (address.host,), "hostname": (found[1],)}

    def _text(self, file: str) -> ConfigText:
        text = self._texts.get(file)
        if text is None or not text.is_current():
            text = self._texts[file] = ConfigText(file)
            self._answers = {key: answer for key, answer in self._answers.items() if key[0] != file}
        return text

    @staticmethod
    def _environment_key(text: ConfigText, environment: Mapping[str, str]) -> object:
        return frozenset(environment.items()) if text.depends_on_environment else None

    def _forget_failure(self, key: tuple[object, ...], done: asyncio.Future[Options]) -> None:
        if done.cancelled() or done.exception() is not None:
            self._answers.pop(key, None)

    async def _ssh_defaults(self, ssh: str) -> Options:
        if self._defaults is None or (self._defaults.done() and self._defaults.exception() is not None):
            nobody = HostAddress("default", "default")
            self._defaults = asyncio.ensure_future(self._ask(ssh, nobody, "/dev/null", os.environ))
        return await asyncio.shield(self._defaults)

    async def _ask(self, ssh: str, address: HostAddress, file: str, environment: Mapping[str, str]) -> Options:
        self._turn = self._turn or asyncio.Semaphore(_AT_ONCE)
        async with self._turn:
            code, out, err = await _run((ssh, *_arguments(address, file)), environment)
        if code:
            said = "; ".join(line.strip() for line in err.splitlines() if line.strip()) or f"ssh -G ended with {code}"
            raise HostError(address.label, HostErrorCause.CONFIGURATION, said)
        return parse_answer(out)


def _check_key_file(address: HostAddress) -> None:
    """Refuse what ssh would only warn of: the user named this very key."""
    if address.key_file and not os.path.isfile(os.path.expanduser(address.key_file)):
        raise HostError(address.label, HostErrorCause.CONFIGURATION, f"no key file {address.key_file}")


def _arguments(address: HostAddress, file: str) -> list[str]:
    arguments = ["-G", "-T"]
    for flag, value in (("-F", file), ("-l", address.user), ("-i", os.path.expanduser(address.key_file))):
        if value:
            arguments += [flag, value]
    if address.port:
        arguments += ["-p", str(address.port)]
    for name, value in address.options:
        arguments += ["-o", f"{name}={value}"]
    return [*arguments, "--", address.host]


async def _run(arguments: tuple[str, ...], environment: Mapping[str, str]) -> tuple[int, str, str]:
    pipe, null = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(*arguments, stdin=null, stdout=pipe, stderr=pipe, env=environment)
    try:
        async with asyncio.timeout(_LONGEST):
            out, err = await process.communicate()
    except TimeoutError:
        return 1, "", f"`{shlex.join(arguments)}` did not answer in {_LONGEST:.0f} s (Match exec?)"
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode or 0, out.decode("utf-8", "surrogateescape"), err.decode("utf-8", "replace")
