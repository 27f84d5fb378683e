"""Sessions as their machine knows them: begun, held by one client at a time, released, listed. One way for hosts and for here."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

from jobsh.errors import InvalidState, SpoolError
from jobsh.model.ids import InstanceId, is_instance_id
from jobsh.model.session_option import OutputBufferingMode, SessionOption
from jobsh.ports.spool import NOT_AVAILABLE, Client, Holder, SpoolJob, SpoolSession
from jobsh.spool.control import Control
from jobsh.spool.encoding import decode, word
from jobsh.spool.guard_line import Greeting
from jobsh.spool.scripts import source
from jobsh.spool.sightings import read_reply

_NOTHING = "-"
_HOLDERS = frozenset(holder.value for holder in Holder)


class HostSessions:
    """What one connection holds. The guard is the proof that it lives: under another guard it must be taken again."""

    def __init__(self, control: Control) -> None:
        self._control = control
        self._held: dict[InstanceId, tuple[Client, Greeting]] = {}

    async def begin(self, session: SpoolSession, client: Client) -> None:
        """Make a new session known, held by `client`."""
        await self._take(session.instance_id, client, "begin", *_about(session))

    async def hold(self, session: InstanceId, client: Client) -> Holder:
        """Take a session."""
        return await self._take(session, client, "hold")

    async def _take(self, session: InstanceId, client: Client, verb: str, *words: str) -> Holder:
        """While we hold something the guard hears from us: a network that falls silent must not keep it ours."""
        greeting = await self._control.guarded()
        try:
            (reply,) = await self._control.ask(verb, session, client.id, *words)
            holder = _holder(reply)
        except BaseException:
            self._control.unguarded()
            raise
        self._let_go(session)
        self._held[session] = client, greeting
        if holder is not Holder.OWN:
            self._let_go(session)
        return holder

    async def keep(self, session: InstanceId) -> None:
        """Before it is used: it is still ours, if it was. Raises InvalidState."""
        if session not in self._held:
            return
        client, greeting = self._held[session]
        if greeting is await self._control.greeting():
            return
        holder = await self.hold(session, client)
        if holder is not Holder.OWN:
            raise InvalidState(why_not(holder), error_id=NOT_AVAILABLE, target=session)

    async def release(self, session: SpoolSession, client: Client) -> SpoolSession:
        """Let it lie there."""
        option = session.option
        keeper = await self._bring_keeper() if _has_end(option) or _has_buffer(option) else _NOTHING
        (reply,) = await self._control.ask("release", session.instance_id, client.id, *_option_words(option), keeper)
        self._let_go(session.instance_id)
        holder = _holder(reply)
        if holder is not Holder.OWN:
            return session.replace(holder=holder)
        return session.replace(holder=Holder.NOBODY, disconnected_on=_time(reply[2]), expires_on=_time(reply[3]))

    async def _bring_keeper(self) -> str:
        text = source("words.sh", "guard.sh", "directory.sh", "control.sh", "keeper.sh")
        name = f"keeper.{zlib.crc32(text.encode()):08x}"
        await self._control.ask("words", name, word(text))
        return name

    async def all(self, client: Client) -> tuple[SpoolSession, ...]:
        """All sessions there."""
        reply = await self._control.ask("sessions", client.id)
        return tuple(read_session(line) for line in reply if line[0] == "session" and is_instance_id(line[1]))

    async def jobs_of(self, session: InstanceId) -> tuple[SpoolJob, ...]:
        """The jobs that were started in a session."""
        return tuple(read_reply(await self._control.ask("jobs_of", session)))

    def forget(self, session: InstanceId) -> None:
        """It was deleted."""
        self._let_go(session)

    def _let_go(self, session: InstanceId) -> None:
        if self._held.pop(session, None) is not None:
            self._control.unguarded()


def _holder(reply: Sequence[str]) -> Holder:
    try:
        return Holder(reply[1])
    except (ValueError, IndexError):
        raise SpoolError("the host does not say who has the session") from None


def why_not(holder: Holder) -> str:
    """Why a session cannot be had."""
    if holder is Holder.GONE:
        return "the session is not there any more"
    return "the session is held by another client"


def _about(session: SpoolSession) -> Sequence[str]:
    option = _option_words(session.option)
    is_temporary = str(int(session.is_temporary))
    return (word(session.name), word(session.made_by), str(int(session.created)), is_temporary, *option)


def _has_end(option: SessionOption) -> bool:
    return option.idle_timeout is not None and option.idle_timeout != float("inf")


def _has_buffer(option: SessionOption) -> bool:
    return option.output_buffering_mode is not OutputBufferingMode.NONE and option.output_buffer_size is not None


def _option_words(option: SessionOption) -> tuple[str, str, str]:
    idle = str(round(option.idle_timeout)) if _has_end(option) and option.idle_timeout is not None else _NOTHING
    size = str(option.output_buffer_size) if _has_buffer(option) else _NOTHING
    return idle, option.output_buffering_mode.value, size


def read_session(line: Sequence[str]) -> SpoolSession:
    """`session ID HELD TOKEN NAME WHO CREATED TEMPORARY IDLE MODE SIZE`; what a host says otherwise reads as not said."""
    id, held, token = (*line[1:4], _NOTHING, _NOTHING)[:3]
    name, who, created, temporary, *option = (*line[4:], *[_NOTHING] * 7)[:7]
    parts = token.split(".")
    is_left = parts[0] == "none" and len(parts) >= 6
    return SpoolSession(
        InstanceId(id),
        decode(name),
        decode(who),
        _time(created) or 0.0,
        temporary == "1",
        _option(parts[3:6] if is_left else option),
        Holder(held) if held in _HOLDERS else Holder.OTHER,
        _time(parts[1]) if is_left else None,
        _time(parts[2]) if is_left else None,
    )


def _option(words: Sequence[str]) -> SessionOption:
    idle, mode, size = words
    modes = {mode.value: mode for mode in OutputBufferingMode}
    return SessionOption(
        idle_timeout=_time(idle),
        output_buffering_mode=modes.get(mode, OutputBufferingMode.NONE),
        output_buffer_size=int(size) if size.isdecimal() else None,
    )


def _time(text: str) -> float | None:
    return float(text) if text.isdecimal() else None
