"""The spool of this machine: the same directory and runner, read and written without a shell where that is faster."""

from __future__ import annotations

import asyncio
import os
import shlex
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from pathlib import Path

from jobsh.errors import InvalidState, SpoolError
from jobsh.model.ids import InstanceId
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
from jobsh.spool.attach import COOKIE, AttachedChannel, Preamble, command_string, session_words
from jobsh.spool.control import Control
from jobsh.spool.encoding import checked_variables, handed, to_bytes
from jobsh.spool.growth import Growth
from jobsh.spool.host_sessions import HostSessions
from jobsh.spool.job_directories import JobDirectories
from jobsh.spool.local_follow import LocalFollow
from jobsh.spool.new_directory import NewDirectory
from jobsh.spool.programs import Shell, job_command
from jobsh.spool.runners import Runners
from jobsh.spool.sightings import about_line
from jobsh.spool.surroundings import environment_of, home_directory, login_shell, place_of, state_of_front_end

Connect = Callable[[Mapping[str, str] | None, str | None], Connection]
"""Opens a connection to this machine whose commands have that environment and directory."""

_ROOT = "JOBSH_SPOOL"
"""The variable that tells a session's command where the spool is."""

_DEFAULT_UMASK = 0o022


class LocalSpool:
    """Implements `ports.spool.HereSpool`."""

    def __init__(self, root: Path, jobsh_command: tuple[str, ...], connect: Connect) -> None:
        """`root`: this machine's spool; `jobsh_command`: the words before a .jsh file; `connect`: commands of this machine."""
        self._jobsh_command = jobsh_command
        self._connect = connect
        self._directories = JobDirectories(root)
        self._control = Control(self._open_guard, "localhost", has_lease=False, root=os.fspath(root))
        self._held = HostSessions(self._control)
        self._runners = Runners()
        self._growth: Growth | None = None
        self._is_made = False

    async def _open_guard(self, command: str) -> Channel:
        return await self._connect(environment_of(None), "/").open(command)

    async def _make(self) -> None:
        if not self._is_made:
            await asyncio.to_thread(self._directories.make)
            self._is_made = True

    # -- jobs --

    async def start(self, start: SpoolStart) -> SpoolJob:
        """Start a job, exactly once per instance_id; returns when it is durable."""
        await self._make()
        if start.session:
            await self._held.keep(start.session)
        if start.is_attached:
            await self._control.guarded()
            await self._control.spool()  # the guard is to know where the job is that it stops
        return await asyncio.to_thread(self._start, start)

    def _start(self, start: SpoolStart) -> SpoolJob:
        directory = self._directories.path(start.instance_id)
        shell = Shell(login_shell())
        own_state = state_of_front_end(start, shell)
        state = f"{directory}/state" if start.session or own_state else ""
        script, forgets = f"{directory}/script", bool(own_state)
        command = job_command(start.program, script, shell, self._jobsh_command, state, forgets_state=forgets)
        environment = self._environment_of(start)
        if os.path.isdir(directory) and self._directories.was_started(start.instance_id):
            return self._directories.see(start.instance_id)
        with self._directories.prepared(start.instance_id, to_bytes(start.program.text), start.stdin) as new:
            if start.session:
                self._copy_state(start.session, shell, new)
            elif own_state:
                new.write("state", own_state + handed(start.program.variables))
            if self._put_in_place(start, new):
                self._spawn(start, new, command, environment)
        job = self._directories.see(start.instance_id)
        return job.replace(state=SpoolState.RUNNING) if job.state is SpoolState.STARTING else job

    def _put_in_place(self, start: SpoolStart, new: NewDirectory) -> bool:
        """Whether the job is ours to run: another start of it may have been quicker."""
        number = self._directories.take_number() if start.is_numbered else 0
        new.write_run(about_line(number, start.name, start.program.shown, start.started_in or start.session))
        is_ours = self._directories.put_in_place(new, start.instance_id)
        if number and not is_ours:
            self._directories.give_number(number)
        return is_ours

    def _spawn(self, start: SpoolStart, new: NewDirectory, command: list[str], environment: dict[bytes, bytes]) -> None:
        umask = start.surroundings.umask if start.surroundings else _DEFAULT_UMASK
        try:
            directory = self._directories.path(start.instance_id)
            self._runners.spawn(directory, new.alive, command, environment, place_of(start), umask)
        except SpoolError:
            self._remove(start.instance_id)
            raise

    def _environment_of(self, start: SpoolStart) -> dict[bytes, bytes]:
        variables = checked_variables(start.program.variables)
        if start.is_attached:
            variables.append(f"{COOKIE}={self._control.connection_id}-{start.instance_id}")
        environment = {to_bytes(name): to_bytes(value) for name, value in environment_of(start.surroundings).items()}
        return environment | {to_bytes(v.partition("=")[0]): to_bytes(v.partition("=")[2]) for v in variables}

    def _copy_state(self, session: InstanceId, shell: Shell, new: NewDirectory) -> None:
        try:
            os.link(f"{self._directories.root}/sessions/{session}/state.{shell.kind}", f"{new.path}/state")
        except FileNotFoundError:
            new.write("state", b"")

    async def jobs(self) -> tuple[SpoolJob, ...]:
        """All jobs that have a number here, by number."""
        await self._make()
        return tuple(await asyncio.to_thread(self._directories.numbered))

    async def look(self, instance_ids: tuple[InstanceId, ...]) -> tuple[SpoolJob, ...]:
        """These jobs; state NONE for one that is not here."""
        return tuple(await asyncio.to_thread(lambda: [self._directories.see(id) for id in instance_ids]))

    async def follow(self, wanted: tuple[Wanted, ...]) -> AsyncGenerator[Bytes | Grown | Over, None]:
        """Follow jobs until each is over."""
        if self._growth is None:
            self._growth = Growth()
        follow = LocalFollow(self._directories, self._growth, wanted)
        async with aclosing(follow.events()) as events:
            async for event in events:
                if isinstance(event, Over):
                    self._runners.ended(self._directories.path(event.job.instance_id))
                yield event

    async def stop(self, instance_id: InstanceId, grace: float, signal: str = "TERM") -> Stopped:
        """The signal to the whole job, after `grace` seconds KILL, until none is left."""
        await self._make()
        return await self._control.stop(instance_id, grace, signal)

    async def signal(self, instance_id: InstanceId, name: str) -> int:
        """A signal to the whole job."""
        await self._make()
        return await self._control.signal(instance_id, name)

    async def remove(self, instance_id: InstanceId) -> None:
        """Delete a job that does not run, with its number and marks."""
        await asyncio.to_thread(self._remove, instance_id)

    def _remove(self, id: InstanceId) -> None:
        job = self._directories.see(id)
        if job.state in (SpoolState.RUNNING, SpoolState.SUSPENDED, SpoolState.ORPHAN):
            raise InvalidState("the job is running", hint="stop it first")
        self._directories.discard(id)
        if job.number:
            self._directories.give_number(job.number)

    async def mark_received(self, instance_id: InstanceId, out: int, err: int) -> None:
        """Keep what was received; never goes back."""
        await asyncio.to_thread(self._directories.mark, instance_id, out, err)

    async def reserve_number(self, instance_id: InstanceId) -> int:
        """Take the next number of this machine for a job that is not in the spool."""
        await self._make()
        return await asyncio.to_thread(self._directories.take_number)

    async def release_number(self, instance_id: InstanceId, number: int) -> None:
        """Give back what `reserve_number` took."""
        await asyncio.to_thread(self._directories.give_number, number)

    # -- attached commands --

    async def attach(self, start: AttachedStart) -> Channel:
        """Run an attached command; it does not begin before the guard is there."""
        await self._make()
        if start.session:
            await self._held.keep(start.session)
            await asyncio.to_thread(self._prepare_session, start.session)
        preamble = Preamble(start, self._jobsh_command, Shell(login_shell()), is_marked=False)
        await self._control.guarded()
        try:
            channel = await self._open_attached(start)
        except BaseException:
            self._control.unguarded()
            raise
        await channel.write(preamble.lines)
        if not (start.has_stdin or start.pty):
            await channel.write_eof()
        return AttachedChannel(
            channel, preamble, lambda: self.stop_attached(start.cookie), lambda: self._is_over(start)
        )

    async def _open_attached(self, start: AttachedStart) -> Channel:
        shell = Shell(login_shell())
        text = command_string(
            start,
            self._control.connection_id,
            shell,
            by_login_shell=True,
            sessions=f"__jobsh_s=${_ROOT}/sessions;unset -v {_ROOT}",
        )
        umask = f"umask {start.surroundings.umask:03o};" if start.surroundings else ""
        command = f"{umask}exec {' '.join(map(shlex.quote, shell.command))} -c '{text}'"
        directory = place_of(start)
        if not await asyncio.to_thread(os.path.isdir, directory):
            raise SpoolError(f"the directory {directory} is not there", target=directory)
        environment = environment_of(start.surroundings) | ({_ROOT: self._directories.root} if start.session else {})
        return await self._connect(environment, directory).open(command, pty=start.pty)

    def _is_over(self, start: AttachedStart) -> None:
        self._control.unguarded()
        if start.session and start.saves_state:
            self._directories.keep_state(start.session, start.cookie, Shell(login_shell()).kind)

    async def stop_orphans(self, instance_id: InstanceId) -> Stopped:
        """Stop the processes that are left of a job that a front end ran itself."""
        return await self._control.stop_orphans(instance_id)

    async def stop_attached(self, cookie: InstanceId) -> Stopped:
        """Stop all processes of an attached command and say how many are left."""
        return await self._control.stop_attached(cookie)

    # -- sessions --

    async def begin_session(self, session: SpoolSession, client: Client) -> None:
        """Make a new session known here, held by `client`."""
        await self._make()
        await self._held.begin(session, client)

    async def hold_session(self, session: InstanceId, client: Client) -> Holder:
        """Take a session."""
        await self._make()
        return await self._held.hold(session, client)

    async def release_session(self, session: SpoolSession, client: Client) -> SpoolSession:
        """Let a session lie here."""
        return await self._held.release(session, client)

    async def sessions(self, client: Client) -> tuple[SpoolSession, ...]:
        """All sessions here."""
        await self._make()
        return await self._held.all(client)

    async def jobs_of_session(self, session: InstanceId) -> tuple[SpoolJob, ...]:
        """The jobs that were started in a session."""
        await self._make()
        return await self._held.jobs_of(session)

    async def forget_session(self, session: InstanceId) -> None:
        """Delete a session and its saved shell state."""
        await self._make()
        await self._control.ask("forget", session)
        self._held.forget(session)

    def _prepare_session(self, session: InstanceId) -> None:
        self._directories.prepare_session(session, *session_words(Shell(login_shell()).kind))

    async def session_place(self, session: InstanceId) -> tuple[str, str]:
        """(home directory, the session's current directory) here."""
        await self._make()
        return home_directory(), await asyncio.to_thread(
            self._directories.session_directory, session
        ) or home_directory()

    # -- this machine's files --

    def replica_directory(self, instance_id: InstanceId) -> str | None:
        """The spool directory itself."""
        return self._directories.path(instance_id)

    async def aclose(self) -> None:
        """End the guard and what is attached; jobs go on."""
        if self._growth is not None:
            self._growth.close()
            self._growth = None
        self._runners.let_go()
        await self._control.aclose()
