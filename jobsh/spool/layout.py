"""Where a spool is and what the names in it mean. Pure but for reading this machine's own name."""

from __future__ import annotations

import os
import re
from typing import NamedTuple

_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)
_NUMBERS = re.compile(r"\d+(?:\.\d+)*", re.ASCII)


def machine_name(machine_id: str, host: str) -> str:
    """What tells machines apart that share a home directory."""
    return machine_id if _ID.fullmatch(machine_id) else re.sub(r"[^A-Za-z0-9._-]", "_", host) or "this"


def spool_of(state_directory: str, machine: str) -> str:
    """The spool of `machine` in a user's state directory (`$XDG_STATE_HOME/jobsh`)."""
    return f"{state_directory}/spool/{machine}"


def state_directory(xdg_state_home: str, home: str) -> str:
    """`$XDG_STATE_HOME/jobsh`, or its default."""
    return (xdg_state_home if xdg_state_home.startswith("/") else f"{home}/.local/state") + "/jobsh"


def this_machine() -> str:
    """The name of the machine we are on."""
    return machine_name(_first_line("/etc/machine-id"), os.uname().nodename)


def _first_line(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.readline().strip()
    except OSError:
        return ""


def boot_id() -> str:
    """What tells this boot from others; `-` where the system does not say."""
    return _first_line("/proc/sys/kernel/random/boot_id") or "-"


class End(NamedTuple):
    """The result of a job: the file name `end.STATUS.OUT.ERR`."""

    status: int
    out: int
    err: int


def parse_end(name: str) -> End | None:
    """Read the name of a result file; None for any other name."""
    figures = _figures(name, "end.", 3)
    return End(*figures) if figures else None


def parse_mark(name: str) -> tuple[int, int] | None:
    """Read `received.OUT.ERR`; None for any other name."""
    figures = _figures(name, "received.", 2)
    return (figures[0], figures[1]) if figures else None


def _figures(name: str, prefix: str, count: int) -> list[int] | None:
    rest = name.removeprefix(prefix)
    if rest == name or not _NUMBERS.fullmatch(rest) or rest.count(".") != count - 1:
        return None
    return [int(figure) for figure in rest.split(".")]


class Run(NamedTuple):
    """Who runs a job: process ids with their start times, and where they mean something."""

    runner: int
    runner_birth: str
    job: int
    job_birth: str
    boot: str
    host: str


def parse_run(text: str) -> Run | None:
    """Read the first line of the file `run`; None when the runner has not written it yet."""
    words = text.partition("\n")[0].split()
    if len(words) < 8 or words[0] != "run" or words[7] != ".":
        return None
    if not (words[1].isdecimal() and words[3].isdecimal()):
        return None
    return Run(int(words[1]), words[2], int(words[3]), words[4], words[5], words[6])
