"""-Encoding: PowerShell's names for how text is bytes in a file, and both ways between. UTF-8 passes untouched."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Annotated

from jobsh.command.candidates import Candidate, CompletionContext
from jobsh.command.declaration import Param
from jobsh.command.text import to_text
from jobsh.command.types import TextType
from jobsh.errors import OperationError
from jobsh.runtime.values import closing

_NAMES = {
    "utf8": "",
    "utf8NoBOM": "",
    "utf8BOM": "utf-8-sig",
    "ascii": "ascii",
    "latin1": "latin-1",
    "ansi": "cp1252",
    "oem": "cp437",
    "unicode": "utf-16-le",
    "bigendianunicode": "utf-16-be",
    "utf32": "utf-32-le",
    "bigendianutf32": "utf-32-be",
    "utf7": "utf-7",
}
_MARKS = {
    "utf-16-le": b"\xff\xfe",
    "utf-16-be": b"\xfe\xff",
    "utf-32-le": b"\xff\xfe\0\0",
    "utf-32-be": b"\0\0\xfe\xff",
}


class EncodingType(TextType):
    """An encoding by PowerShell's name or by its own; the value is Python's name, empty for UTF-8."""

    word = "encoding"

    def from_object(self, value: object) -> object:
        """The codec."""
        import codecs

        text = to_text(value)
        named = {name.casefold(): codec for name, codec in _NAMES.items()}.get(text.casefold())
        if named is not None:
            return named
        try:
            codec = codecs.lookup(text)
        except LookupError:
            raise OperationError(f"'{text}' is no encoding", hint=f"some are {', '.join(_NAMES)}") from None
        return "" if codec.name == "utf-8" else codec.name

    async def complete(self, prefix: str, context: CompletionContext) -> Sequence[Candidate]:
        """PowerShell's names."""
        return [Candidate(name) for name in _NAMES if name.casefold().startswith(prefix.casefold())]

    def describe(self) -> str:
        """What may be given, in words."""
        return "an encoding: utf8, utf8BOM, ascii, latin1, unicode, … or a name such as cp1250"


Encoding = Annotated[str, EncodingType(), Param("How text is bytes in the file; utf8 without it, untouched.")]


async def decoded(pieces: AsyncIterator[bytes], encoding: str) -> AsyncIterator[bytes]:
    """The bytes of a file as UTF-8."""
    import codecs

    if not encoding:
        async with closing(pieces):
            async for piece in pieces:
                yield piece
        return
    decoder = codecs.getincrementaldecoder(encoding)("surrogateescape" if encoding.startswith("utf-8") else "replace")
    is_first = True
    async with closing(pieces):
        async for piece in pieces:
            text = decoder.decode(piece)
            yield (text.removeprefix("\ufeff") if is_first else text).encode("utf-8", "surrogateescape")
            is_first = is_first and not text
    yield decoder.decode(b"", True).encode("utf-8", "surrogateescape")


class Encoder:
    """Text on its way into a file: its beginning may carry a mark."""

    def __init__(self, encoding: str, *, begins: bool) -> None:
        """`begins`: the file is empty."""
        self._codec = encoding.removesuffix("-sig").replace("_sig", "")
        self._mark = b"\xef\xbb\xbf" if encoding.endswith("sig") else _MARKS.get(encoding, b"")
        self._begins = begins

    def encode(self, data: bytes) -> bytes:
        """UTF-8 as the file has it; raises for what the encoding does not have."""
        if not self._codec:
            return data
        mark, self._begins = (self._mark if self._begins else b""), False
        if self._codec == "utf-8":
            return mark + data
        try:
            return mark + data.decode("utf-8", "surrogateescape").encode(self._codec)
        except UnicodeEncodeError as error:
            what = f"{error.object[error.start]!r} is not in {self._codec}"
            raise OperationError(what, hint="-Encoding utf8 has all characters", error_id="NotInEncoding") from None
