"""Invoke-Command."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Annotated

from jobsh.cmdlets import _hosts
from jobsh.cmdlets._attached import in_time, run_attached
from jobsh.cmdlets._detached import started_detached
from jobsh.cmdlets._everywhere import CodeEverywhere
from jobsh.cmdlets._input import all_bytes, all_values, input_bytes, reader_of, script_of
from jobsh.cmdlets._run_places import RunPlaces, place_where_we_are, run_places
from jobsh.cmdlets._sources import merged
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param, Refused
from jobsh.command.name_types import Interpreter, Path
from jobsh.command.script_block import ScriptBlock
from jobsh.command.selectors import HostPattern, SessionSelector
from jobsh.command.types import Duration
from jobsh.errors import BindingError
from jobsh.model.hosts import HostAddress
from jobsh.model.job import Job
from jobsh.model.messages import FanOut, Invoke, JobRequest
from jobsh.model.records import Origin
from jobsh.model.session import Session
from jobsh.runtime.values import closing, gather, nothing

_ANEW = ("Host", "SSHConnection")
_AWAY = ("Host", "SSHConnection", "Session")


class InvokeCommand(Cmdlet):
    """Run a block on hosts, in sessions or here, and give what it writes as it comes; with -AsJob, as one job here.

    The block is a script for each host's shell, kept byte for byte, or jobsh code with that host as its location when it starts
    like jobsh. A host that cannot be reached is one error and the others go on; the exit status is the largest of all (255 for
    a host that was not reached). Without -AsJob nothing outlives this jobsh: what runs is stopped with it.

    Results come as they arrive, those of one host in their order, and know where they came from: PSComputerName and RunspaceId
    of lines, numbers, objects and errors. Lines of several hosts are printed after their host; tables have it as their last
    column.
    """

    computer_name: Annotated[
        tuple[HostPattern, ...],
        Param(
            "The hosts: web01, user@web01:22, web[01-20].",
            position=0,
            in_set="Host",
            is_mandatory=True,
            refuses_empty=True,
            aliases=("Cn", "HostName"),
        ),
    ] = ()
    session: Annotated[
        tuple[SessionSelector, ...],
        Param(
            "The sessions, which keep their shell's state.",
            position=0,
            in_set="Session",
            is_mandatory=True,
            refuses_empty=True,
        ),
    ] = ()
    ssh_connection: _hosts.SshConnections = ()
    script_block: Annotated[
        ScriptBlock | str | None, Param("What to run: a block, or text for a shell.", position=1, aliases=("Command",))
    ] = None
    file_path: Annotated[
        Path,
        Param(
            "Run the text of this file instead of a block; the hosts need no copy. Its #! line or its name (.py, .js, .pl, …) says"
            " what reads it; a .jsh file is jobsh code.",
            aliases=("PSPath",),
        ),
    ] = ""
    argument_list: Annotated[
        tuple[object, ...], Param("Values for $1, $2, … of a script, or $args of jobsh code.", aliases=("Args",))
    ] = ()
    input_object: Annotated[tuple[object, ...], Param("Values for the standard input, one line each.")] = ()
    user_name: _hosts.UserName = ""
    port: _hosts.Port = 0
    key_file_path: _hosts.KeyFilePath = ""
    options: _hosts.Options = ()
    connecting_timeout: _hosts.ConnectingTimeout = None
    credential: _hosts.LoginCredential = None
    session_option: _hosts.Option = None
    ssh_transport: _hosts.SshTransport = None
    timeout_sec: Annotated[
        Duration | None,
        Param(
            "Stop the command where it has not ended by then; what it wrote is kept, the exit status is 124. Plain numbers are"
            " seconds.",
            aliases=("Timeout",),
        ),
    ] = None
    as_job: Annotated[bool, Param("Start one job with a child job per host, and go on at once.", in_set=_AWAY)] = False
    job_name: Annotated[str, Param("The job's name; implies -AsJob.", in_set=_AWAY)] = ""
    in_disconnected_session: Annotated[
        bool,
        Param(
            "Start it in a new session on each host, leave the sessions there, and give them: Receive-Session takes the"
            " results, another day and from anywhere.",
            in_set=_ANEW,
            aliases=("Disconnected",),
        ),
    ] = False
    session_name: Annotated[
        tuple[str, ...], Param("With -InDisconnectedSession: names for the sessions, by host.", in_set=_ANEW)
    ] = ()
    throttle_limit: Annotated[
        int, Param("How many hosts at the same time; 32 without it, and for 0.", in_set=_AWAY)
    ] = 32
    hide_computer_name: Annotated[
        bool, Param("Print results of several hosts without their names.", in_set=_AWAY, aliases=("HCN",))
    ] = False
    interpreter: Annotated[
        Interpreter,
        Param("The program that reads the script; of a file, what its #! line or its name says without it."),
    ] = ""
    no_new_scope: Annotated[
        bool, Param("Run jobsh code in the scope it stands in: what it assigns stays.", in_set="Here")
    ] = False

    default_set = "Here"
    refused = (
        *_hosts.REFUSED,
        Refused("RemoteDebug", "what runs there is a program, not PowerShell", "run the program's own debugger there"),
    )
    goes_to_sessions = True
    takes_chunks = True
    output_types = (str, Job, Session)
    gives = (
        "What the block writes, each record with the host it came from (PSComputerName); with -AsJob a Job, with"
        " -InDisconnectedSession the sessions."
    )
    examples = (
        Example("Invoke-Command -ComputerName web01, web02 { uptime }", "Run a command on two hosts."),
        Example(
            "Invoke-Command web[01-02] { uptime } -AsJob -JobName up | Receive-Job -Wait",
            "Run it as a job with a child job per host, whose results come home.",
        ),
        Example(
            "Invoke-Command -Session $s { Start-Job { seq 3 } }",
            "Start a job that lives on the host.",
            setup="$s = New-Session web01",
        ),
        Example(
            "Invoke-Command web01 { seq 3 } -InDisconnectedSession -SessionName night",
            "Start it and go: Receive-Session -ComputerName web01 -Name night takes the results, from any machine.",
        ),
        Example("$n = 3; Invoke-Command web01 { seq $using:n }", "Use a value of this shell in the script."),
        Example(
            "Invoke-Command web01, web02 -FilePath check.py -ArgumentList 5, 'two words' -TimeoutSec 30",
            "Run a local script there, for half a minute at most.",
            setup="Set-Content check.py 'import sys; print(sys.argv[1:])'",
        ),
        Example(
            "Invoke-Command -SSHConnection @{HostName='web01'}, @{HostName='web02'; ConnectingTimeout='5s'} { uptime }",
            "Run it on hosts that are reached in different ways.",
        ),
        Example(
            "Invoke-Command web01, web02 { Get-Job } | Sort-Object PSComputerName | Format-Table Id, State, PSComputerName",
            "List the jobs of two hosts by host.",
        ),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        self._check()
        script = await script_of(ctx, self.script_block, self.file_path)
        if self.as_job or self.job_name:
            async for job in self._start(ctx, script):
                yield job
            return
        if self.in_disconnected_session:
            async for session in self._detach(ctx, script):
                yield session
            return
        async with closing(await self._results(ctx, script)) as results:
            async for value in results:
                yield value

    def _check(self) -> None:
        if (self.script_block is None) == (not self.file_path):
            what = "give a script block or -FilePath, and one of them only"
            raise BindingError(what, hint="script blocks look like { … }")
        is_left = self.as_job or self.job_name or self.in_disconnected_session
        if self.in_disconnected_session and (self.as_job or self.job_name):
            raise BindingError(
                "-InDisconnectedSession and -AsJob exclude each other",
                hint="Receive-Session -OutTarget Job makes a job of it",
            )
        if self.session_name and not self.in_disconnected_session:
            raise BindingError("-SessionName needs -InDisconnectedSession")
        if self.timeout_sec is not None and is_left:
            raise BindingError(
                "-TimeoutSec is for attached commands", hint="Wait-Job -Timeout, then Stop-Job, ends a job"
            )
        if self.timeout_sec is not None and self.timeout_sec <= 0:
            raise BindingError(f"-TimeoutSec {self.timeout_sec:g}: there is no time to run in")

    async def _places(self, ctx: Context) -> RunPlaces:
        return await run_places(ctx, self, is_job=bool(self.as_job or self.job_name))

    async def _start(self, ctx: Context, script: ScriptBlock | str) -> AsyncIterator[Job]:
        places, credential, _ = await self._places(ctx)
        if places:
            program = await ctx.program(
                script, arguments=self.argument_list, interpreter=reader_of(self.interpreter, script, self.file_path)
            )
            stdin = await all_bytes(ctx, self.input_object)
            request = FanOut(
                program,
                tuple(place.target for place in places),
                self.job_name,
                _hosts.at_once(self.throttle_limit),
                self.hide_computer_name,
                stdin,
                ctx.surroundings(),
                credential,
            )
            yield await ctx.engine.fan_out(request)

    async def _detach(self, ctx: Context, script: ScriptBlock | str) -> AsyncIterator[Session]:
        reach = await _hosts.reach(ctx, self, self.computer_name)
        program = await ctx.program(
            script, arguments=self.argument_list, interpreter=reader_of(self.interpreter, script, self.file_path)
        )
        stdin = await all_bytes(ctx, self.input_object)
        request = JobRequest(program, surroundings=ctx.surroundings(), stdin=stdin)
        async for session in started_detached(ctx, reach, self.session_name, self.throttle_limit, request):
            yield session

    async def _results(self, ctx: Context, script: ScriptBlock | str) -> AsyncIterator[object]:
        """What it writes, piece by piece as it comes."""
        if self.computer_name or self.session or self.ssh_connection:
            places = await self._places(ctx)
            is_shown = len(places.places) > 1 and not self.hide_computer_name
        elif isinstance(script, str) or (self.interpreter and script.code is None):
            places, is_shown = RunPlaces([await place_where_we_are(ctx)]), False
        else:
            return self._here(ctx, script)
        origins = [Origin(place.name, None, is_shown, place.runspace_id) for place in places.places]
        if isinstance(script, str) or script.code is None:
            return await self._attached(ctx, script, places, origins)
        return await self._code(ctx, script, places, origins)

    def _here(self, ctx: Context, block: ScriptBlock) -> AsyncIterator[object]:
        """Run a block where we are."""
        has_input = ctx.has_input or self.input_object
        values = all_values(ctx, self.input_object) if has_input else None
        results = block.run(
            arguments=self.argument_list, input=values, new_scope=not self.no_new_scope, origin=Origin()
        )
        return results if self.timeout_sec is None else in_time(ctx, results, self.timeout_sec)

    async def _attached(
        self, ctx: Context, script: ScriptBlock | str, places: RunPlaces, origins: Sequence[Origin]
    ) -> AsyncIterator[object]:
        if not places.places:
            return nothing()
        pieces, stdin = None, None
        if len(places.places) > 1:
            stdin = await all_bytes(ctx, self.input_object)
        elif self.input_object or ctx.has_input:
            pieces = input_bytes(ctx, self.input_object)
        else:
            pieces = ctx.standard_input()
        request = Invoke(
            await ctx.program(
                script, arguments=self.argument_list, interpreter=reader_of(self.interpreter, script, self.file_path)
            ),
            tuple(place.target for place in places.places),
            _hosts.at_once(self.throttle_limit),
            stdin=stdin,
            saves_state=not any(isinstance(place.target, HostAddress) for place in places.places),
            surroundings=ctx.surroundings() if any(place.is_here for place in places.places) else None,
            credential=places.credential,
            cancel_timeout=places.cancel_timeout,
        )
        return run_attached(ctx, request, origins, pieces, self.timeout_sec)

    async def _code(
        self, ctx: Context, block: ScriptBlock, places: RunPlaces, origins: Sequence[Origin]
    ) -> AsyncIterator[object]:
        ctx.check_using(block)
        values = await gather(all_values(ctx, self.input_object))
        at_once = _hosts.at_once(self.throttle_limit)
        code = CodeEverywhere(
            ctx,
            block,
            self.argument_list,
            values,
            at_once,
            places.credential,
            hides_host=self.hide_computer_name,
        )
        sources = [code.at(place.target, origin) for place, origin in zip(places.places, origins, strict=True)]
        if self.timeout_sec is not None:
            sources = [
                in_time(ctx, source, self.timeout_sec, origin.computer_name)
                for source, origin in zip(sources, origins, strict=True)
            ]
        return merged(sources)
