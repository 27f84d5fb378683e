"""Copy-Item: files and trees, here, at a host, and between machines."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Annotated, cast

from jobsh.cmdlets import _paths
from jobsh.cmdlets import _sessions as by
from jobsh.cmdlets._paths import Place
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.file_items import PathPattern
from jobsh.command.name_types import Path
from jobsh.command.selectors import SessionSelector
from jobsh.errors import ExitStatus, HostError, InvalidState
from jobsh.model.files import Copied, CopyEvent, CopyFailed, CopyFrom, CopyProgress, CopyRequest, CopyTo, FileItem
from jobsh.model.records import ErrorRecord
from jobsh.runtime.values import closing


class CopyItem(Cmdlet):
    """Copy files and directories: at the location, to the hosts of sessions, or from them.

    Permissions and times are kept. A file gets its name when it is whole. A directory without -Recurse is made empty. From
    several sessions at once each host gets a folder of its own in the destination; to several, each gets everything. With
    -FromSession and -ToSession the bytes go through this machine. What fails is one error for each file; the rest goes on.
    """

    path: Annotated[
        tuple[PathPattern, ...],
        Param(
            "What to copy; wildcards allowed. On the host with -FromSession.",
            position=0,
            in_set="Path",
            is_mandatory=True,
            from_pipeline=True,
            from_property=True,
            files_of="FromSession",
        ),
    ] = ()
    literal_path: _paths.LiteralPath = ()
    destination: Annotated[
        Path,
        Param(
            "Where to: into a directory that is there, else to this name. On the hosts with -ToSession.",
            position=1,
            files_of="ToSession",
        ),
    ] = "."
    to_session: Annotated[
        tuple[SessionSelector, ...], Param("Copy to the hosts of these sessions.", refuses_empty=True)
    ] = ()
    from_session: Annotated[
        tuple[SessionSelector, ...], Param("Copy from the hosts of these sessions.", refuses_empty=True)
    ] = ()
    recurse: Annotated[bool, Param("Copy what is in directories, too.")] = False
    container: Annotated[
        bool, Param("Keep the directories of trees; with -Container:$false all files go into one directory.")
    ] = True
    force: Annotated[bool, Param("Replace read-only files; wildcards match hidden files.")] = False
    resume: Annotated[
        bool,
        Param(
            "Go on with an earlier copy: skip files whose size and time (to the second) are the same, and continue files that were "
            "begun from the same state of the same source, where the last MiB of what is there is the source's."
        ),
    ] = False
    filter: _paths.Filter = ""
    include: _paths.Include = ()
    exclude: _paths.Exclude = ()
    pass_thru: Annotated[bool, Param("Write each file and directory that was copied to the pipeline.")] = False

    default_set = "Path"
    changes_something = True
    output_types = (FileItem,)
    gives = "Nothing; with -PassThru what was copied."
    examples = (
        Example("Copy-Item notes.txt kept.txt", "Copy a file.", setup="Set-Content notes.txt 'one'"),
        Example(
            "Copy-Item ./site -Destination ~/www -ToSession $s -Recurse",
            "Copy a tree to hosts.",
            setup="mkdir site; echo hi > site/index.html; $s = New-Session web01",
        ),
        Example(
            "Copy-Item /etc/passwd -Destination ./users -FromSession $all",
            "The same file of several hosts: users/web01/passwd, users/web02/passwd.",
            setup="$all = New-Session web01, web02",
        ),
        Example(
            "Copy-Item big.iso -Destination ~ -ToSession $s -Resume",
            "Go on where a copy was cut.",
            setup="echo big > big.iso; $s = New-Session web01",
        ),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        sources = await self._places(ctx, self.from_session)
        targets = await self._places(ctx, self.to_session)
        if not sources or not targets:
            return
        froms = [
            CopyFrom(place.location, await self._paths(ctx, place, targets), folder)
            for place, folder in zip(sources, _folders(sources), strict=True)
        ]
        froms = [one for one in froms if one.paths]
        if froms:
            async with closing(self._copied(ctx, await self._request(ctx, froms, targets))) as items:
                async for item in items:
                    yield item

    async def _places(self, ctx: Context, sessions: Sequence[SessionSelector]) -> list[Place]:
        if not sessions:
            return [await Place.of_call(ctx)]
        found = await by.to_run_in(ctx, sessions)
        return [Place(ctx, session.id, session.computer_name) for session in found]

    async def _paths(self, ctx: Context, place: Place, targets: Sequence[Place]) -> tuple[str, ...]:
        """What is to be copied from there, as far as -WhatIf and -Confirm let it. A host that is gone is its own error."""
        paths: list[str] = []
        goals = f" on {', '.join(target.host or 'this machine' for target in targets)}" if self.to_session else ""
        try:
            async for path in place.expanded(self.path, self.literal_path, shows_hidden=self.force):
                what = f"{place.host + ':' if place.host else ''}{path} to {self.destination}{goals}"
                if await ctx.should_process("Copy File", what):
                    paths.append(path)
        except (HostError, InvalidState) as error:
            await ctx.error(error)
            return ()
        return tuple(paths)

    async def _request(self, ctx: Context, froms: Sequence[CopyFrom], targets: Sequence[Place]) -> CopyRequest:
        return CopyRequest(
            tuple(froms),
            tuple([CopyTo(target.location, await target.whole(self.destination)) for target in targets]),
            self.recurse,
            not self.container,
            self.force,
            self.resume,
            (*self.include, *((self.filter,) if self.filter else ())),
            self.exclude,
            ctx.surroundings().umask,
            self.pass_thru,
        )

    async def _copied(self, ctx: Context, request: CopyRequest) -> AsyncIterator[FileItem]:
        try:
            async with closing(ctx.engine.copy(request)) as events:
                async for event in events:
                    if isinstance(event, Copied):
                        yield event.item
                    else:
                        await _tell(ctx, event)
        finally:
            ctx.progress("", 0, 0)


async def _tell(ctx: Context, event: CopyEvent) -> None:
    if isinstance(event, CopyProgress):
        activity = f"Copy-Item: {event.files} of {event.total_files} files, MB"
        ctx.progress(activity, event.bytes >> 20, max(event.total_bytes >> 20, 1))
        return
    failed = cast(CopyFailed, event)
    status = ExitStatus.HOST_NOT_REACHED if failed.is_host else ExitStatus.ERROR
    category = "ConnectionError" if failed.is_host else "WriteError"
    target = failed.path or failed.host
    await ctx.error(
        ErrorRecord(
            failed.message, category, failed.error_id, target, failed.host, failed.hint, exit_status=int(status)
        )
    )


def _folders(sources: Sequence[Place]) -> list[str]:
    """A folder for each of several sources: its host's name, told apart where two sessions are on one host."""
    if len(sources) < 2:
        return [""] * len(sources)
    folders: list[str] = []
    for place in sources:
        name = place.host.replace("/", "_").lstrip(".") or "host"
        folders.append(name if name not in folders else f"{name}-{place.location}")
    return folders
