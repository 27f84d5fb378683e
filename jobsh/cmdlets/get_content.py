"""Get-Content: what is in a file."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Annotated, cast

from jobsh.cmdlets import _paths
from jobsh.cmdlets._encodings import Encoding, decoded
from jobsh.cmdlets._paths import Choice, Place
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.lines import split_lines
from jobsh.errors import BindingError, OperationError
from jobsh.model.files import FileKind
from jobsh.model.messages import Program
from jobsh.model.records import Chunk, Line, Origin, Stream
from jobsh.runtime.values import closing

_TAIL_BLOCK = 1 << 16
_FOLLOW = 'exec tail -n "$2" -f -- "$1"'


class GetContent(Cmdlet):
    """Give the lines of files at the location: on the host in an entered session, here otherwise.

    Bytes stay as they are on their way into another file or program.
    """

    path: _paths.Paths = ()
    literal_path: _paths.LiteralPath = ()
    total_count: Annotated[int | None, Param("Only so many lines from the beginning.", aliases=("First", "Head"))] = (
        None
    )
    tail: Annotated[int | None, Param("Only so many lines from the end.", aliases=("Last",))] = None
    raw: Annotated[bool, Param("The whole file as one text.")] = False
    wait: Annotated[bool, Param("Go on with what is written to the file from now on; Ctrl-C ends it.")] = False
    read_count: Annotated[int, Param("Give so many lines at a time, as lists; 0: all of them at once.")] = 1
    encoding: Encoding = ""
    force: Annotated[bool, Param("Wildcards match hidden files, too.")] = False
    filter: _paths.Filter = ""
    include: _paths.Include = ()
    exclude: _paths.Exclude = ()

    default_set = "Path"
    output_types = (Line,)
    examples = (
        Example("Get-Content /etc/passwd -TotalCount 3", "The first three lines."),
        Example(
            "Get-Content app.log | where { $_ -match 'error' }",
            "The lines that speak of errors.",
            setup="Set-Content app.log 'all well', 'an error'",
        ),
        Example("$all = Get-Content app.log -Raw", "The file as one text.", setup="Set-Content app.log 'one', 'two'"),
        Example(
            "Invoke-Command web01 { Get-Content *.log -Tail 2 }",
            "The last two lines of each log on a host.",
            setup="Invoke-Command web01 { seq 5 > a.log; seq 7 > b.log }",
        ),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        self._check()
        place = await Place.of_call(ctx)
        origin = Origin(place.host, show_computer_name=False)
        choice = Choice(self.filter, self.include, self.exclude)
        paths = place.expanded(self.path, self.literal_path, choice=choice, shows_hidden=self.force)
        async for path in paths:
            try:
                async with closing(self._of(path, place, origin, ctx)) as values:
                    async for value in values:
                        yield value
            except OperationError as error:
                await ctx.error(error)

    def _check(self) -> None:
        if min(self.total_count or 0, self.tail or 0, self.read_count) < 0:
            what = "-TotalCount, -Tail and -ReadCount take 0 or more"
            raise BindingError(what, error_id="ParameterArgumentValidationError")
        given = {"TotalCount": self.total_count is not None, "Tail": self.tail is not None, "Raw": self.raw}
        names = [name for name, is_given in given.items() if is_given]
        if self.wait and not self.tail:
            names += ["Wait"]
        if len(names) > 1:
            raise BindingError(f"-{names[0]} does not go together with -{names[1]}", error_id="AmbiguousParameterSet")

    async def _of(self, path: str, place: Place, origin: Origin, ctx: Context) -> AsyncIterator[object]:
        if self.wait:
            pieces = await self._growing(path, place, ctx)
        elif self.tail is not None and not self.encoding:
            pieces = _end_of(path, self.tail, place)
        else:
            pieces = place.files.read(path)
        chunks = _chunks(decoded(pieces, self.encoding), origin)
        if self.raw:
            data = b"".join([cast(Chunk, chunk).data async for chunk in chunks])
            yield data.decode("utf-8", "surrogateescape")
        elif self.tail is not None and not self.wait:
            for line in self._grouped(list(deque([line async for line in split_lines(chunks)], maxlen=self.tail))):
                yield line
        elif self.total_count is not None:
            for line in self._grouped([line async for line in _first(split_lines(chunks), self.total_count)]):
                yield line
        elif self.read_count != 1:
            async for group in _groups(split_lines(chunks), self.read_count):
                yield group
        else:
            async with closing(chunks):
                async for chunk in chunks:
                    yield chunk

    def _grouped(self, lines: list[object]) -> list[object]:
        if self.read_count == 1:
            return lines
        step = self.read_count or max(len(lines), 1)
        return [lines[start : start + step] for start in range(0, len(lines), step)]

    async def _growing(self, path: str, place: Place, ctx: Context) -> AsyncIterator[bytes]:
        """The file, then what is written to it: the location's own `tail` waits where the file is."""
        await place.files.stat(path)
        begin = "+1" if self.tail is None else str(self.tail)
        return _data_of(ctx.run(Program(_FOLLOW, f"tail -f {path}", arguments=(path, begin))))


async def _end_of(path: str, count: int, place: Place) -> AsyncIterator[bytes]:
    """The last lines of a file, or more: not all of a long one is read."""
    info = await place.files.stat(path)
    window = _TAIL_BLOCK
    begin = info.size if info.kind is FileKind.FILE and info.size else 0
    while begin:
        begin = max(0, info.size - window)
        data = b"".join([piece async for piece in place.files.read(path, offset=begin)])
        if data.count(b"\n") > count:
            yield data.partition(b"\n")[2]
            return
        window *= 4
    async with closing(place.files.read(path)) as pieces:
        async for piece in pieces:
            yield piece


async def _data_of(chunks: AsyncIterator[object]) -> AsyncIterator[bytes]:
    async with closing(chunks):
        async for chunk in chunks:
            if isinstance(chunk, Chunk):
                yield chunk.data


async def _chunks(pieces: AsyncIterator[bytes], origin: Origin) -> AsyncIterator[object]:
    async with closing(pieces):
        async for data in pieces:
            yield Chunk(data, Stream.OUTPUT, origin)


async def _groups(lines: AsyncIterator[object], count: int) -> AsyncIterator[object]:
    group: list[object] = []
    async with closing(lines):
        async for line in lines:
            group.append(line)
            if len(group) == count:
                yield group
                group = []
    if group:
        yield group


async def _first(lines: AsyncIterator[object], count: int) -> AsyncIterator[object]:
    async with aclosing(lines) as open_lines:  # type: ignore[type-var]
        while count > 0 and (line := await anext(open_lines, None)) is not None:
            yield line
            count -= 1
