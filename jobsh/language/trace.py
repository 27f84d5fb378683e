"""What the parser tells while it reads: what each stretch of text is, and what may stand at its end. For colours and completion."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from jobsh.errors import Span
from jobsh.language.ast import TokenKind
from jobsh.model.struct import Struct


class CursorKind(StrEnum):
    """What may come at the cursor."""

    COMMAND = "command"
    """a command of jobsh or of the shell: the start of a statement in jobsh code, or after a `|`."""
    PARAMETER = "parameter"
    VALUE = "value"
    VARIABLE = "variable"
    MEMBER = "member"
    KEY = "key"
    """the key of a hashtable that is the value of a parameter."""
    SHELL_COMMAND = "shell_command"
    SHELL_WORD = "shell_word"
    NONE = "none"


class Given(Struct):
    """A parameter already written: its name without the dash and its value's text, where that is literal."""

    name: str
    value: str | None = None
    variable: str = ""
    """the name of the variable that is its value."""


class Cursor(Struct):
    """What may come at the cursor: `span` is to be replaced, `prefix` is its text so far without quotes."""

    kind: CursorKind
    span: Span
    prefix: str = ""
    quote: str = ""
    """the quote that the prefix opened, or empty."""
    command: str = ""
    """canonical name of the command whose argument this is; the program's name in shell text."""
    parameter: str = ""
    """as written, the parameter whose value this is; empty for a positional argument."""
    position: int = 0
    """the index of the positional argument."""
    given: tuple[Given, ...] = ()
    """for a key: the keys of the same hashtable before it."""
    arguments: tuple[str | None, ...] = ()
    """the positional arguments before this one, where literal."""
    earlier: str = ""
    """the command of the stage before this one in the pipeline."""
    target: str = ""
    """for a member: the source text of what stands before the dot."""
    path: tuple[str, ...] = ()
    """for a key: the keys around it, outermost first: `@{ Options = @{ Po`."""
    enclosing: tuple[Cursor, ...] = ()
    """the commands in whose block this is, outermost first: `Invoke-Command -Session $s { Get-J`."""


_INNER = (CursorKind.VARIABLE, CursorKind.MEMBER)


class Trace:
    """Collects marks (nested ones override what is around them) and the last slot at which completion may happen."""

    def __init__(self) -> None:
        self.marks: list[tuple[int, int, TokenKind]] = []
        self.inner: Cursor | None = None
        """the last variable or member in the last word."""
        self.enclosing: tuple[Callable[[], Cursor], ...] = ()
        """what makes the slots of the commands around."""
        self._slot: Callable[[], Cursor] = _nothing_yet
        self._around: tuple[Callable[[], Cursor], ...] = ()
        self._start = 0

    def mark(self, kind: TokenKind, start: int, end: int) -> None:
        """Note that `start` to `end` is such a token."""
        if end > start:
            self.marks.append((start, end, kind))

    def offer(self, slot: Cursor) -> None:
        """Note that something may stand here; the last offer before the end of the text is what is at the cursor."""
        if slot.kind in _INNER:
            self.inner = slot
        else:
            self.offer_lazily(slot.span.start, lambda: slot)

    def offer_lazily(self, start: int, slot: Callable[[], Cursor]) -> None:
        """Like `offer`, for a slot that is dear to make: all but the last one are thrown away."""
        self._slot, self._start, self._around = slot, start, self.enclosing
        self.inner = None

    def again(self) -> Callable[[int], None]:
        """Gives what offers the slot of now once more, for the next item of a list."""
        slot, around = self._slot, self._around

        def offer(start: int) -> None:
            self._slot, self._start, self._around = slot, start, around
            self.inner = None

        return offer

    def at(self, position: int) -> Cursor:
        """The last variable or member that reaches to `position`, else the last word, argument or command that began."""
        enclosing = tuple(make() for make in self._around)
        if self.inner is not None and self.inner.span.end == position:
            return self.inner.replace(enclosing=enclosing)
        return self._slot().replace(span=Span(self._start, position), enclosing=enclosing)


def _nothing_yet() -> Cursor:
    return Cursor(CursorKind.COMMAND, Span(0, 0))
