"""Select-String: the lines in which something is found."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Annotated

from jobsh.cmdlets._encodings import Encoding, decoded
from jobsh.cmdlets._input import InputObject, items
from jobsh.cmdlets._matching import Search, Wanted
from jobsh.cmdlets._paths import Choice, Exclude, Include, LiteralPath, Place
from jobsh.cmdlets._refused import CULTURE
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param, Refused
from jobsh.command.file_items import ItemPath, PathPattern
from jobsh.command.lines import split_lines
from jobsh.command.results import MatchInfo
from jobsh.errors import BindingError, FileError
from jobsh.model.files import FileItem
from jobsh.model.queries import has_wildcard
from jobsh.runtime.values import chunks, closing


class SelectString(Cmdlet):
    """Find the lines of text or files that match a regular expression.

    Each result has Line, LineNumber, Path, Matches, …; printed it looks as grep prints it. Files are those of the location, by name
    or from Get-ChildItem. Lines come as they are found, so it can watch a job: `Receive-Job 3 -Wait | Select-String error`.
    """

    pattern: Annotated[
        tuple[str, ...], Param("Regular expressions; one that matches is enough.", position=0, is_mandatory=True)
    ] = ()
    path: Annotated[
        tuple[PathPattern, ...],
        Param("Files at the location; wildcards allowed.", position=1, in_set="Path", is_mandatory=True),
    ] = ()
    literal_path: LiteralPath = ()
    include: Include = ()
    exclude: Exclude = ()
    encoding: Encoding = ""
    input_object: InputObject = ()
    simple_match: Annotated[bool, Param("Look for the text itself, not for a regular expression.")] = False
    case_sensitive: Annotated[bool, Param("Let the case of letters count.")] = False
    not_match: Annotated[bool, Param("Give the lines that do not match.")] = False
    quiet: Annotated[bool, Param("Say only whether there is such a line: $true or $false.")] = False
    list: Annotated[bool, Param("Only the first line of each file.")] = False
    raw: Annotated[bool, Param("Give the lines as text, nothing else.")] = False
    all_matches: Annotated[bool, Param("Find all matches in a line for its Matches, not only the first.")] = False
    context: Annotated[
        tuple[int, ...], Param("How many lines to show before and after: one number for both, or two.")
    ] = ()

    default_set = "Input"
    output_types = (MatchInfo,)
    refused = (*CULTURE, Refused("NoEmphasis", "nothing is emphasized", "leave it out"))
    examples = (
        Example("'web01 up', 'db1 down' | Select-String down", "The line with it."),
        Example(
            "Select-String -Path hosts.txt -Pattern '^web' | ForEach-Object LineNumber",
            "Where the lines of a file are.",
            setup="'db1', 'web01', 'web02' | Out-File hosts.txt",
        ),
        Example("'a1b22' | Select-String '[0-9]+' -AllMatches | % { $_.Matches.Value }", "What was found: 1, 22."),
        Example("1..9 | Select-String 5 -Context 1", "With a line before and after."),
        Example("'web01' | Select-String db -Quiet", "Whether there is one: False."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        if len(self.context) > 2 or min(self.context, default=0) < 0:
            raise BindingError("-Context takes one number of lines or two", error_id="ParameterArgumentValidationError")
        wanted = Wanted(
            self.pattern,
            is_simple=self.simple_match,
            case_sensitive=self.case_sensitive,
            inverted=self.not_match,
            finds_all=self.all_matches,
            context=self.context,
        )
        is_found = False
        async with aclosing(self._all(ctx, wanted)) as found:
            async for match in found:
                is_found = True
                if self.quiet:
                    break
                yield match.line if self.raw else match
        if self.quiet:
            yield is_found

    def _all(self, ctx: Context, wanted: Wanted) -> AsyncGenerator[MatchInfo, None]:
        named = self.path or self.literal_path
        return self._in_named_files(ctx, wanted) if named else self._in_input(ctx, wanted)

    async def _in_named_files(self, ctx: Context, wanted: Wanted) -> AsyncGenerator[MatchInfo, None]:
        place = await Place.of_call(ctx)
        choice = Choice(include=self.include, exclude=self.exclude)
        patterns = any(has_wildcard(path) for path in self.path)
        async for path in place.expanded(self.path, self.literal_path, choice=choice):
            async with aclosing(self._in_file(path, place, wanted, ctx, skips_directories=patterns)) as found:
                async for match in found:
                    yield match

    async def _in_input(self, ctx: Context, wanted: Wanted) -> AsyncGenerator[MatchInfo, None]:
        """In the text of objects, and in the files that Get-ChildItem gives."""
        search, place = Search(wanted), await Place.of_call(ctx)
        async for value in items(ctx, self.input_object):
            if not isinstance(value, FileItem):
                for match in search.add(value):
                    yield match
                continue
            try:
                path = await place.whole(ItemPath.of(value))
            except FileError as error:  # of another host
                await ctx.error(error)
                continue
            async with aclosing(self._in_file(path, place, wanted, ctx, skips_directories=True)) as found:
                async for match in found:
                    yield match
        for match in search.end():
            yield match

    async def _in_file(
        self, path: str, place: Place, wanted: Wanted, ctx: Context, *, skips_directories: bool
    ) -> AsyncGenerator[MatchInfo, None]:
        """In one file. One that cannot be read is an error record; the others go on."""
        try:
            async with aclosing(self._lines_found(path, place, wanted, ctx)) as found:
                async for match in found:
                    yield match
                    if self.list:
                        return
        except FileError as error:
            if not (skips_directories and error.error_id == "IsDirectory"):
                await ctx.error(error)

    async def _lines_found(
        self, path: str, place: Place, wanted: Wanted, ctx: Context
    ) -> AsyncGenerator[MatchInfo, None]:
        directory = (await ctx.directory()).rstrip("/") + "/"
        search = Search(wanted, path, path.removeprefix(directory))
        async with closing(split_lines(chunks(decoded(place.files.read(path), self.encoding)))) as lines:
            async for line in lines:
                for match in search.add(line):
                    yield match
        for match in search.end():
            yield match
