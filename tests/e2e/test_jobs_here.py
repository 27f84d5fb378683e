"""Jobs of this machine, from start to removal, each line its own process unless it matters."""

from __future__ import annotations

import signal
import subprocess

import pytest

from tests.e2e.user import User, running
from tests.processes import await_condition, kill


def test_the_walking_skeleton(user: User) -> None:
    assert user.runs("Start-Job { echo hi } | Receive-Job -Wait") == "hi\n"


def test_a_job_outlives_its_front_end_and_the_engine(user: User) -> None:
    user.runs("Start-Job { sleep 1; echo late; echo oops >&2 } | Out-Null")
    kill(user.engine_pid())
    said = user.says("-c", "Receive-Job 1 -Wait")
    assert said == ("late\n", "oops\n", 0)


def test_a_start_returns_at_once_also_in_a_substitution(user: User) -> None:
    user.runs("1")
    done = subprocess.run(
        ["sh", "-c", 'x=$("$@" -c "Start-Job { sleep 60 }"); echo "got $x"', "sh", *user.command()],
        capture_output=True,
        env=user.environment,
        timeout=30,
        check=True,
    )
    assert b"Running" in done.stdout
    user.runs("Stop-Job 1")


def test_a_job_starts_in_the_directory_environment_and_umask_of_who_asks(user: User) -> None:
    user.runs("1")  # the engine is there, with another directory and environment
    place = user.home / "a b"
    place.mkdir()
    text = (
        'cd "a b"; umask 027; export MARK="x  y"; Start-Job { pwd; echo "$MARK"; umask; touch f } | Receive-Job -Wait'
    )
    assert user.runs(text) == f"{place}\nx  y\n0027\n"
    assert (place / "f").stat().st_mode & 0o777 == 0o640


def test_an_exit_status_makes_the_job_failed(user: User) -> None:
    said = user.says("-c", "$j = Start-Job { echo out; exit 3 } | Wait-Job; $j.State; $j.StatusMessage; $j.ExitCode")
    assert said == ("Failed\nexit status 3\n3\n", "", 0)
    said = user.says("-c", "Receive-Job 1")
    assert (said.out, said.status) == ("out\n", 3)
    assert "exit status 3" in said.err


def test_stderr_alone_fails_nothing(user: User) -> None:
    said = user.says("-c", "Start-Job { echo oops >&2 } | Receive-Job -Wait; (Get-Job 1).State")
    assert said == ("Completed\n", "oops\n", 0)


def test_a_killed_job_fails(user: User) -> None:
    said = user.says("-c", "$j = Start-Job { kill -KILL $$ } | Wait-Job; $j.State; $j.ExitCode")
    assert said.out == "Failed\n137\n"  # to a POSIX shell, a signal and this exit status look alike


def test_keep_and_what_was_consumed(user: User) -> None:
    user.runs("Start-Job { seq 5 } | Wait-Job | Out-Null")
    assert user.runs("Receive-Job 1 -Keep") == user.runs("Receive-Job 1 -Keep") == "1\n2\n3\n4\n5\n"
    assert user.runs("Receive-Job 1 | Select-Object -First 2") == "1\n2\n"
    assert user.runs("(Get-Job 1).HasMoreData") == "True\n"
    assert user.runs("Receive-Job 1") == "3\n4\n5\n"
    assert user.runs("(Get-Job 1).HasMoreData; Receive-Job 1") == "False\n"


def test_ctrl_c_ends_the_receiving_and_keeps_what_was_received(user: User) -> None:
    gate = user.home / "gate"
    user.runs(f"Start-Job {{ echo one; until [ -e {gate} ]; do sleep 0.05; done; echo two }} | Out-Null")
    process = user.start("-c", "Receive-Job 1 -Wait", new_session=True)
    assert process.stdout is not None
    assert process.stdout.readline() == b"one\n"
    process.send_signal(signal.SIGINT)
    assert (process.wait(60), process.communicate()) == (130, (b"", b""))
    gate.touch()
    assert user.runs("fg %1") == "two\n"


def test_output_is_bytes(user: User) -> None:
    data = bytes(range(256)) * 400
    (user.home / "data").write_bytes(data)
    assert user.run_bytes("-c", "Start-Job { cat data } | Receive-Job -Wait").stdout == data
    user.runs("Receive-Job 1 -Keep; Start-Job { cat data } | Receive-Job -Wait > copy")
    assert (user.home / "copy").read_bytes() == data


def test_wait_gives_what_has_ended(user: User) -> None:
    user.runs("Start-Job -Name quick { true } | Wait-Job | Out-Null; Start-Job -Name slow { sleep 60 } | Out-Null")
    said = user.says("-c", "Get-Job | Wait-Job -Timeout 0 | % Name")
    assert (said.out, said.status) == ("quick\n", 124)
    assert user.says("-c", "Wait-Job slow -TimeoutSec 0.2").status == 124
    assert user.runs("Get-Job | Wait-Job -Any | % Name") == "quick\n"
    user.runs("Stop-Job slow")


def test_remove_refuses_what_runs(user: User) -> None:
    user.runs("Start-Job { sleep 60 } | Out-Null")
    said = user.says("-c", "Remove-Job 1")
    assert said.status == 1
    assert "-Force" in said.err
    assert user.runs("Remove-Job 1 -Force; Get-Job") == ""


def test_stop_leaves_no_process(user: User) -> None:
    mark = "sleep 4242.5"
    user.runs(f"Start-Job {{ trap '' TERM; setsid sh -c '{mark} & {mark}' & {mark} }} | Out-Null")
    await_condition(lambda: len(running(mark)) >= 3, what="the job runs")
    assert user.runs("Stop-Job 1 -PassThru | % State") == "Stopped\n"
    assert running(mark) == []


def test_jobsh_code_is_a_job_that_outlives_shell_and_engine(user: User) -> None:
    user.runs('Start-Job { 1..4 | % { sleep 0.3; "Output $_" } } | Out-Null')
    kill(user.engine_pid())
    assert user.runs("Receive-Job 1 -Wait") == "Output 1\nOutput 2\nOutput 3\nOutput 4\n"


def test_input_arguments_interpreter_and_file(user: User) -> None:
    assert user.runs("seq 3 | Start-Job { sort -r } | Receive-Job -Wait") == "3\n2\n1\n"
    assert (
        user.runs("""Start-Job { printf '%s|' "$@" } -ArgumentList 'a b', '$(x)', 3 | Receive-Job -Wait""")
        == "a b|$(x)|3|"
    )
    assert user.runs("Start-Job -Interpreter python3 { print(6 * 7) } | Receive-Job -Wait") == "42\n"
    (user.home / "script.sh").write_text('echo "$0 has $1"\n')
    assert user.runs("Start-Job -FilePath script.sh -ArgumentList x | Receive-Job -Wait").endswith(" has x\n")
    (user.home / "code.jsh").write_text('param($n)\n1..$n | % { "n $_" }\n')
    assert user.runs("Start-Job -FilePath code.jsh -ArgumentList 2 | Receive-Job -Wait") == "n 1\nn 2\n"
    text = "Start-Job { param($a, $b) \"$a $b\" } -ArgumentList '-c', '--version' | Receive-Job -Wait"
    assert user.runs(text) == "-c --version\n"
    text = """$v = "it's $(1 + 1)"; Start-Job { echo "$using:v" } | Receive-Job -Wait"""
    assert user.runs(text) == "it's 2\n"


def test_several_front_ends_see_the_same_jobs_and_there_is_one_engine(user: User) -> None:
    starting = [user.start("-c", f"Start-Job -Name job{n} {{ echo {n} }} | Out-Null") for n in range(4)]
    assert [process.wait(60) for process in starting] == [0] * 4
    for process in starting:
        assert process.communicate() == (b"", b"")
    assert sorted(user.runs("Get-Job | % Name").split()) == [f"job{n}" for n in range(4)]
    assert sorted(user.runs("Get-Job | % Id").split()) == ["1", "2", "3", "4"]


def test_the_shells_own_words_are_jobs_words_too(user: User) -> None:
    assert user.runs("(sleep 0.1 & wait; jobs); jobs; wait") == ""
    user.runs("Start-Job { sleep 60 } | Out-Null")
    assert "sleep 60" in user.runs("jobs")
    user.runs("kill %1")
    assert user.runs("(Get-Job 1).State") == "Stopped\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_attached_job_ends_with_its_front_end(user: User, number: signal.Signals) -> None:
    mark = f"sleep 4243.{int(number)}"
    process = user.start("-c", f"Start-Job -Attached {{ {mark} }} | Receive-Job -Wait", new_session=True)
    await_condition(lambda: running(mark), what="the job runs")
    process.send_signal(number)
    process.wait(60)
    process.communicate()
    await_condition(lambda: not running(mark), what="the job is gone")
