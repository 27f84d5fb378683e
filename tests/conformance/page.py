"""The help page that is made from the table: what is better, what differs, what is absent, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap

from tests.conformance.table import TREE, Row

NAME = "about_PowerShell_Differences"
FILE = TREE / "jobsh" / "help" / f"{NAME}.txt"

_WIDTH = 80
_HEAD = """\
{name}
    What is better here than in PowerShell, what differs, and what is absent.

    Who knows PowerShell's jobs and remoting knows jobsh: cmdlets, parameters,
    aliases, wildcards and the pipeline are the same, over plain ssh, with
    nothing installed on a host. This page tells the rest. It is made from the
    table that the tests hold: of {rules} rules of PowerShell's {same} are the same
    here, {better} are better, {differs} differ and {absent} are absent.

    PowerShell's names of the session cmdlets (New-PSSession, ...) are aliases.
    BETTER HERE, DIFFERENT, ONLY HERE and ABSENT, AND WHY are its parts; each
    goes from cmdlet to cmdlet.
"""
_PARTS = (
    ("better", "BETTER HERE"),
    ("differs", "DIFFERENT"),
    ("own", "ONLY HERE"),
    ("absent", "ABSENT, AND WHY"),
)
_FOOT = """\
SEE ALSO

    about_Jobs, about_Remote_Jobs, about_Sessions, about_Language
"""


def page(rows: Sequence[Row]) -> str:
    """The whole page."""
    parts = [_part(title, [row for row in rows if row.here == here]) for here, title in _PARTS]
    return "\n".join([_head(rows), *(part for part in parts if part), _FOOT])


def _head(rows: Sequence[Row]) -> str:
    counts = {here: sum(row.here == here for row in rows) for here in ("same", "better", "differs", "absent")}
    return _HEAD.format(name=NAME, rules=sum(counts.values()), **counts)


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
