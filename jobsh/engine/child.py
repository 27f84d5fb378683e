"""The life of one child job, as one coroutine that never lets an exception out: connect, start, follow, end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from enum import Enum

from jobsh.engine.background import Background
from jobsh.engine.follower import Followed
from jobsh.engine.hosts import Host
from jobsh.engine.jobs import Jobs
from jobsh.engine.pausing import Blocking, Pausing
from jobsh.engine.recovery import Resumption
from jobsh.engine.signals import Signal
from jobsh.engine.snapshots import verdict
from jobsh.engine.stopping import Stopping
from jobsh.engine.throttle import Place, Throttle
from jobsh.errors import HostError, HostErrorCause, JobshError, SpoolError
from jobsh.model.ids import JobId
from jobsh.model.job import Outcome, OutcomeKind
from jobsh.model.job_state import TRANSITIONS, JobEvent, JobState
from jobsh.ports.engine import Asker
from jobsh.ports.spool import Spool, SpoolStart, Stopped

_log = logging.getLogger(__name__)

_STOPPED_BEFORE = Outcome(OutcomeKind.STOPPED, None, "stopped before it was started")
_NOTHING_KNOWN = Outcome(OutcomeKind.NOT_STARTED, None, "the engine ended before it was started")


class _Stage(Enum):
    WAITING = "for a place or a connection: nothing of it is on the host"
    STARTING = "the host was asked to start it"
    STARTED = "it runs there, or ran"


class ChildLife:
    """Runs one child job of a fan-out on its host."""

    def __init__(
        self,
        id: JobId,
        host: Host,
        jobs: Jobs,
        throttle: Throttle,
        make_start: Callable[[], SpoolStart | None],
        asker: Asker | None = None,
        refusal: str = "",
    ) -> None:
        self.id = id
        self.host = host
        self._jobs = jobs
        self._throttle = throttle
        self._make_start = make_start
        self._asker = Blocking(asker, id, jobs) if asker is not None else None
        self._pausing = Pausing(id, jobs, self._send)
        self._refusal = refusal
        """Why it cannot be started."""
        self._stage = _Stage.WAITING
        self._stop_with: tuple[float, str] | None = None
        """Grace and signal of a Stop-Job that came while the host was being asked to start it."""
        self._stopping = Stopping(id, jobs, host)
        self._living: asyncio.Task[None] | None = None
        self._turned = Signal()
        """It has another stage, or does not live any more."""
        self._background: Background

    def begin(self, background: Background, how: Resumption = Resumption.START) -> None:
        """Live from wherever it stands to its end."""
        self._background = background
        if how is Resumption.REST:
            self._stage = _Stage.STARTED
            return
        self._living = background.start(self._live_safely(how), f"job {self.id}")

    async def _live_safely(self, how: Resumption) -> None:
        try:
            await self._live(how)
        except Exception:  # noqa: BLE001  (one child's failure is its own)
            _log.exception("job %s", self.id)
            await self._end(JobEvent.FAIL, Outcome(OutcomeKind.LOST, None, "the engine failed; its log says why"))
        finally:
            self._turned.notify()

    async def _live(self, how: Resumption) -> None:
        if how is Resumption.GIVE_UP:
            await self._end_unstarted(JobEvent.FAIL, _NOTHING_KNOWN)
            return
        if self._refusal:
            await self._end_unstarted(JobEvent.FAIL, Outcome(OutcomeKind.NOT_STARTED, None, self._refusal))
            return
        place = await self._throttle.place()
        try:
            with self.host.in_use():
                if how is Resumption.START and not await self._start():
                    return
                self._stage = _Stage.STARTED
                self._turned.notify()
                await self._follow(place, how)
        finally:
            place.give_back()

    # -- starting --

    async def _start(self) -> bool:
        """Whether it was started; if not, why not is its outcome."""
        try:
            spool = await self.host.spool(self._asker)
        except HostError as error:
            if self._state is not JobState.UNKNOWN:  # nothing of it is there
                await self._not_started(error)
                return False
            spool = await self.host.spool_in_time()
        while True:
            try:
                await self._start_on(spool)
            except HostError as error:
                if error.cause is not HostErrorCause.LINK_LOST:
                    await self._not_started(error)
                    return False
                # it may run or not: asking again starts it once
                if self._state is not JobState.UNKNOWN:
                    await self._jobs.apply(self.id, JobEvent.LOSE_LINK)
                spool = await self.host.spool_in_time()
            except JobshError as error:
                await self._not_started(error)
                return False
            else:
                return True

    async def _start_on(self, spool: Spool) -> None:
        start = self._make_start()
        if start is None:
            raise HostError(self.host.label, HostErrorCause.PROTOCOL, "what to start is not known any more")
        await self._pausing.until_released()
        self._stage = _Stage.STARTING
        await spool.start(start)
        await self._jobs.apply(self.id, JobEvent.START)

    async def _not_started(self, error: JobshError) -> None:
        await self._end_unstarted(JobEvent.FAIL, Outcome(OutcomeKind.NOT_STARTED, None, error.message))

    # -- following --

    async def _follow(self, place: Place, how: Resumption) -> None:
        own = self._jobs[self.id]
        id, directory = own.instance_id, self._jobs.directory(own) if self.host.is_here else None
        with self.host.followers.following(id, directory) as followed:
            if how is Resumption.STOP or self._stop_with is not None:
                self._stopping.in_time(*(self._stop_with or (0.0, "TERM")))
            beside = [asyncio.create_task(self._note_growth(followed))]
            if how is Resumption.FOLLOW:
                beside.append(asyncio.create_task(self._learn_pause()))
            try:
                await self._until_over(followed, place)
            finally:
                for one in beside:
                    one.cancel()
                self._stopping.cancel()
            await asyncio.shield(self._finish(followed))

    async def _note_growth(self, followed: Followed) -> None:
        while True:
            self._jobs.grow(self.id, *followed.sizes)
            await followed.changed.wait()

    async def _until_over(self, followed: Followed, place: Place) -> None:
        while followed.over is None:
            state = self._state
            if not followed.is_linked and state in (JobState.RUNNING, JobState.SUSPENDED, JobState.SUSPENDING):
                place.give_back()  # a host that went must not hold up the others
                await self._jobs.apply(self.id, JobEvent.LOSE_LINK)
            elif followed.is_linked and state is JobState.UNKNOWN:
                await self._jobs.apply(self.id, JobEvent.REGAIN_LINK)
                await self._learn_pause()
            else:
                await followed.turned.wait()

    async def _learn_pause(self) -> None:
        """It may have been suspended or resumed while nobody followed it."""
        with contextlib.suppress(HostError, SpoolError):  # then it is learnt when the host is back
            (there,) = await (await self.host.spool()).look((self._jobs[self.id].instance_id,))
            await self._pausing.learn(there.state)

    async def _finish(self, followed: Followed) -> None:
        assert followed.over is not None
        event, outcome = verdict(followed.over) or (JobEvent.FAIL, Outcome(OutcomeKind.LOST, None, "not its host's"))
        await self._jobs.complete(self.id, *followed.sizes)
        await self._end(event, outcome)

    async def _end_unstarted(self, event: JobEvent, outcome: Outcome) -> None:
        await self._jobs.complete(self.id, 0, 0)
        await self._end(event, outcome)

    async def _end(self, event: JobEvent, outcome: Outcome) -> None:
        if self.id in self._jobs and not self._state.is_finished:
            await self._jobs.apply(self.id, event, outcome)

    @property
    def _state(self) -> JobState:
        return self._jobs[self.id].state

    # -- signals --

    async def signal(self, name: str) -> int:
        """Send a signal to its processes: how many got it. STOP and CONT suspend and resume it, also before it is started."""
        if self._state.is_finished:
            return 0
        if name == "STOP":
            return await self._suspend()
        if name == "CONT":
            return await self._pausing.resume()
        return await self._send(name) if self._stage is _Stage.STARTED else 0

    async def _suspend(self) -> int:
        if self._stage is _Stage.WAITING:
            await self._pausing.hold()
            return 0
        while self._jobs[self.id].began is None and not self._state.is_finished:
            if self._state is JobState.UNKNOWN:
                raise HostError(self.host.label, HostErrorCause.LINK_LOST)
            await self._jobs.changed(self.id).wait()
        return await self._pausing.suspend()

    async def _send(self, name: str) -> int:
        return await (await self.host.spool()).signal(self._jobs[self.id].instance_id, name)

    # -- its session --

    async def disconnect(self) -> None:
        """Let it go on there, nothing of it comes here; first let it begin. One that is suspended before that stays."""
        while self._is_beginning:
            await self._turned.wait(self._jobs.changed(self.id))
        if self._may_disconnect:
            await self.abandon()
        if self._may_disconnect:  # it may just have ended
            await self._jobs.apply(self.id, JobEvent.DISCONNECT)

    @property
    def _is_beginning(self) -> bool:
        if self.id not in self._jobs or self._stage is _Stage.STARTED or self._state.is_finished:
            return False
        return not (self._stage is _Stage.WAITING and self._state is JobState.SUSPENDED)

    @property
    def _may_disconnect(self) -> bool:
        return (
            self._stage is _Stage.STARTED
            and self.id in self._jobs
            and (self._state, JobEvent.DISCONNECT) in TRANSITIONS
        )

    async def connect(self) -> None:
        """Follow it again, from where we are."""
        if self._state is JobState.DISCONNECTED:
            await self._jobs.apply(self.id, JobEvent.RECONNECT)
            self._go_on()

    def _go_on(self) -> None:
        """It has its place: it never stopped running."""
        self._throttle = Throttle(0)
        self.begin(self._background, Resumption.FOLLOW)

    # -- stopping --

    async def stop(self, grace: float, signal: str = "TERM") -> Stopped:
        """Stop it and wait until it ended. Raises HostError when the host does not answer; then it is stopped when it does."""
        if self._state.is_finished:
            return Stopped(0, 0)
        if self._stage is _Stage.WAITING:
            return await self._stop_before_start()
        self._stop_with = grace, signal
        if self._state is JobState.DISCONNECTED:
            await self._stopping.request()
            self._go_on()
        if self._stage is _Stage.STARTING:
            if self._state is JobState.UNKNOWN:
                raise HostError(self.host.label, HostErrorCause.LINK_LOST, hint="it is stopped when the host answers")
            await self._jobs.wait_finished(self.id)
            return Stopped(1, 0)
        return await self._stopping.now(grace, signal)

    async def abandon(self) -> None:
        """Let go of it, wherever it stands; nothing is changed on its host."""
        if self._living is not None:
            self._living.cancel()
            await asyncio.wait({self._living})

    async def _stop_before_start(self) -> Stopped:
        await self.abandon()
        await self._end_unstarted(JobEvent.STOP, _STOPPED_BEFORE)
        return Stopped(0, 0)
