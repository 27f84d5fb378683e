"""Hosts as users name them: `user@host:port`, `[::1]:22`, and patterns such as `web[01-20],db1`."""

from __future__ import annotations

import re

from jobsh.errors import OperationError
from jobsh.model.struct import Struct

# A name that begins with a dash would be read as an option by ssh.
_HOST = re.compile(r"[A-Za-z0-9_.%:][A-Za-z0-9_.%:-]*", re.ASCII)
_USER = re.compile(r"[^\s\x00-\x1f@'\"`;|&<>(){}\-][^\s\x00-\x1f'\"`;|&<>(){}]*")
_MOST_HOSTS = 100_000


class HostAddress(Struct):
    """How to reach a host. Empty fields are left to the user's ssh configuration."""

    label: str
    """As the user named it: ComputerName on its results."""
    host: str
    user: str = ""
    port: int = 0
    key_file: str = ""
    is_local: bool = False
    """`localhost` without further options: needs no sshd."""
    options: tuple[tuple[str, str], ...] = ()
    """For ssh's `-o name=value`; the first of a name counts."""
    connect_timeout: float = 0.0
    """Seconds for connecting; 0: as the ssh configuration says."""
    connect_retries: int = 0
    """How often connecting is tried again when the network fails."""


def parse_address(
    text: str, *, user: str = "", port: int = 0, key_file: str = "", options: tuple[tuple[str, str], ...] = ()
) -> HostAddress:
    """Read `host`, `user@host`, `host:port`, `[v6]:port`, also after ssh://; what the text says wins over the keywords."""
    if text.lower().startswith("ssh://"):
        text = text[len("ssh://") :].rstrip("/")
    named_user, at, rest = text.rpartition("@")
    host, named_port = _split_port(rest)
    if not _HOST.fullmatch(host) or (at and not _USER.fullmatch(named_user)):
        raise OperationError(f"'{text}' is not a host name", hint="hosts look like web01, user@web01:22 or [::1]:22")
    user, port = user_at_domain(named_user) or user, named_port or port
    is_local = host.lower() == "localhost" and not (user or port or key_file or options)
    return HostAddress(text, host, user, port, key_file, is_local, options)


def parse_user(text: str) -> str:
    """A login name; raises OperationError for what could be taken for an option or for several words."""
    if not _USER.fullmatch(text):
        raise OperationError(f"'{text}' is not a user name")
    return user_at_domain(text)


def user_at_domain(text: str) -> str:
    r"""`DOMAIN\user` as user@DOMAIN, as PowerShell gives it to ssh."""
    domain, backslash, user = text.partition("\\")
    return f"{user}@{domain}" if backslash and domain and user else text


def _split_port(text: str) -> tuple[str, int]:
    found = re.fullmatch(r"\[([^\]]*)\](?::(\d{1,5}))?|([^:]*):(\d{1,5})", text, re.ASCII)
    if found is None:
        return text, 0  # a plain name, or a bare IPv6 address
    port = int(found[2] or found[4] or 0)
    if port > 65535 or (port == 0 and (found[2] or found[4])):
        raise OperationError(f"'{text}': the port must be 1 to 65535")
    return found[1] if found[1] is not None else found[3], port


def expand_hosts(pattern: str) -> tuple[str, ...]:
    """`web[01-03,7],db1` → web01 web02 web03 web7 db1: comma lists and padded ranges, as clush and pdsh read them."""
    return tuple(host for part in _split_commas(pattern) for host in _expand_one(part))


def _split_commas(text: str) -> list[str]:
    return [part.strip() for part in re.split(r",(?![^\[]*\])", text) if part.strip()]


def _expand_one(text: str) -> list[str]:
    found = re.search(r"\[(\d[\d,\-/]*)\]", text, re.ASCII)
    if found is None or text.startswith("[") or "@[" in text:  # [::1] and user@[::1] are addresses
        return [text]
    tails = _expand_one(text[found.end() :])
    heads = [text[: found.start()] + number for number in _expand_range(found[1], text)]
    if len(heads) * len(tails) > _MOST_HOSTS:
        raise OperationError(f"'{text}' names more than {_MOST_HOSTS} hosts")
    return [head + tail for head in heads for tail in tails]


def _expand_range(ranges: str, text: str) -> list[str]:
    numbers: list[str] = []
    for item in ranges.split(","):
        found = re.fullmatch(r"(\d+)(?:-(\d+)(?:/(\d+))?)?", item, re.ASCII)
        if found is None or int(found[3] or 1) == 0:
            raise OperationError(f"'{text}': '{item}' is not a range", hint="ranges look like web[01-20] or web[1,3-5]")
        first, last = found[1], found[2] or found[1]
        if int(last) < int(first) or int(last) - int(first) > _MOST_HOSTS:
            raise OperationError(f"'{text}': the range {item} is empty or too long")
        width = len(first)
        numbers += [str(n).zfill(width) for n in range(int(first), int(last) + 1, int(found[3] or 1))]
    return numbers
