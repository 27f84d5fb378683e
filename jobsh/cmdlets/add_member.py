"""Add-Member: more properties for an object."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Literal

from jobsh.cmdlets._input import InputObject, items
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param, Refused
from jobsh.command.members import has_member
from jobsh.command.type_names import type_name
from jobsh.command.values import HashTable, PropertyBag
from jobsh.errors import OperationError


class AddMember(Cmdlet):
    """Give objects more properties. Objects of your own (`[pscustomobject]`, Select-Object, ConvertFrom-Json) can have them.

    Jobs, sessions and text keep their properties as they are: make an object of them with `Select-Object *, @{…}`.
    """

    note_property_name: Annotated[
        str, Param("The name of the property.", position=0, in_set="Note", is_mandatory=True)
    ] = ""
    note_property_value: Annotated[object, Param("Its value.", position=1, in_set="Note", is_mandatory=True)] = None
    note_property_members: Annotated[
        HashTable | None, Param("Names and values of several.", position=0, in_set="Notes", is_mandatory=True)
    ] = None
    member_type: Annotated[
        Literal["NoteProperty"],
        Param("The kind of member: properties.", in_set="Member", is_mandatory=True, aliases=("Type",)),
    ] = "NoteProperty"
    name: Annotated[str, Param("The name of the property.", in_set="Member", is_mandatory=True)] = ""
    value: Annotated[object, Param("Its value.", in_set="Member")] = None
    force: Annotated[bool, Param("Replace a property of that name.")] = False
    pass_thru: Annotated[bool, Param("Write the objects to the pipeline.")] = False
    input_object: InputObject = ()

    default_set = "Note"
    refused = (
        Refused("SecondValue", "properties are values, not code", "calculate one with Select-Object *, @{…}"),
        Refused("TypeName", "objects of your own have no types", "give them a property that says what they are"),
    )
    hands_on = True
    gives = "Nothing; with -PassThru the objects."
    examples = (
        Example("$o = [pscustomobject]@{Name='web01'}; $o | Add-Member Port 22; $o.Port", "One more property: 22."),
        Example(
            "[pscustomobject]@{Name='web01'} | Add-Member @{Port=22; Rack=4} -PassThru", "Two more, and the object."
        ),
        Example(
            "$o = [pscustomobject]@{n=1}; $o | Add-Member -MemberType NoteProperty -Name n -Value 2 -Force; $o.n",
            "Another value for a property that is there: 2.",
        ),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        async for item in items(ctx, self.input_object):
            for name, value in self._members():
                if self._may_have(item, name):
                    _put(item, name, value)
                else:
                    await ctx.error(self._refusal(item, name))
            if self.pass_thru:
                yield item

    def _members(self) -> list[tuple[str, object]]:
        if self.note_property_members is not None:
            return [(str(name), value) for name, value in self.note_property_members.items()]
        return [(self.name, self.value) if self.name else (self.note_property_name, self.note_property_value)]

    def _may_have(self, item: object, name: str) -> bool:
        return isinstance(item, (PropertyBag, HashTable)) and (self.force or not has_member(item, name))

    @staticmethod
    def _refusal(item: object, name: str) -> OperationError:
        if isinstance(item, (PropertyBag, HashTable)):
            return OperationError(
                f"there is a property {name} already", hint="-Force replaces it", error_id="MemberAlreadyExists"
            )
        return OperationError(
            f"{type_name(item)} has its own properties and takes no {name}",
            hint=f"make an object of it: Select-Object *, @{{Label='{name}'; Expression={{ … }}}}",
            error_id="MemberNotAllowed",
        )


def _put(item: object, name: str, value: object) -> None:
    table = item.properties if isinstance(item, PropertyBag) else item
    assert isinstance(table, HashTable)
    table[name] = value
