"""Blocks `{ … }`: jobsh code, or a script for a shell kept byte for byte (LANGUAGE section 3)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from jobsh.errors import IncompleteInput, ParseError, Span
from jobsh.language.arguments import CommandContext
from jobsh.language.ast import Block, BlockKind, Script, Statement, TokenKind
from jobsh.language.commands import Commands
from jobsh.language.patterns import Pattern
from jobsh.language.reader import Scope
from jobsh.language.shell_text import ShellScanner
from jobsh.language.shell_words import REFUSED
from jobsh.language.trace import Cursor, CursorKind

_CMDLET = Pattern(r"[A-Za-z]+-[A-Za-z]\w*$")
_MAY_FORCE = Pattern(r"\}[ \t]*-[iI]")
_LATER_PARAMETER = Pattern(r"[^\n;|&]*?[ \t]-([A-Za-z]+)")
_State = tuple[str, bool, bool, str, CommandContext | None]


class Blocks(Commands):
    """Reads what stands in brackets: blocks, scripts, single statements."""

    def block(self) -> Block:
        """A block that nobody has claimed yet: read like a HostScript, its text is kept for whom it reaches."""
        return self.host_block(False)

    def code_block(self) -> Block:
        """`{ … }` that is jobsh code whatever it starts with."""
        start = self.pos
        outer, self.in_code = self.in_code, True
        code = self._code(start)
        self.in_code = outer
        return Block(Span(start, self.pos), self.text[start + 1 : self.pos - 1], code, BlockKind.CODE, start + 1)

    def host_block(self, forced: bool) -> Block:
        """`{ … }` that is jobsh code if its first statement starts like jobsh, else a shell's script."""
        start = self.pos
        if forced or not self.is_code(start + 1):
            return self._script_block(start, checked=not forced)
        depth, scopes, state = self.depth, len(self.scopes), self._state()
        outer, self.in_code = self.in_code, False
        try:
            code = self._code(start)
        except ParseError:
            self._restored(state)
            if not self._is_forced_later(start):
                raise
            self.depth, self.in_code = depth, outer
            del self.scopes[scopes:]
            return self._script_block(start, checked=False)
        self.in_code = outer
        return Block(Span(start, self.pos), self.text[start + 1 : self.pos - 1], code, BlockKind.HOST_SCRIPT, start + 1)

    def _is_forced_later(self, start: int) -> bool:
        """`{ … } -Interpreter python3`: what is no jobsh code may be Python."""
        if self._command is None or not _MAY_FORCE.search(self.text, start):
            return False
        try:
            end = self._script_end(start)
        except ParseError:
            return False
        later = _LATER_PARAMETER.match(self.text, end + 1)
        names = self._command.parameters() + ((later.group(1),) if later else ())
        return self.vocabulary.forces_script(self._command.canonical, names)

    def _code(self, start: int) -> Script:
        self.scopes.append(Scope())
        enclosing = self._enclose(start)
        code = self.bracketed_script(start, 1, "}", "the bracket {")
        if self.trace is not None:
            self.trace.enclosing = enclosing
        self.scopes.pop()
        return code

    def _enclose(self, start: int) -> tuple[Callable[[], Cursor], ...]:
        """Tell the trace in whose block the cursor is from here on; gives what was said before."""
        if self.trace is None:
            return ()
        outer = self.trace.enclosing
        if self._command is not None:
            self.trace.enclosing = (*outer, self._slot_maker(self._command, CursorKind.VALUE, start))
        return outer

    # ── scripts ──────────────────────────────────────────────────────────────────────────────────────────────

    def _script_block(self, start: int, checked: bool) -> Block:
        self.enter(start)
        self.mark(TokenKind.BRACKET, start, start + 1)
        try:
            end = self._script_end(start)
        except IncompleteInput:
            if self.trace is not None:
                self._check_script(start, self.end)
            raise
        self.leave()
        text = self.text[start + 1 : end]
        doubt = ""
        if checked and not text.lstrip().startswith("#!"):
            doubt = self._check_script(start, end)
        self.pos = end + 1
        self.mark(TokenKind.BRACKET, end, end + 1)
        self.offer(Cursor(CursorKind.NONE, Span(self.pos, self.pos)))
        return Block(Span(start, end + 1), text, None, BlockKind.HOST_SCRIPT, start + 1, doubt)

    def _script_end(self, start: int) -> int:
        scanner = ShellScanner(self.text, start + 1)
        scanner.depth = self.depth
        end = scanner.balance()
        if end < 0:
            self.incomplete("the bracket { is not closed", start)
        return end

    def _check_script(self, start: int, end: int) -> str:
        """Refuse a cmdlet where the script calls a command; what looks like PowerShell is only said. Whatever else is wrong in it
        is the shell's to say."""
        called: list[tuple[str, bool]] = []
        refused: list[tuple[str, int]] = []

        def note(word: str, pos: int) -> None:
            called.append((word, self.text[start:pos].rstrip().endswith("|")))
            if self.is_cmdlet(word):
                refused.append((word, pos))

        enclosing = self._enclose(start)
        scanner = ShellScanner(self.text, start + 1, end, on_command=note, trace=self.trace)
        with suppress(ParseError):
            scanner.run_all()
        if self.trace is not None and end < self.end:
            self.trace.enclosing = enclosing
        if refused:
            hint = (
                "the block is a script for a shell, because it begins with shell text; write { & { … } } "
                f"to have it read as jobsh code, or give {refused[0][0]} a block of its own"
            )
            self.refuse(*refused[0], hint)
        if self.trace is not None:
            return ""
        from jobsh.language.doubts import doubt

        return doubt(self.text[start + 1 : end], called, self.vocabulary)

    def is_cmdlet(self, word: str) -> bool:
        """Whether a word of shell text is the name of a cmdlet."""
        return "-" in word and _CMDLET.match(word) is not None and self.vocabulary.canonical(word) is not None

    def refuse(self, word: str, pos: int, hint: str) -> None:
        """A cmdlet stands where the shell would look for a program."""
        self.mark(TokenKind.ERROR, pos, pos + len(word))
        if self.trace is None:
            message = f"{word} is a jobsh command, but here the shell would look for a program of that name"
            raise ParseError(message, Span(pos, pos + len(word)), hint=hint, error_id=REFUSED, source=self.text)

    # ── statements in brackets ───────────────────────────────────────────────────────────────────────────────

    def bracketed_script(self, start: int, skip: int, closing: str, what: str) -> Script:
        """The statements between brackets, and the closing one."""
        self.enter(start)
        self.mark(TokenKind.BRACKET, start, start + skip)
        self.pos = start + skip
        state = self._fresh(closing)
        script = self.script()
        self._restored(state)
        self.expect(closing, start, what)
        self.leave()
        return script

    def bracketed_statement(self, start: int, what: str) -> Statement:
        """One statement between `(` and `)`."""
        self.enter(start)
        self.take("(", TokenKind.BRACKET)
        state = self._fresh(")")
        self.lines()
        if self.at(")"):
            self.fail("a value or command is missing between the brackets", start, self.pos + 1, "an empty list is @()")
        body = self.single_statement()
        self.lines()
        self._restored(state)
        if self.at(";"):
            self.fail("`)` was expected here, not `;`", self.pos, hint="several statements stand in $( … ) or @( … )")
        self.expect(")", start, what)
        self.leave()
        return body

    def _state(self) -> _State:
        return self.closing, self._commas, self._piped, self._earlier, self._command

    def _fresh(self, closing: str) -> _State:
        state = self._state()
        self.closing, self._commas, self._piped, self._earlier, self._command = closing, True, False, "", None
        return state

    def _restored(self, state: _State) -> None:
        self.closing, self._commas, self._piped, self._earlier, self._command = state

    # ── what subclasses read ─────────────────────────────────────────────────────────────────────────────────

    def script(self) -> Script:
        """Statements up to the closing bracket or the end."""
        raise NotImplementedError

    def single_statement(self) -> Statement:
        """One statement."""
        raise NotImplementedError
