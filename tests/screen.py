"""A program in a real pseudo-terminal, seen as its user sees it: through a screen emulator. Knows nothing of jobsh."""

from __future__ import annotations

import copy
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import pexpect
import pyte

from tests.processes import LONGEST

COLUMNS, ROWS = 100, 30
_ALTERNATE_SCREEN = 1049


class _Emulator(pyte.HistoryScreen):
    """pyte's screen, answering what terminals answer (where is the cursor, what are you)."""

    def __init__(self, answer: Callable[[bytes], object]) -> None:
        self._answer = answer
        self._covered: tuple[Any, Any] | None = None
        super().__init__(COLUMNS, ROWS, history=2000)

    def set_mode(self, *modes: int, **kwargs: Any) -> None:
        """With the alternate screen, which pyte does not know."""
        if kwargs.get("private") and _ALTERNATE_SCREEN in modes and self._covered is None:
            self._covered = (copy.deepcopy(self.buffer), copy.copy(self.cursor))
            self.erase_in_display(2)
        super().set_mode(*modes, **kwargs)

    def reset_mode(self, *modes: int, **kwargs: Any) -> None:
        """With the alternate screen, which pyte does not know."""
        if kwargs.get("private") and _ALTERNATE_SCREEN in modes and self._covered is not None:
            self.buffer, self.cursor = self._covered
            self._covered = None
            self.dirty.update(range(self.lines))
        super().reset_mode(*modes, **kwargs)

    def write_process_input(self, data: str) -> None:
        self._answer(data.encode())

    def select_graphic_rendition(self, *attributes: int, private: bool = False) -> None:
        if not private:  # `CSI > 4 ; 2 m` is xterm's key mode, not a colour
            super().select_graphic_rendition(*attributes)

    def report_device_status(self, mode: int, **_kwargs: object) -> None:
        super().report_device_status(mode)


class Screen:
    """What a program shows, and its keyboard."""

    def __init__(self, process: pexpect.spawn) -> None:
        self.process = process
        self._emulator = _Emulator(self._send)
        self._stream = pyte.ByteStream(self._emulator)
        self.ended = False
        self.seen = b""
        """All that it wrote, as it came."""

    def _send(self, data: bytes) -> None:
        with suppress(OSError):  # it ended meanwhile
            self.process.send(data)

    def type(self, keys: str | bytes) -> None:
        """Press keys."""
        self._send(keys.encode() if isinstance(keys, str) else keys)

    def enter(self, line: str) -> None:
        """Type a line and press Enter."""
        self.type(line + "\r")

    @property
    def foreground(self) -> int:
        """The process group that has the terminal; it has the number of its first process."""
        return os.tcgetpgrp(self.process.child_fd)

    def resize(self, columns: int, rows: int) -> None:
        """Change the window's size."""
        self._emulator.resize(rows, columns)
        self.process.setwinsize(rows, columns)

    @property
    def lines(self) -> list[str]:
        """The lines that are visible now."""
        return [line.rstrip() for line in self._emulator.display]

    @property
    def text(self) -> str:
        """What is visible now, without the empty lines at the end."""
        return "\n".join(self.lines).rstrip() + "\n"

    @property
    def all_text(self) -> str:
        """What is visible now and what scrolled away."""
        width = self._emulator.columns
        gone = ["".join(line[x].data for x in range(width)).rstrip() for line in self._emulator.history.top]
        return "\n".join([*gone, *self.lines]).rstrip()

    @property
    def line(self) -> str:
        """The line in which the cursor stands."""
        return self.lines[self._emulator.cursor.y]

    @property
    def shows_cursor(self) -> bool:
        """Whether the cursor is visible."""
        return not self._emulator.cursor.hidden

    def colour_at(self, text: str) -> str:
        """The colour of the first character of `text` on the screen."""
        for y, line in enumerate(self._emulator.display):
            if (x := line.find(text)) >= 0:
                return str(self._emulator.buffer[y][x].fg)
        raise AssertionError(f"{text!r} is not on the screen:\n{self.text}")

    def update(self) -> None:
        """Take in what the program wrote since."""
        try:
            data = self.process.read_nonblocking(1 << 16, timeout=0.02)
            self.seen += data
            self._stream.feed(data)
        except pexpect.TIMEOUT:
            pass
        except pexpect.EOF:
            self.ended = True

    def wait(self, condition: Callable[[], object], what: str = "", timeout: float = LONGEST) -> None:
        """Wait until `condition()` holds of the screen; fail when it does not within `timeout` seconds."""
        deadline = time.monotonic() + timeout
        while not condition():
            assert time.monotonic() < deadline, f"not within {timeout} s: {what}\n--- screen:\n{self.all_text}"
            assert not self.ended or condition(), f"ended without: {what}\n--- screen:\n{self.all_text}"
            self.update()

    def wait_for(self, text: str, timeout: float = LONGEST) -> None:
        """Wait until `text` is visible."""
        self.wait(lambda: text in self.text, f"{text!r} is visible", timeout)

    def wait_line(self, line: str, timeout: float = LONGEST) -> None:
        """Wait until the cursor stands in a line that reads `line`."""
        self.wait(lambda: self.line == line, f"the cursor's line is {line!r}", timeout)

    def wait_end(self, timeout: float = LONGEST) -> int:
        """Wait until the program ended; its exit status (negated: a signal)."""
        self.wait(lambda: self.ended, "the program ends", timeout)
        self.process.wait()
        status = self.process.exitstatus
        return int(-self.process.signalstatus if status is None else status)


@contextmanager
def screen(argv: Sequence[str], environment: Mapping[str, str], directory: str | None = None) -> Iterator[Screen]:
    """Run a program in a pseudo-terminal of its own; it is gone afterwards."""
    process = pexpect.spawn(
        argv[0], list(argv[1:]), env=dict(environment), cwd=directory, dimensions=(ROWS, COLUMNS), echo=True
    )
    process.delaybeforesend = None
    try:
        yield Screen(process)
    finally:
        process.close(force=True)
