"""The methods of text."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from jobsh.command.conversion import to_int
from jobsh.command.text import to_text
from jobsh.command.values import as_list


def _characters(arguments: tuple[object, ...]) -> str | None:
    return "".join(to_text(item) for argument in arguments for item in as_list(argument)) or None


def _is_option(value: object) -> bool:
    """`'RemoveEmptyEntries'`, `'TrimEntries'`: what .NET calls StringSplitOptions."""
    names = {"none", "removeemptyentries", "trimentries"}
    return isinstance(value, str) and {name.strip() for name in value.lower().split(",")} <= names


def _split(text: str, *given: object) -> object:
    """At each separator; a number says into how many parts at most, and empty ones can be left out."""
    options = ",".join(to_text(g).lower() for g in given if _is_option(g))
    counts = [g for g in given if isinstance(g, int)]
    separators = [to_text(s) for g in given if not isinstance(g, int) and not _is_option(g) for s in as_list(g)]
    import re

    pattern = "|".join(re.escape(s) for s in separators if s) or r"\s"
    parts = re.split(pattern, text, maxsplit=max(counts[0] - 1, 0)) if counts and counts[0] != 1 else [text]
    if not counts:
        parts = re.split(pattern, text)
    if "trim" in options:
        parts = [part.strip() for part in parts]
    return [part for part in parts if part] if "empty" in options or not separators else list(parts)


def substring(text: str, start: object, length: object = None) -> str:
    """`.Substring(2)`, `.Substring(2, 3)`."""
    at = to_int(start)
    end = len(text) if length is None else at + to_int(length)
    if not 0 <= at <= end <= len(text):
        raise ValueError(f"{at} to {end} is outside of a text of {len(text)} characters")
    return text[at:end]


def _remove(text: str, at: object, count: object = None) -> str:
    rest = "" if count is None else substring(text, to_int(at) + to_int(count))
    return substring(text, 0, at) + rest


def _folded(texts: tuple[str, ...], comparison: object) -> tuple[str, ...]:
    """The texts as they are compared: `'OrdinalIgnoreCase'` minds no case."""
    minds_no_case = comparison is True or "ignorecase" in to_text(comparison).lower()
    return tuple(text.casefold() for text in texts) if minds_no_case else texts


def _test(holds: Callable[[str, str], bool]) -> Callable[..., object]:
    def test(text: str, part: object, comparison: object = None) -> bool:
        return holds(*_folded((text, to_text(part)), comparison))

    return test


def _index_of(text: str, part: object, *more: object) -> int:
    start = next((to_int(m) for m in more if isinstance(m, int)), 0)
    comparison = next((m for m in more if isinstance(m, str)), None)
    whole, wanted = _folded((text, to_text(part)), comparison)
    return whole.find(wanted, start)


def _replace(text: str, old: object, new: object, comparison: object = None) -> str:
    if comparison is None:
        return text.replace(to_text(old), to_text(new))
    import re

    flags = re.IGNORECASE if "ignorecase" in to_text(comparison).lower() else 0
    return re.sub(re.escape(to_text(old)), lambda _: to_text(new), text, flags=flags)


def _compare(text: str, other: object) -> int:
    one, two = (text.casefold(), text.swapcase()), (to_text(other).casefold(), to_text(other).swapcase())
    return (one > two) - (one < two)


def _index_of_any(text: str, characters: object) -> int:
    wanted = _characters((characters,)) or ""
    return next((at for at, character in enumerate(text) if character in wanted), -1)


TEXT: Mapping[str, Callable[..., object]] = {
    "ToString": lambda text, *_: to_text(text),
    "Trim": lambda text, *characters: text.strip(_characters(characters)),
    "TrimStart": lambda text, *characters: text.lstrip(_characters(characters)),
    "TrimEnd": lambda text, *characters: text.rstrip(_characters(characters)),
    "Split": _split,
    "ToUpper": lambda text: text.upper(),
    "ToLower": lambda text: text.lower(),
    "ToUpperInvariant": lambda text: text.upper(),
    "ToLowerInvariant": lambda text: text.lower(),
    "Replace": _replace,
    "StartsWith": _test(lambda text, part: text.startswith(part)),
    "EndsWith": _test(lambda text, part: text.endswith(part)),
    "Contains": _test(lambda text, part: part in text),
    "Equals": _test(lambda text, other: text == other),
    "CompareTo": _compare,
    "Substring": substring,
    "IndexOf": _index_of,
    "IndexOfAny": _index_of_any,
    "LastIndexOf": lambda text, part: text.rfind(to_text(part)),
    "PadLeft": lambda text, width, fill=" ": text.rjust(to_int(width), to_text(fill)),
    "PadRight": lambda text, width, fill=" ": text.ljust(to_int(width), to_text(fill)),
    "Insert": lambda text, at, part: substring(text, 0, at) + to_text(part) + substring(text, at),
    "Remove": _remove,
    "Chars": lambda text, at: substring(text, at, 1),
    "ToCharArray": list,
    "GetEnumerator": list,
}
"""By name, as PowerShell's users spell them."""
