"""`parse`: text to tree, or an error that says where and what to try."""

from __future__ import annotations

from jobsh.errors import IncompleteInput, ParseError, Span
from jobsh.language.ast import Block, BlockKind, Script, TokenKind, Vocabulary
from jobsh.language.deep import deep
from jobsh.language.keywords import Keywords
from jobsh.language.patterns import Pattern
from jobsh.language.trace import Cursor, CursorKind, Trace

NEXT_STATEMENT = Pattern(r"[^\n;]*[\n;]?")


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
def parse(text: str, vocabulary: Vocabulary, *, interactive: bool = False) -> Script:
    """The tree of `text`. Raises ParseError, IncompleteInput or CommandNotFound, with span and source."""
    text = normal(text)
    zero = text.find("\0")
    if zero >= 0:
        raise ParseError("the text contains a NUL character", Span(zero, zero + 1), source=text)
    try:
        return Parser(text, vocabulary, interactive=interactive).whole()
    except IncompleteInput:
        raise
    except ParseError as error:
        if not error.hint:
            from jobsh.language.doubts import not_built

            error.hint = not_built(text)
        raise


@deep
def parse_block(text: str, kind: BlockKind, vocabulary: Vocabulary) -> Block:
    """A block whose text (with its braces) was kept until it reached a parameter, read as that parameter reads blocks."""
    parser = Parser(normal(text), vocabulary)
    return parser.code_block() if kind is BlockKind.CODE else parser.host_block(False)


@deep
def read_tolerantly(text: str, vocabulary: Vocabulary, trace: Trace) -> None:
    """Fill `trace` from a text that may be wrong or half typed; positions are those of `text`. Never raises."""
    readable = text.replace("\r\n", " \n").replace("\0", " ")
    parser = Parser(readable, vocabulary, trace=trace)
    while parser.pos < len(readable):
        try:
            parser.whole()
        except IncompleteInput:
            return
        except ParseError as error:
            parser = _after_error(error, readable, vocabulary, trace, parser.pos)


def _after_error(error: ParseError, text: str, vocabulary: Vocabulary, trace: Trace, reached: int) -> Parser:
    """A parser that goes on with the next statement after what was wrong."""
    span = error.span or Span(reached, reached + 1)
    trace.mark(TokenKind.ERROR, span.start, span.end)
    parser = Parser(text, vocabulary, trace=trace)
    parser.pos = NEXT_STATEMENT.span_end(text, max(span.end, span.start + 1))
    trace.enclosing = ()
    trace.offer(Cursor(CursorKind.NONE, Span(span.end, span.end)))
    return parser
