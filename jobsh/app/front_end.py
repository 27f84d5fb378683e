"""The composition root of a front end: registry, engine connection, runtime and the user's side, put together and run."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from jobsh import __version__
from jobsh.app.lazy_engine import ConnectedEngine, LazyEngine
from jobsh.cmdlets import CMDLETS
from jobsh.command.registry import Registry
from jobsh.errors import ExitStatus
from jobsh.model.struct import Struct
from jobsh.runtime.here import Here
from jobsh.runtime.interpreter import Interpreter

if TYPE_CHECKING:
    from jobsh.config import Settings
    from jobsh.model.messages import FrontEnd
    from jobsh.ports.engine import Asker
    from jobsh.ports.files import Files
    from jobsh.runtime.outside import Outside


_REMOVED = "/(a removed directory)"


class FrontEndOptions(Struct):
    """What the command line says about a front end."""

    output_format: str = "text"
    color: str = "auto"
    ssh_config: str = ""
    has_profile: bool = True
    is_verbose: bool = False


class Source(Struct):
    """A `-c` text or a script."""

    text: str
    name: str
    arguments: Sequence[str] = ()
    is_standard_input: bool = False
    """Then there is nothing left in it for what the text runs."""


async def run_text(options: FrontEndOptions, source: Source) -> int:
    """Run a `-c` text or a script; its exit status."""
    from jobsh.batch import BatchOutside, run_batch

    environment = dict(os.environ)
    outside = BatchOutside(
        environment,
        output_format=options.output_format,
        color=options.color,
        has_input=not source.is_standard_input,
    )
    engine = make_engine(options, outside, environment)
    interpreter = make_interpreter(engine, outside, environment, options)
    try:
        return await run_batch(interpreter, outside, source.text, source.name, words=source.arguments)
    finally:
        await interpreter.aclose()
        await engine.aclose()


async def manage_engine(verb: str, options: FrontEndOptions) -> int:
    """`jobsh engine status|stop|restart`; status 1 when there is no engine to speak of."""
    from jobsh.app import connect
    from jobsh.batch import BatchOutside

    environment = dict(os.environ)
    settings = _settings(environment)
    outside = BatchOutside(environment, output_format=options.output_format, color=options.color)
    if verb == "stop":
        if await connect.stop_engine(settings, __version__):
            return await outside.say("the engine is gone; its jobs go on")
    elif verb == "restart":
        return await outside.say(await connect.restart_engine(settings, front_end_of(options, None, environment)))
    elif status := await connect.engine_status(settings, __version__):
        return await outside.say(status)
    await outside.say("no engine is running")
    return ExitStatus.ERROR


def make_interpreter(
    engine: LazyEngine, outside: Outside, environment: Mapping[str, str], options: FrontEndOptions
) -> Interpreter:
    """The runtime over an engine and the user's side."""
    here = Here(environment, working_directory(environment), lambda: _state_directory(environment), _users_files)
    interpreter = Interpreter(Registry(CMDLETS), engine, outside, here)
    interpreter.shell.ssh_config = ssh_config_of(options)
    if options.is_verbose:
        interpreter.set_variable("VerbosePreference", "Continue")
    return interpreter


def _users_files(umask: int | None) -> Files:
    """The files of this machine, as this process opens them: its user is there and may wait for a pipe."""
    from jobsh.transport.local_files import LocalDisk

    return LocalDisk(in_threads=False, umask=umask)


def ssh_config_of(options: FrontEndOptions) -> str:
    """`-F FILE` as others find it: the engine and jobs are in other directories."""
    return os.path.abspath(options.ssh_config) if options.ssh_config else ""


def make_engine(options: FrontEndOptions, asker: Asker, environment: Mapping[str, str]) -> LazyEngine:
    """The engine of this user, found or started when first asked."""

    async def connect() -> ConnectedEngine:
        from jobsh.app.connect import connect_engine

        return await connect_engine(_settings(environment), front_end_of(options, asker, environment), asker)

    return LazyEngine(connect)


def front_end_of(options: FrontEndOptions, asker: object, environment: Mapping[str, str]) -> FrontEnd:
    """Who asks the engine."""
    from jobsh.model.messages import FrontEnd

    return FrontEnd(
        __version__,
        os.getpid(),
        bool(getattr(asker, "is_interactive", False)),
        ssh_config_of(options),
        environment.get("SSH_AUTH_SOCK", ""),
        tuple(environment.items()),
    )


def _state_directory(environment: Mapping[str, str]) -> str:
    from jobsh.app.shell_states import own_state

    return own_state(_settings(environment).runtime)


def _settings(environment: Mapping[str, str]) -> Settings:
    from jobsh.config import read_settings

    return read_settings(environment)


def read_profile(environment: Mapping[str, str]) -> tuple[str, str]:
    """(name, text) of the profile; an empty text where there is none. Refused when others could have written it."""
    from jobsh.errors import OperationError

    path = f"{_settings(environment).config}/profile.jsh"
    try:
        with open(path, "rb") as file:
            found = os.fstat(file.fileno())
            text = file.read().decode("utf-8", "surrogateescape")
    except OSError:
        return path, ""
    if found.st_mode & 0o022 or found.st_uid not in (0, os.geteuid()):
        raise OperationError(f"{path} is not run: others may write it", hint=f"chmod go-w {path}")
    return path, text


def working_directory(environment: Mapping[str, str]) -> str:
    """Where we are, by the name the user knows it under."""
    try:
        real = os.getcwd()
    except FileNotFoundError:  # it was removed under us; nothing is to run in another one instead
        return environment.get("PWD") or _REMOVED
    named = environment.get("PWD", "")
    return named if named.startswith("/") and os.path.realpath(named) == real else real
