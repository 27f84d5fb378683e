"""Errors, warnings and other records as people read them: what failed, where in the source, what to try."""

from __future__ import annotations

from jobsh.command.text_format import cells_of
from jobsh.errors import Span
from jobsh.model.records import ErrorRecord, Stream, StreamRecord
from jobsh.model.safe_text import visible
from jobsh.render.palette import BOLD, CYAN, FAINT, RED, YELLOW, Palette

_LONGEST_LINE = 200
_MARGIN = 40
_LABELS = {Stream.WARNING: "WARNING", Stream.VERBOSE: "VERBOSE", Stream.DEBUG: "DEBUG"}


def error_text(record: ErrorRecord, source: str, span: Span | None, palette: Palette) -> str:
    """The error in lines that end in newlines; with a caret where `span` says where in `source`."""
    lines = [_title(record, palette)]
    if span is not None and source:
        lines += _place(source, span, palette)
    if record.hint:
        lines += [palette.paint(f"  {visible(line)}", CYAN) for line in record.hint.splitlines()]
    return "".join(f"{line}\n" for line in lines)


def _title(record: ErrorRecord, palette: Palette) -> str:
    first, *more = [visible(line) for line in record.message.splitlines()] or ["error"]
    if record.host and not first.startswith(f"{record.host}:"):
        first = f"{visible(record.host)}: {first}"
    who = visible(record.command) or "jobsh"
    return "\n".join(
        [palette.paint(f"{who}:", BOLD) + " " + palette.paint(first, RED), *(f"  {line}" for line in more)]
    )


def _place(source: str, span: Span, palette: Palette) -> list[str]:
    """The line of the source in which the span begins, and a line of carets under it."""
    start = min(max(span.start, 0), len(source))
    begin = source.rfind("\n", 0, start) + 1
    newline = source.find("\n", start)
    line = source[begin : newline if newline >= 0 else len(source)]
    at, end = start - begin, min(max(span.end, start + 1) - begin, len(line))
    before, marked, after = _window(line, at, max(end, at))
    number = source.count("\n", 0, begin) + 1
    label = f"{number} | " if "\n" in source.rstrip("\n") else "  "
    carets = " " * cells_of(before) + "^" * max(cells_of(marked), 1)
    return [
        f"{palette.paint(label, FAINT)}{before}{palette.paint(marked, BOLD)}{after}",
        " " * len(label) + palette.paint(carets, RED),
    ]


def _window(line: str, start: int, end: int) -> tuple[str, str, str]:
    """The line around the span, shortened where it is very long, with nothing in it that acts on a terminal."""
    before, marked, after = line[:start], line[start:end], line[end:]
    if len(line) > _LONGEST_LINE:
        before = before if len(before) <= _MARGIN else "…" + before[-_MARGIN:]
        marked = marked if len(marked) <= 2 * _MARGIN else marked[: 2 * _MARGIN] + "…"
        after = after if len(after) <= _MARGIN else after[:_MARGIN] + "…"
    return _plain(before), _plain(marked), _plain(after)


def _plain(text: str) -> str:
    return visible(text.replace("\t", " "))


def stream_text(record: StreamRecord, palette: Palette) -> str:
    """A warning, verbose, debug or information record, ending in a newline if it does."""
    label = _LABELS.get(record.stream)
    text = "\n".join(visible(line) for line in record.text.split("\n"))
    if label is not None:
        text = palette.paint(f"{label}: {text}", YELLOW if record.stream is Stream.WARNING else FAINT)
    for colour in record.colours:
        text = palette.paint(text, colour)
    origin = record.origin
    is_prefixed = origin.computer_name and origin.show_computer_name
    return (palette.host(visible(origin.computer_name)) if is_prefixed else "") + text + "\n"[: record.ended]
