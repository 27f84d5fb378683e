"""What lies outside the language in a job's own process: nobody to ask, and one file that takes all streams, as records in order."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

from jobsh.batch import BatchOutside
from jobsh.errors import Span
from jobsh.model.ids import InstanceId
from jobsh.model.records import Chunk, ErrorRecord, Stream, StreamRecord
from jobsh.runtime.record_writer import RecordWriter, storable
from jobsh.runtime.values import closing


class RecordOutside(BatchOutside):
    """Implements `runtime.outside.Outside` over the `out` of a job, which is our standard output."""

    def __init__(self, environment: Mapping[str, str], id: InstanceId) -> None:
        super().__init__(environment)
        self.captures_programs = True
        self._records = RecordWriter(1, id)

    async def show(self, values: AsyncIterator[object]) -> None:
        """Keep what a statement writes."""
        async with closing(storable(values)) as stored:
            async for value in stored:
                self._records.add(Stream.OUTPUT, value)

    async def error(self, record: ErrorRecord, source: str, span: Span | None) -> None:
        """Keep an error."""
        self._records.add(Stream.ERROR, record)

    async def stream(self, record: StreamRecord) -> None:
        """Keep a warning, verbose, debug or information record."""
        self._records.add(record.stream, record)

    async def error_chunk(self, chunk: Chunk) -> None:
        """Keep bytes of a program's standard error."""
        self._records.add(Stream.ERROR, chunk)

    def progress(self, activity: str, done: int, total: int) -> None:
        """Nobody looks."""
