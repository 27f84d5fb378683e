"""Whoever is killed while a session is begun, left or taken: afterwards somebody can connect to it, with its state and its jobs."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path

import pytest

from jobsh.errors import HostError, SpoolError
from jobsh.model.ids import new_instance_id
from jobsh.model.session_option import SessionOption
from jobsh.ports.spool import Client, Holder, Spool, SpoolSession
from tests import asynchronous
from tests.asynchronous import wait_until
from tests.e2e.user import a_user
from tests.processes import kill
from tests.spools import ConnectionHere, remote_spool, run_attached
from tests.sshd import SshdFarm

ME, OTHER = Client("1a", "me@laptop"), Client("2b", "me@desk")
STEPS = [("release", 1), ("release", 2), ("release", 3), ("hold", 1), ("hold", 2)]
"""Leaving brings the keeper, asks for the time and renames; taking renames and ends the keeper."""


def knife(place: Path, step: int, when: str) -> str:
    """A PATH in which the guard is killed before or after its `step`-th program, once there is a file `armed`. A session's keeper
    is left alone."""
    directory = place / "knife"
    directory.mkdir()
    for name in ("mv", "date", "rm"):
        run = f'{shutil.which(name)} "$@"'
        cut = f"[ $step != {step} ] || {{ echo >{place}/cut; kill -9 $PPID; }}"
        lines = [
            "#!/bin/sh",
            f"[ -e {place}/armed ] || exec {run}",
            f"case $(tr '\\0' ' ' </proc/$PPID/cmdline) in *keeper*) exec {run} ;; esac",
            f"step=1; until mkdir {place}/step.$step 2>/dev/null; do step=$((step + 1)); done",
            *([cut, run] if when == "before" else [run, cut]),
        ]
        script = directory / name
        script.write_text("\n".join(lines) + "\n")
        script.chmod(0o755)
    return f"{directory}:{os.environ['PATH']}"


async def usable(spool: Spool, session: SpoolSession, place: Path, client: Client) -> None:
    """The session can be had, and is as it was left."""

    async def is_ours() -> bool:
        return await spool.hold_session(session.instance_id, client) is Holder.OWN

    await wait_until(is_ours)
    out, _, _ = await run_attached(spool, "echo $A", place, session=session.instance_id)
    assert out == b"7\n"
    assert [one.holder for one in await spool.sessions(client)] == [Holder.OWN]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("move", "step"), STEPS)
def test_a_guard_that_is_killed_on_the_way(place: Path, move: str, step: int, when: str) -> None:
    path = knife(place, step, when)

    async def scenario() -> None:
        session = SpoolSession(new_instance_id(), "s", option=SessionOption(idle_timeout=1000.0))
        async with remote_spool(ConnectionHere(place, PATH=path)) as spool:
            await spool.begin_session(session, ME)
            await run_attached(spool, "A=7", place, session=session.instance_id, saves_state=True)
            if move == "hold":
                await spool.release_session(session, ME)
            (place / "armed").touch()
            with contextlib.suppress(HostError, SpoolError):
                await (
                    spool.release_session(session, ME)
                    if move == "release"
                    else spool.hold_session(session.instance_id, ME)
                )
            (place / "armed").unlink()
        assert (place / "cut").exists()
        async with remote_spool(ConnectionHere(place)) as spool:
            await usable(spool, session, place, OTHER)
            released = await spool.release_session(session, OTHER)
            assert released.holder is Holder.NOBODY
            await spool.forget_session(session.instance_id)

    asynchronous.run(scenario())


def slow_rename(place: Path) -> str:
    """A PATH in which the rename that leaves a session comes only when its keeper has looked for it in vain, or is gone."""
    directory = place / "slow"
    directory.mkdir()
    (directory / "mv").write_text(
        f"""#!/bin/sh
case $2 in */holder.none.*) ;; *) exec {shutil.which("mv")} "$@" ;; esac
for path in "${{1%/*}}"/watch.*; do
  keeper=${{path##*/watch.}} keeper=${{keeper%%.*}}
  until [ ! -e "$path" ] || grep -q '^State:.[ZX]' /proc/$keeper/status; do
    for child in $(cat /proc/$keeper/task/$keeper/children); do
      case $(tr '\\0' ' ' </proc/$child/cmdline) in 'sleep 0.05 ') break 2 ;; esac
    done
  done
done 2>/dev/null
touch {place}/renamed
exec {shutil.which("mv")} "$@"
"""
    )
    (directory / "mv").chmod(0o755)
    return f"{directory}:{os.environ['PATH']}"


def test_a_keeper_that_is_quicker_than_who_leaves_it_the_session(place: Path) -> None:
    async def scenario() -> None:
        session = SpoolSession(new_instance_id(), "s", option=SessionOption(idle_timeout=1.0))
        async with remote_spool(ConnectionHere(place, PATH=slow_rename(place))) as spool:
            await spool.begin_session(session, ME)
            assert (await spool.release_session(session, ME)).holder is Holder.NOBODY
            assert (place / "renamed").exists()
            await wait_until(lambda: not list(place.rglob(session.instance_id)), what="its time has run out")

    asynchronous.run(scenario())


@pytest.mark.parametrize("is_torn", [False, True])
def test_a_session_whose_beginning_was_cut_can_be_had_or_is_not_there(place: Path, *, is_torn: bool) -> None:
    async def scenario() -> None:
        session = SpoolSession(new_instance_id(), "s")
        async with remote_spool(ConnectionHere(place)) as spool:
            await spool.session_place(session.instance_id)
            (directory,) = place.glob(f".local/state/jobsh/spool/*/sessions/{session.instance_id}")
            if is_torn:
                (directory / "about").touch()
            known = await spool.sessions(OTHER)
            assert [one.instance_id for one in known] == [session.instance_id] * is_torn
            if is_torn:
                assert await _is_had(spool, session)
            await spool.begin_session(session, OTHER)
            assert [one.holder for one in await spool.sessions(OTHER)] == [Holder.OWN]

    asynchronous.run(scenario())


async def _is_had(spool: Spool, session: SpoolSession) -> bool:
    return await spool.hold_session(session.instance_id, OTHER) is Holder.OWN


def test_kill_9_of_engine_and_front_end_while_a_session_is_left_and_taken(farm: SshdFarm) -> None:
    """Either it is left or it is not: the other machine connects, and gets every line once."""
    with a_user(farm) as user, a_user(farm) as other:
        lines = "".join(f"{n}\n" for n in range(1, 41))
        for stage in range(4):
            block = "for i in $(seq 40); do echo $i; sleep 0.02; done"
            process = user.start(
                "-c",
                f"$s = New-Session web01 -Name n{stage}; $j = Invoke-Command -Session $s {{ {block} }} -AsJob;"
                " do { $now = (Get-Job $j.Id).State } until ($now -eq 'Running'); 'running';"
                " Disconnect-Session $s | % State; Connect-Session $s | % State; Disconnect-Session $s | % State;"
                " Connect-Session $s | Out-Null; Start-Sleep 1000",
            )
            assert process.stdout is not None
            for _ in range(stage + 1):  # the next step is under way
                process.stdout.readline()
            kill(user.engine_pid())
            process.kill()
            process.communicate()
            take = f"do {{ $s = Connect-Session -Cn web01 -Name n{stage} -ErrorAction SilentlyContinue }} until ($s); Receive-Session $s"
            assert other.runs(take) == lines
