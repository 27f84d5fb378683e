"""Blocks of jobsh code sent to hosts: their errors, warnings and statuses say which host they came from."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.asynchronous import run
from tests.unit.cmdlets.fakes import FakeEngine
from tests.unit.cmdlets.shell import Ran, TestShell


@pytest.fixture
def shell(tmp_path: Path, engine: FakeEngine) -> TestShell:
    return TestShell(tmp_path, engine)


def said(shell: TestShell, text: str) -> Ran:
    return run(shell.run(text))


@pytest.mark.parametrize("mistake", ["Write-Error bad", "Get-Job 99", "1 / 0", "$null.Foo()", "throw 'bad'"])
def test_an_error_knows_its_host(shell: TestShell, mistake: str) -> None:
    ran = said(shell, f"Invoke-Command web01, web02 {{ $x = 1; {mistake} }}; $Error | % Host | Sort-Object")
    assert sorted(error.host for error in ran.errors) == ["web01", "web02"]
    assert ran.out == "web01\nweb02\n"


def test_one_of_a_host_behind_a_host_keeps_its_own(shell: TestShell) -> None:
    ran = said(shell, "Invoke-Command web01 { Write-Error a; Invoke-Command web02 { Write-Error b } }; Write-Error c")
    assert [(error.message, error.host) for error in ran.errors] == [("a", "web01"), ("b", "web02"), ("c", "")]


def test_the_error_variable_has_them_and_redirections_take_them(shell: TestShell) -> None:
    ran = said(
        shell, "Invoke-Command web01, web02 { Write-Error bad } -ErrorVariable ev -ea 0; $ev | % Host | Sort-Object"
    )
    assert ran.out == "web01\nweb02\n"
    ran = said(shell, 'Invoke-Command web01 { Write-Error bad } 2>&1 | % { "$($_.PSComputerName) $_" }')
    assert (ran.out, ran.errors) == ("web01 bad\n", [])
    assert said(shell, "1, 2 | ForEach-Object { Write-Error $_ } -ErrorVariable ev 2>$null; $ev.Count").out == "2\n"


@pytest.mark.parametrize(
    ("block", "status"),
    [
        ("{ $x = 1; Get-Job 99 }", 1),
        ("{ Get-Job 99; 5 }", 0),
        ("{ $x = 1 }", 0),
        ("{ $x = 1; 1 / 0 }", 1),
    ],
)
@pytest.mark.parametrize("targets", ["", "web01", "web01, web02"])
def test_the_status_is_that_of_the_last_statement(shell: TestShell, targets: str, block: str, status: int) -> None:
    assert said(shell, f"Invoke-Command {targets} {block}").status == status
    assert said(shell, f"Invoke-Command {targets} {block}; $?").out.splitlines()[-1] == str(status == 0)


def test_of_several_hosts_the_worst(shell: TestShell) -> None:
    ran = said(shell, "Invoke-Command web01, web02 { if ((Get-Session).Count -ge 0) { 5 } else { throw 'x' } }")
    assert ran.status == 0
    ran = said(
        shell, "$n = 0; Invoke-Command web01, web02 { $global:n += 1; if ($global:n -eq 1) { Get-Job 99 } else { 5 } }"
    )
    assert ran.status == 1


def test_a_warning_of_one_of_several_hosts_says_so(shell: TestShell) -> None:
    shown: list[tuple[str, bool]] = []

    async def stream(record: object) -> None:
        shown.append((record.origin.computer_name, record.origin.show_computer_name))  # type: ignore[attr-defined]

    shell.outside.stream = stream  # type: ignore[method-assign]
    said(shell, "Invoke-Command web01, web02 { Write-Warning w }; Invoke-Command web03 { Write-Warning w }")
    assert sorted(shown) == [("web01", True), ("web02", True), ("web03", False)]
