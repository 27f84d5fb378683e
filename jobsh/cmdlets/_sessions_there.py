"""Which sessions a call means that may also name hosts: those of this engine, or all that lie on the hosts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Protocol, TypeVar

from jobsh.cmdlets import _hosts
from jobsh.cmdlets import _sessions as by
from jobsh.command.context import Context
from jobsh.command.declaration import Param
from jobsh.command.selectors import HostPattern, SessionSelector
from jobsh.errors import BindingError, OperationError
from jobsh.model.ids import InstanceId
from jobsh.model.messages import OpenSession
from jobsh.model.queries import has_wildcard, matches
from jobsh.model.records import ErrorRecord
from jobsh.model.session import Session

T = TypeVar("T")

HostNames = Annotated[
    tuple[HostPattern, ...],
    Param(
        "Ask these hosts: all sessions of this user there, whichever client opened them; localhost, too.",
        in_set="Host",
        is_mandatory=True,
        aliases=("Cn", "HostName"),
    ),
]


class Call(_hosts.Connecting, Protocol):
    """A call with the parameters that say which sessions."""

    @property
    def session(self) -> tuple[SessionSelector, ...]: ...
    @property
    def id(self) -> tuple[int, ...]: ...
    @property
    def name(self) -> tuple[str, ...]: ...
    @property
    def instance_id(self) -> tuple[str, ...]: ...
    @property
    def computer_name(self) -> tuple[str, ...]: ...
    @property
    def throttle_limit(self) -> int: ...


def selectors(call: Call) -> tuple[SessionSelector, ...]:
    """All sessions of this engine that were named."""
    return by.selectors(call.session, call.id, call.name, call.instance_id)


async def meant(ctx: Context, call: Call) -> list[Session]:
    """The sessions, each once, and an error for each that is not there; something must be said."""
    if call.computer_name or call.ssh_connection:
        return await on_hosts(ctx, call)
    if chosen := selectors(call):
        return await by.selected(ctx, chosen)
    if ctx.has_input:
        return []
    raise BindingError("which session?", hint="name it by -Id or -Name; Get-Session lists all")


async def on_hosts(ctx: Context, call: Call) -> list[Session]:
    """The sessions that lie on the hosts and have one of the names, if there are some. A host that fails is one error."""
    if call.session or call.id:
        raise BindingError(
            f"{ctx.invoked_as}: sessions on hosts are named by -Name or -InstanceId",
            hint="ids count in this engine; leave -ComputerName out",
        )
    addresses, _, credential = await _hosts.reach(ctx, call, call.computer_name)
    requests = [OpenSession(address, credential=credential) for address in addresses]
    results = await each(requests, call.throttle_limit, ctx.engine.find_sessions)
    found: list[Session] = []
    for result in results:
        if isinstance(result, OperationError):
            await ctx.error(result)
        else:
            found += result
    instance_ids = [InstanceId(text.replace("-", "").lower()) for text in call.instance_id]
    for missing in _missing(found, call.name, instance_ids):
        await ctx.error(missing)
    return [session for session in found if _is_named(session, call.name, instance_ids)]


def _is_named(session: Session, names: Sequence[str], instance_ids: Sequence[InstanceId]) -> bool:
    has_name = not names or any(matches(name, session.name) for name in names)
    return has_name and (not instance_ids or session.instance_id in instance_ids)


def _missing(found: Sequence[Session], names: Sequence[str], instance_ids: Sequence[InstanceId]) -> list[ErrorRecord]:
    there = {session.instance_id for session in found}
    missing = [n for n in names if not has_wildcard(n) and not any(matches(n, session.name) for session in found)]
    missing += [id for id in instance_ids if id not in there]
    return [
        ErrorRecord(
            f"there is no session '{name}' on these hosts",
            "ObjectNotFound",
            "SessionNotFound",
            target=name,
            hint="Get-Session -ComputerName lists what is there",
        )
        for name in missing
    ]


async def each(
    items: Sequence[T], limit: int, act: Callable[[T], Awaitable[tuple[Session, ...]]]
) -> list[tuple[Session, ...] | OperationError]:
    """Do something with all, so many at once; what came of each, in their order. Raises what is no OperationError."""
    at_once = asyncio.Semaphore(_hosts.at_once(limit))

    async def one(item: T) -> tuple[Session, ...] | OperationError:
        async with at_once:
            try:
                return await act(item)
            except OperationError as error:
                return error

    return await asyncio.gather(*map(one, items))
