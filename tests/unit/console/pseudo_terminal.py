"""A real pseudo-terminal for console tests: the test holds the keyboard's end and reads what is shown."""

from __future__ import annotations

import fcntl
import os
import struct
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from jobsh.console.terminal import Terminal


class PseudoTerminal:
    """The two ends; `terminal` is the program's."""

    def __init__(self) -> None:
        self.keyboard, self.fd = os.openpty()
        os.set_blocking(self.keyboard, False)
        self.terminal = Terminal(self.fd, self.fd)
        self.shown = b""
        self.resize(80, 24)

    def type(self, keys: bytes) -> None:
        """Press keys."""
        os.write(self.keyboard, keys)

    def shows(self, text: bytes) -> bool:
        """Whether `text` was shown by now."""
        with suppress(BlockingIOError):
            self.shown += os.read(self.keyboard, 1 << 16)
        return text in self.shown

    def resize(self, columns: int, rows: int) -> None:
        """Change the window's size."""
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    @property
    def modes(self) -> object:
        """The line discipline's modes."""
        return termios.tcgetattr(self.fd)

    @property
    def is_echoing(self) -> bool:
        """Whether typed keys are shown by the terminal itself."""
        return bool(termios.tcgetattr(self.fd)[3] & termios.ECHO)


@contextmanager
def pseudo_terminal() -> Iterator[PseudoTerminal]:
    """A pseudo-terminal, closed afterwards."""
    made = PseudoTerminal()
    try:
        yield made
    finally:
        os.close(made.keyboard)
        os.close(made.fd)
