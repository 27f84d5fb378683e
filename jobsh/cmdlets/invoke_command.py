"""Invoke-Command."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Annotated, NamedTuple

from jobsh.cmdlets import _hosts
from jobsh.cmdlets import _sessions as by
from jobsh.cmdlets._attached import run_attached
from jobsh.cmdlets._everywhere import CodeEverywhere
from jobsh.cmdlets._input import all_bytes, all_values, input_bytes, script_of
from jobsh.cmdlets._sources import merged
from jobsh.command.context import Context, ScriptBlock
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.selectors import HostPattern, SessionSelector
from jobsh.command.types import Path
from jobsh.errors import BindingError
from jobsh.model.hosts import HostAddress
from jobsh.model.job import Job
from jobsh.model.messages import FanOut, Invoke, Target
from jobsh.model.records import Origin
from jobsh.runtime.values import closing, gather, nothing

_AWAY = ("Host", "Session")


class InvokeCommand(Cmdlet):
    """Run a block on hosts, in sessions or here, and give what it writes as it comes; with -AsJob, as one job here.

    The block is a script for each host's shell, kept byte for byte, or jobsh code with that host as its location when it starts
    like jobsh. A host that cannot be reached is one error and the others go on; the exit status is the largest of all (255 for
    a host that was not reached). Without -AsJob nothing outlives this jobsh: what runs is stopped with it.
    """

    computer_name: Annotated[
        tuple[HostPattern, ...],
        Param(
            "The hosts: web01, user@web01:22, web[01-20].",
            position=0,
            in_set="Host",
            is_mandatory=True,
            aliases=("Cn", "HostName"),
        ),
    ] = ()
    session: Annotated[
        tuple[SessionSelector, ...],
        Param("The sessions, which keep their shell's state.", position=0, in_set="Session", is_mandatory=True),
    ] = ()
    script_block: Annotated[ScriptBlock | str | None, Param("What to run.", position=1, aliases=("Command",))] = None
    file_path: Annotated[
        Path,
        Param("Run the text of this file; the hosts need no copy. A .jsh file is jobsh code.", aliases=("PSPath",)),
    ] = ""
    argument_list: Annotated[
        tuple[object, ...], Param("Values for $1, $2, … of a script, or $args of jobsh code.", aliases=("Args",))
    ] = ()
    input_object: Annotated[tuple[object, ...], Param("Values for the standard input, one line each.")] = ()
    user_name: _hosts.UserName = ""
    port: _hosts.Port = 0
    key_file_path: _hosts.KeyFilePath = ""
    as_job: Annotated[bool, Param("Start one job with a child job per host, and go on at once.", in_set=_AWAY)] = False
    job_name: Annotated[str, Param("The job's name; implies -AsJob.", in_set=_AWAY)] = ""
    throttle_limit: Annotated[int, Param("How many hosts at the same time; 32 without it.", in_set=_AWAY)] = 32
    hide_computer_name: Annotated[
        bool, Param("Print results of several hosts without their names.", in_set=_AWAY, aliases=("HCN",))
    ] = False
    interpreter: Annotated[str, Param("The program that reads the script: bash, python3 or perl.")] = ""

    default_set = "Here"
    takes_chunks = True
    output_types = (str, Job)
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
        Example("$n = 3; Invoke-Command web01 { seq $using:n }", "Use a value of this shell in the script."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        self._check()
        script = await script_of(ctx, self.script_block, self.file_path)
        if self.as_job or self.job_name:
            async for job in self._start(ctx, script):
                yield job
            return
        async with closing(await self._results(ctx, script)) as results:
            async for value in results:
                yield value

    def _check(self) -> None:
        if (self.script_block is None) == (not self.file_path):
            what = "Invoke-Command needs a script block or -FilePath, and one of them only"
            raise BindingError(what, hint="script blocks look like { … }")
        if self.throttle_limit < 1:
            raise BindingError(f"-ThrottleLimit {self.throttle_limit}: at least one host at a time")

    async def _places(self, ctx: Context) -> list[_Place]:
        """Where to run it and what the place is called."""
        hosts = _hosts.addresses(ctx, self.computer_name, self.user_name, self.port, self.key_file_path)
        sessions = await by.to_use(ctx, self.session) if self.session else []
        return [
            *(_Place(host, host.label, host.is_local) for host in hosts),
            *(_Place(s.id, s.computer_name, s.address.is_local) for s in sessions),
        ]

    async def _start(self, ctx: Context, script: ScriptBlock | str) -> AsyncIterator[Job]:
        targets = tuple(place.target for place in await self._places(ctx))
        if targets:
            program = await ctx.program(script, arguments=self.argument_list, interpreter=self.interpreter)
            stdin = await all_bytes(ctx, self.input_object)
            options = (self.job_name, self.throttle_limit, self.hide_computer_name)
            yield await ctx.engine.fan_out(FanOut(program, targets, *options, stdin, ctx.surroundings()))

    async def _results(self, ctx: Context, script: ScriptBlock | str) -> AsyncIterator[object]:
        """What it writes, piece by piece as it comes."""
        if self.computer_name or self.session:
            places = await self._places(ctx)
            is_shown = len(places) > 1 and not self.hide_computer_name
        elif isinstance(script, str) or (self.interpreter and script.code is None):
            places, is_shown = [await _place_of(ctx)], False
        else:
            has_input = ctx.has_input or self.input_object
            values = all_values(ctx, self.input_object) if has_input else None
            return script.run(arguments=self.argument_list, input=values)
        origins = [Origin(place.name, None, is_shown) for place in places]
        if isinstance(script, str) or script.code is None:
            return await self._attached(ctx, script, places, origins)
        return await self._code(ctx, script, places, origins)

    async def _attached(
        self, ctx: Context, script: ScriptBlock | str, places: Sequence[_Place], origins: Sequence[Origin]
    ) -> AsyncIterator[object]:
        if not places:
            return nothing()
        pieces, stdin = None, None
        if len(places) > 1:
            stdin = await all_bytes(ctx, self.input_object)
        elif self.input_object or ctx.has_input:
            pieces = input_bytes(ctx, self.input_object)
        else:
            pieces = ctx.standard_input()
        request = Invoke(
            await ctx.program(script, arguments=self.argument_list, interpreter=self.interpreter),
            tuple(place.target for place in places),
            self.throttle_limit,
            stdin=stdin,
            saves_state=not any(isinstance(place.target, HostAddress) for place in places),
            surroundings=ctx.surroundings() if any(place.is_here for place in places) else None,
        )
        return run_attached(ctx, request, origins, pieces)

    async def _code(
        self, ctx: Context, block: ScriptBlock, places: Sequence[_Place], origins: Sequence[Origin]
    ) -> AsyncIterator[object]:
        values = await gather(all_values(ctx, self.input_object))
        code = CodeEverywhere(ctx, block, self.argument_list, values, self.throttle_limit)
        return merged([code.at(place.target, origin) for place, origin in zip(places, origins, strict=True)])


class _Place(NamedTuple):
    """Where it runs."""

    target: Target
    name: str
    """Results of this machine's own programs have none."""
    is_here: bool
    """Whether it runs on this machine, in our surroundings."""


async def _place_of(ctx: Context) -> _Place:
    """Where we are."""
    session = await ctx.session()
    if session is None:
        return _Place(HostAddress("", "localhost", is_local=True), "", is_here=True)
    return _Place(session.id, session.computer_name, session.address.is_local)
