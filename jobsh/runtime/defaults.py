"""`$PSDefaultParameterValues`: `@{'Invoke-*:ThrottleLimit' = 5}` gives parameters a value where a call gives none."""

from __future__ import annotations

from jobsh.command.given import Given
from jobsh.command.text import to_text, truth
from jobsh.command.values import HashTable
from jobsh.errors import Span
from jobsh.model.queries import matches
from jobsh.runtime.blocks import CodeBlock
from jobsh.runtime.frame import Frame
from jobsh.runtime.values import collect

_NOWHERE = Span(0, 0)


async def default_values(command: str, frame: Frame) -> list[Given]:
    """What the table says for the command; a block is run for its value."""
    table = frame.scope.get("PSDefaultParameterValues")
    if not isinstance(table, HashTable) or truth(table.get("Disabled")):
        return []
    found: list[Given] = []
    for key, value in table.items():
        pattern, colon, name = to_text(key).strip("'\"").rpartition(":")
        if colon and matches(pattern, command):
            given = await collect(value.as_code().run()) if isinstance(value, CodeBlock) else value
            found.append(Given(name, given, to_text(given), _NOWHERE, name_span=_NOWHERE, is_splatted=True))
    return found
