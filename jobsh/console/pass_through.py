"""Joins the terminal with an attached command's pty: keys go there, what it draws comes here, untouched."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from jobsh.console.interrupts import on_signals
from jobsh.console.terminal import ModeWatch, Terminal
from jobsh.errors import JobshError
from jobsh.model.job import Outcome, OutcomeKind
from jobsh.model.messages import Data, Ended, Refused
from jobsh.ports.engine import Invocation

ESCAPE_HELP = b"\r\n~. leaves the host when it does not answer; ~~ types ~; both after Enter\r\n"
_MOST_KEYS = 1 << 20
_LEFT = Ended(0, Outcome(OutcomeKind.LOST, reason="left before it ended"))


class EscapeKeys:
    """Finds ssh's escapes among the keys: after Enter, `~.` leaves, `~~` is one `~`, `~?` explains."""

    def __init__(self) -> None:
        self._after_enter = True
        self._held = False
        self.leaves = False
        self.wants_help = False

    def feed(self, keys: bytes) -> bytes:
        """The keys that are the program's."""
        passed = bytearray()
        for number in keys:
            passed += self._one(bytes((number,)))
            if self.leaves:
                break
        return bytes(passed)

    def _one(self, key: bytes) -> bytes:
        if self._held:
            self._held = False
            return self._escaped(key)
        if self._after_enter and key == b"~":
            self._held = True
            return b""
        self._after_enter = key in b"\r\n"
        return key

    def _escaped(self, key: bytes) -> bytes:
        self._after_enter = False
        match key:
            case b".":
                self.leaves = True
                return b""
            case b"?":
                self.wants_help = self._after_enter = True
                return b""
            case b"~":
                return b"~"
        self._after_enter = key in b"\r\n"
        return b"~" + key


class _Keys:
    """Keys on their way to the program. Reading goes on while the link is stuck, so that `~.` is always seen."""

    def __init__(self) -> None:
        self._waiting = bytearray()
        self._some = asyncio.Event()
        self._room = asyncio.Event()

    async def put(self, keys: bytes) -> None:
        """Add keys; waits while very many are on their way."""
        self._waiting += keys
        self._some.set()
        while len(self._waiting) > _MOST_KEYS:
            self._room.clear()
            await self._room.wait()

    async def take(self) -> bytes:
        """All that wait, as soon as there are some."""
        await self._some.wait()
        keys = bytes(self._waiting)
        self._waiting.clear()
        self._some.clear()
        self._room.set()
        return keys


class PassThrough:
    """One pass-through, run once."""

    def __init__(self, terminal: Terminal, invocation: Invocation) -> None:
        self._terminal = terminal
        self._invocation = invocation
        self._watch = ModeWatch()
        self._keys = _Keys()

    async def run(self) -> Ended | Refused:
        """Until the command ends (or is left), with the terminal in raw mode; all modes are put right afterwards."""
        async with self._terminal.turn:
            with self._terminal.raw(), self._resizing():
                try:
                    return await self._join()
                finally:
                    await self._terminal.output.write(self._watch.undo())

    async def _join(self) -> Ended | Refused:
        shown, typed = asyncio.create_task(self._show()), asyncio.create_task(self._read_keys())
        sent = asyncio.create_task(self._send_keys())
        try:
            # the keys end first after ~. or when the terminal is closed; what the program still shows does not count then
            await asyncio.wait((shown, typed), return_when=asyncio.FIRST_COMPLETED)
            return (shown.result() if shown.done() else None) or _LEFT
        finally:
            await _cancel(shown, typed, sent)

    async def _show(self) -> Ended | Refused | None:
        last: Ended | Refused | None = None
        async for event in self._invocation.events():
            if isinstance(event, Data):
                self._watch.feed(event.data)
                await self._terminal.output.write(event.data)
            else:
                last = event
        return last

    async def _read_keys(self) -> None:
        escapes = EscapeKeys()
        async for keys in self._terminal.input:
            await self._keys.put(escapes.feed(keys))
            if escapes.wants_help:
                escapes.wants_help = False
                await self._terminal.output.write(ESCAPE_HELP)
            if escapes.leaves:
                return

    async def _send_keys(self) -> None:
        while True:
            await self._invocation.write(await self._keys.take())

    @contextmanager
    def _resizing(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        pending: set[asyncio.Task[None]] = set()

        def resized(_number: signal.Signals) -> None:
            task = loop.create_task(self._resize())
            pending.add(task)
            task.add_done_callback(pending.discard)

        with on_signals(resized, signal.SIGWINCH):
            yield

    async def _resize(self) -> None:
        with suppress(JobshError):  # it ended or its link is lost: `_show` tells
            await self._invocation.resize(*self._terminal.size)


async def _cancel(*tasks: asyncio.Task[Ended | Refused | None] | asyncio.Task[None]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
