"""Names for jobs and sessions."""

from __future__ import annotations

import os
import re
from typing import NamedTuple, NewType

InstanceId = NewType("InstanceId", str)
"""32 hexadecimal digits that name a job or session everywhere and for ever; the name of its spool directory."""

SessionId = NewType("SessionId", int)
"""The number of a session in its engine."""

Location = SessionId | None
"""Where something runs: the host of a session, or (None) this machine."""

HERE: Location = None


def is_instance_id(text: str) -> bool:
    """Whether a host that says so names something: it also becomes the name of a directory here."""
    return re.fullmatch(r"[0-9a-f]{32}", text, re.ASCII) is not None


def new_instance_id() -> InstanceId:
    """A fresh random InstanceId."""
    return InstanceId(os.urandom(16).hex())


def parse_instance_id(text: str) -> InstanceId | None:
    """Read one, also with the dashes of a GUID; None when `text` is none."""
    found = re.fullmatch(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", text, re.ASCII | re.IGNORECASE)
    return InstanceId(text.replace("-", "").lower()) if found else None


class JobId(NamedTuple):
    """`12`, or `12.1` for the first child job of job 12. `child` is 0 for the job itself."""

    number: int
    child: int = 0

    def __str__(self) -> str:
        return f"{self.number}.{self.child}" if self.child else str(self.number)

    @property
    def parent(self) -> JobId:
        """The job this is a child of; itself when it is none."""
        return JobId(self.number)

    @classmethod
    def parse(cls, text: str) -> JobId | None:
        """Read `12` or `12.1`; None when `text` is neither."""
        found = re.fullmatch(r"([1-9]\d{0,9})(?:\.([1-9]\d{0,9}))?", text, re.ASCII)
        return cls(int(found[1]), int(found[2] or 0)) if found else None
