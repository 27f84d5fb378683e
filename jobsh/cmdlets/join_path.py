"""Join-Path: parts of a path to one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.name_types import Path


class JoinPath(Cmdlet):
    """Join a path and what is below it with one slash between them. Nothing is looked at."""

    path: Annotated[
        tuple[Path, ...],
        Param("The beginning; several give several.", position=0, is_mandatory=True, from_pipeline=True),
    ] = ()
    child_path: Annotated[str, Param("What is below it.", position=1, is_mandatory=True)] = ""
    additional_child_path: Annotated[tuple[str, ...], Param("What is below that.", position=2, takes_rest=True)] = ()

    output_types = (str,)
    examples = (
        Example("Join-Path /srv app", "Gives /srv/app."),
        Example("Join-Path /srv/ app logs today.log", "Gives /srv/app/logs/today.log."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        for path in self.path:
            joined = str(path)
            for child in (self.child_path, *self.additional_child_path):
                joined = f"{joined.rstrip('/')}/{child.lstrip('/')}" if joined else child
            yield joined
