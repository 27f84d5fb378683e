"""Tells when files in a directory grow: by inotify where there is one, else by looking now and then."""

from __future__ import annotations

import asyncio
import ctypes
import os
import struct
import sys
from collections.abc import Callable

_MODIFY, _OVERFLOW = 0x2, 0x4000
_OUTPUT = (b"out", b"err")
_HEADER = struct.Struct("iIII")
_PAUSE = 0.02
"""Seconds between two readings: a chatty job's events are one event by then."""
_INTERVAL = 0.2
"""Seconds between two looks where there is no inotify."""

Changed = Callable[[], None]


class Growth:
    """Watches directories of one event loop."""

    def __init__(self) -> None:
        self._watched: dict[str, list[Changed]] = {}
        self._inotify = _Inotify.open(self._all_changed)
        self._timer: asyncio.TimerHandle | None = None

    def watch(self, directory: str, changed: Changed) -> None:
        """Call `changed` when `out` or `err` in `directory` grows."""
        callbacks = self._watched.setdefault(directory, [])
        callbacks.append(changed)
        is_told = self._inotify is not None and self._inotify.add(directory, callbacks)
        if not is_told and self._timer is None:
            self._look()

    def unwatch(self, directory: str, changed: Changed) -> None:
        """Undo `watch`."""
        callbacks = self._watched[directory]
        callbacks.remove(changed)
        if not callbacks:
            del self._watched[directory]
            if self._inotify is not None:
                self._inotify.remove(directory)

    def _look(self) -> None:
        self._all_changed()
        self._timer = asyncio.get_running_loop().call_later(_INTERVAL, self._look) if self._watched else None

    def _all_changed(self) -> None:
        for callbacks in list(self._watched.values()):
            for changed in list(callbacks):
                changed()

    def close(self) -> None:
        """Watch nothing any more."""
        if self._timer is not None:
            self._timer.cancel()
        if self._inotify is not None:
            self._inotify.close()


class _Inotify:
    """One inotify descriptor."""

    def __init__(self, library: ctypes.PyDLL, descriptor: int, overflowed: Changed) -> None:
        self._library = library
        self._descriptor = descriptor
        self._overflowed = overflowed
        self._numbers: dict[str, int] = {}
        self._callbacks: dict[int, list[Changed]] = {}
        self._resume: asyncio.TimerHandle | None = None
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(descriptor, self._read)

    @classmethod
    def open(cls, overflowed: Changed) -> _Inotify | None:
        """None where there is no inotify, or no more of it for this user."""
        if not sys.platform.startswith("linux"):
            return None
        library = ctypes.PyDLL(None, use_errno=True)  # these calls are shorter than letting other threads run meanwhile
        descriptor: int = library.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        return cls(library, descriptor, overflowed) if descriptor >= 0 else None

    def add(self, directory: str, callbacks: list[Changed]) -> bool:
        """Whether the kernel will tell."""
        number = self._library.inotify_add_watch(self._descriptor, os.fsencode(directory), _MODIFY)
        if number >= 0:
            self._numbers[directory] = number
            self._callbacks[number] = callbacks
        return bool(number >= 0)

    def remove(self, directory: str) -> None:
        """Undo `add`; the directory may be gone."""
        number = self._numbers.pop(directory, None)
        if number is not None and self._callbacks.pop(number, None) is not None:
            self._library.inotify_rm_watch(self._descriptor, number)

    def _read(self) -> None:
        self._loop.remove_reader(self._descriptor)
        self._resume = self._loop.call_later(_PAUSE, self._loop.add_reader, self._descriptor, self._read)
        try:
            data = os.read(self._descriptor, 65536)
        except BlockingIOError:
            return
        for number in self._changed_in(data):
            for changed in list(self._callbacks.get(number, ())):
                changed()

    def _changed_in(self, data: bytes) -> set[int]:
        numbers, position = set(), 0
        while position < len(data):
            number, mask, _, length = _HEADER.unpack_from(data, position)
            name = data[position + _HEADER.size :][:length].rstrip(b"\0")
            position += _HEADER.size + length
            if name in _OUTPUT:
                numbers.add(number)
            if mask & _OVERFLOW:
                self._overflowed()
        return numbers

    def close(self) -> None:
        """Let go of the descriptor."""
        if self._resume is not None:
            self._resume.cancel()
        self._loop.remove_reader(self._descriptor)
        os.close(self._descriptor)
