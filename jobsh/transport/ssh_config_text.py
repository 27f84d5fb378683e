"""Which lines of the ssh_config files apply to a host, so that `ssh -G` need not be asked for each of a hundred alike hosts.

Not a second reader of ssh_config: what the lines mean is ssh's business. Two hosts to which the same lines apply, in the same
order, get the same answer from ssh apart from their names; where that cannot be shown, the signature is None.
"""

from __future__ import annotations

import glob
import ipaddress
import os
import pwd
import re
import shlex
from typing import NamedTuple

from jobsh.model.struct import Struct

SYSTEM_CONFIG = "/etc/ssh/ssh_config"

_PLAIN_NAME = re.compile(r"[a-z0-9_][a-z0-9_.-]*", re.ASCII)
_NUMBERS = re.compile(r"(0x[0-9a-f]*|\d+)(\.(0x[0-9a-f]*|\d+))*", re.ASCII)
_KEYWORD = re.compile(r"([A-Za-z][A-Za-z0-9]*)(?:\s*=\s*|\s+)(.*)", re.ASCII)
_SAME_FOR_ALL_HOSTS = frozenset({"user", "localuser", "tagged", "localnetwork"})
_NOT_HEEDED = frozenset({"controlpath", "controlmaster", "controlpersist", "localcommand", "remotecommand", "loglevel"})


class Stamp(NamedTuple):
    """What is looked at to see whether a file or directory has changed."""

    path: str
    modified: int
    size: int


class Signature(NamedTuple):
    """Equal signatures: ssh's answers differ only in the names."""

    lines: tuple[tuple[str, str], ...]
    is_address: bool


class _Group(Struct):
    """The patterns of one Host line."""

    patterns: tuple[str, ...]


class _Block(Struct):
    """Lines that apply to the hosts that match all of `groups`."""

    groups: tuple[int, ...]
    lines: list[tuple[str, str]]
    is_opaque: bool = False
    """Whether only ssh can tell if its lines count (it is the same for alike hosts): its first line is the Match."""


class ConfigText:
    """The text of all files that ssh reads for `-F file` (or, empty, the user's and the system's)."""

    def __init__(self, file: str = "") -> None:
        self.stamps: list[Stamp] = []
        self.is_provable = True
        """Whether no line makes ssh's answer depend on more than the lines."""
        self.depends_on_environment = False
        self.runs_commands = False
        self._blocks: list[_Block] = []
        self._literal: dict[str, list[int]] = {}
        self._patterns: list[tuple[int, _Group]] = []
        self._groups = 0
        self._home = pwd.getpwuid(os.getuid()).pw_dir
        for path, base in [(file, "")] if file else [(f"{self._home}/.ssh/config", ""), (SYSTEM_CONFIG, "/etc/ssh")]:
            self._read(path, base or f"{self._home}/.ssh", (), depth=0)
        self._by_group: dict[int, list[int]] = {}
        for place, block in enumerate(self._blocks):
            self._by_group.setdefault(block.groups[-1] if block.groups else -1, []).append(place)

    def is_current(self) -> bool:
        """Whether no file has changed since."""
        return all(_stamp(stamp.path) == stamp for stamp in self.stamps)

    # -- reading --

    def _read(self, path: str, base: str, groups: tuple[int, ...], depth: int) -> None:
        self.stamps.append(_stamp(path))
        try:
            with open(path, encoding="utf-8", errors="surrogateescape") as file:
                text = file.read()
        except OSError:
            return
        block = self._block(groups)
        for line in text.splitlines():
            found = _KEYWORD.fullmatch(line.strip())
            if found is None:
                continue  # a comment, or what ssh will complain about
            keyword, rest = found[1].lower(), found[2].strip()
            if keyword == "host":
                block = self._block((*groups, self._group(_words(rest))))
            elif keyword == "match":
                block = self._match(rest, groups)
            elif keyword == "include":
                self.is_provable &= not block.is_opaque
                self._include(rest, base, block.groups, depth)
                block = self._block(block.groups)
            else:
                self._line(block, keyword, rest)

    def _block(self, groups: tuple[int, ...]) -> _Block:
        block = _Block(groups, [])
        self._blocks.append(block)
        return block

    def _line(self, block: _Block, keyword: str, rest: str) -> None:
        self.depends_on_environment |= "$" in rest
        if keyword == "canonicalizehostname" and rest.lower() not in ("no", "none", "false"):
            self.is_provable = False
        if keyword not in _NOT_HEEDED:
            block.lines.append((keyword, rest))

    def _group(self, patterns: list[str]) -> int:
        number = self._groups
        self._groups += 1
        if any(c in pattern for pattern in patterns for c in "*?!"):
            self._patterns.append((number, _Group(tuple(patterns))))
        for pattern in patterns:
            self._literal.setdefault(pattern, []).append(number)
        return number

    def _match(self, rest: str, groups: tuple[int, ...]) -> _Block:
        words = _words(rest)
        criteria = [word.lower() for word in words]
        self.runs_commands |= any(word.lstrip("!") == "exec" for word in criteria)
        if criteria == ["all"]:
            return self._block(groups)
        if len(words) == 2 and criteria[0] == "originalhost":
            return self._block((*groups, self._group(words[1].split(","))))
        if not set(criteria[::2]) <= _SAME_FOR_ALL_HOSTS:
            self.is_provable = False
        block = _Block(groups, [("match", rest)], is_opaque=True)
        self._blocks.append(block)
        return block

    def _include(self, rest: str, base: str, groups: tuple[int, ...], depth: int) -> None:
        if depth > 16 or any(c in rest for c in "$%"):
            self.is_provable = False
            return
        for word in _words(rest):
            path = word.replace("~", self._home, 1) if word.startswith("~/") else os.path.join(base, word)
            if glob.has_magic(path):
                self.stamps.append(_stamp(os.path.dirname(path)))
            for name in sorted(glob.glob(path)) or [path]:
                self._read(name, base, groups, depth + 1)

    # -- asking --

    def signature(self, host: str) -> tuple[Signature, str] | None:
        """What tells `host` from others, and the HostName its lines give it; None when only ssh can tell."""
        is_address = _is_address(host)
        if not self.is_provable or not (is_address or _is_plain_name(host)):
            return None
        blocks = self._blocks_for(host)
        if any(block.is_opaque and keyword == "hostname" for block in blocks for keyword, _ in block.lines):
            return None
        lines = [line for block in blocks for line in block.lines]
        name = next((rest for keyword, rest in lines if keyword == "hostname"), "%h")
        rest = tuple(line for line in lines if line[0] != "hostname")
        if any(host in value for keyword, value in rest if keyword == "proxyjump"):
            return None
        expanded = name.replace("%h", host)
        if "%" in expanded or '"' in expanded or not (_is_plain_name(expanded) or _is_address(expanded)):
            return None
        return Signature(rest, _is_address(expanded)), expanded

    def _blocks_for(self, host: str) -> list[_Block]:
        matched = set(self._literal.get(host, ()))
        for number, group in self._patterns:
            (matched.add if matches_list(group.patterns, host) else matched.discard)(number)
        places = list(self._by_group.get(-1, ()))
        for number in matched:
            places += self._by_group.get(number, ())
        blocks = (self._blocks[place] for place in sorted(places))
        return [block for block in blocks if matched.issuperset(block.groups)]


def matches_list(patterns: tuple[str, ...], host: str) -> bool:
    """Whether `host` matches one of `patterns` and none that begins with `!`."""
    is_match = False
    for pattern in patterns:
        if matches(pattern.lstrip("!"), host):
            if pattern.startswith("!"):
                return False
            is_match = True
    return is_match


def matches(pattern: str, host: str) -> bool:
    """A pattern of ssh: `*` and `?` only."""
    if "*" not in pattern and "?" not in pattern:
        return pattern == host
    expression = "".join({"*": ".*", "?": "."}.get(c, re.escape(c)) for c in pattern)
    return re.fullmatch(expression, host, re.DOTALL) is not None


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text, comments=True)
    except ValueError:  # ssh will complain about it
        return text.split()


def _stamp(path: str) -> Stamp:
    try:
        found = os.stat(path)
    except OSError:
        return Stamp(path, 0, -1)
    return Stamp(path, found.st_mtime_ns, found.st_size)


def _is_plain_name(host: str) -> bool:
    """Whether ssh takes it as it is: no capitals to lower, no number in disguise."""
    return _PLAIN_NAME.fullmatch(host) is not None and _NUMBERS.fullmatch(host) is None


def _is_address(host: str) -> bool:
    try:
        return str(ipaddress.ip_address(host)) == host
    except ValueError:
        return False
