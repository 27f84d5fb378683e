"""The examples of PowerShell's own help pages, rewritten with shell commands: a file for each page, read here.

    [[example]]
    number = 1                      # as on the page; examples that a page does not number, in its order
    title = "Start a background job"
    text = "Start-Job { ps }"       # what `jobsh -c` runs: Server01, … are hosts; $env:PORT their port, $env:KEY a key file
    then = ["…"]                    # further texts, each run by another jobsh (the first one is gone);
    elsewhere = true                # … of the same person at another machine
    typed = ["…"]                   # instead of `out`: the text is typed line by line at the prompt, and each line is answered so
    files = { "a.txt" = "…" }       # files that are here; `there`: on every host (each has one called `name`: I am Server01)
    out = "…"                       # what it must print: `*` is any text, a line `...` any lines; blanks are alike
    any_order = true                # … its lines in any order
    err = "…"                       # what it must say on standard error; nothing without it
    status = 0                      # how it must end; "any"
    absent = "…"                    # it means nothing here, and why: it must fail, and its error name one of
    says = ["-PSVersion"]           # these

Knows how an example looks, not how it is run.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from jobsh.model.struct import Struct

DIRECTORY = Path(__file__).parent


class ManualExample(Struct):
    """One example of a page."""

    page: str
    number: int
    title: str
    text: str
    then: Sequence[str] = ()
    elsewhere: bool = False
    typed: Sequence[str] = ()
    files: dict[str, str] = {}  # noqa: RUF012  (a Struct's default)
    there: dict[str, str] = {}  # noqa: RUF012
    out: str = ""
    any_order: bool = False
    err: str = ""
    status: int | str = 0
    absent: str = ""
    says: Sequence[str] = ()

    def __str__(self) -> str:
        return f"{self.page} {self.number}"


@cache
def examples() -> tuple[ManualExample, ...]:
    """All examples, page by page."""
    return tuple(example for path in sorted(DIRECTORY.glob("*.toml")) for example in _of(path))


def _of(path: Path) -> Iterator[ManualExample]:
    for entry in tomllib.loads(path.read_text("utf-8"))["example"]:
        yield ManualExample(page=path.stem, **entry)


def fits(wanted: str, printed: str, *, any_order: bool = False) -> bool:
    """Whether a text is as an example wants it."""
    patterns, lines = _lines(wanted), _lines(printed)
    if any_order:
        patterns, lines = sorted(patterns), sorted(lines)
    return (
        re.fullmatch("".join(_expression(pattern) for pattern in patterns), "".join(f"{x}\n" for x in lines))
        is not None
    )


def _lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def _expression(pattern: str) -> str:
    if pattern == "...":
        return "(?:.*\n)*"
    return ".*".join(re.escape(part) for part in pattern.split("*")) + "\n"
