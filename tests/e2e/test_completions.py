"""The shells' completions, typed with Tab at each shell's own prompt."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.e2e.jobsh_process import ROOT
from tests.screen import screen
from tests.sshd import private_environment

DIRECTORY = ROOT / "completions"
SHELLS = {
    "bash": (("bash", "--norc", "-i"), f"source {DIRECTORY}/jobsh.bash; PS1='$ '"),
    "zsh": (("zsh", "-f", "-i"), f"fpath=({DIRECTORY} $fpath); autoload -U compinit; compinit -u -D; PS1='$ '"),
    "fish": (("fish", "--no-config", "-i"), f"source {DIRECTORY}/jobsh.fish; function fish_prompt; echo -n '$ '; end"),
}


@pytest.mark.parametrize("shell", SHELLS)
def test_tab(shell: str, place: Path) -> None:
    assert shutil.which(shell), f"{shell} is needed for this test"
    argv, set_up = SHELLS[shell]
    (place / "my script.jsh").touch()
    (place / "notes.txt").touch()
    environment = {**private_environment(place), "PATH": os.environ["PATH"]}
    with screen(argv, environment, str(place)) as shown:
        shown.wait(lambda: shown.line.strip(), "the shell's first prompt")
        shown.enter(set_up)
        shown.wait_line("$")
        for typed, completed in (
            ("jobsh --dem", "$ jobsh --demo"),
            ("jobsh --color=al", "$ jobsh --color=always"),
            ("jobsh -o cs", "$ jobsh -o csv"),
            ("jobsh engine sto", "$ jobsh engine stop"),
            ("jobsh my", "$ jobsh my\\ script.jsh"),
            ("jobsh -c Wait-J", "$ jobsh -c Wait-Job"),
        ):
            shown.type(f"{typed}\t")
            shown.wait(lambda line=completed: shown.line == line, completed)  # type: ignore[misc]
            shown.type("\x15")  # Ctrl-U: an empty line again
            shown.wait_line("$")
