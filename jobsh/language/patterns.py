"""Regular expressions that are compiled when first used: compiling all of them would cost a one-liner its start-up."""

from __future__ import annotations

import re
import sys


class Pattern:
    """`re.Pattern`, but late. After the first use the compiled method stands in the instance: no cost remains."""

    def __init__(self, source: str, flags: int = 0) -> None:
        self.source = source
        self.flags = flags

    def match(self, text: str, pos: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """As `re.Pattern.match`."""
        compiled = re.compile(self.source, self.flags)
        self.match = compiled.match  # type: ignore[method-assign, assignment]
        return compiled.match(text, pos, end)

    def search(self, text: str, pos: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """As `re.Pattern.search`."""
        compiled = re.compile(self.source, self.flags)
        self.search = compiled.search  # type: ignore[method-assign, assignment]
        return compiled.search(text, pos, end)

    def sub(self, new: str, text: str) -> str:
        """As `re.Pattern.sub`."""
        compiled = re.compile(self.source, self.flags)
        self.sub = compiled.sub  # type: ignore[method-assign, assignment]
        return compiled.sub(new, text)

    def span_end(self, text: str, pos: int, end: int = sys.maxsize) -> int:
        """Where the match at `pos` ends; `pos` itself when nothing matches."""
        found = self.match(text, pos, end)
        return found.end() if found else pos
