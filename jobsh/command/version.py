"""`[version]'7.2.10'`: numbers of versions, which are compared part by part. Knows no other values."""

from __future__ import annotations

import re

from jobsh.command.text import Textual

_WRITTEN = re.compile(r"\d+(?:\.\d+){1,3}", re.ASCII)


class Version(Textual):
    """Two to four numbers; -1 stands for those that were not written."""

    major: int
    minor: int
    build: int = -1
    revision: int = -1

    def __lt__(self, other: Version) -> bool:
        return self.astuple() < other.astuple()

    def __gt__(self, other: Version) -> bool:
        return other < self

    def shown(self) -> str:
        """As it is written."""
        return ".".join(str(number) for number in self.astuple() if number >= 0)


def parse_version(text: str) -> Version | None:
    """`7.2`, `7.2.10`, `7.2.10.1`; None for anything else."""
    return Version(*map(int, text.strip().split("."))) if _WRITTEN.fullmatch(text.strip()) else None
