"""ConvertFrom-StringData: lines `name=value` to hashtables."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.text import to_text
from jobsh.command.values import HashTable
from jobsh.errors import BindingError, OperationError
from jobsh.runtime.values import each

_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))")
_CHARACTERS = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "e": "\x1b"}


class ConvertFromStringData(Cmdlet):
    r"""Turn text with a `name=value` in each line into a hashtable, one for each text.

    Lines that begin with # are left out. In values a backslash escapes: `\n` is a new line, `\\` a backslash. All lines of a
    file are one text with `Get-Content -Raw`.
    """

    string_data: Annotated[
        tuple[str, ...], Param("The text, where it does not come from the pipeline.", position=0)
    ] = ()
    delimiter: Annotated[str, Param("What stands between name and value.", position=1)] = "="

    gives = "Hashtable, one for each text."
    examples = (
        Example('$h = "name=web01`nport=22" | ConvertFrom-StringData; $h.port', "A value by its name: 22."),
        Example("ConvertFrom-StringData 'name: web01' -Delimiter ':'", "Another delimiter."),
        Example(
            "$os = cat /etc/os-release | Out-String | ConvertFrom-StringData; $os.ID",
            "What a file of settings says.",
        ),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        if not self.delimiter:
            raise BindingError("-Delimiter is empty", error_id="ParameterArgumentValidationError")
        async for text in each(self.string_data) if self.string_data else ctx.input:
            yield HashTable(self._entries(to_text(text)))

    def _entries(self, text: str) -> list[tuple[str, str]]:
        found: dict[str, tuple[str, str]] = {}
        for line in text.splitlines():
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            name, delimiter, value = (part.strip() for part in line.partition(self.delimiter))
            if not delimiter and not line.strip().endswith(self.delimiter):
                raise OperationError(f"'{line}' has no '{self.delimiter}'", error_id="InvalidStringData")
            if name.casefold() in found:
                raise OperationError(f"{name} comes twice", error_id="DuplicateKey")
            found[name.casefold()] = name, _ESCAPE.sub(_character, value)
        return list(found.values())


def _character(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    return chr(int(code, 16)) if code else _CHARACTERS.get(found[3], found[3])
