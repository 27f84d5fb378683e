"""Which files a call means: paths with wildcards to whole paths, at a location. Reads directories, opens no file."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Annotated

from jobsh.command.context import Context
from jobsh.command.declaration import Param
from jobsh.command.file_items import ItemPath, PathPattern
from jobsh.command.types import Path
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
        """The path as those files take it; raises for an object of another host."""
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
                whole = await self.whole(path)
                if isinstance(path, ItemPath) or path in literal or not has_wildcard(path):
                    found = [whole]
                else:
                    found = await self._matching(whole, shows_hidden)
                for one in found:
                    if choice is None or choice.takes(one.rstrip("/").rpartition("/")[2]):
                        yield one
            except FileError as error:
                await self._ctx.error(error)

    async def _matching(self, pattern: str, shows_hidden: bool) -> list[str]:
        """The paths that are there and match, sorted by their parts."""
        steps = pattern.rstrip("/").split("/")
        first = next(n for n, step in enumerate(steps) if has_wildcard(step))
        found = ["/".join(steps[:first]) or ("/" if pattern.startswith("/") else "")]
        for n, step in enumerate(steps[first:], first):
            is_last = n == len(steps) - 1
            if has_wildcard(step):
                found = [path for base in found for path in await self._in(base, step, shows_hidden, is_last)]
            else:
                found = [path for path in (_below(base, step) for base in found) if await self.is_there(path)]
        return found

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
