"""Get-Content: what is in a file."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Annotated, cast

from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.lines import split_lines
from jobsh.command.types import Path
from jobsh.errors import BindingError, OperationError
from jobsh.model.records import Chunk, Line, Origin, Stream


class GetContent(Cmdlet):
    """Give the lines of files at the location: on the host in an entered session, here otherwise.

    Bytes stay as they are on their way into another file or program. Wildcards are not expanded; `cat *.log` does that.
    """

    path: Annotated[
        tuple[Path, ...],
        Param("The files.", position=0, is_mandatory=True, from_property=True, aliases=("LiteralPath", "PSPath")),
    ] = ()
    total_count: Annotated[
        int | None, Param("Only so many lines from the beginning.", in_set="Head", aliases=("First", "Head"))
    ] = None
    tail: Annotated[int | None, Param("Only so many lines from the end.", in_set="Tail", aliases=("Last",))] = None
    raw: Annotated[bool, Param("The whole file as one text.", in_set="Raw")] = False

    default_set = "Head"
    output_types = (Line,)
    examples = (
        Example("Get-Content /etc/passwd -TotalCount 3", "The first three lines."),
        Example(
            "Get-Content app.log | where { $_ -match 'error' }",
            "The lines that speak of errors.",
            setup="Set-Content app.log 'all well', 'an error'",
        ),
        Example("$all = Get-Content app.log -Raw", "The file as one text.", setup="Set-Content app.log 'one', 'two'"),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        if min(self.total_count or 0, self.tail or 0) < 0:
            raise BindingError("-TotalCount and -Tail take 0 or more", error_id="ParameterArgumentValidationError")
        session = await ctx.session()
        origin = Origin(session.computer_name if session else "", show_computer_name=False)
        for path in self.path:
            try:
                async for value in self._of(path, origin, ctx):
                    yield value
            except OperationError as error:
                await ctx.error(error)

    async def _of(self, path: str, origin: Origin, ctx: Context) -> AsyncIterator[object]:
        chunks = _chunks(ctx.read_file(path), origin)
        if self.raw:
            data = b"".join([cast(Chunk, chunk).data async for chunk in chunks])
            yield data.decode("utf-8", "surrogateescape")
        elif self.tail is not None:
            for line in deque([line async for line in split_lines(chunks)], maxlen=self.tail):
                yield line
        elif self.total_count is not None:
            async for line in _first(split_lines(chunks), self.total_count):
                yield line
        else:
            async for chunk in chunks:
                yield chunk


async def _chunks(pieces: AsyncIterator[bytes], origin: Origin) -> AsyncIterator[object]:
    async for data in pieces:
        yield Chunk(data, Stream.OUTPUT, origin)


async def _first(lines: AsyncIterator[object], count: int) -> AsyncIterator[object]:
    async with aclosing(lines) as open_lines:  # type: ignore[type-var]
        while count > 0 and (line := await anext(open_lines, None)) is not None:
            yield line
            count -= 1
