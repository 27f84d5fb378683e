"""The spool of a host, over one connection."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress

from jobsh.errors import HostError, HostErrorCause, SpoolError
from jobsh.model.ids import InstanceId
from jobsh.model.records import Stream
from jobsh.ports.spool import (
    AttachedStart,
    Bytes,
    Client,
    Grown,
    Holder,
    Over,
    SpoolJob,
    SpoolSession,
    SpoolStart,
    SpoolState,
    Stopped,
    Wanted,
)
from jobsh.ports.transport import Channel, Connection
from jobsh.spool.attach import COOKIE, AttachedChannel, Preamble, command_string
from jobsh.spool.control import Control
from jobsh.spool.encoding import checked_variables, encode, to_bytes, value_line
from jobsh.spool.guard_line import Greeting
from jobsh.spool.host_sessions import HostSessions
from jobsh.spool.programs import Shell, job_command
from jobsh.spool.reading import reading
from jobsh.spool.remote_follow import FollowMany, FollowOne, Progress
from jobsh.spool.remote_sessions import RemoteSessions
from jobsh.spool.scripts import BOOT, program
from jobsh.spool.sightings import about_line, read_reply

MOST_INLINE = 64 * 1024
"""Bytes of a script or standard input that go with the request; the `read` builtin takes them byte by byte. More is uploaded."""

_UPLOAD_PIECE = 1 << 18

_MOST_IDS = 200
"""Jobs per request."""

_STATE_HOME = "case $XDG_STATE_HOME in /*) __jobsh_s=$XDG_STATE_HOME;; *) __jobsh_s=$HOME/.local/state;; esac"
"""What `layout.state_directory` says, for a shell there."""

_PAUSES = (0.0, 0.02, 0.1, 0.5, 1.0)
"""Before a follower that died on a living connection is opened again."""


class RemoteSpool:
    """Implements `ports.spool.Spool`. Lives as long as its connection."""

    def __init__(self, connection: Connection, host: str) -> None:
        self._connection = connection
        self._host = host
        self._control = Control(self._open, host, has_lease=True)
        self._knows_gnu = "-"
        self._held = HostSessions(self._control)
        self._sessions = RemoteSessions(self._control, self._held)

    async def _open(self, command: str) -> Channel:
        return await self._connection.open(command)

    # -- jobs --

    async def start(self, start: SpoolStart) -> SpoolJob:
        """Start a job, exactly once per instance_id; returns when it is durable there."""
        greeting = await self._control.greeting()
        body = await self._request_body(start, greeting)
        about = about_line(0, start.name, start.program.shown, start.started_in or start.session).split(" ")
        state = f"{start.session}/state.{Shell(greeting.shell).kind}" if start.session else "-"
        if start.session:
            await self._prepare_session(start.session)
        words = (start.instance_id, str(int(start.is_numbered)), state, *about[1:])
        (reply,) = await self._control.ask("start", *words, body=body)
        if reply[0] == "exists":
            (job,) = await self.look((start.instance_id,))
            return job
        return SpoolJob(
            start.instance_id,
            SpoolState.RUNNING,
            int(reply[1]),
            start.name,
            start.program.shown,
            began=time.time(),
        )

    async def _request_body(self, start: SpoolStart, greeting: Greeting) -> bytes:
        directory = f"{greeting.root}/{start.instance_id}"
        state = f"{directory}/state" if start.session else ""
        command = job_command(start.program, f"{directory}/script", Shell(greeting.shell), (), state)
        variables = checked_variables(start.program.variables)
        if start.is_attached:
            variables.append(f"{COOKIE}={self._control.connection_id}-{start.instance_id}")
            await self._control.guarded()
        lines = [value_line("v", assignment) for assignment in variables]
        lines += [b"c\n", *(value_line("a", argument) for argument in command)]
        lines.append(await self._content(start.instance_id, "script", "s", to_bytes(start.program.text)))
        if start.stdin is not None:
            lines.append(await self._content(start.instance_id, "in", "i", start.stdin))
        return b"".join((*lines, b".\n"))

    async def _content(self, id: InstanceId, name: str, tag: str, content: bytes) -> bytes:
        """The line that brings a file of the job."""
        if len(content) <= MOST_INLINE:
            return tag.encode() + encode(content) + b"\n"
        await self._upload(f"{id}.{name}", content)
        return f"u{name}\n".encode()

    async def _upload(self, name: str, content: bytes) -> None:
        await self._control.spool()
        channel = await self._open(BOOT)
        try:
            is_uploaded = await self._send_file(channel, name, content)
        finally:
            await channel.aclose()
        if not is_uploaded:
            if self._connection.is_closed:
                raise HostError(self._host, HostErrorCause.LINK_LOST)
            raise SpoolError(
                f"{self._host}: the spool refuses {len(content)} bytes", hint="make room there", target=self._host
            )

    async def _send_file(self, channel: Channel, name: str, content: bytes) -> bool:
        nonce = secrets.token_hex(8)
        machine = (await self._control.greeting()).machine
        call = f"upload {nonce} {machine} {name} {len(content)}"
        await channel.write(program("words.sh", "upload.sh", call=call))
        said, is_sent = b"", False
        async with reading(channel) as pieces:
            async for stream, data in pieces:
                said += data if stream is Stream.OUTPUT else b""
                if not is_sent and f"@{nonce} ready".encode() in said:
                    is_sent = True
                    await _write_all(channel, content)
        return f"@{nonce} uploaded".encode() in said

    async def jobs(self) -> tuple[SpoolJob, ...]:
        """All jobs that have a number there, by number."""
        jobs = (job for job in read_reply(await self._control.ask("jobs")) if job.number)
        return tuple(sorted(jobs, key=lambda job: job.number))

    async def look(self, instance_ids: tuple[InstanceId, ...]) -> tuple[SpoolJob, ...]:
        """These jobs; state NONE for one that is not there."""
        found: list[SpoolJob] = []
        for first in range(0, len(instance_ids), _MOST_IDS):
            found += read_reply(await self._control.ask("look", *instance_ids[first : first + _MOST_IDS]))
        return tuple(found)

    async def follow(self, wanted: tuple[Wanted, ...]) -> AsyncGenerator[Bytes | Grown | Over, None]:
        """Follow jobs until each is over; raises HostError(LINK_LOST) when the connection goes first."""
        progress = Progress(wanted)
        attempt = 0
        while progress.open_jobs:
            await asyncio.sleep(_PAUSES[min(attempt, len(_PAUSES) - 1)])
            attempt += 1
            async with aclosing(self._follow_once(progress)) as events:
                async for event in events:
                    attempt = 1
                    yield event
            if progress.open_jobs and self._connection.is_closed:
                raise HostError(self._host, HostErrorCause.LINK_LOST)

    async def _follow_once(self, progress: Progress) -> AsyncGenerator[Bytes | Over, None]:
        greeting = await self._control.greeting()
        channel = await self._open(BOOT)
        kind = FollowOne if len(progress.open_jobs) == 1 else FollowMany
        try:
            async with aclosing(
                kind(channel, progress, greeting.machine, secrets.token_hex(8)).events(self._knows_gnu, self._learned)
            ) as events:
                async for event in events:
                    if isinstance(event, Bytes):
                        yield event
                    elif (job := await self._last_word(event, progress)) is not None:
                        yield Over(job)
        finally:
            with suppress(HostError):
                await channel.aclose()

    def _learned(self, knows_gnu: str) -> None:
        self._knows_gnu = knows_gnu

    async def _last_word(self, id: InstanceId, progress: Progress) -> SpoolJob | None:
        (job,) = await self.look((id,))
        progress.close(id)
        return job

    async def stop(self, instance_id: InstanceId, grace: float, signal: str = "TERM") -> Stopped:
        """The signal to the whole job, after `grace` seconds KILL, until none is left."""
        return await self._control.stop(instance_id, grace, signal)

    async def signal(self, instance_id: InstanceId, name: str) -> int:
        """A signal to the whole job."""
        return await self._control.signal(instance_id, name)

    async def remove(self, instance_id: InstanceId) -> None:
        """Delete a job that does not run, with its number and marks."""
        await self._control.ask("remove", instance_id)

    async def mark_received(self, instance_id: InstanceId, out: int, err: int) -> None:
        """Keep what was received; never goes back."""
        await self._control.ask("mark", instance_id, str(out), str(err))

    # -- attached commands --

    async def attach(self, start: AttachedStart) -> Channel:
        """Run an attached command; it does not begin before the guard is there."""
        greeting = await self._control.guarded()
        try:
            if start.session:
                await self._sessions.prepare(start.session, Shell(greeting.shell).kind)
            preamble = Preamble(start, (), Shell(greeting.shell), is_marked=greeting.is_noisy)
            channel = await self._connection.open(self._attached_command(start, greeting), pty=start.pty)
        except BaseException:
            self._control.unguarded()
            raise
        try:
            if start.session:
                await self._sessions.settle(start.session)
            await channel.write(preamble.lines)
            if not (start.has_stdin or start.pty):
                await channel.write_eof()
        except BaseException:
            self._control.unguarded()
            await channel.aclose()
            raise
        return AttachedChannel(
            channel, preamble, lambda: self.stop_attached(start.cookie), lambda: self._is_over(start, greeting)
        )

    def _attached_command(self, start: AttachedStart, greeting: Greeting) -> str:
        shell = Shell(greeting.shell)
        sessions = f"{_STATE_HOME};__jobsh_s=$__jobsh_s/jobsh/spool/{greeting.machine}/sessions"
        return command_string(
            start, self._control.connection_id, shell, by_login_shell=shell.is_login_shell, sessions=sessions
        )

    def _is_over(self, start: AttachedStart, greeting: Greeting) -> None:
        self._control.unguarded()
        if start.session and start.saves_state:
            self._sessions.keep(start.session, start.cookie, Shell(greeting.shell).kind)

    async def stop_attached(self, cookie: InstanceId) -> Stopped:
        """Stop all processes of an attached command and say how many are left."""
        return await self._control.stop_attached(cookie)

    # -- sessions --

    async def _prepare_session(self, session: InstanceId) -> None:
        await self._sessions.prepare(session, Shell((await self._control.greeting()).shell).kind)
        await self._sessions.settle(session)

    async def begin_session(self, session: SpoolSession, client: Client) -> None:
        """Make a new session known there, held by `client`."""
        await self._held.begin(session, client)

    async def hold_session(self, session: InstanceId, client: Client) -> Holder:
        """Take a session."""
        return await self._held.hold(session, client)

    async def release_session(self, session: SpoolSession, client: Client) -> SpoolSession:
        """Let a session lie there, once what its last command saved is in its place."""
        await self._sessions.settle(session.instance_id)
        released = await self._held.release(session, client)
        self._sessions.let_go(session.instance_id)
        return released

    async def sessions(self, client: Client) -> tuple[SpoolSession, ...]:
        """All sessions there."""
        return await self._held.all(client)

    async def jobs_of_session(self, session: InstanceId) -> tuple[SpoolJob, ...]:
        """The jobs that were started in a session."""
        return await self._held.jobs_of(session)

    async def forget_session(self, session: InstanceId) -> None:
        """Delete a session and its saved shell state."""
        await self._sessions.forget(session)
        self._held.forget(session)

    async def session_place(self, session: InstanceId) -> tuple[str, str]:
        """(home directory, the session's current directory) there."""
        await self._prepare_session(session)
        return (await self._control.greeting()).home, await self._sessions.directory(session)

    # -- this machine's files --

    def replica_directory(self, instance_id: InstanceId) -> str | None:
        """None: the engine keeps a replica."""
        return None

    async def aclose(self) -> None:
        """End the guard and what is attached."""
        await self._sessions.aclose()
        await self._control.aclose()


async def _write_all(channel: Channel, content: bytes) -> None:
    for first in range(0, len(content), _UPLOAD_PIECE):
        await channel.write(content[first : first + _UPLOAD_PIECE])
    await channel.write_eof()
