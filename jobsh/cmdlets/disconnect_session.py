"""Disconnect-Session."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.cmdlets import _hosts
from jobsh.cmdlets import _sessions as by
from jobsh.cmdlets import _sessions_there as there
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.types import Duration
from jobsh.errors import BindingError, InvalidState, OperationError
from jobsh.model.session import Session
from jobsh.model.session_option import OutputBufferingMode, SessionOption


class DisconnectSession(Cmdlet):
    """Leave sessions on their hosts: their jobs go on without this jobsh, its engine and this machine.

    From then on the session lies on its host, with its shell's state and its jobs, whose output is kept there. Connect-Session or
    Receive-Session take it up again: here, in another terminal, from another machine, another day. Its jobs are
    Disconnected meanwhile. Without an idle time-out it lies there until somebody comes.
    """

    session: by.Sessions = ()
    id: by.Ids = ()
    name: by.Names = ()
    instance_id: by.InstanceIds = ()
    idle_timeout_sec: Annotated[
        Duration | None,
        Param(
            "After so long the host ends the session and its jobs; at least 60 seconds. The clock starts now, also while jobs run.",
            aliases=("IdleTimeout",),
        ),
    ] = None
    output_buffering_mode: Annotated[
        OutputBufferingMode,
        Param("What happens when a job's buffer is full: Block, it stands still; Drop, the oldest output goes."),
    ] = OutputBufferingMode.NONE
    output_buffer_size: Annotated[
        int | None,
        Param(
            "Bytes in that buffer, for each stream of each job: 64mb. Without it there is no limit but the host's disk."
        ),
    ] = None
    throttle_limit: _hosts.ThrottleLimit = 32

    changes_something = True
    output_types = (Session,)
    examples = (
        Example(
            "Disconnect-Session $s",
            "Leave a session and its job on the host.",
            setup="$s = New-Session web01; Invoke-Command -Session $s { sleep 1 } -AsJob",
        ),
        Example(
            "Get-Session | Disconnect-Session -IdleTimeoutSec 2h",
            "Leave all sessions; their hosts end them after two hours.",
            setup="$s = New-Session web01",
        ),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[Session]:
        self._check()
        found = await self._meant(ctx)
        agreed = [
            session
            for session in found
            if await ctx.should_process("Disconnect-Session", f"session {session.id} ({session.name})")
        ]
        option = SessionOption(
            idle_timeout=self.idle_timeout_sec,
            output_buffering_mode=self.output_buffering_mode,
            output_buffer_size=self.output_buffer_size,
        )

        async def disconnect(session: Session) -> tuple[Session, ...]:
            if session.id in ctx.entered_sessions:
                raise _is_entered(session)
            return (await ctx.engine.disconnect_session(session.id, option),)

        for result in await there.each(agreed, self.throttle_limit, disconnect):
            if isinstance(result, OperationError):
                await ctx.error(result)
            else:
                yield result[0]

    def _check(self) -> None:
        if self.output_buffer_size is not None and self.output_buffer_size < 1:
            raise BindingError(f"-OutputBufferSize {self.output_buffer_size}: at least one byte")
        if self.output_buffer_size is not None and self.output_buffering_mode is OutputBufferingMode.NONE:
            raise BindingError("-OutputBufferSize needs -OutputBufferingMode", hint="Block or Drop")

    async def _meant(self, ctx: Context) -> list[Session]:
        chosen = by.selectors(self.session, self.id, self.name, self.instance_id)
        if not chosen and not ctx.has_input:
            raise BindingError("which session?", hint="name it by -Id or -Name")
        return await by.selected(ctx, chosen) if chosen else []


def _is_entered(session: Session) -> InvalidState:
    return InvalidState(
        f"session {session.id} ({session.name}) is entered",
        hint="Exit-Session leaves it; then it can be disconnected",
        error_id="CannotDisconnectSessionInUse",
        target=str(session.id),
    )
