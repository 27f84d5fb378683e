"""The action of a subscription as a job of this front end: runs for each event, one after the other, and ends with the subscription."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import cast

from jobsh.command.members import get_member
from jobsh.command.script_block import ScriptBlock
from jobsh.command.values import PropertyBag
from jobsh.errors import ExitStatus, JobshError
from jobsh.model.ids import InstanceId, JobId
from jobsh.model.job import Job, JobKind, Outcome, OutcomeKind
from jobsh.model.job_state import JobEvent
from jobsh.model.messages import HostedChange, HostJob
from jobsh.model.records import Stream
from jobsh.runtime.apart import apart, using_of
from jobsh.runtime.blocks import CodeBlock
from jobsh.runtime.events import Subscription
from jobsh.runtime.flow import FlowSignal
from jobsh.runtime.frame import Frame
from jobsh.runtime.hosted_run import STOPPED
from jobsh.runtime.hosting import Hosted, Hosting
from jobsh.runtime.record_writer import RecordWriter, open_record_file, storable
from jobsh.runtime.scope import Scope
from jobsh.runtime.values import closing
from jobsh.runtime.work import Said


class EventJob:
    """Implements `hosting.Run` and `events.Taker`."""

    def __init__(self, job: Job, changed: Callable[[HostedChange], None]) -> None:
        self.id: JobId = job.id
        self.instance_id: InstanceId = job.instance_id
        self.objects: dict[int, object] = {}
        self.is_over = False
        self._directory = job.output.directory if job.output is not None else ""
        self._changed = changed
        self._events: asyncio.Queue[PropertyBag | None] = asyncio.Queue()
        self._size = 0
        self._has_begun = False
        self._outcome: tuple[JobEvent, Outcome] = (JobEvent.STOP, STOPPED)
        self._running: asyncio.Task[None] | None = None

    def begin(self, act: Callable[[PropertyBag, RecordWriter], Awaitable[None]], ended: Callable[[], None]) -> None:
        """Wait for events."""
        self._running = asyncio.get_running_loop().create_task(self._run(act), name=f"job {self.id}")

        def over(_: object) -> None:
            self.is_over = True
            self._changed(HostedChange(self.id, *self._outcome, self._size))
            ended()

        self._running.add_done_callback(over)

    def take(self, event: PropertyBag) -> None:
        """Run the action for it, when those before it have run."""
        self._events.put_nowait(event)

    def end(self) -> None:
        """Nothing more comes: end when what came has run."""
        self._events.put_nowait(None)

    def stop(self, outcome: Outcome = STOPPED) -> None:
        """End now."""
        if self._running is not None and not self.is_over:
            self._outcome = JobEvent.STOP, outcome
            self._running.cancel()

    async def wait(self) -> None:
        """Wait until it is over, unless it is itself who asks."""
        if self._running is not None and self._running is not asyncio.current_task():
            await asyncio.wait({self._running})

    async def _run(self, act: Callable[[PropertyBag, RecordWriter], Awaitable[None]]) -> None:
        writer: RecordWriter | None = None
        try:
            while (event := await self._events.get()) is not None:
                if writer is None:
                    self._changed(HostedChange(self.id, JobEvent.START))
                    writer = open_record_file(self._directory, self.instance_id, self._grew, self.objects.__setitem__)
                await act(event, writer)
        except JobshError as error:
            self._outcome = JobEvent.FAIL, Outcome(OutcomeKind.EXITED, int(ExitStatus.ERROR), error.message)
        finally:
            if writer is not None:
                writer.close()

    def _grew(self, size: int) -> None:
        self._size = size
        self._changed(HostedChange(self.id, size=size))


async def start_event_job(subscription: Subscription, action: ScriptBlock, frame: Frame) -> None:
    """Let the action take the events of a subscription, as a job."""
    hosting = frame.shell.hosting
    block = cast(CodeBlock, action).as_code()
    using = using_of(frame, block.code)
    hosted = await hosting.host(HostJob(JobKind.EVENT, block.text, subscription.source_identifier))
    job = hosted.job
    subscription.event_job = job
    run = EventJob(job, hosting.changed)
    variables = Scope(frame.shell.global_scope, is_top=True)

    async def act(event: PropertyBag, writer: RecordWriter) -> None:
        inside = await apart(frame, job.instance_id, using, writer)
        inside.shell.global_scope = frame.shell.global_scope
        said = Said(frame)
        inside = inside.derive(
            streams=inside.streams.redirected({Stream.INFORMATION: said}),
            own_scope=variables,
            source=block.frame.source,
        )
        _set_automatic(variables, event, subscription)
        arguments = cast("list[object]", get_member(event, "SourceArgs"))
        own = CodeBlock(block.text, block.code, block.kind, inside)
        try:
            async with closing(storable(own.run(arguments=tuple(arguments), new_scope=False))) as values:
                async for value in values:
                    writer.add(Stream.OUTPUT, value)
        except FlowSignal:
            pass
        finally:
            await inside.shell.here.aclose()

    hosting.add(hosted, run)
    subscription.taker = run
    run.begin(act, lambda: _over(hosting, hosted, subscription))


def _over(hosting: Hosting, hosted: Hosted, subscription: Subscription) -> None:
    """An event job that ended, however, ends its subscription."""
    hosting.ended(hosted)
    hosting.events.end(subscription)


def _set_automatic(scope: Scope, event: PropertyBag, subscription: Subscription) -> None:
    scope.set("Event", event)
    scope.set("EventSubscriber", subscription.shown)
    scope.set("Sender", get_member(event, "Sender"))
    scope.set("EventArgs", get_member(event, "SourceEventArgs"))
