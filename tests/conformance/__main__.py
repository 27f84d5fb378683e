"""`python -m tests.conformance [--missing | --counts]`: write the page of differences, say what the table lacks."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable

from tests.conformance.page import FILE, page
from tests.conformance.surface import missing
from tests.conformance.table import VERDICTS, complaints, rows
from tests.e2e.manual import examples


def _say(lines: Iterable[str]) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)


def _counts() -> None:
    counted = Counter((row.area, row.here) for row in rows())
    for area in sorted({row.area for row in rows()}):
        _say([" ".join([area.ljust(14), *(f"{here} {counted[area, here]:<5}" for here in VERDICTS)])])


def manual_counts() -> str:
    """How many examples of PowerShell's pages there are, and what becomes of them."""
    pages, absent = len({example.page for example in examples()}), sum(bool(example.absent) for example in examples())
    return f"{len(examples())} examples of {pages} pages of PowerShell's: {absent} mean nothing here, the others run"


def _write() -> int:
    wrong = list(complaints(rows()))
    _say(wrong)
    _say([manual_counts()])
    if not wrong:
        FILE.write_text(page(rows()), "utf-8")
    return bool(wrong)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--missing"]:
            _say(missing(rows()))
        case ["--counts"]:
            _counts()
        case _:
            sys.exit(_write())
