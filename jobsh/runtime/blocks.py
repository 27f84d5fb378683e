"""Script blocks as values: a piece of code with the surroundings it is to run in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence

from jobsh.command.script_block import NO_ITEM
from jobsh.language.ast import Block, BlockKind, Script
from jobsh.model.ids import Location
from jobsh.model.records import Origin
from jobsh.runtime.dispatch import resolve
from jobsh.runtime.flow import ReturnSignal
from jobsh.runtime.frame import Frame, Source
from jobsh.runtime.statements import run_body
from jobsh.runtime.values import Input, closing


class _Caller:
    """The location that is meant when none is named."""


CALLER = _Caller()


class CodeBlock:
    """`{ … }`: jobsh code when `code` is there, else a script for a shell."""

    doubt = ""
    """What to say before a shell gets it."""

    def __init__(self, text: str, code: Script | None, kind: BlockKind, frame: Frame) -> None:
        self.text = text
        self.code = code
        self.kind = kind
        self.frame = frame

    @classmethod
    def of(cls, node: Block, frame: Frame) -> CodeBlock:
        """The block as written, running where it stands."""
        block = cls(node.text, node.code, node.kind, frame)
        if node.doubt:
            block.doubt = node.doubt
        return block

    def called_from(self, frame: Frame) -> CodeBlock:
        """The same code seeing what its caller sees: scopes are dynamic. Its errors still show its own source."""
        block = CodeBlock(self.text, self.code, self.kind, frame.derive(source=self.frame.source))
        block.doubt = self.doubt
        return block

    def read_as(self, kind: BlockKind) -> CodeBlock:
        """The same text read another way."""
        if kind is self.kind or (kind is BlockKind.CODE and self.code is not None):
            return CodeBlock(self.text, self.code, kind, self.frame)
        source = Source(f"{{{self.text}}}", self.frame.source.name)
        code = self.frame.shell.read_block(source.text, kind, self.frame.scope)
        return CodeBlock(self.text, code, kind, self.frame.derive(source=source))

    def as_code(self) -> CodeBlock:
        """The block as jobsh code, whatever it starts like."""
        return self if self.code is not None else self.read_as(BlockKind.CODE)

    def run(
        self,
        *,
        item: object = NO_ITEM,
        arguments: Sequence[object] = (),
        named: Mapping[str, object] | None = None,
        input: AsyncIterator[object] | None = None,
        location: Location | _Caller = CALLER,
        new_scope: bool = True,
        origin: Origin | None = None,
    ) -> AsyncIterator[object]:
        """Run the block: what it writes."""
        changes: dict[str, object] = {"is_foreground": False, "arguments": tuple(arguments)}
        if item is not NO_ITEM:
            changes["item"] = item
        if input is not None:
            changes["input"] = Input(input)
        frame = self.frame.derive(**changes)
        if not isinstance(location, _Caller) and location != frame.place.location:
            frame = frame.derive(place=frame.shell.place_at(location), own_scope=None, using=frame.scope)
        elif new_scope:
            frame = frame.called()
        if origin is not None:
            frame = frame.derive(origin=origin, streams=frame.streams.labelled(origin))
            return self._run_there(frame, arguments, named or {})
        return self.run_in(frame, arguments, named or {})

    async def _run_there(
        self, frame: Frame, arguments: Sequence[object], named: Mapping[str, object]
    ) -> AsyncIterator[object]:
        """Run the block; how its last statement went is how the statement that sent it goes, of several hosts the worst."""
        async with closing(self.run_in(frame, arguments, named)) as values:
            async for value in values:
                yield value
        frame.tally.failed(frame.shell.status)

    async def run_in(
        self,
        frame: Frame,
        arguments: Sequence[object] = (),
        named: Mapping[str, object] | None = None,
        *,
        is_bound: bool = False,
    ) -> AsyncIterator[object]:
        """Run the block in a frame that was made for it; `is_bound`: its parameters have their values."""
        if self.code is None:
            body = resolve("shell_text:run_block")(self, frame, arguments)
        else:
            if self.code.params is not None and not is_bound:
                from jobsh.runtime.parameters import bind_values

                frame = await bind_values(self.code, arguments, named or {}, frame)
            if self.code.parts:
                from jobsh.runtime.parts import run_parts

                body = run_parts(self.code, frame)
            else:
                body = run_body(self.code, frame)
        try:
            async with closing(body) as values:
                async for value in values:
                    yield value
        except ReturnSignal:
            return
