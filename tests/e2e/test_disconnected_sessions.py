"""Disconnected sessions as the manual page shows them: here and on hosts, from another terminal, after a kill, from another machine."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.user import User
from tests.processes import await_condition, kill
from tests.screen import Screen
from tests.sshd import SshdFarm

COUNT = 12
SHELL = f'for i in $(seq {COUNT}); do sleep 0.25; echo "Output $i"; done'
OWN = f'1..{COUNT} | % {{ sleep 0.25; "Output $_" }}'
ALL = "".join(f"Output {n}\n" for n in range(1, COUNT + 1))

LEAVE = """
    $session = New-PSSession -cn {0}
    $job = Invoke-Command -Session $session -ScriptBlock {{ {1} }} -AsJob
    Disconnect-PSSession $session | Out-Null
    $job.State; $session.State
"""
RECEIVE = """
    $session = Get-PSSession -ComputerName {0}
    $jobNew = Receive-PSSession -Session $session -OutTarget Job
    $jobNew | Wait-Job | Receive-Job
"""


def kill_engine(user: User) -> None:
    kill(user.engine_pid())


@pytest.mark.parametrize("block", [SHELL, OWN], ids=["shell", "jobsh"])
def test_the_manuals_example_here(user: User, block: str) -> None:
    assert user.runs(LEAVE.format("localhost", block)) == "Disconnected\nDisconnected\n"
    kill_engine(user)
    assert user.runs(RECEIVE.format("localhost")) == ALL


@pytest.mark.parametrize("block", [SHELL, OWN], ids=["shell", "jobsh"])
def test_the_manuals_example_on_a_host(user: User, block: str) -> None:
    """The engine that is killed would take the sleep of jobsh code that runs there along; so that one goes by itself."""
    assert user.runs(LEAVE.format("web01", block)) == "Disconnected\nDisconnected\n"
    if block is SHELL:
        kill_engine(user)
    assert user.runs(RECEIVE.format("web01")) == ALL


def test_from_another_machine(farm: SshdFarm, user: User, other_user: User) -> None:
    user.runs(
        f"$s = New-Session web01 -Name build; Invoke-Command -Session $s {{ cd /usr; A=7 }}; {_start(SHELL)}; Disconnect-Session $s"
    )
    assert other_user.runs("Get-Session; Get-Job") == ""
    lists = "| % { \"$($_.Name) $($_.State) $($_.Availability) $($_.MadeBy -like '*@*')\" }"
    assert other_user.runs(f"Get-Session -ComputerName web01, web02 {lists}") == "build Disconnected None True\n"
    there = other_user.runs(
        "$s = Get-Session -Cn web01; Receive-Session $s; Invoke-Command -Session $s { pwd; echo $A }; (Get-Job).Count"
    )
    assert there == f"{ALL}/usr\n7\n0\n"
    # with their jobsh it ended, and what it ran was received
    await_condition(lambda: user.runs("Get-Session -ComputerName web01") == "", what="the session is gone")


def _start(block: str) -> str:
    return f"$job = Invoke-Command -Session $s {{ {block} }} -AsJob"


def test_what_was_received_before_is_not_given_again(user: User, other_user: User) -> None:
    gate = user.home / "gate"
    block = f"echo one; until [ -e {gate} ]; do sleep 0.05; done; echo two; exit 3"
    first = f"$s = New-Session web01; {_start(block)}; do {{ $r = Receive-Job $job }} until ($r); $r; Disconnect-Session $s | Out-Null"
    assert user.runs(first) == "one\n"
    gate.touch()
    said = other_user.says("-c", "Get-Session -Cn web01 | Receive-Session; Get-Session | Disconnect-Session | Out-Null")
    assert said.out == "two\n"
    assert "failed: exit status 3" in said.err


def test_one_client_has_a_session(user: User, other_user: User) -> None:
    process = user.start("-c", "$s = New-Session web01 -Name mine; echo ready; Start-Sleep 1000")
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    lists = '(Get-Session -Cn web01) | % { "$($_.State) $($_.Availability)" }'
    assert other_user.runs(lists) == "Disconnected Busy\n"
    for verb in ("Connect", "Receive"):
        said = other_user.says("-c", f"{verb}-Session -Cn web01 -Name mine")
        assert "is held by another client" in said.err
        assert said.status == 1
    kill_engine(user)
    process.kill()  # neither left by itself: an engine would have ended the session
    process.communicate()
    await_condition(lambda: other_user.runs(lists) == "Disconnected None\n", what="its guard is gone")
    assert other_user.runs("(Connect-Session -Cn web01 -Name mine).State") == "Opened\n"


def test_started_in_a_disconnected_session_and_received_at_home(user: User) -> None:
    start = "Invoke-Command web01,localhost,dead01 {0} -InDisconnectedSession -SessionName a,b | % Name; Get-Job"
    said = user.says("-c", start.format("{ echo $((6 * 7)); exit 2 }"))
    assert said.out == "a\nb\n"
    assert "dead01" in said.err
    kill_engine(user)
    for host, name in (("web01", "a"), ("localhost", "b")):
        said = user.says("-c", f"Receive-Session -Cn {host} -Name {name}; (Get-Job).Count")
        assert said.out == "42\n0\n"
        assert "exit status 2" in said.err


def test_the_shells_own_session_comes_and_goes(user: User) -> None:
    text = """
        $s = New-Session web01 -Name one
        Invoke-Command -Session $s { cd /usr; kept=7; f() { echo "f $1"; } }
        Disconnect-Session $s -IdleTimeoutSec 90 | % { "$($_.State) $(($_.ExpiresOn - $_.DisconnectedOn).TotalSeconds)" }
        Disconnect-Session $s | % State
        Connect-Session $s | % State
        Connect-Session -Name one | % State
        Invoke-Command -Session $s { pwd; f $kept }
        Disconnect-Session $s | Enter-Session; pwd; Exit-Session
        Get-Session -State Opened | % Name
    """
    assert user.runs(text) == "Disconnected 90\nDisconnected\nOpened\nOpened\n/usr\nf 7\n/usr\none\n"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("Disconnect-Session $s -IdleTimeoutSec 59", "an idle time-out of 59 s is too short"),
        ("Enter-Session $s; Disconnect-Session $s", "is entered"),
        ("Disconnect-Session $s | Out-Null; Invoke-Command -Session $s { pwd }", "is Disconnected"),
        ("Connect-Session -Name nobody", "there is no session named 'nobody'"),
        ("Receive-Session -Cn web01 -Name nobody", "there is no session 'nobody'"),
        ("Connect-Session -Cn dead01", "dead01: name not found"),
    ],
)
def test_what_cannot_be_is_said(user: User, text: str, error: str) -> None:
    said = user.says("-c", f"$s = New-Session web01; {text}")
    assert error in said.err
    assert said.status != 0
    assert user.runs("Get-Session -Cn web01 -State Opened") == ""


Prompted = Callable[[User], Screen]


def test_a_busy_session_and_another_terminal(user: User) -> None:
    gate = user.home / "gate"
    process = user.start(
        "-c",
        f"$s = New-Session web01 -Name shared; Invoke-Command -Session $s {{ echo ready; until [ -e {gate} ]; do sleep 0.05; done }}",
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    assert user.runs("Get-Session | % Availability") == "Busy\n"
    said = user.says("-c", "Invoke-Command -Session (Get-Session shared) { echo no }; $Error[0].FullyQualifiedErrorId")
    assert "is busy" in said.err
    assert "InvokeCommandCommandInvalidSessionAvailability" in said.out
    assert (
        user.runs("Invoke-Command -Session (Get-Session shared) { echo beside } -AsJob | Receive-Job -Wait")
        == "beside\n"
    )
    gate.touch()
    process.communicate()


@pytest.mark.parametrize("where", ["web01", "localhost"])
def test_a_buffer_that_drops_tells_the_gap(user: User, other_user: User, where: str) -> None:
    """Of a job that is known here, and (on the host) of one that another machine adopts."""
    receiver = user if where == "localhost" else other_user
    start = (
        "$s = New-Session {0} -Name chatty; $j = Invoke-Command -Session $s {{ seq 1000; sleep 1; echo end }} -AsJob"
    )
    leave = "Disconnect-Session $s -OutputBufferingMode Drop -OutputBufferSize 20 | % OutputBufferingMode"
    assert user.runs(f"{start.format(where)}; {leave}") == "Drop\n"
    # what the newest 20 bytes are, the job decides when it has ended
    ended = "ls -d ~/.local/state/jobsh/spool/*/*/end.0.* 2>/dev/null"
    await_condition(lambda: receiver.says("-c", f"Invoke-Command {where} {{ {ended} }}").out, what="it ended")
    await_condition(lambda: _kept(receiver, where) == "20", what="what is too much was dropped")
    said = receiver.says("-c", f"Receive-Session -Cn {where} -Name chatty -OutTarget Host")
    assert said.out == "97\n998\n999\n1000\nend\n"[-20:]
    assert "bytes of the output of job" in said.err
    assert "were dropped while its session was disconnected" in said.err
    assert str(len("".join(f"{n}\n" for n in range(1, 1001)) + "end\n") - 20) in said.err


def _kept(user: User, where: str) -> str:
    """Bytes that nobody received, by the names of the files."""
    text = "cd ~/.local/state/jobsh/spool/*/; e=$(ls -d */end.*); e=${e#*.*.}; r=$(ls -d */received.*); r=${r#*.}; echo $((${e%%.*} - ${r%%.*}))"
    return user.says("-c", f"Invoke-Command {where} {{ {text} }}").out.strip()


def test_a_buffer_that_blocks_lets_the_job_stand_still(user: User) -> None:
    block = "for i in $(seq 500); do echo line $i; sleep 0.005; done"
    user.runs(
        f"$s = New-Session web01 -Name chatty; $j = Invoke-Command -Session $s {{ {block} }} -AsJob;"
        "Disconnect-Session $s -OutputBufferingMode Block -OutputBufferSize 500 | Out-Null"
    )
    full = "ls ~/.local/state/jobsh/spool/*/*/blocked 2>/dev/null"
    await_condition(lambda: user.says("-c", f"Invoke-Command web01 {{ {full} }}").out, what="it stands still")
    lines = "".join(f"line {n}\n" for n in range(1, 501))
    assert user.runs("Get-Session -Cn web01 | Receive-Session | Receive-Job -Wait") == lines
