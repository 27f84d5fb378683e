"""Get-Session."""

from __future__ import annotations

from collections.abc import AsyncIterator

from jobsh.cmdlets import _sessions as by
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example
from jobsh.model.session import Session


class GetSession(Cmdlet):
    """Show the open sessions.

    Sessions that a cmdlet opened for one command only are not shown.
    """

    session: by.Sessions = ()
    id: by.Ids = ()
    name: by.Names = ()
    instance_id: by.InstanceIds = ()
    computer_name: by.ComputerNames = ()

    output_types = (Session,)
    examples = (
        Example("Get-Session", "Show all sessions."),
        Example("Get-Session -ComputerName web*", "Show the sessions on the hosts whose names begin with web."),
        Example("Get-Session $s", "Show how a session is now.", setup="$s = New-Session web01"),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[Session]:
        chosen = by.selectors(self.session, self.id, self.name, self.instance_id)
        if ctx.has_input and not chosen:
            return
        for session in await by.selected(ctx, chosen, self.computer_name):
            yield session
