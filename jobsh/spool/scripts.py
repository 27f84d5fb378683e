"""The shell programs of this folder as they are sent to a shell."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from jobsh.spool.encoding import encode, word

BOOT = "exec /bin/sh"
"""The command of every channel of ours: fixed, and the same to sh, bash, zsh, fish and tcsh. Its program is standard input."""

_FOLDER = Path(__file__).parent / "sh"
_COMMENT = re.compile(r"^[ \t]*#.*\n|^\n|^[ \t]+", re.MULTILINE)
_OPEN = re.compile(r"(?:^|[\s;])(?:do|then|else|in|\{|\(|&&|\|\|)$|[|(]$|;;$")


@cache
def source(*names: str) -> str:
    """The named programs, one after the other, without comments and indentation: some shells read byte by byte."""
    return "".join(_COMMENT.sub("", (_FOLDER / name).read_text("ascii")) for name in names)


def program(*names: str, call: str) -> bytes:
    """What a shell is given to read: the named programs, and as the last line the call of one of their functions with words of
    ours. Nothing may follow before that function speaks: some shells read ahead."""
    return (source(*names) + call + "\n").encode("ascii")


@cache
def code(*names: str) -> str:
    """The named programs as one word of a request."""
    return word(source(*names))


@cache
def rest_of_line(*names: str) -> str:
    """The named programs as the rest of a request."""
    return encode(source(*names).encode("ascii")).decode("ascii")


@cache
def one_line(*names: str) -> str:
    """The named programs as one line that a shell reads as it is. They must be written so that each line is a whole command, or
    ends with what opens one."""
    joined = ""
    for line in source(*names).splitlines():
        joined += line.strip() + (" " if _OPEN.search(line) else ";")
    return joined.rstrip("; ")
