"""`[regex]::Member`: regular expressions besides `-match`, `-replace` and `-split`. Here case counts, as in .NET."""

from __future__ import annotations

import re

from jobsh.command.operators import regex, template
from jobsh.command.text import to_text
from jobsh.command.values import HashTable, PropertyBag


def _compiled(pattern: object, options: object) -> re.Pattern[str]:
    return regex(to_text(pattern), "ignorecase" not in to_text(options).lower())


def escape(text: object) -> str:
    """The text as a pattern that matches just it."""
    return re.escape(to_text(text))


def is_match(text: object, pattern: object, options: object = "") -> bool:
    """Whether the pattern is somewhere in the text."""
    return _compiled(pattern, options).search(to_text(text)) is not None


def first_match(text: object, pattern: object, options: object = "") -> PropertyBag:
    """The first place, or one without `Success`."""
    return as_bag(_compiled(pattern, options).search(to_text(text)))


def all_matches(text: object, pattern: object, options: object = "") -> list[object]:
    """All places."""
    return [as_bag(found) for found in _compiled(pattern, options).finditer(to_text(text))]


def replaced(text: object, pattern: object, new: object, options: object = "") -> str:
    """The text with all places replaced."""
    return _compiled(pattern, options).sub(template(to_text(new)), to_text(text))


def parts(text: object, pattern: object, options: object = "") -> list[object]:
    """The text between the places."""
    return [part for part in _compiled(pattern, options).split(to_text(text)) if part is not None]


def as_bag(found: re.Match[str] | None) -> PropertyBag:
    """A match as an object: `Success Value Index Length Groups`."""
    if found is None:
        return PropertyBag({"Success": False, "Value": "", "Index": 0, "Length": 0, "Groups": []}, "Match")
    numbered = [(number, _group(found, number)) for number in range((found.re.groups or 0) + 1)]
    named = [(name, _group(found, name)) for name in found.re.groupindex]
    whole = {"Success": True, "Value": found[0], "Index": found.start(), "Length": len(found[0])}
    return PropertyBag({**whole, "Groups": HashTable([*numbered, *named])}, "Match")


def _group(found: re.Match[str], name: int | str) -> PropertyBag:
    text = found[name]
    return PropertyBag({"Success": text is not None, "Value": text or "", "Index": found.start(name)}, "Group")
