"""Cmdlets and a registry that only tests know."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Literal

from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param, Refused
from jobsh.command.job_selectors import JobIdSelector, JobSelector
from jobsh.command.registry import CmdletEntry, Registry
from jobsh.command.script_block import ScriptBlock
from jobsh.command.selectors import HostPattern
from jobsh.command.types import Duration, Switch
from jobsh.language.ast import BlockKind


class StopThing(Cmdlet):
    """Stop things.

    Longer words about it.
    """

    job: Annotated[
        tuple[JobSelector, ...], Param("Jobs.", position=0, in_set="Job", is_mandatory=True, from_pipeline=True)
    ] = ()
    name: Annotated[
        tuple[str, ...], Param("Names.", in_set="Name", is_mandatory=True, from_property=True, aliases=("N",))
    ] = ()
    id: Annotated[tuple[JobIdSelector, ...], Param("Ids.", in_set="Id", is_mandatory=True)] = ()
    pass_thru: Annotated[bool, Param("Give them.")] = False
    path: Annotated[str, Param("Where.")] = ""
    timeout: Annotated[Duration | None, Param("How long.", aliases=("TimeoutSec",))] = None
    state: Annotated[Literal["Running", "Failed", "Frozen"] | None, Param("State.")] = None

    default_set = "Job"
    refused = (
        Refused("RunAs32", "a shell has one size", "leave it out", ("R32",)),
        Refused("PassTh", "it is a prefix of -PassThru"),
    )
    changes_something = True
    examples = (Example("Stop-Thing 1", "Stop 1."), Example("Stop-Thing -Name x", "Stop x."))

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        yield self


class RunThing(Cmdlet):
    """Run things."""

    block: Annotated[
        ScriptBlock | None, Param("What.", position=0, in_set="Here", is_mandatory=True, name="ScriptBlock")
    ] = None
    computer_name: Annotated[
        tuple[HostPattern, ...], Param("Where.", position=0, in_set="There", is_mandatory=True, aliases=("Cn",))
    ] = ()
    remote_block: Annotated[
        ScriptBlock | None, Param("What.", position=1, in_set="There", is_mandatory=True, name="Command")
    ] = None
    filter: Annotated[ScriptBlock | None, Param("Which.", block=BlockKind.CODE)] = None
    argument_list: Annotated[tuple[object, ...], Param("Arguments.", aliases=("Args",))] = ()
    interpreter: Annotated[str, Param("With what.")] = ""
    force: Annotated[Switch | None, Param("Do it.")] = None

    default_set = "Here"
    examples = (Example("Run-Thing { x }", "Run."), Example("Run-Thing web01 { x }", "Run there."))

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        yield self


class SayThing(Cmdlet):
    """Say things."""

    values: Annotated[tuple[object, ...], Param("What.", position=0, takes_rest=True)] = ()
    count: Annotated[int, Param("How often.")] = 1

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        yield self


def registry() -> Registry:
    """The three, with aliases of each kind."""
    rows = [
        CmdletEntry("Stop-Thing", __name__, "StopThing", ("spth", "kill"), shared=("kill",)),
        CmdletEntry("Run-Thing", __name__, "RunThing", after_pipe_aliases=("%",)),
        CmdletEntry("Say-Thing", __name__, "SayThing"),
    ]
    return Registry({row.name: row for row in rows})
