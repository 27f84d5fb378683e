"""Parameter types: how a value is read from source and from objects, completed and described. Behaviour belongs to the type."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, cast

from jobsh.command.candidates import Candidate, CompletionContext
from jobsh.command.conversion import parse_number, to_datetime, to_float, to_hashtable, to_int, to_seconds
from jobsh.command.given import Given
from jobsh.command.script_block import ScriptBlock
from jobsh.command.text import to_text, truth
from jobsh.command.values import HashTable
from jobsh.errors import OperationError
from jobsh.language.ast import BlockKind

_LONGEST_WORD = 48
"""Cells that a parameter's choices may take in a syntax line."""


class ParameterType:
    """How values of one type come from what the user wrote and from objects of the pipeline."""

    word = "value"
    """What stands in the syntax line: `-Id <word>`."""
    flattens = False
    """Whether lists among the arguments that one parameter takes mean their items."""
    expands = False
    """Whether one value becomes several (`web[01-20]`): `convert` and `from_object` give tuples."""

    needs_value = True
    """Whether the parameter is never written without one."""

    def convert(self, given: Given) -> object:
        """The value of an argument; raises OperationError (the binder adds the place)."""
        return self.from_object(given.value)

    def from_object(self, value: object) -> object:
        """The value made of an object; raises OperationError."""
        return value

    def fits(self, given: Given) -> bool:
        """Whether the argument is of this type by itself: decides which set a positional argument belongs to."""
        return self.fits_object(given.value)

    def fits_object(self, value: object) -> bool:
        """Whether the object is of this type without conversion."""
        return True

    def takes_property_of(self, owner: object) -> bool:
        """Whether a property of this object may be the value, where the parameter takes properties of pipeline objects."""
        return True

    async def complete(self, prefix: str, context: CompletionContext) -> Sequence[Candidate]:
        """What could be written here, beginning with `prefix`."""
        return ()

    def keys(self, path: tuple[str, ...]) -> Sequence[Candidate]:
        """The keys that a hashtable given here may have; `path` are those around it, where hashtables stand in hashtables."""
        return ()

    def describe(self) -> str:
        """For help: what may be given, in words."""
        return "any value" if type(self) is ParameterType else self.word


class TextType(ParameterType):
    """Text; numbers and words as they were written."""

    word = "text"

    def convert(self, given: Given) -> object:
        return (
            given.word if given.word is not None and not isinstance(given.value, str) else self.from_object(given.value)
        )

    def from_object(self, value: object) -> object:
        return value if isinstance(value, str) else to_text(value)

    def fits_object(self, value: object) -> bool:
        return isinstance(value, str)


class IntType(ParameterType):
    """A whole number."""

    word = "number"

    def from_object(self, value: object) -> object:
        return to_int(value)

    def describe(self) -> str:
        return "a whole number"

    def fits_object(self, value: object) -> bool:
        return isinstance(value, int) and not isinstance(value, bool)


class FloatType(ParameterType):
    """A number."""

    word = "number"

    def from_object(self, value: object) -> object:
        return to_float(value)

    def describe(self) -> str:
        return "a number"

    def fits_object(self, value: object) -> bool:
        return isinstance(value, (int, float)) and not isinstance(value, bool)


class BoolType(ParameterType):
    """True or false: a switch, or a value."""

    word = "bool"

    def convert(self, given: Given) -> object:
        if not given.has_value:
            return True
        if given.word is not None and given.word.lower() in ("true", "false"):
            raise OperationError(f"'{given.word}' is not true or false", hint=f"write ${given.word.lower()}")
        return truth(given.value)

    def from_object(self, value: object) -> object:
        return truth(value)

    def fits_object(self, value: object) -> bool:
        return isinstance(value, bool)

    async def complete(self, prefix: str, context: CompletionContext) -> Sequence[Candidate]:
        return [Candidate(text) for text in ("$true", "$false") if text.startswith(prefix.lower())]

    def describe(self) -> str:
        return "$true or $false"


class SwitchType(BoolType):
    """A switch with three states: given, given as `:$false`, not given (None)."""


class DurationType(ParameterType):
    """A timespan in seconds."""

    word = "timespan"

    def convert(self, given: Given) -> object:
        return to_seconds(given.word if given.word is not None else given.value)

    def from_object(self, value: object) -> object:
        return to_seconds(value)

    def fits_object(self, value: object) -> bool:
        return isinstance(value, (int, float)) and not isinstance(value, bool)

    def describe(self) -> str:
        return "a number of seconds or 90s, 15m, 2h, 1d"


class MillisecondsType(DurationType):
    """A time limit as PowerShell's remoting has them: a plain number is milliseconds, -1 is no limit; gives seconds."""

    def convert(self, given: Given) -> float:
        if (given.name or "").casefold().endswith("timeoutsec"):
            return self._limit(to_seconds(given.word if given.word is not None else given.value))
        return self.from_object(given.word if given.word is not None else given.value)

    def from_object(self, value: object) -> float:
        number = parse_number(value) if isinstance(value, str) and value.strip() else value
        is_plain = isinstance(number, (int, float)) and not isinstance(number, bool)
        return self._limit(number / 1000 if is_plain else to_seconds(value))  # type: ignore[operator]

    @staticmethod
    def _limit(seconds: float) -> float:
        if seconds < 0:
            return float("inf")
        return seconds

    def describe(self) -> str:
        return "a number of milliseconds or 500ms, 90s, 15m, 2h; -1 for no limit"


class DateType(ParameterType):
    """A local date and time."""

    word = "date"

    def convert(self, given: Given) -> object:
        return to_datetime(given.word if isinstance(given.value, str) and given.word else given.value)

    def from_object(self, value: object) -> object:
        return to_datetime(value)

    def describe(self) -> str:
        return "a date such as 2026-03-04, '2026-03-04 12:30' or 12:30"


class ChoiceType(ParameterType):
    """One of a few words, any case; an unambiguous beginning is enough."""

    def __init__(self, choices: dict[str, object], name: str = "word") -> None:
        self.choices = choices
        all_of_them = "|".join(choices)
        self.word = all_of_them if len(all_of_them) <= _LONGEST_WORD else name

    def from_object(self, value: object) -> object:
        if any(value is choice for choice in self.choices.values()):
            return value
        text = to_text(value).casefold()
        exact = [c for c in self.choices if c.casefold() == text]
        found = exact or [c for c in self.choices if text and c.casefold().startswith(text)]
        if len(found) > 1:
            raise OperationError(f"'{to_text(value)}' may be {', '.join(found)}")
        if not found:
            raise OperationError(f"'{to_text(value)}' is not one of its values")
        return self.choices[found[0]]

    def fits_object(self, value: object) -> bool:
        return to_text(value).casefold() in (c.casefold() for c in self.choices)

    async def complete(self, prefix: str, context: CompletionContext) -> Sequence[Candidate]:
        return [Candidate(c) for c in self.choices if c.casefold().startswith(prefix.casefold())]

    def describe(self) -> str:
        return "one of " + ", ".join(self.choices)


class HashTableType(ParameterType):
    """A hashtable; completion offers the keys that are known."""

    word = "hashtable"
    known_keys: tuple[str, ...] = ()

    def keys(self, path: tuple[str, ...]) -> Sequence[Candidate]:
        return [Candidate(key) for key in self.known_keys] if not path else ()

    def describe(self) -> str:
        return "a hashtable: @{Name='value'; Other=3}"

    def from_object(self, value: object) -> object:
        return to_hashtable(value)

    def fits_object(self, value: object) -> bool:
        return isinstance(value, HashTable)


class BlockType(ParameterType):
    """A script block, read the way the parameter wants it; where the block goes to a shell, text will do."""

    word = "block"

    def __init__(self, kind: BlockKind) -> None:
        self.kind = kind

    def from_object(self, value: object) -> object:
        if is_block(value):
            block = cast(ScriptBlock, value)
            return block if block.kind is self.kind else block.read_as(self.kind)
        if isinstance(value, str) and self.kind is BlockKind.HOST_SCRIPT:
            return str(value)
        raise OperationError(f"{to_text(value) or '$null'} is not a script block", hint="script blocks look like { … }")

    def fits_object(self, value: object) -> bool:
        return is_block(value)

    def describe(self) -> str:
        if self.kind is BlockKind.CODE:
            return "a script block of jobsh code: { … }"
        return "a script block, for the place's shell or of jobsh code: { … }; or text for the shell"


def is_block(value: object) -> bool:
    """Whether the value is a script block (what runtime makes of `{ … }`)."""
    return hasattr(value, "read_as") and hasattr(value, "code")


Duration = Annotated[float, DurationType()]
"""Seconds: `90s`, `15m`, `2h`, `1d` or a number."""

Milliseconds = Annotated[float, MillisecondsType()]
"""Seconds, of a number of milliseconds or `90s`, `15m`."""

Date = Annotated[object, DateType()]
"""A datetime; the class itself is not imported here, it costs 2 ms."""

Switch = Annotated[bool, SwitchType()]
"""For `Switch | None`: a switch of which one must know whether it was given."""
