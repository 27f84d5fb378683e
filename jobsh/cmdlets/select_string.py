"""Select-String: the lines in which something is found."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Annotated, cast

from jobsh.cmdlets._input import InputObject, items
from jobsh.cmdlets._matching import LineMatcher
from jobsh.cmdlets._refused import CULTURE, ENCODING
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param, Refused
from jobsh.command.lines import split_lines
from jobsh.command.results import MatchContext, MatchInfo
from jobsh.command.text import to_text
from jobsh.command.types import Path
from jobsh.errors import BindingError, OperationError
from jobsh.model.records import Line
from jobsh.runtime.values import chunks


class SelectString(Cmdlet):
    """Find the lines of text or files that match a regular expression.

    Each result has Line, LineNumber, Path, Matches, …; printed it looks as grep prints it. Files are those of the location. Lines
    come as they are found, so it can watch a job: `Receive-Job 3 -Wait | Select-String error`.
    """

    pattern: Annotated[
        tuple[str, ...], Param("Regular expressions; one that matches is enough.", position=0, is_mandatory=True)
    ] = ()
    path: Annotated[
        tuple[Path, ...],
        Param("Files at the location.", position=1, in_set="File", is_mandatory=True, aliases=("LiteralPath",)),
    ] = ()
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
    refused = (*CULTURE, *ENCODING, Refused("NoEmphasis", "nothing is emphasized", "leave it out"))
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
        matcher = LineMatcher(
            self.pattern, is_simple=self.simple_match, case_sensitive=self.case_sensitive, finds_all=self.all_matches
        )
        is_found = False
        async with aclosing(self._all(ctx, matcher)) as found:
            async for match in found:
                is_found = True
                if self.quiet:
                    break
                yield match.line if self.raw else match
        if self.quiet:
            yield is_found

    async def _all(self, ctx: Context, matcher: LineMatcher) -> AsyncGenerator[MatchInfo, None]:
        """The lines found in all that is given."""
        sources = [(path, split_lines(chunks(ctx.read_file(path)))) for path in self.path]
        for path, source in sources or [("", items(ctx, self.input_object))]:
            try:
                async with aclosing(self._found(path, source, matcher)) as found:
                    async for match in found:
                        yield match
                        if self.list:
                            break
            except OperationError as error:
                if not path:
                    raise
                await ctx.error(error)

    async def _found(
        self, path: str, source: AsyncIterator[object], matcher: LineMatcher
    ) -> AsyncGenerator[MatchInfo, None]:
        """The lines found in one source; each waits for the lines that follow it, where they are wanted."""
        before, after = (*self.context, *self.context[-1:], 0, 0)[:2]
        passed: deque[str] = deque(maxlen=before)
        waiting: deque[tuple[MatchInfo, list[str]]] = deque()
        number = 0
        async with aclosing(cast("AsyncGenerator[object, None]", source)) as values:
            async for value in values:
                number += 1
                text = to_text(value)
                for _, following in waiting:
                    following.append(text)
                while waiting and len(waiting[0][1]) == after:
                    yield _whole(*waiting.popleft())
                pattern, matches = matcher.match(text)
                if (pattern is None) is self.not_match:
                    info = MatchInfo(
                        number, text, path, pattern or self.pattern[0], matches, not self.case_sensitive, _host(value),
                        MatchContext(tuple(passed), ()) if self.context else None,
                    )  # fmt: skip
                    if after:
                        waiting.append((info, []))
                    else:
                        yield info
                passed.append(text)
        for info, following in waiting:
            yield _whole(info, following)


def _whole(info: MatchInfo, following: list[str]) -> MatchInfo:
    assert info.context is not None
    return info.replace(context=info.context.replace(post_context=tuple(following)))


def _host(value: object) -> str:
    return value.origin.computer_name if isinstance(value, Line) and value.origin.show_computer_name else ""
