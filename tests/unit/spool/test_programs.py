"""Which command runs a program."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from jobsh.errors import SpoolError
from jobsh.model.messages import Program
from jobsh.spool.programs import Shell, ShellKind, interpreter_of, job_command
from jobsh.spool.scripts import BOOT, one_line, source

BASH = Shell("/bin/bash")


@pytest.mark.parametrize(
    ("login_shell", "command", "kind", "is_login_shell"),
    [
        ("/bin/bash", ("/bin/bash",), ShellKind.BASH, True),
        ("/usr/bin/zsh", ("/usr/bin/zsh",), ShellKind.ZSH, True),
        ("/bin/dash", ("/bin/dash",), ShellKind.SH, True),
        ("/bin/busybox", ("/bin/busybox", "sh"), ShellKind.SH, True),
        ("/usr/bin/mksh", ("/usr/bin/mksh",), ShellKind.SH, True),
        ("/usr/bin/fish", ("/bin/sh",), ShellKind.SH, False),
        ("/bin/tcsh", ("/bin/sh",), ShellKind.SH, False),
        ("/usr/sbin/nologin", ("/bin/sh",), ShellKind.SH, False),
        ("bash", ("/bin/sh",), ShellKind.SH, False),
        ("", ("/bin/sh",), ShellKind.SH, False),
    ],
)
def test_the_shell_of_a_location(
    login_shell: str, command: tuple[str, ...], kind: ShellKind, is_login_shell: bool
) -> None:
    shell = Shell(login_shell)
    assert (shell.command, shell.is_login_shell) == (command, is_login_shell)
    assert shell.kind is (kind if is_login_shell else ShellKind.SH)


@pytest.mark.parametrize(
    ("text", "interpreter", "expected"),
    [
        ("echo x", (), ()),
        ("#!/bin/sh\necho", (), ("/bin/sh",)),
        ("#! /usr/bin/env  python3 -u\nx", (), ("/usr/bin/env", "python3 -u")),
        ("#!/bin/sh\necho", ("bash",), ("bash",)),
        ("#!", (), ()),
    ],
)
def test_interpreters(text: str, interpreter: tuple[str, ...], expected: tuple[str, ...]) -> None:
    assert interpreter_of(Program(text, text, interpreter)) == expected


def test_commands_of_jobs() -> None:
    plain = Program("x", "x", arguments=("a b",))
    assert job_command(plain, "/s/script", BASH, ()) == ["/bin/bash", "/s/script", "a b"]
    python = Program("x", "x", ("python3", "-u"), ("1",))
    assert job_command(python, "/s/script", BASH, ()) == ["python3", "-u", "/s/script", "1"]
    code = Program("x", "x", ("jobsh",))
    assert job_command(code, "/s/script", BASH, ("py", "-m", "jobsh")) == ["py", "-m", "jobsh", "/s/script"]
    with pytest.raises(SpoolError):
        job_command(code, "/s/script", BASH, ())
    assert job_command(plain, "/s/script", BASH, (), "/s/state")[-3:] == ["/s/script", "/s/state", "a b"]


PROGRAMS = [
    ("words.sh", "guard.sh"),
    ("directory.sh", "control.sh", "starting.sh", "sessions.sh"),
    ("words.sh", "guard.sh", "directory.sh", "control.sh", "keeper.sh"),
    ("runner.sh",),
    ("words.sh", "directory.sh", "follow.sh"),
    ("words.sh", "directory.sh", "mux.sh"),
    ("words.sh", "upload.sh"),
    ("state_sh.sh", "attach.sh"),
]
SHELLS = [words for words in (["dash"], ["bash", "--posix"], ["busybox", "sh"]) if shutil.which(words[0])]


@pytest.mark.parametrize("names", PROGRAMS, ids=lambda names: names[-1])
@pytest.mark.parametrize("shell", SHELLS, ids=lambda words: words[0])
def test_the_programs_are_posix_sh(names: tuple[str, ...], shell: list[str]) -> None:
    checked = subprocess.run([*shell, "-n", "-c", source(*names)], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.parametrize("names", [("attach.sh", "run.sh"), ("run_in_session.sh",)], ids=lambda names: names[-1])
@pytest.mark.parametrize("shell", [*SHELLS, ["zsh"]], ids=lambda words: words[0])
def test_one_line_means_what_many_do(names: tuple[str, ...], shell: list[str]) -> None:
    if not shutil.which(shell[0]):
        pytest.skip(f"{shell[0]} is not here")
    line = one_line(*names)
    assert "\n" not in line
    checked = subprocess.run([*shell, "-n", "-c", line], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_what_login_shells_read_is_the_same_to_all_of_them() -> None:
    assert not set(BOOT) & set("!\\\n")
    assert "'" not in one_line("run_in_session.sh")
