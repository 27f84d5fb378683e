"""The completion scripts: as made from the declarations, and read by the shells they are for."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from jobsh.cmdlets import CMDLETS
from tests.completion_scripts import DIRECTORY, made


@pytest.mark.parametrize("name", ["jobsh.bash", "_jobsh", "jobsh.fish"])
def test_the_shipped_script_is_the_one_made_from_the_declarations(name: str) -> None:
    assert (DIRECTORY / name).read_text() == made()[name], "run python -m tests.completion_scripts"


def _bash_offers(*words: str) -> list[str]:
    listed = " ".join(f"'{word}'" for word in words)
    script = (
        f"source '{DIRECTORY}/jobsh.bash'; compopt() {{ :; }}; COMP_WORDS=({listed}); COMP_CWORD={len(words) - 1};"
        " _jobsh; printf '%s\\n' \"${COMPREPLY[@]}\""
    )
    return subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True).stdout.split()


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("jobsh", "--co"), ["--command", "--color"]),
        (("jobsh", "-o", "js"), ["json", "jsonl"]),
        (("jobsh", "--color", ""), ["auto", "always", "never"]),
        (("jobsh", "--color", "="), ["auto", "always", "never"]),
        (("jobsh", "--color", "=", "ne"), ["never"]),
        (("jobsh", "engine", ""), ["status", "stop", "restart"]),
        (("jobsh", "-c", "Stop-"), ["Stop-Job"]),
        (("jobsh", "eng"), ["engine"]),
    ],
)
def test_bash_offers(words: tuple[str, ...], offered: list[str]) -> None:
    assert _bash_offers(*words) == offered


def test_bash_offers_all_commands_after_c() -> None:
    assert _bash_offers("jobsh", "-c", "") == sorted(CMDLETS)


@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not here")
@pytest.mark.parametrize(
    ("line", "offered"),
    [("jobsh --col", {"--color"}), ("jobsh -o js", {"json", "jsonl"}), ("jobsh engine st", {"status", "stop"})],
)
def test_fish_offers(line: str, offered: set[str]) -> None:
    script = f"source '{DIRECTORY}/jobsh.fish'; complete -C '{line}'"
    ran = subprocess.run(["fish", "--no-config", "-c", script], capture_output=True, text=True, check=True)
    assert {found.split("\t")[0] for found in ran.stdout.splitlines()} == offered


@pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not here")
def test_zsh_reads_its_script() -> None:
    ran = subprocess.run(["zsh", "-f", "-n", str(DIRECTORY / "_jobsh")], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
