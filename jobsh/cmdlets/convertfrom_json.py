"""ConvertFrom-Json: JSON to objects."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.json_format import from_json
from jobsh.command.text import to_text


class ConvertFromJson(Cmdlet):
    """Turn JSON text into objects whose properties can be used with a dot.

    All text of the pipeline together is one JSON text; if it is not, each line is taken for one (JSON lines).
    """

    input_object: Annotated[str, Param("The text, where it does not come from the pipeline.", position=0)] = ""
    as_hashtable: Annotated[bool, Param("Give hashtables instead of objects.")] = False

    examples = (
        Example("""'{"name": "web01"}' | ConvertFrom-Json | % name""", "The value of a property: web01."),
        Example("""$c = ConvertFrom-Json '{"ports": [22, 80]}'; $c.ports[1]""", "Lists and numbers: 80."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        lines = [self.input_object] if self.input_object else [to_text(item) async for item in ctx.input]
        for value in self._values([line for line in lines if line.strip()]):
            for item in value if isinstance(value, list) else [value]:
                yield item

    def _values(self, lines: list[str]) -> list[object]:
        if not lines:
            return []
        if len(lines) > 1 and _is_whole(lines[0]):
            return [from_json(line, as_hashtable=self.as_hashtable) for line in lines]
        return [from_json("\n".join(lines), as_hashtable=self.as_hashtable)]


def _is_whole(line: str) -> bool:
    """Whether the line is a JSON text by itself: then so are the others."""
    import json

    try:
        json.loads(line)
    except ValueError:
        return False
    return True
