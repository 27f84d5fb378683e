"""How help is laid out: wrapped lines, blocks with an empty line between, two columns. Knows nothing of cmdlets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

WIDTH = 96
INDENT = "    "
_WIDEST = 26


def wrapped(text: str, indent: str = "") -> Iterator[str]:
    """The text in lines that fit."""
    from textwrap import wrap

    return iter(wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False) or [""])


def joined(blocks: Iterable[list[str]]) -> Iterator[str]:
    """The lines of all blocks, an empty line between two blocks."""
    for n, block in enumerate(blocks):
        if n:
            yield ""
        yield from block


def table(rows: Sequence[tuple[str, str]], *, indent: str = "", width: int = 0) -> Iterator[str]:
    """Two columns: a word and what there is to say of it; the first is `width` wide, or as wide as its words. A longer
    word has a line to itself."""
    width = (width or min(_WIDEST, max((len(word) for word, _ in rows), default=0))) + 2
    for word, text in rows:
        first, *rest = wrapped(text, indent + " " * width)
        if len(word) < width:
            yield indent + word.ljust(width) + first.lstrip()
        else:
            yield indent + word
            yield first
        yield from rest
