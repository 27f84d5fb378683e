"""`$using:`: values of the caller in blocks that run elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobsh.model.messages import Invoke, JobRequest
from tests.asynchronous import run
from tests.unit.cmdlets.fakes import FakeEngine
from tests.unit.cmdlets.shell import TestShell, printed

SETUP = "$n = 5; $t = 'f'; $l = 5, 6, 7; $h = @{n='x y'; o=[pscustomobject]@{m=3; l=1,2}}; "


def sent(shell: TestShell, engine: FakeEngine, script: str) -> tuple[str, dict[str, str]]:
    """The text for the host, and the values beside it by name, without our prefix."""
    ran = run(shell.run(f"{SETUP}Invoke-Command web01 {{ {script} }}"))
    assert not ran.errors, ran
    request = engine.requests[-1]
    assert isinstance(request, Invoke)
    values = {name.removeprefix("JOBSH_USING_"): value for name, value in request.program.variables}
    return request.program.text.replace("JOBSH_USING_", "").strip(), values


@pytest.mark.parametrize(
    ("script", "text", "values"),
    [
        ("echo $using:n", "echo ${n}", ["5"]),
        ("echo $using:t.txt $using:t[1]", "echo ${t}.txt ${t}[1]", ["f"]),
        ("echo $using:n.5", "echo ${n}.5", ["5"]),
        ("echo $using:h.n", "echo ${value_0}", ["x y"]),
        ("echo $using:h.N.txt", "echo ${value_0}.txt", ["x y"]),
        ("echo $using:h.none", "echo ${h}.none", ["@{n=x y; o=@{m=3; l=1 2}}"]),
        ("echo $using:h.o.m,$using:h.o.l[-1]", "echo ${value_0},${value_1}", ["3", "2"]),
        ('echo "$using:l[1]" $using:l[9]', 'echo "${value_0}" ${l}[9]', ["6", "5 6 7"]),
        ("echo ${using:l}[1]", "echo ${l}[1]", ["5 6 7"]),
        ("echo '$using:l[1]'", "echo '$using:l[1]'", []),
    ],
)
def test_parts_of_objects_in_a_script(
    tmp_path: Path, engine: FakeEngine, script: str, text: str, values: list[str]
) -> None:
    found, held = sent(TestShell(tmp_path, engine), engine, script)
    assert (found, list(held.values())) == (text, values)


def test_the_item_of_a_pipeline_has_parts_too(tmp_path: Path) -> None:
    assert printed("@{n='x y'}, 'f' | ForEach-Object { echo $_.n }", tmp_path) == "x y\nf.n\n"


@pytest.mark.parametrize(
    "text",
    [
        "Invoke-Command web01 { echo $using:nope }",
        "Invoke-Command web01 { Get-Job; $using:nope }",
        "Invoke-Command web01 { Get-Job; $using:nope } -AsJob",
        "Start-Job { echo $using:nope }",
        "Start-Job { Get-Job; $using:nope.Name }",
        "Start-Job { Get-Job @using:nope }",
    ],
)
def test_one_that_is_not_defined_ends_the_command_before_anything_starts(
    tmp_path: Path, engine: FakeEngine, text: str
) -> None:
    (error,) = run(TestShell(tmp_path, engine).run(text)).errors
    assert error.error_id == "UsingVariableIsUndefined"
    assert engine.requests == []


def test_a_block_in_the_block_may_mean_the_blocks_own(tmp_path: Path, engine: FakeEngine) -> None:
    ran = run(TestShell(tmp_path, engine).run("Invoke-Command web01 { $y = 5; $null = Start-Job { echo $using:y } }"))
    assert not ran.errors
    (request,) = (request for request in engine.requests if isinstance(request, JobRequest))
    assert request.program.variables == (("JOBSH_USING_y", "5"),)


@pytest.mark.parametrize(
    "assignment",
    ["$using:a = 5", "$using:a += 1", "$using:a++", "$using:a.n = 1", "$b, $using:a = 1, 2", "[int]$using:a = 1"],
)
def test_an_assignment_to_it_is_told_before_anything_runs(tmp_path: Path, engine: FakeEngine, assignment: str) -> None:
    ran = run(TestShell(tmp_path, engine).run(f"'ran'; $a = 1; Invoke-Command web01 {{ {assignment} }}"))
    assert (ran.out, ran.status) == ("", 2)
    assert "$using:a cannot be assigned" in ran.errors[0].message


def test_a_splat(tmp_path: Path, engine: FakeEngine) -> None:
    text = "$how = @{Name='up'}; Invoke-Command web01 { Start-Job { uptime } @using:how } | Out-Null"
    assert not run(TestShell(tmp_path, engine).run(text)).errors
    (request,) = (request for request in engine.requests if isinstance(request, JobRequest))
    assert request.name == "up"


def test_what_a_host_gets_is_a_copy(tmp_path: Path) -> None:
    text = (
        '$h = @{a=1; l=@(1, 2)}; Invoke-Command web01 { $x = $using:h; $x.a = 9; $x.l[0] = 9; $x.a }; "$($h.a) $($h.l)";'
        " $l = 1, 2; Invoke-Command web01 { $x = $using:l; $x[0] = 9; $x[0] }; $l[0]"
    )
    assert printed(text, tmp_path) == "9\n1 1 2\n9\n1\n"
    itself = "$h = @{a=1}; $h.me = $h; Invoke-Command web01 { $x = $using:h; $x.me.me.a = 2; $x.a }; $h.a"
    assert printed(itself, tmp_path) == "2\n1\n"
