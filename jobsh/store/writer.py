"""The one thread that talks to SQLite. Calls that arrive while it commits share the next transaction."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import sqlite3
import threading
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from jobsh.errors import StoreError

T = TypeVar("T")

_MOST_IN_ONE = 500


class _Call(NamedTuple):
    action: Callable[[sqlite3.Connection], Any]
    future: asyncio.Future[Any]


class Writer:
    """Runs functions on its connection, in order; each is atomic, and durable when its result is given."""

    def __init__(self, path: str, connect: Callable[[], sqlite3.Connection]) -> None:
        self._path = path
        self._connect = connect
        self._calls: queue.SimpleQueue[_Call | None] = queue.SimpleQueue()
        self._loop = asyncio.get_running_loop()
        self._opened: asyncio.Future[None] = self._loop.create_future()
        self._ended: asyncio.Future[None] = self._loop.create_future()
        self._is_closed = False
        # daemon: an engine that has to go never hangs on a disk that does not answer; SQLite's journal covers it
        self._thread = threading.Thread(target=self._run, name="store", daemon=True)

    async def open(self) -> None:
        """Start the thread and open the file; raises StoreError."""
        self._thread.start()
        await self._opened

    async def call(self, action: Callable[[sqlite3.Connection], T]) -> T:
        """What `action` gives, once it is committed."""
        if self._is_closed:
            raise StoreError(f"{self._path} is closed")
        future: asyncio.Future[T] = self._loop.create_future()
        self._calls.put(_Call(action, future))
        return await future

    async def aclose(self) -> None:
        """Finish what was asked and close the file."""
        if not self._is_closed:
            self._is_closed = True
            self._calls.put(None)
        await asyncio.shield(self._ended)

    # -- on the thread --

    def _run(self) -> None:
        try:
            connection = self._connect()
        except (sqlite3.Error, StoreError, OSError) as error:
            refusal = translated(error, self._path)
            self._tell(lambda: _fail(self._opened, refusal))
            return
        self._tell(lambda: self._opened.set_result(None))
        with contextlib.closing(connection):
            while calls := self._next_calls():
                self._perform(connection, calls)
        self._tell(lambda: self._ended.set_result(None))

    def _next_calls(self) -> list[_Call]:
        """At least one call and all that wait beside it; empty: the end."""
        calls: list[_Call] = []
        call = self._calls.get()
        while call is not None:
            calls.append(call)
            if len(calls) == _MOST_IN_ONE or self._calls.empty():
                return calls
            call = self._calls.get()
        if calls:
            self._calls.put(None)  # the end comes after these
        return calls

    def _perform(self, connection: sqlite3.Connection, calls: list[_Call]) -> None:
        results: list[tuple[asyncio.Future[Any], Any, StoreError | None]] = []
        try:
            connection.execute("BEGIN IMMEDIATE")
            results = [self._perform_one(connection, call) for call in calls]
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            with contextlib.suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            results = [(call.future, None, translated(error, self._path)) for call in calls]
        self._tell(lambda: _give(results))

    def _perform_one(
        self, connection: sqlite3.Connection, call: _Call
    ) -> tuple[asyncio.Future[Any], Any, StoreError | None]:
        """A call that the database refuses (a constraint) fails alone; its neighbours are kept."""
        connection.execute("SAVEPOINT one")
        try:
            result = call.action(connection)
        except sqlite3.IntegrityError as error:
            connection.execute("ROLLBACK TO one")
            return call.future, None, translated(error, self._path)
        finally:
            connection.execute("RELEASE one")
        return call.future, result, None

    def _tell(self, action: Callable[[], None]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is gone: nobody waits any more
            self._loop.call_soon_threadsafe(action)


def _give(results: list[tuple[asyncio.Future[Any], Any, StoreError | None]]) -> None:
    for future, result, error in results:
        if future.done():  # whoever asked was cancelled; what was asked is done all the same
            continue
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)


def _fail(future: asyncio.Future[None], error: StoreError) -> None:
    if not future.done():
        future.set_exception(error)


def translated(error: Exception, path: str) -> StoreError:
    """What SQLite said, in words that help."""
    if isinstance(error, StoreError):
        return error
    text = str(error)
    if "locked" in text or "busy" in text:
        return StoreError(f"{path} is locked by another program", hint="close the program that has it open")
    if "not a database" in text or "malformed" in text:
        return StoreError(f"{path} is damaged or no jobsh store: {text}", hint="move it away; jobs go on without it")
    if "readonly" in text or "unable to open" in text:
        return StoreError(f"{path} cannot be written: {text}", hint="check its owner and mode")
    return StoreError(f"{path}: {getattr(error, 'strerror', None) or text}")
