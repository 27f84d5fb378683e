"""New-Session."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import chain, repeat
from typing import Annotated

from jobsh.cmdlets import _hosts
from jobsh.cmdlets import _sessions as by
from jobsh.cmdlets._credentials import CredentialOrName, asked_if_possible
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.selectors import HostPattern, SessionSelector
from jobsh.errors import OperationError
from jobsh.model.credential import Credential
from jobsh.model.messages import OpenSession
from jobsh.model.session import Session


class NewSession(Cmdlet):
    """Open a session on each host: a handle that keeps its shell's state (directory, variables, functions) between commands.

    Hosts are reached as ssh would reach them, with the user's ssh configuration, agent, keys and known hosts. A host that
    cannot be reached is one error; the others are opened, and come out in the order they were named. Sessions end with this
    jobsh or with Remove-Session; jobs go on.
    """

    computer_name: Annotated[
        tuple[HostPattern, ...],
        Param(
            "The hosts: web01, user@web01:22, web[01-20]; without any, this machine.",
            position=0,
            in_set="Host",
            refuses_empty=True,
            aliases=("Cn", "HostName"),
            from_pipeline=True,
        ),
    ] = ()
    ssh_connection: _hosts.SshConnections = ()
    session: Annotated[
        tuple[SessionSelector, ...],
        Param(
            "Open another session as each of these was opened.",
            position=0,
            in_set="Session",
            is_mandatory=True,
            refuses_empty=True,
            from_pipeline=True,
        ),
    ] = ()
    user_name: _hosts.UserName = ""
    port: _hosts.Port = 0
    key_file_path: _hosts.KeyFilePath = ""
    options: _hosts.Options = ()
    connecting_timeout: _hosts.ConnectingTimeout = None
    credential: Annotated[
        CredentialOrName | None,
        Param("User and password to log in with, of Get-Credential; a user name alone asks where somebody is there."),
    ] = None
    session_option: _hosts.Option = None
    name: Annotated[tuple[str, ...], Param("Names for the sessions, in the order of the hosts.")] = ()
    throttle_limit: _hosts.ThrottleLimit = 32
    ssh_transport: _hosts.SshTransport = None

    default_set = "Host"
    refused = _hosts.REFUSED
    output_types = (Session,)
    examples = (
        Example("$s = New-Session -ComputerName web01", "Open a session and keep it in a variable."),
        Example("$s1, $s2 = New-Session web01, web02 -Name first, second", "Open two sessions with names."),
        Example("New-Session web01 | Enter-Session", "Open a session and enter it."),
        Example(
            "New-Session web01 -Options @{Compression='yes'} -ConnectingTimeout 5s",
            "Give ssh an option, and connecting five seconds at most.",
        ),
        Example(
            "New-Session -SSHConnection @{HostName='web01'}, @{HostName='web02'; ConnectingTimeout='5s'}",
            "Open sessions on hosts that are reached in different ways.",
        ),
        Example(
            "$other = New-Session -Session $s", "Open another session like one that is there.", "$s = New-Session web01"
        ),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[Session]:
        at_once = asyncio.Semaphore(_hosts.at_once(self.throttle_limit))

        async def open_one(request: OpenSession) -> Session:
            async with at_once:
                return await ctx.engine.open_session(request)

        requests = map(_named, await self._requests(ctx), chain(self.name, repeat("")))
        opened = await asyncio.gather(*map(open_one, requests), return_exceptions=True)
        for session in opened:
            if isinstance(session, OperationError):
                await ctx.error(session)
            elif isinstance(session, BaseException):
                raise session
            else:
                yield session

    async def _requests(self, ctx: Context) -> list[OpenSession]:
        if self.session:
            credential = self.credential and await asked_if_possible(ctx, self.credential)
            return [_alike(session, credential) for session in await by.selected(ctx, self.session)]
        if ctx.has_input and not self.computer_name and not self.ssh_connection:
            return []
        addresses, option, credential = await _hosts.reach(ctx, self, self.computer_name or ("localhost",))
        return [OpenSession(address, option=option, credential=credential) for address in addresses]


def _alike(session: Session, credential: Credential | None) -> OpenSession:
    """Another session on its host, as somebody else where a credential says so."""
    address = session.address
    if credential is not None:
        address = address.replace(user=credential.user_name, is_local=False)
    return OpenSession(address, option=session.option, credential=credential)


def _named(request: OpenSession, name: str) -> OpenSession:
    return request.replace(name=name)
