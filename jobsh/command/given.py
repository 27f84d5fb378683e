"""What the user wrote for one parameter: its value beside its source. Knows nothing of parameters and their types."""

from __future__ import annotations

from collections.abc import Iterator

from jobsh.command.objects import HashTable
from jobsh.errors import BindingError, Span
from jobsh.language import ast
from jobsh.model.struct import Struct


class NameWord(str):
    """`-Name` as a function without such a parameter finds it in `$args`."""

    __slots__ = ()


class Given(Struct):
    """One argument of a command. `name` None: a positional one."""

    name: str | None
    value: object
    text: str
    """The source of the value."""
    span: Span
    """Where the value stands; the parameter's name, when it has none."""
    has_value: bool = True
    """False for `-Switch` alone."""
    word: str | None = None
    """What an unquoted word or number says as text, so that `12.10` is not 12.1; None for everything else."""
    items: tuple[Given, ...] = ()
    """The items of a list written with commas."""
    name_span: Span | None = None
    """Where `-Name` stands."""
    is_handed_on: bool = False
    """Whether it is a name in `@args`: what stands after it may be its value."""
    is_splatted: bool = False
    """Whether it comes from `@table`: then what is written out wins."""


def given_of(
    expression: ast.Expression, value: object, source: str, *, name: str | None = None, name_span: Span | None = None
) -> Given:
    """An argument whose expression was evaluated to `value`."""
    span = expression.span
    items: tuple[Given, ...] = ()
    if isinstance(expression, ast.ListExpr) and isinstance(value, list) and len(value) == len(expression.items):
        items = tuple(given_of(e, v, source) for e, v in zip(expression.items, value, strict=True))
    text = source[span.start : span.end]
    return Given(name, value, text, span, True, _word(expression, value, text), items, name_span)


def _word(expression: ast.Expression, value: object, text: str) -> str | None:
    if isinstance(expression, ast.BareWord):
        return str(value)
    if isinstance(expression, ast.Unary) and expression.operator in ("-", "+"):
        return text if isinstance(expression.operand, ast.Number) else None
    return text if isinstance(expression, ast.Number) else None


def given_switch(name: str, span: Span) -> Given:
    """`-Name` without a value."""
    return Given(name, True, "", span, False, name_span=span)


def splat(value: object, text: str, span: Span) -> Iterator[Given]:
    """The arguments in `@name`: a hashtable gives named ones, a list positional ones. Where there is no such variable, it is a word."""
    if isinstance(value, HashTable):
        for key, item in value.items():
            yield Given(str(key), item, text, span, name_span=span, is_splatted=True)
    elif isinstance(value, list):
        for item in value:
            if isinstance(item, NameWord):  # `@args` hands on names as names
                yield Given(item[1:], True, text, span, False, name_span=span, is_handed_on=True)
            else:
                yield Given(None, item, text, span)
    elif value is None:  # a word, such as a group of hosts
        yield Given(None, text, text, span, word=text)
    else:
        raise BindingError(f"{text} holds neither a hashtable nor a list", span, error_id="CannotSplat")
