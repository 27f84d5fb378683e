"""Text from hosts and names made safe to show on a terminal: colours, tabs and newlines act, all else is shown. Pure.

A host is not trusted: what it prints could set the terminal's title, fill the clipboard, make the terminal type or hide
text (escape sequences, C1 controls), or reorder what is read (bidirectional controls).
"""

from __future__ import annotations

import codecs
import re

_BIDI = "\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069"
_UNSAFE_CLASS = f"\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\ud800-\\udfff{_BIDI}"
_COLOUR = r"\x1b\[[0-9;:]{0,60}m"
_ACTING = re.compile(f"(?P<colour>{_COLOUR})|(?P<newline>\\r{{1,3}}\\n)|[{_UNSAFE_CLASS}]")
_UNSAFE_IN_NAME = re.compile(f"[\\t\\n{_UNSAFE_CLASS}]")
_UNFINISHED = re.compile(r"(?:\x1b(?:\[[0-9;:]{0,60})?|\r{1,3})\Z")
RESET = "\x1b[0m"


def visible(text: str) -> str:
    """A name or message on one line in which nothing acts: a newline is shown as backslash and n."""
    return _UNSAFE_IN_NAME.sub(lambda found: _shown(found[0]), text)


def _shown(character: str) -> str:
    number = ord(character)
    if 0xDC80 <= number <= 0xDCFF:  # an undecodable byte
        number -= 0xDC00
    named = {9: "\\t", 10: "\\n", 13: "\\r"}.get(number)
    return named or (f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}")


class SafeText:
    """Makes one stream of bytes safe, piece by piece: pieces may end inside a character or a colour sequence."""

    def __init__(self, *, keeps_colours: bool = True) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._keeps_colours = keeps_colours
        self._pending = ""
        self._colour = ""

    def feed(self, data: bytes) -> str:
        """What can be shown so far."""
        return self._make_safe(self._decoder.decode(data), is_last=False)

    def finish(self) -> str:
        """The rest, with the colours reset."""
        rest = self._make_safe(self._decoder.decode(b"", final=True), is_last=True)
        colour, self._colour = self._colour, ""
        return rest + (RESET if colour else "")

    @property
    def colour(self) -> str:
        """The sequence that is in force, for who interrupts a coloured text; empty for none."""
        return self._colour

    def _make_safe(self, text: str, *, is_last: bool) -> str:
        text, self._pending = self._pending + text, ""
        unfinished = None if is_last else _UNFINISHED.search(text)
        if unfinished:
            text, self._pending = text[: unfinished.start()], unfinished[0]
        return _ACTING.sub(self._replacement, text)

    def _replacement(self, found: re.Match[str]) -> str:
        match found.lastgroup:
            case "newline":
                return "\n"
            case "colour":
                return self._heed(found[0])
        return _shown(found[0])

    def _heed(self, colour: str) -> str:
        if not self._keeps_colours:
            return ""
        is_reset = colour.strip("\x1b[m0;:") == ""
        self._colour = "" if is_reset else colour
        return colour
