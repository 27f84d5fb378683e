"""ConvertFrom-Json: JSON to objects."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Annotated, Literal

from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.json_format import from_json, levels_of, with_dates
from jobsh.command.text import to_text
from jobsh.errors import OperationError

_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?", re.ASCII)


class ConvertFromJson(Cmdlet):
    """Turn JSON text into objects whose properties can be used with a dot.

    All text of the pipeline together is one JSON text; if it is not, each line is taken for one (JSON lines). Dates stay the text
    they are unless -DateKind asks for them.
    """

    input_object: Annotated[str, Param("The text, where it does not come from the pipeline.", position=0)] = ""
    as_hashtable: Annotated[bool, Param("Give hashtables instead of objects.")] = False
    depth: Annotated[int, Param("How many levels there may be; more are an error.")] = 1024
    no_enumerate: Annotated[bool, Param("Give a list as one object, not item by item.")] = False
    date_kind: Annotated[
        Literal["String", "Default", "Local", "Utc", "Offset"],
        Param("What becomes of text that is a date: it stays, or a date in local time, in UTC, or as it is written."),
    ] = "String"

    gives = "Objects, lists and values, as the text has them; with -AsHashtable hashtables."
    examples = (
        Example("""'{"name": "web01"}' | ConvertFrom-Json | % name""", "The value of a property: web01."),
        Example("""$c = ConvertFrom-Json '{"ports": [22, 80]}'; $c.ports[1]""", "Lists and numbers: 80."),
        Example("""$h = ConvertFrom-Json '{"a": 1}' -AsHashtable; $h.Keys""", "A hashtable to look things up in."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        lines = [self.input_object] if self.input_object else [to_text(item) async for item in ctx.input]
        for value in self._values([line for line in lines if line.strip()]):
            if levels_of(value) > self.depth:
                raise OperationError(f"this JSON has more than {self.depth} levels", error_id="InvalidJson")
            dated = value if self.date_kind == "String" else with_dates(value, self._read_date)
            if isinstance(dated, list) and not self.no_enumerate:
                for item in dated:
                    yield item
            else:
                yield dated

    def _values(self, lines: list[str]) -> list[object]:
        if not lines:
            return []
        if len(lines) > 1 and _is_whole(lines[0]):
            return [from_json(line, as_hashtable=self.as_hashtable) for line in lines]
        return [from_json("\n".join(lines), as_hashtable=self.as_hashtable)]

    def _read_date(self, text: str) -> object:
        if _DATE.fullmatch(text) is None:
            return text
        from datetime import UTC, datetime

        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            return text
        keeps_offset = at.tzinfo is not None and self.date_kind in ("Offset", "Default")
        return at if keeps_offset else at.astimezone(UTC if self.date_kind == "Utc" else None)


def _is_whole(line: str) -> bool:
    """Whether the line is a JSON text by itself: then so are the others."""
    import json

    try:
        json.loads(line)
    except ValueError:
        return False
    return True
