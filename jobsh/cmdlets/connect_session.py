"""Connect-Session."""

from __future__ import annotations

from collections.abc import AsyncIterator

from jobsh.cmdlets import _hosts
from jobsh.cmdlets import _sessions as by
from jobsh.cmdlets import _sessions_there as there
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example
from jobsh.errors import OperationError
from jobsh.model.session import Availability, Session, SessionState


class ConnectSession(Cmdlet):
    """Make disconnected sessions yours: as they were left, from whichever terminal or machine, and their jobs go on here.

    The directory, variables and functions of the session's shell are there again, jobs that are known here run again. A session
    that another client has cannot be connected; one that is yours already stays as it is. With -ComputerName all
    sessions of that host are meant that nobody has. Connecting shows no output: Receive-Session does.
    """

    session: by.Sessions = ()
    computer_name: there.HostNames = ()
    id: by.Ids = ()
    name: by.Names = ()
    instance_id: by.InstanceIds = ()
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
    changes_something = True
    refused = _hosts.REFUSED
    output_types = (Session,)
    examples = (
        Example(
            "Connect-Session $s",
            "Connect a session again.",
            setup="$s = New-Session web01; Disconnect-Session $s",
        ),
        Example(
            "Connect-Session -ComputerName web01 -Name build",
            "Connect a session that was left on a host, perhaps from another machine.",
            setup="New-Session web01 -Name build | Disconnect-Session",
        ),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[Session]:
        found = await there.meant(ctx, self)
        if (self.computer_name or self.ssh_connection) and not (self.name or self.instance_id):
            found = [session for session in found if not _is_held(session)]
        agreed = [
            session
            for session in found
            if await ctx.should_process("Connect-Session", f"session {session.id} ({session.name})")
        ]

        async def connect(session: Session) -> tuple[Session, ...]:
            return (await ctx.engine.connect_session(session.id, self.session_option),)

        for result in await there.each(agreed, self.throttle_limit, connect):
            if isinstance(result, OperationError):
                await ctx.error(result)
            else:
                yield result[0]


def _is_held(session: Session) -> bool:
    return session.state is SessionState.DISCONNECTED and session.availability is Availability.BUSY
