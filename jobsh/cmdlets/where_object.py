"""Where-Object: keep the objects for which something holds."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.cmdlets._input import InputObject, items
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.given import Given
from jobsh.command.name_types import PropertyName
from jobsh.command.objects import get_member, truth
from jobsh.command.operators import COMPARISONS, binary
from jobsh.command.script_block import ScriptBlock
from jobsh.command.types import ParameterType
from jobsh.errors import BindingError
from jobsh.language.ast import BlockKind

_IN_VALUE = object()
"""The operator stands alone: its right side is -Value."""

_NOT_GIVEN = object()
"""`-eq $null` is a comparison too."""

_OPERATORS = (*COMPARISONS, "is", "isnot")
_SPELLED = {"eq": "EQ", "ne": "NE", "gt": "GT", "ge": "GE", "lt": "LT", "le": "LE", "isnot": "IsNot"}
_SPELLED |= {"like": "Like", "match": "Match", "contains": "Contains", "in": "In"}
_SPELLED |= {"notlike": "NotLike", "notmatch": "NotMatch", "notcontains": "NotContains", "notin": "NotIn"}


def _spelled(operator: str) -> str:
    base = operator if operator in _SPELLED or operator[1:] not in _SPELLED else operator[1:]
    prefix = operator[: len(operator) - len(base)].upper()
    return prefix + _SPELLED.get(base, base[0].upper() + base[1:])


class OperandType(ParameterType):
    """The right side of an operator; `-GT -Value 5` has it in -Value."""

    needs_value = False

    def convert(self, given: Given) -> object:
        return given.value if given.has_value else _IN_VALUE


class WhereObject(Cmdlet):
    """Keep the objects of the pipeline for which a block or a comparison of one property holds.

    With a block, `$_` is the object and it stays when the block gives something true. The short form names a property and an
    operator: `Where-Object State -eq Running`. All comparison operators can be used, with their `c` forms for text whose case
    counts; without an operator the property itself must be true. Nothing of the input is changed.
    """

    filter_script: Annotated[
        ScriptBlock | None,
        Param(
            "Code that says whether `$_` stays.", position=0, in_set="Block", is_mandatory=True, block=BlockKind.CODE
        ),
    ] = None
    property: Annotated[
        PropertyName, Param("The property to look at.", position=0, in_set="Property", is_mandatory=True)
    ] = ""
    value: Annotated[
        object, Param("What the property must be equal to, where no operator is given.", position=1, in_set="Property")
    ] = _NOT_GIVEN
    negate: Annotated[bool, Param("Keep the objects whose property is not true.", in_set="Property", name="Not")] = (
        False
    )
    input_object: InputObject = ()
    # every operator of the language is a parameter here; the table stands in command/operators.py
    for _name in _OPERATORS:
        __annotations__[f"op_{_name}"] = Annotated[
            Annotated[object, OperandType()],
            Param(f"Compare with the operator -{_name}.", in_set="Property", name=_spelled(_name)),
        ]
        locals()[f"op_{_name}"] = _NOT_GIVEN
    del _name

    default_set = "Property"
    hands_on = True
    gives = "The objects that it keeps."
    examples = (
        Example(
            "Get-Job | Where-Object State -eq Failed", "The jobs that failed.", setup="Start-Job { true } | Wait-Job"
        ),
        Example("1..10 | Where-Object { $_ % 3 -eq 0 }", "A block decides: 3, 6, 9."),
        Example("'web01', 'db1' | where { $_ -like 'web*' }", "After a pipe, where and ? are short for Where-Object."),
        Example("Get-Session | Where-Object ComputerName -in web01, web02", "The sessions on two hosts."),
    )

    def invoke(self, ctx: Context) -> AsyncIterator[object]:
        source = items(ctx, self.input_object)
        return self._by_property(source) if self.filter_script is None else self._by_block(self.filter_script, source)

    @staticmethod
    async def _by_block(block: ScriptBlock, source: AsyncIterator[object]) -> AsyncIterator[object]:
        async for item in source:
            if truth([value async for value in block.run(item=item, new_scope=False)]):
                yield item

    async def _by_property(self, source: AsyncIterator[object]) -> AsyncIterator[object]:
        comparisons = self._comparisons()
        async for item in source:
            left = get_member(item, self.property)
            if comparisons:
                holds = all(truth(binary(name, left, right)) for name, right in comparisons)
            else:
                holds = truth(left) is not self.negate
            if holds:
                yield item

    def _comparisons(self) -> list[tuple[str, object]]:
        """The operators given, each with its right side."""
        written = [(name, getattr(self, f"op_{name}")) for name in _OPERATORS]
        given = [(name, right) for name, right in written if right is not _NOT_GIVEN]
        alone = [name for name, right in given if right is _IN_VALUE]
        if alone and self.value is _NOT_GIVEN:
            raise BindingError(f"-{_spelled(alone[0])} needs a value", error_id="MissingArgument")
        if self.value is not _NOT_GIVEN and not alone:
            given.append(("eq", self.value))
        return [(name, self.value if right is _IN_VALUE else right) for name, right in given]
