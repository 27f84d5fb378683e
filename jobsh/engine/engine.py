"""The engine: puts jobs, hosts and sessions together and serves front ends. Knows neither sockets nor libraries."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time

from jobsh.engine.background import Background
from jobsh.engine.connections import Connections
from jobsh.engine.ends import Ends
from jobsh.engine.fan_outs import FanOuts
from jobsh.engine.front_end import AttachedFrontEnd
from jobsh.engine.here import HereJobs
from jobsh.engine.hosted import HostedJobs
from jobsh.engine.hosts import IDLE_SECONDS, Hosts, OpenSpool
from jobsh.engine.jobs import Jobs
from jobsh.engine.numbers import Numbers
from jobsh.engine.opened_session import OpenedSession
from jobsh.engine.replica import remove_old_replicas
from jobsh.engine.session_jobs import SessionJobs
from jobsh.engine.sessions import Sessions
from jobsh.engine.signals import Signal
from jobsh.engine.spool_jobs import SpoolJobs
from jobsh.model.ids import InstanceId
from jobsh.model.messages import EngineStatus, FrontEnd, JobEnded, SessionChanged
from jobsh.ports.engine import Asker
from jobsh.ports.files import Disk
from jobsh.ports.spool import Client, HereSpool
from jobsh.ports.store import Store
from jobsh.ports.transport import Connector

_KEEP_REPLICAS = 7 * 86400.0
"""Seconds that the output of a host's own job stays here after it was last fetched."""

_LONGEST_WAIT_FOR_FRONT_END = 2.0
_NOBODY = Client("0", "somebody")


class JobEngine:
    """Owns connections, sessions, fan-outs and the store. `start` first, `aclose` at the end: jobs do not notice."""

    def __init__(
        self,
        store: Store,
        here: HereSpool,
        disk: Disk,
        connector: Connector,
        open_spool: OpenSpool,
        *,
        replicas: str,
        client: Client = _NOBODY,
        version: str = "",
        state_directory: str = "",
        socket: str = "",
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        self.store = store
        self.attached_jobs: set[InstanceId] = set()
        self._background = Background()
        self._connections = Connections(connector)
        self.hosts = Hosts(
            here, disk, self._connections, open_spool, replicas, self._background, idle_seconds=idle_seconds
        )
        self.ends = Ends(self._background, self._job_ended)
        fan_outs, hosted = Jobs(store, replicas), Jobs(store, replicas)
        numbers = Numbers(here, fan_outs, hosted)
        self.fan_outs = FanOuts(
            fan_outs, self.hosts, here, numbers, self._background, lambda job: self._job_ended(JobEnded(job))
        )
        self.hosted = HostedJobs(hosted, here, numbers, self._background, lambda job: self._job_ended(JobEnded(job)))
        session_jobs = SessionJobs(self.fan_outs, self.hosts, self.ends)
        self.sessions = Sessions(self.hosts, store, self._background, session_jobs, client, self._session_changed)
        self.fan_outs.received = self.sessions.received
        own = SpoolJobs(self.hosts.here, is_attached=self.is_attached)
        self.here = HereJobs(self.hosts.here, own, self.fan_outs, self.hosted, self.ends)
        self._front_ends: set[AttachedFrontEnd] = set()
        self._came_or_left = Signal()
        self._began = time.time()
        self.is_leaving = False
        self._version, self._state_directory, self._socket = version, state_directory, socket

    async def start(self) -> None:
        """Go on where the last engine stopped."""
        stored = await self.store.load()
        self.fan_outs.load(job for job in stored if not job.kind.is_hosted)
        await self.hosted.load(job for job in stored if job.kind.is_hosted)
        await self.sessions.load()
        kept = self.fan_outs.jobs.instance_ids | self.hosted.jobs.instance_ids
        await asyncio.to_thread(remove_old_replicas, self.hosts.replicas, kept, time.time() - _KEEP_REPLICAS)
        await self.here.watch_running()
        self._background.start(self._resume(self.fan_outs.jobs.numbers), "resuming")

    async def _resume(self, numbers: tuple[int, ...]) -> None:
        """The front end that started this engine is about to come, with the agent that reconnecting may need."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LONGEST_WAIT_FOR_FRONT_END):
                while not self._front_ends:
                    await self._came_or_left.wait()
        self.fan_outs.resume(numbers)

    def begin_to_leave(self) -> None:
        """From now on front ends do not leave the engine, it leaves them: their sessions are for the next one to go on with."""
        self.is_leaving = True

    async def aclose(self) -> None:
        """Stop: what is attached ends, connections close, jobs go on."""
        self.begin_to_leave()
        await asyncio.gather(*(front_end.aclose() for front_end in list(self._front_ends)))
        self.sessions.close()
        await self._background.aclose()
        await self.hosts.aclose()
        await self.store.aclose()

    # -- front ends --

    def attach(self, front_end: FrontEnd, asker: Asker) -> AttachedFrontEnd:
        """The engine for a front end that came."""
        attached = AttachedFrontEnd(self, front_end, asker, self._left)
        self._front_ends.add(attached)
        self.hosts.front_end_came(front_end)
        self._came_or_left.notify()
        return attached

    def _left(self, front_end: AttachedFrontEnd) -> None:
        """A front end is gone."""
        self._front_ends.discard(front_end)
        self._came_or_left.notify()

    def _job_ended(self, ended: JobEnded) -> None:
        for front_end in self._front_ends:
            front_end.tell(ended)
        self._came_or_left.notify()

    def _session_changed(self, session: OpenedSession) -> None:
        for front_end in self._front_ends & session.users:
            front_end.tell(SessionChanged(session.snapshot))
        self._came_or_left.notify()

    def is_attached(self, id: InstanceId) -> bool:
        """Whether a job ends with its front end."""
        return id in self.attached_jobs

    # -- being needed --

    def is_needed_besides(self, front_end: AttachedFrontEnd | None = None) -> bool:
        """Whether another front end than `front_end` has something in the foreground, or a session."""
        others = self._front_ends - {front_end}
        return any(other.has_foreground for other in others) or (bool(others) and len(self.sessions) > 0)

    @property
    def is_needed(self) -> bool:
        """Whether somebody is here, or something goes on that needs an engine. Jobs of this machine do not."""
        return bool(self._front_ends or len(self.sessions) or self.fan_outs.jobs.are_followed)

    async def wait_idle(self, seconds: float) -> None:
        """Return when nobody needed the engine for so long."""
        while True:
            while self.is_needed:
                await self._came_or_left.wait()
            try:
                async with asyncio.timeout(seconds):
                    await self._came_or_left.wait()
            except TimeoutError:
                if not self.is_needed:
                    return

    async def status(self) -> EngineStatus:
        """How it is."""
        running = sum(not job.state.is_finished for job in await self.here.all())
        return EngineStatus(
            self._version,
            os.getpid(),
            self._began,
            len(self._front_ends),
            len(self.sessions),
            self._connections.count,
            running,
            self._state_directory,
            self._socket,
        )
