"""What jobs wrote, as Chunks whose consumption is counted and kept: the half of Receive-Job that reads."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import nullcontext

from jobsh.cmdlets._jobs import not_ended
from jobsh.cmdlets._output import OutputReader, find_gap
from jobsh.cmdlets._records import Recorded, RecordReader, is_in_records
from jobsh.cmdlets._state_events import StateEvents
from jobsh.command.context import Context
from jobsh.errors import ExitStatus, OperationError
from jobsh.model.ids import JobId, Location
from jobsh.model.job import Job, OutcomeKind
from jobsh.model.job_state import JobState
from jobsh.model.queries import SessionQuery
from jobsh.model.records import Chunk, ErrorRecord, Origin, Stream
from jobsh.runtime.values import closing


class Receiver:
    """Receives jobs of one location. What was consumed by whoever took the Chunks is kept by `keep_marks`."""

    def __init__(
        self,
        ctx: Context,
        location: Location,
        jobs: Sequence[Job],
        *,
        through_pauses: bool = True,
        events: StateEvents | None = None,
    ) -> None:
        """Without `through_pauses` a job that is suspended or disconnected is not waited for; with `events`, what happens to the
        jobs is among what they wrote."""
        self._through_pauses = through_pauses
        self._events = events
        self._ctx = ctx
        self._location = location
        self._is_shown = {leaf.id: _is_one_of_many(job) for job in jobs for leaf in job.leaves}
        self._readers: dict[JobId, OutputReader | RecordReader] = {}
        self._told: set[JobId] = set()
        self._last_errors: dict[JobId, bool] = {}
        """Whether what came last of a job was an error of jobsh code."""
        self._gaps_told: set[JobId] = set()
        self._paused: dict[JobId, Job] = {}
        self._host = ""

    async def receive(self, *, until_end: bool) -> AsyncGenerator[object, None]:
        """What there is now, child after child; or what comes, as it comes, until all have ended."""
        waiting = self._ctx.waiting() if until_end else nullcontext()
        async with waiting, closing(self._receive(until_end=until_end)) as items:
            async for item in items:
                yield item

    async def _receive(self, *, until_end: bool) -> AsyncGenerator[object, None]:
        try:
            await self._learn_host()
            snapshots = self._ctx.engine.follow_jobs(self._location, tuple(self._is_shown), until_end=until_end)
            awaited = set(self._is_shown)
            async with closing(snapshots if until_end else _in_order(snapshots, list(self._is_shown))) as leaves:
                async for leaf in leaves:
                    async for chunk in self._read(leaf, is_last=_is_complete(leaf) or not until_end):
                        yield chunk
                    for event in self._events.of(leaf) if self._events else ():
                        yield event
                    if until_end and not self._is_awaited(leaf, awaited):
                        break
            for leaf in self._paused.values():
                await self._ctx.write(Stream.WARNING, not_ended(leaf, "Receive-Job -Wait"))
        except OperationError as error:  # the jobs of other locations still count
            await self._ctx.error(error)

    def _is_awaited(self, leaf: Job, awaited: set[JobId]) -> bool:
        """Whether anything may still come, now that `leaf` is so."""
        is_paused = leaf.state.is_persistent and not leaf.state.is_finished and not self._through_pauses
        if is_paused:
            self._paused[leaf.id] = leaf
        else:
            self._paused.pop(leaf.id, None)
        (awaited.discard if is_paused or _is_complete(leaf) else awaited.add)(leaf.id)
        return bool(awaited)

    async def _read(self, leaf: Job, *, is_last: bool) -> AsyncGenerator[Chunk | Recorded, None]:
        """What the snapshot has more; `is_last` when no newer one of the job comes."""
        if leaf.id not in self._gaps_told:
            await self._tell_gap(leaf)
        for item in self._items(leaf, is_last=is_last):
            self._last_errors[leaf.id] = isinstance(item, Recorded) and isinstance(item.value, ErrorRecord)
            if item.stream is Stream.OUTPUT:
                yield item
            elif isinstance(item, Recorded):
                item.take()
                await self._ctx.write(item.stream, item.value)
            else:
                await self._ctx.write(item.stream, item)
        if leaf.state is JobState.FAILED and _is_complete(leaf) and leaf.id not in self._told:
            self._told.add(leaf.id)
            if not self._has_said_why(leaf):
                await self._ctx.error(self._failure(leaf))

    async def _tell_gap(self, leaf: Job) -> None:
        """What was dropped just before the bytes that come now."""
        self._gaps_told.add(leaf.id)
        gap = find_gap(leaf.output) if leaf.output is not None else None
        if gap is not None:
            what = f"{self._host_of(leaf)}: {gap.dropped} bytes of the output of job {leaf.id} ({leaf.name})"
            await self._ctx.write(Stream.WARNING, f"{what} were dropped while its session was disconnected")

    def _items(self, leaf: Job, *, is_last: bool) -> Iterator[Chunk | Recorded]:
        reader = self._reader(leaf)
        if reader is not None and leaf.output is not None:
            yield from reader.read(leaf.output, leaf.ended)
            if is_last:
                yield from reader.ends()

    def _reader(self, leaf: Job) -> OutputReader | RecordReader | None:
        """None while there is too little to read to know how."""
        if leaf.id not in self._readers:
            is_in_record_format = is_in_records(leaf)
            if is_in_record_format:
                self._readers[leaf.id] = RecordReader(leaf, self._origin(leaf), self._ctx.object_at)
            elif is_in_record_format is False or (leaf.output is not None and leaf.output.err):
                self._readers[leaf.id] = OutputReader(leaf, self._origin(leaf))
        return self._readers.get(leaf.id)

    # -- where it comes from --

    async def _learn_host(self) -> None:
        if self._location is not None:
            sessions = await self._ctx.engine.select_sessions(SessionQuery(ids=(self._location,)))
            self._host = sessions[0].computer_name if sessions else ""

    def _host_of(self, leaf: Job) -> str:
        if leaf.kind.is_hosted:
            return ""
        return leaf.location if leaf.id.child else self._host

    def _origin(self, leaf: Job) -> Origin:
        return Origin(self._host_of(leaf), leaf.id, self._is_shown[leaf.id], leaf.instance_id)

    def _has_said_why(self, leaf: Job) -> bool:
        """Whether a process of jobsh code ended with the error that it told last: its exit status tells no more."""
        return self._last_errors.get(leaf.id, False) and leaf.exit_code == ExitStatus.ERROR

    def _failure(self, leaf: Job) -> ErrorRecord:
        """Why a job failed; told at every receive, as it comes from the job's state and not from what it wrote."""
        host = self._host_of(leaf)
        prefix = f"{host}: " if leaf.id.child and host else ""
        return ErrorRecord(
            f"{prefix}job {leaf.id} ({leaf.name}) failed: {leaf.status_message}",
            "OperationStopped",
            "JobStateFailed",
            target=leaf,
            host=host,
            exit_status=_status(leaf),
        )

    # -- what was received --

    async def keep_marks(self) -> None:
        """Tell the engine what was consumed."""
        marks = tuple(reader.mark for reader in self._readers.values() if reader.was_consumed)
        if marks:
            await self._ctx.engine.mark_received(self._location, marks)
        for reader in self._readers.values():
            if isinstance(reader, RecordReader):
                self._ctx.received(reader.instance_id, reader.mark.out)


async def handed_on(items: AsyncGenerator[object, None]) -> AsyncGenerator[object, None]:
    """What was received, for whoever comes next: a value counts as consumed when it is handed on."""
    async with closing(items):
        async for item in items:
            if isinstance(item, Recorded):
                item.take()
                yield item.value
            else:
                yield item


async def _in_order(leaves: AsyncIterator[Job], order: Sequence[JobId]) -> AsyncGenerator[Job, None]:
    places = {id: place for place, id in enumerate(order)}
    for leaf in sorted([leaf async for leaf in leaves], key=lambda leaf: places[leaf.id]):
        yield leaf


def _is_complete(leaf: Job) -> bool:
    return leaf.output is None or leaf.output.is_complete


def _is_one_of_many(job: Job) -> bool:
    return len(job.children) > 1 and not job.hide_computer_name and not job.kind.is_hosted


def _status(leaf: Job) -> int:
    if leaf.outcome is not None and leaf.outcome.kind is OutcomeKind.NOT_STARTED and leaf.id.child:
        return ExitStatus.HOST_NOT_REACHED
    return leaf.exit_code or ExitStatus.ERROR
