"""Start-Job's parameters: what they make of the program that the engine is asked to run, and what is refused before the start."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobsh.model.messages import JobRequest, Program
from tests.asynchronous import run
from tests.unit.cmdlets.fakes import FakeEngine
from tests.unit.cmdlets.shell import TestShell


@pytest.fixture
def shell(tmp_path: Path, engine: FakeEngine) -> TestShell:
    return TestShell(tmp_path, engine)


def started(shell: TestShell, engine: FakeEngine, text: str) -> Program:
    said = run(shell.run(text))
    assert said.errors == []
    request = engine.requests[-1]
    assert isinstance(request, JobRequest)
    return request.program


@pytest.mark.parametrize(
    ("text", "script", "shown"),
    [
        ("Start-Job { b } -InitializationScript { a }", " a \n b ", " b "),
        ("Start-Job { b } { a }", " a \n b ", " b "),
        ("Start-Job 'b' -Init 'a'", "a\nb", "b"),
        ("Start-Job \"#!/bin/dash`nb\" -Init 'a'", "#!/bin/dash\na\nb", "#!/bin/dash\nb"),
        ("Start-Job -Init { a } -Interpreter python3 -ScriptBlock {\n    b\n}", "a \n\nb\n", "\n    b\n"),
        ("Start-Job { Get-Date } -Init { $x = 1 }", " $x = 1 \n Get-Date ", " Get-Date "),
        ("Start-Job { Get-Date } -Init { cd /srv }", " cd /srv \n Get-Date ", " Get-Date "),
        ("Start-Job { param($a) $a } -Init { $x = 1 }", " $x = 1 \n& { param($a) $a \n} @args", " param($a) $a "),
    ],
)
def test_the_initialization_script_comes_first(
    shell: TestShell, engine: FakeEngine, text: str, script: str, shown: str
) -> None:
    program = started(shell, engine, text)
    assert (program.text, program.shown) == (script, shown)
    is_code = "Get-Date" in text or "param" in text
    assert (program.interpreter == ("jobsh",)) is is_code


def test_where_it_starts_and_what_it_finds(shell: TestShell, engine: FakeEngine) -> None:
    (shell.directory / "a b").mkdir()
    text = "$v = 'x y'; Start-Job { echo $using:v } -WorkingDirectory 'a b' -Environment @{A='1 $(x)'; B=2; C=$null}"
    program = started(shell, engine, text)
    assert program.directory == str(shell.directory / "a b")
    variables = dict(program.variables)
    assert (variables["A"], variables["B"], variables["C"]) == ("1 $(x)", "2", "")
    assert "x y" in variables.values()
    assert started(shell, engine, "Start-Job { ls }").directory == ""
    assert started(shell, engine, "Start-Job { ls } -WorkingDirectory ~").directory == str(shell.directory)


@pytest.mark.parametrize("parameter", ["-FilePath", "-LiteralPath", "-PSPath", "-LP"])
def test_a_file_runs_by_its_name_or_first_line(shell: TestShell, engine: FakeEngine, parameter: str) -> None:
    for name, text, interpreter, script in (
        ("s[1].sh", "echo hi\n", (), "echo hi\n"),
        ("s.py", "print(1)\n", ("python3",), "print(1)\n"),
        ("s.sh", "#!/usr/bin/perl -w\n", ("/usr/bin/perl", "-w"), "#!/usr/bin/perl -w\n"),
        ("s.jsh", "Get-Date\n", ("jobsh",), "Get-Date\n"),
    ):
        (shell.directory / name).write_text(text)
        program = started(shell, engine, f"Start-Job {parameter} '{name}'")
        assert (program.interpreter, program.text, program.shown) == (interpreter, script, text)


@pytest.mark.parametrize(
    ("text", "message", "error_id"),
    [
        (
            "Start-Job { ls } -WorkingDirectory /no/where",
            "there is no directory /no/where",
            "DirectoryNotFoundException",
        ),
        ("Start-Job { ls } -WorkingDirectory file", "there is no directory file", "DirectoryNotFoundException"),
        ("Start-Job { ls } -WorkingDirectory ''", "names no directory", "ParameterArgumentValidationError"),
        ("Start-Job { ls } -WorkingDirectory ' '", "names no directory", "ParameterArgumentValidationError"),
        ("Start-Job { ls } -Init { $x = 1 }", "-InitializationScript is jobsh code", ""),
        ("Start-Job -FilePath nothing.sh", "nothing.sh", ""),
        ("Start-Job -ScriptBlock { ls } -FilePath x.sh", "-FilePath does not go together with", ""),
        ("Start-Job", "-ScriptBlock or -FilePath or -LiteralPath must be given", "MissingMandatoryParameter"),
        ("Start-Job { echo $using:undefined_name }", "undefined_name", ""),
        ("Start-Job -DefinitionName nightly", "has no -DefinitionName in jobsh", "ParameterNotInJobsh"),
        ("Start-Job -RunAs32 { ls }", "has no -RunAs32 in jobsh", "ParameterNotInJobsh"),
        ("Start-Job -PSVersion 5.1 { ls }", "has no -PSVersion in jobsh", "ParameterNotInJobsh"),
        ("Start-Job -Authentication Kerberos { ls }", "has no -Authentication in jobsh", "ParameterNotInJobsh"),
    ],
)
def test_what_is_refused_starts_nothing(
    shell: TestShell, engine: FakeEngine, text: str, message: str, error_id: str
) -> None:
    (shell.directory / "file").touch()
    (error,) = run(shell.run(text)).errors
    assert message in error.message
    assert not error_id or error.error_id == error_id
    assert engine.requests == []
