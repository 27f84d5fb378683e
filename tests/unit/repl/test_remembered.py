"""Slow answers cost nobody a keystroke."""

from __future__ import annotations

import asyncio

import pytest

from jobsh.errors import HostError, HostErrorCause
from jobsh.repl.remembered import Remembered
from jobsh.repl.threads import in_thread
from tests.asynchronous import run


def test_a_slow_answer_is_there_for_the_next_one_who_asks() -> None:
    async def scenario() -> None:
        remembered: Remembered[str] = Remembered("", patience=0.0, keeps_for=60)
        may_answer = asyncio.Event()
        asked = []

        async def fetch() -> str:
            asked.append(1)
            await may_answer.wait()
            return "answer"

        assert await remembered.get("key", fetch) == ""
        assert await remembered.get("key", fetch) == ""
        may_answer.set()
        for _ in range(3):
            await asyncio.sleep(0)
        assert await remembered.get("key", fetch) == "answer"
        assert asked == [1]
        remembered.forget()
        await remembered.get("key", fetch)
        assert asked == [1, 1]
        await remembered.aclose()

    run(scenario())


def test_a_host_that_fails_offers_nothing() -> None:
    async def scenario() -> None:
        remembered: Remembered[tuple[str, ...]] = Remembered(())

        async def fetch() -> tuple[str, ...]:
            raise HostError("web01", HostErrorCause.LINK_LOST)

        assert await remembered.get("key", fetch) == ()

    run(scenario())


def test_threads_give_their_answer_or_error() -> None:
    def fail() -> str:
        raise FileNotFoundError("gone")

    async def scenario() -> None:
        assert await in_thread(lambda: 12) == 12
        with pytest.raises(FileNotFoundError, match="gone"):
            await in_thread(fail)

    run(scenario())
