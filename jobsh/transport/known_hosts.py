"""The known_hosts files: an index of lines by host that costs little for 10,000 lines, and adding one. Decides nothing."""

from __future__ import annotations

import asyncio
import base64
import binascii
import fcntl
import functools
import hashlib
import hmac
import os
from collections.abc import Iterable
from typing import NamedTuple

from jobsh.transport.ssh_config_text import matches


class Entry(NamedTuple):
    """One line that applies to a host."""

    file: str
    line: int
    marker: str
    """`@cert-authority`, `@revoked` or empty."""
    key: bytes
    """The public key as it travels."""

    @property
    def place(self) -> str:
        """Where to look: file:line."""
        return f"{self.file}:{self.line}"


class _Line(NamedTuple):
    number: int
    text: bytes


class _File:
    """One known_hosts file. Lines are only split here; keys are decoded for the few lines that are wanted."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._stamp: tuple[int, int, int] | None = None
        self._plain: dict[bytes, list[_Line]] = {}
        self._patterns: list[tuple[tuple[str, ...], _Line]] = []
        self._hashed: list[tuple[bytes, bytes, _Line]] = []
        self._found_hashed: dict[str, list[_Line]] = {}

    def refresh(self) -> None:
        """Read the file again when it has changed."""
        try:
            found = os.stat(self.path)
            stamp = (found.st_mtime_ns, found.st_size, found.st_ino)
            if stamp == self._stamp:
                return
            with open(self.path, "rb") as file:
                data = file.read()
        except OSError:
            stamp, data = (0, -1, 0), b""
        self._stamp = stamp
        self._index(data)

    def _index(self, data: bytes) -> None:
        self._plain, self._patterns, self._hashed, self._found_hashed = {}, [], [], {}
        for number, text in enumerate(data.splitlines(), 1):
            names, _, rest = text.lstrip().partition(b" ")
            if names.startswith(b"@"):
                names = rest.lstrip().partition(b" ")[0]
            if names and not names.startswith(b"#"):
                self._index_line(names, _Line(number, text))

    def _index_line(self, names: bytes, line: _Line) -> None:
        if names.startswith(b"|1|"):
            salt, _, digest = names[3:].partition(b"|")
            try:
                self._hashed.append(
                    (base64.b64decode(salt, validate=True), base64.b64decode(digest, validate=True), line)
                )
            except binascii.Error:
                return
        elif any(c in names for c in b"*?!"):
            self._patterns.append((tuple(names.decode("ascii", "replace").lower().split(",")), line))
        else:
            for name in names.lower().split(b","):
                self._plain.setdefault(name, []).append(line)

    def lines(self, name: str) -> list[_Line]:
        """The lines for `name`, in the order of the file."""
        found = list(self._plain.get(name.encode("utf-8", "surrogateescape"), ()))
        found += [line for patterns, line in self._patterns if _matches_names(patterns, name)]
        if self._hashed:
            if name not in self._found_hashed:
                self._found_hashed[name] = self._search_hashed(name)
            found += self._found_hashed[name]
        return sorted(found)

    def _search_hashed(self, name: str) -> list[_Line]:
        text = name.encode("utf-8", "surrogateescape")
        return [line for salt, digest, line in self._hashed if hmac.digest(salt, text, "sha1") == digest]


def _matches_names(patterns: Iterable[str], name: str) -> bool:
    is_match = False
    for pattern in patterns:
        if matches(pattern.removeprefix("!"), name):
            if pattern.startswith("!"):
                return False
            is_match = True
    return is_match


class KnownHosts:
    """All known_hosts files that were ever asked about, each read once per change."""

    def __init__(self) -> None:
        self._files: dict[str, _File] = {}
        self._deciding: dict[tuple[str, bytes], asyncio.Lock] = {}
        self._adding = asyncio.Lock()

    def deciding(self, name: str, key: bytes) -> asyncio.Lock:
        """Held while somebody is asked about a key, so that nobody is asked twice."""
        return self._deciding.setdefault((name, key), asyncio.Lock())

    async def add(self, path: str, name: str, key: bytes, *, is_hashed: bool) -> None:
        """Append a key to a file, once; raises OSError."""
        async with self._adding:
            if not any(entry.key == key and not entry.marker for entry in self.find((path,), name)):
                write = functools.partial(add, path, name, key, is_hashed=is_hashed)
                await asyncio.get_running_loop().run_in_executor(None, write)

    def find(self, paths: Iterable[str], name: str) -> list[Entry]:
        """The entries for `name` (`host`, or `[host]:port` for a port that is not 22)."""
        found: list[Entry] = []
        for path in dict.fromkeys(paths):
            file = self._files.setdefault(path, _File(path))
            file.refresh()
            found += [entry for line in file.lines(name.lower()) if (entry := _parse(path, line)) is not None]
        return found


def _parse(path: str, line: _Line) -> Entry | None:
    words = line.text.split()
    marker = words.pop(0).decode("ascii", "replace") if words[0].startswith(b"@") else ""
    if len(words) < 3 or marker not in ("", "@cert-authority", "@revoked"):
        return None
    try:
        return Entry(path, line.number, marker, base64.b64decode(words[2], validate=True))
    except binascii.Error:
        return None


def name_of(host: str, port: int) -> str:
    """How known_hosts names a host at a port."""
    return host if port == 22 else f"[{host}]:{port}"


def key_type(key: bytes) -> str:
    """`ssh-ed25519` of a key as it travels."""
    length = int.from_bytes(key[:4], "big")
    return key[4 : 4 + length].decode("ascii", "replace")


def fingerprint(key: bytes) -> str:
    """`SHA256:…`, as ssh and ssh-keygen print it."""
    digest = hashlib.sha256(key).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


def add(path: str, name: str, key: bytes, *, is_hashed: bool) -> None:
    """Append a line the way ssh does: one write under a lock, the file and its directory for the user only. Raises OSError."""
    shown = _hashed(name) if is_hashed else name
    line = f"{shown} {key_type(key)} {base64.b64encode(key).decode()}\n".encode()
    os.makedirs(os.path.dirname(path) or ".", mode=0o700, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        size = os.fstat(descriptor).st_size
        ends_open = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
        os.write(descriptor, b"\n" + line if ends_open else line)
    finally:
        os.close(descriptor)


def _hashed(name: str) -> str:
    salt = os.urandom(20)
    digest = hmac.digest(salt, name.lower().encode(), "sha1")
    return f"|1|{base64.b64encode(salt).decode()}|{base64.b64encode(digest).decode()}"
