"""Shell text as statements: neighbours as one text, chains, jobs, here-documents (LANGUAGE section 2)."""

from __future__ import annotations

from collections.abc import Iterable

from jobsh.errors import Span
from jobsh.language.ast import (
    Pipeline,
    ShellText,
    Statement,
)
from jobsh.language.blocks import Blocks
from jobsh.language.shell_documents import Document
from jobsh.language.shell_text import ShellScanner, Stop, using_of
from jobsh.language.shell_words import Reference

_OWN_LOOPS = "make {} a statement of its own, in jobsh's foreach (…) {{ … }} or if (…) {{ … }} where it must be in one"


class ShellStatements(Blocks):
    """Reads shell text where a statement, or a stage of a pipeline, is the shell's."""

    def _scanner(self) -> ShellScanner:
        scanner = ShellScanner(
            self.text,
            self.pos,
            closing=self.closing,
            trace=self.trace,
            on_command=self._refuse_in_text,
            piped=lambda pos: self.starts_piped(self.peek_lines(pos)).is_jobsh,
        )
        scanner.depth = self.depth
        scanner.earlier = self._earlier
        scanner.bodies = self.bodies
        return scanner

    def _refuse_in_text(self, word: str, pos: int) -> None:
        if self.is_cmdlet(word):
            # `{ … }` as a statement is the shell's group, which surprises who comes from PowerShell.
            group = self.text[self.pos : self.pos + 1] == "{"
            hint = "for a block of jobsh code write & { … }" if group else _OWN_LOOPS.format(word)
            self.refuse(word, pos, hint)

    def _shell_stage(self) -> ShellText:
        """One stage of a pipeline or link of a chain for the shell."""
        start = self.pos
        scanner = self._scanner()
        scanner.run()
        self.pos = scanner.pos
        if scanner.last == start:
            self.unexpected("a command")
        return self._shell_text(scanner, start, scanner.last, scanner.documents)

    def _shell_statement(self, value: bool = False) -> Statement:
        """Shell statements with nothing of jobsh between them, as one text; or the chain here, when jobsh has part in it."""
        start = self.pos
        marks = len(self.trace.marks) if self.trace else 0
        scanner = self._scanner()
        stop = self._shell_chain(scanner)
        if stop is None:
            return self._mixed(start, marks, value)
        if stop is Stop.BACKGROUND:
            return self._shell_job(scanner, start)
        while stop not in (None, Stop.BACKGROUND):
            end, documents, self.pos = scanner.last, list(scanner.documents), scanner.pos
            if value or not self._joins(scanner, stop):
                break
            stop = self._shell_chain(scanner)
        text = self._shell_text(scanner, start, end, documents)
        return Pipeline(text.span, (text,))

    def _shell_chain(self, scanner: ShellScanner) -> Stop | None:
        """Read on to the end of the chain; None when jobsh has part in it."""
        while (stop := scanner.run()) in (Stop.AND, Stop.OR):
            self._offer_command()
            scanner.advance(stop)
            if scanner.pos >= scanner.end:
                self.incomplete(f"a command is missing after {stop.value}", scanner.last)
            if not self._is_shell(scanner.pos):
                return None
        return None if stop is Stop.PIPE or self._goes_on(scanner, stop) else stop

    def _shell_job(self, scanner: ShellScanner, start: int) -> Statement:
        """A chain of shell text alone, and the `&` that makes it a job."""
        if scanner.last == start:
            self.unexpected("a command before the `&`")
        self.pos = scanner.pos
        text = self._shell_text(scanner, start, scanner.last, list(scanner.documents))
        return self._background(Pipeline(text.span, (text,)), start)

    def _mixed(self, start: int, marks: int, value: bool) -> Statement:
        """The chain was only scanned; now it is read link by link."""
        if self.trace:
            del self.trace.marks[marks:]
        self.pos = start
        return self._chain(value)

    def _goes_on(self, scanner: ShellScanner, stop: Stop) -> bool:
        """In a file a next line that begins with `|` or `&&` goes on; no shell reads that, so each part is its own text."""
        if stop is not Stop.NEWLINE or self.interactive or scanner.documents:
            return False
        following = self.peek_lines(scanner.pos)
        return self.text.startswith(("|", "&&"), following)

    def _joins(self, scanner: ShellScanner, stop: Stop | None) -> bool:
        """Go past a separator; whether another shell statement stands there."""
        if stop is not Stop.NEWLINE and stop is not Stop.SEMICOLON:
            return False
        scanner.advance(stop)
        if self.text.startswith("<#", scanner.pos):
            return False
        if scanner.pos >= scanner.end or (self.closing and self.text.startswith(self.closing, scanner.pos)):
            return False
        return self._is_shell(scanner.pos)

    def _is_shell(self, pos: int) -> bool:
        return not self.starts(pos).is_jobsh

    def _shell_text(self, scanner: ShellScanner, start: int, end: int, documents: list[Document]) -> ShellText:
        """The text from `start` to `end`, with the here-documents that begin after its line."""
        text, pieces = self.text[start:end], [(start, end, 0)]
        scanner.documents, scanner.pos = documents, self.pos
        scanner.find_bodies()
        for document in documents:
            place = self.bodies.places[document.start]
            text += "" if text.endswith("\n") else "\n"
            pieces.append((*place, len(text)))
            text += self.text[slice(*place)]
        found = _placed(scanner.references.values(), pieces)
        using = using_of(found)
        if self.in_code:
            using = sorted([*using, *((Span(r.start, r.end), "_") for r in found if r.name == "_")])
        names = dict.fromkeys(r.name for r in found if r.name == "null" or self.is_assigned(r.name))
        return ShellText(Span(start, end), text, tuple(names), tuple(using))

    # ── what subclasses read ─────────────────────────────────────────────────────────────────────────────────

    def _chain(self, value: bool = False) -> Statement:
        """Links with `&&` and `||` between them, each by itself."""
        raise NotImplementedError

    def _background(self, statement: Statement, start: int) -> Statement:
        """The statement, or the job that a `&` makes of it."""
        raise NotImplementedError

    def _offer_command(self) -> None:
        """Tell the trace that a command may come here."""
        raise NotImplementedError


def _placed(references: Iterable[Reference], pieces: list[tuple[int, int, int]]) -> list[Reference]:
    """The references that lie in these pieces of the source, with their positions in the text made of the pieces."""
    found: list[Reference] = []
    for start, end, offset in pieces:
        shift = offset - start
        inside = (r for r in references if start <= r.start < end)
        found += (Reference(r.start + shift, r.end + shift, r.name) for r in inside)
    return sorted(found)
