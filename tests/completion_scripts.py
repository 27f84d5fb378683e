"""Write `completions/*` from the declarations: `python -m tests.completion_scripts`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from jobsh.cmdlets import CMDLETS
from jobsh.command.shell_completion import scripts

DIRECTORY = Path(__file__).parent.parent / "completions"


def made() -> Mapping[str, str]:
    """The scripts as they have to be."""
    return scripts(sorted(CMDLETS))


if __name__ == "__main__":
    DIRECTORY.mkdir(exist_ok=True)
    for name, text in made().items():
        (DIRECTORY / name).write_text(text, "utf-8")
