"""ForEach-Object -Parallel: several at once, each by itself; and as a job with a child per item."""

from __future__ import annotations

from pathlib import Path

from jobsh.model.ids import HERE
from jobsh.model.job import JobKind
from jobsh.model.job_state import JobState
from jobsh.model.queries import JobQuery
from tests.asynchronous import wait_until
from tests.engines import Served
from tests.unit.cmdlets.shell import TestShell, run_text
from tests.unit.cmdlets.test_thread_jobs import in_shell, job_of


def test_what_is_done_first_comes_first(tmp_path: Path) -> None:
    text = "0.4, 0.2, 0 | ForEach-Object -Parallel { sleep $_; $_ }"
    assert run_text(text, tmp_path).out.split() == ["0", "0.2", "0.4"]


def test_each_run_has_its_own_variables_and_the_callers_by_using(tmp_path: Path) -> None:
    text = "$list = @{ n = 2 }; $x = 9; 1..3 | % -Parallel { $x; $x = $_; $x * $using:list.n } | Sort-Object; $x"
    assert run_text(text, tmp_path).out.split() == ["2", "4", "6", "9"]


def test_no_more_than_the_limit_run_at_once(tmp_path: Path) -> None:
    code = "touch r$_; $n = (ls r*).Count; sleep 0.1; rm r$_; $n"
    text = f"1..6 | ForEach-Object -Parallel {{ {code} }} -ThrottleLimit 2 | Measure-Object -Maximum | % Maximum"
    assert int(run_text(text, tmp_path).out) <= 2


def test_no_more_input_is_read_than_there_is_room_for(tmp_path: Path) -> None:
    text = "$n = 0; 1..1000 | % { $script:n++; $_ } | % -Parallel { $_ } -ThrottleLimit 2 | Select-Object -First 1; $n -lt 20"
    assert run_text(text, tmp_path).out.split()[1:] == ["True"]


def test_an_error_ends_its_run_alone(tmp_path: Path) -> None:
    ran = run_text(
        "1..3 | % -Parallel { if ($_ -eq 2) { throw 'no 2' }; $_; Write-Error \"e$_\" } -ThrottleLimit 1", tmp_path
    )
    assert (ran.out.split(), ran.status) == (["1", "3"], 1)
    assert [error.message for error in ran.errors] == ["e1", "no 2", "e3"]


def test_error_action_stop_ends_all(tmp_path: Path) -> None:
    ran = run_text(
        "1..9 | % -Parallel { if ($_ -eq 2) { throw 'no 2' }; $_ } -ThrottleLimit 1 -ErrorAction Stop", tmp_path
    )
    assert (ran.out.split(), [error.message for error in ran.errors]) == (["1"], ["no 2"])


def test_the_time_limit_is_for_all_and_keeps_what_was_done(tmp_path: Path) -> None:
    ran = run_text('0, 100 | % -Parallel { sleep $_; "slept $_" } -TimeoutSeconds 1', tmp_path)
    assert (ran.out, ran.status) == ("slept 0\n", 124)
    assert [error.error_id for error in ran.errors] == ["ParallelTimedOut"]
    assert ran.errors[0].message.endswith("1 of the blocks had not ended")


def test_lines_of_programs_stay_whole(tmp_path: Path) -> None:
    text = '1..3 | % -Parallel { printf "a$_"; sleep 0.05; printf "b$_\\\\n" } | Sort-Object'
    assert run_text(text, tmp_path).out.split() == ["a1b1", "a2b2", "a3b3"]


def test_a_block_among_the_input_and_one_by_using(tmp_path: Path) -> None:
    text = "$double = { $args[0] * 2 }; 4 | % -Parallel { & $using:double $_ }; $double | % -Parallel { & $_ 3 }"
    assert run_text(text, tmp_path).out.split() == ["8", "6"]


def test_a_time_limit_for_a_job_is_refused(tmp_path: Path) -> None:
    ran = run_text("1 | % -Parallel { 1 } -AsJob -TimeoutSeconds 3", tmp_path)
    assert "exclude each other" in ran.errors[0].message


def test_as_a_job_it_has_a_child_per_item(place: Path) -> None:
    async def test(shell: TestShell, served: Served) -> None:
        await shell.run(
            "$j = 1..3 | ForEach-Object -Parallel { if ($_ -eq 2) { throw 'no 2' }; $_ * 10 } -AsJob | Wait-Job"
        )
        job = await job_of(shell, 1)
        assert (job.kind, job.state, job.location) == (JobKind.TASK, JobState.FAILED, "jobsh")
        assert [(str(child.id), child.kind, child.state) for child in job.children] == [
            ("1.1", JobKind.TASK_CHILD, JobState.COMPLETED),
            ("1.2", JobKind.TASK_CHILD, JobState.FAILED),
            ("1.3", JobKind.TASK_CHILD, JobState.COMPLETED),
        ]
        received = await shell.run("$j | Receive-Job")
        assert received.out.split() == ["10", "30"]
        assert [error.message for error in received.errors] == ["job 1.2 (Job1.2) failed: no 2"]

    in_shell(place, test)


def test_children_over_the_limit_wait_and_stopping_stops_all(place: Path) -> None:
    async def test(shell: TestShell, served: Served) -> None:
        await shell.run("$j = 1..3 | ForEach-Object -Parallel { sleep 1000 } -AsJob -ThrottleLimit 2")
        states = [child.state for child in (await job_of(shell, 1)).children]
        assert states == [JobState.RUNNING, JobState.RUNNING, JobState.NOT_STARTED]
        await shell.run("Stop-Job 1.1")
        await wait_until(lambda: shell.interpreter.shell.hosting.running)
        await shell.run("Stop-Job 1")
        (job,) = await shell.engine.select_jobs(HERE, JobQuery())
        assert (job.state, {child.state for child in job.children}) == (JobState.STOPPED, {JobState.STOPPED})

    in_shell(place, test)


def test_a_job_of_nothing_is_completed(place: Path) -> None:
    async def test(shell: TestShell, served: Served) -> None:
        assert (await shell.run("@() | % -Parallel { 1 } -AsJob | Wait-Job | % State")).out == "Completed\n"

    in_shell(place, test)
