"""The jobs that one front end starts: where each goes, what needs its session until it ends, what ends with the front end."""

from __future__ import annotations

import asyncio
import contextlib

from jobsh.engine.aims import Aim, at_location, runs_here
from jobsh.engine.hosts import Host
from jobsh.engine.location import LocationJobs
from jobsh.engine.opened_session import OpenedSession
from jobsh.engine.services import Services
from jobsh.engine.spool_jobs import SpoolJobs
from jobsh.errors import InvalidState, JobshError
from jobsh.model.credential import Credential
from jobsh.model.hosts import HostAddress
from jobsh.model.ids import InstanceId, Location, SessionId, new_instance_id
from jobsh.model.job import Job
from jobsh.model.job_state import JobState
from jobsh.model.messages import FanOut, FrontEnd, JobRequest, Target
from jobsh.ports.engine import Asker
from jobsh.ports.spool import SpoolStart

_GRACE_AT_END = 1.0
"""Seconds an attached job has after TERM when its front end is gone."""


class FrontEndJobs:
    """Starts jobs for `user`, the front end as sessions know it. `aclose`: its attached jobs end."""

    def __init__(self, services: Services, user: object, front_end: FrontEnd, asker: Asker | None) -> None:
        self._services = services
        self._user = user
        self._front_end = front_end
        self._asker = asker
        self._of_sessions: dict[SessionId, SpoolJobs] = {}
        self._attached: list[tuple[Host, InstanceId]] = []

    @property
    def are_attached(self) -> bool:
        """Whether there are jobs that end with the front end."""
        return bool(self._attached)

    async def at(self, location: Location) -> LocationJobs:
        """The jobs of a location."""
        if location is None:
            return self._services.here
        session = await self._services.sessions.use(location, self._user)
        return self._services.here if session.host.is_here else self._in_spool(location, session.host)

    def _in_spool(self, location: SessionId, host: Host) -> SpoolJobs:
        if location not in self._of_sessions:
            self._of_sessions[location] = SpoolJobs(host, location, self._services.is_attached)
        return self._of_sessions[location]

    async def start(self, location: Location, request: JobRequest) -> Job:
        """Start a job; returns when it is durable."""
        session = await self._services.sessions.use(location, self._user) if location is not None else None
        host, start = self._start_of(session, request)
        if request.is_attached:
            self._attached.append((host, start.instance_id))
            self._services.attached_jobs.add(start.instance_id)
        if session is None or host.is_here:
            return await self._services.here.start(start)
        job = await self._in_spool(session.snapshot.id, host).start(start)
        if not request.is_attached:
            self._watch_there(session, job)
        return job

    def _start_of(self, session: OpenedSession | None, request: JobRequest) -> tuple[Host, SpoolStart]:
        program, host = request.program, session.host if session is not None else self._services.hosts.here
        started_in = session.snapshot.instance_id if session is not None else None
        if session is not None and not host.is_here and runs_here(program):
            program, host = at_location(program, session.snapshot.address), self._services.hosts.here
            session = None  # its shell state is on its host
        return host, SpoolStart(
            new_instance_id(),
            program,
            request.name,
            stdin=request.stdin,
            surroundings=request.surroundings if host.is_here else None,
            session=started_in if session is not None else None,
            started_in=started_in,
            is_attached=request.is_attached,
        )

    async def start_command(self, session: SessionId, request: JobRequest) -> None:
        """Start a command that is the session's own."""
        host, start = self._start_of(await self._services.sessions.use(session, self._user), request)
        with host.in_use():
            await (await host.spool(self._asker)).start(start.replace(is_numbered=False))

    async def fan_out(self, request: FanOut) -> Job:
        """Start one job here with a child job per target; returns at once."""
        aims = tuple([await self._aim(target, request.credential) for target in request.targets])
        is_code = runs_here(request.program)
        if is_code:
            aims = tuple(aim.replace(host=self._services.hosts.here) for aim in aims)
        job = await self._services.fan_outs.start(request, aims, self._front_end, self._asker)
        for target, aim, child in zip(request.targets, aims, job.children, strict=True):
            if not isinstance(target, HostAddress) and aim.session is not None:
                self._watch_child(self._services.sessions[target], child, is_to_begin=not is_code)
        return job

    async def _aim(self, target: Target, credential: Credential | None) -> Aim:
        if isinstance(target, HostAddress):
            return Aim(self._services.hosts.find(target, self._front_end, credential), target)
        try:
            session = await self._services.sessions.use(target, self._user)
        except InvalidState as error:  # the other children still count
            session = self._services.sessions[target]
            return Aim(session.host, session.snapshot.address, refusal=error.message)
        return Aim(session.host, session.snapshot.address, session.snapshot.instance_id)

    # -- what needs a session --

    def watch(self, session: OpenedSession, running: tuple[Job, ...]) -> None:
        """A session of a former engine is gone on with: what runs in it needs it, unless another front end said so before."""
        for job in running:
            if job.instance_id in session.running:
                continue
            if job.id.child:
                self._watch_child(session, job, is_to_begin=job.state is JobState.NOT_STARTED)
            else:
                self._watch_there(session, job)

    def _watch_there(self, session: OpenedSession, job: Job) -> None:
        """Tell of the end of a job of a session's host; until then the session is needed."""
        over = self._services.ends.wait_for(job, self._in_spool(session.snapshot.id, session.host), session.host)
        self._services.sessions.keep_for(session, job.instance_id, over, is_to_begin=False)

    def _watch_child(self, session: OpenedSession, child: Job, *, is_to_begin: bool) -> None:
        """Until a child job that was started in a session has ended, the session is needed."""
        over = self._services.fan_outs.wait_finished(child.id)
        self._services.sessions.keep_for(session, child.instance_id, over, is_to_begin=is_to_begin)

    # -- the end --

    async def aclose(self) -> None:
        """The front end is gone: what is attached ends."""
        await asyncio.gather(*(self._stop(host, id) for host, id in self._attached))

    async def _stop(self, host: Host, id: InstanceId) -> None:
        with contextlib.suppress(JobshError):
            await (await host.spool()).stop(id, _GRACE_AT_END)
        self._services.attached_jobs.discard(id)
