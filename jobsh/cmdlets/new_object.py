"""New-Object: an object with the properties given."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.command.construction import construct
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param, Refused
from jobsh.command.values import HashTable, PropertyBag
from jobsh.errors import BindingError

_BAGS = ("psobject", "pscustomobject", "object", "system.object", "management.automation.psobject")


class NewObject(Cmdlet):
    """Make an object with properties of its own, or a value of one of the types that casts know.

    `New-Object PSObject -Property @{…}` is `[pscustomobject]@{…}`; `New-Object datetime -ArgumentList '2026-03-04'` is
    `[datetime]'2026-03-04'`.
    """

    type_name: Annotated[str, Param("PSObject, or the name of a type.", position=0, is_mandatory=True)] = ""
    argument_list: Annotated[
        tuple[object, ...], Param("What the value is made of.", position=1, aliases=("Args",))
    ] = ()
    property: Annotated[HashTable | None, Param("Properties and their values.")] = None

    refused = (
        Refused("ComObject", "there is no COM", "leave it out"),
        Refused("Strict", "there is no COM", "leave it out"),
    )
    gives = "The object or value."
    examples = (
        Example("New-Object PSObject -Property @{Name='web01'; Port=22}", "An object with two properties."),
        Example("(New-Object timespan -ArgumentList 0, 1, 30).TotalSeconds", "A value of a type: 90."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        if self.type_name.lower() in _BAGS:
            yield PropertyBag(self.property or ())
            return
        if self.property:
            raise BindingError(f"-Property is for a PSObject, not for {self.type_name}")
        yield construct(self.type_name, self.argument_list)
