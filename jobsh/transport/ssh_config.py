"""The user's ssh configuration as ssh itself reads it: `ssh -G HOST`, made into a Route. Knows no option's effect."""

from __future__ import annotations

import asyncio
import logging
import os
import pwd
import shlex
import shutil
import socket
from collections.abc import Mapping

from jobsh.errors import HostError, HostErrorCause, OperationError
from jobsh.model.hosts import HostAddress, parse_address
from jobsh.model.messages import FrontEnd
from jobsh.ports.transport import Route
from jobsh.transport.ssh_config_text import ConfigText, Signature, matches_list

log = logging.getLogger("jobsh.transport")

Options = dict[str, tuple[str, ...]]
"""What ssh says: option in lower case → its values, one per line of `ssh -G`."""

_AT_ONCE = 4
_LONGEST = 10.0
"""Seconds for one `ssh -G`: a `Match exec` may hang."""

ALGORITHMS = (
    "ciphers",
    "macs",
    "kexalgorithms",
    "hostkeyalgorithms",
    "pubkeyacceptedalgorithms",
    "casignaturealgorithms",
)
"""Kept only where the user's configuration differs from ssh's built-in lists."""

HEEDED = (
    *ALGORITHMS,
    "addressfamily",
    "batchmode",
    "bindaddress",
    "certificatefile",
    "compression",
    "connecttimeout",
    "forwardagent",
    "globalknownhostsfile",
    "hashknownhosts",
    "hostkeyalias",
    "identitiesonly",
    "identityfile",
    "kbdinteractiveauthentication",
    "nohostauthenticationforlocalhost",
    "numberofpasswordprompts",
    "passwordauthentication",
    "preferredauthentications",
    "proxycommand",
    "pubkeyauthentication",
    "revokedhostkeys",
    "serveralivecountmax",
    "serveraliveinterval",
    "stricthostkeychecking",
    "tcpkeepalive",
    "userknownhostsfile",
)

_FILES = frozenset({"identityfile", "certificatefile", "globalknownhostsfile", "userknownhostsfile", "revokedhostkeys"})
_SEVERAL_ON_A_LINE = frozenset({"globalknownhostsfile", "userknownhostsfile"})


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
        return _Reading(address, asker, environment, options, defaults).route()

    async def _options(self, ssh: str, address: HostAddress, file: str, environment: Mapping[str, str]) -> Options:
        text = self._text(file)
        found = text.signature(address.host)
        subject: Signature | str = found[0] if found else address.host
        key = (file, address.user, address.port, address.key_file, subject, self._environment_key(text, environment))
        if text.runs_commands:  # the answer may be another one each time
            return await self._ask(ssh, address, file, environment)
        answer = self._answers.get(key)
        if answer is None:
            answer = asyncio.ensure_future(self._ask(ssh, address, file, environment))
            self._answers[key] = answer
            answer.add_done_callback(lambda done: self._forget_failure(key, done))
        options = await asyncio.shield(answer)
        if found is None or options["host"] == (address.host,):
            return options
        if _names_its_host(options):
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


def parse_answer(text: str) -> Options:
    """Read what `ssh -G` printed."""
    options: dict[str, list[str]] = {}
    for line in text.splitlines():
        option, _, value = line.partition(" ")
        options.setdefault(option.lower(), []).append(value)
    return {option: tuple(values) for option, values in options.items()}


def _names_its_host(options: Options) -> bool:
    """Whether ssh has put the host's name into anything but the name itself."""
    names = {*options["host"], *options["hostname"]}
    others = (value for option in HEEDED for value in options.get(option, ()))
    return any(name in value for value in others for name in names)


class _Reading:
    """One answer on its way to a Route: expands what ssh leaves to itself, drops what is the default."""

    def __init__(
        self,
        address: HostAddress,
        asker: FrontEnd,
        environment: Mapping[str, str],
        options: Options,
        defaults: Options,
    ) -> None:
        self._address = address
        self._asker = asker
        self._environment = environment
        self._options = options
        self._defaults = defaults
        self._host_name = self._first("hostname") or address.host
        self._port = int(self._first("port") or 22)
        self._user = self._first("user") or pwd.getpwuid(os.getuid()).pw_name
        self._tokens = self._make_tokens()

    def _first(self, option: str) -> str:
        return self._options.get(option, ("",))[0]

    def route(self) -> Route:
        """The Route."""
        kept = {option: self._kept(option) for option in HEEDED}
        kept["environment"] = self._sent_environment()
        return Route(
            address=self._address,
            host_name=self._host_name,
            port=self._port,
            user=self._user,
            options=tuple((option, values) for option, values in kept.items() if values),
            jump=self._jump(),
            agent=self._agent(),
            ssh_config=self._asker.ssh_config,
        )

    def _kept(self, option: str) -> tuple[str, ...]:
        values = self._options.get(option, ())
        if option in ALGORITHMS and values == self._defaults.get(option):
            return ()
        if option in _SEVERAL_ON_A_LINE:
            values = tuple(word for value in values for word in _paths(value))
        if option in _FILES:
            values = tuple(self._expand_file(value) for value in values if value != "none")
        if option == "proxycommand":
            values = tuple(self._expand(value) for value in values if value != "none")
        return values

    def _make_tokens(self) -> dict[str, str]:
        here = socket.gethostname()
        return {
            "%": "%",
            "d": pwd.getpwuid(os.getuid()).pw_dir,
            "h": self._host_name,
            "i": str(os.getuid()),
            "k": self._first("hostkeyalias") or self._address.host,
            "L": here.partition(".")[0],
            "l": here,
            "n": self._address.host,
            "p": str(self._port),
            "r": self._user,
            "u": pwd.getpwuid(os.getuid()).pw_name,
        }

    def _expand(self, text: str) -> str:
        parts = text.split("%")
        expanded = [parts[0]]
        rest = iter(parts[1:])
        for part in rest:
            if part:
                expanded.append(self._tokens.get(part[0], "%" + part[0]) + part[1:])
            else:  # %%
                expanded.append("%" + next(rest, ""))
        return "".join(expanded)

    def _expand_file(self, path: str) -> str:
        path = self._expand(path)
        home = self._tokens["d"]
        path = home + path[1:] if path == "~" or path.startswith("~/") else os.path.expanduser(path)
        return self._expand_variables(path)

    def _expand_variables(self, text: str) -> str:
        for name, value in self._environment.items() if "${" in text else ():
            text = text.replace("${" + name + "}", value)
        return text

    def _agent(self) -> str:
        named = self._first("identityagent")
        if named in ("", "SSH_AUTH_SOCK"):
            return self._asker.agent
        if named == "none":
            return ""
        if named.startswith("$") and not named.startswith("${"):
            return self._environment.get(named[1:], "")
        return self._expand_file(named)

    def _jump(self) -> tuple[HostAddress, ...]:
        named = self._first("proxyjump")
        if named in ("", "none"):
            return ()
        try:
            return tuple(parse_address(hop.strip().removeprefix("ssh://")) for hop in named.split(","))
        except OperationError as error:
            raise HostError(self._address.label, HostErrorCause.CONFIGURATION, f"ProxyJump: {error.message}") from None

    def _sent_environment(self) -> tuple[str, ...]:
        """`NAME=value` for SendEnv (of the asker's environment) and SetEnv, as ssh would send them."""
        patterns = tuple(word for value in self._options.get("sendenv", ()) for word in value.split())
        sent = {n: v for n, v in self._environment.items() if patterns and matches_list(patterns, n)}
        for setting in self._options.get("setenv", ()):
            name, _, value = setting.partition("=")
            sent[name] = value
        return tuple(f"{name}={value}" for name, value in sorted(sent.items()))


def _paths(text: str) -> list[str]:
    """Several paths on a line, which ssh prints without the quotes that they had."""
    return [text] if os.path.exists(text) else _words(text)


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()
