"""Shell text as a stage: what of jobsh goes into its environment, and the location that runs it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from jobsh.command.text import truth
from jobsh.language import ast
from jobsh.model.messages import Program
from jobsh.model.records import ErrorRecord, Stream, StreamRecord
from jobsh.runtime.blocks import CodeBlock
from jobsh.runtime.flow import Raised
from jobsh.runtime.frame import Frame
from jobsh.runtime.programs import block_program, text_program
from jobsh.runtime.values import closing

_NOT_FOUND = 127
_NOT_READ = 2
"""What shells end with that cannot parse a text; some programs, too."""


async def run_shell_text(
    stage: ast.ShellText, frame: Frame, source: AsyncIterator[object] | None
) -> AsyncIterator[object]:
    """Text for the location's shell."""
    if stage.variables and ("$($" in stage.text or "." in stage.text):
        await _warn_of_members(stage, frame)
    program = await text_program(stage, frame)
    located = frame.shell.at(frame.place.location)
    saves_state = frame.is_alone and not frame.is_last and frame.shell.keeps_state_at(frame.place.location)
    async with closing(located.run(program, frame, source, saves_state=saves_state)) as values:
        async for value in values:
            yield value
    if frame.tally.status in (_NOT_FOUND, _NOT_READ) or stage.text == "history":
        from jobsh.language.doubts import after_not_found, not_built

        if hint := not_built(stage.text) if frame.tally.status == _NOT_READ else after_not_found(stage.text):
            await frame.streams.write(Stream.WARNING, StreamRecord(Stream.WARNING, hint), frame.where(stage.span))
    _mind_status(stage.text, frame)


def _mind_status(text: str, frame: Frame) -> None:
    """`$PSNativeCommandUseErrorActionPreference`: a program that fails is an error then, with `Stop` the end of the script."""
    status = frame.tally.status
    if status and truth(frame.scope.get("PSNativeCommandUseErrorActionPreference")):
        shown = " ".join(text.split())
        record = ErrorRecord(
            f"{shown if len(shown) < 40 else shown[:39] + '…'}: exit status {status}",
            error_id="ProgramExitedWithNonZeroCode",
            target=text,
            exit_status=status,
        )
        raise Raised(record, ("nativecommandexitexception",))


async def _warn_of_members(stage: ast.ShellText, frame: Frame) -> None:
    """`echo "$($job.Name)"`, `kill $job.Pid`: PowerShell's in a text that is the shell's."""
    from jobsh.language.doubts import members_in

    handed = [name for name in stage.variables if frame.scope.has_exactly(name)]
    objects = [name for name in handed if not isinstance(frame.scope.get(name), (str, int, float, list, type(None)))]
    if hint := members_in(stage.text, handed, objects):
        await frame.streams.write(Stream.WARNING, StreamRecord(Stream.WARNING, hint), frame.where(stage.span))


async def run_block(block: CodeBlock, frame: Frame, arguments: Sequence[object]) -> AsyncIterator[object]:
    """A shell block run by the front end: as an attached command at the location."""
    program = await block_program(frame, block, block.text, arguments, "", "")
    source = None if frame.input is None else frame.input.stream()
    located = frame.shell.at(frame.place.location)
    saves_state = frame.shell.keeps_state_at(frame.place.location)
    async with closing(located.run(program, frame, source, saves_state=saves_state)) as values:
        async for value in values:
            yield value


async def run_program(
    words: Sequence[str], frame: Frame, source: AsyncIterator[object] | None
) -> AsyncIterator[object]:
    """`& program words`: the words arrive as they are, unsplit."""
    program = Program('"$@"', " ".join(words), arguments=tuple(words))
    located = frame.shell.at(frame.place.location)
    async with closing(located.run(program, frame, source, saves_state=False)) as values:
        async for value in values:
            yield value
    _mind_status(" ".join(words), frame)
