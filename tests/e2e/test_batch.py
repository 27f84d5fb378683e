"""`jobsh -c` and scripts among other processes: arguments, standard input, signals, readers that go away."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

import pytest

from tests.e2e.jobsh_process import Jobsh
from tests.processes import await_condition


def test_a_script_has_its_arguments_and_status(jobsh: Jobsh, place: Path) -> None:
    script = place / "script.jsh"
    script.write_text('#!/usr/bin/env jobsh\nparam($who, [int]$n = 2)\n"$who $($n + 1) $args"\nexit 7\n')
    ended = jobsh(str(script), "you", "4", "more")
    assert (ended.text, ended.status) == ("you 5 more\n", 7)


def test_a_scripts_words_may_name_its_parameters(jobsh: Jobsh, place: Path) -> None:
    script = place / "script.jsh"
    script.write_text('param($who, [int]$n = 2, [switch]$loud)\n"$who $n $loud $args"\n')
    assert jobsh(str(script), "-n", "4", "-Wh:you", "more", "-loud").text == "you 4 True more\n"
    assert jobsh(str(script), "--", "-n", "4").text == "-n 4 False \n"
    assert jobsh(str(script), "-other", "5", "--n").text == "-other 5 False --n\n"
    refused = jobsh(str(script), "-n", "many")
    assert (refused.status, "^" in refused.said) == (2, False)
    assert "'many' is not a number" in refused.said
    script.write_text("param($who, [switch]$loud)\n$who\n")
    refused = jobsh(str(script), "-luod")
    assert (refused.status, refused.text) == (2, "")
    assert "parameters: -who, -loud" in refused.said
    assert jobsh(str(script), "-5").text == "-5\n"


def test_a_script_without_parameters_has_args(jobsh: Jobsh, place: Path) -> None:
    script = place / "script.jsh"
    script.write_text("$args.Count; $args[1]")
    assert jobsh(str(script), "a", "b c").text == "2\nb c\n"


def test_a_script_is_called_from_another(jobsh: Jobsh, place: Path) -> None:
    (place / "inner.jsh").write_text("param($n) $own = 1; \"inner $n\"; exit 3; 'never'")
    ended = jobsh.text('& ./inner.jsh 5; "$LASTEXITCODE [$own]"; . ./inner.jsh 6; "[$own]"')
    assert ended.text == "inner 5\n3 []\ninner 6\n[1]\n"


def test_standard_input_is_input(jobsh: Jobsh) -> None:
    assert jobsh.text('$input | ForEach-Object { "<$_>" }', stdin=b"a\nb\n").text == "<a>\n<b>\n"


def test_standard_input_is_the_programs(jobsh: Jobsh) -> None:
    assert jobsh.text("cat | sort", stdin=b"b\na\n").text == "a\nb\n"


def test_a_reader_that_goes_away_ends_it_quietly(jobsh: Jobsh) -> None:
    process = jobsh.start("-c", "$i = 0; while ($true) { $i++; $i }")
    assert process.stdout is not None
    assert process.stdout.readline() == b"1\n"
    process.stdout.close()
    assert process.wait(60) == 128 + signal.SIGPIPE
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.stderr.close()


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
@pytest.mark.parametrize("text", ["{} 'never'", "$x = {} 'never'", "1 | {} 'never'"])
def test_a_signal_ends_the_text_and_what_it_runs(
    jobsh: Jobsh, place: Path, text: str, number: signal.Signals, status: int
) -> None:
    ready = place / "ready"
    waiting = f"sh -c 'echo $$ > {ready}; exec sleep 1000';"
    process = jobsh.start("-c", text.format(waiting))
    await_condition(lambda: ready.exists() and ready.read_text().endswith("\n"))
    process.send_signal(number)
    out, said = process.communicate(timeout=60)
    assert (process.returncode, b"never" in out, b"Traceback" in said) == (status, False, False)
    await_condition(lambda: not Path(f"/proc/{ready.read_text().strip()}").exists(), what="the program is gone")


@pytest.mark.parametrize("text", ["{}", "$x = {}"])
def test_a_program_that_will_not_end_is_ended_with_what_it_started(jobsh: Jobsh, place: Path, text: str) -> None:
    ready = place / "ready"
    script = place / "stubborn"
    script.write_text(f"trap '' TERM\necho $$ > {ready}\nwhile :; do sleep 1; done\n")
    process = jobsh.start("-c", text.format(f"trap '' TERM; sh {script}; 'never'"))
    await_condition(lambda: ready.exists() and ready.read_text().endswith("\n"))
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert process.returncode == 143
    await_condition(lambda: not Path(f"/proc/{ready.read_text().strip()}").exists(), what="the program is gone")


def test_a_bug_is_one_line_and_a_log(jobsh: Jobsh, place: Path) -> None:
    # a module of ours that cannot be imported stands for any bug
    broken = "import sys; sys.modules['jobsh.runtime.pipeline'] = None; from jobsh.cli import run; run()"
    argv = [jobsh.argv()[0], "-c", broken, "-c", "1"]
    done = subprocess.run(argv, env=jobsh.environment, capture_output=True, text=True, check=False)
    assert done.returncode == 70
    assert len(done.stderr.splitlines()) == 1
    log = Path(done.stderr.strip().rpartition(" ")[2])
    assert "Traceback" in log.read_text()


def test_a_job_started_in_a_substitution_does_not_hold_the_shell(jobsh: Jobsh) -> None:
    text = f"x=$({' '.join(map(repr, jobsh.argv('-c')))} 'Start-Job {{ sleep 60 }}'); echo done"
    done = subprocess.run(
        ["sh", "-c", text], env=jobsh.environment, capture_output=True, text=True, timeout=30, check=False
    )
    assert done.stdout == "done\n"
    jobsh("engine", "stop")
