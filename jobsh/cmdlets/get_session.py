"""Get-Session."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Literal

from jobsh.cmdlets import _hosts
from jobsh.cmdlets import _sessions as by
from jobsh.cmdlets import _sessions_there as there
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.model.session import Session


class GetSession(Cmdlet):
    """Show sessions: those of this engine, which all terminals share, or (-ComputerName) all that lie on a host.

    A session lies on its host, with its shell's state and its jobs. Asked with -ComputerName the host shows all that this user
    left there, also from other machines: Disconnected and None when nobody has them, so that Connect-Session and
    Receive-Session can; Disconnected and Busy while another client has them. Sessions that a cmdlet opened for one command
    only are not shown.
    """

    session: by.Sessions = ()
    computer_name: there.HostNames = ()
    id: by.Ids = ()
    name: by.Names = ()
    instance_id: by.InstanceIds = ()
    state: Annotated[
        Literal["All", "Opened", "Disconnected", "Closed", "Broken"], Param("Only sessions in this state.")
    ] = "All"
    user_name: _hosts.UserName = ""
    port: _hosts.Port = 0
    key_file_path: _hosts.KeyFilePath = ""
    options: _hosts.Options = ()
    connecting_timeout: _hosts.ConnectingTimeout = None
    credential: _hosts.LoginCredential = None
    session_option: _hosts.Option = None
    ssh_transport: _hosts.SshTransport = None
    ssh_connection: _hosts.SshConnections = ()
    throttle_limit: _hosts.ThrottleLimit = 32

    default_set = "Session"
    refused = _hosts.REFUSED
    output_types = (Session,)
    examples = (
        Example("Get-Session", "Show the sessions of this engine."),
        Example("Get-Session -ComputerName web01, localhost", "Ask hosts for all sessions there."),
        Example("Get-Session -Name db* -State Disconnected", "Show disconnected sessions by name."),
        Example("Get-Session $s", "Show how a session is now.", setup="$s = New-Session web01"),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[Session]:
        chosen = there.selectors(self)
        if self.computer_name or self.ssh_connection:
            found = await there.on_hosts(ctx, self)
        elif chosen or not ctx.has_input:
            found = await by.selected(ctx, chosen)
        else:
            return
        for session in found:
            if self.state in ("All", session.state.value):
                yield session
