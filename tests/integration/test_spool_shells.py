"""Spools of users with all kinds of login shells: the same answers from each."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from jobsh.model.ids import new_instance_id
from jobsh.model.job import Outcome
from jobsh.model.messages import Environment, Pty
from jobsh.ports.spool import AttachedStart, Spool, SpoolState
from jobsh.spool.programs import Shell, ShellKind
from jobsh.spool.remote import RemoteSpool
from tests import asynchronous
from tests.integration.transport_tools import connected
from tests.processes import processes_of, words_of
from tests.spools import collect, connection_with, read_all, remote_spool, run_attached, run_job, script, start
from tests.sshd import SshdFarm

CANDIDATES = ("/bin/dash", "/bin/bash", "/bin/busybox sh", "/bin/zsh", "/usr/bin/fish", "/bin/tcsh", "/bin/ksh")
SHELLS = [shell for shell in CANDIDATES if shutil.which(shell.split(" ")[0])]
VALUES = (
    "",
    "a b",
    "it's",
    "$(touch x)`id`\\",
    "\n\nx\n",
    "é\udcc3",
    bytes(range(1, 256)).decode("utf-8", "surrogateescape"),
)


@pytest.fixture(params=SHELLS, ids=lambda shell: Path(shell.split(" ")[0]).name)
def shell(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@asynccontextmanager
async def spool_of(shell: str, place: Path) -> AsyncIterator[Spool]:
    async with remote_spool(connection_with(shell, place)) as spool:
        yield spool


def test_jobs_and_attached_commands(shell: str, place: Path) -> None:
    text = "for a; do printf '%s\\0' \"$a\"; done; printf '%s\\0' \"$v\"; echo err >&2; exit 3"
    expected = b"".join(v.encode("utf-8", "surrogateescape") + b"\0" for v in (*VALUES, "x\ny"))
    variables: Environment = (("v", "x\ny"),)

    async def scenario() -> None:
        async with spool_of(shell, place) as spool:
            out, err, job = await run_job(spool, text, place, arguments=VALUES, variables=variables)
            assert (out, err, job.outcome) == (expected, b"err\n", Outcome.exited(3))
            attached = await run_attached(spool, text, place, arguments=VALUES, variables=variables)
            assert attached == (expected, b"err\n", Outcome.exited(3))
            assert await run_attached(spool, "cat; echo end", place, stdin=b"\xff\x00") == (
                b"\xff\x00end\n",
                b"",
                Outcome.exited(0),
            )
            ids = [await start(spool, f"echo {n}; sleep 0.2; echo end", place) for n in range(3)]
            assert [c.out for c in await collect(spool, *ids)] == [b"%d\nend\n" % n for n in range(3)]

    asynchronous.run(scenario())


def test_stopping(shell: str, place: Path) -> None:
    async def scenario() -> None:
        async with spool_of(shell, place) as spool:
            id = await start(spool, "trap '' TERM; sleep 600 & while :; do sleep 0.1; done", place)
            await asynchronous.wait_until(lambda: _sleeps(id, "600"), what="it has a child to stop, too")
            assert await spool.signal(id, "STOP") >= 2
            assert [job.state for job in await spool.look((id,))] == [SpoolState.SUSPENDED]
            assert await spool.signal(id, "CONT") >= 2
            assert [job.state for job in await spool.look((id,))] == [SpoolState.RUNNING]
            assert (await spool.stop(id, 0.2)).left == 0
            cookie = new_instance_id()
            channel = await spool.attach(AttachedStart(cookie, script("echo up; while :; do :; done")))
            async for _ in channel.read():
                break
            await channel.aclose()
            assert not processes_of(Path(cookie))

    asynchronous.run(scenario())


def _sleeps(id: str, seconds: str) -> bool:
    """Whether a process of the job sleeps so long."""
    return any(words_of(pid)[:2] == [b"sleep", seconds.encode()] for pid in processes_of(Path(id)))


def test_a_session(shell: str, place: Path) -> None:
    kind = Shell(shell.split(" ")[0]).kind

    async def scenario() -> None:
        async with spool_of(shell, place) as spool:
            session = new_instance_id()

            async def do(text: str, variables: Environment = ()) -> tuple[bytes, bytes, int | None]:
                out, err, outcome = await run_attached(
                    spool, text, place, session=session, saves_state=True, variables=variables
                )
                return out, err, outcome.status

            assert await do("A=\"it's\n\"; export B=' $x '; cd /tmp; umask 027; (exit 9)") == (b"", b"", 9)
            assert (
                await do('echo "$? <$A> <$B> $PWD"; umask') == (b"9 <it's\n> < $x > /tmp\n0027\n", b"", 0)
                or kind == "zsh"
            )
            assert await do("unset A; OLD=1; exit 6") == (b"", b"", 6)
            assert await do('echo "$?<${A-unset}>$v"', (("v", "given"),)) == (b"6<unset>given\n", b"", 0)
            assert await do('echo "<${v-unset}>"; env | grep JOBSH_ | grep -v ^JOBSH_ATTACHED') == (
                b"<unset>\n",
                b"",
                1,
            )
            assert (await do("echo ) bad"))[2] != 0
            assert (await do('echo "$OLD"; trap "echo bye" EXIT; NEW=2')) == (b"1\nbye\n", b"", 0)
            assert (await do('echo "$NEW"; cd /nowhere 2>/dev/null; cd -- "$HOME"')) == (b"2\n", b"", 0)
            assert (await spool.session_place(session))[1] == str(place)
            if kind is not ShellKind.SH:
                assert await do('f() { echo "f $1"; }; alias ll="echo aliased"; set -u; a=(1 "2 3")') == (b"", b"", 0)
                out, err, status = await do('f x; ll y; echo "${a[@]}"; echo "$nothing"; echo no')
                assert out == b"f x\naliased y\n1 2 3\n"
                assert b"nothing" in err
                assert status != 0
                assert await do("set +u; unalias ll; unset -f f") == (b"", b"", 0)
                assert (await do("f x 2>/dev/null || ll y 2>/dev/null || echo gone"))[0] == b"gone\n"

    asynchronous.run(scenario())


def test_a_terminal(shell: str, place: Path) -> None:
    async def scenario() -> None:
        async with spool_of(shell, place) as spool:
            session = new_instance_id()
            text = "# a long line " + "#" * 5000 + "\nA=1; stty -a; read x; echo got $x"
            for in_session in (None, session):
                channel = await spool.attach(
                    AttachedStart(
                        new_instance_id(), script(text), in_session, in_session is not None, Pty("xterm", 80, 24)
                    )
                )
                reading = asyncio.create_task(read_all(channel))
                await channel.write(b"ab\x7fc\r")
                out, _, outcome = await reading
                words = out.replace(b";", b" ").split()
                assert {b"icanon", b"echo", b"isig", b"icrnl", b"opost"} <= set(words)
                assert out.endswith(b"got ac\r\n")
                assert b"####" not in out
                assert outcome == Outcome.exited(0)
            assert (await run_attached(spool, "echo $A", place, session=session))[0] == b"1\n"

    asynchronous.run(scenario())


def test_real_login_shells_under_sshd(farm: SshdFarm, place: Path) -> None:
    async def scenario(name: str) -> None:
        async with connected(farm.ssh_config, f"shell-{name}") as connection:
            spool = RemoteSpool(connection, name)
            try:
                out, err, job = await run_job(spool, "echo out; echo err >&2; exit 3", place)
                assert (out, err, job.outcome) == (b"out\n", b"err\n", Outcome.exited(3))
                assert await run_attached(spool, "cat; exit 4", place, stdin=b"\x00") == (
                    b"\x00",
                    b"",
                    Outcome.exited(4),
                )
                session = new_instance_id()
                await run_attached(spool, "cd /usr", place, session=session, saves_state=True)
                assert (await spool.session_place(session))[1] == "/usr"
            finally:
                await spool.aclose()

    for name in farm.shells:
        asynchronous.run(scenario(name))


def test_start_up_files_that_print(farm: SshdFarm, place: Path) -> None:
    bashrc = farm.home(4) / ".bashrc"
    quiet = bashrc.read_text()
    bashrc.write_text(quiet + "echo NOISE; printf 'half a line' >&2; printf 'more @x'; seq 20000\n")

    async def scenario() -> None:
        async with connected(farm.ssh_config, "web04") as connection, remote_spool(connection) as spool:
            out, err, job = await run_job(spool, "echo out; echo err >&2; exit 3", place)
            assert (out, err, job.outcome) == (b"out\n", b"err\n", Outcome.exited(3))
            data = bytes(range(256)) * 1000
            assert await run_attached(spool, "cat; echo err >&2", place, stdin=data) == (
                data,
                b"err\n",
                Outcome.exited(0),
            )
            assert await run_attached(spool, "exit 5", place) == (b"", b"", Outcome.exited(5))

    try:
        asynchronous.run(scenario())
    finally:
        bashrc.write_text(quiet)
