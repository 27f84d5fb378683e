"""Parameter types that name sessions, hosts and properties. They only read; looking up is the cmdlets'."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, cast

from jobsh.command.annotations import register
from jobsh.command.candidates import Candidate, CompletionContext, offer
from jobsh.command.conversion import to_int
from jobsh.command.given import Given
from jobsh.command.members import get_member, has_member
from jobsh.command.name_types import PropertyNameType
from jobsh.command.script_block import ScriptBlock
from jobsh.command.text import to_text, truth
from jobsh.command.types import IntType, ParameterType, TextType, is_block
from jobsh.command.values import HashTable, as_list
from jobsh.errors import OperationError
from jobsh.model.hosts import expand_hosts, parse_address
from jobsh.model.ids import InstanceId, SessionId, parse_instance_id
from jobsh.model.session import Session
from jobsh.model.struct import Struct


class SessionSelector(Struct):
    """One way to say which session: exactly one field is set."""

    id: SessionId | None = None
    name: str = ""
    instance_id: InstanceId | None = None
    session: Session | None = None

    def __str__(self) -> str:
        return str(self.id or self.instance_id or self.name or (self.session and self.session.id))


class SessionSelectorType(ParameterType):
    """An unquoted number is an id, other text a name or InstanceId, a session itself."""

    word = "session"

    def from_object(self, value: object) -> object:
        if isinstance(value, SessionSelector):
            return value
        if isinstance(value, Session):
            return SessionSelector(session=value)
        if isinstance(value, int) and not isinstance(value, bool):
            return SessionSelector(id=SessionId(value))
        if isinstance(value, str) and value:
            id = parse_instance_id(value)
            return SessionSelector(name=str(value)) if id is None else SessionSelector(instance_id=id)
        raise OperationError(f"{to_text(value) or '$null'} is not a session", hint="give an id, a name or a session")

    def fits_object(self, value: object) -> bool:
        return isinstance(value, (Session, SessionSelector))

    async def complete(self, prefix: str, context: CompletionContext) -> Sequence[Candidate]:
        sessions = await context.sessions()
        names = (Candidate(s.name, f"{s.state}, {s.computer_name}") for s in sessions)
        ids = (Candidate(str(s.id), f"{s.name}, {s.state}, {s.computer_name}") for s in sessions)
        return [*offer(names, prefix), *offer(ids, prefix)]

    def describe(self) -> str:
        return "a session: its id, its name (wildcards) or the session itself"


class SessionIdType(IntType):
    """The id of a session."""

    async def complete(self, prefix: str, context: CompletionContext) -> Sequence[Candidate]:
        sessions = await context.sessions()
        return offer((Candidate(str(s.id), f"{s.name}, {s.state}, {s.computer_name}") for s in sessions), prefix)


class SessionNameType(TextType):
    """The name of a session, possibly with wildcards."""

    word = "name"

    async def complete(self, prefix: str, context: CompletionContext) -> Sequence[Candidate]:
        sessions = await context.sessions()
        return offer((Candidate(s.name, f"{s.id}, {s.state}, {s.computer_name}") for s in sessions), prefix)


class SessionInstanceIdType(TextType):
    """The InstanceId of a session."""

    word = "guid"

    async def complete(self, prefix: str, context: CompletionContext) -> Sequence[Candidate]:
        sessions = await context.sessions()
        return offer((Candidate(s.instance_id, f"{s.id}, {s.name}, {s.computer_name}") for s in sessions), prefix)

    def describe(self) -> str:
        return "an InstanceId: 32 hexadecimal digits"


class HostNameType(TextType):
    """Hosts that something is about, possibly with wildcards; nothing is connected to."""

    word = "host"

    async def complete(self, prefix: str, context: CompletionContext) -> Sequence[Candidate]:
        return offer((Candidate(name, "host") for name in await context.hosts()), prefix)


class HostPatternType(ParameterType):
    """Hosts: `web01`, `user@web[01-20]:22`, `[::1]:22`; a pattern becomes several."""

    word = "host"
    expands = True

    def from_object(self, value: object) -> object:
        if isinstance(value, Session):
            raise OperationError(f"{value.name} is a session, not a host name", hint="use -Session for sessions")
        # a line of output has a ComputerName too, but names a host itself
        names_one = not isinstance(value, str) and has_member(value, "ComputerName")
        text = to_text(get_member(value, "ComputerName") if names_one else value)
        hosts = expand_hosts(text)
        if not hosts:
            raise OperationError(
                "a host name is missing here", hint="hosts look like web01, user@web01:22 or web[01-20]"
            )
        for host in hosts:
            parse_address(host)
        return hosts

    def fits(self, given: Given) -> bool:
        return isinstance(given.value, str) or given.word is not None

    def fits_object(self, value: object) -> bool:
        return isinstance(value, str)

    async def complete(self, prefix: str, context: CompletionContext) -> Sequence[Candidate]:
        user, at, _ = prefix.rpartition("@")
        return offer((Candidate(user + at + name, "host") for name in await context.hosts()), prefix)

    def describe(self) -> str:
        return "host names: web01, user@web01:2222, web[01-20]"


class PropertySelector(Struct):
    """A property by name, or one that is calculated by a block."""

    label: str
    name: str = ""
    """The property, possibly with wildcards; empty for a calculated one."""
    block: ScriptBlock | None = None
    width: int = 0
    align: str = ""
    format: str = ""
    descending: bool | None = None

    async def value(self, item: object) -> object:
        """The property of `item`."""
        if self.block is None:
            return get_member(item, self.name)
        found = [value async for value in self.block.run(item=item)]
        return found if len(found) > 1 else found[0] if found else None


class PropertySelectorType(PropertyNameType):
    """A property's name, a block, or `@{Label='…'; Expression={…}}`."""

    word = "property"

    def keys(self, path: tuple[str, ...]) -> Sequence[Candidate]:
        return [Candidate(key.capitalize()) for key in _KEYS] if not path else ()

    def convert(self, given: Given) -> object:
        return self.from_object(given.word if given.word is not None else given.value)

    def from_object(self, value: object) -> object:
        if isinstance(value, PropertySelector):
            return value
        if isinstance(value, HashTable):
            return _calculated(value)
        if is_block(value):
            block = cast(ScriptBlock, value)
            return PropertySelector(block.text.strip(), block=block)
        text = to_text(value)
        if not text:
            raise OperationError("the name of a property is missing here")
        return PropertySelector(text, text)

    def fits_object(self, value: object) -> bool:
        return True

    def describe(self) -> str:
        return "property names, blocks, or @{Label='…'; Expression={…}}"


HostPattern = Annotated[str, HostPatternType()]
"""A host as the user names it; patterns were expanded: `tuple[HostPattern, ...]` holds one text per host."""

_KEYS = ("label", "name", "expression", "width", "alignment", "formatstring", "descending", "ascending")
"""What a calculated property may say; an unambiguous beginning is enough, as in PowerShell."""


def _key(written: object) -> str:
    folded = to_text(written).casefold()
    found = [key for key in _KEYS if folded and key.startswith(folded)]
    if not found:
        raise OperationError(f"a property knows no {to_text(written)}", hint=f"it takes {', '.join(_KEYS)}")
    return "label" if found[0] == "name" else found[0]


def _calculated(table: HashTable) -> PropertySelector:
    entries = {_key(key): value for key, value in table.items()}
    expression = entries.get("expression")
    label = to_text(entries.get("label", ""))
    inner = cast(PropertySelector, PropertySelectorType().from_object(expression if expression is not None else label))
    return inner.replace(
        label=label or inner.label,
        width=to_int(entries.get("width", 0)),
        align=_alignment(to_text(entries.get("alignment", ""))),
        format=to_text(entries.get("formatstring", "")),
        descending=_direction(entries),
    )


def _alignment(written: str) -> str:
    found = [a for a in ("left", "right", "center") if a.startswith(written.casefold())]
    if not found:
        raise OperationError(f"'{written}' is no alignment", hint="write Left, Right or Center")
    return found[0] if written else ""


def _direction(entries: dict[str, object]) -> bool | None:
    if "descending" in entries:
        return truth(entries["descending"])
    return not truth(entries["ascending"]) if "ascending" in entries else None


def names_of(values: Sequence[object]) -> tuple[str, ...]:
    """Texts of a list of names, lists inside it flattened."""
    return tuple(to_text(item) for value in values for item in as_list(value))


register(SessionSelector, SessionSelectorType())
register(PropertySelector, PropertySelectorType())
