"""The lines typed at the prompt, in a file that all terminals of this user share."""

from __future__ import annotations

import json
import os
import time
from collections.abc import AsyncGenerator, Iterable
from contextlib import suppress

from prompt_toolkit.history import History

_MOST_READ = 4 << 20
"""Bytes of the newest lines that are read; older ones stay in the file."""


class SharedHistory(History):
    """One JSON text per line. A line that begins with a blank is not kept, as in shells; nor is a repeated one."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path
        self._lines: list[str] = []
        self._read_to = 0

    def refresh(self) -> None:
        """Read what this and other terminals added since."""
        with suppress(OSError), open(self._path, "rb") as file:
            size = file.seek(0, os.SEEK_END)
            start = max(self._read_to, size - _MOST_READ) if size >= self._read_to else 0
            file.seek(start)
            data = file.read(size - start)
            whole = data.rfind(b"\n") + 1  # another terminal may be in the middle of writing
            self._read_to = start + whole
            self._add(data[:whole].splitlines())

    def _add(self, records: list[bytes]) -> None:
        for record in records:
            with suppress(ValueError, KeyError, TypeError):  # the rest of a line that was cut, or somebody's edit
                text = json.loads(record)["text"]
                if isinstance(text, str) and text not in self._lines[-1:]:
                    self._lines.append(text)

    async def load(self) -> AsyncGenerator[str, None]:
        """The lines, newest first, as the buffer wants them."""
        for text in reversed(self._lines):
            yield text

    def get_strings(self) -> list[str]:
        """The lines, oldest first."""
        return self._lines

    def load_history_strings(self) -> Iterable[str]:
        """The lines, newest first."""
        return reversed(self._lines)

    def append_string(self, string: str) -> None:
        """Keep a line that was typed."""
        if not string.strip() or string[0].isspace() or string in self._lines[-1:]:
            return
        self.store_string(string)
        self.refresh()
        if string not in self._lines[-1:]:  # another terminal was quicker, or the file cannot be written
            self._lines.append(string)

    def store_string(self, string: str) -> None:
        """Write a line to the file, in one piece, as others write there too."""
        record = json.dumps({"at": round(time.time(), 3), "text": string}) + "\n"
        with suppress(OSError):  # a full disk must not keep a command from running
            fd = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
            try:
                os.write(fd, record.encode("ascii"))
            finally:
                os.close(fd)
