"""The parameter type that the annotation of a field means."""

from __future__ import annotations

import types as python_types
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from jobsh.command.script_block import ScriptBlock
from jobsh.command.text import enum_text
from jobsh.command.types import (
    BlockType,
    BoolType,
    ChoiceType,
    FloatType,
    HashTableType,
    IntType,
    ParameterType,
    TextType,
)
from jobsh.command.values import HashTable
from jobsh.language.ast import BlockKind

_BUILT_IN: dict[object, ParameterType] = {
    str: TextType(),
    int: IntType(),
    float: FloatType(),
    bool: BoolType(),
    object: ParameterType(),
    HashTable: HashTableType(),
}


def register(annotation: object, parameter_type: ParameterType) -> None:
    """Let fields of this class be parameters; for classes that are a parameter type of their own (JobSelector)."""
    _BUILT_IN[annotation] = parameter_type


def parameter_type(annotation: object, kind: BlockKind) -> tuple[ParameterType, bool]:
    """The type of a field by its annotation, and whether it is a tuple of such; `kind` is what a block there is."""
    annotation, own = _without_none(annotation)
    if own is not None:
        return own, False
    if get_origin(annotation) is tuple:
        return parameter_type(get_args(annotation)[0], kind)[0], True
    return _single(annotation, kind), False


def _without_none(annotation: Any) -> tuple[Any, ParameterType | None]:
    """`X | None` and `Annotated[X, …]` as X, with the ParameterType the annotation carries."""
    if get_origin(annotation) is Annotated:
        carried = [m for m in annotation.__metadata__ if isinstance(m, ParameterType)]
        inner, own = _without_none(annotation.__origin__)
        return inner, carried[0] if carried else own
    if get_origin(annotation) in (Union, python_types.UnionType):
        rest = [a for a in get_args(annotation) if a is not type(None)]
        blocks = [a for a in rest if a is ScriptBlock]
        return _without_none((blocks or rest)[0])
    return annotation, None


def _single(annotation: Any, kind: BlockKind) -> ParameterType:
    if annotation is ScriptBlock:
        return BlockType(kind)
    if annotation in _BUILT_IN:
        return _BUILT_IN[annotation]
    if get_origin(annotation) is Literal:
        return ChoiceType({str(choice): choice for choice in get_args(annotation)})
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return ChoiceType({enum_text(member): member for member in annotation}, annotation.__name__)
    raise TypeError(f"{annotation} is not a parameter type")
