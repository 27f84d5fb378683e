"""A full-screen program in small: shows the window's size and the keys pressed, until q."""

from __future__ import annotations

import os
import signal
import termios
import tty


def draw(text: str) -> None:
    """Write on the screen; from a signal handler too."""
    os.write(1, text.encode())


def draw_size(*_signal: object) -> None:
    """Say how large the window is."""
    columns, rows = os.get_terminal_size()
    draw(f"\x1b[2J\x1b[1;1Hsize {columns}x{rows} \x1b[{rows};1Hlast line")


def main() -> None:
    """Run until q is pressed."""
    before = termios.tcgetattr(0)
    tty.setraw(0)
    draw("\x1b[?1049h\x1b[?25l")
    signal.signal(signal.SIGWINCH, draw_size)
    draw_size()
    while (key := os.read(0, 1)) != b"q":
        draw(f"\x1b[3;1Hkey {key[0]} ")
    draw("\x1b[?25h\x1b[?1049l")
    termios.tcsetattr(0, termios.TCSADRAIN, before)


main()
