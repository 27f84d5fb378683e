"""Values written down: numbers, strings with variables in them, blocks."""

from __future__ import annotations

from jobsh.command.text import to_text
from jobsh.language import ast
from jobsh.runtime.blocks import CodeBlock
from jobsh.runtime.dispatch import evaluate
from jobsh.runtime.frame import Frame


async def number(node: ast.Number, frame: Frame) -> object:
    """`12`."""
    return node.value


async def string(node: ast.String, frame: Frame) -> object:
    """`'literal'`."""
    return node.text


async def expandable(node: ast.Expandable | ast.BareWord, frame: Frame) -> object:
    """`"with $x and $($x.Id)"`, `/tmp/$x`."""
    return "".join([p if isinstance(p, str) else to_text(await evaluate(p, frame)) for p in node.parts])


async def block(node: ast.Block, frame: Frame) -> object:
    """`{ … }`."""
    return CodeBlock.of(node, frame)


async def type_name(node: ast.TypeName, frame: Frame) -> object:
    """`[int]` alone: the name of a type, as `-is` takes it."""
    return node.name
