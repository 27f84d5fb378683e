"""One piece of code that runs beside the shell as a job: from its place to its end. Knows no engine."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

from jobsh.errors import ExitStatus, JobshError
from jobsh.model.ids import InstanceId, JobId
from jobsh.model.job import Job, Outcome, OutcomeKind
from jobsh.model.job_state import JobEvent
from jobsh.model.messages import HostedChange
from jobsh.model.records import Stream
from jobsh.runtime.flow import ExitSignal, FlowSignal
from jobsh.runtime.frame import Frame
from jobsh.runtime.record_writer import RecordWriter, open_record_file, storable
from jobsh.runtime.streams import Sink
from jobsh.runtime.turns import Places, PlaceTaken, hold
from jobsh.runtime.values import closing

Body = Callable[[Frame], AsyncIterator[object]]
Prepare = Callable[[str, Sink], Awaitable[Frame]]
"""Makes the surroundings for code, by a name for its state and the sink of its streams."""
STOPPED = Outcome(OutcomeKind.STOPPED, None, "stopped")
_STOPPED_BEFORE = Outcome(OutcomeKind.STOPPED, None, "stopped before it was started")
_MOST_KEPT = 10_000
"""Objects of one job that are kept as they are; of older ones Receive-Job gives a copy."""


class HostedRun:
    """Runs `body` in the frame that `prepare` makes, once there is a place."""

    def __init__(
        self, job: Job, prepare: Prepare, body: Body, places: Places, changed: Callable[[HostedChange], None]
    ) -> None:
        self.id: JobId = job.id
        self.instance_id: InstanceId = job.instance_id
        self.objects: dict[int, object] = {}
        """What the file has only copies of, by their frames' offsets."""
        self._directory = job.output.directory if job.output is not None else ""
        self._prepare = prepare
        self._body = body
        self._places = places
        self._changed = changed
        self._size = 0
        self._stopped = STOPPED
        self._running: asyncio.Task[None] | None = None
        self._has_begun = False
        self._place: PlaceTaken | None = None
        self.is_over = False

    def begin(self, place: PlaceTaken | None, ended: Callable[[], None]) -> None:
        """Let it run; without a place, as soon as there is one."""
        self._has_begun, self._place = place is not None, place
        self._running = asyncio.get_running_loop().create_task(self._run(place), name=f"job {self.id}")
        self._running.add_done_callback(lambda _: self._end(ended))

    def _end(self, ended: Callable[[], None]) -> None:
        if not self.is_over:  # it was stopped before it did anything
            self.is_over = True
            if self._place is not None:
                self._place.give_back()
            self._changed(HostedChange(self.id, JobEvent.STOP, self._stopped))
        ended()

    def stop(self, outcome: Outcome = STOPPED) -> None:
        """End it, whatever it does."""
        if self._running is not None and not self.is_over:
            self._stopped = _STOPPED_BEFORE if outcome is STOPPED and not self._has_begun else outcome
            self._running.cancel()

    async def wait(self) -> None:
        """Wait until it is over."""
        if self._running is not None:
            await asyncio.wait({self._running})

    async def _run(self, place: PlaceTaken | None) -> None:
        event, outcome = JobEvent.STOP, STOPPED
        try:
            if place is None:
                place = await self._places.take()
                self._has_begun = True
                self._changed(HostedChange(self.id, JobEvent.START))
            hold(place)
            event, outcome = await self._outcome()
        except asyncio.CancelledError:
            outcome = self._stopped
        except JobshError as error:
            event, outcome = JobEvent.FAIL, _failed(error.message)
        except Exception as error:  # noqa: BLE001  (a bug in a job must not end the shell)
            event, outcome = JobEvent.FAIL, _failed(f"jobsh failed: {error!r}")
        finally:
            self.is_over = True
            if place is not None:
                place.give_back()
            self._changed(HostedChange(self.id, event, outcome, self._size))

    async def _outcome(self) -> tuple[JobEvent, Outcome]:
        writer = open_record_file(self._directory, self.instance_id, self._grew, self._keep)
        try:
            return await self._write_to(writer)
        finally:
            writer.close()

    async def _write_to(self, writer: RecordWriter) -> tuple[JobEvent, Outcome]:
        frame = await self._prepare(self.instance_id, writer)
        shell = frame.shell
        try:
            async with closing(storable(self._body(frame))) as values:
                async for value in values:
                    writer.add(Stream.OUTPUT, value)
        except ExitSignal as leaving:
            shell.status = shell.last_exit_code = leaving.status
        except FlowSignal:  # `break` outside of a loop ends the text
            pass
        finally:
            with contextlib.suppress(OSError):
                await shell.here.aclose()
        status = shell.status_of_job
        return (JobEvent.FAIL if status else JobEvent.SUCCEED), Outcome.exited(status)

    def _grew(self, size: int) -> None:
        self._size = size
        self._changed(HostedChange(self.id, size=size))

    def _keep(self, offset: int, value: object) -> None:
        self.objects[offset] = value
        if len(self.objects) > _MOST_KEPT:
            del self.objects[next(iter(self.objects))]


def _failed(reason: str) -> Outcome:
    return Outcome(OutcomeKind.EXITED, int(ExitStatus.ERROR), reason)
