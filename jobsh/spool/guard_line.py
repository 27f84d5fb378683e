"""One channel to a machine's guard: its greeting, and requests with their replies. Says nothing of when it is opened."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from typing import Any

from jobsh.errors import HostError, HostErrorCause, SpoolError
from jobsh.model.records import Stream
from jobsh.model.struct import Struct
from jobsh.ports.transport import Channel
from jobsh.spool.encoding import to_text, word
from jobsh.spool.layout import machine_name, spool_of, state_directory
from jobsh.spool.scripts import code, program, rest_of_line

_MORE = ("job", "fact", "session", "gap")
"""Replies that are not the last one to their request."""


class Greeting(Struct):
    """What the guard says of its machine."""

    shell: str
    home: str
    machine: str
    root: str
    umask: int
    is_noisy: bool
    """Whether the login shell's start-up files print something."""


class _Request:
    def __init__(self) -> None:
        self.lines: list[list[str]] = []
        self.answer: asyncio.Future[list[list[str]]] = asyncio.get_running_loop().create_future()

    def take(self, words: list[str]) -> bool:
        """Keep a reply; whether it was the last one."""
        self.lines.append(words)
        if words[0] in _MORE:
            return False
        if not self.answer.done():
            self.answer.set_result(self.lines)
        return True


class GuardLine:
    """One channel to a guard."""

    def __init__(self, host: str, channel: Channel) -> None:
        self._host = host
        self._channel = channel
        self._nonce = secrets.token_hex(8)
        self._mark = b"\n@" + self._nonce.encode()
        self._requests: dict[str, _Request] = {}
        self._count = 0
        self._writing = asyncio.Lock()
        self._loading: asyncio.Task[None] | None = None
        self._greeted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._said: dict[str, str] = {}
        self._noise = {Stream.OUTPUT: False, Stream.ERROR: False}
        self._last_words = b""
        self.is_open = True
        self.greeting = Greeting("", "", "", "", 0, is_noisy=False)
        self._reading = asyncio.create_task(self._read())

    # -- the greeting --

    async def greet(self, connection_id: str, root: str | None) -> None:
        """Send the guard and wait for what it says."""
        try:
            await self._write(program("words.sh", "guard.sh", call=f"guard {self._nonce} {connection_id}"))
            await asyncio.shield(self._greeted)
        except BaseException:
            await self.aclose()
            raise
        self.greeting = self._greeting(root)

    def _greeting(self, root: str | None) -> Greeting:
        said = self._said
        home = said.get("home", "")
        machine = machine_name(said.get("machine", ""), said.get("host", ""))
        if root is None:
            root = spool_of(state_directory(said.get("state", ""), home), machine)
        is_noisy = any(self._noise.values())
        return Greeting(said.get("shell", ""), home, machine, root, int(said.get("umask") or "022", 8), is_noisy)

    # -- requests --

    async def load(self) -> None:
        """Send the words for jobs, once."""
        if self._loading is None:
            self._loading = asyncio.create_task(self._load())
        await asyncio.shield(self._loading)

    async def _load(self) -> None:
        requests = (
            ("load", rest_of_line("directory.sh", "control.sh", "starting.sh", "sessions.sh")),
            ("root", word(self.greeting.root), f"{self.greeting.umask:04o}"),
            ("runner", code("runner.sh")),
        )
        await asyncio.gather(*(self.ask(*words) for words in requests))

    async def tell(self, verb: str, *words: str) -> None:
        """A request without a reply."""
        await self._write(" ".join(("0", verb, *words)).encode() + b"\n")

    async def ask(self, verb: str, *words: str, body: bytes = b"") -> list[list[str]]:
        """One request; the lines of its reply."""
        if not self.is_open:
            raise self._lost()
        self._count += 1
        number, request = str(self._count), _Request()
        self._requests[number] = request
        await self._write(" ".join((number, verb, *words)).encode() + b"\n" + body)
        lines = await request.answer
        if lines[-1][0] == "error":
            reason = " ".join(lines[-1][1:])
            hint = "make room there" if reason == "disk-full" else ""
            raise SpoolError(
                f"{self._host}: the spool refuses: {reason.replace('-', ' ')}", hint=hint, target=self._host
            )
        return lines

    async def _write(self, data: bytes) -> None:
        async with self._writing:
            await self._channel.write(data)

    # -- replies --

    async def _read(self) -> None:
        buffers = {Stream.OUTPUT: b"\n", Stream.ERROR: b"\n"}
        try:
            async for stream, data in self._channel.read():
                buffers[stream] = self._take(stream, buffers[stream] + data)
        except HostError:
            pass
        finally:
            self._end()

    def _take(self, stream: Stream, data: bytes) -> bytes:
        """Use the whole lines of `data`; the rest."""
        if stream is Stream.ERROR:
            return self._take_error(data)
        while (start := data.find(self._mark)) >= 0:
            end = data.find(b"\n", start + 1)
            if end < 0:
                return data[start:]
            if not self._said and start > 1:  # the guard itself begins with a newline
                self._noise[stream] = True
                self._last_words = data[:start]
            self._take_line(to_text(data[start + len(self._mark) : end]))
            data = data[end:]
        if not self._greeted.done():
            self._last_words = data[:1000]
            return data
        return data[-len(self._mark) :]

    def _take_error(self, data: bytes) -> bytes:
        start = data.find(self._mark)
        if start > 1:
            self._noise[Stream.ERROR] = True
        if not self._greeted.done():
            self._last_words = data[:1000]
        return b"" if start >= 0 or self._greeted.done() else data

    def _take_line(self, line: str) -> None:
        number, _, rest = line.strip(" ").partition(" ")
        if number == "ready":
            if not self._greeted.done():
                self._greeted.set_result(None)
        elif not self._greeted.done():
            self._said[number] = rest
        elif (request := self._requests.get(number)) is not None and request.take(rest.split(" ")):
            del self._requests[number]

    def _end(self) -> None:
        self.is_open = False
        lost = self._lost()
        waiting: list[asyncio.Future[Any]] = [self._greeted, *(request.answer for request in self._requests.values())]
        for future in waiting:
            if not future.done():
                future.set_exception(lost)
                future.exception()  # whoever waits gets it; nobody may
        self._requests.clear()

    def _lost(self) -> HostError:
        said = to_text(self._last_words).strip().splitlines() if not self._said else []
        detail = said[0][:200] if said else ""
        cause = HostErrorCause.UNSUPPORTED if detail else HostErrorCause.LINK_LOST
        return HostError(self._host, cause, detail)

    # -- the end --

    async def finish(self) -> None:
        """End its input and wait until it has stopped what is attached."""
        with contextlib.suppress(HostError):
            await self._channel.write_eof()
            async with asyncio.timeout(10):
                await self._channel.wait()
        await self.aclose()

    async def aclose(self) -> None:
        """Close the channel."""
        self._reading.cancel()
        await asyncio.wait((self._reading,))
        self._end()
        with contextlib.suppress(HostError):
            await self._channel.aclose()
