"""The command line of `jobsh`: its options, its ways to be given a text, and its exit statuses."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from jobsh import __version__
from tests.e2e.jobsh_process import Jobsh


def script(jobsh: Jobsh, text: str, name: str = "one.jsh") -> Path:
    """A script in the directory where jobsh runs."""
    path = jobsh.directory / name
    path.write_text(text)
    return path


# -- ways to be given a text --


def test_a_text_as_one_argument(jobsh: Jobsh) -> None:
    assert jobsh("-c", "echo a; 1 + 1") == (0, b"a\n2\n", b"")


def test_an_empty_text_does_nothing(jobsh: Jobsh) -> None:
    assert jobsh("-c", "") == (0, b"", b"")


def test_a_text_in_several_arguments_is_refused(jobsh: Jobsh) -> None:
    ended = jobsh("-c", "echo", "a")
    assert (ended.status, ended.out) == (2, b"")
    assert "takes one text; 'a' is too much" in ended.said
    assert "quote the whole text" in ended.said


@pytest.mark.parametrize("words", [("-c", "-"), ()])
def test_a_text_from_standard_input(jobsh: Jobsh, words: tuple[str, ...]) -> None:
    assert jobsh(*words, stdin=b"echo a\n$x = 2\n$x * 2\nexit 5\necho never\n") == (5, b"a\n4\n", b"")


def test_a_text_from_standard_input_leaves_it_to_nobody_else(jobsh: Jobsh) -> None:
    assert jobsh("-c", "-", stdin=b"cat\necho after\n").out == b"after\n"


def test_a_script_gets_all_words_after_it(jobsh: Jobsh) -> None:
    script(jobsh, 'param($First, $Second)\n"$First|$Second"; $args\n')
    assert jobsh("one.jsh", "a b", "--version", "-c", "x").out == b"a b|--version\n-c\nx\n"


def test_a_script_after_two_dashes(jobsh: Jobsh) -> None:
    script(jobsh, "'ran'", "-odd.jsh")
    assert jobsh("--", "-odd.jsh").out == b"ran\n"


def test_a_script_that_is_a_program(jobsh: Jobsh) -> None:
    (jobsh.directory / "bin").mkdir()
    command = jobsh.directory / "bin" / "jobsh"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m jobsh "$@"\n')
    command.chmod(0o755)
    script(jobsh, '#!/usr/bin/env jobsh\n"got $args"\nexit 4\n').chmod(0o755)
    environment = {**jobsh.environment, "PATH": f"{command.parent}:{jobsh.environment['PATH']}"}
    done = subprocess.run(
        [jobsh.directory / "one.jsh", "a", "b"], env=environment, capture_output=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (4, b"got a b\n", b"")


def test_a_script_with_a_byte_order_mark_and_windows_line_ends(jobsh: Jobsh) -> None:
    script(jobsh, '\ufeff$x = 1\r\necho a\r\n"x is $x"\r\n')
    assert jobsh("one.jsh") == (0, b"a\nx is 1\n", b"")


def test_a_script_that_is_not_there(jobsh: Jobsh) -> None:
    assert jobsh("none.jsh") == (1, b"", b"jobsh: none.jsh: No such file or directory\n")


def test_the_module_is_the_command(jobsh: Jobsh) -> None:
    installed = Path(sys.executable).with_name("jobsh")
    argv = [str(installed)] if installed.exists() else [sys.executable, "-c", "from jobsh.cli import run; run()"]
    done = subprocess.run(
        [*argv, "-c", "echo a; exit 3"], env=jobsh.environment, capture_output=True, timeout=60, check=False
    )
    assert jobsh("-c", "echo a; exit 3") == (done.returncode, done.stdout, done.stderr) == (3, b"a\n", b"")


# -- what jobsh says of itself --


def test_version(jobsh: Jobsh) -> None:
    assert jobsh("--version") == (0, f"jobsh {__version__}\n".encode(), b"")


def test_help_names_every_option(jobsh: Jobsh) -> None:
    ended = jobsh("--help")
    assert ended.status == 0
    for option in ["-c", "-o", "--color", "-F", "--no-profile", "-v", "--demo", "--version", "--help"]:
        assert option in ended.text
    assert "jobsh FILE.jsh" in ended.text
    assert "jobsh engine status|stop|restart" in ended.text
    assert "--job" not in ended.text
    assert max(map(len, ended.text.splitlines())) <= 100


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--vresion",), "there is no option --vresion\n  did you mean --version?"),
        (("-q",), "there is no option -q"),
        (("-c",), "-c needs a value"),
        (("-o", "xml", "-c", "1"), "--output is one of text, json, jsonl, csv, not 'xml'"),
        (("--color=sometimes", "-c", "1"), "--color is one of auto, always, never, not 'sometimes'"),
        (("--demo=yes",), "--demo takes no value"),
        (("engine",), "jobsh engine takes one of status, stop, restart"),
        (("engine", "begin"), "jobsh engine takes one of status, stop, restart"),
    ],
)
def test_a_wrong_command_line_is_one_error(jobsh: Jobsh, words: tuple[str, ...], said: str) -> None:
    ended = jobsh(*words)
    assert (ended.status, ended.out) == (2, b"")
    assert ended.said.startswith(f"jobsh: {said}")


# -- exit statuses (LANGUAGE section 6) --


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("1", 0),
        ("true; false", 1),
        ("sh -c 'exit 7'", 7),
        ("sh -c 'exit 7'; 1", 0),
        ("exit 9", 9),
        ("Get-Job nothing-of-this-name", 1),
        ("Get-Job nothing-of-this-name; 1", 0),
        ("throw 'no'; 1", 1),
        ("Get-Jbo", 2),
        ("echo early; if (", 2),
        ("Get-Job -Nmae x", 2),
        ("sh -c 'kill -9 $$'", 137),
        ("false || exit 4", 4),
        ("true && Get-Job nothing-of-this-name", 1),
        ("Start-Job { exit 3 } | Receive-Job -Wait", 3),
        ("Start-Job { sleep 60 } | Wait-Job -Timeout 0", 124),
        ("Invoke-Command -ComputerName localhost { exit 6 }", 6),
        ("if (1) { exit 5 }", 5),
        ("try { throw 'x' } catch { }", 0),
        ("Get-Job nothing-of-this-name -ErrorAction Stop; 1", 1),
        ("no-such-program-at-all", 127),
    ],
)
def test_the_exit_status(jobsh: Jobsh, text: str, status: int) -> None:
    ended = jobsh.text(text)
    assert ended.status == status, ended
    assert "Traceback" not in ended.said


def test_a_text_that_cannot_be_parsed_runs_nothing(jobsh: Jobsh) -> None:
    ended = jobsh.text("touch ran; if (")
    assert (ended.status, ended.out) == (2, b"")
    assert not (jobsh.directory / "ran").exists()


def test_a_fan_out_ends_with_the_largest_status(jobsh_with_hosts: Jobsh) -> None:
    ended = jobsh_with_hosts.text("Invoke-Command -ComputerName web01,web02 { test $(hostname -f) = x; exit 3 }")
    assert ended.status == 3
    ended = jobsh_with_hosts.text("Invoke-Command -ComputerName web01,nosuch.invalid { echo up; exit 3 }")
    assert (ended.status, ended.out) == (255, b"web01: up\n")
    assert "nosuch.invalid" in ended.said


# -- formats --


def test_json_is_one_list(jobsh: Jobsh) -> None:
    ended = jobsh("-o", "json", "-c", "1, 2; @{ a = 1 }; 'é'; echo shell")
    assert ended.status == 0
    assert json.loads(ended.out) == [1, 2, {"a": 1}, "é", "shell"]
    assert jobsh("-ojson", "-c", "$null").out == b"[]\n"


def test_json_lines_are_one_value_each(jobsh: Jobsh) -> None:
    ended = jobsh("-o", "jsonl", "-c", "1..2; Start-Job -Name j { true } | Select-Object Id, Name")
    assert [json.loads(line) for line in ended.out.splitlines()] == [1, 2, {"Id": 1, "Name": "j"}]


def test_csv_has_a_header(jobsh: Jobsh) -> None:
    ended = jobsh("--output=csv", "-c", "Start-Job -Name 'a,\"b' { true } | Select-Object Id, Name")
    assert ended.out == b'Id,Name\n1,"a,""b"\n'


def test_errors_do_not_mix_with_the_format(jobsh: Jobsh) -> None:
    ended = jobsh("-o", "json", "-c", "Get-Job nothing; 1")
    assert json.loads(ended.out) == [1]
    assert "nothing" in ended.said


# -- colours --


@pytest.mark.parametrize(
    ("words", "variables", "has_colours"),
    [
        ((), {}, False),
        (("--color", "never"), {}, False),
        (("--color", "always"), {}, True),
        (("--color", "auto"), {"NO_COLOR": "1"}, False),
        (("--color=always",), {"NO_COLOR": "1"}, True),
    ],
)
def test_colours(jobsh: Jobsh, words: tuple[str, ...], variables: dict[str, str], has_colours: bool) -> None:
    jobsh.environment.update(variables)
    ended = jobsh(*words, "-c", "Get-Job nothing")
    assert (b"\x1b[" in ended.err) == has_colours


# -- other options --


@pytest.mark.parametrize("words", [("-c", "-"), ("one.jsh", "demo2"), ()], ids=["-c -", "script", "standard input"])
def test_the_demo_runs_any_text(jobsh: Jobsh, words: tuple[str, ...]) -> None:
    text = "$name = if ($args) { $args } else { 'demo2' }\nInvoke-Command $name { echo up on $(hostname) }\nexit 3\n"
    script(jobsh, text)
    assert jobsh("--demo", *words, stdin=text.encode()) == (3, b"up on demo2\n", b"")


def test_verbose_messages_on_request(jobsh: Jobsh) -> None:
    assert jobsh("-c", "Write-Verbose hey").err == b""
    assert jobsh("-v", "-c", "Write-Verbose hey").err == b"VERBOSE: hey\n"


def test_an_ssh_config_that_is_not_there(jobsh: Jobsh) -> None:
    ended = jobsh("-F", "none", "-c", "Invoke-Command -ComputerName web01 { true }")
    assert ended.status == 255
    assert f"{jobsh.directory}/none" in ended.said


def test_an_ssh_config_is_read_from_where_the_user_is(jobsh_with_hosts: Jobsh) -> None:
    config = jobsh_with_hosts.directory / "my_config"
    config.write_text(f"Include {jobsh_with_hosts.options[1]}\n")
    config.chmod(0o600)
    jobsh_with_hosts.options = ("-F", "my_config")
    assert jobsh_with_hosts.text("Invoke-Command -ComputerName web01 { echo up }").out == b"up\n"


# -- `jobsh engine` --


def test_the_engine_for_people(jobsh: Jobsh) -> None:
    assert jobsh("engine", "status") == (1, b"no engine is running\n", b"")
    assert jobsh("engine", "stop") == (1, b"no engine is running\n", b"")
    assert jobsh("engine", "restart").status == 0
    shown = [line.partition(":")[0].strip() for line in jobsh("engine", "status").text.splitlines()]
    assert shown[:3] == ["Version", "Pid", "Since"]
    assert shown[-2:] == ["StateDirectory", "Socket"]
    assert jobsh("engine", "stop").out == b"the engine is gone; its jobs go on\n"
    assert jobsh("engine", "status").status == 1


def test_the_engine_for_programs(jobsh: Jobsh) -> None:
    jobsh("engine", "restart")
    (status,) = json.loads(jobsh("-o", "json", "engine", "status").out)
    began = datetime.fromisoformat(status["Since"])
    assert began.tzinfo is not None
    assert timedelta(0) <= datetime.now(began.tzinfo) - began < timedelta(minutes=1)
    assert Path(f"/proc/{status['Pid']}").exists()
    assert json.loads(jobsh("-o", "jsonl", "engine", "stop").out) == "the engine is gone; its jobs go on"
    assert jobsh("-o", "csv", "engine", "restart").text.startswith("Version,Pid,Since,")
