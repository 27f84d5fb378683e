"""`parse`: text to tree, or an error that says where and what to try."""

from __future__ import annotations

from jobsh.errors import ParseError, Span
from jobsh.language.ast import Script, Vocabulary
from jobsh.language.deep import deep
from jobsh.language.keywords import Keywords
from jobsh.language.trace import Trace


class Parser(Keywords):
    """Reads a whole text."""

    def whole(self) -> Script:
        """The text as a script; a bracket too many is an error."""
        script = self.script()
        if self.pos < self.end:
            self.fail(f"{self.seen()} closes nothing", self.pos)
        return script


def normal(text: str) -> str:
    """The text as it is read: CR LF is LF. Spans in trees and errors are positions in this text."""
    return text.replace("\r\n", "\n") if "\r\n" in text else text


@deep
def parse(text: str, vocabulary: Vocabulary, *, interactive: bool = False, trace: Trace | None = None) -> Script:
    """The tree of `text`. Raises ParseError, IncompleteInput or CommandNotFound, with span and source."""
    text = normal(text)
    zero = text.find("\0")
    if zero >= 0:
        raise ParseError("the text contains a NUL character", Span(zero, zero + 1), source=text)
    return Parser(text, vocabulary, interactive=interactive, trace=trace).whole()
