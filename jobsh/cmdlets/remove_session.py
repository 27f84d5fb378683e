"""Remove-Session."""

from __future__ import annotations

from collections.abc import AsyncIterator

from jobsh.cmdlets import _sessions as by
from jobsh.cmdlets._refused import MACHINES
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example
from jobsh.errors import BindingError, OperationError


class RemoveSession(Cmdlet):
    """Close sessions: what runs in them attached ends, their jobs go on.

    Removing a session forgets the shell's state that it kept; the jobs that were started in it stay on the host. A session that
    is Disconnected is connected first; where that cannot be, only this engine forgets it, and an error says so.
    """

    session: by.Sessions = ()
    id: by.Ids = ()
    name: by.Names = ()
    instance_id: by.InstanceIds = ()
    computer_name: by.ComputerNames = ()

    changes_something = True
    refused = MACHINES
    gives = "Nothing."
    examples = (
        Example("Remove-Session $s", "Close a session.", setup="$s = New-Session web01"),
        Example("Get-Session | Remove-Session", "Close all sessions.", setup="$s = New-Session web01"),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        chosen = by.selectors(self.session, self.id, self.name, self.instance_id)
        if not chosen and not self.computer_name:
            if ctx.has_input:
                return
            raise BindingError("which session?", hint="name it by -Id or -Name; Get-Session lists all")
        for session in await by.selected(ctx, chosen, self.computer_name):
            if not await ctx.should_process("Remove-Session", f"session {session.id} ({session.name})"):
                continue
            try:
                await ctx.engine.remove_session(session.id)
            except OperationError as error:
                await ctx.error(error)
        return
        yield
