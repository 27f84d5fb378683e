"""The terminal: its modes, who owns it, and putting it right again. Knows nothing of what is shown on it."""

from __future__ import annotations

import asyncio
import errno
import os
import re
import signal
import termios
import tty
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from jobsh.console.streams import InputStream, OutputStream

Modes = list[int | list[bytes | int]]
"""What tcgetattr gives."""


class Terminal:
    """One terminal. `turn` is held by whoever reads from it: a question, a pass-through, a foreground program."""

    def __init__(self, input_fd: int = 0, output_fd: int = 1) -> None:
        self.input = InputStream(input_fd)
        self.output = OutputStream(output_fd)
        self.turn = asyncio.Lock()

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows; 80 by 24 where the terminal does not know."""
        with suppress(OSError):
            columns, rows = os.get_terminal_size(self.output.fd)
            if columns > 0 and rows > 0:
                return columns, rows
        return 80, 24

    @contextmanager
    def kept(self) -> Iterator[Modes]:
        """Whatever happens inside, the modes are afterwards what they were."""
        with _as_writing_says():
            modes: Modes = termios.tcgetattr(self.input.fd)
        try:
            yield modes
        finally:
            self._set(modes)

    @contextmanager
    def raw(self) -> Iterator[None]:
        """Every key as a byte, nothing interpreted, nothing echoed."""
        with self.kept():
            with _as_writing_says():
                tty.setraw(self.input.fd, termios.TCSADRAIN)
            yield

    @contextmanager
    def keys(self) -> Iterator[None]:
        """Every key as a byte without echo, while output stays as usual. What was typed before is not an answer: dropped."""
        with self.kept() as modes:
            local = modes[tty.LFLAG]
            assert isinstance(local, int)
            changed: Modes = [*modes]
            changed[tty.LFLAG] = local & ~(termios.ECHO | termios.ICANON | termios.ISIG | termios.IEXTEN)
            self._set(changed, termios.TCSAFLUSH)
            yield

    def _set(self, modes: Modes, when: int = termios.TCSADRAIN) -> None:
        with _unstopped(), suppress(termios.error):  # the terminal may be gone: closed window
            termios.tcsetattr(self.input.fd, when, modes)

    @contextmanager
    def taken_back(self) -> Iterator[None]:
        """Whoever has the keyboard and its signals inside, afterwards they are ours again, if they were."""
        was_ours = self.is_ours_or(-1)
        try:
            yield
        finally:
            if was_ours:
                self.give(os.getpgrp())

    def is_ours_or(self, group: int) -> bool:
        """Whether we, or this process group, are in the foreground; not when the shell above us put us aside."""
        with suppress(OSError):
            return os.tcgetpgrp(self.input.fd) in (os.getpgrp(), group)
        return False

    def give(self, group: int) -> None:
        """Make `group` the foreground process group."""
        with _unstopped(), suppress(OSError):  # the group or the terminal may be gone already
            os.tcsetpgrp(self.input.fd, group)


@contextmanager
def _as_writing_says() -> Iterator[None]:
    """Inside, a terminal that is gone is a BrokenPipeError, as it is for who writes to it."""
    try:
        yield
    except termios.error as error:
        number, why = error.args
        raise OSError(errno.EPIPE if number == errno.EIO else number, why) from None


@contextmanager
def _unstopped() -> Iterator[None]:
    """Inside, setting the terminal from the background does not stop us. Blocked rather than ignored: programs that we
    start would inherit an ignored signal."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


_MODE = re.compile(rb"\x1b\[\?([0-9;]{1,60})([hl])|\x1b([=>c])")
_OFF_WHEN_SET = (b"1049", b"1047", b"47", b"2004", b"1000", b"1002", b"1003", b"1004", b"1005", b"1006", b"1015", b"1")
_ON_WHEN_RESET = (b"25", b"7")
_LONGEST_MODE = 64
SETTLE = b"\x1b7\x1b[?1049l" + b"".join(b"\x1b[?%bl" % mode for mode in _OFF_WHEN_SET[3:]) + b"\x1b[?25h\x1b>\x1b[0m"
"""For after a program that was killed: leaves every mode that full-screen programs set. The cursor is saved first, so that
leaving an alternate screen that was not entered does not move it."""


class ModeWatch:
    """Sees in a program's output which modes of the terminal it changed, to undo those it leaves behind."""

    def __init__(self) -> None:
        self._changed: dict[bytes, None] = {}
        self._tail = b""

    def feed(self, data: bytes) -> None:
        """Look at what the program wrote."""
        text = self._tail + data
        end = 0
        for found in _MODE.finditer(text):
            end = found.end()
            self._note(found)
        self._tail = text[max(end, len(text) - _LONGEST_MODE) :]

    def _note(self, found: re.Match[bytes]) -> None:
        if found[3]:
            self._keep(b"=", is_changed=found[3] == b"=")
        for mode in (found[1] or b"").split(b";"):
            if mode in _OFF_WHEN_SET:
                self._keep(mode, is_changed=found[2] == b"h")
            elif mode in _ON_WHEN_RESET:
                self._keep(mode, is_changed=found[2] == b"l")

    def _keep(self, mode: bytes, *, is_changed: bool) -> None:
        self._changed.pop(mode, None)
        if is_changed:
            self._changed[mode] = None

    def undo(self) -> bytes:
        """The sequences that put right what is still changed."""
        undone = [_undo(mode) for mode in reversed(self._changed)]
        self._changed.clear()
        return b"".join(undone) + b"\x1b[0m" if undone else b""


def _undo(mode: bytes) -> bytes:
    if mode == b"=":
        return b"\x1b>"
    return b"\x1b[?%b%b" % (mode, b"h" if mode in _ON_WHEN_RESET else b"l")
