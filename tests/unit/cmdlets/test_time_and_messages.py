"""The verbs for time, messages, questions and errors, parameter by parameter."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobsh.model.messages import HistoryItem, Question
from tests.asynchronous import run
from tests.unit.cmdlets.fakes import FakeEngine
from tests.unit.cmdlets.shell import KeepingOutside, TestShell, printed, run_text


@pytest.mark.parametrize(
    ("text", "out"),
    [
        ("Get-Date 2026-03-04 -Hour 5 -Minute 6 -Second 7 -Millisecond 8 -Format 'HH:mm:ss.fff'", "05:06:07.008\n"),
        ("Get-Date -Year 2020 -Month 2 -Day 29 -Format yyyy-MM-dd", "2020-02-29\n"),
        ("Get-Date -UnixTimeSeconds 86400 -AsUTC -Format s", "1970-01-02T00:00:00\n"),
        ("Get-Date 2026-03-04 -UFormat '+%d.%m.%y'", "04.03.26\n"),
        ("Get-Date '2026-03-04 05:06:07' -Format FileDateTime", "20260304T0506070000\n"),
        ("Get-Date 2026-03-04 -Format FileDate", "20260304\n"),
        ("(Get-Date -UnixTimeSeconds 0 -Format FileDateTimeUniversal)", "19700101T0000000000Z\n"),
        ("(New-TimeSpan -Days 1 -Hours 2 -Minutes 3 -Seconds 4 -Milliseconds 500).TotalSeconds", "93784.5\n"),
        ("(New-TimeSpan -Start 2026-03-01 -End 2026-03-04).Days", "3\n"),
        ("(New-TimeSpan 2000-01-01).Days -gt 9000", "True\n"),
        ("(New-TimeSpan).TotalSeconds", "0\n"),
        ("(Measure-Command { Start-Sleep -Milliseconds 30; 'not shown' }).TotalSeconds -ge 0.03", "True\n"),
        ("$n = 0; (1..3 | Measure-Command { $n += $_ }) -is [timespan]; $n", "True\n6\n"),
        ("$n = 0; Measure-Command { $n += $_ } -InputObject 1, 2 | Out-Null; $n", "3\n"),
        ("(Measure-Command { printf hidden }).TotalSeconds -lt 60", "True\n"),
        ("Start-Sleep -Seconds 0; Start-Sleep -Duration 00:00:00; Start-Sleep -Milliseconds 0; 'done'", "done\n"),
    ],
)  # fmt: skip
def test_time(text: str, out: str, tmp_path: Path) -> None:
    assert printed(text, tmp_path) == out


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("Get-Date -Month 13", "ParameterArgumentValidationError"),
        ("Get-Date -UnixTimeSeconds 1e30", "InvalidCast"),
        ("New-TimeSpan -Days 1e20", "ParameterArgumentValidationError"),
        ("Get-Date -DisplayHint Time", "ParameterNotInJobsh"),
        ("Write-Progress x -PercentComplete 101", "ParameterArgumentValidationError"),
        ("Get-Error -Newest 0", "ParameterArgumentValidationError"),
        ("Read-Host x", "ReadHostNotInteractive"),
        ("Read-Host x -AsSecureString", "ParameterNotInJobsh"),
        ("Invoke-History", "InvokeHistoryNoLastHistoryEntryFound"),
        ("Write-Error x -CategoryReason y", "ParameterNotInJobsh"),
        ("Write-Error x -CategoryActivity y", "ParameterNotInJobsh"),
        ("Clear-History 7", "GetHistoryNoHistoryForId"),
    ],
)
def test_what_goes_wrong(text: str, id: str, tmp_path: Path) -> None:
    assert [error.error_id for error in run_text(text, tmp_path).errors] == [id]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Write-Debug x", []),
        ("Write-Debug x -Debug", ["x"]),
        ("$DebugPreference = 'Continue'; 'a', 'b' | Write-Debug", ["a", "b"]),
        ("Write-Information x", []),
        ("Write-Information x -InformationAction Continue", ["x"]),
        ("$InformationPreference = 'Continue'; 1, 2 | Write-Information; Write-Information -MessageData 3", ["1", "2", "3"]),
        ("Write-Host x", ["x"]),
    ],
)  # fmt: skip
def test_messages(text: str, said: list[str], tmp_path: Path) -> None:
    assert run_text(text, tmp_path).said == said


@pytest.mark.parametrize(
    ("text", "record"),
    [
        ("Write-Error no -Category InvalidData -ErrorId mine -TargetObject 5 -RecommendedAction try", ("no", "InvalidData", "mine", 5, "try")),
        ("try { throw 'bad' } catch { Write-Error -Exception $_.Exception }", ("bad", "NotSpecified", "WriteError", None, "")),
        ("try { throw 'bad' } catch { Write-Error -Exception $_.Exception -Message worse }", ("worse", "NotSpecified", "WriteError", None, "")),
        ("try { Get-Variable x -ErrorAction Stop } catch { Write-Error -ErrorRecord $_ -RecommendedAction 'set it' }", ("there is no variable x", "ObjectNotFound", "VariableNotFound", "x", "set it")),
        ("'piped' | Write-Error", ("piped", "NotSpecified", "WriteError", None, "")),
        ("Write-Error -ErrorRecord 5", ("-ErrorRecord: Int is no error", "InvalidArgument", "BindingError", None, "catch gives one as $_")),
    ],
)  # fmt: skip
def test_write_error(text: str, record: tuple[object, ...], tmp_path: Path) -> None:
    (error,) = run_text(text, tmp_path).errors
    assert (error.message, error.category, error.error_id, error.target or None, error.hint) == record


def test_information_has_tags(tmp_path: Path) -> None:
    text = "Write-Information hello -Tags a, b -InformationAction Continue 6>&1 | % { $_.Text; $_.Tags }"
    assert printed(text, tmp_path) == "hello\na\nb\n"


class _Somebody(KeepingOutside):
    """A user who answers, and a line that shows progress."""

    is_interactive = True

    def __init__(self, answer: str | None) -> None:
        super().__init__()
        self.answer = answer
        self.asked: list[tuple[str, bool]] = []
        self.told: list[tuple[str, int, int]] = []

    async def ask(self, question: Question) -> str | None:
        self.asked.append((question.text, question.echo))
        return self.answer

    def progress(self, activity: str, done: int, total: int) -> None:
        self.told.append((activity, done, total))


def test_read_host_asks(tmp_path: Path) -> None:
    shell = TestShell(tmp_path)
    shell.interpreter.outside = shell.interpreter.shell.outside = somebody = _Somebody("web01")
    assert not run(shell.run("Read-Host Which host; $x = Read-Host PIN -MaskInput; Read-Host")).errors
    assert somebody.asked == [("Which host:", True), ("PIN:", False), ("", True)]
    assert somebody.out == "web01\nweb01\n"


def test_progress_is_told(tmp_path: Path) -> None:
    shell = TestShell(tmp_path)
    shell.interpreter.outside = shell.interpreter.shell.outside = somebody = _Somebody(None)
    text = (
        "Write-Progress Copy -PercentComplete 40; Write-Progress Copy file -Id 2 -ParentId 1 -CurrentOperation x -SecondsRemaining 5;"
        " Write-Progress Copy -Completed; $ProgressPreference = 'SilentlyContinue'; Write-Progress Copy"
    )
    assert not run(shell.run(text)).errors
    assert somebody.told == [("Copy", 40, 100), ("Copy: file: x: 5 s left", 0, -1), ("Copy", 0, 0)]


def test_get_error(tmp_path: Path) -> None:
    shell = TestShell(tmp_path)
    run(shell.run("Write-Error one; Write-Error two"))
    assert run(shell.run("Get-Error | % Message")).out == "two\n"
    assert run(shell.run("Get-Error -Newest 2 | % Message")).out == "two\none\n"
    assert "ErrorId" in run(shell.run("$Error[1] | Get-Error")).out


class _Remembering(FakeEngine):
    """An engine with a history."""

    async def history(self, newest: int) -> tuple[HistoryItem, ...]:
        lines = ("$x = 1", "'two'", "'three'", "Invoke-History 2")
        return tuple(HistoryItem(n, 0.0, text) for n, text in enumerate(lines, 1))[-newest:]


@pytest.mark.parametrize(
    ("text", "out", "said"),
    [
        ("Invoke-History", "three\n", ["'three'"]),
        ("Invoke-History 2", "two\n", ["'two'"]),
        ("ihy '$x'; $x", "1\n", ["$x = 1"]),
        ("Invoke-History 2 -WhatIf", "", ["What if"]),
        ("Get-History -Count 2 | % Id", "3\n4\n", []),
        ("Get-History -Id 1, 3 | % CommandLine", "$x = 1\n'three'\n", []),
    ],
)
def test_history(text: str, out: str, said: list[str], tmp_path: Path) -> None:
    ran = run(TestShell(tmp_path, _Remembering(tmp_path)).run(text))
    assert ran.out == out
    assert [line[: len(start)] for line, start in zip(ran.said, said, strict=True)] == said


class _Forgetting(_Remembering):
    """One that keeps what is to be forgotten."""

    async def forget_history(self, ids: tuple[int, ...]) -> None:
        self.requests.extend(ids)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("Clear-History", [1, 2, 3, 4]),
        ("Clear-History 2, 3", [2, 3]),
        ('Clear-History -CommandLine "\'t*"', [2, 3]),
        ("Clear-History -Count 2", [1, 2]),
        ("Clear-History -Count 2 -Newest", [4, 3]),
        ("Clear-History -WhatIf", []),
        ("Clear-History -CommandLine nosuch", []),
    ],
)
def test_clear_history(text: str, ids: list[int], tmp_path: Path) -> None:
    engine = _Forgetting(tmp_path)
    assert not run(TestShell(tmp_path, engine).run(text)).errors
    assert engine.requests == ids


def test_clear_host_without_a_terminal_does_nothing(tmp_path: Path) -> None:
    assert printed("Clear-Host; 'x'", tmp_path) == "x\n"
