"""The world as completion sees it at the prompt's location. A host that is slow or dead costs nobody a keystroke."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence

from jobsh.command.candidates import Candidate
from jobsh.model.ids import HERE, Location, SessionId
from jobsh.model.job import Job
from jobsh.model.messages import Data, Invoke, Program
from jobsh.model.queries import JobQuery, SessionQuery
from jobsh.model.records import Stream
from jobsh.model.session import Session
from jobsh.ports.engine import Engine
from jobsh.repl.remembered import Remembered
from jobsh.repl.ssh_hosts import ssh_hosts
from jobsh.repl.threads import in_thread
from jobsh.runtime.interpreter import Interpreter

_MOST_NAMES = 2000
_LIST_THERE = f'case $1 in "~"|"~/"*) set -- "$HOME${{1#"~"}}";; esac; ls -1Ap -- "${{1:-.}}" | head -n {_MOST_NAMES}'
_PROGRAMS_THERE = (
    'IFS=:; for d in $PATH; do for f in "$d/$1"*; do [ -x "$f" ] && [ ! -d "$f" ] && printf "%s\\n" "${f##*/}"; done; done'
    f" | head -n {_MOST_NAMES}"
)


class World:
    """Implements `command.candidates.CompletionContext`."""

    def __init__(
        self, interpreter: Interpreter, engine: Engine, ssh_config: str, environment: Mapping[str, str]
    ) -> None:
        self._interpreter = interpreter
        self._engine = engine
        self._ssh_config = ssh_config
        self._environment = environment
        self._jobs: Remembered[tuple[Job, ...]] = Remembered(())
        self._sessions: Remembered[tuple[Session, ...]] = Remembered(())
        self._names: Remembered[tuple[str, ...]] = Remembered((), keeps_for=5.0)
        self._hosts: Remembered[tuple[str, ...]] = Remembered((), keeps_for=30.0)

    @property
    def _location(self) -> Location:
        return self._interpreter.place.location

    async def jobs(self) -> Sequence[Job]:
        """The jobs of the location."""
        location = self._location
        return await self._jobs.get(location, lambda: self._engine.select_jobs(location, JobQuery()))

    async def sessions(self) -> Sequence[Session]:
        """The open sessions."""
        return await self._sessions.get(None, lambda: self._engine.select_sessions(SessionQuery()))

    async def hosts(self) -> Sequence[str]:
        """The hosts that the ssh configuration names, and those of sessions."""
        named = await self._hosts.get(None, self._named_hosts)
        used = [session.computer_name for session in await self.sessions()]
        return list(dict.fromkeys([*named, *used]))

    async def _named_hosts(self) -> tuple[str, ...]:
        return tuple(await in_thread(lambda: ssh_hosts(self._ssh_config)))

    async def paths(self, prefix: str, session: Session | None = None) -> Sequence[Candidate]:
        """Files and directories that begin with `prefix`; hidden ones when its last part begins with a dot."""
        directory, slash, start = prefix.rpartition("/")
        names = await self._listed(directory + slash, self._location if session is None else session.id)
        found = (name for name in names if name.startswith(start) and (start.startswith(".") or name[0] != "."))
        return [Candidate(directory + slash + name, ends_word=not name.endswith("/")) for name in found]

    async def _listed(self, directory: str, location: Location) -> Sequence[str]:
        if location is not None:
            return await self._from_host(location, Program(_LIST_THERE, "ls", arguments=(directory,)))
        here = await self._interpreter.shell.directory(HERE)
        key = (here, directory)
        return await self._names.get(key, lambda: in_thread(lambda: _list_directory(here, directory)))

    async def programs(self, prefix: str) -> Sequence[str]:
        """Programs of the location that begin with `prefix`."""
        location = self._location
        if location is None:
            names = await self._names.get(
                "programs", lambda: in_thread(lambda: _list_programs(self._environment.get("PATH", os.defpath)))
            )
        elif prefix:
            program = Program(_PROGRAMS_THERE, "programs", arguments=(prefix[:1],))
            names = await self._from_host(location, program)
        else:
            names = ()
        return [name for name in names if name.startswith(prefix)]

    async def _from_host(self, session: SessionId, program: Program) -> tuple[str, ...]:
        return await self._names.get((session, program), lambda: self._ask_host(session, program))

    async def _ask_host(self, session: SessionId, program: Program) -> tuple[str, ...]:
        """The lines that a small program prints in the session's directory."""
        invocation = await self._engine.invoke(Invoke(program, (session,)))
        data = bytearray()
        try:
            async for event in invocation.events():
                if isinstance(event, Data) and event.stream is Stream.OUTPUT:
                    data += event.data
        finally:
            await invocation.aclose()
        return tuple(dict.fromkeys(data.decode("utf-8", "surrogateescape").splitlines()))

    def variables(self) -> Sequence[str]:
        """The names of all variables, those of our environment as `env:NAME`."""
        return [*self._interpreter.place.scope.names(), *(f"env:{name}" for name in self._environment)]

    def value(self, variable: str) -> object:
        """The value of a variable, as stored."""
        return self._interpreter.place.scope.get(variable)

    def commands(self) -> Sequence[str]:
        """All cmdlets and functions."""
        return self._interpreter.shell.commands.names()

    def aliases(self) -> Mapping[str, str]:
        """All aliases."""
        return self._interpreter.shell.commands.aliases()

    def topics(self) -> Sequence[str]:
        """The about_* topics."""
        from jobsh.help import names

        return names()

    def forget(self) -> None:
        """A command ran."""
        for remembered in (self._jobs, self._sessions, self._names):
            remembered.forget()

    async def aclose(self) -> None:
        """Give up what is still being asked."""
        for remembered in (self._jobs, self._sessions, self._names, self._hosts):
            await remembered.aclose()


def _list_directory(here: str, directory: str) -> tuple[str, ...]:
    with os.scandir(os.path.join(here, os.path.expanduser(directory))) as entries:
        names = (entry.name + ("/" if entry.is_dir() else "") for entry in entries)
        return tuple(sorted(name for name, _ in zip(names, range(_MOST_NAMES), strict=False)))


def _list_programs(path: str) -> tuple[str, ...]:
    return tuple(sorted({name for directory in path.split(":") for name in _executables(directory)}))


def _executables(directory: str) -> Iterable[str]:
    try:
        with os.scandir(directory or ".") as entries:
            return [entry.name for entry in entries if os.access(entry.path, os.X_OK) and not entry.is_dir()]
    except OSError:
        return []
