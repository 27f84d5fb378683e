"""Where the streams of a piece of code go: the user's side, a file, the next stage, nowhere. Knows nothing of what is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from jobsh.errors import Span
from jobsh.model.records import Chunk, ErrorRecord, Origin, Stream, StreamRecord
from jobsh.runtime.outside import Outside


class Where(NamedTuple):
    """The place in a source text that a record speaks of."""

    source: str
    span: Span | None


NOWHERE = Where("", None)


class Sink(Protocol):
    """Takes what is written to a stream."""

    async def write(self, stream: Stream, value: object, where: Where) -> None:
        """Take one value; returns when the next may come."""


class OutsideSink:
    """The user's side."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside

    async def write(self, stream: Stream, value: object, where: Where) -> None:
        """Show an error, bytes of standard error, or a record of another stream."""
        if isinstance(value, ErrorRecord):
            await self._outside.error(value, where.source, where.span)
        elif isinstance(value, Chunk):
            await self._outside.error_chunk(value)
        elif isinstance(value, StreamRecord):
            await self._outside.stream(value)
        else:
            await self._outside.stream(StreamRecord(stream, str(value)))


class NullSink:
    """`> $null`: consumes everything, keeps nothing."""

    async def write(self, stream: Stream, value: object, where: Where) -> None:
        """Let it go."""
        if isinstance(value, Chunk):
            value.take()


class LabellingSink:
    """Says of everything where it came from, but for what knows it already."""

    def __init__(self, sink: Sink, origin: Origin) -> None:
        self._sink = sink
        self._origin = origin

    async def write(self, stream: Stream, value: object, where: Where) -> None:
        """Pass it on with its origin."""
        await self._sink.write(stream, self._labelled(value), where)

    def _labelled(self, value: object) -> object:
        origin = self._origin
        if isinstance(value, ErrorRecord):
            return labelled(value, origin)
        if isinstance(value, StreamRecord) and not value.origin.computer_name:
            return value.replace(origin=origin)
        if isinstance(value, Chunk) and value.origin.computer_name in ("", origin.computer_name):
            return Chunk(value.data, value.stream, origin.replace(job=value.origin.job), value.received, value.at)
        return value


def labelled(record: ErrorRecord, origin: Origin | None) -> ErrorRecord:
    """The error with the host that it came from, if it does not know one."""
    return record if origin is None or record.host else record.replace(host=origin.computer_name)


class Streams:
    """The sinks of the streams 2 to 6. Output is not here: it is what the code yields."""

    __slots__ = ("_outside", "_sinks")

    def __init__(self, outside: Sink, sinks: Mapping[Stream, Sink] | None = None) -> None:
        self._outside = outside
        self._sinks = dict(sinks or {})

    def sink(self, stream: Stream) -> Sink:
        """Where `stream` goes."""
        return self._sinks.get(stream, self._outside)

    def goes_outside(self, stream: Stream) -> bool:
        """Whether nothing between here and the user takes the stream."""
        return stream not in self._sinks

    def redirected(self, sinks: Mapping[Stream, Sink]) -> Streams:
        """The same with some streams going elsewhere."""
        return Streams(self._outside, {**self._sinks, **sinks})

    def labelled(self, origin: Origin) -> Streams:
        """The same for code that runs on a host: what it writes says so."""
        sinks = {stream: LabellingSink(sink, origin) for stream, sink in self._sinks.items()}
        return Streams(LabellingSink(self._outside, origin), sinks)

    async def write(self, stream: Stream, value: object, where: Where = NOWHERE) -> None:
        """Write to a stream."""
        await self.sink(stream).write(stream, value, where)
