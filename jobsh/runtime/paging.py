"""Values shown to the user whatever becomes of a statement's output: as they come, or through the pager."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from jobsh.runtime.printed import printed

if TYPE_CHECKING:
    from jobsh.runtime.shell import Shell

_PAGER = ("sh", "-c", "${PAGER:-less -R}")
"""As `man` and `git` do: what $PAGER says is the user's own command."""


async def show(shell: Shell, values: AsyncIterator[object], *, pages: bool) -> None:
    """Show them; `pages` through $PAGER, where there is a terminal."""
    outside = shell.outside
    if not pages or outside.pty is None:
        await outside.show(values)
        return
    around = shell.here.surroundings()
    environment = dict(around.environment)
    stdin = printed(values, outside.width)
    await outside.run_foreground(_PAGER, environment=environment, directory=around.directory, stdin=stdin)
