"""Start-Process: processes of their own, with real programs of this machine."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.asynchronous import run, wait_until
from tests.unit.cmdlets.shell import TestShell, printed, run_text


@pytest.mark.parametrize(
    ("text", "out"),
    [
        ("Start-Process sh '-c', 'exit 3' -Wait -PassThru | % { $_.ExitCode; $_.ProcessName; $_.Id -gt 1 }", "3\nsh\nTrue\n"),
        ("Start-Process sh '-c', 'exit 4' -Wait; $LASTEXITCODE", "4\n"),
        ("Start-Process printf '%s.\\n', 'a  b', '$HOME', \"it's\" -RedirectStandardOutput o -Wait; Get-Content o", "a  b.\n$HOME.\nit's.\n"),
        ("'b', 'a' | Out-File i; Start-Process sort -RSI i -RSO o -Wait; Get-Content o", "a\nb\n"),
        ("Start-Process sh '-c', 'echo bad >&2' -RedirectStandardError e -Wait; Get-Content e", "bad\n"),
        ("Start-Process pwd -WorkingDirectory / -RedirectStandardOutput ~/o -Wait; Get-Content o", "/\n"),
        ("Start-Process sh '-c', 'echo $A-$HOME' -Environment @{A='1 2'} -RedirectStandardOutput o -Wait; (Get-Content o) -eq \"1 2-$HOME\"", "True\n"),
        ("Start-Process touch x -WhatIf; Start-Process true", ""),
        ("Start-Process sh '-c', 'env' -RedirectStandardOutput o -Wait; Get-Content o | Select-String JOBSH_", ""),
    ],
)  # fmt: skip
def test_what_a_process_does(text: str, out: str, tmp_path: Path) -> None:
    assert printed(text, tmp_path) == out


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("Start-Process no-such-program", "StartProcessFailed"),
        ("Start-Process /etc/passwd", "StartProcessFailed"),
        ("Start-Process /", "StartProcessFailed"),
        ("Start-Process ''", "ParameterArgumentValidationError"),
        ("Start-Process true -Environment @{'A B'=1}", "ParameterArgumentValidationError"),
        ("Start-Process true -WorkingDirectory /no/such", "StartProcessFailed"),
        ("Start-Process true -RedirectStandardInput /no/such", "StartProcessFailed"),
        ("Start-Process true -RedirectStandardOutput x -RedirectStandardError x", "DuplicateRedirection"),
        ("Start-Process true -NoNewWindow", "ParameterNotInJobsh"),
        ("Start-Process true -Credential x", "ParameterNotInJobsh"),
        ("Start-Process true -WindowStyle Hidden", "ParameterNotInJobsh"),
        ("Start-Process true -Verb RunAs", "ParameterNotInJobsh"),
        ("Start-Process true -UseNewEnvironment", "ParameterNotInJobsh"),
        ("Start-Process true -LoadUserProfile", "ParameterNotInJobsh"),
    ],
)
def test_what_goes_wrong(text: str, id: str, tmp_path: Path) -> None:
    assert [error.error_id for error in run_text(text, tmp_path).errors] == [id]


def test_it_goes_on_by_itself(tmp_path: Path) -> None:
    """It has a session of its own and nothing of ours that would end it."""

    async def tried() -> int:
        shell = TestShell(tmp_path)
        pid = int((await shell.run("Start-Process sleep 300 -PassThru | % Id")).out)
        await wait_until(lambda: Path(f"/proc/{pid}/comm").read_text() == "sleep\n")
        return pid

    pid = run(tried())
    try:
        assert os.getsid(pid) == pid
        assert b"JOBSH_ATTACHED" not in Path(f"/proc/{pid}/environ").read_bytes()
        assert {os.readlink(f"/proc/{pid}/fd/{n}") for n in range(3)} == {"/dev/null"}
    finally:
        os.kill(pid, signal.SIGKILL)
