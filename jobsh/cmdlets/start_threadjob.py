"""Start-ThreadJob."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.cmdlets._input import all_values
from jobsh.command.context import Context, Work
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.name_types import Path
from jobsh.command.script_block import ScriptBlock
from jobsh.errors import BindingError
from jobsh.language.ast import BlockKind
from jobsh.model.job import Job, JobKind

_LARGEST_LIMIT = 1_000_000


class StartThreadJob(Cmdlet):
    """Start jobsh code as a job inside this jobsh: it begins at once, costs no process, and ends with this jobsh.

    The code has variables of its own and the functions that are defined now; $using:name is the very object that the caller
    has. All terminals list, receive, await and stop the job. Use Start-Job for what is to go on after this jobsh.
    """

    script_block: Annotated[
        ScriptBlock | None,
        Param(
            "Code to run.",
            position=0,
            in_set="ScriptBlock",
            is_mandatory=True,
            aliases=("Command",),
            block=BlockKind.CODE,
        ),
    ] = None
    file_path: Annotated[
        Path, Param("Run the jobsh code in this file.", in_set="FilePath", is_mandatory=True, aliases=("PSPath",))
    ] = ""
    initialization_script: Annotated[
        ScriptBlock | None, Param("Code to run before it, with the same variables.", block=BlockKind.CODE)
    ] = None
    argument_list: Annotated[
        tuple[object, ...], Param("Values for $args, or the parameters of the code.", aliases=("Args",))
    ] = ()
    input_object: Annotated[tuple[object, ...], Param("Values for $input; also from the pipeline.")] = ()
    name: Annotated[str, Param("The job's name; without it, Job and its number.")] = ""
    throttle_limit: Annotated[
        int | None,
        Param(
            "So many thread jobs of this jobsh run at once, 5 unless said; the others are NotStarted. The value counts for all "
            "that wait, until another is given. A thread job that waits for other jobs makes room meanwhile."
        ),
    ] = None
    streaming_host: Annotated[
        object, Param("$Host: what Write-Host says in the job is shown at once instead of being kept to be received.")
    ] = None

    default_set = "ScriptBlock"
    output_types = (Job,)
    examples = (
        Example("Start-ThreadJob { 1..3 | ForEach-Object { $_ * 2 } } | Receive-Job -Wait", "Run code, get objects."),
        Example(
            "$x = 5; Start-ThreadJob -Name twice { param($n) $using:x * $n } -ArgumentList 2 | Wait-Job",
            "Give a job a value of the caller and an argument.",
        ),
        Example(
            "Get-Job -Name web* | Start-ThreadJob { $input | ForEach-Object Name } -ThrottleLimit 20",
            "Give a job objects, and let 20 thread jobs run at once from now on.",
        ),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[Job]:
        if self.throttle_limit is not None and not 0 < self.throttle_limit <= _LARGEST_LIMIT:
            raise BindingError(f"-ThrottleLimit is a number from 1 to {_LARGEST_LIMIT}")
        block = await self._block(ctx)
        blocks = (block,) if self.initialization_script is None else (self.initialization_script, block)
        values = tuple([value async for value in all_values(ctx, self.input_object)])
        work = Work(blocks, self.argument_list, values, shows_messages=self.streaming_host is not None)
        yield await ctx.host(JobKind.THREAD, block.text, self.name, (work,), self.throttle_limit)

    async def _block(self, ctx: Context) -> ScriptBlock:
        if self.script_block is not None:
            return self.script_block
        data = b"".join([piece async for piece in ctx.read_file(self.file_path)])
        return ctx.code(data.decode("utf-8", "surrogateescape"), self.file_path)
