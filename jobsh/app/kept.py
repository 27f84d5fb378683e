"""What a front end has in its engine, the sessions it uses and the jobs it runs itself, so that the next engine can go on with it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from jobsh.errors import EngineLost, JobshError
from jobsh.model.ids import InstanceId, JobId, SessionId
from jobsh.model.job import Job
from jobsh.model.job_state import JobEvent, JobState
from jobsh.model.messages import Event, HostedChange, JobEnded, SessionChanged
from jobsh.model.session import Session, SessionState
from jobsh.ports.engine import Engine


class KeptSessions:
    """What one front end knows of sessions. Their state is on their hosts; all that an engine lacks is that they are there."""

    def __init__(self) -> None:
        self._used: dict[SessionId, Session] = {}
        self._running: dict[SessionId, dict[InstanceId, Job]] = {}

    def use(self, sessions: Iterable[Session]) -> None:
        """These are used, and were so when last seen."""
        self._used.update((session.id, session) for session in sessions)

    def started(self, session: SessionId, job: Job) -> None:
        """A job was started in a session."""
        self._running.setdefault(session, {})[job.instance_id] = job

    def disconnected(self, session: Session) -> None:
        """It lies on its host; what runs in it is not followed."""
        self._used[session.id] = session
        self._running.pop(session.id, None)

    def forget(self, id: SessionId) -> None:
        """It is closed."""
        self._used.pop(id, None)
        self._running.pop(id, None)

    def heed(self, event: Event) -> None:
        """Something happened."""
        if isinstance(event, JobEnded):
            for job in event.job.leaves:
                for running in self._running.values():
                    running.pop(job.instance_id, None)
        elif isinstance(event, SessionChanged):
            self._heed_session(event.session)

    def _heed_session(self, session: Session) -> None:
        if session.state is SessionState.CLOSED:
            self.forget(session.id)
        elif session.id in self._used:
            self._used[session.id] = session

    async def resume(self, engine: Engine) -> None:
        """Let an engine go on with what the last one had. A session that it cannot have is lost."""
        await asyncio.gather(*(self._resume_one(engine, session) for session in self._used.values()))

    async def _resume_one(self, engine: Engine, session: Session) -> None:
        running = tuple(self._running.get(session.id, {}).values())
        try:
            self.use([await engine.resume_session(session, running)])
        except EngineLost:
            raise
        except JobshError:
            self.forget(session.id)


class KeptHosted:
    """What one front end hosts and an engine may lack."""

    def __init__(self) -> None:
        self._kept: dict[JobId, HostedChange] = {}

    def began(self, job: Job) -> None:
        """A job is hosted."""
        for leaf in job.leaves:
            runs = leaf.state is JobState.RUNNING
            self._kept[leaf.id] = HostedChange(leaf.id, JobEvent.START if runs else None)

    def changed(self, changes: Iterable[HostedChange]) -> None:
        """What became of jobs; the engine may not have heard of it yet."""
        for change in changes:
            before = self._kept.get(change.id)
            if before is not None:
                self._kept[change.id] = before.followed_by(change)

    def told(self, changes: Iterable[HostedChange]) -> None:
        """An engine has heard it: what has ended need not be told again."""
        for change in changes:
            if change.event not in (None, JobEvent.START):
                self._kept.pop(change.id, None)

    async def resume(self, engine: Engine) -> None:
        """Tell an engine all of it."""
        if self._kept:
            await engine.reclaim_hosted(tuple(self._kept.values()))
