"""What of a block that the host's shell gets looks like PowerShell, and what does not."""

from __future__ import annotations

import pytest

from jobsh.cmdlets import CMDLETS
from jobsh.command.registry import Registry
from jobsh.errors import JobshError
from jobsh.language import ast, parse
from jobsh.language.doubts import ELSEWHERE

VOCABULARY = Registry(CMDLETS).vocabulary()


def block(text: str) -> ast.Block:
    statement = parse(f"Start-Job {{ {text} }}", VOCABULARY).statements[0]
    assert isinstance(statement, ast.Pipeline)
    command = statement.stages[0]
    assert isinstance(command, ast.Command)
    found = command.arguments[0]
    assert isinstance(found, ast.Block)
    return found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("dir | % { $_.Name }", "`| %` is jobsh's"),
        ("ls | where Name -like x", "`| where` is jobsh's"),
        ("ps aux | select -First 3", "`| select` is PowerShell's"),
        ("uptime | ft", "`| ft` is jobsh's"),
        ("ls | measure -Line", "`| measure` is jobsh's"),
        ("get-process", "get-process is PowerShell's: here it is ps aux"),
        ("gps -Name x", "gps is an alias of PowerShell's"),
        ("echo $($x.Name)", "`$($x.Name)` is PowerShell's"),
        ('echo "$($x.Name)"', "`$($x.Name)` is PowerShell's"),
        ("ping -c 1 $args[0]", "`$args[0]` is PowerShell's"),
        ("return 42", "`return 42` is PowerShell's"),
        ("ls; $x = 5", "`$x =` is PowerShell's"),
        ("ls; if ($?) { echo ok }", "`if ($?) {` is PowerShell's"),
        ("echo a; foreach ($i in 1..3) { $i }", "`foreach ($i in 1..3) {` is PowerShell's"),
        ("hostname; [math]::Round(1.5)", "`[math]::Round` is PowerShell's"),
    ],
)
def test_what_looks_like_powershell_is_said(text: str, said: str) -> None:
    found = block(text)
    assert found.code is None
    assert said in found.doubt
    assert "because it begins with shell text" in found.doubt


@pytest.mark.parametrize(
    "text",
    [
        "ps aux | sort | head",
        "awk '{ if ($1 > 3) { print $_.x } }' f",
        "perl -ne 'print $_.foo' f; x=5; y=$(echo $x)",
        'for i in 1 2; do echo "$i"; done; if [ -f x ]; then rm x; fi',
        "f() { echo; }; f; case $x in a) echo ;; esac",
        "jobs | wait",
        "echo a | while read x; do echo $x; done",
        "# $_.Name is PowerShell's\nls",
        "cd /srv && make",
        'test "$_" = x && exit 3',
    ],
)
def test_shell_scripts_are_not_doubted(text: str) -> None:
    found = block(text)
    assert (found.code, found.doubt) == (None, "")


@pytest.mark.parametrize(
    "text",
    [
        "$x = 5; ls",
        "$env:PATH",
        "$PSVersionTable",
        "write-host hi",
        "foreach ($i in 1..3) { $i }",
        "param($x) ls $x",
        "& { dir | % { $_.Name } }",
        "process { ls }",
        "$h | where { $_.a }",
        "[console]::WriteLine(1)",
        "1..3",
    ],
)
def test_these_are_jobsh_code(text: str) -> None:
    assert block(text).code is not None


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("ls | Where-Object Name -like x", "write { & { … } } to have it read as jobsh code"),
        ("ls; Get-Date", "or give Get-Date a block of its own"),
        ("Get-Process", "it is PowerShell's; here it is ps aux"),
        ("$p = Get-Service cron", "it is PowerShell's; here it is systemctl status"),
    ],
)
def test_what_cannot_run_is_refused_with_a_hint(text: str, hint: str) -> None:
    with pytest.raises(JobshError) as caught:
        block(text)
    assert hint in caught.value.hint


def test_what_is_left_to_programs_is_no_command_here() -> None:
    assert [name for name in ELSEWHERE if VOCABULARY.canonical(name)] == []
