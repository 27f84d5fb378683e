"""ForEach-Object: do something with each object."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, cast

from jobsh.cmdlets._input import InputObject, items
from jobsh.cmdlets._parallel import Parallel
from jobsh.command.context import Context, Work
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.members import has_member
from jobsh.command.methods import method_names
from jobsh.command.name_types import PropertyName
from jobsh.command.objects import call_method, get_member
from jobsh.command.script_block import ScriptBlock
from jobsh.command.types import BlockType, Duration
from jobsh.errors import BindingError
from jobsh.language.ast import BlockKind
from jobsh.model.job import JobKind

_NOT_GIVEN = cast(ScriptBlock, object())
"""Of several blocks, the first and the last are -Begin and -End where these are not given."""


class _BlockOrNull(BlockType):
    """A block, or `$null` to say that there is none."""

    def from_object(self, value: object) -> object:
        return value if value is None else super().from_object(value)


class ForEachObject(Cmdlet):
    """Run a block for each object of the pipeline, or give a property of each.

    In the block `$_` is the object; what the block writes goes on down the pipeline. -Begin runs once before the first object
    and -End once after the last; two blocks without names are -Begin and -Process, more: -Begin, those to -Process, and -End.
    Instead of a block the name of a property or method will do: `ForEach-Object Name`.

    With -Parallel the block runs for several objects at the same time, each run with variables of its own; $using:name is the
    very object that the caller has. What they write comes as it comes, and an error that ends one run ends no other. With
    -AsJob there is a job with a child job per object, which ends with this jobsh.
    """

    process: Annotated[
        tuple[ScriptBlock, ...],
        Param(
            "Code to run for each object.",
            position=0,
            in_set="Block",
            is_mandatory=True,
            takes_rest=True,
            block=BlockKind.CODE,
        ),
    ] = ()
    begin: Annotated[
        ScriptBlock | None,
        _BlockOrNull(BlockKind.CODE),
        Param(
            "Code to run before the first object; $null for none, though -Process has several blocks.",
            in_set="Block",
            block=BlockKind.CODE,
        ),
    ] = _NOT_GIVEN
    end: Annotated[
        ScriptBlock | None,
        _BlockOrNull(BlockKind.CODE),
        Param(
            "Code to run after the last object; $null for none, though -Process has several blocks.",
            in_set="Block",
            block=BlockKind.CODE,
        ),
    ] = _NOT_GIVEN
    remaining_scripts: Annotated[
        tuple[ScriptBlock, ...], Param("More blocks, after those of -Process.", in_set="Block", block=BlockKind.CODE)
    ] = ()
    member_name: Annotated[
        PropertyName,
        Param(
            "A property to give, or a method to call, of each object.", position=0, in_set="Member", is_mandatory=True
        ),
    ] = ""
    argument_list: Annotated[
        tuple[object, ...],
        Param("Arguments for the method.", position=1, in_set="Member", aliases=("Args",)),
    ] = ()
    parallel: Annotated[
        ScriptBlock | None,
        Param("Code to run for several objects at once.", in_set="Parallel", is_mandatory=True, block=BlockKind.CODE),
    ] = None
    throttle_limit: Annotated[
        int, Param("So many at once; each call and each job counts by itself.", in_set="Parallel")
    ] = 5
    timeout_seconds: Annotated[
        Duration | None,
        Param(
            "Stop what has not ended after this time, with an error and the exit status 124; 0: never.",
            in_set="Parallel",
        ),
    ] = None
    as_job: Annotated[bool, Param("Run it as a job with a child job per object.", in_set="Parallel")] = False
    use_new_runspace: Annotated[
        bool, Param("As always here: each run begins with variables of its own.", in_set="Parallel")
    ] = False
    input_object: InputObject = ()

    default_set = "Block"
    gives = "What the blocks write; with -AsJob a Job."
    examples = (
        Example("1..3 | ForEach-Object { $_ * 2 }", "Twice each number."),
        Example("Get-Job | ForEach-Object Name", "The names of all jobs.", setup="Start-Job { true } | Wait-Job"),
        Example("' a ', ' b ' | % Trim", "Call a method of each; after a pipe, % and foreach are short for it."),
        Example("'a', 'b' | ForEach-Object -Parallel { sleep 0.1; \"$_ is done\" } -ThrottleLimit 2", "Both at once."),
        Example("1..3 | ForEach-Object -Parallel { $_ * 2 } -AsJob | Receive-Job -Wait", "The same as a job."),
        Example("1..4 | % -Begin { $sum = 0 } -Process { $sum += $_ } -End { $sum }", "Add up: 10."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        if self.parallel is not None:
            self._check()
            async for value in self._at_once(self.parallel, ctx):
                yield value
            return
        begin, process, end = self._blocks()
        if begin is not None:
            async for value in begin.run(new_scope=False):
                yield value
        if not process:
            async for item in items(ctx, self.input_object):
                found = self._member(item)
                for value in found if isinstance(found, list) else (found,):
                    yield value
        else:
            async for value in self._each(process, ctx):
                yield value
        if end is not None:
            async for value in end.run(new_scope=False):
                yield value

    def _check(self) -> None:
        if self.throttle_limit < 1:
            raise BindingError("-ThrottleLimit is at least 1")
        if self.as_job and self.timeout_seconds:
            raise BindingError(
                "-TimeoutSeconds and -AsJob exclude each other", hint="Wait-Job -Timeout, then Stop-Job, for a job"
            )

    async def _at_once(self, block: ScriptBlock, ctx: Context) -> AsyncIterator[object]:
        values = items(ctx, self.input_object if ctx.has_input or self.input_object else (None,))
        if self.as_job:
            work = [Work((block,), item=item) async for item in values]
            yield await ctx.host(JobKind.TASK, block.text, "", work, self.throttle_limit)
            return
        async for value in Parallel(ctx, block, self.throttle_limit, self.timeout_seconds or None).run(values):
            yield value

    def _blocks(self) -> tuple[ScriptBlock | None, list[ScriptBlock], ScriptBlock | None]:
        begin, end, blocks = self.begin, self.end, [*self.process, *self.remaining_scripts]
        if begin is _NOT_GIVEN:
            begin = blocks.pop(0) if len(blocks) > 1 else None
        if end is _NOT_GIVEN:
            end = blocks.pop() if len(blocks) > 1 else None
        return begin, blocks, end

    async def _each(self, process: list[ScriptBlock], ctx: Context) -> AsyncIterator[object]:
        is_fed = ctx.has_input or self.input_object
        async for item in items(ctx, self.input_object if is_fed else (None,)):
            for block in process:
                async for value in block.run(item=item, new_scope=False):
                    yield value

    def _member(self, item: object) -> object:
        is_method = any(name.casefold() == self.member_name.casefold() for name in method_names(item))
        if self.argument_list or (is_method and not has_member(item, self.member_name)):
            return call_method(item, self.member_name, self.argument_list)
        return get_member(item, self.member_name)
