"""Engines for tests: over fakes, in this process or behind a real socket."""

from __future__ import annotations

import contextlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

from jobsh.engine.engine import JobEngine
from jobsh.link.client import LinkClient
from jobsh.link.hello import open_link
from jobsh.link.server import LinkServer
from jobsh.model.hosts import HostAddress, parse_address
from jobsh.model.job import Job
from jobsh.model.messages import (
    Data,
    FanOut,
    FrontEnd,
    Invoke,
    InvokeEvent,
    JobRequest,
    Program,
    Question,
    Surroundings,
    Target,
)
from jobsh.ports.engine import Asker, Engine
from jobsh.ports.spool import Client
from jobsh.ports.store import Store
from jobsh.store.memory import MemoryStore
from jobsh.transport.local_files import LocalDisk
from tests.fakes import FakeSpool, FakeWorld

ME = Client("1a", "me@laptop")
FRONT_END = FrontEnd("1.0", 1, is_interactive=True)


class FakeAsker:
    """A user who gives prepared answers."""

    def __init__(self, *answers: str | None) -> None:
        self.answers = list(answers)
        self.questions: list[Question] = []

    async def ask(self, question: Question) -> str | None:
        self.questions.append(question)
        return self.answers.pop(0) if self.answers else None


class Served:
    """An engine and ways to it."""

    def __init__(self, engine: JobEngine, world: FakeWorld, path: Path | None) -> None:
        self.engine = engine
        self.world = world
        self._path = path
        self.version = "1.0"
        self.is_stopped = False

    async def attach(self, front_end: FrontEnd = FRONT_END, asker: Asker | None = None) -> Engine:
        """A front end's engine: the port, directly or over the socket."""
        if self._path is None:
            return self.engine.attach(front_end, asker or FakeAsker())
        return await self.link(front_end, asker)

    async def link(self, front_end: FrontEnd = FRONT_END, asker: Asker | None = None) -> LinkClient:
        """A front end's engine over the socket."""
        return await (await open_link(str(self._path))).greet(front_end, asker or FakeAsker())


class _Owner:
    def __init__(self, served: Served) -> None:
        self._served = served

    @property
    def version(self) -> str:
        return self._served.version

    def attach(self, front_end: FrontEnd, asker: Asker) -> Engine:
        return self._served.engine.attach(front_end, asker)

    def retire(self) -> bool:
        return not self._served.engine.is_needed_besides()

    def stop(self) -> None:
        self._served.is_stopped = True


@contextlib.asynccontextmanager
async def fake_engine(
    directory: Path,
    *,
    over_socket: bool = False,
    world: FakeWorld | None = None,
    store: Store | None = None,
    client: Client = ME,
) -> AsyncIterator[Served]:
    """An engine over machines in memory."""
    world = world or FakeWorld(directory)
    engine = JobEngine(
        store or MemoryStore(),
        FakeSpool(world.here),
        LocalDisk(),
        world,
        world.open_spool,
        replicas=str(directory / "replicas"),
        client=client,
    )
    await engine.start()
    path = directory / "socket" if over_socket else None
    served = Served(engine, world, path)
    server = LinkServer(_Owner(served))
    if path is not None:
        await server.listen(str(path))
    try:
        yield served
    finally:
        await server.aclose()
        await engine.aclose()


def program(text: str = "uptime") -> Program:
    return Program(text, text)


def request(text: str = "uptime", name: str = "", **fields: object) -> JobRequest:
    return JobRequest(program(text), name).replace(**fields)


def targets(*names: str) -> tuple[HostAddress, ...]:
    return tuple(parse_address(name) for name in names)


def fan_out(*names: str, text: str = "uptime", **fields: object) -> FanOut:
    return FanOut(program(text), targets(*names)).replace(**fields)


def invoke(*aims: Target, text: str = "uptime", **fields: object) -> Invoke:
    return Invoke(program(text), aims).replace(**fields)


# -- the real thing --


def real_front_end(environment: dict[str, str], ssh_config: Path | str = "", version: str = "0.1.0") -> FrontEnd:
    """A front end whose engine touches only what `environment` names (tests/sshd.py makes such)."""
    own = tuple(environment.items())
    return FrontEnd(version, os.getpid(), is_interactive=False, ssh_config=str(ssh_config), environment=own)


def surroundings(environment: dict[str, str]) -> Surroundings:
    """Where local programs of such a front end start."""
    return Surroundings(environment["HOME"], 0o022, tuple(environment.items()))


async def output_of(engine: Engine, job: Job) -> tuple[bytes, bytes]:
    """All output of a job or child, once it ended."""
    last = [snapshot async for snapshot in engine.follow_jobs(job.seen_from, (job.id,), until_end=True)][-1]
    assert last.output is not None
    assert last.output.is_complete
    directory = Path(last.output.directory)
    return directory.joinpath("out").read_bytes(), directory.joinpath("err").read_bytes()


async def run_attached(engine: Engine, request: Invoke) -> tuple[dict[int, bytes], dict[int, InvokeEvent]]:
    """The output of an attached command per target, and how it ended there."""
    output: dict[int, bytearray] = {}
    ends: dict[int, InvokeEvent] = {}
    invocation = await engine.invoke(request)
    try:
        async for event in invocation.events():
            if isinstance(event, Data):
                output.setdefault(event.index, bytearray()).extend(event.data)
            else:
                ends[event.index] = event
    finally:
        await invocation.aclose()
    return {index: bytes(data) for index, data in output.items()}, ends
