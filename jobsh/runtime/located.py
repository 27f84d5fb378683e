"""What can be done at a location: run its shell's text, read and write its files, know its directory and environment."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Protocol

from jobsh.errors import ExitStatus, Interrupted
from jobsh.model.messages import Program
from jobsh.model.session import Session

if TYPE_CHECKING:
    from jobsh.ports.files import Files
    from jobsh.runtime.frame import Frame


class Located(Protocol):
    """The machine we are on (`here`) or a session's host (`there`)."""

    async def session(self) -> Session | None:
        """The session whose host this is; None for this machine."""

    async def directory(self) -> str:
        """The current directory."""

    async def home(self) -> str:
        """The user's home directory."""

    async def change_directory(self, path: str) -> None:
        """Move there; raises NotFound."""

    async def environment(self) -> dict[str, str]:
        """The exported variables."""

    async def export(self, name: str, value: str | None) -> None:
        """Set an exported variable; None removes it."""

    def run(
        self, program: Program, frame: Frame, source: AsyncIterator[object] | None, *, saves_state: bool
    ) -> AsyncIterator[object]:
        """Run a program as a stage: `source` is its standard input (None: the front end's own), what it prints comes as Chunks,
        or goes to the user directly where nobody takes it. Its exit status is the statement's."""

    def files(self) -> Files:
        """Its files."""

    async def whole_path(self, path: str) -> str:
        """The path from the root on, or from the home directory: relative ones count from the current directory."""


SETTLED: object = object()
"""Written by code in the foreground before a program has the terminal: all that came before must be out by then."""

MOVE = 'cd -- "$1" >/dev/null'
EXPORT = 'export "$1=$JOBSH_VALUE"'
UNSET = 'unset "$1"'


def heed_ctrl_c(status: int, frame: Frame) -> None:
    """Ctrl-C that ended a program in the foreground ends the line at the prompt, as in other shells."""
    if status == ExitStatus.INTERRUPTED and frame.gives_terminal and frame.shell.outside.is_interactive:
        raise Interrupted("interrupted")


def last_words(said: bytes) -> str:
    """What a program complained about, without the names that shells put before it."""
    lines = said.decode("utf-8", "replace").strip().splitlines()
    return lines[-1].rpartition(": ")[2] if lines else ""
