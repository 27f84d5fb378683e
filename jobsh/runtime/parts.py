"""Functions and blocks with `begin`, `process` and `end`: the middle one runs for each object of the input."""

from __future__ import annotations

from collections.abc import AsyncIterator

from jobsh.command.lines import split_lines
from jobsh.language import ast
from jobsh.runtime.flow import ReturnSignal
from jobsh.runtime.frame import Frame
from jobsh.runtime.statements import run_body
from jobsh.runtime.values import closing


async def run_parts(code: ast.Script, frame: Frame) -> AsyncIterator[object]:
    """Without input `process` runs once; `return` leaves only the part it is in."""
    parts = {part.kind: part.body for part in code.parts}
    try:
        for kind in ("begin", "process", "end"):
            if kind in parts:
                rounds = _process(parts[kind], code, frame) if kind == "process" else _part(parts[kind], frame)
                async with closing(rounds) as values:
                    async for value in values:
                        yield value
    finally:
        if "clean" in parts:
            async with closing(_part(parts["clean"], frame.quiet())) as values:
                async for _ in values:
                    pass


async def _process(body: ast.Script, code: ast.Script, frame: Frame) -> AsyncIterator[object]:
    if frame.input is None:
        async with closing(_part(body, frame)) as values:
            async for value in values:
                yield value
        return
    async with closing(split_lines(frame.input.stream())) as items:
        async for item in items:
            if code.params:
                from jobsh.runtime.parameters import take_from_pipeline

                await take_from_pipeline(code.params, item, frame)
            async with closing(_part(body, frame.derive(item=item))) as values:
                async for value in values:
                    yield value


async def _part(body: ast.Script, frame: Frame) -> AsyncIterator[object]:
    try:
        async with closing(run_body(body, frame)) as values:
            async for value in values:
                yield value
    except ReturnSignal:
        return
