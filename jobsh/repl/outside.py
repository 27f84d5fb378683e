"""What lies outside the language at the prompt: the terminal, with the display on it and questions to its user."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Mapping, Sequence

from jobsh.console.foreground import run_foreground
from jobsh.console.pass_through import PassThrough
from jobsh.console.questions import Questions
from jobsh.console.streams import OutputStream
from jobsh.console.terminal import Terminal
from jobsh.model.messages import Ended, Pty, Question, Refused
from jobsh.ports.engine import Invocation
from jobsh.render.display import Display
from jobsh.render.drawn import Drawn
from jobsh.render.palette import Palette, wants_colours


class PromptOutside(Drawn):
    """Implements `runtime.outside.Outside` (and `ports.engine.Asker`) on a terminal."""

    is_interactive = True
    captures_programs = False

    def __init__(self, environment: Mapping[str, str], *, color: str = "auto") -> None:
        self._term = environment.get("TERM", "dumb")
        self.terminal = Terminal()
        self.questions = Questions(self.terminal)
        self.palette = Palette(has_colours=wants_colours(color, environment, is_terminal=True))
        super().__init__(self._make_display(color, environment))

    def _make_display(self, color: str, environment: Mapping[str, str]) -> Display:
        errors_are_terminal = os.isatty(2)
        is_same = errors_are_terminal and os.path.samestat(os.fstat(1), os.fstat(2))
        return Display(
            self.terminal.output,
            self.terminal.output if is_same else OutputStream(2),
            self.palette,
            lambda: self.terminal.size[0],
            error_palette=Palette(has_colours=wants_colours(color, environment, is_terminal=errors_are_terminal)),
            errors_are_terminal=errors_are_terminal,
        )

    @property
    def is_dumb(self) -> bool:
        """Whether the terminal heeds no control sequences."""
        return self._term in ("", "dumb", "unknown")

    # questions

    async def ask(self, question: Question) -> str | None:
        """Ask what the engine wants to know."""
        return await self.questions.ask(question)

    async def choose(self, text: str, choices: str, default: str) -> str | None:
        """Ask for `-Confirm`."""
        return await self.questions.confirm(text, choices, default)

    # programs

    @property
    def pty(self) -> Pty | None:
        """The terminal for programs of hosts."""
        return Pty(self._term, *self.terminal.size)

    def standard_input(self) -> AsyncIterator[bytes] | None:
        """None: what is typed is for the prompt."""
        return None

    async def run_foreground(
        self,
        argv: Sequence[str],
        *,
        environment: Mapping[str, str],
        directory: str,
        stdin: AsyncIterator[bytes] | None = None,
    ) -> int:
        """Run a program of this machine with the terminal."""
        return await run_foreground(
            self.terminal, argv, environment=environment, directory=directory, stdin=stdin, suspends=False
        )

    async def attach(self, invocation: Invocation) -> Ended | Refused:
        """Pass the terminal through to a program of a host."""
        return await PassThrough(self.terminal, invocation).run()
