"""The user's screen: values shown whatever becomes of a statement's output, as they come or through the pager; cleared."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING

from jobsh.runtime.printed import printed

if TYPE_CHECKING:
    from jobsh.runtime.shell import Shell

_PAGER = ("sh", "-c", 'eval "${PAGER:-less -R}"')
"""As `man` and `git` do: what $PAGER says is the user's own command."""
_CLEAR = ("clear",)


async def show(shell: Shell, values: AsyncIterator[object], *, pages: bool) -> None:
    """Show them; `pages` through $PAGER, where there is a terminal."""
    outside = shell.outside
    if not pages or outside.pty is None:
        await outside.show(values)
        return
    await _run(shell, _PAGER, printed(values, outside.width))


async def clear(shell: Shell) -> None:
    """An empty screen, where there is a terminal."""
    if shell.outside.pty is not None:
        await _run(shell, _CLEAR)


async def _run(shell: Shell, argv: Sequence[str], stdin: AsyncIterator[bytes] | None = None) -> None:
    around = shell.here.surroundings()
    environment = dict(around.environment)
    await shell.outside.run_foreground(argv, environment=environment, directory=around.directory, stdin=stdin)
