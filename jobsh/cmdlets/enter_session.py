"""Enter-Session."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from typing import Annotated

from jobsh.cmdlets import _hosts
from jobsh.cmdlets import _sessions as by
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.selectors import HostPattern, SessionIdType, SessionInstanceIdType, SessionNameType, SessionSelector
from jobsh.errors import InvalidState, NotFound, OperationError
from jobsh.model.messages import OpenSession
from jobsh.model.records import Stream
from jobsh.model.session import Availability, Session, SessionState


class EnterSession(Cmdlet):
    """Go to a host: what follows runs there, shell commands and jobs, until Exit-Session or exit.

    By host name a session is opened and closed again at the exit; a session that is there already stays open, one that is
    Disconnected is connected first. Full-screen
    programs have a real terminal there. In scripts and -c it works the same way, up to Exit-Session or the end; when the
    session cannot be entered, nothing of what follows runs: it was meant for the host.
    """

    computer_name: Annotated[
        HostPattern,
        Param(
            "The host: web01 or user@web01:22.",
            position=0,
            in_set="Host",
            is_mandatory=True,
            aliases=("Cn", "HostName"),
        ),
    ] = ""
    ssh_connection: _hosts.SshConnections = ()
    session: Annotated[
        tuple[SessionSelector, ...],
        Param("An open session.", position=0, in_set="Session", is_mandatory=True, from_pipeline=True),
    ] = ()
    id: Annotated[int, SessionIdType(), Param("An open session by its id.", in_set="Id", is_mandatory=True)] = 0
    name: Annotated[str, SessionNameType(), Param("An open session by its name.", in_set="Name", is_mandatory=True)] = (
        ""
    )
    instance_id: Annotated[
        str,
        SessionInstanceIdType(),
        Param("An open session by its InstanceId.", in_set="InstanceId", is_mandatory=True),
    ] = ""
    user_name: _hosts.UserName = ""
    port: _hosts.Port = 0
    key_file_path: _hosts.KeyFilePath = ""
    options: _hosts.Options = ()
    connecting_timeout: _hosts.ConnectingTimeout = None
    credential: _hosts.LoginCredential = None
    session_option: _hosts.Option = None
    ssh_transport: _hosts.SshTransport = None

    default_set = "Host"
    moves = True
    refused = _hosts.REFUSED
    gives = "Nothing."
    examples = (
        Example("Enter-Session web01", "Go to web01; Exit-Session comes back."),
        Example("Enter-Session -Session $s", "Enter a session that is open.", setup="$s = New-Session web01"),
        Example("New-Session web01 | Enter-Session", "Open a session that stays, and enter it."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        await self._enter(ctx)
        return
        yield

    async def _enter(self, ctx: Context) -> None:
        if self.ssh_connection or (self.computer_name and not self.computer_name.isdecimal()):
            opened = await self._open(ctx)
            await ctx.enter(opened.id, close_on_exit=True)
            return
        session = await self._chosen(ctx)
        if session is None:
            raise NotFound("no session was entered", hint="Get-Session lists the sessions")
        if session.state is SessionState.DISCONNECTED:
            session = await ctx.engine.connect_session(session.id)
        if session.state is not SessionState.OPENED:
            raise _not_open(session)
        if session.availability is Availability.BUSY:
            await ctx.write(
                Stream.WARNING, f"session {session.id} is busy: what is typed waits for its turn, or is refused"
            )
        await ctx.enter(session.id, close_on_exit=False)

    async def _open(self, ctx: Context) -> Session:
        hosts = (self.computer_name,) if self.computer_name else ()
        addresses, option, credential = await _hosts.reach(ctx, self, hosts)
        if len(addresses) > 1:
            raise _only_one(address.label for address in addresses)
        return await ctx.engine.open_session(OpenSession(addresses[0], option=option, credential=credential))

    async def _chosen(self, ctx: Context) -> Session | None:
        """The one session that was named; a number alone is an id, no host is called so."""
        ids = [self.id or int(self.computer_name)] if self.id or self.computer_name else []
        chosen = by.selectors(
            self.session, ids, [self.name] if self.name else [], [self.instance_id] if self.instance_id else []
        )
        found, missing = await by.looked_up(ctx, chosen)
        if missing:
            raise NotFound(missing[0].message, hint=missing[0].hint, error_id=missing[0].error_id)
        if len(found) > 1:
            raise _only_one(session.name for session in found)
        return found[0] if found else None


def _not_open(session: Session) -> InvalidState:
    hint = (
        "it is Opened again when its host answers"
        if session.state is SessionState.BROKEN
        else "New-Session opens another"
    )
    return InvalidState(
        f"session {session.id} ({session.name}) on {session.computer_name} is {session.state}",
        hint=hint,
        error_id="PushedRunspaceMustBeOpen",
        target=session.name,
    )


def _only_one(names: Iterable[str]) -> OperationError:
    return OperationError(f"one session can be entered at a time, not {', '.join(names)}", hint="name one by -Id")
