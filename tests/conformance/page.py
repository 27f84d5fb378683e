"""The help page that is made from the table: what is better, what differs, what is absent, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap

from tests.conformance.table import EXAMPLES, TREE, Row
from tests.e2e.manual import examples

NAME = "about_PowerShell_Differences"
FILE = TREE / "jobsh" / "help" / f"{NAME}.txt"

_WIDTH = 80
_TITLE = "What is better here than in PowerShell, what differs, and what is absent."
_HEAD = (
    (
        "Who knows PowerShell's jobs and remoting knows jobsh: cmdlets, parameters, aliases, wildcards and the pipeline are the"
        " same, over plain ssh, with nothing installed on a host. This page tells the rest. It is made from the table that the"
        " tests hold: of {rules} rules of PowerShell's {same} are the same here, {better} are better, {differs} differ and"
        " {absent} are absent. Of the {examples} examples on PowerShell's pages about jobs, sessions and what they need {run} run"
        " here, rewritten with shell commands."
    ),
    (
        "PowerShell's names of the session cmdlets (New-PSSession, ...) are aliases. BETTER HERE, DIFFERENT, ONLY HERE and"
        " ABSENT, AND WHY are the parts of this page; each goes from cmdlet to cmdlet."
    ),
)
_PARTS = (
    ("better", "BETTER HERE"),
    ("differs", "DIFFERENT"),
    ("own", "ONLY HERE"),
    ("absent", "ABSENT, AND WHY"),
)
_AREAS = ("jobs", "threads", "sessions", "remoting", "files", "language", "objects", "decisions")
"""In the order in which the page tells of them."""
_FOOT = """\
SEE ALSO

    about_Jobs, about_Remote_Jobs, about_Sessions, about_Language
"""


def page(rows: Sequence[Row]) -> str:
    """The whole page."""
    told = sorted((row for row in rows if row.area != EXAMPLES), key=lambda row: _place(row.area))
    parts = [_part(title, [row for row in told if row.here == here]) for here, title in _PARTS]
    left_out = _examples([row for row in rows if row.area == EXAMPLES])
    return "\n".join([_head(told), *(part for part in (*parts, left_out) if part), _FOOT])


def _place(area: str) -> int:
    return _AREAS.index(area) if area in _AREAS else len(_AREAS)


def _head(rows: Sequence[Row]) -> str:
    counts = {here: sum(row.here == here for row in rows) for here in ("same", "better", "differs", "absent")}
    absent = sum(bool(example.absent) for example in examples())
    numbers = {"rules": sum(counts.values()), "examples": len(examples()), "run": len(examples()) - absent, **counts}
    lines = [NAME, f"    {_TITLE}"]
    for paragraph in _HEAD:
        lines += ["", *_wrapped(paragraph.format(**numbers), 4)]
    return "\n".join([*lines, ""])


def _examples(rows: Sequence[Row]) -> str:
    """The examples of PowerShell's pages that are not run, by what they need."""
    if not rows:
        return ""
    by_reason: dict[str, list[str]] = {}
    for row in rows:
        by_reason.setdefault(row.says, []).append(f"{row.cmdlet} {row.what}")
    blocks = (("", *_wrapped(", ".join(which), 4), *_wrapped(says, 8)) for says, which in by_reason.items())
    return (
        "\n".join(["EXAMPLES OF POWERSHELL'S PAGES THAT MEAN NOTHING HERE", *(line for b in blocks for line in b)])
        + "\n"
    )


def _part(title: str, rows: Sequence[Row]) -> str:
    if not rows:
        return ""
    return "\n".join([title, *(line for told in _told(rows) for line in told)]) + "\n"


def _told(rows: Sequence[Row]) -> Iterator[Iterable[str]]:
    """A block of lines for each cmdlet or topic, rows that say the same sentence as one."""
    once: dict[str, list[Row]] = {}
    for row in rows:
        once.setdefault(" ".join(row.says.split()), []).append(row)
    by_subject: dict[str, list[tuple[str, str]]] = {}
    for says, alike in once.items():
        subjects = list(dict.fromkeys(subject for row in alike for subject in _subjects(row)))
        whats = list(dict.fromkeys(what for row in alike for what in row.what.split(", ")))
        by_subject.setdefault(", ".join(subjects), []).append((", ".join(whats), says))
    for subject, entries in by_subject.items():
        yield ("", *_wrapped(subject, 2), *(line for what, says in entries for line in _entry(what, says)))


def _subjects(row: Row) -> tuple[str, ...]:
    return row.cmdlets or (row.cmdlet,)


def _entry(what: str, says: str) -> list[str]:
    return [*_wrapped(what, 4), *_wrapped(says, 8)]


def _wrapped(text: str, indent: int) -> list[str]:
    blanks = " " * indent
    return wrap(
        text, _WIDTH, initial_indent=blanks, subsequent_indent=blanks, break_on_hyphens=False, break_long_words=False
    )
