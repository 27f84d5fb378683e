"""A prompt in small, for the tests: asks for a password as soon as somebody has typed `half`."""

from __future__ import annotations

import asyncio
import os
import sys

from prompt_toolkit.completion import DummyCompleter

from jobsh.cmdlets import CMDLETS
from jobsh.command.registry import Registry
from jobsh.model.messages import Question, QuestionKind
from jobsh.repl.outside import PromptOutside
from jobsh.repl.reader import LineReader
from tests.asynchronous import wait_until


async def main(history: str) -> None:
    """Read one line, with a question in the middle of it."""
    outside = PromptOutside(os.environ)
    vocabulary = Registry(CMDLETS).vocabulary()
    reader = LineReader(lambda: vocabulary, DummyCompleter(), history, has_colours=False)
    outside.questions.aside = reader.aside

    async def ask() -> None:
        await wait_until(lambda: reader.text == "half")
        answer = await outside.ask(Question(QuestionKind.PASSWORD, "web01", "web01's password:"))
        async with reader.aside():
            await outside.terminal.output.write_text(f"answered {answer}\n")

    asking = asyncio.create_task(ask())
    line = await reader.read([("", "> ")])
    await asking
    await outside.terminal.output.write_text(f"read {line}\n")


asyncio.run(main(sys.argv[1]))
