"""Start-ThreadJob and what receives its records: a front end over an engine that hosts its jobs."""

from __future__ import annotations

import asyncio
import errno
import os
import resource
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from jobsh.model.ids import HERE, JobId
from jobsh.model.job import Job, JobKind
from jobsh.model.job_state import JobState
from jobsh.model.queries import JobQuery
from jobsh.runtime import record_writer
from tests.asynchronous import run, wait_until
from tests.engines import Served, fake_engine
from tests.unit.cmdlets.shell import Ran, TestShell

Test = Callable[[TestShell, Served], Awaitable[None]]


def in_shell(directory: Path, test: Test) -> None:
    async def main() -> None:
        async with fake_engine(directory) as served:
            engine = await served.attach()
            shell = TestShell(directory, engine)
            try:
                await test(shell, served)
            finally:
                await shell.interpreter.aclose()
                await engine.aclose()

    run(main())


def ran(directory: Path, text: str) -> Ran:
    """What one text does."""
    results: list[Ran] = []

    async def test(shell: TestShell, served: Served) -> None:
        results.append(await shell.run(text))

    in_shell(directory, test)
    return results[0]


async def job_of(shell: TestShell, number: int, child: int = 0) -> Job:
    (job,) = await shell.engine.select_jobs(HERE, JobQuery(ids=(JobId(number, child),)))
    return job


def test_gives_all_streams_in_the_order_of_their_making(place: Path) -> None:
    code = "1; Write-Error bad; echo text; Write-Warning w; $null; Write-Host said; 'two'; [timespan]90"
    both = 'Receive-Job -Wait 2>&1 3>&1 6>&1 | ForEach-Object { "<$_>" }'
    result = ran(place, f"Start-ThreadJob {{ {code} }} | {both}")
    assert result.out.splitlines() == ["<1>", "<bad>", "<text>", "<w>", "<>", "<said>", "<two>", "<00:01:30>"]


def test_types_stay(place: Path) -> None:
    text = "Start-ThreadJob { 2; 2.5; 'x'; $true; @{ n = 1 }; [datetime]'2020-01-02' } | Wait-Job | Receive-Job | "
    result = ran(place, text + "ForEach-Object { $_.GetType().Name }")
    assert result.out.split() == ["Int", "Double", "String", "Boolean", "Hashtable", "DateTime"]


def test_in_its_own_front_end_it_gives_the_objects_themselves_and_elsewhere_copies(place: Path) -> None:
    async def test(shell: TestShell, served: Served) -> None:
        await shell.run("$j = Start-ThreadJob { @{ n = 1 } } | Wait-Job; $a = $j | Receive-Job -Keep; $a.n = 2")
        assert (await shell.run("($j | Receive-Job -Keep).n")).out == "2\n"
        other = TestShell(place, await served.attach())
        assert (await other.run("(Receive-Job 1).n")).out == "1\n"

    in_shell(place, test)


def test_what_was_not_taken_is_given_the_next_time(place: Path) -> None:
    async def test(shell: TestShell, served: Served) -> None:
        await shell.run("$j = Start-ThreadJob { 'a'; printf 'b1\\nb2\\nb3\\n'; 'c' } | Wait-Job")
        assert (await shell.run("$j | Receive-Job -Keep | Select-Object -First 1")).out == "a\n"
        for expected in ("a", "b1", "b2"):
            assert (await shell.run("$j | Receive-Job | Select-Object -First 1")).out == f"{expected}\n"
        assert (await job_of(shell, 1)).has_more_data
        assert (await shell.run("$j | Receive-Job")).out == "b3\nc\n"
        assert not (await job_of(shell, 1)).has_more_data
        assert (await shell.run("$j | Receive-Job")).out == ""

    in_shell(place, test)


def test_what_it_prints_goes_to_programs_as_bytes(place: Path) -> None:
    text = "Start-ThreadJob { printf 'a\\0\\377b'; 'c' } | Wait-Job | Receive-Job | od -An -c"
    assert ran(place, text).out.split() == ["a", "\\0", "377", "b", "c", "\\n"]


def test_arguments_input_and_values_of_the_caller(place: Path) -> None:
    code = "param($a, $b) $a + $b; $args.Count; $using:x.n; $input | ForEach-Object { $_ * 2 }; $x -eq $null"
    text = f"$x = @{{ n = 7 }}; 1, 2 | Start-ThreadJob {{ {code} }} -ArgumentList 3, 4, 5 | Receive-Job -Wait"
    assert ran(place, text).out.split() == ["7", "1", "7", "2", "4", "True"]


@pytest.mark.parametrize(
    ("text", "out"),
    [
        ("1, 2 | % { Start-ThreadJob { $using:_ * 2 } } | Receive-Job -Wait", "2 4"),
        ("'a', 'b' | % { Start-ThreadJob { echo \"<$using:_>\" } } | Receive-Job -Wait", "<a> <b>"),
        ("1 | ForEach-Object -Parallel { $x = 5; 1..2 | ForEach-Object -Parallel { $using:x } }", "5 5"),
        ('1 | % { Start-ThreadJob { 7 | ForEach-Object -Parallel { echo "$_" } } | Receive-Job -Wait }', "7"),
    ],
)
def test_values_of_the_caller_in_blocks_within_blocks(place: Path, text: str, out: str) -> None:
    assert " ".join(ran(place, text).out.split()) == out


def test_an_undefined_value_of_the_caller_is_an_error_before_anything_runs(place: Path) -> None:
    result = ran(place, "Start-ThreadJob { $using:nothing }")
    assert [error.error_id for error in result.errors] == ["UsingVariableIsUndefined"]


def test_the_initialization_comes_first_and_functions_are_known(place: Path) -> None:
    code = (
        "function Get-Twice($n) { $n * 2 }; Start-ThreadJob { Get-Twice $y } -InitializationScript { $y = 4; 'init' }"
    )
    assert ran(place, f"{code} | Receive-Job -Wait").out.split() == ["init", "8"]


def test_a_file(place: Path) -> None:
    text = "'$args[0] + 1' > sum.jsh; Start-ThreadJob -FilePath sum.jsh -ArgumentList 4 -Name sum | Receive-Job -Wait"
    assert ran(place, text).out.split() == ["5"]


def test_its_row(place: Path) -> None:
    async def test(shell: TestShell, served: Served) -> None:
        await shell.run("$j = Start-ThreadJob -Name sum { 1 } | Wait-Job")
        job = await job_of(shell, 1)
        assert (job.kind, job.location, job.name, job.command) == (JobKind.THREAD, "jobsh", "sum", " 1 ")
        assert job.state is JobState.COMPLETED

    in_shell(place, test)


def test_how_it_ended(place: Path) -> None:
    async def test(shell: TestShell, served: Served) -> None:
        endings = {
            "throw 'no good'": (JobState.FAILED, "no good", 1),
            "Get-Content /nowhere -ErrorAction Stop; 1": (JobState.FAILED, "/nowhere: there is no such file", 1),
            "Write-Error bad": (JobState.COMPLETED, "", 0),
            "sh -c 'exit 3'": (JobState.FAILED, "exit status 3", 3),
            "exit 4": (JobState.FAILED, "exit status 4", 4),
            "false; 1": (JobState.COMPLETED, "", 0),
        }
        for number, (code, (state, reason, status)) in enumerate(endings.items(), 1):
            await shell.run(f"Start-ThreadJob {{ {code} }} | Wait-Job")
            job = await job_of(shell, number)
            assert (job.state, job.exit_code) == (state, status), code
            assert job.status_message.startswith(reason.split(":")[0]), code
        for _ in range(2):  # the reason comes from its state, not from what it wrote
            received = await shell.run("Receive-Job 1")
            assert [error.message for error in received.errors] == ["job 1 (Job1) failed: no good"]

    in_shell(place, test)


def test_over_the_limit_it_waits_and_the_newest_limit_counts(place: Path) -> None:
    async def test(shell: TestShell, served: Served) -> None:
        await shell.run("$block = { until [ -e go ]; do sleep 0.02; done; $args[0] }")
        await shell.run("1..3 | ForEach-Object { Start-ThreadJob $block -ThrottleLimit 1 -ArgumentList $_ } > $null")
        states = [job.state for job in await shell.engine.select_jobs(HERE, JobQuery())]
        assert states == [JobState.RUNNING, JobState.NOT_STARTED, JobState.NOT_STARTED]
        await shell.run("Start-ThreadJob $block -ThrottleLimit 3 -ArgumentList 4 > $null")

        async def running() -> int:
            return sum(job.state is JobState.RUNNING for job in await shell.engine.select_jobs(HERE, JobQuery()))

        while await running() < 3:
            await asyncio.sleep(0)
        await shell.run("Stop-Job 4; touch go")
        assert (await job_of(shell, 4)).status_message == "stopped before it was started"
        assert (await shell.run("1..3 | Receive-Job -Wait | Sort-Object")).out.split() == ["1", "2", "3"]

    in_shell(place, test)


def test_jobs_that_wait_for_jobs_of_the_same_pool_make_room(place: Path) -> None:
    inner = (
        "Start-ThreadJob { 'in' } | Receive-Job -Wait; Start-ThreadJob { } | Wait-Job | ForEach-Object Name | Out-Null"
    )
    text = f"1..3 | ForEach-Object {{ Start-ThreadJob {{ {inner}; 'out' }} -ThrottleLimit 1 }} | Receive-Job -Wait"
    assert sorted(ran(place, text).out.split()) == ["in"] * 3 + ["out"] * 3


def test_every_front_end_receives_and_stops_it(place: Path) -> None:
    async def test(shell: TestShell, served: Served) -> None:
        await shell.run("$j = Start-ThreadJob { 'begun'; try { sleep 1000 } finally { 'never' } }")
        other = TestShell(place, await served.attach())
        received = asyncio.ensure_future(other.run("Receive-Job 1 -Wait | ForEach-Object { $_ }"))
        await wait_until(lambda: other.outside.out)
        third = TestShell(place, await served.attach())
        assert not (await third.run("Stop-Job 1")).errors
        assert (await received).out == "begun\n"
        job = await job_of(shell, 1)
        assert (job.state, job.status_message) == (JobState.STOPPED, "stopped")

    in_shell(place, test)


def test_it_ends_with_its_front_end(place: Path) -> None:
    async def test(shell: TestShell, served: Served) -> None:
        other = TestShell(place, await served.attach())
        await other.run("Start-ThreadJob { 'begun'; sleep 1000 }; Start-ThreadJob { sleep 1000 } -ThrottleLimit 1")
        assert [job.id.number for job in other.interpreter.shell.hosting.running] == [1, 2]
        await other.interpreter.aclose()
        for number in (1, 2):
            job = await job_of(shell, number)
            assert (job.state, job.status_message) == (JobState.STOPPED, "its shell ended")
        assert (await shell.run("Receive-Job 1")).out in ("", "begun\n")

    in_shell(place, test)


def test_it_begins_with_the_shell_as_it_was_when_it_was_typed(place: Path) -> None:
    async def test(shell: TestShell, served: Served) -> None:
        await shell.run('mkdir deep; cd deep; say() { echo "said $1 $plain"; }; plain=text; umask 027')
        await shell.run("$gate = Start-ThreadJob { until [ -e ../go ]; do sleep 0.02; done } -ThrottleLimit 1")
        await shell.run("$j = Start-ThreadJob { say $using:word; umask; basename $PWD }; $word = 'x'")
        assert (
            await shell.run("$word = 'hi'; $j = Start-ThreadJob { say $using:word; umask; basename $PWD }")
        ).errors == []
        await shell.run("cd ..; plain=other; unset -f say; touch go")
        assert (await shell.run("$j | Receive-Job -Wait")).out == "said hi text\n0027\ndeep\n"
        await shell.run("$gate | Wait-Job")
        await wait_until(lambda: [name for name in os.listdir(place / "state") if len(name) == 32] == [])

    in_shell(place, test)


def test_what_it_does_to_its_shell_is_its_own_matter(place: Path) -> None:
    text = "cd /; A=1; Start-ThreadJob { cd /tmp; export B=2; pwd; $PWD; false } | Wait-Job | Receive-Job 2>$null; $PWD; $env:B; $?"
    assert ran(place, text).out.split() == ["/tmp", "/tmp", "/", "True"]


def test_what_programs_say_on_standard_error_is_kept_in_its_place(place: Path) -> None:
    text = 'Start-ThreadJob { 1; echo bad >&2; cat; 2 } | Wait-Job | Receive-Job 2>&1 | ForEach-Object { "<$_>" }'
    assert ran(place, text).out.split() == ["<1>", "<bad>", "<2>"]


def test_a_message_for_the_user_is_shown_at_once_where_that_is_wanted(place: Path) -> None:
    result = ran(place, "Start-ThreadJob { Write-Host hello; 1 } -StreamingHost here | Receive-Job -Wait 6>&1")
    assert (result.said, result.out) == (["hello"], "1\n")


def test_objects_are_kept_until_they_were_received(place: Path) -> None:
    async def test(shell: TestShell, served: Served) -> None:
        await shell.run("$j = Start-ThreadJob { @{ n = 1 }; @{ n = 2 }; 3 } | Wait-Job")
        runs = shell.interpreter.shell.hosting._runs
        (run,) = runs.values()
        assert len(run.objects) == 2
        await shell.run("$j | Receive-Job | Select-Object -First 1")
        assert len(run.objects) == 1
        await shell.run("$j | Receive-Job")
        assert not runs

    in_shell(place, test)


def test_on_a_full_disk_it_fails_with_the_reason_and_what_was_whole_is_kept(place: Path) -> None:
    async def test(shell: TestShell, served: Served) -> None:
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (200, limits[1]))
        try:
            await shell.run("$j = Start-ThreadJob { 'first'; 'x' * 500; 'never' } | Wait-Job")
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        job = await job_of(shell, 1)
        assert (job.state, job.status_message) == (
            JobState.FAILED, "its output could not be written: File too large",
        )  # fmt: skip
        assert (await shell.run("$j | Receive-Job")).out == "first\n"
        assert not (await job_of(shell, 1)).has_more_data

    in_shell(place, test)


def test_one_that_cannot_be_owned_has_failed_with_the_reason(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(directory: str) -> int:
        raise OSError(errno.ENOSPC, "No space left on device", directory)

    async def test(shell: TestShell, served: Served) -> None:
        monkeypatch.setattr(record_writer, "take_ownership", full)
        said = await shell.run("Start-ThreadJob { 1 }")
        assert [error.message for error in said.errors] == ["job 1: it could not be run: No space left on device"]
        await wait_until(lambda: not shell.interpreter.shell.hosting.running)
        await shell.run("Wait-Job 1")
        assert (await job_of(shell, 1)).state is JobState.FAILED

    in_shell(place, test)
