"""The hosts that the user's ssh configuration and known_hosts name, for completion. Not a reader of either: only the names."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterator

_LINE = re.compile(r"\s*(host|include)(?:\s*=\s*|\s+)(.*)", re.IGNORECASE)
_WORD = re.compile(r'"([^"]*)"|(\S+)')
_COMMENT = re.compile(r"\s#.*")
_NAME = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9_][A-Za-z0-9_.-]*", re.ASCII)
_DEEPEST = 16
_LARGEST = 1 << 20
_SYSTEM = "/etc/ssh/ssh_config"


def ssh_hosts(config: str = "", home: str = "~") -> list[str]:
    """The names, without patterns, in the order of the files; `config` as after `-F`, else the user's and the system's."""
    home = os.path.expanduser(home)
    files = [config] if config else [f"{home}/.ssh/config", _SYSTEM]
    names: dict[str, None] = {}
    for file in files:
        is_system = file.startswith("/etc/")
        names.update(dict.fromkeys(_hosts_in(file, "/etc/ssh" if is_system else f"{home}/.ssh", home, 0)))
    if not config:
        names.update(dict.fromkeys(_known(f"{home}/.ssh/known_hosts")))
    return list(names)


def _known(file: str) -> Iterator[str]:
    """The plain names: neither hashed ones nor patterns, addresses or markers."""
    for line in _lines(file):
        first = line.split(" ", 1)[0]
        yield from (name for name in first.split(",") if _NAME.fullmatch(name))


def _hosts_in(file: str, base: str, home: str, depth: int) -> Iterator[str]:
    for line in _lines(file):
        found = _LINE.match(line)
        if found is None:
            continue
        words = [quoted or bare for quoted, bare in _WORD.findall(_COMMENT.sub("", found[2]))]
        if found[1].lower() == "host":
            yield from (word for word in words if not set(word) & set("*?!"))
        elif depth < _DEEPEST:
            for path in _included(words, base, home):
                yield from _hosts_in(path, base, home, depth + 1)


def _lines(file: str) -> list[str]:
    try:
        with open(file, encoding="utf-8", errors="surrogateescape") as text:
            return text.read(_LARGEST).splitlines()
    except OSError:
        return []


def _included(words: list[str], base: str, home: str) -> Iterator[str]:
    for word in words:
        path = home + word[1:] if word.startswith("~/") else word
        yield from sorted(glob.glob(os.path.join(base, path)))
