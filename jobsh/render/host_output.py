"""Bytes of programs as they are printed: raw, or safe for a terminal, or in whole lines with their host before them."""

from __future__ import annotations

from jobsh.model.ids import JobId
from jobsh.model.records import Chunk, Line, Origin, Stream
from jobsh.model.safe_text import RESET, SafeText, visible
from jobsh.render.palette import Palette

_LONGEST_LINE = 1 << 16
"""Bytes of a line that does not end; then it is broken, as nobody waits for ever."""

_Source = tuple[str, JobId | None, Stream]


class HostOutput:
    """Turns Chunks of several sources into what is written. Lines of different hosts never mix."""

    def __init__(self, palette: Palette, *, is_terminal: bool) -> None:
        self._palette = palette
        self._is_terminal = is_terminal
        self._sources: dict[_Source, _Plain | _Prefixed] = {}

    def feed(self, chunk: Chunk) -> bytes:
        """What to write for a chunk now."""
        if not self._is_terminal and not is_prefixed(chunk.origin):
            return chunk.data
        key = (chunk.origin.computer_name, chunk.origin.job, chunk.stream)
        source = self._sources.get(key)
        if source is None:
            source = self._sources[key] = self._source(chunk.origin)
        return source.feed(chunk.data)

    def _source(self, origin: Origin) -> _Plain | _Prefixed:
        safe = SafeText(keeps_colours=self._palette.has_colours) if self._is_terminal else None
        if not is_prefixed(origin):
            assert safe is not None
            return _Plain(safe)
        return _Prefixed(self._palette.host(visible(origin.computer_name)), safe)

    def line(self, line: Line) -> bytes:
        """What to write for a line that went through jobsh's own stages; they end lines by themselves."""
        if not self._is_terminal and not is_prefixed(line.origin):
            return line.to_bytes()
        source = self._source(line.origin)
        return source.feed(line.encode("utf-8", "surrogateescape") + b"\n") + source.finish()

    def finish(self) -> bytes:
        """The ends of lines that were begun."""
        rest = b"".join(source.finish() for source in self._sources.values())
        self._sources.clear()
        return rest


def is_prefixed(origin: Origin) -> bool:
    """Whether people see `host: ` before it."""
    return bool(origin.computer_name) and origin.show_computer_name


class _Plain:
    """One source without a prefix: shown at once, also a line that has not ended (a question, dots)."""

    def __init__(self, safe: SafeText) -> None:
        self._safe = safe

    def feed(self, data: bytes) -> bytes:
        return self._safe.feed(data).encode("utf-8", "surrogateescape")

    def finish(self) -> bytes:
        return self._safe.finish().encode("utf-8", "surrogateescape")


class _Prefixed:
    """One host among others: whole lines, each with its prefix, and its colours kept from running into other lines."""

    def __init__(self, prefix: str, safe: SafeText | None) -> None:
        self._prefix = prefix.encode("utf-8", "surrogateescape")
        self._safe = safe
        self._held = b""

    def feed(self, data: bytes) -> bytes:
        if b"\n" not in data and len(self._held) + len(data) < _LONGEST_LINE:
            self._held += data
            return b""
        *lines, self._held = (self._held + data).split(b"\n")
        if len(self._held) >= _LONGEST_LINE:
            lines.append(self._held)
            self._held = b""
        return b"".join(self._whole(line) for line in lines)

    def _whole(self, line: bytes) -> bytes:
        if self._safe is None:
            return self._prefix + line + b"\n"
        colour = self._safe.colour
        text = self._safe.feed(line + b"\n").removesuffix("\n")
        reset = RESET if self._safe.colour else ""
        return self._prefix + (colour + text + reset).encode("utf-8", "surrogateescape") + b"\n"

    def finish(self) -> bytes:
        held, self._held = self._held, b""
        return self._whole(held) if held else b""
