"""The spool directory of this machine, read and written directly. Everything here may block for the time of a disk access."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from jobsh.errors import SpoolError
from jobsh.model.ids import InstanceId
from jobsh.model.job import Gap
from jobsh.ports.spool import SpoolJob, SpoolState
from jobsh.spool.layout import End, Run, boot_id, parse_end, parse_mark, parse_run
from jobsh.spool.new_directory import NewDirectory, write_file
from jobsh.spool.processes import Activity, activity, is_same
from jobsh.spool.sightings import Facts, Sighting, spool_job

_STALE = 3600.0
"""Seconds after which nobody works on a directory any more that is not in its place."""
_LONGEST_START = 2.0
"""Seconds in which a start that is under way elsewhere must have a runner."""


class JobDirectories:
    """Implements the same directory as the shell programs directory.sh, control.sh and starting.sh."""

    def __init__(self, root: Path) -> None:
        self.root = os.fspath(root)
        self._boot = boot_id()
        self._host = os.uname().nodename

    def make(self) -> None:
        """Make the spool if it is not there; raises SpoolError."""
        try:
            os.makedirs(os.path.dirname(self.root), mode=0o700, exist_ok=True)
            for directory in (
                self.root,
                *(f"{self.root}/{name}" for name in ("numbers", "sessions", "uploads", "wake")),
            ):
                with contextlib.suppress(FileExistsError):
                    os.mkdir(directory, 0o700)
            self._check_owner()
            self._tidy()
        except OSError as error:
            raise SpoolError(f"{self.root}: {error.strerror}", target=self.root) from error

    def _tidy(self) -> None:
        """Delete what starts and removals left that were killed on the way."""
        for name in os.listdir(self.root):
            path = f"{self.root}/{name}"
            if name.startswith(("new.", "gone.")) and time.time() - os.stat(path).st_mtime > _STALE:
                shutil.rmtree(path, ignore_errors=True)

    def _check_owner(self) -> None:
        found = os.lstat(self.root)
        if found.st_uid != os.geteuid() or not os.path.isdir(self.root) or os.path.islink(self.root):
            raise SpoolError(f"{self.root} is not a directory of this user", target=self.root)
        if found.st_mode & 0o077:
            os.chmod(self.root, 0o700)

    def path(self, id: InstanceId) -> str:
        """The directory of a job."""
        return f"{self.root}/{id}"

    # -- looking --

    def see(self, id: InstanceId) -> SpoolJob:
        """The job as its directory shows it now."""
        directory = self.path(id)
        try:
            with os.scandir(directory) as entries:
                names = {entry.name for entry in entries}
        except OSError:
            return spool_job(id, Sighting(SpoolState.NONE), Facts())
        sighting = self._sighting(directory, names)
        return spool_job(id, sighting, _facts(directory, names))

    def _sighting(self, directory: str, names: set[str]) -> Sighting:
        end = next(filter(None, map(parse_end, names)), None)
        marks = [mark for mark in map(parse_mark, names) if mark]
        mark = (max((out for out, _ in marks), default=0), max((err for _, err in marks), default=0))
        text = _read(f"{directory}/run")
        run = parse_run(text)
        state = SpoolState.ENDED if end else self._state(directory, run)
        if state is SpoolState.ENDED and end is None:  # it ended while we looked
            end = self.end(directory)
        gap = next(filter(None, map(Gap.parse, names)), None)
        return Sighting(state, end, mark, "stop" in names, run.job if run else 0, _about(text), gap)

    def _state(self, directory: str, run: Run | None) -> SpoolState:
        if run is None:
            return SpoolState.STARTING
        if run.boot == self._boot:
            runs, job = is_same(run.runner, run.runner_birth), activity(run.job, run.job_birth)
            if job is Activity.STOPPED:
                return SpoolState.SUSPENDED
            if runs:
                return SpoolState.RUNNING
            if job is not Activity.GONE:
                return SpoolState.ORPHAN
            if self.end(directory):
                return SpoolState.ENDED
        if run.host != self._host:
            return SpoolState.OTHER_MACHINE
        return SpoolState.LOST if run.boot == self._boot else SpoolState.LOST_BY_REBOOT

    def end(self, directory: str) -> End | None:
        """The result of a job, when it has one."""
        with contextlib.suppress(OSError):
            return next(filter(None, map(parse_end, os.listdir(directory))), None)
        return None

    def sizes(self, id: InstanceId) -> tuple[int, int]:
        """Bytes in `out` and `err`."""
        directory = self.path(id)
        return _size(f"{directory}/out"), _size(f"{directory}/err")

    def numbered(self) -> list[SpoolJob]:
        """All jobs that have a number, by number."""
        jobs = (self.see(InstanceId(name)) for name in os.listdir(self.root) if len(name) == 32)
        return sorted((job for job in jobs if job.number), key=lambda job: job.number)

    # -- numbers: a file of that name, made by one only, says that it is in use --

    def _highest(self) -> int:
        """The highest number that was ever given: when given back, it has left its mark."""
        names = (name.removesuffix(".free") for name in os.listdir(f"{self.root}/numbers"))
        return max((int(name) for name in names if name.isdecimal()), default=0)

    def take_number(self) -> int:
        """The next number."""
        number = self._highest()
        while True:
            number += 1
            with contextlib.suppress(FileExistsError):
                os.close(os.open(f"{self.root}/numbers/{number}", os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
                break
        with contextlib.suppress(FileNotFoundError):
            os.unlink(f"{self.root}/numbers/{number - 1}.free")
        return number

    def give_number(self, number: int) -> None:
        """Let go of a number."""
        path = f"{self.root}/numbers/{number}"
        with contextlib.suppress(FileNotFoundError):
            if number == self._highest():
                os.rename(path, f"{path}.free")
            else:
                os.unlink(path)

    # -- starting --

    @contextlib.contextmanager
    def prepared(self, id: InstanceId, script: bytes, stdin: bytes | None) -> Iterator[NewDirectory]:
        """A complete directory under another name; gone afterwards unless it was put in its place."""
        new = NewDirectory(f"{self.root}/new.{id}.{secrets.token_hex(4)}")
        try:
            new.fill(script, stdin)
            yield new
        except OSError as error:
            raise SpoolError(f"the spool refuses: {error.strerror}", hint=f"look at {self.root}", target=id) from error
        finally:
            new.close()

    def put_in_place(self, new: NewDirectory, id: InstanceId) -> bool:
        """The directory gets its name by one rename; False when the job was started before."""
        deadline = time.monotonic() + _LONGEST_START
        while True:
            try:
                os.rename(new.path, self.path(id))
            except FileExistsError:
                pass
            except OSError as error:
                if not os.path.isdir(self.path(id)):
                    raise SpoolError(f"the spool refuses: {error.strerror}", target=id) from error
            else:
                return True
            if self.was_started(id):
                return False
            if time.monotonic() > deadline:
                raise SpoolError("another start of this job is under way", target=id)

    def was_started(self, id: InstanceId) -> bool:
        """Whether the job there has a runner, or had one; a start that died is put away."""
        directory = self.path(id)
        held = is_held(f"{directory}/alive")  # before the rest: a runner may begin and end between two looks
        if self.end(directory) or parse_run(_read(f"{directory}/run")):
            return True
        if held:
            time.sleep(0.01)
        else:
            self.discard(id)
        return False

    def prepare_session(self, session: InstanceId, name: str, words: str) -> None:
        """Make room for a session's state, and put the words of its shell beside it. Raises SpoolError."""
        sessions = f"{self.root}/sessions"
        try:
            with contextlib.suppress(FileExistsError):
                os.mkdir(f"{sessions}/{session}", 0o700)
            if not os.path.exists(f"{sessions}/{name}"):
                write_file(f"{sessions}/{name}.{session}", words.encode())
                os.rename(f"{sessions}/{name}.{session}", f"{sessions}/{name}")
        except OSError as error:
            raise SpoolError(f"{sessions}: {error.strerror}", target=sessions) from error

    def keep_state(self, session: InstanceId, cookie: InstanceId, kind: str) -> None:
        """What the command with `cookie` saved is the session's state from now on; one that was killed saved nothing."""
        state = f"{self.root}/sessions/{session}/state.{kind}"
        with contextlib.suppress(OSError):
            os.rename(f"{state}.{cookie}", state)

    def session_directory(self, session: InstanceId) -> str:
        """The directory a session is in; empty when it has not moved yet."""
        return _read(f"{self.root}/sessions/{session}/directory")

    # -- the end of a directory --

    def discard(self, id: InstanceId) -> None:
        """Delete a job's directory."""
        gone = f"{self.root}/gone.{id}.{secrets.token_hex(4)}"
        with contextlib.suppress(FileNotFoundError):
            os.rename(self.path(id), gone)
            shutil.rmtree(gone, ignore_errors=True)

    def mark(self, id: InstanceId, out: int, err: int) -> None:
        """Marks only grow: of two renames of one file the second finds nothing, and looks again."""
        directory = self.path(id)
        with contextlib.suppress(FileNotFoundError):
            while True:
                names = [name for name in os.listdir(directory) if parse_mark(name)]
                marks = [mark for mark in map(parse_mark, names) if mark]
                new = max([out, *(mark[0] for mark in marks)]), max([err, *(mark[1] for mark in marks)])
                if new in marks and len(marks) == 1:
                    return
                if _renamed(directory, names, f"received.{new[0]}.{new[1]}"):
                    return


def _renamed(directory: str, names: list[str], new: str) -> bool:
    if not names:
        os.close(os.open(f"{directory}/{new}", os.O_CREAT | os.O_WRONLY, 0o600))
        return True
    try:
        for name in names:
            os.rename(f"{directory}/{name}", f"{directory}/{new}")
    except FileNotFoundError:
        return False
    return True


def is_held(fifo: str) -> bool:
    """Whether anybody has it open for writing."""
    try:
        descriptor = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        return os.read(descriptor, 1) != b""
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)


def _about(run: str) -> str:
    return run.partition("\n")[2].rstrip("\n") or "0 - -"


def _facts(directory: str, names: set[str]) -> Facts:
    end = next((name for name in names if parse_end(name)), None)
    ended = _time(f"{directory}/{end}") if end else None
    return Facts(_size(f"{directory}/out"), _size(f"{directory}/err"), _time(f"{directory}/run") or 0.0, ended)


def _time(path: str) -> float | None:
    try:
        return os.stat(path).st_mtime
    except OSError:
        return None


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except OSError:
        return 0


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            return file.read()
    except OSError:
        return ""
