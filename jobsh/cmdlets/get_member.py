"""Get-Member: what objects have."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Literal

from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.members import get_member, members, type_name
from jobsh.model.queries import matches
from jobsh.model.struct import Struct


class MemberInfo(Struct):
    """A property or method of a kind of object."""

    type_name: str
    name: str
    member_type: str
    definition: str


class GetMember(Cmdlet):
    """Give the properties and methods of the objects of the pipeline, once for each kind of object."""

    name: Annotated[tuple[str, ...], Param("Only members with these names; wildcards allowed.", position=0)] = ("*",)
    member_type: Annotated[
        Literal["Property", "Method", "All"], Param("Only properties or only methods.", aliases=("Type",))
    ] = "All"

    output_types = (MemberInfo,)
    examples = (
        Example("Get-Job | Get-Member", "What a job has.", setup="Start-Job { true } | Wait-Job"),
        Example("'text' | Get-Member -MemberType Method", "What can be done with text."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        seen: set[tuple[object, ...]] = set()
        async for item in ctx.input:
            found = members(item)
            if (type_name(item), *found) in seen:
                continue
            seen.add((type_name(item), *found))
            for name, kind in found:
                if self.member_type in ("All", kind) and any(matches(pattern, name) for pattern in self.name):
                    yield MemberInfo(type_name(item), name, kind, _definition(item, name, kind))


def _definition(item: object, name: str, kind: str) -> str:
    return f"{name}()" if kind == "Method" else type_name(get_member(item, name))
