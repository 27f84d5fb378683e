"""Where jobsh is started: streams that are closed or full, homes of all kinds, the environment of cron, another's agent."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.jobsh_process import Ended, Jobsh
from tests.processes import await_condition, program
from tests.sshd import SshdFarm, private_environment

ONLY_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be others and mount")


def through_shell(jobsh: Jobsh, redirections: str, *words: str) -> Ended:
    """Run it with redirections that only a shell can make."""
    done = subprocess.run(
        ["/bin/sh", "-c", f'"$@" {redirections}', "sh", *jobsh.argv(*words)],
        env=jobsh.environment,
        cwd=jobsh.directory,
        capture_output=True,
        timeout=60,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


# -- streams --


@pytest.mark.parametrize(
    ("redirections", "said"),
    [
        (">&-", "Bad file descriptor"),
        ("<&- >&-", "Bad file descriptor"),
        (">/dev/full", "No space left on device"),
    ],
)
@pytest.mark.parametrize(
    "words", [("-c", "1; 2"), ("-o", "json", "-c", "1"), ("--version",), ("--help",), ("engine", "status")]
)
def test_output_that_goes_nowhere_is_one_error(
    jobsh: Jobsh, redirections: str, said: str, words: tuple[str, ...]
) -> None:
    ended = through_shell(jobsh, redirections, *words)
    assert (ended.status, ended.out, ended.said) == (1, b"", f"jobsh: standard output: {said}\n")


def test_what_could_not_be_written_was_not_received(jobsh: Jobsh) -> None:
    assert jobsh.text("Start-Job { echo precious } | Wait-Job | Out-Null").status == 0
    assert through_shell(jobsh, ">/dev/full", "-c", "Receive-Job 1").status == 1
    assert through_shell(jobsh, ">&-", "-c", "Receive-Job 1").status == 1
    assert jobsh.text("Receive-Job 1").out == b"precious\n"


def test_all_streams_may_be_closed(jobsh: Jobsh) -> None:
    ended = through_shell(
        jobsh, "<&- >&- 2>&-", "-c", "$j = Start-Job { cat; echo done > done }; Wait-Job $j | Out-Null"
    )
    assert ended == (0, b"", b"")
    assert (jobsh.directory / "done").read_text() == "done\n"


def test_no_stream_becomes_a_socket(jobsh: Jobsh) -> None:
    ended = through_shell(
        jobsh, "<&- >&- 2>&-", "-c", "Get-Job; cat; echo a; Get-Job nothing; ls -l /proc/self/fd > fds"
    )
    assert ended == (0, b"", b"")
    standard = [
        line for line in (jobsh.directory / "fds").read_text().splitlines() if " 0 ->" in line or " 2 ->" in line
    ]
    assert [line.rpartition(" ")[2] for line in standard] == ["/dev/null", "/dev/null"]


def test_closed_input_is_empty(jobsh: Jobsh) -> None:
    assert through_shell(jobsh, "<&-", "-c", "cat; 'after'") == (0, b"after\n", b"")
    assert through_shell(jobsh, "<&-", "-c", "-") == (0, b"", b"")


def test_errors_nobody_hears(jobsh: Jobsh) -> None:
    assert through_shell(jobsh, "2>&-", "-c", "Get-Job nothing; 5").out == b"5\n"
    assert through_shell(jobsh, "2>&-", "-c", "Get-Jbo").status == 2
    assert through_shell(jobsh, "2>/dev/full", "--nonsense").status == 2


# -- homes --


def in_home(home: Path, **variables: str) -> Jobsh:
    """jobsh with this home and no XDG variables: as after `env -i HOME=…`."""
    return Jobsh({"HOME": str(home), "PATH": os.environ["PATH"], **variables}, directory=Path("/"))


STARTS = "$j = Start-Job { echo from a job }; Receive-Job $j -Wait"


def test_a_bare_environment_is_enough(place: Path) -> None:
    jobsh = in_home(place)
    assert jobsh.text(STARTS) == (0, b"from a job\n", b"")
    assert [path.name for path in place.iterdir()] == [".local"]
    modes = {oct(path.stat().st_mode & 0o777) for path in place.rglob("*") if path.is_dir()}
    assert modes == {"0o700"}
    readable = [path for path in place.rglob("*") if path.is_file() and path.stat().st_mode & 0o077]
    assert readable == []


def test_the_engine_of_a_login_is_found_by_cron(place: Path) -> None:
    login = Jobsh(private_environment(place))
    del login.environment["XDG_STATE_HOME"]  # few logins set it
    login.text("Start-Job -Name early { sleep 60 }")
    cron = in_home(place, SHELL="/bin/sh", LOGNAME="x")
    assert cron("engine", "status").text.splitlines()[1] == login("engine", "status").text.splitlines()[1]
    assert cron.text("(Get-Job).Name").out == b"early\n"
    shutil.rmtree(place / "run")  # the login ends
    assert cron.text("(Get-Job).Name").out == b"early\n"
    assert login.text("(Get-Job).State").out == b"Running\n"


def test_a_home_of_two_hundred_characters(place: Path) -> None:
    home = place / ("x" * 100) / ("y" * 100)
    home.mkdir(parents=True)
    assert in_home(home).text(STARTS) == (0, b"from a job\n", b"")
    assert in_home(home, XDG_RUNTIME_DIR=f"{home}/run").text("(Get-Job).Count") == (0, b"1\n", b"")


def test_no_home_at_all(place: Path) -> None:
    jobsh = in_home(place, JOBSH_STATE_DIR=str(place / "state"))
    del jobsh.environment["HOME"]
    assert jobsh.text(STARTS) == (0, b"from a job\n", b"")


def test_a_home_that_is_no_directory(place: Path) -> None:
    (place / "file").touch()
    jobsh = in_home(place / "file")
    assert jobsh.text("1; echo a; cd /; pwd") == (0, b"1\na\n/\n", b"")
    ended = jobsh.text("Get-Job")
    assert ended.status == 1
    assert "Not a directory" in ended.said
    assert "JOBSH_STATE_DIR names another place" in ended.said
    assert "Traceback" not in ended.said


@pytest.mark.parametrize("tells", [True, False], ids=["PWD", "no PWD"])
def test_a_removed_directory_is_not_taken_for_another(place: Path, tells: bool) -> None:
    jobsh = in_home(place)
    text = "1; : > written; Start-Job { : > written }; Set-Location ~; pwd"
    command = f'cd "$HOME" && mkdir gone && cd gone && rmdir "$PWD" && {"" if tells else "unset PWD;"} exec "$@"'
    done = subprocess.run(
        ["/bin/sh", "-c", command, "sh", *jobsh.argv("-c", text)],
        env=jobsh.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, f"1\n{place}\n"), done
    assert "is gone\n" in done.stderr
    assert "Set-Location goes to another" in done.stderr
    assert "No such file or directory: /" in done.stderr
    assert not Path("/written").exists()


@pytest.mark.parametrize("shell", ["bash", "dash", "zsh", "busybox"])
def test_nor_on_a_host(jobsh_with_hosts: Jobsh, farm: SshdFarm, shell: str) -> None:
    text = f"""
        $s = New-Session shell-{shell}
        Invoke-Command -Session $s {{ mkdir gone; cd gone }}
        Invoke-Command shell-{shell} {{ rmdir gone }}
        Invoke-Command -Session $s {{ : > written }}
        $job = Invoke-Command -Session $s {{ Start-Job {{ : > written; echo never }} }}
        $null = Wait-Job $job; $job.State
        Invoke-Command -Session $s {{ cd /; pwd }}
        Invoke-Command -Session $s {{ : > /dev/null; pwd }}
    """
    ended = jobsh_with_hosts.text(text)
    assert ended.text.split() == ["Failed", "/", "/"], ended
    assert "gone" in ended.said
    assert not list(farm.shells[shell].home.glob("written"))


@ONLY_ROOT
@pytest.mark.parametrize(
    ("options", "said"),
    [("ro,size=1m", "Read-only file system"), ("size=64k", "disk is full")],
    ids=["read-only", "full"],
)
def test_a_home_that_cannot_be_written(place: Path, options: str, said: str) -> None:
    home = place / "home"
    home.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", home], check=True)
    try:
        if "ro" not in options:
            fill(home / "all")
        jobsh = in_home(home)
        assert jobsh.text("1; echo a") == (0, b"1\na\n", b"")
        ended = jobsh.text("Start-Job { true }")
        assert (ended.status, ended.out) == (1, b"")
        assert said in ended.said
        assert "Traceback" not in ended.said
        assert jobsh("engine", "status").text == "no engine is running\n"
    finally:
        subprocess.run(["umount", home], check=True)


def fill(path: Path) -> None:
    """Write until nothing more can be written there."""
    with path.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(4096)):
                pass
        except OSError:
            return


@ONLY_ROOT
def test_a_runtime_directory_of_another_user_is_not_used(place: Path) -> None:
    (place / "theirs").mkdir(mode=0o777)
    os.chown(place / "theirs", 12345, 12345)
    assert in_home(place, XDG_RUNTIME_DIR=str(place / "theirs")).text(STARTS).out == b"from a job\n"
    assert list((place / "theirs").iterdir()) == []


# -- the agent of who asks --


@pytest.fixture
def agent(place: Path) -> Iterator[str]:
    """The socket of a real ssh-agent without keys."""
    socket = place / "agent"
    process = subprocess.Popen([program("ssh-agent"), "-D", "-a", str(socket)], stdout=subprocess.DEVNULL)
    try:
        await_condition(socket.exists)
        yield str(socket)
    finally:
        process.terminate()
        process.wait()


def test_a_connection_uses_the_agent_of_who_asks_however_old_the_engine_is(
    farm: SshdFarm, place: Path, agent: str
) -> None:
    text = "IdentityFile none\nIdentityAgent SSH_AUTH_SOCK\nIdentitiesOnly no\n"
    own = farm.ssh_config.read_text().replace("IdentityAgent none", "").replace("IdentitiesOnly yes", "")
    own = "\n".join(line for line in own.splitlines() if "IdentityFile" not in line)
    config = place / "config"
    config.write_text(f"Host *\n{text}{own}\n")
    config.chmod(0o600)
    jobsh = Jobsh(private_environment(place), "-F", str(config))
    refused = jobsh.text("Invoke-Command web01 { echo in }")
    assert (refused.status, refused.out) == (255, b"")
    assert "authentication failed" in refused.said
    subprocess.run(["ssh-add", "-q", farm.identity], env={**os.environ, "SSH_AUTH_SOCK": agent}, check=True)
    jobsh.environment["SSH_AUTH_SOCK"] = agent
    assert jobsh.text("Invoke-Command web01 { echo in }") == (0, b"in\n", b"")
