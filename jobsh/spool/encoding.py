"""How values travel to a shell: as data on its standard input, never as its source.

One line per value, read by the `read` builtin: `=VALUE` as it is, or `%TEXT` for printf's %b (which costs a fork) where that
would not arrive.
"""

from __future__ import annotations

import re

from jobsh.errors import SpoolError

LONGEST_VALUE = 128 * 1024 - 1
"""Bytes of `NAME=VALUE` or of one argument that Linux hands to a program (MAX_ARG_STRLEN, with its final NUL)."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_NOT_PLAIN = re.compile(rb"[^ !#-\[\]-~]")
_NOT_WORD = re.compile(rb"[^A-Za-z0-9_./:@%+,=-]")
_CODE = re.compile(rb"\\(0[0-7]{3}|.)")

# Assigning these fails in bash; it does not take them from its environment either.
_SHELLS_OWN = frozenset(("UID", "EUID", "PPID", "SHELLOPTS", "BASHOPTS", "BASH_VERSINFO", "_"))


def to_bytes(text: str) -> bytes:
    """The bytes a text was made from; undecodable ones are surrogate escapes."""
    return text.encode("utf-8", "surrogateescape")


def to_text(data: bytes) -> str:
    """The reverse of `to_bytes`."""
    return data.decode("utf-8", "surrogateescape")


def _escaped(found: re.Match[bytes]) -> bytes:
    return b"\\n" if found[0] == b"\n" else b"\\0%03o" % found[0][0]


def encode(data: bytes) -> bytes:
    r"""One line of printable ASCII from which `printf %b` makes `data`, whatever that holds."""
    return _NOT_PLAIN.sub(_escaped, data)


def word(text: str) -> str:
    """`text` as one word without blanks, for a request line; `-` stands for nothing."""
    return _NOT_WORD.sub(_escaped, to_bytes(text)).decode("ascii") if text not in ("", "-") else _empty(text)


def _empty(text: str) -> str:
    return "\\0055" if text else "-"


def decode(code: str) -> str:
    r"""What `word`, or a shell that wrote `\n` and `\\`, meant."""
    return "" if code == "-" else to_text(_CODE.sub(_decoded, to_bytes(code)))


def _decoded(found: re.Match[bytes]) -> bytes:
    code = found[1]
    if code[0:1] == b"0":
        return bytes([int(code, 8)])
    return b"\n" if code == b"n" else code


def value_line(tag: str, value: str) -> bytes:
    """One line that carries `value` under a one-letter tag. Raises SpoolError for a value that no program could be given."""
    data = to_bytes(value)
    if not is_plain(data):
        return tag.encode() + b"%" + encode(data) + b"\n"
    return tag.encode() + b"=" + data + b"\n"


def is_plain(data: bytes) -> bool:
    """Whether `read` takes it as it is everywhere: bash would read on after half a character of its locale, newline or not."""
    return data.isascii() and b"\n" not in data and b"\0" not in data


def check_value(value: str, what: str) -> None:
    """Raise SpoolError when no environment or argument list can hold `value`."""
    if "\0" in value:
        raise SpoolError(f"{what} holds a NUL character", hint="a file or standard input can carry it")
    if len(to_bytes(value)) > LONGEST_VALUE:
        raise SpoolError(f"{what} is longer than {LONGEST_VALUE // 1024 + 1} KiB", hint="give it as standard input")


def checked_variables(variables: tuple[tuple[str, str], ...]) -> list[str]:
    """`NAME=VALUE` of each variable that a program can be given."""
    assignments = []
    for name, value in variables:
        if not _NAME.fullmatch(name):
            raise SpoolError(f"'{name}' cannot be the name of an environment variable", target=name)
        check_value(f"{name}={value}", f"variable {name}")
        if name not in _SHELLS_OWN:
            assignments.append(f"{name}={value}")
    return assignments


def handed(variables: tuple[tuple[str, str], ...]) -> bytes:
    """Words for the end of a shell's state: what is given to a text counts more than what its shell holds. Values are quoted."""
    words = (f"export {name}='" + value.replace("'", "'\\''") + "'\n" for name, value in variables)
    return to_bytes("".join(words))
