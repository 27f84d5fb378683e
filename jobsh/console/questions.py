"""Asks the user what only they can answer: passwords, passphrases, host keys. One question at a time."""

from __future__ import annotations

import codecs
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext

from jobsh.console.terminal import Terminal
from jobsh.model.messages import Question, QuestionKind
from jobsh.model.safe_text import visible

Aside = Callable[[], AbstractAsyncContextManager[object]]
"""Makes room on the terminal: the prompt that is being typed steps aside."""

_ACCEPT = "Are you sure you want to continue connecting (yes/no)? "
_LONGEST_ANSWER = 4096
_END = "\r\n"
_NONE = "\x03\x04\x1c"
_ERASE_LAST = "\x7f\b"
_ERASE_ALL = "\x15"


class Questions:
    """An Asker (`jobsh.ports.engine`) on a terminal."""

    def __init__(self, terminal: Terminal, aside: Aside = nullcontext) -> None:
        self._terminal = terminal
        self.aside = aside

    async def ask(self, question: Question) -> str | None:
        """The answer; None when the user pressed Ctrl-C or Ctrl-D, or did not accept the host key."""
        text = "\n".join(visible(line) for line in question.text.rstrip().splitlines())
        async with self._asking() as lines:
            if question.kind is QuestionKind.HOST_KEY:
                return await _ask_host_key(lines, text)
            return await lines.ask(text + " ", echo=question.echo)

    async def confirm(self, text: str, choices: str = "yn", default: str = "") -> str | None:
        """The first letter, one of `choices`, of what the user answers, or the `default` for Return; asks again for others; None:
        declined."""
        async with self._asking() as lines:
            while (answer := await lines.ask(text, echo=True)) is not None:
                letter = answer.strip().lower()[:1] or default
                if letter and letter in choices:
                    return letter
        return None

    @asynccontextmanager
    async def _asking(self) -> AsyncIterator[_Lines]:
        async with self._terminal.turn, self.aside():
            with self._terminal.keys():
                yield _Lines(self._terminal)


async def _ask_host_key(lines: _Lines, text: str) -> str | None:
    prompt = f"{text}\n{_ACCEPT}"
    while (answer := await lines.ask(prompt, echo=True)) is not None:
        word = answer.strip().lower()
        if word in ("yes", "no"):
            return "yes" if word == "yes" else None
        prompt = "Please type 'yes' or 'no': "
    return None


class _Lines:
    """Reads lines from a terminal whose keys come one by one."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._keys = ""

    async def ask(self, prompt: str, *, echo: bool) -> str | None:
        """One answer. None for Ctrl-C, Ctrl-D or a closed terminal: whoever waits for it is interrupted as well."""
        start = "" if self._terminal.output.at_line_start else "\n"
        await self._terminal.output.write_text(start + prompt)
        answer = await self._read(echo=echo)
        await self._terminal.output.write(b"\n")
        if answer is None:
            os.kill(os.getpid(), signal.SIGINT)
        return answer

    async def _read(self, *, echo: bool) -> str | None:
        answer = ""
        while key := await self._key():
            if key in _END:
                return answer
            if key in _NONE:
                return None
            changed = _edited(answer, key)
            if echo:
                await self._terminal.output.write_text(_echoed(answer, changed))
            answer = changed
        return None

    async def _key(self) -> str:
        """The next key; empty when the terminal was closed."""
        while not self._keys:
            data = await self._terminal.input.read()
            if not data:
                return ""
            self._keys = self._decoder.decode(data)
        key, self._keys = self._keys[0], self._keys[1:]
        return key


def _edited(answer: str, key: str) -> str:
    if key in _ERASE_LAST:
        return answer[:-1]
    if key == _ERASE_ALL:
        return ""
    return answer + key if len(answer) < _LONGEST_ANSWER else answer


def _echoed(before: str, after: str) -> str:
    gone = len(before) - len(after)
    return "\b \b" * gone if gone > 0 else visible(after[len(before) :])
