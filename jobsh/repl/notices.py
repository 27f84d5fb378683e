"""Says what happened meanwhile (jobs ended, hosts were lost): between commands, or above the line being typed."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager

from jobsh.model.messages import Event, JobEnded
from jobsh.model.safe_text import visible
from jobsh.model.session import Availability, Session, SessionState
from jobsh.render.palette import STATES, Palette

Aside = Callable[[], AbstractAsyncContextManager[object]]
"""Makes room on the terminal above the line being typed."""

_COLLECT_FOR = 0.1
"""Seconds in which what ends together is said together."""
_MOST_LINES = 5


class Notices:
    """Collects what happens. While a line is typed it is said above it, else before the next prompt."""

    def __init__(
        self, write: Callable[[str], Awaitable[None]], aside: Aside, width: Callable[[], int], palette: Palette
    ) -> None:
        self._write = write
        self._aside = aside
        self._width = width
        self._palette = palette
        self._ended: list[JobEnded] = []
        self._links: dict[int, Session] = {}
        self._broken: set[int] = set()
        self._saying: asyncio.Task[None] | None = None
        self.is_typing = False

    async def watch(self, events: AsyncIterator[Event]) -> None:
        """Take what the engine tells."""
        async for event in events:
            if self._heed(event) and self.is_typing and (self._saying is None or self._saying.done()):
                self._saying = asyncio.create_task(self._say_above())

    def _heed(self, event: Event) -> bool:
        """Whether there is something to say."""
        if isinstance(event, JobEnded):
            if not event.job.id.child:
                self._ended.append(event)
        elif not event.session.is_temporary:
            self._heed_session(event.session)
        return bool(self._ended or self._links)

    def _heed_session(self, session: Session) -> None:
        """What the user did not do themselves: a connection that went or came back, another client that took a session."""
        is_back = session.state is SessionState.OPENED and session.id in self._broken
        self._broken.discard(session.id)
        if session.state is SessionState.BROKEN:
            self._broken.add(session.id)
        is_taken = session.state is SessionState.DISCONNECTED and session.availability is Availability.BUSY
        if is_back or is_taken or session.state is SessionState.BROKEN:
            self._links[session.id] = session

    async def _say_above(self) -> None:
        await asyncio.sleep(_COLLECT_FOR)
        if self.is_typing and (self._ended or self._links):
            async with self._aside():
                await self.say()

    async def say(self) -> None:
        """Say what happened since the last time."""
        ended, self._ended = self._ended, []
        links, self._links = self._links, {}
        lines = [_link_line(session, self._palette) for session in links.values()]
        if ended:
            lines += notice_lines(ended, self._width(), self._palette)
        if lines:
            await self._write("".join(f"{line}\n" for line in lines))


_LINK_WORDS = {
    SessionState.DISCONNECTED: "another client has the session now",
    SessionState.BROKEN: "connection lost; its jobs go on",
    SessionState.OPENED: "connected again",
}


def _link_line(session: Session, palette: Palette) -> str:
    return palette.host(visible(session.computer_name)) + _LINK_WORDS[session.state]


def notice_lines(ended: list[JobEnded], width: int, palette: Palette) -> list[str]:
    """One line per job; of many jobs, how many ended how."""
    if len(ended) <= _MOST_LINES:
        return [_job_line(one, width, palette) for one in ended]
    counts = Counter(str(one.job.state) for one in ended)
    return [f"{len(ended)} jobs ended: " + ", ".join(f"{count} {state}" for state, count in counts.items())]


def _job_line(ended: JobEnded, width: int, palette: Palette) -> str:
    job = ended.job
    start, state = f"[{job.id}] ", str(job.state)
    tells_more = job.status_message.casefold() not in ("", state.casefold())
    reason = f" ({visible(job.status_message)})" if tells_more else ""
    where = f" on {visible(ended.host)}" if ended.host else ""
    rest = f"{reason} {visible(job.name)}{where}: {visible(' '.join(job.command.split()))}"
    room = max(width - 1 - len(start) - len(state), 0)
    cut = rest if len(rest) <= room else rest[: max(room - 1, 0)] + "…"
    return start + palette.paint(state, STATES.get(job.state, 0)) + cut
