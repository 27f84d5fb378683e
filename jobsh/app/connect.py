"""How a front end comes to its engine: finds it, or starts one; and `jobsh engine status|stop|restart`. Light to import."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from jobsh import errors
from jobsh.app.installed import jobsh_command
from jobsh.app.whereabouts import (
    IDLE_VARIABLE,
    READY_VARIABLE,
    VERSION_VARIABLE,
    engine_is_running,
    engine_pid,
    read_whereabouts,
    take_lock,
)
from jobsh.config import Settings, private_directory
from jobsh.errors import EngineLost, JobshError
from jobsh.link.client import LinkClient
from jobsh.link.hello import EngineHello, open_link
from jobsh.model.messages import EngineStatus, FrontEnd, Question

if TYPE_CHECKING:
    from jobsh.ports.engine import Asker

_ATTEMPTS = 3
_LONGEST_START = 20.0
_LONGEST_REVIVAL = 3.0
_LONGEST_ANSWER = 10.0
_LONGEST_END = 10.0
_KEPT = (
    "HOME", "PATH", "USER", "LOGNAME", "SHELL", "LANG", "TZ", "TMPDIR", "XDG_STATE_HOME", "XDG_CONFIG_HOME",
    "XDG_RUNTIME_DIR", "JOBSH_STATE_DIR", IDLE_VARIABLE, "VIRTUAL_ENV", "KRB5CCNAME",
)  # fmt: skip
"""What an engine takes from its starter's environment. Not the agent: that is each asker's."""


async def connect_engine(settings: Settings, front_end: FrontEnd, asker: Asker, *, start: bool = True) -> LinkClient:
    """Connect to this user's engine, which is started if need be. Raises EngineLost when none runs and none is to be started."""
    for _ in range(_ATTEMPTS):
        hello = await _find(settings)
        if start and (hello is None or _is_newer(front_end.version, hello.version)):
            if hello is not None:
                await hello.aclose()
            hello = await _start(settings, front_end)
        if hello is None:
            raise EngineLost("no engine is running")
        if not hello.is_understood:
            raise JobshError(
                f"the running engine ({hello.version}) does not speak with this jobsh ({front_end.version})",
                hint="leave the other jobsh, or: jobsh engine restart",
            )
        try:
            return await hello.greet(front_end, asker)
        except EngineLost:
            continue
    raise EngineLost("no engine could be started", hint=f"see {settings.log}")


async def _find(settings: Settings) -> EngineHello | None:
    """The engine that runs, if one does. Raises EngineLost when it does not answer."""
    found = read_whereabouts(settings)
    if found is None:
        return None
    try:
        async with asyncio.timeout(_LONGEST_ANSWER):
            return await open_link(found.socket)
    except TimeoutError:
        raise EngineLost(f"the engine (process {found.pid}) does not answer", hint="jobsh engine restart") from None
    except OSError:
        return None


def _is_newer(ours: str, theirs: str) -> bool:
    return _version(ours) > _version(theirs)


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".") if part.isdigit())


# -- starting --


async def _start(settings: Settings, front_end: FrontEnd) -> EngineHello:
    """Start an engine, or find the one that somebody else started at the same instant. An older one is asked to make room, and
    nobody else starts one meanwhile."""
    private_directory(settings.state)
    starting = await asyncio.to_thread(take_lock, settings.start_lock)
    try:
        hello = await _find(settings) or await _revive(settings)
        if hello is not None and _is_newer(front_end.version, hello.version):
            # while somebody's foreground needs it, we speak as it does
            hello = None if await _makes_room(hello) else await _find(settings)
        if hello is None:
            await _start_process(settings, front_end)
            hello = await _find(settings)
        if hello is None:
            raise EngineLost("the engine was started but does not answer", hint=f"see {settings.log}")
        return hello
    finally:
        os.close(starting)


async def _makes_room(hello: EngineHello) -> bool:
    try:
        async with asyncio.timeout(_LONGEST_END):
            return await hello.retire()
    except TimeoutError:
        raise EngineLost(f"the engine (process {hello.pid}) does not end", hint="jobsh engine stop") from None


async def _revive(settings: Settings) -> EngineHello | None:
    """An engine whose socket was removed under it (a logout took the runtime directory) is asked to open another."""
    if not _lost_its_socket(settings):
        return None
    _signal_engine(settings, signal.SIGHUP)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_LONGEST_REVIVAL):
            while engine_is_running(settings):
                if hello := await _find(settings):
                    return hello
                await asyncio.sleep(0.02)
    return None


def _lost_its_socket(settings: Settings) -> bool:
    found = read_whereabouts(settings)
    return found is not None and not os.path.exists(found.socket) and engine_is_running(settings)


def _signal_engine(settings: Settings, number: signal.Signals) -> None:
    if pid := engine_pid(settings):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)


async def _start_process(settings: Settings, front_end: FrontEnd) -> None:
    """Start the process and wait until it says that it is ready."""
    ready, its_end = os.pipe()
    try:
        starting = _spawn(settings, front_end, its_end)
        os.close(its_end)
        said = await asyncio.wait_for(_read_line(ready), _LONGEST_START)
    finally:
        os.close(ready)
    _reap(starting)
    _raise_if_failed(said, settings)


def _reap(started: subprocess.Popen[bytes]) -> None:
    """It forked before it said a word, and ended: what runs on is not our child."""
    started.wait()


def _spawn(settings: Settings, front_end: FrontEnd, ready: int) -> subprocess.Popen[bytes]:
    with open(settings.log, "ab", opener=_open_private) as log:
        return subprocess.Popen(
            [*jobsh_command(), "engine", "run"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
            cwd="/",
            env=_clean(dict(front_end.environment) or os.environ, ready, front_end.version),
            pass_fds=(ready,),
            start_new_session=True,
        )


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_CLOEXEC, 0o600)


def _clean(environment: Mapping[str, str], ready: int, version: str) -> dict[str, str]:
    kept = {name: value for name, value in environment.items() if name in _KEPT or name.startswith("LC_")}
    return {**kept, READY_VARIABLE: str(ready), VERSION_VARIABLE: version}


async def _read_line(descriptor: int) -> bytes:
    """What comes until a newline or the end; a pipe that becomes readable wakes us, no timer."""
    loop = asyncio.get_running_loop()
    os.set_blocking(descriptor, False)
    said = b""
    while not said.endswith(b"\n"):
        readable: asyncio.Future[None] = loop.create_future()
        loop.add_reader(descriptor, readable.set_result, None)
        try:
            await readable
        finally:
            loop.remove_reader(descriptor)
        part = os.read(descriptor, 65536)
        if not part:
            break
        said += part
    return said


def _raise_if_failed(said: bytes, settings: Settings) -> None:
    try:
        error: dict[str, Any] = json.loads(said)
    except ValueError:
        raise EngineLost("the engine did not start", hint=f"see {settings.log}") from None
    if error:
        raise getattr(errors, error["class"])(error["message"], hint=error["hint"])


# -- `jobsh engine …` --


class _Nobody:
    async def ask(self, question: Question) -> str | None:
        return None


async def _visit(settings: Settings, version: str) -> LinkClient | None:
    """The engine, if one runs. Raises EngineLost when it does not answer."""
    try:
        front_end = FrontEnd(version, os.getpid(), is_interactive=False)
        return await connect_engine(settings, front_end, _Nobody(), start=False)
    except EngineLost:
        if read_whereabouts(settings) is not None and engine_is_running(settings):
            raise
        return None


async def engine_status(settings: Settings, version: str) -> EngineStatus | None:
    """How the engine is; None when none runs."""
    visit = await _visit(settings, version)
    if visit is None:
        return None
    try:
        return await visit.status()
    finally:
        await visit.aclose()


async def stop_engine(settings: Settings, version: str) -> bool:
    """Stop the engine and wait until it is gone; whether one ran. Jobs go on, also when it has to be killed."""
    if not engine_is_running(settings):
        return False
    try:
        async with asyncio.timeout(_LONGEST_END):
            await _ask_to_stop(settings, version)
    except (EngineLost, TimeoutError):
        _signal_engine(settings, signal.SIGTERM)
    if not await _is_gone(settings):
        _signal_engine(settings, signal.SIGKILL)
    if not await _is_gone(settings):
        raise EngineLost("the engine does not end", hint=f"see {settings.log}")
    return True


async def _ask_to_stop(settings: Settings, version: str) -> None:
    visit = await _visit(settings, version)
    if visit is None:
        raise EngineLost("it has no socket")
    await visit.stop_engine()
    await visit.aclose()


async def _is_gone(settings: Settings) -> bool:
    """Whether the engine ends soon."""
    clock = asyncio.get_running_loop().time
    end = clock() + _LONGEST_END
    while engine_is_running(settings):
        if clock() > end:
            return False
        await asyncio.sleep(0.01)
    return True


async def restart_engine(settings: Settings, front_end: FrontEnd) -> EngineStatus:
    """Stop the engine that runs, if one does, and start one."""
    await stop_engine(settings, front_end.version)
    client = await connect_engine(settings, front_end, _Nobody())
    try:
        return await client.status()
    finally:
        await client.aclose()
