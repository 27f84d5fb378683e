"""What is offered at the cursor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from jobsh.cmdlets import CMDLETS
from jobsh.command.candidates import Candidate
from jobsh.command.completion import Completion, complete
from jobsh.command.registry import Registry
from jobsh.model.job import Job
from jobsh.model.session import Session
from tests.asynchronous import run
from tests.unit.command.test_objects import JOB, SESSION

REGISTRY = Registry(CMDLETS)
OTHER = JOB.replace(name="my job")
PATHS = ("/etc/", "/etc x/", "/it's", "~/my file")


class World:
    """A location with two jobs, a session, hosts and files."""

    async def jobs(self) -> Sequence[Job]:
        return [JOB, OTHER]

    async def sessions(self) -> Sequence[Session]:
        return [SESSION]

    async def hosts(self) -> Sequence[str]:
        return ["web01", "web02", "db1"]

    async def paths(self, prefix: str, session: Session | None = None) -> Sequence[Candidate]:
        if session is not None:
            return [Candidate(f"{prefix}of_{session.name}")]
        return [Candidate(p, ends_word=not p.endswith("/")) for p in PATHS if p.startswith(prefix)]

    def variables(self) -> Sequence[str]:
        return ["job", "env:PATH", "odd name"]

    def value(self, variable: str) -> object:
        return {"job": JOB, "list": [JOB], "ses": SESSION, "all": [SESSION]}.get(variable)

    def commands(self) -> Sequence[str]:
        return [*REGISTRY.names(), "Deploy-All"]

    def aliases(self) -> Mapping[str, str]:
        return {**REGISTRY.aliases(), "roll": "Deploy-All"}

    def topics(self) -> Sequence[str]:
        return ["about_Jobs"]

    async def programs(self, prefix: str) -> Sequence[str]:
        return [p for p in ("ls", "gzip", "Get-not") if p.startswith(prefix)]


def completed(text: str) -> Completion:
    return run(complete(text, len(text), REGISTRY.vocabulary(is_assigned="job".__eq__), REGISTRY, World()))


def result(text: str) -> list[str]:
    """The text as each candidate would make it."""
    found = completed(text)
    return [text[: found.span.start] + candidate.text for candidate in found.candidates]


@pytest.mark.parametrize(
    ("text", "results"),
    [
        ("Get-J", ["Get-Job"]),
        ("get-j", ["Get-Job"]),
        ("Dep", ["Deploy-All"]),
        ("gz", ["gzip"]),
        ("rol", ["roll"]),
        ("Get-Job | whe", ["Get-Job | Where-Object", "Get-Job | where"]),
        ("whi", ["while"]),
        ("Start-Job { Stop-J", ["Start-Job { Stop-Job"]),
        ("Stop-Job -Pas", ["Stop-Job -PassThru"]),
        ("Register-JobEvent 3 -EventName D", ["Register-JobEvent 3 -EventName DataAdded"]),
        ("Stop-Job -What", ["Stop-Job -WhatIf"]),
        ("Get-Job -What", []),
        ("Start-Job -RunA", []),
        ("Get-Job -State Sus", ["Get-Job -State Suspended", "Get-Job -State Suspending"]),
        ("Get-Job -ErrorAction S", ["Get-Job -ErrorAction SilentlyContinue", "Get-Job -ErrorAction Stop"]),
        ("Stop-Job ", ["Stop-Job 3", "Stop-Job build", "Stop-Job 'my job'"]),
        ("Stop-Job 1,b", ["Stop-Job 1,build"]),
        ("Stop-Job -Name m", ["Stop-Job -Name 'my job'"]),
        ('Stop-Job "m', ['Stop-Job "my job"']),
        ("Receive-Job -Id ", ["Receive-Job -Id 3"]),
        ("Invoke-Command web01,we", ["Invoke-Command web01,web01", "Invoke-Command web01,web02"]),
        ("Invoke-Command -Cn root@d", ["Invoke-Command -Cn root@db1"]),
        ("Invoke-Command -Session ", ["Invoke-Command -Session s", "Invoke-Command -Session 2"]),
        ("Get-Job | where Sta", ["Get-Job | where State", "Get-Job | where StatusMessage"]),
        ("Get-Job | where State -eq Ru", ["Get-Job | where State -eq Running"]),
        ("Get-Session | sort Av", ["Get-Session | sort Av"][:0]),
        ("Get-Session | Sort-Object Av", ["Get-Session | Sort-Object Availability"]),
        ("Get-Job | where Id -gt 1 | select Na", ["Get-Job | where Id -gt 1 | select Name"]),
        ("jobs | ? Id -gt 1 | Sort-Object PSB", ["jobs | ? Id -gt 1 | Sort-Object PSBeginTime"]),
        ("Get-Session; gjb | group Sta | select Co", ["Get-Session; gjb | group Sta | select Count"]),
        ("$list | Format-Table Exi", ["$list | Format-Table ExitCode"]),
        ("$x = (Get-Session | select -First 1 Avail", ["$x = (Get-Session | select -First 1 Availability"]),
        ("Get-Job | ForEach-Object { $_.Exi", ["Get-Job | ForEach-Object { $_.ExitCode"]),
        ("Get-Session | where { $_.Id -and $PSItem.Tra", ["Get-Session | where { $_.Id -and $PSItem.Transport"]),
        (
            "Get-Job | Select-String x | select Line",
            ["Get-Job | Select-String x | select LineNumber", "Get-Job | Select-String x | select Line"],
        ),
        ("Get-Job | ConvertTo-Csv | select Na", []),
        ("Start-Sleep 1; Get-Date | select Na", []),
        ("Get-Job | % Na", ["Get-Job | % Name"]),
        ("Get-Help about_", ["Get-Help about_Jobs"]),
        ("Get-Help Stop-J", ["Get-Help Stop-Job"]),
        ("$jo", ["$job"]),
        ("$env:P", ["$env:PATH"]),
        ("$job.Stat", ["$job.State", "$job.StatusMessage"]),
        ("(Get-Session).Av", ["(Get-Session).Availability"]),
        ("Get-Content /etc", ["Get-Content /etc/", "Get-Content '/etc x/"]),
        ("Get-Content '/it", ["Get-Content '/it''s'"]),
        ("cat /etc", ["cat /etc/", "cat /etc\\ x/"]),
        ("cat ~/m", ["cat ~/my\\ file"]),
        ("cat '/it", ["cat '/it'\\''s'"]),
        ("Start-Job { cat /it", ["Start-Job { cat /it\\'s"]),
        ("# comm", []),
        ("Get-Session -Name ", ["Get-Session -Name s"]),
        ("Copy-Item -FromSession $ses /x/", ["Copy-Item -FromSession $ses /x/of_s"]),
        ("Copy-Item -FromS 2 -Path /x/", ["Copy-Item -FromS 2 -Path /x/of_s"]),
        ("Copy-Item -FromSession $ses a /it", ["Copy-Item -FromSession $ses a '/it''s'"]),
        ("Copy-Item -ToSession $ses,$job a ./", []),
        ("Copy-Item -ToSession $all a ./", ["Copy-Item -ToSession $all a ./of_s"]),
        ("Copy-Item -ToSession s -Destination ./", ["Copy-Item -ToSession s -Destination ./of_s"]),
        ("Enter-Session -Id ", ["Enter-Session -Id 2"]),
        (
            "Remove-Session -ComputerName we",
            ["Remove-Session -ComputerName web01", "Remove-Session -ComputerName web02"],
        ),
        (
            "Stop-Job -Signal ",
            [f"Stop-Job -Signal {s}" for s in ("TERM", "INT", "HUP", "QUIT", "KILL", "USR1", "USR2")],
        ),
        ("Register-JobEvent 1 Da", ["Register-JobEvent 1 DataAdded"]),
        ("Start-Job -Interpreter pyt", ["Start-Job -Interpreter python3"]),
        ("${jo", ["${job}"]),
        ("${od", ["${odd name}"]),
        ("Get-Job ${jo", ["Get-Job ${job}"]),
        ('"a ${jo', ['"a ${job}']),
        ("echo ${jo", ["echo ${job}"]),
        ("Stop-Job -PassThru:", ["Stop-Job -PassThru:$true", "Stop-Job -PassThru:$false"]),
        ("Stop-Job -PassThru:$f", ["Stop-Job -PassThru:$false"]),
        ("New-Session -Ho", ["New-Session -HostName"]),
        ("New-Session web01 -Comp", []),
        ("New-Session -SSHConnection @(@{HostName='a'; Po", ["New-Session -SSHConnection @(@{HostName='a'; Port"]),
        ("New-Session -SSHConnection @{Options = @{Comp", ["New-Session -SSHConnection @{Options = @{Compression"]),
        ("New-Session -SessionOption @{OutputBufferingM", ["New-Session -SessionOption @{OutputBufferingMode"]),
        ("New-Session -SSHConnection @{Port=1; Po", []),
        ("New-Session -SSHConnection @{nosuch = @{Po", []),
        ("Get-Job | Select-Object @{La", ["Get-Job | Select-Object @{Label"]),
        ("$x = @{La", []),
        ("Get-Job | where { $_.Stat", ["Get-Job | where { $_.State", "Get-Job | where { $_.StatusMessage"]),
        ("Get-Session | where State -eq Br", ["Get-Session | where State -eq Broken"]),
        ("Get-Job | where PSJobTypeName -eq Th", ["Get-Job | where PSJobTypeName -eq ThreadJob"]),
    ],
)
def test_completion(text: str, results: list[str]) -> None:
    assert result(text) == results


def test_parameters_of_other_sets_and_those_given_are_not_offered() -> None:
    offered = [candidate.text for candidate in completed("Tee-Object -Variable x -").candidates]
    assert "-Append" in offered
    assert not {"-Variable", "-FilePath"} & set(offered)


def test_candidates_say_what_they_are() -> None:
    by_text = {c.text: c.description for c in completed("Stop-Job ").candidates}
    assert by_text["3"] == "build, Failed, web01"
    assert by_text["build"] == "3, Failed, web01"
    (parameter,) = completed("Wait-Job -Timeo").candidates
    assert parameter.description.endswith(".")


def test_members_after_a_bare_dot_and_of_lists() -> None:
    assert "$job.State" in result("$job.")
    assert "$list.Count" in result("$list.")
    assert "$list.State" in result("$list.")
    assert "(Get-Job).Name" in result("(Get-Job).")


def test_an_empty_line_offers_the_cmdlets_alone() -> None:
    assert result("") == list(World().commands())
