"""What is attached ends with its front end, verifiably: nothing of it is left here or on any host, however the front end ended."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
from collections.abc import Callable

import pytest

from tests.e2e.user import User, running
from tests.processes import await_condition, kill
from tests.screen import screen
from tests.sshd import SshdFarm

_numbers = itertools.count(1)


def unique_sleep() -> str:
    """A command line that no other process has."""
    return f"sleep {5000 + os.getpid() % 1000}.{next(_numbers)}"


def stubborn(mark: str) -> str:
    """A script that ignores what asks politely, with a child in a session of its own."""
    return f"trap '' TERM INT HUP; setsid sh -c '{mark} & {mark}' </dev/null >/dev/null 2>&1 & {mark}; {mark}"


def ctrl_c(user: User, process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGINT)


def hang_up(user: User, process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGHUP)


def terminate(user: User, process: subprocess.Popen[bytes]) -> None:
    process.terminate()


def kill_front_end(user: User, process: subprocess.Popen[bytes]) -> None:
    process.kill()


def kill_engine(user: User, process: subprocess.Popen[bytes]) -> None:
    kill(user.engine_pid())


ENDS: list[Callable[[User, subprocess.Popen[bytes]], None]] = [ctrl_c, hang_up, terminate, kill_front_end, kill_engine]

TEXTS = {
    "two hosts": "Invoke-Command web01,web02 {{ {0} }}",
    "a session": "$s = New-Session web01; Invoke-Command -Session $s {{ {0} }}",
    # in brackets, as at the top level `&` would make a job of it
    "an entered host": "Enter-Session web01\n( {0} )",
    "here by name": "Invoke-Command -ComputerName localhost {{ {0} }}",
    "an attached job here": "Start-Job -Attached {{ {0} }} | Receive-Job -Wait",
    "an attached job there": "Enter-Session web01; Start-Job -Attached {{ {0} }} | Receive-Job -Wait",
    "code on a host": "Invoke-Command web01 {{ $x = 1; & sh -c '{1}' }}",
}


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__)
@pytest.mark.parametrize("text", TEXTS)
def test_nothing_is_left(user: User, text: str, end: Callable[[User, subprocess.Popen[bytes]], None]) -> None:
    mark = unique_sleep()
    process = user.start("-c", TEXTS[text].format(stubborn(mark), mark), new_session=True)
    await_condition(lambda: running(mark), what="it runs")
    end(user, process)
    process.communicate(timeout=60)
    assert process.returncode != 0
    await_condition(lambda: not running(mark), what="all of it is gone")


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__)
def test_nothing_is_left_with_standard_input_in_use(
    user: User, end: Callable[[User, subprocess.Popen[bytes]], None]
) -> None:
    mark = unique_sleep()
    text = f"Invoke-Command web01 {{ head -c 1; {stubborn(mark)} }}"
    process = user.start("-c", text, stdin=subprocess.PIPE, new_session=True)
    assert process.stdin is not None
    process.stdin.write(b"xyz")
    process.stdin.flush()
    await_condition(lambda: running(mark), what="it runs")
    end(user, process)
    process.communicate(timeout=60)
    await_condition(lambda: not running(mark), what="all of it is gone")


def test_ctrl_c_is_130_and_says_nothing_odd(user: User) -> None:
    mark = unique_sleep()
    process = user.start("-c", f"Invoke-Command web01,web02 {{ {mark} }}", new_session=True)
    await_condition(lambda: len(running(mark)) == 2, what="it runs")
    ctrl_c(user, process)
    out, err = process.communicate(timeout=60)
    assert (out, process.returncode) == (b"", 130)
    assert b"Traceback" not in err
    assert running(mark) == []


def test_a_job_is_not_attached(user: User) -> None:
    """The other side of the promise: Ctrl-C ends the waiting, not the job."""
    mark = unique_sleep()
    process = user.start("-c", f"Invoke-Command web01 {{ {mark} }} -AsJob | Receive-Job -Wait", new_session=True)
    await_condition(lambda: running(mark), what="it runs")
    ctrl_c(user, process)
    process.communicate(timeout=60)
    kill(user.engine_pid())
    # Unknown at first: the next engine says so until it has asked the host
    await_condition(lambda: user.runs("(Get-Job 1).State") == "Running\n", what="the next engine knows the job")
    assert running(mark)
    user.runs("Stop-Job 1")
    assert running(mark) == []


@pytest.mark.parametrize("place", ["", "Enter-Session web01"], ids=["here", "on a host"])
@pytest.mark.parametrize("end", ["close the terminal", "kill the front end", "kill the engine", "Ctrl-C"])
def test_nothing_is_left_with_a_pty_in_use(farm: SshdFarm, user: User, place: str, end: str) -> None:
    mark = unique_sleep()
    with screen(user.command(), user.environment, str(user.home)) as prompt:
        prompt.wait_for(">")
        if place:
            prompt.enter(place)
            prompt.wait_for("web01 ~>")
        prompt.enter(f"tty; {mark}")
        prompt.wait(lambda: running(mark), "it runs")
        prompt.wait_for("/dev/pts/")
        if end == "close the terminal":
            prompt.process.close(force=False)
        elif end == "kill the front end":
            prompt.process.kill(signal.SIGKILL)
        elif end == "kill the engine" and place:
            kill(user.engine_pid())
        else:
            prompt.type("\x03")
        await_condition(lambda: not running(mark), what="all of it is gone")
