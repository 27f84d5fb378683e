"""Which sessions there are, under which numbers: those of this engine, and those of others that were seen on hosts."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator

from jobsh.engine.background import Background
from jobsh.engine.hosts import Host
from jobsh.engine.opened_session import OpenedSession
from jobsh.errors import NotFound, StoreError
from jobsh.model.hosts import HostAddress
from jobsh.model.ids import SessionId
from jobsh.model.queries import SessionQuery, matches
from jobsh.model.session import Availability, Session, SessionState
from jobsh.ports.spool import SpoolSession
from jobsh.ports.store import Store


class SessionTable:
    """Sessions by number. A number is given once, by later engines too."""

    def __init__(self, store: Store, background: Background) -> None:
        self._store = store
        self._background = background
        self._sessions: dict[SessionId, OpenedSession] = {}
        self._newest = 0

    async def load(self) -> None:
        """Learn which numbers former engines gave: front ends may come and resume those."""
        self._newest = await self._store.newest_session()

    # -- numbers --

    def next_number(self) -> SessionId:
        """Taken before connecting: several that are opened at once count in the order they were asked for."""
        self._newest += 1
        self._background.start(self._note_number(self._newest), "session number")
        return SessionId(self._newest)

    async def _note_number(self, number: int) -> None:
        with contextlib.suppress(StoreError):  # then a later engine may refuse to resume it
            await self._store.note_session(number)

    def skip_to(self, number: SessionId) -> None:
        """A former engine gave this number."""
        self._newest = max(self._newest, number)

    # -- the sessions --

    def add(self, session: Session, host: Host) -> OpenedSession:
        """There is one more."""
        opened = self._sessions[session.id] = OpenedSession(session, host)
        return opened

    def discard(self, id: SessionId) -> bool:
        """It is there no more; whether it was until now."""
        return self._sessions.pop(id, None) is not None

    def __contains__(self, id: SessionId) -> bool:
        return id in self._sessions

    def __iter__(self) -> Iterator[OpenedSession]:
        return iter(tuple(self._sessions.values()))

    def get(self, id: SessionId) -> OpenedSession | None:
        """The session, if it is there."""
        return self._sessions.get(id)

    def __getitem__(self, id: SessionId) -> OpenedSession:
        try:
            return self._sessions[id]
        except KeyError:
            raise NotFound(f"there is no session {id}", hint="Get-Session lists them", target=str(id)) from None

    def meant(self, query: SessionQuery) -> list[OpenedSession]:
        """Those that fit, by ascending id; temporary ones only by id, those of other clients when they are named."""
        return [opened for _, opened in sorted(self._sessions.items()) if _is_meant(opened, query)]

    def seen(self, there: Iterable[SpoolSession], address: HostAddress, host: Host) -> list[OpenedSession]:
        """What lies on a host, by ascending id; what was not known here gets a number."""
        there = tuple(one for one in there if not one.is_temporary)
        known = {opened.snapshot.instance_id: opened for opened in self._sessions.values()}
        ours = {id: known[id] for id in (one.instance_id for one in there) if id in known}
        for one in sorted(there, key=lambda one: (one.created, one.instance_id)):
            if one.instance_id not in ours:
                ours[one.instance_id] = self.add(self._of_others(one, address), host)
        for one in there:
            ours[one.instance_id].learn(one)
        return sorted(ours.values(), key=lambda opened: opened.id)

    def _of_others(self, one: SpoolSession, address: HostAddress) -> Session:
        return Session(
            self.next_number(),
            one.instance_id,
            one.name,
            address,
            SessionState.DISCONNECTED,
            Availability.NONE,
            created=one.created,
            made_by=one.made_by,
        )


def _is_meant(opened: OpenedSession, query: SessionQuery) -> bool:
    session = opened.snapshot
    if query.ids:
        return session.id in query.ids
    return (
        (opened.is_listed or bool(query.instance_ids))
        and not session.is_temporary
        and (not query.names or any(matches(name, session.name) for name in query.names))
        and (not query.instance_ids or session.instance_id in query.instance_ids)
        and (not query.computer_names or any(matches(name, session.computer_name) for name in query.computer_names))
    )
