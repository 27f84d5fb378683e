"""New-Session."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import chain, repeat
from typing import Annotated

from jobsh.cmdlets import _hosts
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.selectors import HostPattern
from jobsh.errors import OperationError
from jobsh.model.hosts import HostAddress
from jobsh.model.messages import OpenSession
from jobsh.model.session import Session

_AT_ONCE = 32
"""Connections being made at the same time."""


class NewSession(Cmdlet):
    """Open a session on each host: a handle that keeps its shell's state (directory, variables, functions) between commands.

    Hosts are reached as ssh would reach them, with the user's ssh configuration, agent, keys and known hosts. A host that
    cannot be reached is one error; the others are opened. Sessions end with this jobsh or with Remove-Session; jobs go on.
    """

    computer_name: Annotated[
        tuple[HostPattern, ...],
        Param(
            "The hosts: web01, user@web01:22, web[01-20].",
            position=0,
            is_mandatory=True,
            aliases=("Cn", "HostName"),
            from_pipeline=True,
        ),
    ] = ()
    user_name: _hosts.UserName = ""
    port: _hosts.Port = 0
    key_file_path: _hosts.KeyFilePath = ""
    name: Annotated[tuple[str, ...], Param("Names for the sessions, in the order of the hosts.")] = ()

    default_set = "Host"
    output_types = (Session,)
    examples = (
        Example("$s = New-Session -ComputerName web01", "Open a session and keep it in a variable."),
        Example("New-Session web[01-02] -Name first, second", "Open two sessions with names."),
        Example("New-Session web01 | Enter-Session", "Open a session and enter it."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[Session]:
        hosts = _hosts.addresses(ctx, self.computer_name, self.user_name, self.port, self.key_file_path)
        names = chain(self.name, repeat(""))
        at_once = asyncio.Semaphore(_AT_ONCE)

        async def open_one(address: HostAddress, name: str) -> Session:
            async with at_once:
                return await ctx.engine.open_session(OpenSession(address, name))

        opened = await asyncio.gather(*map(open_one, hosts, names), return_exceptions=True)
        for session in opened:
            if isinstance(session, OperationError):
                await ctx.error(session)
            elif isinstance(session, BaseException):
                raise session
            else:
                yield session
