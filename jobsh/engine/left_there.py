"""What child jobs left on their hosts: deleted, or marked as received. Now where a host is connected, else as soon as it answers."""

from __future__ import annotations

import logging
from collections.abc import Coroutine

from jobsh.engine.background import Background
from jobsh.engine.hosts import Host
from jobsh.errors import JobshError
from jobsh.ports.store import StoredJob

_log = logging.getLogger(__name__)


class LeftThere:
    """Sees to it; a host that cannot be reached is noted in the log."""

    def __init__(self, background: Background) -> None:
        self._background = background

    async def clean(self, host: Host, child: StoredJob) -> None:
        """Stop a child where it still runs, and delete its spool directory."""
        await self._in_time(host, self._clean(host, child), f"cleaning {host.label}")

    async def mark_received(self, host: Host, child: StoredJob) -> None:
        """Say there what was received of a child, for other clients that connect to its session."""
        await self._in_time(host, self._mark(host, child), f"what was received of job {child.id}")

    async def _in_time(self, host: Host, doing: Coroutine[None, None, None], what: str) -> None:
        if host.is_linked:
            await doing
        else:
            self._background.start(doing, what)

    async def _clean(self, host: Host, child: StoredJob) -> None:
        with host.in_use():
            try:
                spool = await host.spool_in_time()
                if not child.state.is_finished:
                    await spool.stop(child.instance_id, 0.0)
                await spool.remove(child.instance_id)
            except JobshError as error:
                _log.info("%s: job %s was not cleaned away: %s", host.label, child.id, error)

    async def _mark(self, host: Host, child: StoredJob) -> None:
        with host.in_use():
            try:
                spool = await host.spool_in_time()
                await spool.mark_received(child.instance_id, child.received_out, child.received_err)
            except JobshError as error:
                _log.info("%s: what was received of job %s is not known there: %s", host.label, child.id, error)
