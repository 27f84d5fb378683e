"""Which files a call means: paths with wildcards to whole paths, at a location. Reads directories, opens no file."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Annotated

from jobsh.command.context import Context
from jobsh.command.declaration import Param
from jobsh.command.file_items import ItemPath, PathPattern
from jobsh.command.name_types import Path
from jobsh.errors import FileError, PathNotFound
from jobsh.model.files import FileInfo, FileItem, FileKind
from jobsh.model.ids import Location
from jobsh.model.queries import has_wildcard, matches, matches_case
from jobsh.model.struct import Struct
from jobsh.ports.files import Files

Paths = Annotated[
    tuple[PathPattern, ...],
    Param(
        "Paths, or files that Get-ChildItem gave; wildcards allowed.",
        position=0,
        in_set="Path",
        is_mandatory=True,
        from_pipeline=True,
        from_property=True,
    ),
]
LiteralPath = Annotated[
    tuple[Path, ...],
    Param("Paths taken as they are: no wildcards.", in_set="LiteralPath", is_mandatory=True, aliases=("PSPath", "LP")),
]
Filter = Annotated[str, Param("Only files with such a name, in trees too: *.log.")]
Include = Annotated[tuple[str, ...], Param("Only files with one of these names; wildcards allowed.")]
Exclude = Annotated[
    tuple[str, ...], Param("Leave out files and directories with one of these names; wildcards allowed.")
]


class Choice(Struct):
    """Which files of those that are found, by their names."""

    filter: str = ""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def takes(self, name: str) -> bool:
        """Whether a file of this name is meant."""
        included = not self.include or any(matches(pattern, name) for pattern in self.include)
        return included and not self.leaves_out(name) and (not self.filter or matches(self.filter, name))

    def leaves_out(self, name: str) -> bool:
        """Whether it is left out, with all that is in it."""
        return any(matches(pattern, name) for pattern in self.exclude)


class Place:
    """The files of a location, as a cmdlet works with them."""

    def __init__(self, ctx: Context, location: Location, host: str) -> None:
        self._ctx = ctx
        self.location = location
        self.host = host
        """The name of the host; empty: this machine."""

    @classmethod
    async def of_call(cls, ctx: Context) -> Place:
        """Where we are."""
        session = await ctx.session()
        return cls(ctx, ctx.location, "" if session is None else session.computer_name)

    @property
    def files(self) -> Files:
        """The files there."""
        return self._ctx.files(self.location)

    async def whole(self, path: str) -> str:
        """The path as those files take it; raises for an object of another host, and for the name of nothing: a variable
        without a value must not mean the directory we are in."""
        if not path:
            raise FileError("the name of the file is empty", error_id="EmptyPath")
        if isinstance(path, ItemPath) and path.host != self.host:
            place, here = path.host or "this machine", self.host or "this machine"
            raise FileError.about(path.host, path, f"this is a file of {place}, not of {here}", error_id="OtherHost")
        return await self._ctx.whole_path(path, self.location)

    async def item(self, path: str, info: FileInfo) -> FileItem:
        """The object for a file."""
        target = await self.files.read_link(path) if info.kind is FileKind.LINK else ""
        return FileItem(path, info, self.host, target)

    async def expanded(
        self,
        paths: Sequence[str],
        literal: Sequence[str] = (),
        *,
        choice: Choice | None = None,
        shows_hidden: bool = False,
    ) -> AsyncIterator[str]:
        """Whole paths that `choice` takes: those of a pattern sorted (none is no error), others whether there is something or not.
        What cannot be read is an error, and the others go on."""
        for path in (*paths, *literal):
            try:
                if isinstance(path, ItemPath) or path in literal or not has_wildcard(path):
                    found = [await self.whole(path)]
                else:
                    found = await self._matching(path, shows_hidden)
                for one in found:
                    if choice is None or choice.takes(one.rstrip("/").rpartition("/")[2]):
                        yield one
            except FileError as error:
                await self._ctx.error(error)

    async def _matching(self, pattern: str, shows_hidden: bool) -> list[str]:
        """The paths that are there and match, sorted by their parts. Where we are is no part of the pattern."""
        base, steps = await self._parts(pattern)
        found, is_certain = [base], True
        for n, step in enumerate(steps):
            if has_wildcard(step):
                is_last, is_certain = n == len(steps) - 1, False
                found = [path for base in found for path in await self._in(base, step, shows_hidden, is_last)]
            else:
                paths = [_below(base, step) for base in found]
                found = paths if is_certain else [path for path in paths if await self.is_there(path)]
        return found

    async def _parts(self, pattern: str) -> tuple[str, list[str]]:
        """(directory to begin in, names and patterns below it)."""
        first, _, rest = pattern.partition("/")
        if first == "~":
            base, steps = await self.whole("~"), rest
        else:
            base, steps = (
                ("/", pattern) if pattern.startswith("/") else (await self._ctx.whole_path("", self.location), pattern)
            )
        return base.rstrip("/") or "/", [step for step in steps.split("/") if step not in ("", ".")]

    async def _in(self, directory: str, pattern: str, shows_hidden: bool, is_last: bool) -> list[str]:
        hidden = shows_hidden or pattern.startswith(".")
        names: list[str] = []
        try:
            async for infos in self.files.list(directory or "."):
                for info in infos:
                    may_lead_on = is_last or info.kind in (FileKind.DIRECTORY, FileKind.LINK)
                    is_shown = hidden or not info.name.startswith(".")
                    if may_lead_on and is_shown and matches_case(pattern, info.name):
                        names.append(info.name)
        except FileError as error:
            if error.error_id in ("NotDirectory", "PathNotFound"):
                return []
            raise
        return [_below(directory, name) for name in sorted(names)]

    async def is_there(self, path: str) -> bool:
        """Whether something stands at a whole path, a dangling link too."""
        try:
            await self.files.stat(path, follows=False)
        except PathNotFound:
            return False
        except FileError as error:
            if error.error_id == "NotDirectory":
                return False
            raise
        return True


def _below(directory: str, name: str) -> str:
    return f"{directory.rstrip('/')}/{name}" if directory else name
