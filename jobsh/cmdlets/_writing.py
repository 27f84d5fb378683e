"""What the verbs that write files share: their parameters, the way to the files, and values on their way into them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from typing import Annotated, Protocol

from jobsh.cmdlets._encodings import Encoder
from jobsh.cmdlets._paths import Choice, Place
from jobsh.command.context import Context
from jobsh.command.declaration import Param
from jobsh.command.file_items import PathPattern
from jobsh.command.text import to_text
from jobsh.command.values import as_list
from jobsh.errors import FileError, PathNotFound
from jobsh.model.files import FileInfo, WriteMode
from jobsh.model.records import Line
from jobsh.ports.files import FileWriter
from jobsh.runtime.values import closing

Paths = Annotated[
    tuple[PathPattern, ...],
    Param("The files; wildcards mean those that are there.", position=0, in_set="Path", is_mandatory=True),
]
Force = Annotated[bool, Param("Write read-only files, too.")]
NoNewline = Annotated[bool, Param("Write no newlines after the values.")]


class WrittenFiles:
    """Files that get the same values. One that cannot be written is an error; the others go on."""

    def __init__(
        self, ctx: Context, place: Place, mode: WriteMode, encoding: str = "", *, forces: bool = False
    ) -> None:
        self._ctx = ctx
        self._place = place
        self._mode = mode
        self._encoding = encoding
        self._forces = forces
        self._files: list[tuple[FileWriter, Encoder]] = []
        self._open = AsyncExitStack()

    async def __aenter__(self) -> WrittenFiles:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._open.aclose()

    async def open(self, path: str) -> None:
        """Begin with one more, at a whole path."""
        try:
            info = await self._found(path)
            if self._forces and info is not None and not info.mode & 0o200:
                await self._place.files.change(path, permissions=info.permissions | 0o200)
                self._open.push_async_callback(self._place.files.change, path, permissions=info.permissions)
            writer = await self._place.files.write(path, self._mode)
        except FileError as error:
            await self._ctx.error(error)
            return
        begins = self._mode is not WriteMode.APPEND or info is None or not info.size
        self._open.push_async_callback(self._close, writer)
        self._files.append((writer, Encoder(self._encoding, begins=begins)))

    async def _found(self, path: str) -> FileInfo | None:
        """How the file is, where that matters."""
        if not self._forces and not (self._encoding and self._mode is WriteMode.APPEND):
            return None
        try:
            return await self._place.files.stat(path)
        except PathNotFound:
            return None

    async def _close(self, writer: FileWriter) -> None:
        try:
            await writer.aclose()
        except FileError as error:
            await self._ctx.error(error)

    async def write(self, data: bytes) -> None:
        """Write UTF-8 into all of them."""
        for writer, encoder in self._files:
            await writer.write(encoder.encode(data))

    @property
    def is_any(self) -> bool:
        """Whether there is one to write to."""
        return bool(self._files)


class Writing(Protocol):
    """A call of Set-Content or Add-Content."""

    @property
    def path(self) -> tuple[str, ...]: ...
    @property
    def literal_path(self) -> tuple[str, ...]: ...
    @property
    def value(self) -> tuple[object, ...]: ...
    @property
    def no_newline(self) -> bool: ...
    @property
    def encoding(self) -> str: ...
    @property
    def force(self) -> bool: ...
    @property
    def pass_thru(self) -> bool: ...
    @property
    def filter(self) -> str: ...
    @property
    def include(self) -> tuple[str, ...]: ...
    @property
    def exclude(self) -> tuple[str, ...]: ...


async def written(ctx: Context, call: Writing, action: str, mode: WriteMode) -> AsyncIterator[object]:
    """Write -Value, then what comes through the pipeline; gives it on with -PassThru."""
    place = await Place.of_call(ctx)
    choice = Choice(call.filter, call.include, call.exclude)
    async with WrittenFiles(ctx, place, mode, call.encoding, forces=call.force) as files:
        async for path in place.expanded(call.path, call.literal_path, choice=choice):
            if await ctx.should_process(action, path):
                await files.open(path)
        if not files.is_any:
            return
        async with closing(_values(ctx, call.value)) as values:
            async for value in values:
                await files.write(line_bytes(value, no_newline=call.no_newline))
                if call.pass_thru:
                    yield value


async def _values(ctx: Context, values: Sequence[object]) -> AsyncIterator[object]:
    for value in values:
        yield value
    async with closing(ctx.input) as given:
        async for value in given:
            yield value


def line_bytes(value: object, *, no_newline: bool) -> bytes:
    """A value as a line of a file."""
    end = "" if no_newline else "\n"
    if isinstance(value, Line):
        return value.to_bytes() if not no_newline else value.encode("utf-8", "surrogateescape")
    return "".join(to_text(item) + end for item in as_list(value)).encode("utf-8", "surrogateescape")
