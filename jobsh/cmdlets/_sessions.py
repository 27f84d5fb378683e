"""Which sessions a call means: selectors to snapshots, and an error for each that is not there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated

from jobsh.command.context import Context
from jobsh.command.declaration import Param
from jobsh.command.selectors import (
    HostNameType,
    SessionIdType,
    SessionInstanceIdType,
    SessionNameType,
    SessionSelector,
)
from jobsh.errors import InvalidState
from jobsh.model.ids import InstanceId, SessionId
from jobsh.model.queries import SessionQuery, has_wildcard, matches
from jobsh.model.records import ErrorRecord
from jobsh.model.session import Session, SessionState

Sessions = Annotated[
    tuple[SessionSelector, ...],
    Param(
        "Sessions by id, name or wildcard, or session objects, also from the pipeline.", position=0, from_pipeline=True
    ),
]
Ids = Annotated[tuple[Annotated[int, SessionIdType()], ...], Param("Sessions by id.")]
Names = Annotated[tuple[Annotated[str, SessionNameType()], ...], Param("Sessions by name; wildcards allowed.")]
InstanceIds = Annotated[tuple[Annotated[str, SessionInstanceIdType()], ...], Param("Sessions by InstanceId.")]
ComputerNames = Annotated[
    tuple[Annotated[str, HostNameType()], ...],
    Param("Sessions on these hosts; wildcards allowed.", aliases=("Cn", "HostName")),
]


def selectors(
    sessions: Sequence[SessionSelector], ids: Sequence[int], names: Sequence[str], instance_ids: Sequence[str]
) -> tuple[SessionSelector, ...]:
    """All that was named, as one kind of selector."""
    by_id = tuple(SessionSelector(id=SessionId(id)) for id in ids)
    by_name = tuple(SessionSelector(name=name) for name in names)
    by_instance = tuple(SessionSelector(instance_id=InstanceId(i.replace("-", "").lower())) for i in instance_ids)
    return (*sessions, *by_id, *by_name, *by_instance)


async def selected(
    ctx: Context, chosen: Sequence[SessionSelector], computer_names: tuple[str, ...] = ()
) -> list[Session]:
    """The sessions that the selectors name (none: all), each once, in the order they were named."""
    if not chosen:
        found = await ctx.engine.select_sessions(SessionQuery(computer_names=computer_names))
        return list(found)
    meant, missing = await looked_up(ctx, chosen)
    for record in missing:
        await ctx.error(record)
    return [session for session in meant if _is_on(session, computer_names)]


async def looked_up(ctx: Context, chosen: Sequence[SessionSelector]) -> tuple[list[Session], list[ErrorRecord]]:
    """The sessions that the selectors name, each once, and an error for each selector that names none."""
    meant: dict[SessionId, Session] = {}
    missing: list[ErrorRecord] = []
    for selector in chosen:
        found = await ctx.engine.select_sessions(_query(selector))
        meant |= {session.id: session for session in found}
        if not found and not has_wildcard(selector.name):
            missing.append(_not_found(selector))
    return list(meant.values()), missing


async def to_run_in(ctx: Context, chosen: Sequence[SessionSelector]) -> list[Session]:
    """As `selected`, for a command that is about to run there: an error for each that cannot run one, and when none can, the end.
    One session that a variable holds was just looked at."""
    session = chosen[0].session if len(chosen) == 1 else None
    found = [session] if session is not None else await selected(ctx, chosen)
    usable = [session for session in found if session.state in _USABLE]
    unusable = [_not_usable(session) for session in found if session.state not in _USABLE]
    if unusable and not usable:
        raise unusable[-1]
    for error in unusable:
        await ctx.error(error)
    return usable


_USABLE = (SessionState.OPENED, SessionState.BROKEN)
"""A broken one is worth a try: its host may answer again."""


def _not_usable(session: Session) -> InvalidState:
    hint = "New-Session opens another one"
    if session.state is SessionState.DISCONNECTED:
        hint = "Connect-Session connects it"
    return InvalidState(
        f"session {session.id} ({session.name}) on {session.computer_name} is {session.state}",
        hint=hint,
        error_id="InvokeCommandCommandInvalidSessionState",
        target=session.name,
    )


def _query(selector: SessionSelector) -> SessionQuery:
    if selector.session is not None:
        return SessionQuery(instance_ids=(selector.session.instance_id,))
    if selector.instance_id is not None:
        return SessionQuery(instance_ids=(selector.instance_id,))
    return SessionQuery(ids=(selector.id,)) if selector.id is not None else SessionQuery(names=(selector.name,))


def _is_on(session: Session, computer_names: Iterable[str]) -> bool:
    return not computer_names or any(matches(name, session.computer_name) for name in computer_names)


def _not_found(selector: SessionSelector) -> ErrorRecord:
    if selector.session is not None:
        what = f"session {selector.session.id} ({selector.session.name}) is not there any more"
    elif selector.id is not None:
        what = f"there is no session {selector.id}"
    else:
        what = f"there is no session named '{selector.name or selector.instance_id}'"
    hint = "Get-Session lists the sessions; with -ComputerName also those that were left on a host"
    return ErrorRecord(what, "ObjectNotFound", "SessionNotFound", target=selector, hint=hint)
