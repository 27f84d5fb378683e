"""Commands that are started in new sessions which are left on their hosts at once: Invoke-Command -InDisconnectedSession."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Sequence
from itertools import chain, repeat

from jobsh.cmdlets import _hosts
from jobsh.cmdlets._sessions_there import each
from jobsh.command.context import Context
from jobsh.errors import OperationError
from jobsh.model.messages import JobRequest, OpenSession
from jobsh.model.session import Session
from jobsh.model.session_option import SessionOption


async def started_detached(
    ctx: Context, reach: _hosts.Reach, names: Sequence[str], limit: int, request: JobRequest
) -> AsyncIterator[Session]:
    """The sessions, in the order of the hosts, with the command running in each. A host that fails is one error."""
    sessions = [
        OpenSession(address, name, option=reach.option, credential=reach.credential)
        for address, name in zip(reach.addresses, chain(names, repeat("")), strict=False)
    ]

    async def start(session: OpenSession) -> tuple[Session, ...]:
        opened = await ctx.engine.open_session(session)
        try:
            await ctx.engine.start_command(opened.id, request)
            return (await ctx.engine.disconnect_session(opened.id, SessionOption()),)
        except OperationError:
            with contextlib.suppress(OperationError):
                await ctx.engine.remove_session(opened.id)
            raise

    for result in await each(sessions, limit, start):
        if isinstance(result, OperationError):
            await ctx.error(result)
        else:
            yield result[0]
