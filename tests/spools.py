"""What the tests of spools share: opening one of each kind, running jobs and commands in it to their end."""

from __future__ import annotations

import asyncio
import os
import shlex
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from jobsh.model.ids import InstanceId, new_instance_id
from jobsh.model.job import Outcome
from jobsh.model.messages import Program, Pty, Surroundings
from jobsh.model.records import Stream
from jobsh.ports.spool import AttachedStart, Bytes, Grown, Over, Spool, SpoolJob, SpoolStart, Wanted
from jobsh.ports.transport import Channel, Connection
from jobsh.spool.local import LocalSpool
from jobsh.spool.remote import RemoteSpool
from jobsh.transport.local import LocalConnection
from jobsh.transport.local_channel import LocalChannel
from tests.integration.transport_tools import connected
from tests.sshd import SshdFarm

OpenSpool = Callable[[], AbstractAsyncContextManager[Spool]]


def environment_in(place: Path, **more: str) -> dict[str, str]:
    """The environment of a user whose home is `place`: what runs in it can be found and ended."""
    return {"HOME": str(place), "PATH": os.environ["PATH"], "SHELL": "/bin/sh", **more}


def surroundings_in(place: Path) -> Surroundings:
    """A front end in `place`."""
    return Surroundings(str(place), 0o022, tuple(environment_in(place).items()))


@asynccontextmanager
async def local_spool(place: Path) -> AsyncIterator[LocalSpool]:
    """This machine's."""

    def connect(environment: Mapping[str, str] | None, directory: str | None) -> Connection:
        return LocalConnection({**(environment or {}), **environment_in(place)}, directory)

    spool = LocalSpool(place / "spool", (), connect)
    try:
        yield spool
    finally:
        await spool.aclose()


@asynccontextmanager
async def remote_spool(connection: Connection) -> AsyncIterator[RemoteSpool]:
    """The one at the other end of a connection."""
    spool = RemoteSpool(connection, "web01")
    try:
        yield spool
    finally:
        await spool.aclose()
        await connection.aclose()


class ConnectionHere(LocalConnection):
    """Commands of this machine, as a user in `place`. Closed when all of them ended: a loop that ends sooner does not see it."""

    def __init__(self, place: Path, **more: str) -> None:
        super().__init__(environment_in(place, **more), str(place))
        self._opened: list[LocalChannel] = []

    async def open(self, command: str, *, pty: Pty | None = None) -> LocalChannel:
        self._opened.append(await super().open(command, pty=pty))
        return self._opened[-1]

    async def aclose(self) -> None:
        await super().aclose()
        for channel in self._opened:
            await channel.wait()


class ShellConnection(ConnectionHere):
    """Read by another login shell, as sshd would have it done."""

    def __init__(self, place: Path, shell: str) -> None:
        super().__init__(place, SHELL=shell.split(" ")[0])
        self._shell = shell

    async def open(self, command: str, *, pty: Pty | None = None) -> LocalChannel:
        return await super().open(f"exec {self._shell} -c {shlex.quote(command)}", pty=pty)


def connection_with(shell: str, place: Path) -> Connection:
    """A connection to a user in `place` whose login shell is `shell`."""
    return ShellConnection(place, shell)


def open_kind(kind: str, place: Path, farm: Callable[[], SshdFarm]) -> OpenSpool:
    """`local`, `connection` or `ssh`."""
    if kind == "local":
        return lambda: local_spool(place)
    if kind == "connection":
        return lambda: remote_spool(ConnectionHere(place))

    @asynccontextmanager
    async def over_ssh() -> AsyncIterator[Spool]:
        async with connected(farm().ssh_config, "web01") as connection, remote_spool(connection) as spool:
            yield spool

    return over_ssh


class Collected(NamedTuple):
    """A job's output and its last word."""

    out: bytes
    err: bytes
    job: SpoolJob


def script(text: str, **more: object) -> Program:
    """A shell script."""
    return Program(text, text, **more)  # type: ignore[arg-type]


async def start(spool: Spool, text: str, place: Path, **more: object) -> InstanceId:
    """Start a job with a numbered spool."""
    fields = {name: more.pop(name) for name in ("interpreter", "arguments", "variables") if name in more}
    id = more.pop("id", None) or new_instance_id()
    wanted = SpoolStart(id, script(text, **fields), surroundings=surroundings_in(place), **more)  # type: ignore[arg-type]
    await spool.start(wanted)
    return wanted.instance_id


async def collect(spool: Spool, *ids: InstanceId) -> list[Collected]:
    """Follow jobs from their beginning to their end."""
    found: dict[InstanceId, list[bytearray]] = {id: [bytearray(), bytearray()] for id in ids}
    jobs: dict[InstanceId, SpoolJob] = {}
    async with aclosing(spool.follow(tuple(Wanted(id) for id in ids))) as events:  # type: ignore[type-var]
        async for event in events:
            _take(spool, event, found, jobs)
    return [Collected(bytes(found[id][0]), bytes(found[id][1]), jobs[id]) for id in ids]


def _take(
    spool: Spool,
    event: Bytes | Grown | Over,
    found: dict[InstanceId, list[bytearray]],
    jobs: dict[InstanceId, SpoolJob],
) -> None:
    if isinstance(event, Bytes):
        stream = found[event.instance_id][event.stream is Stream.ERROR]
        assert len(stream) == event.offset
        stream += event.data
    elif isinstance(event, Over):
        id = event.job.instance_id
        assert id not in jobs
        jobs[id] = event.job
        if (directory := spool.replica_directory(id)) is not None and os.path.isdir(directory):
            found[id] = [bytearray(Path(directory, name).read_bytes()) for name in ("out", "err")]


async def run_job(spool: Spool, text: str, place: Path, **more: object) -> Collected:
    """Start a job and collect it."""
    return (await collect(spool, await start(spool, text, place, **more)))[0]


async def read_all(channel: Channel) -> tuple[bytes, bytes, Outcome]:
    """An attached command's output and how it ended."""
    out, err = bytearray(), bytearray()
    async for stream, data in channel.read():
        (err if stream is Stream.ERROR else out).extend(data)
    outcome = await channel.wait()
    await channel.aclose()
    return bytes(out), bytes(err), outcome


async def run_attached(
    spool: Spool, text: str, place: Path, *, stdin: bytes | None = None, **more: object
) -> tuple[bytes, bytes, Outcome]:
    """Run an attached command to its end."""
    fields = {name: more.pop(name) for name in ("interpreter", "arguments", "variables") if name in more}
    request = AttachedStart(
        new_instance_id(),
        script(text, **fields),
        has_stdin=stdin is not None,
        surroundings=surroundings_in(place),
        **more,  # type: ignore[arg-type]
    )
    channel = await spool.attach(request)
    reading = asyncio.create_task(read_all(channel))
    if stdin is not None:
        await channel.write(stdin)
        await channel.write_eof()
    return await reading
