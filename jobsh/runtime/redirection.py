"""Redirections: `> f`, `2>&1`, `*>`, `< f`. Each belongs to its stage; the file is at the location of the statement."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack

from jobsh.command.context import FileSink
from jobsh.command.lines import split_lines
from jobsh.command.text import to_text
from jobsh.command.values import as_list
from jobsh.errors import OperationError
from jobsh.language import ast
from jobsh.model.records import Chunk, Origin, Stream
from jobsh.runtime.dispatch import evaluate, run_stage
from jobsh.runtime.files import open_file, read_file
from jobsh.runtime.frame import Frame
from jobsh.runtime.printed import printed
from jobsh.runtime.streams import NullSink, Sink, Streams, Where
from jobsh.runtime.values import closing, collapse, each, gather

_FILE_ORIGIN = Origin()
_VARIABLE = "variable:"


class _Onward:
    """Not redirected: output goes to the next stage, the other streams where they went."""


ONWARD = _Onward()
_Goal = Sink | _Onward
_Routes = dict[Stream, tuple[Stream, _Goal]]
"""For each stream whose way it goes now: another stream's when it was merged."""


class FileTarget:
    """A file that takes streams, as the text they would be printed as; bytes untouched."""

    def __init__(self, file: FileSink) -> None:
        self._file = file

    async def write(self, stream: Stream, value: object, where: Where) -> None:
        """Write one value."""
        async with closing(printed(each((value,)))) as pieces:
            async for piece in pieces:
                await self._file.write(piece)

    async def write_all(self, values: AsyncIterator[object]) -> None:
        """Write all values: tables keep their columns from the first to the last row."""
        async with closing(printed(values)) as pieces:
            async for piece in pieces:
                await self._file.write(piece)


class VariableTarget:
    """`> variable:x`: the values as they are, in a variable."""

    def __init__(self, name: str, frame: Frame, *, append: bool) -> None:
        self._name = name
        self._scope = frame.scope
        self._values: list[object] = list(as_list(self._scope.get(name))) if append else []

    async def write(self, stream: Stream, value: object, where: Where) -> None:
        """Keep one value; of a program's bytes the lines."""
        self._values += await gather(each((value,)))

    async def write_all(self, values: AsyncIterator[object]) -> None:
        """Keep all values."""
        async with closing(split_lines(values)) as lines:
            async for value in lines:
                self._values.append(value)

    async def aclose(self) -> None:
        """Assign what was kept."""
        self._scope.set(self._name, collapse(self._values))


async def run_redirected(stage: ast.Stage, frame: Frame, source: AsyncIterator[object] | None) -> AsyncIterator[object]:
    """Run a stage whose streams go elsewhere; what is left of its output goes on."""
    redirections: Sequence[ast.Redirection] = stage.redirections  # type: ignore[attr-defined]
    async with AsyncExitStack() as files:
        routes = _initial()
        # `n>&1` goes where the output goes in the end, as in PowerShell: `2>&1 > f` sends both to the file
        for redirection in sorted(redirections, key=lambda r: r.merge is not None):
            if redirection.source == "0":
                source = _from_file(to_text(await _target(redirection, frame)), frame)
            else:
                await _apply(redirection, routes, frame, files)
        async with closing(_routed(stage, frame, source, routes)) as values:
            async for value in values:
                yield value


def _initial() -> _Routes:
    return {stream: (stream, ONWARD) for stream in Stream}


async def _apply(redirection: ast.Redirection, routes: _Routes, frame: Frame, files: AsyncExitStack) -> None:
    """Send a stream where it is to go."""
    streams = list(Stream) if redirection.source == "*" else [Stream(int(redirection.source))]
    if redirection.merge is not None:
        goal = routes[Stream(int(redirection.merge))]
    else:
        goal = (streams[0], await _open(redirection, frame, files))
    for stream in streams:
        routes[stream] = goal


async def _open(redirection: ast.Redirection, frame: Frame, files: AsyncExitStack) -> Sink:
    target = await _target(redirection, frame)
    if target is None:
        return NullSink()
    path = to_text(target)
    if not path:
        raise OperationError("the name of the file to write to is empty", error_id="EmptyPath")
    if path[: len(_VARIABLE)].lower() == _VARIABLE:
        variable = VariableTarget(path[len(_VARIABLE) :], frame, append=redirection.append)
        files.push_async_callback(variable.aclose)
        return variable
    file = await open_file(path, frame.shell.at(frame.place.location), append=redirection.append)
    files.push_async_callback(file.aclose)
    return FileTarget(file)


async def _target(redirection: ast.Redirection, frame: Frame) -> object:
    assert redirection.target is not None
    return await evaluate(redirection.target, frame)


async def _from_file(path: str, frame: Frame) -> AsyncIterator[object]:
    async with closing(read_file(path, frame.shell.at(frame.place.location))) as pieces:
        async for piece in pieces:
            yield Chunk(piece, Stream.OUTPUT, _FILE_ORIGIN)


async def _routed(
    stage: ast.Stage, frame: Frame, source: AsyncIterator[object] | None, routes: _Routes
) -> AsyncIterator[object]:
    output_stream, output = routes[Stream.OUTPUT]
    inside = frame if output is ONWARD and output_stream is Stream.OUTPUT else frame.quiet()
    others: _Routes = {stream: route for stream, route in routes.items() if stream is not Stream.OUTPUT}
    merged = [stream for stream, route in others.items() if route == (Stream.OUTPUT, ONWARD)]
    inside = inside.derive(streams=frame.streams.redirected(_sinks(others, frame)))

    def start(streams: Streams) -> AsyncIterator[object]:
        values = run_stage(stage, inside.derive(streams=streams), source)
        if output is ONWARD and output_stream is Stream.OUTPUT:
            return values
        return _drained(values, output_stream, output, frame)

    if merged:
        from jobsh.runtime.merge import merge

        inside = inside.quiet()
        values = merge(start, merged, inside.streams)
    else:
        values = start(inside.streams)
    async with closing(values):
        async for value in values:
            yield value


def _sinks(routes: Mapping[Stream, tuple[Stream, _Goal]], frame: Frame) -> dict[Stream, Sink]:
    """Where the streams 2 to 6 go that are redirected; those that join the output are `merge`'s."""
    sinks: dict[Stream, Sink] = {}
    for stream, (way, goal) in routes.items():
        if not isinstance(goal, _Onward):
            sinks[stream] = goal
        elif way is not stream and way is not Stream.OUTPUT:
            sinks[stream] = frame.streams.sink(way)
    return sinks


async def _drained(values: AsyncIterator[object], stream: Stream, goal: _Goal, frame: Frame) -> AsyncIterator[object]:
    """Send the output where it was redirected to; nothing is left for the next stage."""
    if isinstance(goal, (FileTarget, VariableTarget)):
        await goal.write_all(values)
        return
    sink = frame.streams.sink(stream) if isinstance(goal, _Onward) else goal
    async with closing(values):
        async for value in values:
            await sink.write(stream, value, frame.where(None))
    return
    yield
