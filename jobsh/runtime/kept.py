"""What `-ErrorVariable` keeps of a program's standard error: its lines, also the one that has no end yet."""

from __future__ import annotations

from jobsh.model.records import Chunk, Line, Origin


class KeptLines:
    """Adds lines to a list as their bytes come, each host's by itself."""

    def __init__(self, kept: list[object]) -> None:
        self._kept = kept
        self._open: dict[Origin, tuple[int, bytes]] = {}
        """Where in the list the last line of an origin stands that may go on, and what there is of it."""

    def add(self, chunk: Chunk) -> None:
        """Bytes as they come; they are not taken, whoever shows them does that."""
        at, begun = self._open.pop(chunk.origin, (len(self._kept), b""))
        *whole, rest = (begun + chunk.data).split(b"\n")
        pieces = [*whole, rest] if rest else whole
        lines: list[object] = [Line.of(piece, chunk.origin, chunk.stream, at=chunk.at) for piece in pieces]
        self._kept[at : at + bool(begun)] = lines
        if rest and chunk.data:
            self._open[chunk.origin] = (at + len(lines) - 1, rest)
