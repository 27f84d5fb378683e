"""The rows of the table, read from the files of all areas, and what is wrong with them."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from jobsh.cmdlets import CMDLETS
from jobsh.command.registry import Registry
from jobsh.model.struct import Struct
from tests.e2e.manual import ManualExample, examples

DIRECTORY = Path(__file__).parent
TREE = DIRECTORY.parent.parent
SURFACE = "powershell.toml"
EXAMPLES = "manual"
"""The area of the manual's examples that mean nothing here."""
REGISTRY = Registry(CMDLETS)

VERDICTS = ("same", "better", "differs", "absent", "own")
"""What jobsh makes of a rule. `own`: PowerShell has nothing of the kind."""

_PARAMETER = re.compile(r"(?<![\w-])-([A-Za-z]\w*)")
_VERB_NOUN = re.compile(r"[A-Z][A-Za-z]+-[A-Z]\w+")


class Row(Struct):
    """One promise of PowerShell's and what becomes of it."""

    area: str
    cmdlet: str
    what: str
    rule: str
    here: str
    says: str = ""
    test: tuple[str, ...] = ()

    @property
    def cmdlets(self) -> tuple[str, ...]:
        """The cmdlets it is about, by their names here where they have one; none for a topic."""
        return tuple(dict.fromkeys(name_here(name) for name in _VERB_NOUN.findall(self.cmdlet)))

    @property
    def parameters(self) -> frozenset[str]:
        """The parameters it is about, in lower case."""
        return frozenset(name.casefold() for name in _PARAMETER.findall(f"{self.cmdlet} {self.what}"))

    def __str__(self) -> str:
        return f"{self.area}: {self.cmdlet}, {self.what}"


def name_here(name: str) -> str:
    """`New-Session` for `New-PSSession`; a name that jobsh does not have stays."""
    return REGISTRY.resolve(name) or name


@cache
def rows() -> tuple[Row, ...]:
    """All rows, area by area."""
    files = sorted(path for path in DIRECTORY.glob("*.toml") if path.name != SURFACE)
    written = (row for path in files for row in rows_of(path.stem, path.read_text("utf-8")))
    return (*written, *(_row_of(example) for example in examples() if example.absent))


def _row_of(example: ManualExample) -> Row:
    """An example of a manual page that means nothing here."""
    module = "test_manual_topics" if example.page.startswith("about_") else "test_manual"
    test = f"tests/e2e/{module}.py::test_an_example_that_means_nothing_here_is_refused"
    what = str(example.number)
    return Row(
        area=EXAMPLES,
        cmdlet=example.page,
        what=what,
        rule=example.title,
        here="absent",
        says=example.absent,
        test=(test,),
    )


def rows_of(area: str, text: str) -> Iterator[Row]:
    """The rows of one area's file."""
    for entry in tomllib.loads(text).get("row", ()):
        unknown = entry.keys() - set(Row.__fields__)
        if unknown:
            raise ValueError(f"{area}: {entry.get('cmdlet')}: a row has no {', '.join(sorted(unknown))}")
        tests = entry.get("test", ())
        entry["test"] = (tests,) if isinstance(tests, str) else tuple(tests)
        yield Row(area=area, **{"cmdlet": "", "what": "", "rule": "", "here": "", **entry})


def complaints(found: Iterable[Row]) -> Iterator[str]:
    """What is wrong with the rows, a sentence each."""
    for row in found:
        yield from (f"{row}: {wrong}" for wrong in _wrong_with(row))


def _wrong_with(row: Row) -> Iterator[str]:
    yield from (f"{field} is empty" for field in ("cmdlet", "what", "rule") if not getattr(row, field).strip())
    if row.here not in VERDICTS:
        yield f"here is {row.here!r}, not one of {', '.join(VERDICTS)}"
    elif row.here != "same" and not row.says.strip():
        yield f"it is {row.here} and says nothing"
    if row.here != "same" and row.says and not row.says.rstrip().endswith((".", "!", "?")):
        yield "says does not end in a full stop"
    if not row.test:
        yield "no test shows it"
    yield from (f"there is no test {name}" for name in row.test if not is_test(name))
    if row.here != "absent":
        yield from (f"{name} is no cmdlet here" for name in row.cmdlets if REGISTRY.resolve(name) is None)


def is_test(name: str) -> bool:
    """Whether `tests/…/test_x.py::test_name` is there."""
    path, _, function = name.partition("::")
    return function.partition("[")[0] in _functions_in(path)


@cache
def _functions_in(path: str) -> frozenset[str]:
    file = TREE / path
    if not (path.startswith("tests/") and file.is_file()):
        return frozenset()
    return frozenset(_test_functions(ast.parse(file.read_text("utf-8")).body))


def _test_functions(body: Iterable[ast.stmt], prefix: str = "") -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from _test_functions(node.body, f"{prefix}{node.name}::")
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name.startswith("test"):
            yield prefix + node.name
