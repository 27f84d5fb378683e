"""Machines in memory that behave as the ports say: spools whose jobs a test writes to and ends, hosts that come and go."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

from jobsh.errors import HostError, HostErrorCause, InvalidState, SpoolError
from jobsh.model.hosts import HostAddress
from jobsh.model.ids import InstanceId
from jobsh.model.job import Outcome, OutcomeKind
from jobsh.model.messages import FrontEnd, Pty, Question
from jobsh.model.records import Stream
from jobsh.ports.engine import Asker
from jobsh.ports.files import Disk
from jobsh.ports.spool import (
    NOT_AVAILABLE,
    AttachedStart,
    Bytes,
    Client,
    Grown,
    Holder,
    Over,
    SpoolJob,
    SpoolSession,
    SpoolStart,
    SpoolState,
    Stopped,
    Wanted,
)
from jobsh.ports.transport import Channel, Connection, Route
from jobsh.transport.local_files import LocalDisk


class FakeChannel:
    """An attached command that a test drives."""

    def __init__(self, start: AttachedStart) -> None:
        self.start = start
        self.taken = bytearray()
        self.input_ended = asyncio.Event()
        self.signals: list[str] = []
        self.is_closed = False
        self._output: asyncio.Queue[tuple[Stream, bytes] | None] = asyncio.Queue()
        self._outcome: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()

    def print(self, data: bytes, stream: Stream = Stream.OUTPUT) -> None:
        self._output.put_nowait((stream, data))

    def end(self, outcome: Outcome | int = 0) -> None:
        if not self._outcome.done():
            self._output.put_nowait(None)
            self._outcome.set_result(Outcome.exited(outcome) if isinstance(outcome, int) else outcome)

    async def read(self) -> AsyncIterator[tuple[Stream, bytes]]:
        while (item := await self._output.get()) is not None:
            yield item

    async def write(self, data: bytes) -> None:
        self.taken += data

    async def write_eof(self) -> None:
        self.input_ended.set()

    async def resize(self, columns: int, rows: int) -> None:
        self.signals.append(f"WINCH {columns}x{rows}")

    async def signal(self, name: str) -> None:
        self.signals.append(name)

    async def wait(self) -> Outcome:
        return await self._outcome

    async def aclose(self) -> None:
        self.is_closed = True
        self.end(Outcome(OutcomeKind.LOST, None, "closed"))


class FakeMachine:
    """What is on a machine whoever looks at it: the disk and the processes."""

    def __init__(self, name: str, directory: Path) -> None:
        self.name = name
        self.directory = directory
        self.jobs: dict[InstanceId, SpoolJob] = {}
        self.starts: list[SpoolStart] = []
        self.channels: list[FakeChannel] = []
        self.signals: list[str] = []
        self.forgotten: list[InstanceId] = []
        self.sessions: dict[InstanceId, tuple[SpoolSession, FakeSpool | None]] = {}
        """What is known of them, and the connection that holds each."""
        self.numbers = 0
        self.orphans: dict[InstanceId, int] = {}
        """Processes of jobs that front ends ran."""
        self.changed = asyncio.Condition()
        self.most_channels = 10
        self._changing: set[asyncio.Task[None]] = set()

    @property
    def only(self) -> SpoolJob:
        (job,) = self.jobs.values()
        return job

    def path(self, id: InstanceId, name: str) -> Path:
        return self.directory / id / name

    def _set(self, id: InstanceId, **fields: object) -> None:
        self.jobs[id] = self.jobs[id].replace(**fields)
        self.wake()

    def wake(self) -> None:
        async def notify() -> None:
            async with self.changed:
                self.changed.notify_all()

        waking = asyncio.get_running_loop().create_task(notify())
        self._changing.add(waking)
        waking.add_done_callback(self._changing.discard)

    def print(self, id: InstanceId, data: bytes, stream: Stream = Stream.OUTPUT) -> None:
        """The job writes."""
        name = "err" if stream is Stream.ERROR else "out"
        with self.path(id, name).open("ab") as file:
            file.write(data)
        self._set(id, **{name: self.path(id, name).stat().st_size})

    def end(self, id: InstanceId, status: int = 0, *, was_stopped: bool = False) -> None:
        """The job ends."""
        if self.jobs[id].state in (SpoolState.RUNNING, SpoolState.SUSPENDED):
            self._set(id, state=SpoolState.ENDED, outcome=Outcome.exited(status), ended=99.0, was_stopped=was_stopped)

    def signal(self, id: InstanceId, name: str) -> int:
        """The job gets a signal."""
        if self.look(id).state not in (SpoolState.RUNNING, SpoolState.SUSPENDED):
            return 0
        self.signals.append(name)
        if name in ("STOP", "CONT"):
            self._set(id, state=SpoolState.SUSPENDED if name == "STOP" else SpoolState.RUNNING)
        return 1

    def lose(self, id: InstanceId, state: SpoolState = SpoolState.LOST) -> None:
        """Its runner goes, and the job."""
        self._set(id, state=state)

    def begin(self, start: SpoolStart) -> SpoolJob:
        self.starts.append(start)
        if start.instance_id not in self.jobs:
            self.path(start.instance_id, "out").parent.mkdir(parents=True)
            for name in ("out", "err"):
                self.path(start.instance_id, name).touch()
            self.numbers += start.is_numbered
            number = self.numbers if start.is_numbered else 0
            self.jobs[start.instance_id] = SpoolJob(
                start.instance_id, SpoolState.RUNNING, number, start.name, start.program.shown, began=1.0, pid=4711,
                session=start.started_in or start.session,
            )  # fmt: skip
        return self.jobs[start.instance_id]

    def look(self, id: InstanceId) -> SpoolJob:
        return self.jobs.get(id) or SpoolJob(id, SpoolState.NONE)


class FakeConnection:
    """A connection to a machine, until the machine or the test cuts it."""

    def __init__(self, machine: FakeMachine, route: Route) -> None:
        self.machine = machine
        self.route = route
        self.channels = 0
        self._closed: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    @property
    def user(self) -> str:
        return "me"

    async def open(self, command: str, *, pty: Pty | None = None) -> Channel:
        raise NotImplementedError

    async def disk(self) -> Disk:
        return LocalDisk(host=self.machine.name)

    @property
    def is_closed(self) -> bool:
        return self._closed.done()

    async def wait_closed(self) -> str:
        return await asyncio.shield(self._closed)

    def cut(self, why: str = "cut") -> None:
        if not self._closed.done():
            self._closed.set_result(why)
        self.machine.wake()

    async def aclose(self) -> None:
        self.cut("closed")


class FakeSpool:
    """The spool of a FakeMachine; over a connection, or (None) on this machine."""

    def __init__(self, machine: FakeMachine, connection: Connection | None = None) -> None:
        self.machine = machine
        self._connection = connection
        self._client = Client("")

    async def _reach(self) -> None:
        await asyncio.sleep(0)
        if self._connection is not None and self._connection.is_closed:
            raise HostError(self.machine.name, HostErrorCause.LINK_LOST)

    async def start(self, start: SpoolStart) -> SpoolJob:
        await self._reach()
        if start.program.text == "full":
            raise SpoolError(f"{self.machine.name}: the disk is full")
        job = self.machine.begin(start)
        await self._reach()
        return job

    async def jobs(self) -> tuple[SpoolJob, ...]:
        await self._reach()
        return tuple(sorted((job for job in self.machine.jobs.values() if job.number), key=lambda job: job.number))

    async def look(self, instance_ids: tuple[InstanceId, ...]) -> tuple[SpoolJob, ...]:
        await self._reach()
        return tuple(self.machine.look(id) for id in instance_ids)

    async def follow(self, wanted: tuple[Wanted, ...]) -> AsyncIterator[Bytes | Grown | Over]:
        offsets = {one.instance_id: [one.out, one.err] for one in wanted}
        while offsets:
            await self._reach()
            for id, own in list(offsets.items()):
                job = self.machine.look(id)
                for event in self._news(job, own):
                    yield event
                if job.state not in (SpoolState.RUNNING, SpoolState.SUSPENDED):
                    del offsets[id]
                    yield Over(job)
            async with self.machine.changed:
                await self.machine.changed.wait() if offsets else None

    def _news(self, job: SpoolJob, own: list[int]) -> list[Bytes | Grown | Over]:
        if self._connection is None:
            grown = own != [job.out, job.err]
            own[:] = [job.out, job.err]
            return [Grown(job.instance_id, job.out, job.err)] if grown else []
        news: list[Bytes | Grown | Over] = []
        for which, (name, stream) in enumerate((("out", Stream.OUTPUT), ("err", Stream.ERROR))):
            path = self.machine.path(job.instance_id, name)
            data = path.read_bytes()[own[which] :] if path.exists() else b""
            if data:
                news.append(Bytes(job.instance_id, stream, own[which], data))
                own[which] += len(data)
        return news

    async def signal(self, instance_id: InstanceId, name: str) -> int:
        await self._reach()
        return self.machine.signal(instance_id, name)

    async def stop(self, instance_id: InstanceId, grace: float, signal: str = "TERM") -> Stopped:
        await self._reach()
        self.machine.signals.append(signal)
        self.machine.end(instance_id, 143, was_stopped=True)
        return Stopped(1, 0)

    async def remove(self, instance_id: InstanceId) -> None:
        await self._reach()
        self.machine.jobs.pop(instance_id, None)

    async def mark_received(self, instance_id: InstanceId, out: int, err: int) -> None:
        await self._reach()
        job = self.machine.jobs[instance_id]
        self.machine.jobs[instance_id] = job.replace(
            received_out=max(out, job.received_out), received_err=max(err, job.received_err)
        )

    async def attach(self, start: AttachedStart) -> Channel:
        await self._reach()
        if start.session in self.machine.sessions and self._holder(start.session, self._client) is Holder.OTHER:
            raise InvalidState("the session is held by another client", error_id=NOT_AVAILABLE)
        channel = FakeChannel(start)
        self.machine.channels.append(channel)
        self.machine.wake()
        return channel

    async def stop_attached(self, cookie: InstanceId) -> Stopped:
        await self._reach()
        for channel in self.machine.channels:
            if channel.start.cookie == cookie:
                channel.end(Outcome(OutcomeKind.SIGNALLED, 143, "killed by signal TERM"))
        return Stopped(1, 0)

    async def begin_session(self, session: SpoolSession, client: Client) -> None:
        await self._reach()
        self.machine.sessions[session.instance_id] = session, self
        self._client = client

    async def hold_session(self, session: InstanceId, client: Client) -> Holder:
        await self._reach()
        holder = self._holder(session, client)
        if holder in (Holder.GONE, Holder.OTHER):
            return holder
        known = self.machine.sessions[session][0]
        await self.begin_session(known.replace(disconnected_on=None, expires_on=None), client)
        return Holder.OWN

    def _holder(self, session: InstanceId, client: Client) -> Holder:
        if session not in self.machine.sessions:
            return Holder.GONE
        by = self.machine.sessions[session][1]
        if by is None:
            return Holder.NOBODY
        if by._connection is not None and by._connection.is_closed:
            return Holder.DEAD
        return Holder.OWN if by._client == client else Holder.OTHER

    async def release_session(self, session: SpoolSession, client: Client) -> SpoolSession:
        await self._reach()
        holder = self._holder(session.instance_id, client)
        if holder is not Holder.OWN:
            return session.replace(holder=holder)
        until = None if session.option.idle_timeout is None else 1000.0 + session.option.idle_timeout
        known = self.machine.sessions[session.instance_id][0].replace(option=session.option)
        left = known.replace(holder=Holder.NOBODY, disconnected_on=1000.0, expires_on=until)
        self.machine.sessions[session.instance_id] = left, None
        return left

    async def sessions(self, client: Client) -> tuple[SpoolSession, ...]:
        await self._reach()
        known = self.machine.sessions.items()
        return tuple(session.replace(holder=self._holder(id, client)) for id, (session, _) in known)

    async def jobs_of_session(self, session: InstanceId) -> tuple[SpoolJob, ...]:
        await self._reach()
        return tuple(job for job in self.machine.jobs.values() if job.session == session)

    async def forget_session(self, session: InstanceId) -> None:
        await self._reach()
        self.machine.forgotten.append(session)
        self.machine.sessions.pop(session, None)

    async def session_place(self, session: InstanceId) -> tuple[str, str]:
        await self._reach()
        return "/home/me", "/srv"

    def replica_directory(self, instance_id: InstanceId) -> str | None:
        return str(self.machine.directory / instance_id) if self._connection is None else None

    async def reserve_number(self, instance_id: InstanceId) -> int:
        self.machine.numbers += 1
        return self.machine.numbers

    async def stop_orphans(self, instance_id: InstanceId) -> Stopped:
        return Stopped(self.machine.orphans.pop(instance_id, 0), 0)

    async def release_number(self, instance_id: InstanceId, number: int) -> None:
        return None

    async def aclose(self) -> None:
        return None


class FakeWorld:
    """Machines by name and the connections to them; implements Connector."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.here = FakeMachine("localhost", directory / "here")
        self.machines: dict[str, FakeMachine] = {}
        self.dead: dict[str, HostErrorCause] = {}
        self.connections: list[FakeConnection] = []
        self.jumps: dict[str, tuple[HostAddress, ...]] = {}
        self.asked: list[Asker | None] = []
        self.asking: list[FrontEnd] = []
        self.agents_gone: set[str] = set()
        self.question: Question | None = None
        """What every host asks of whoever connects."""
        self.most_at_once = 0
        self._connecting = 0

    def machine(self, name: str) -> FakeMachine:
        if name not in self.machines:
            self.machines[name] = FakeMachine(name, self.directory / "hosts" / name)
        return self.machines[name]

    def cut(self, name: str, cause: HostErrorCause | None = HostErrorCause.REFUSED) -> None:
        """Cut all connections to a host; with a cause, it takes no new ones."""
        if cause is not None:
            self.dead[name] = cause
        for connection in self.connections:
            if connection.machine.name == name:
                connection.cut()

    async def resolve(self, address: HostAddress, asker: FrontEnd) -> Route:
        await asyncio.sleep(0)
        self.asking.append(asker)
        jump = self.jumps.get(address.host, ())
        return Route(address, address.host, address.port or 22, address.user or "me", jump=jump, agent=asker.agent)

    async def connect(self, route: Route, asker: Asker | None, *, via: Connection | None = None) -> Connection:
        self.asked.append(asker)
        self._connecting += 1
        self.most_at_once = max(self.most_at_once, self._connecting)
        try:
            await asyncio.sleep(0.001)
            if self.question is not None and asker is not None:
                await asker.ask(self.question)
            if route.host_name in self.dead:
                raise HostError(route.address.label, self.dead[route.host_name])
            if route.agent in self.agents_gone:
                raise HostError(route.address.label, HostErrorCause.AUTHENTICATION)
            connection = FakeConnection(self.machine(route.host_name), route)
            self.connections.append(connection)
            return connection
        finally:
            self._connecting -= 1

    def open_spool(self, connection: Connection, host: str) -> FakeSpool:
        return FakeSpool(self.machine(host.rpartition("@")[2]), connection)


def sizes_of(directory: str) -> tuple[int, int]:
    """Bytes of out and err in a directory of output."""
    return os.stat(f"{directory}/out").st_size, os.stat(f"{directory}/err").st_size
