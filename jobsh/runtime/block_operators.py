"""What takes a block where others take a value: `-replace 'x', { … }`, `-split { … }`, `.Where({ … })`, `.ForEach({ … })`."""

from __future__ import annotations

from collections.abc import Sequence

from jobsh.command.conversion import to_int
from jobsh.command.operators import regex
from jobsh.command.regexes import as_bag
from jobsh.command.text import to_text, truth
from jobsh.command.values import as_list
from jobsh.errors import OperationError
from jobsh.runtime.blocks import CodeBlock
from jobsh.runtime.values import collect, gather


def takes_block(right: object) -> bool:
    """Whether a block stands on the right of `-replace` or `-split`."""
    return any(isinstance(item, CodeBlock) for item in as_list(right)[:2])


async def apply(operator: str, left: object, right: object) -> object:
    """The operator's value."""
    if operator.endswith("split"):
        return await _split(left, right)
    texts = [await _replaced(to_text(item), as_list(right), operator == "-creplace") for item in as_list(left)]
    return texts if isinstance(left, list) else "".join(texts)


async def _replaced(text: str, right: list[object], case: bool) -> str:
    pieces, end = [], 0
    block = right[1]
    assert isinstance(block, CodeBlock)
    for found in regex(to_text(right[0]), case).finditer(text):
        value = await collect(block.as_code().run(item=as_bag(found), new_scope=False))
        pieces += [text[end : found.start()], to_text(value)]
        end = found.end()
    return "".join([*pieces, text[end:]])


async def _split(left: object, right: object) -> list[object]:
    """At the characters for which the block is true."""
    block, *rest = as_list(right)
    most = to_int(rest[0]) if rest else 0
    assert isinstance(block, CodeBlock)
    parts: list[object] = []
    for text in map(to_text, as_list(left)):
        start, first = 0, len(parts)
        for at, character in enumerate(text):
            is_full = most > 0 and len(parts) - first >= most - 1
            if not is_full and truth(await collect(block.as_code().run(item=character, new_scope=False))):
                parts.append(text[start:at])
                start = at + 1
        parts.append(text[start:])
    return parts


def is_method(target: object, name: str, arguments: Sequence[object]) -> bool:
    """Whether the method takes a block, or is a block's."""
    if isinstance(target, CodeBlock):
        return name.lower() in ("invoke", "getnewclosure")
    return name.lower() in ("where", "foreach") and len(arguments) > 0


async def call(target: object, name: str, arguments: Sequence[object]) -> object:
    """The method's value: a list, as in PowerShell."""
    if isinstance(target, CodeBlock):
        return target if name.lower() == "getnewclosure" else await gather(target.as_code().run(arguments=arguments))
    block = arguments[0]
    if name.lower() == "foreach":
        return await _for_each(as_list(target), block, arguments[1:])
    if not isinstance(block, CodeBlock):
        raise OperationError("Where takes a block", hint=".Where({ $_ -gt 1 })", error_id="MethodArguments")
    return await _where(as_list(target), block, arguments[1:])


async def _for_each(items: list[object], what: object, arguments: Sequence[object]) -> list[object]:
    from jobsh.command.methods import method_names
    from jobsh.command.objects import call_method, get_member

    written: list[object] = []
    for item in items:
        if isinstance(what, CodeBlock):
            written += await gather(what.as_code().run(item=item, arguments=arguments, new_scope=False))
        elif to_text(what).lower() in map(str.lower, method_names(item)):
            written.append(call_method(item, to_text(what), arguments))
        else:
            written += as_list(get_member(item, to_text(what)))
    return written


async def _where(items: list[object], block: CodeBlock, more: Sequence[object]) -> list[object]:
    """All for which the block is true; `'First'`, `'Last'` and `'Split'`, with a number, choose among them."""
    mode = to_text(more[0]).lower() if more else "default"
    count = to_int(more[1]) if len(more) > 1 else 1 if mode in ("first", "last") else len(items)
    chosen: list[object] = []
    others: list[object] = []
    for item in items:
        holds = truth(await collect(block.as_code().run(item=item, new_scope=False)))
        (chosen if holds else others).append(item)
    match mode:
        case "default" | "first":
            return chosen[:count]
        case "last":
            return chosen[-count:]
        case "split":
            return [chosen, others]
    raise OperationError(f"Where has no mode '{mode}'", hint="First, Last or Split", error_id="MethodArguments")
