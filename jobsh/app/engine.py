"""The composition root of the engine's process, and of an engine in this process for tests."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from jobsh import __version__
from jobsh.app.installed import jobsh_command
from jobsh.app.shell_states import StatesOfTheDead
from jobsh.app.whereabouts import (
    IDLE_VARIABLE,
    READY_VARIABLE,
    VERSION_VARIABLE,
    open_lock,
    say_who_holds,
    write_whereabouts,
)
from jobsh.config import Settings, fallback_runtime, private_directory, read_settings
from jobsh.errors import ExitStatus, JobshError, OperationError

if TYPE_CHECKING:
    from jobsh.engine.engine import JobEngine
    from jobsh.link.server import LinkServer
    from jobsh.model.messages import FrontEnd
    from jobsh.ports.engine import Asker, Engine
    from jobsh.ports.spool import Client

_IDLE_SECONDS = 600.0
_LONGEST_WAIT_FOR_LOCK = 10
_LONGEST_END = 10.0
_LONGEST_LOG = 1 << 20
_LONGEST_TURN = 0.0005
"""Seconds a thread computes while another one waits: those that serve the disk want little of it, but at once."""


def run_engine() -> int:
    """Be this user's engine until nobody needs it; `jobsh engine run`."""
    starter = _Starter()
    settings = read_settings(os.environ)
    try:
        private_directory(settings.state)
        with _alone(settings):
            _begin_log(settings)
            asyncio.run(_serve(settings, starter))
    except JobshError as error:
        starter.tell(error)
        raise
    except OSError as error:  # a full disk, for one
        starter.tell(OperationError(f"{error.filename or settings.state}: {error.strerror}"))
        raise
    return ExitStatus.OK


class _Starter:
    """Who started this process and waits until it is ready. Nothing else is owed to them: we leave their process group."""

    def __init__(self) -> None:
        number = os.environ.pop(READY_VARIABLE, "")
        self._descriptor = int(number) if number.isdigit() else -1
        if self._descriptor >= 0:
            if os.fork():
                os._exit(0)
            os.setsid()
            os.set_inheritable(self._descriptor, False)
        os.umask(0o077)
        os.chdir("/")

    def tell(self, error: JobshError | None = None) -> None:
        """We are ready, or will not be."""
        if self._descriptor < 0:
            return
        said = {"message": error.message, "hint": error.hint, "class": type(error).__name__} if error else {}
        with contextlib.suppress(OSError):  # the starter did not wait
            os.write(self._descriptor, json.dumps(said).encode("ascii") + b"\n")
        os.close(self._descriptor)
        self._descriptor = -1


@contextlib.contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """Hold the lock that says who is the engine; one that is leaving is waited for."""
    descriptor = open_lock(settings.lock)

    def give_up(*_: object) -> None:
        raise OperationError("another engine is running, but does not answer", hint="jobsh engine stop")

    previous = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(_LONGEST_WAIT_FOR_LOCK)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, previous)
    say_who_holds(descriptor, os.getpid())
    try:
        yield
    finally:
        say_who_holds(descriptor)
        os.close(descriptor)


def _begin_log(settings: Settings) -> None:
    """Log to a file of limited length, and let it take what Python itself has to say in a crash."""
    import logging.handlers

    handler = logging.handlers.RotatingFileHandler(settings.log, maxBytes=_LONGEST_LOG, backupCount=1)
    logging.basicConfig(
        handlers=[handler],
        level=logging.INFO,
        format=f"%(asctime)s {os.getpid()} %(levelname)s %(name)s: %(message)s",
        force=True,
    )
    logging.getLogger("asyncssh").setLevel(logging.ERROR)
    with open(settings.log, "ab") as log:
        os.dup2(log.fileno(), 2)


async def _serve(settings: Settings, starter: _Starter) -> None:
    from jobsh.link.server import LinkServer

    _raise_descriptor_limit()
    sys.setswitchinterval(_LONGEST_TURN)
    process = _Process(settings)
    async with local_engine(settings, version=process.version, socket=settings.socket) as engine:
        process.engine = engine
        server = LinkServer(process)
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, process.stop)
        loop.add_signal_handler(signal.SIGHUP, lambda: process.listen_soon(server))
        for number in (
            signal.SIGINT,
            signal.SIGQUIT,
        ):  # not ignored, though nothing is done: the jobs would ignore them, too
            signal.signal(number, lambda _number, _frame: None)
        await process.listen(server)
        _freeze()
        starter.tell()
        await process.wait_until_unneeded()
        server.close()
        engine.begin_to_leave()
        process.forget_socket()
        await server.aclose()


class _Process:
    """The engine's process as conversations see it: the Owner of link's server."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._socket = settings.socket
        self._stopping = asyncio.Event()
        self._idle_seconds = float(os.environ.get(IDLE_VARIABLE) or _IDLE_SECONDS)
        self._listening: asyncio.Task[None] | None = None
        self._states = StatesOfTheDead(settings.runtime)
        self.version = os.environ.get(VERSION_VARIABLE) or __version__
        self.engine: JobEngine

    def attach(self, front_end: FrontEnd, asker: Asker) -> Engine:
        """The engine for a front end that came. The state of its shell goes when it is killed."""
        self._states.watch(front_end.pid)
        self._states.look()
        return self.engine.attach(front_end, asker)

    def retire(self) -> bool:
        """Whether nobody's foreground needs this engine."""
        return not self.engine.is_needed_besides()

    def stop(self) -> None:
        """Leave soon."""
        self._stopping.set()

    async def listen(self, server: LinkServer) -> None:
        """Open the socket, in the runtime directory or, where that went, in one of our own; and say where it is."""
        for directory in (self._settings.runtime, fallback_runtime()):
            self._socket = f"{directory}/{os.path.basename(self._settings.socket)}"
            try:
                private_directory(directory)
                await server.listen(self._socket)
            except (OSError, JobshError):
                if directory == fallback_runtime():
                    raise
            else:
                break
        write_whereabouts(self._settings, self._socket)

    def listen_soon(self, server: LinkServer) -> None:
        """A front end found our socket gone (a logout removed the runtime directory)."""
        self._listening = asyncio.get_running_loop().create_task(self.listen(server))

    def forget_socket(self) -> None:
        """Nobody is to come any more."""
        self._states.close()
        for path in (self._socket, self._settings.whereabouts):
            with contextlib.suppress(OSError):
                os.unlink(path)

    async def wait_until_unneeded(self) -> None:
        """Return when somebody stops us, or nobody needed us for long."""
        while not self._stopping.is_set():
            waiting = [
                asyncio.ensure_future(self._stopping.wait()),
                asyncio.ensure_future(self.engine.wait_idle(self._idle_seconds)),
            ]
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for one in waiting:
                one.cancel()
            if not self.engine.is_needed:  # somebody may have come at the last moment
                return


@contextlib.asynccontextmanager
async def local_engine(settings: Settings, *, version: str = __version__, socket: str = "") -> AsyncIterator[JobEngine]:
    """An engine in this process, over the real world."""
    from jobsh.engine.engine import JobEngine
    from jobsh.spool.local import LocalSpool
    from jobsh.spool.remote import RemoteSpool
    from jobsh.store.sqlite import open_store
    from jobsh.transport.local import LocalConnection
    from jobsh.transport.local_files import LocalDisk
    from jobsh.transport.ssh import SshConnector

    store = await open_store(settings.store)
    engine = JobEngine(
        store,
        LocalSpool(Path(settings.spool), (*jobsh_command(), "--job"), LocalConnection),
        LocalDisk(),
        SshConnector(),
        RemoteSpool,
        replicas=settings.replicas,
        client=_client(settings),
        version=version,
        state_directory=settings.state,
        socket=socket,
    )
    try:
        await engine.start()
        yield engine
    finally:
        with contextlib.suppress(TimeoutError):  # a host that is silent does not keep us
            async with asyncio.timeout(_LONGEST_END):
                await engine.aclose()


def _client(settings: Settings) -> Client:
    """Who we are to hosts: the same after a restart, another one on another machine or with another store."""
    import getpass
    import hashlib

    from jobsh.ports.spool import Client
    from jobsh.spool.layout import this_machine

    id = hashlib.sha256(f"{this_machine()}\0{settings.state}".encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return Client(id, f"{getpass.getuser()}@{os.uname().nodename}")


def _raise_descriptor_limit() -> None:
    """Hundreds of hosts and jobs are hundreds of sockets and files."""
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _freeze() -> None:
    """What was imported stays: the collector need not look at it again and again."""
    import gc

    gc.freeze()
    gc.enable()
