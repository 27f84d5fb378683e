"""Start-Job."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, cast

from jobsh.cmdlets._as_user import as_user
from jobsh.cmdlets._credentials import CredentialOrName
from jobsh.cmdlets._input import all_bytes, reader_of, script_of
from jobsh.cmdlets._refused import AUTHENTICATION
from jobsh.cmdlets._starting import at_directory, directory_of, is_code, variables_of, with_beginning
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param, Refused
from jobsh.command.name_types import Interpreter, Path
from jobsh.command.script_block import ScriptBlock
from jobsh.command.values import HashTable
from jobsh.model.ids import HERE
from jobsh.model.job import Job
from jobsh.model.messages import JobRequest

_SCHEDULED = ("there are no scheduled jobs yet", "cron, or a systemd timer, can run jobsh -c")


class StartJob(Cmdlet):
    """Start a job and go on at once: it runs here or, in an entered session, on that host, and outlives shell and connection.

    The block is a script for the place's shell, kept byte for byte, or jobsh code when it starts like jobsh. Receive-Job gives
    what the job wrote, Wait-Job waits for its end. A program that exits with a status other than 0 makes the job Failed.
    """

    script_block: Annotated[
        ScriptBlock | str | None,
        Param("What to run.", position=0, in_set="ScriptBlock", is_mandatory=True, aliases=("Command",)),
    ] = None
    file_path: Annotated[
        Path,
        Param(
            "Run the text of this file of the location. A .jsh file is jobsh code, a #! line or the name says what reads others.",
            in_set="FilePath",
            is_mandatory=True,
        ),
    ] = ""
    literal_path: Annotated[
        Path,
        Param(
            "The same: paths are taken as they are anyway.",
            in_set="LiteralPath",
            is_mandatory=True,
            aliases=("PSPath", "LP"),
        ),
    ] = ""
    initialization_script: Annotated[
        ScriptBlock | str | None, Param("What to run before it, in the same shell or process.", position=1)
    ] = None
    argument_list: Annotated[
        tuple[object, ...], Param("Values for $1, $2, … of a script, or $args of jobsh code.", aliases=("Args",))
    ] = ()
    input_object: Annotated[tuple[object, ...], Param("Values for the job's standard input, one line each.")] = ()
    name: Annotated[str, Param("The job's name; without it, Job and its number.")] = ""
    working_directory: Annotated[
        Path | None, Param("The directory of the location it starts in, instead of the current one. It must be there.")
    ] = None
    environment: Annotated[
        HashTable | None, Param("Variables for its environment: @{NAME='value'}; the values are data.")
    ] = None
    interpreter: Annotated[
        Interpreter,
        Param("The program that reads the script; of a file, what its #! line or its name says without it."),
    ] = ""
    credential: Annotated[
        CredentialOrName | None,
        Param("Run it as another user of the location: as root, or where sudo needs no password."),
    ] = None
    attached: Annotated[bool, Param("End the job when this jobsh ends.")] = False

    default_set = "ScriptBlock"
    refused = (
        *AUTHENTICATION,
        Refused("RunAs32", "a job is run by the shell of its place, which has one size", "leave it out"),
        Refused("PSVersion", "no PowerShell runs the job", "-Interpreter chooses what reads the script, pwsh too"),
        Refused("DefinitionName", *_SCHEDULED),
        Refused("DefinitionPath", *_SCHEDULED),
        Refused("Type", *_SCHEDULED),
    )
    takes_chunks = True
    output_types = (Job,)
    examples = (
        Example("Start-Job { sleep 1; date }", "Run shell commands in the background."),
        Example('Start-Job -Name count { 1..3 | ForEach-Object { "Output $_" } }', "Run jobsh code as a job."),
        Example(
            "Start-Job { make } -InitializationScript { set -e; umask 027 } -WorkingDirectory /tmp -Environment @{V='1 2'}",
            "Prepare the job's shell, and say where it starts and what it finds in its environment.",
        ),
        Example(
            "seq 3 | Start-Job { sort -r } | Receive-Job -Wait",
            "Give the job standard input, and wait for what it writes.",
        ),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[Job]:
        path = self.file_path or self.literal_path
        script = await script_of(ctx, self.script_block, path)
        reader = reader_of(self.interpreter, script, path)
        shown = script if isinstance(script, str) else script.text
        if self.initialization_script is not None:
            script = with_beginning(ctx, self.initialization_script, script, reader)
        directory = "" if self.working_directory is None else await directory_of(ctx, self.working_directory)
        if directory and is_code(script) and ctx.location is not HERE:  # it runs here: the directory is its location's
            script, directory = at_directory(ctx, directory, cast(ScriptBlock, script)), ""
        program = await ctx.program(script, arguments=self.argument_list, interpreter=reader, shown=shown)
        variables = (*program.variables, *variables_of(self.environment))
        stdin = await all_bytes(ctx, self.input_object)
        program = program.replace(variables=variables, directory=directory)
        if self.credential is not None:
            program = await as_user(ctx, program, self.credential)
        yield await ctx.engine.start_job(
            ctx.location, JobRequest(program, self.name, ctx.surroundings(), stdin, self.attached)
        )
