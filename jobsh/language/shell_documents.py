"""Here-documents: their delimiters, and where their bodies are. Knows no jobsh."""

from __future__ import annotations

from typing import NamedTuple, NoReturn

from jobsh.errors import ParseError
from jobsh.language.ast import TokenKind
from jobsh.language.patterns import Pattern
from jobsh.language.shell_words import BLANKS, PLAIN, ShellWords, reraise_refusal, unquoted
from jobsh.language.trace import Trace

_EXPANDED = Pattern(r"[^\\$`]+")


class Document(NamedTuple):
    """A here-document whose body is still to come."""

    start: int
    delimiter: str
    strip_tabs: bool
    literal: bool


class Bodies:
    """Where here-documents are: a text may be read more than once, its documents are found only once."""

    def __init__(self) -> None:
        self.ends: dict[int, int] = {}
        """newline → end of the documents behind it."""
        self.places: dict[int, tuple[int, int]] = {}
        """start of the `<<` → start and end of the body, its last line included."""


class ShellDocuments(ShellWords):
    """Words, and the here-documents that redirections announce."""

    def __init__(self, text: str, pos: int = 0, end: int | None = None, *, trace: Trace | None = None) -> None:
        super().__init__(text, pos, end, trace=trace)
        self.documents: list[Document] = []
        """those whose bodies are still to come."""
        self.bodies = Bodies()

    def document(self, pos: int) -> int:
        """The operator `<<` or `<<-` at `pos` and its delimiter."""
        start, strip = pos, self.text.startswith("-", pos + 2)
        pos = BLANKS.span_end(self.text, pos + 2 + strip, self.end)
        end = self.plain_word(pos)
        if end == pos:
            if pos >= self.end:
                self.too_early("a here-document needs a delimiter after <<", start)
            self.fail("a here-document needs a delimiter after <<", start, start + 2)
        word = self.text[pos:end]
        delimiter = unquoted(word)
        self.documents.append(Document(start, delimiter, strip, delimiter != word))
        return end

    def plain_word(self, pos: int) -> int:
        """A word without brackets of its own: the file of a redirection, the delimiter of a here-document."""
        while pos < self.end:
            after = PLAIN.span_end(self.text, pos, self.end)
            if after == pos:
                after = pos + 1 if self.text[pos] in "{}" else self.part(pos)
            if after == pos:
                break
            pos = after
        return pos

    def newline(self, pos: int) -> int:
        """Past the newline at `pos` and the here-documents that begin after it."""
        end = self.bodies.ends.get(pos, pos + 1)
        documents, self.documents = self.documents, []
        for document in documents:
            if document.start not in self.bodies.places:
                start, end = end, self._body(document, end)
                self.bodies.places[document.start] = (start, end)
                self.bodies.ends[pos] = end
        return end

    def _body(self, document: Document, start: int) -> int:
        pos = start
        while pos < self.end:
            stop = self.text.find("\n", pos, self.end)
            stop = self.end if stop < 0 else stop
            line = self.text[pos:stop]
            if (line.lstrip("\t") if document.strip_tabs else line) == document.delimiter:
                self.mark(TokenKind.STRING, start, stop)
                if not document.literal:
                    self._expanded(start, pos)
                # A delimiter that ends the text needs no newline after it.
                return min(stop + 1, self.end)
            pos = stop + 1
        self.mark(TokenKind.STRING, start, self.end)
        return self.missing_body(document)

    def missing_body(self, document: Document) -> NoReturn:
        """The last line of a here-document is not there."""
        self.too_early(f"the here-document is not ended by a line {document.delimiter}", document.start)

    def _expanded(self, pos: int, end: int) -> None:
        """The variables that the body of a here-document names; its brackets need not balance for it to end."""
        outer, self.end = self.end, end
        depth = self.depth
        try:
            while pos < end:
                pos = _EXPANDED.span_end(self.text, pos, end)
                if pos < end:
                    pos = self.quoted_part(pos)
        except ParseError as error:
            reraise_refusal(error)
        finally:
            self.end, self.depth = outer, depth
