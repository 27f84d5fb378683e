"""Events of jobs: registered, queued, taken by actions, ended."""

from __future__ import annotations

from pathlib import Path

from jobsh.model.ids import InstanceId
from jobsh.model.job import JobKind
from jobsh.model.job_state import JobState
from tests.asynchronous import wait_until
from tests.engines import Served
from tests.unit.cmdlets.shell import TestShell
from tests.unit.cmdlets.test_thread_jobs import in_shell, job_of


def started(served: Served) -> InstanceId:
    """The newest job of this machine, for the fake world."""
    return list(served.world.here.jobs)[-1]


async def in_state(shell: TestShell, number: int, state: JobState) -> None:
    """Wait until a job is in this state."""
    while (await job_of(shell, number)).state is not state:
        await shell.run("Start-Sleep 0.01")


def test_a_change_of_state_is_queued_until_it_is_removed(place: Path) -> None:
    async def test(shell: TestShell, served: Served) -> None:
        await shell.run("$j = Start-Job { sleep 9 }")
        assert not (await shell.run("Register-JobEvent $j -SourceIdentifier end -MessageData hello")).out
        assert not (await shell.run("Get-Event")).out
        assert (await shell.run("Wait-Event end -Timeout 0")).status == 124
        served.world.here.end(started(served), 3)
        show = '% { "$($_.Sender.Id) $($_.SourceEventArgs.PreviousJobStateInfo.State) $($_.SourceEventArgs.JobStateInfo.State)'
        ran = await shell.run(f'Wait-Event e* | {show} $($_.SourceEventArgs.JobStateInfo.Reason) $($_.MessageData)" }}')
        assert ran.out == "1 Running Failed exit status 3 hello\n"
        assert (await shell.run("Wait-Event end -Timeout 0 | % EventIdentifier; Get-Event end | % Count")).out.split()[
            0
        ] == "1"
        await shell.run("Get-Event | Remove-Event")
        assert not (await shell.run("Get-Event")).out

    in_shell(place, test)


def test_more_data_of_any_child(place: Path) -> None:
    async def test(shell: TestShell, served: Served) -> None:
        await shell.run("Invoke-Command web01, web02 { date } -AsJob -JobName two > $null")
        machines = [served.world.machine(name) for name in ("web01", "web02")]
        await wait_until(lambda: all(machine.jobs for machine in machines))
        await shell.run("Register-JobEvent two DataAdded -SourceIdentifier more")
        machines[1].print(machines[1].only.instance_id, b"1234")
        ran = await shell.run("Wait-Event more | % { $_.SourceEventArgs.Bytes; $_.Sender.Name }")
        assert ran.out.split() == ["4", "two"]

    in_shell(place, test)


def test_an_action_is_a_job_that_runs_for_each_event(place: Path) -> None:
    async def test(shell: TestShell, served: Served) -> None:
        await shell.run("$j = Start-Job { sleep 9 }")
        action = '$global:seen = $EventArgs.JobStateInfo.State; Write-Host "said $($Sender.Id)"; $args[0].Id; $EventSubscriber.EventName; Write-Error bad'
        ran = await shell.run(
            f"$e = Register-ObjectEvent $j -EventName StateChanged -SourceIdentifier mine -Action {{ {action} }}; $e.Name"
        )
        assert ran.out == "mine\n"
        job = await job_of(shell, 2)
        assert (job.kind, job.state, job.location, job.has_more_data) == (
            JobKind.EVENT,
            JobState.NOT_STARTED,
            "",
            False,
        )
        served.world.here.end(started(served))
        await in_state(shell, 2, JobState.RUNNING)
        await wait_until(lambda: shell.interpreter.place.scope.get("seen"))
        assert (await shell.run("$seen")).out == "Completed\n"
        await shell.run("Unregister-Event mine")
        assert (await job_of(shell, 2)).state is JobState.STOPPED
        received = await shell.run("Receive-Job 2")
        assert received.out.split() == ["1", "StateChanged"]
        assert [error.message for error in received.errors] == ["bad"]

    in_shell(place, test)


def test_an_action_that_throws_has_failed_and_stopping_it_ends_the_subscription(place: Path) -> None:
    async def test(shell: TestShell, served: Served) -> None:
        await shell.run("$j = Start-Job { sleep 9 }; Register-JobEvent $j DataAdded -Action { throw 'no' } > $null")
        await shell.run("Register-JobEvent $j -Action { 1 } > $null")
        served.world.here.print(started(served), b"x")
        await in_state(shell, 2, JobState.FAILED)
        assert (await job_of(shell, 2)).status_message == "no"
        await shell.run("Stop-Job 3")
        assert (await job_of(shell, 3)).state is JobState.STOPPED
        await wait_until(lambda: not shell.interpreter.shell.hosting.events.subscriptions)

    in_shell(place, test)


def test_so_many_events_and_no_more(place: Path) -> None:
    async def test(shell: TestShell, served: Served) -> None:
        await shell.run(
            "$j = Start-Job { sleep 9 }; Register-JobEvent $j DataAdded -SourceIdentifier two -MaxTriggerCount 2"
        )
        for count in (1, 2):
            served.world.here.print(started(served), b"x")
            await wait_until(lambda: len(shell.interpreter.shell.hosting.events.queue) == count)  # noqa: B023
        assert not (await shell.run("Get-EventSubscriber")).out

    in_shell(place, test)


def test_subscriptions_are_listed_and_support_events_only_by_force(place: Path) -> None:
    async def test(shell: TestShell, served: Served) -> None:
        await shell.run("$j = Start-Job { sleep 9 }; Register-JobEvent $j -SourceIdentifier a")
        assert not (await shell.run("Register-JobEvent $j -SourceIdentifier b -SupportEvent -Action { 1 }")).out
        assert (await shell.run("Get-EventSubscriber | % SourceIdentifier")).out.split() == ["a"]
        assert (await shell.run("Get-EventSubscriber -Force | % SourceIdentifier")).out.split() == ["a", "b"]
        assert (await shell.run("Get-EventSubscriber | Unregister-Event; Get-EventSubscriber")).out == ""
        await shell.run("Unregister-Event -SubscriptionId 2 -Force")
        assert not shell.interpreter.shell.hosting.events.subscriptions

    in_shell(place, test)


def test_what_is_not_there_is_an_error(place: Path) -> None:
    async def test(shell: TestShell, served: Served) -> None:
        for text in ("Unregister-Event x", "Get-Event x", "Remove-Event x", "Get-EventSubscriber -SubscriptionId 7"):
            ran = await shell.run(text)
            assert [error.error_id for error in ran.errors] == ["EventSourceNotFound"], text
        for text in ("Unregister-Event x*", "Get-Event x*"):
            assert not (await shell.run(text)).errors
        for text in ("Unregister-Event", "Remove-Event"):
            assert "which" in (await shell.run(text)).errors[0].message
        await shell.run("$j = Start-Job { sleep 9 }; Register-JobEvent $j -SourceIdentifier a")
        assert (await shell.run("Register-JobEvent $j -SourceIdentifier A")).errors[0].error_id == "SubscriberExists"
        assert "only jobs" in (await shell.run("Register-ObjectEvent 3 StateChanged")).errors[0].message
        assert "has no -Forward" in (await shell.run("Register-JobEvent $j -Forward")).errors[0].message

    in_shell(place, test)


def test_after_its_end_a_job_has_no_events_and_that_is_said(place: Path) -> None:
    async def test(shell: TestShell, served: Served) -> None:
        await shell.run("$j = Start-Job { sleep 9 }")
        served.world.here.end(started(served))
        await shell.run("$j | Wait-Job")
        ran = await shell.run("Register-JobEvent $j")
        assert ran.said == ["job 1 (Job1) has ended already: no event will come"]

    in_shell(place, test)


def test_an_event_between_the_look_and_the_subscription_is_not_lost(place: Path) -> None:
    async def test(shell: TestShell, served: Served) -> None:
        await shell.run(
            'Start-ThreadJob { } > $null; 1..20 | % { $j = Start-ThreadJob { 1 }; Register-JobEvent $j -SourceIdentifier "s$_" 3>$null }'
        )
        ran = await shell.run(
            'Get-Job | Wait-Job > $null; 1..20 | % { Get-EventSubscriber "s$_" | % { $_.SourceObject.State } }'
        )
        running = ran.out.split().count("Running") + ran.out.split().count("NotStarted")
        events = shell.interpreter.shell.hosting.events
        await wait_until(lambda: len([e for e in events.queue if _state(e) == "Completed"]) >= running)

    in_shell(place, test)


def _state(event: object) -> object:
    from jobsh.command.objects import get_member

    return get_member(get_member(get_member(event, "SourceEventArgs"), "JobStateInfo"), "State")


def test_what_if_ends_and_removes_nothing(place: Path) -> None:
    async def test(shell: TestShell, served: Served) -> None:
        await shell.run("$j = Start-Job { sleep 9 }; Register-JobEvent $j -SourceIdentifier a")
        served.world.here.end(started(served))
        await shell.run("Wait-Event a > $null; Unregister-Event a -WhatIf; Remove-Event a -WhatIf")
        assert (
            await shell.run("Get-Event a | % SourceIdentifier; Get-EventSubscriber | % SourceIdentifier")
        ).out == "a\na\n"

    in_shell(place, test)


def test_only_jobs_have_events(place: Path) -> None:
    async def test(shell: TestShell, served: Served) -> None:
        ran = await shell.run("Register-EngineEvent -SourceIdentifier PowerShell.Exiting -Action { 1 }")
        assert "Register-EngineEvent" in ran.errors[0].message
        assert ran.status != 0

    in_shell(place, test)


def test_an_action_may_end_its_own_subscription(place: Path) -> None:
    async def test(shell: TestShell, served: Served) -> None:
        action = "'once'; Unregister-Event $EventSubscriber.SourceIdentifier"
        await shell.run(f"$j = Start-Job {{ sleep 9 }}; Register-JobEvent $j DataAdded -Action {{ {action} }} > $null")
        for _ in range(3):
            served.world.here.print(started(served), b"x")
        await in_state(shell, 2, JobState.STOPPED)
        assert set((await shell.run("Receive-Job 2")).out.split()) == {"once"}
        assert not shell.interpreter.shell.hosting.events.subscriptions

    in_shell(place, test)
