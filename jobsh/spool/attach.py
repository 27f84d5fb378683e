"""Attached commands: the command string of their channel, and the lines that its shell reads before the command's own input."""

from __future__ import annotations

import secrets
import zlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence

from jobsh.errors import HostError, SpoolError
from jobsh.model.job import Outcome, OutcomeKind
from jobsh.model.messages import Program
from jobsh.model.records import Stream
from jobsh.ports.spool import AttachedStart, Stopped
from jobsh.ports.transport import Channel
from jobsh.spool.encoding import checked_variables, is_plain, to_bytes, value_line
from jobsh.spool.programs import JOBSH, Shell, ShellKind, check_arguments, interpreter_of
from jobsh.spool.reading import reading
from jobsh.spool.scripts import one_line, source

COOKIE = "JOBSH_ATTACHED"
_SOURCE = "/dev/fd/3"


def command_string(
    start: AttachedStart, connection_id: str, shell: Shell, *, by_login_shell: bool, sessions: str = ""
) -> str:
    """What the channel runs. The cookie stands in it so that the shell itself, which got no environment of ours, is found by its
    command line. A POSIX-like login shell goes on itself: another one costs a millisecond. `sessions`: shell words that set
    __jobsh_s to the directory of sessions."""
    text = f"{COOKIE}={connection_id}-{start.cookie};export {COOKIE};"
    if start.session:
        name, _ = session_words(shell.kind)
        keeps = "" if start.saves_state else "1"
        run = one_line("run_in_session.sh").replace("WORDS", name)
        # the first line says that what the session's last command saved is in its place: meanwhile this shell could start
        text += f"{sessions};__jobsh_i={start.session};__jobsh_z={keeps};IFS= read -r __jobsh;{run}"
    else:
        text += 'IFS= read -r __jobsh&&eval " $__jobsh"'
    return text if by_login_shell else f"exec /bin/sh -c '{text}'"


class Preamble:
    """The lines for an attached command's shell."""

    def __init__(self, start: AttachedStart, jobsh_command: Sequence[str], shell: Shell, *, is_marked: bool) -> None:
        self.nonce = secrets.token_hex(8) if is_marked or start.pty else ""
        """Of the line before which everything on a stream is noise; empty: there is none."""
        self.is_for_terminal = start.pty is not None
        self.lines = _simple(start.program) if self._is_simple(start) else self._lines(start, jobsh_command, shell)

    def _is_simple(self, start: AttachedStart) -> bool:
        program = start.program
        has_more = start.session or self.nonce or program.arguments or program.variables or interpreter_of(program)
        return not has_more and is_plain(to_bytes(program.text))

    def _lines(self, start: AttachedStart, jobsh_command: Sequence[str], shell: Shell) -> bytes:
        program = start.program
        check_arguments(program.arguments)
        if "\0" in program.text:
            raise SpoolError("the text holds a NUL character")
        interpreter = interpreter_of(program)
        if interpreter == JOBSH:
            if not jobsh_command:
                raise SpoolError("jobsh code runs on this machine only", hint="send a shell script")
            interpreter = tuple(jobsh_command)
        lines = [b"\n" if start.session else one_line("attach.sh", "run.sh").encode() + b"\n"]
        if self.nonce:
            lines.append(value_line("y" if start.pty else "n", self.nonce))
        variables = [v for v in checked_variables(program.variables) if not shell.owns(v.partition("=")[0])]
        if start.session:
            lines += [value_line("h", assignment.partition("=")[0]) for assignment in variables]
        lines += [value_line("v", assignment) for assignment in variables]
        words = (*interpreter, _SOURCE, *program.arguments) if interpreter else program.arguments
        lines += [value_line("a", argument) for argument in words]
        lines.append(value_line("i" if interpreter else "t", program.text))
        return b"".join(lines)


def session_words(kind: ShellKind) -> tuple[str, str]:
    """The name and text of the file in `sessions` that keeps a shell's state; the name changes with the text."""
    text = source(f"state_{kind}.sh", "attach.sh")
    return f"words.{zlib.crc32(text.encode()):08x}.{kind}", text


def _simple(program: Program) -> bytes:
    """One line of shell text and nothing else: the shell needs no more words of ours."""
    return to_bytes(program.text) + b"\n"


class AttachedChannel:
    """An attached command's channel: its output without what came before it; closing it stops the command."""

    def __init__(
        self,
        channel: Channel,
        preamble: Preamble,
        stop: Callable[[], Awaitable[Stopped]],
        over: Callable[[], None],
    ) -> None:
        self._channel = channel
        self._mark = b"\n@" + preamble.nonce.encode() + b" data" if preamble.nonce else b""
        self._early: list[bytes] | None = [] if preamble.is_for_terminal else None
        """What was typed before the terminal was set up."""
        self._stop = stop
        self._over: Callable[[], None] | None = over
        self._outcome: Outcome | None = None
        self.write_eof, self.resize, self.signal = channel.write_eof, channel.resize, channel.signal

    async def write(self, data: bytes) -> None:
        """Give the command standard input."""
        if self._early is not None:
            self._early.append(data)
        else:
            await self._channel.write(data)

    async def read(self) -> AsyncGenerator[tuple[Stream, bytes], None]:
        """The command's output as it comes."""
        waiting = {Stream.OUTPUT: b"\n", Stream.ERROR: b"\n"} if self._mark else {}
        async with reading(self._channel) as pieces:
            async for stream, data in pieces:
                own = self._after_mark(waiting, stream, data) if stream in waiting else data
                if self._early is not None and Stream.OUTPUT not in waiting:
                    early, self._early = b"".join(self._early), None
                    await self._channel.write(early)
                if own:
                    yield stream, own

    def _after_mark(self, waiting: dict[Stream, bytes], stream: Stream, data: bytes) -> bytes:
        held = waiting[stream] + data
        start = held.find(self._mark)
        end = held.find(b"\n", start + 1) if start >= 0 else -1
        if end < 0:
            waiting[stream] = held
            return b""
        del waiting[stream]
        return held[end + 1 :]

    async def wait(self) -> Outcome:
        """How it ended."""
        self._outcome = await self._channel.wait()
        self._is_over()
        return self._outcome

    def _is_over(self) -> None:
        over, self._over = self._over, None
        if over is not None:
            over()

    async def aclose(self) -> None:
        """Stop the command, unless it is known to have ended, and close its channel."""
        try:
            if self._outcome is None or self._outcome.kind is OutcomeKind.LOST:
                await self._stop()
        except (HostError, SpoolError):
            pass  # the connection went: then its guard stops it
        finally:
            self._is_over()
            await self._channel.aclose()
