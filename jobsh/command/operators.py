"""The binary operators of the language, shared by expressions and by `Where-Object State -eq Running`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from jobsh.command.arithmetic import ARITHMETIC
from jobsh.command.comparison import equal, order
from jobsh.command.conversion import convert, to_int
from jobsh.command.formatting import composite
from jobsh.command.text import to_text, truth
from jobsh.command.type_names import type_name
from jobsh.command.values import HashTable, as_list
from jobsh.errors import OperationError
from jobsh.model.queries import matches, matches_case

OnMatch = Callable[[HashTable], None]
"""Takes the groups of a `-match` that succeeded, for `$Matches`."""

Test = Callable[[object, object, bool], bool]
"""One comparison of two values; the last argument says whether case counts."""


@lru_cache(maxsize=128)
def regex(pattern: str, case_sensitive: bool) -> re.Pattern[str]:
    """A compiled regular expression; `(?<name>…)` is read as Python's `(?P<name>…)`. Raises OperationError."""
    try:
        return re.compile(re.sub(r"\(\?<(?=[A-Za-z_])", "(?P<", pattern), 0 if case_sensitive else re.IGNORECASE)
    except re.error as error:
        raise OperationError(f"'{pattern}' is not a regular expression: {error}", error_id="InvalidRegex") from None


def _search(value: object, pattern: object, case: bool) -> re.Match[str] | None:
    return regex(to_text(pattern), case).search(to_text(value))


def _like(value: object, pattern: object, case: bool) -> bool:
    return (matches_case if case else matches)(to_text(pattern), to_text(value))


def _contains(items: object, wanted: object, case: bool) -> bool:
    return any(equal(item, wanted, case_sensitive=case) for item in as_list(items))


_TESTS: Mapping[str, Test] = {
    "eq": lambda a, b, case: equal(a, b, case_sensitive=case),
    "ne": lambda a, b, case: not equal(a, b, case_sensitive=case),
    "gt": lambda a, b, case: order(a, b, case_sensitive=case) > 0,
    "ge": lambda a, b, case: order(a, b, case_sensitive=case) >= 0,
    "lt": lambda a, b, case: order(a, b, case_sensitive=case) < 0,
    "le": lambda a, b, case: order(a, b, case_sensitive=case) <= 0,
    "like": _like,
    "notlike": lambda a, b, case: not _like(a, b, case),
    "match": lambda a, b, case: _search(a, b, case) is not None,
    "notmatch": lambda a, b, case: _search(a, b, case) is None,
}
_MEMBERSHIPS: Mapping[str, Test] = {
    "contains": _contains,
    "notcontains": lambda a, b, case: not _contains(a, b, case),
    "in": lambda a, b, case: _contains(b, a, case),
    "notin": lambda a, b, case: not _contains(b, a, case),
}

COMPARISONS: tuple[str, ...] = tuple(prefix + name for name in (*_TESTS, *_MEMBERSHIPS) for prefix in ("", "c", "i"))
"""The comparison operators without their dash, with their `c` and `i` forms."""

_COMPARISON_SET = frozenset(COMPARISONS)


def binary(operator: str, left: object, right: object, on_match: OnMatch | None = None) -> object:
    """`left operator right` for every operator that evaluates both sides (not `-and -or`); `operator` as written."""
    name = operator.removeprefix("-").lower() if len(operator) > 1 else operator
    if name in _COMPARISON_SET:
        return compare(name, left, right, on_match)
    apply = ARITHMETIC.get(name) or _OTHERS.get(name)
    if apply is None:
        raise OperationError(f"there is no operator {operator}", error_id="UnknownOperator")
    return apply(left, right)


def compare(name: str, left: object, right: object, on_match: OnMatch | None = None) -> object:
    """A comparison by its name (`eq`, `clike`, …): over a list on the left the items for which it holds, else true or false."""
    base, case = _base(name)
    if base in _MEMBERSHIPS:
        return _MEMBERSHIPS[base](left, right, case)
    if isinstance(left, list):
        return [item for item in left if _TESTS[base](item, right, case)]
    if base == "match" and on_match is not None:
        return _match(left, right, case, on_match)
    return _TESTS[base](left, right, case)


def _base(name: str) -> tuple[str, bool]:
    if name in _TESTS or name in _MEMBERSHIPS:
        return name, False
    return name[1:], name[0] == "c"


def _match(value: object, pattern: object, case: bool, on_match: OnMatch) -> bool:
    found = _search(value, pattern, case)
    if found is None:
        return False
    groups = {0: found[0], **{n: text for n, text in enumerate(found.groups(), 1) if text is not None}}
    named = {name: text for name, text in found.groupdict().items() if text is not None}
    on_match(HashTable([*groups.items(), *named.items()]))
    return True


def template(new: str) -> Callable[[re.Match[str]], str]:
    """What .NET writes as `$1`, `${name}`, `$&`; `$$` is a dollar."""

    def filled(found: re.Match[str]) -> str:
        def part(reference: re.Match[str]) -> str:
            name = reference[1] or reference[2]
            if reference[0] in ("$&", "$$"):
                return found[0] if reference[0] == "$&" else "$"
            group = int(name) if name.isdigit() else name
            known = group <= (found.re.groups or 0) if isinstance(group, int) else group in found.re.groupindex
            return found[group] or "" if known else reference[0]

        return re.sub(r"\$(?:(\d+)|\{(\w+)\}|&|\$)", part, new)

    return filled


def _replace(left: object, right: object, case: bool) -> object:
    pattern, *rest = as_list(right) or [""]
    new = template(to_text(rest[0] if rest else ""))
    replaced = [regex(to_text(pattern), case).sub(new, to_text(item)) for item in as_list(left)]
    return replaced if isinstance(left, list) else "".join(replaced)


def _split(left: object, right: object, case: bool) -> object:
    """`'a,b' -split ',', 2, 'SimpleMatch'`: a pattern, how many parts at most (less than 0: from the end), options."""
    pattern, *rest = as_list(right) or [" "]
    most = to_int(rest[0]) if rest else 0
    options = " ".join(to_text(option).lower() for option in rest[1:])
    text = re.escape(to_text(pattern)) if "simplematch" in options else to_text(pattern)
    if "multiline" in options:
        text = f"(?m){text}"
    splitter = regex(text, case and "ignorecase" not in options)
    return [part for item in as_list(left) for part in _split_one(splitter, to_text(item), most)]


def _split_one(splitter: re.Pattern[str], text: str, most: int) -> list[object]:
    if abs(most) == 1:
        return [text]
    if most >= 0:
        return [part for part in splitter.split(text, max(most - 1, 0)) if part is not None]
    places = list(splitter.finditer(text))
    rest = places[most + 1 :]
    starts = [0, *(place.end() for place in rest)]
    ends = [*(place.start() for place in rest), len(text)]
    return [text[start:end] for start, end in zip(starts, ends, strict=True)]


def split_blanks(value: object) -> list[object]:
    """`-split value`: words."""
    return [word for item in as_list(value) for word in to_text(item).split()]


def join(value: object, separator: object = "") -> str:
    """`value -join separator`, and `-join value`."""
    return to_text(separator).join(to_text(item) for item in as_list(value))


def _plain_type(name: str) -> str:
    """Without the brackets around it, namespaces, and what a list holds: `[system.int32[]]` is `int32[]`."""
    if name.startswith("[") and name.endswith("]"):
        name = name[1:-1]
    is_list = name.endswith("[]")
    return name.partition("[")[0].rpartition(".")[2] + ("[]" if is_list else "")


def is_type(value: object, type_: object) -> bool:
    """`value -is [type]`; the type by its name."""
    wanted = _plain_type(to_text(type_).lower())
    own = type_name(value).lower()
    names = {own, *_OTHER_NAMES.get(own, ())}
    return wanted in names or (wanted in ("object", "psobject") and value is not None)


_OTHER_NAMES: Mapping[str, tuple[str, ...]] = {
    "line": ("string",),
    "int": ("int32", "int64", "long"),
    "double": ("float", "single", "decimal"),
    "boolean": ("bool",),
    "list": ("array", "object[]", "ienumerable", "icollection", "ilist", "arraylist", "string[]", "int[]"),
    "hashtable": ("ordered", "idictionary", "ordereddictionary", "dictionary"),
    "codeblock": ("scriptblock",),
    "propertybag": ("pscustomobject", "psobject"),
    "session": ("pssession",),
}


def _as(value: object, type_: object) -> object:
    try:
        return convert(value, to_text(type_))
    except OperationError:
        return None


_OTHERS: Mapping[str, Callable[[object, object], object]] = {
    "f": lambda a, b: composite(to_text(a), as_list(b) if b is not None else [None]),
    "join": join,
    "is": is_type,
    "isnot": lambda a, b: not is_type(a, b),
    "as": _as,
    "xor": lambda a, b: truth(a) != truth(b),
    "replace": lambda a, b: _replace(a, b, False),
    "ireplace": lambda a, b: _replace(a, b, False),
    "creplace": lambda a, b: _replace(a, b, True),
    "split": lambda a, b: _split(a, b, False),
    "isplit": lambda a, b: _split(a, b, False),
    "csplit": lambda a, b: _split(a, b, True),
}
