"""Get-Member: what objects have."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Literal

from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param, Refused
from jobsh.command.members import get_member, hidden_names, members
from jobsh.command.type_names import type_name
from jobsh.command.values import PropertyBag
from jobsh.errors import BindingError
from jobsh.model.queries import matches
from jobsh.model.struct import Struct
from jobsh.runtime.values import each

_NOT_GIVEN = object()
_KINDS = {"Properties": ("Property", "NoteProperty"), "Methods": ("Method",)}


class MemberInfo(Struct):
    """A property or method of a kind of object."""

    type_name: str
    name: str
    member_type: str
    definition: str


class GetMember(Cmdlet):
    """Give the properties and methods of the objects of the pipeline, once for each kind of object.

    NoteProperty is a property that an object was given (`[pscustomobject]`, Select-Object, …), Property one that all of its
    kind have.
    """

    name: Annotated[tuple[str, ...], Param("Only members with these names; wildcards allowed.", position=0)] = ("*",)
    member_type: Annotated[
        tuple[Literal["Property", "NoteProperty", "Properties", "Method", "Methods", "All"], ...],
        Param("Only members of these kinds.", aliases=("Type",)),
    ] = ("All",)
    force: Annotated[bool, Param("Properties too that have names for PowerShell's scripts only.")] = False
    input_object: Annotated[
        object, Param("One object, where it does not come from the pipeline; a list is looked at itself.")
    ] = _NOT_GIVEN

    output_types = (MemberInfo,)
    refused = (
        Refused("View", "objects have one view", "use -Name and -MemberType"),
        Refused("Static", "a type is no object here", "about_Operators names what types can do: [datetime]::Now, …"),
    )
    examples = (
        Example("Get-Job | Get-Member", "What a job has.", setup="Start-Job { true } | Wait-Job"),
        Example("'text' | Get-Member -MemberType Method", "What can be done with text."),
        Example("Get-Member -InputObject @(1, 2)", "What a list has, not its items."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        seen: set[tuple[object, ...]] = set()
        async for item in ctx.input if self.input_object is _NOT_GIVEN else each((self.input_object,)):
            found = members(item)
            if (type_name(item), *found) in seen:
                continue
            seen.add((type_name(item), *found))
            for info in self._infos(item, found):
                yield info
        if not seen:
            raise BindingError("there is no object to look at", error_id="NoObjectInGetMember")

    def _infos(self, item: object, found: tuple[tuple[str, str], ...]) -> list[MemberInfo]:
        hidden = [(name, "Property") for name in hidden_names(item)] if self.force else []
        listed = [(name, _kind(item, kind)) for name, kind in (*found, *hidden)]
        wanted = {kind for asked in self.member_type for kind in _KINDS.get(asked, (asked,))}
        return [
            MemberInfo(type_name(item), name, kind, _definition(item, name, kind))
            for name, kind in listed
            if wanted & {"All", kind} and any(matches(pattern, name) for pattern in self.name)
        ]


def _kind(item: object, kind: str) -> str:
    return "NoteProperty" if kind == "Property" and isinstance(item, PropertyBag) else kind


def _definition(item: object, name: str, kind: str) -> str:
    return f"{name}()" if kind == "Method" else type_name(get_member(item, name))
