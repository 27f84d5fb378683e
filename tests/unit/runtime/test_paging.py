"""Out-Host -Paging: through the pager at a terminal, straight to the user elsewhere."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

from jobsh.model.messages import Pty
from tests.asynchronous import run
from tests.unit.cmdlets.shell import KeepingOutside, TestShell


class _Terminal(KeepingOutside):
    """A terminal whose pager keeps what it reads."""

    pty = Pty("xterm", 40, 10)

    def __init__(self) -> None:
        super().__init__(40)
        self.paged: list[tuple[str, str, str]] = []

    async def run_foreground(
        self,
        argv: Sequence[str],
        *,
        environment: Mapping[str, str],
        directory: str,
        stdin: AsyncIterator[bytes] | None = None,
    ) -> int:
        assert stdin is not None
        read = b"".join([piece async for piece in stdin])
        self.paged.append((argv[-1], environment["PAGER"], read.decode()))
        return 0


def test_at_a_terminal_the_pager_gets_what_would_be_printed(tmp_path: Path) -> None:
    shell = TestShell(tmp_path, environment={"PAGER": "most"})
    shell.interpreter.shell.outside = terminal = _Terminal()
    ran = run(shell.run("[pscustomobject]@{a=1} | Out-Host -Paging; 'x' | Out-Host"))
    assert not ran.errors
    assert terminal.paged == [('eval "${PAGER:-less -R}"', "most", "a\n-\n1\n")]
    assert terminal.out == "x\n"


def test_at_a_terminal_the_screen_is_cleared(tmp_path: Path) -> None:
    shell = TestShell(tmp_path)
    ran: list[str] = []

    class Cleared(_Terminal):
        async def run_foreground(self, argv: Sequence[str], **_: object) -> int:
            ran.extend(argv)
            return 0

    shell.interpreter.shell.outside = Cleared()
    assert not run(shell.run("Clear-Host")).errors
    assert ran == ["clear"]
