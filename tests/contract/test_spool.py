"""What every Spool does: this machine's, one over a connection, one over ssh to a real sshd."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from jobsh.errors import JobshError, SpoolError
from jobsh.model.ids import InstanceId, new_instance_id
from jobsh.model.job import Outcome, OutcomeKind
from jobsh.model.messages import Environment, Pty
from jobsh.ports.spool import AttachedStart, Over, Spool, SpoolJob, SpoolState, Stopped, Wanted
from tests import asynchronous
from tests.asynchronous import wait_until
from tests.processes import processes_of
from tests.spools import OpenSpool, collect, open_kind, read_all, run_attached, run_job, script, start, surroundings_in

ALL_BYTES = bytes(b for b in range(1, 256))


@pytest.fixture(params=["local", "connection", "ssh"])
def open_spool(request: pytest.FixtureRequest, place: Path) -> OpenSpool:
    return open_kind(request.param, place, lambda: request.getfixturevalue("farm"))


async def _look(spool: Spool, id: InstanceId) -> SpoolJob:
    (job,) = await spool.look((id,))
    return job


async def _until(spool: Spool, id: InstanceId, *states: SpoolState) -> None:
    async def is_there() -> bool:
        return (await _look(spool, id)).state in states

    await wait_until(is_there, what=f"{id} is {states}")


# -- jobs --


def test_a_job_runs_to_its_end(open_spool: OpenSpool, place: Path) -> None:
    async def scenario() -> None:
        async with open_spool() as spool:
            out, err, job = await run_job(spool, "echo good; echo bad >&2; exit 3", place, name="first one")
            assert (out, err) == (b"good\n", b"bad\n")
            assert (job.state, job.outcome) == (SpoolState.ENDED, Outcome.exited(3))
            assert (job.name, job.command, job.out, job.err) == ("first one", "echo good; echo bad >&2; exit 3", 5, 4)
            assert job.ended is not None
            assert 0 < job.began <= job.ended

    asynchronous.run(scenario())


@pytest.mark.parametrize("status", [0, 1, 2, 126, 127, 128, 137, 255])
def test_exit_statuses_are_as_they_were(open_spool: OpenSpool, place: Path, status: int) -> None:
    async def scenario() -> None:
        async with open_spool() as spool:
            assert (await run_job(spool, f"exit {status}", place)).job.outcome == Outcome.exited(status)

    asynchronous.run(scenario())


def test_a_job_that_kills_itself_can_be_told_by_its_status(open_spool: OpenSpool, place: Path) -> None:
    async def scenario() -> None:
        async with open_spool() as spool:
            for number in (2, 9, 15):  # INT too: the job is not born with it ignored
                assert (await run_job(spool, f"kill -{number} $$", place)).job.outcome == Outcome.exited(128 + number)

    asynchronous.run(scenario())


def test_bytes_are_untouched_and_one_without_newline_is_last(open_spool: OpenSpool, place: Path) -> None:
    async def scenario() -> None:
        async with open_spool() as spool:
            data = os.urandom(300_000) + b"\n@0123 over 1 2\n" + bytes(range(256))
            out, err, _ = await run_job(spool, "cat; printf '\\377\\000no newline' >&2", place, stdin=data)
            assert out == data
            assert err == b"\xff\x00no newline"

    asynchronous.run(scenario())


def test_starting_twice_starts_once(open_spool: OpenSpool, place: Path) -> None:
    async def scenario() -> None:
        async with open_spool() as spool:
            for round in range(10):
                id = new_instance_id()
                text = f"echo ran >>{place}/{round}"
                await asyncio.gather(*(start(spool, text, place, id=id) for _ in range(4)))
                await collect(spool, id)
                await start(spool, text, place, id=id)
                await collect(spool, id)
                assert (place / str(round)).read_text() == "ran\n"
            assert len(await spool.jobs()) == 10

    asynchronous.run(scenario())


def test_numbers_are_given_once_and_rise(open_spool: OpenSpool, place: Path) -> None:
    async def scenario() -> None:
        async with open_spool() as spool:
            ids = await asyncio.gather(*(start(spool, "true", place) for _ in range(5)))
            child = await start(spool, "true", place, is_numbered=False)
            await collect(spool, *ids, child)
            jobs = await spool.jobs()
            assert [job.number for job in jobs] == [1, 2, 3, 4, 5]
            assert {job.instance_id for job in jobs} == set(ids)
            assert (await _look(spool, child)).number == 0
            for job in jobs[3:]:
                await spool.remove(job.instance_id)
            later = await start(spool, "true", place)
            await collect(spool, later)
            assert (await _look(spool, later)).number == 6

    asynchronous.run(scenario())


def test_another_spool_of_the_same_user_sees_the_jobs(open_spool: OpenSpool, place: Path) -> None:
    async def scenario() -> None:
        async with open_spool() as spool:
            id = await start(spool, "sleep 600", place, name="long")
        async with open_spool() as spool:
            await _until(spool, id, SpoolState.RUNNING)
            (job,) = await spool.jobs()
            assert (job.instance_id, job.name, job.number) == (id, "long", 1)
            assert job.pid > 1
            assert (await spool.stop(id, 1)).left == 0

    asynchronous.run(scenario())


def test_many_jobs_are_followed_together(open_spool: OpenSpool, place: Path) -> None:
    async def scenario() -> None:
        async with open_spool() as spool:
            texts = [
                f"i=0; while [ $i -lt 50 ]; do i=$((i+1)); echo {n} $i; done; sleep 0.{n}; echo {n} end"
                for n in range(8)
            ]
            ids = [await start(spool, text, place) for text in texts]
            for n, (out, err, job) in enumerate(await collect(spool, *ids)):
                assert out == b"".join(b"%d %d\n" % (n, i) for i in range(1, 51)) + b"%d end\n" % n
                assert err == b""
                assert job.outcome == Outcome.exited(0)

    asynchronous.run(scenario())


def test_following_goes_on_from_where_it_was(open_spool: OpenSpool, place: Path) -> None:
    async def scenario() -> None:
        async with open_spool() as spool:
            id = await start(spool, "printf 0123456789; printf abcdef >&2", place)
            await collect(spool, id)
            if spool.replica_directory(id) is not None:
                return  # nothing travels on this machine
            events = [event async for event in spool.follow((Wanted(id, 4, 6),))]
            assert [getattr(event, "data", None) for event in events] == [b"456789", None]
            assert isinstance(events[-1], Over)

    asynchronous.run(scenario())


def test_output_comes_while_the_job_runs(open_spool: OpenSpool, place: Path) -> None:
    async def scenario() -> None:
        async with open_spool() as spool:
            id = await start(spool, f"echo first; while [ ! -e {place}/go ]; do sleep 0.05; done; echo second", place)
            seen = []
            async for event in spool.follow((Wanted(id),)):
                seen.append(event)
                if not isinstance(event, Over):
                    (place / "go").touch()
            assert len(seen) >= 2
            assert isinstance(seen[-1], Over)

    asynchronous.run(scenario())


def test_the_end_of_a_job_that_was_not_there(open_spool: OpenSpool, place: Path) -> None:
    async def scenario() -> None:
        async with open_spool() as spool:
            gone = new_instance_id()
            assert (await _look(spool, gone)).state is SpoolState.NONE
            ids = gone, await start(spool, "true", place)
            none, ended = await collect(spool, *ids)
            assert none.job.state is SpoolState.NONE
            assert ended.job.state is SpoolState.ENDED
            (alone,) = await collect(spool, gone)
            assert alone.job.state is SpoolState.NONE

    asynchronous.run(scenario())


# -- what a job starts with --


def test_arguments_variables_and_input_arrive_byte_for_byte(open_spool: OpenSpool, place: Path) -> None:
    odd = ALL_BYTES.decode("utf-8", "surrogateescape")
    values = ("", " ", "a b", "'\"$(touch x)`id`\\n", "-n", "x\n", "\n\nx\n\n", odd, "%b=\\0101", "é")
    variables = tuple((f"v{n}", value) for n, value in enumerate(values))
    text = "for a; do printf '%s\\0' \"$a\"; done; printf '%s\\0' " + " ".join(f'"$v{n}"' for n in range(len(values)))
    expected = b"".join(value.encode("utf-8", "surrogateescape") + b"\0" for value in values) * 2

    async def scenario() -> None:
        async with open_spool() as spool:
            job = await run_job(spool, text, place, arguments=values, variables=variables)
            assert (job.out, job.err) == (expected, b"")
            out, err, _ = await run_attached(spool, text, place, arguments=values, variables=variables)
            assert (out, err) == (expected, b"")

    asynchronous.run(scenario())


def test_variables_named_as_ours_do_no_harm(open_spool: OpenSpool, place: Path) -> None:
    names = [
        "D",
        "U",
        "N",
        "R",
        "T",
        "P",
        "number",
        "id",
        "line",
        "value",
        "status",
        "out",
        "err",
        "problem",
        "numbered",
        "state",
        "about",
        "directory",
        "NUMBER",
        "VALUE",
        "IFS",
    ]
    names += ["RUNNER", "SETSID", "ENV", "UMASK", "tries", "end", "follower", "files", "jobs", "c", "PWD", "OLDPWD"]
    shown = " ".join(f'"${name}"' for name in names if name not in ("IFS", "PWD", "OLDPWD"))

    async def scenario() -> None:
        async with open_spool() as spool:
            variables = tuple((name, f"<{name}>") for name in names)
            out, err, job = await run_job(spool, f"printf '%s\\n' {shown}", place, variables=variables)
            assert out.decode().split() == [f"<{name}>" for name in names if name not in ("IFS", "PWD", "OLDPWD")]
            assert (err, job.outcome) == (b"", Outcome.exited(0))
            assert (await run_job(spool, "echo more", place)).out == b"more\n"

    asynchronous.run(scenario())


def test_values_that_no_environment_holds_are_refused(open_spool: OpenSpool, place: Path) -> None:
    async def scenario() -> None:
        async with open_spool() as spool:
            for fields in (
                {"arguments": ("a\0b",)},
                {"variables": (("v", "x" * 131072),)},
                {"variables": (("a b", "x"),)},
            ):
                with pytest.raises(SpoolError):
                    await start(spool, "true", place, **fields)
                with pytest.raises(SpoolError):
                    await run_attached(spool, "true", place, **fields)
            assert await spool.jobs() == ()
            long = "x" * 131_000
            assert (await run_job(spool, "printf %s $v", place, variables=(("v", long),))).out == long.encode()

    asynchronous.run(scenario())


def test_interpreters_and_shebangs(open_spool: OpenSpool, place: Path) -> None:
    async def scenario() -> None:
        async with open_spool() as spool:
            python = "import sys\nprint(sys.argv[1:], sys.stdin.read())\nsys.exit(5)"
            for text, interpreter in ((python, ("python3",)), (f"#!/usr/bin/env python3\n{python}", ())):
                out, _, job = await run_job(
                    spool, text, place, interpreter=interpreter, arguments=("a b",), stdin=b"in"
                )
                assert (out, job.outcome) == (b"['a b'] in\n", Outcome.exited(5))
                out, _, outcome = await run_attached(
                    spool, text, place, interpreter=interpreter, arguments=("a b",), stdin=b"in"
                )
                assert (out, outcome) == (b"['a b'] in\n", Outcome.exited(5))

    asynchronous.run(scenario())


def test_a_job_has_the_users_umask_and_no_input_and_no_descriptors_of_ours(open_spool: OpenSpool, place: Path) -> None:
    async def scenario() -> None:
        async with open_spool() as spool:
            out, err, _ = await run_job(
                spool, "umask; cat; ls /proc/self/fd | tr '\\n' ' '; echo $JOBSH_JOB >&2", place
            )
            assert out.split() == [b"0022", b"0", b"1", b"2", b"3"]  # 3 is that of ls
            assert len(err.strip()) == 32

    asynchronous.run(scenario())


def test_a_long_script(open_spool: OpenSpool, place: Path) -> None:
    async def scenario() -> None:
        async with open_spool() as spool:
            text = "".join(f"# padding {n}\n" for n in range(20_000)) + "echo long\n"
            assert (await run_job(spool, text, place)).out == b"long\n"

    asynchronous.run(scenario())


# -- stopping, removing, marks --


@pytest.mark.parametrize(
    "text",
    [
        "sleep 600",
        "trap '' TERM; while :; do sleep 0.2; done",
        "sleep 601 & sleep 602 & (sleep 603 &) ; wait",
        "setsid sleep 604 & sleep 605",
        "(setsid sh -c 'sleep 606 & sleep 607' >/dev/null 2>&1 </dev/null &); sleep 608",
    ],
)
def test_stopping_leaves_nothing(open_spool: OpenSpool, place: Path, text: str) -> None:
    async def scenario() -> None:
        async with open_spool() as spool:
            id = await start(spool, f"echo up; {text}", place)
            async for _ in spool.follow((Wanted(id),)):
                break
            stopped = await spool.stop(id, 0.5)
            assert stopped.left == 0
            assert stopped.stopped >= 1
            job = await _look(spool, id)
            assert (job.state, job.was_stopped) == (SpoolState.ENDED, True)
            assert job.outcome is not None
            assert job.outcome.kind is OutcomeKind.STOPPED
            assert not _with_cookie(id)

    asynchronous.run(scenario())


TICKS = "while :; do echo tick; sleep 0.05; done"


@pytest.mark.parametrize("text", [TICKS, f"setsid sh -c '{TICKS}' & wait", f"(sh -c '{TICKS}' &); sleep 600"])
def test_a_suspended_job_stands_still_until_it_is_resumed(open_spool: OpenSpool, place: Path, text: str) -> None:
    async def scenario() -> None:
        async with open_spool() as spool:
            id = await start(spool, text, place)
            async for _ in spool.follow((Wanted(id),)):
                break
            assert await spool.signal(id, "STOP") >= 1
            assert await asyncio.to_thread(_all_stand_still, id)
            still = await _look(spool, id)
            assert (still.state, still.outcome) == (SpoolState.SUSPENDED, None)
            assert await spool.signal(id, "STOP") >= 1
            with pytest.raises(JobshError):
                await spool.remove(id)
            assert (await _look(spool, id)).out == still.out
            async with open_spool() as another:
                assert (await _look(another, id)).state is SpoolState.SUSPENDED
            assert await spool.signal(id, "CONT") >= 1
            assert (await _look(spool, id)).state is SpoolState.RUNNING

            async def goes_on() -> bool:
                return (await _look(spool, id)).out > still.out

            await wait_until(goes_on, what="it goes on")
            await spool.signal(id, "STOP")
            assert (await spool.stop(id, 5)).left == 0  # TERM reaches it, though it stood still
            assert (await _look(spool, id)).was_stopped
            assert await spool.signal(id, "STOP") == 0
            assert not await asyncio.to_thread(_with_cookie, id)

    asynchronous.run(scenario())


def _all_stand_still(id: str) -> bool:
    return all(_activity(pid) == "T" for pid in _with_cookie(id) if not _is_runner(pid))


def _activity(pid: str) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def _is_runner(pid: str) -> bool:
    return b"run.sh" in Path(f"/proc/{pid}/cmdline").read_bytes()


def test_a_job_is_suspended_while_it_starts(open_spool: OpenSpool, place: Path) -> None:
    async def scenario() -> None:
        async with open_spool() as spool:
            for _ in range(5):
                id = await start(spool, TICKS, place)
                assert await spool.signal(id, "STOP") >= 1
                assert (await _look(spool, id)).state is SpoolState.SUSPENDED
                await spool.stop(id, 0)

    asynchronous.run(scenario())


def test_any_signal_reaches_the_whole_job_and_the_signal_that_stops_can_be_chosen(
    open_spool: OpenSpool, place: Path
) -> None:
    async def scenario() -> None:
        async with open_spool() as spool:
            text = "trap 'echo user' USR1; trap 'echo hangup; exit 5' HUP; echo up; while :; do sleep 0.05; done"
            id = await start(spool, text, place)
            async for _ in spool.follow((Wanted(id),)):
                break
            assert await spool.signal(id, "USR1") >= 1

            async def says_so() -> bool:
                return (await _look(spool, id)).out == len("up\nuser\n")

            await wait_until(says_so, what="the signal arrived")
            assert (await spool.stop(id, 5, "HUP")).left == 0
            ((out, _, job),) = await collect(spool, id)
            assert out.endswith(b"user\nhangup\n")
            assert job.was_stopped

    asynchronous.run(scenario())


def _with_cookie(id: str) -> list[str]:
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                if f"JOBSH_JOB={id}".encode() in Path(f"/proc/{name}/environ").read_bytes():
                    found.append(name)
            except OSError:
                continue
    return found


def test_a_running_job_is_not_removed_and_an_ended_one_leaves_nothing(open_spool: OpenSpool, place: Path) -> None:
    async def scenario() -> None:
        async with open_spool() as spool:
            id = await start(spool, "sleep 600", place)
            await _until(spool, id, SpoolState.RUNNING)
            with pytest.raises(JobshError):
                await spool.remove(id)
            assert await spool.stop(id, 1) != Stopped(0, 0)
            await spool.mark_received(id, 1, 2)
            await spool.remove(id)
            assert await spool.jobs() == ()
            assert (await _look(spool, id)).state is SpoolState.NONE
            await spool.remove(id)

    asynchronous.run(scenario())


def test_marks_never_go_back(open_spool: OpenSpool, place: Path) -> None:
    async def scenario() -> None:
        async with open_spool() as spool:
            id = await start(spool, "true", place)
            await collect(spool, id)
            for out, err in ((10, 0), (5, 7), (0, 0), (10, 7)):
                await spool.mark_received(id, out, err)
            job = await _look(spool, id)
            assert (job.received_out, job.received_err) == (10, 7)
            await asyncio.gather(*(spool.mark_received(id, n, 100 - n) for n in range(100)))
            job = await _look(spool, id)
            assert (job.received_out, job.received_err) == (99, 100)

    asynchronous.run(scenario())


# -- attached commands --


def test_an_attached_command(open_spool: OpenSpool, place: Path) -> None:
    async def scenario() -> None:
        async with open_spool() as spool:
            assert await run_attached(spool, "echo out; echo err >&2; exit 4", place) == (
                b"out\n",
                b"err\n",
                Outcome.exited(4),
            )
            assert await run_attached(spool, "echo one\necho two\ncat", place) == (
                b"one\ntwo\n",
                b"",
                Outcome.exited(0),
            )

    asynchronous.run(scenario())


def test_an_attached_commands_input_is_untouched(open_spool: OpenSpool, place: Path) -> None:
    async def scenario() -> None:
        async with open_spool() as spool:
            data = bytes(range(256)) * 2000 + os.urandom(100_000)
            for text in ("cat", "true\ncat"):
                out, err, outcome = await run_attached(spool, text, place, stdin=data)
                assert out == data
                assert (err, outcome) == (b"", Outcome.exited(0))

    asynchronous.run(scenario())


@pytest.mark.parametrize(
    "text", ["while :; do :; done", "(sleep 611 &); setsid sleep 612 & trap '' TERM; sleep 613; cat"]
)
def test_closing_an_attached_command_stops_it(open_spool: OpenSpool, place: Path, text: str) -> None:
    async def scenario() -> None:
        async with open_spool() as spool:
            cookie = new_instance_id()
            channel = await spool.attach(
                AttachedStart(cookie, script(f"echo up; {text}"), has_stdin=True, surroundings=surroundings_in(place))
            )
            async for _ in channel.read():
                break
            await channel.aclose()
            assert await spool.stop_attached(cookie) == Stopped(0, 0)
            assert not _carrying(cookie)

    asynchronous.run(scenario())


def test_what_is_asked_while_the_machine_is_being_reached_is_answered(open_spool: OpenSpool, place: Path) -> None:
    async def scenario() -> None:
        async with open_spool() as spool:
            asked = [asyncio.create_task(spool.stop_attached(new_instance_id()))]
            while not asked[0].done() and len(asked) < 20:
                await asyncio.sleep(0.005)
                asked.append(asyncio.create_task(spool.stop_attached(new_instance_id())))
            assert await asyncio.wait_for(asyncio.gather(*asked), 60) == [Stopped(0, 0)] * len(asked)

    asynchronous.run(scenario())


def test_letting_go_of_the_machine_stops_what_is_attached(open_spool: OpenSpool, place: Path) -> None:
    async def scenario() -> None:
        cookie = new_instance_id()
        async with open_spool() as spool:
            for text in ("sleep 621", "sleep 622 & (setsid sleep 623 &) ; wait"):
                channel = await spool.attach(AttachedStart(cookie, script(text), surroundings=surroundings_in(place)))
            id = await start(spool, "sleep 624", place, is_attached=True)
            other = await start(spool, "sleep 625", place)
            await _until(spool, id, SpoolState.RUNNING)
            await _until(spool, other, SpoolState.RUNNING)
            assert channel is not None
        await wait_until(lambda: not _carrying(cookie), what="nothing attached is left")
        async with open_spool() as spool:
            await _until(spool, id, SpoolState.ENDED)
            assert (await _look(spool, id)).was_stopped
            assert (await _look(spool, other)).state is SpoolState.RUNNING
            await spool.stop(other, 1)

    asynchronous.run(scenario())


def _carrying(cookie: str) -> list[int]:
    return processes_of(Path(cookie))


# -- sessions --


def test_a_session_keeps_its_state(open_spool: OpenSpool, place: Path) -> None:
    async def scenario() -> None:
        async with open_spool() as spool:
            session = new_instance_id()
            home, directory = await spool.session_place(session)
            assert directory == home

            async def do(text: str, *, saves: bool = True, variables: Environment = ()) -> bytes:
                out, err, _ = await run_attached(
                    spool, text, place, session=session, saves_state=saves, variables=variables
                )
                assert err == b""
                return out

            await do("cd /tmp; A=1; export B='x y'; umask 027; exit 7")
            assert await do('echo "$? $A $B $PWD $(umask)"; sh -c \'echo "$A$B"\'') == b"7 1 x y /tmp 0027\nx y\n"
            assert await spool.session_place(session) == (home, "/tmp")
            assert await do("A=2; echo $A", saves=False) == b"2\n"
            assert await do('echo $A "$v"', variables=(("v", "given\nhere"),)) == b"1 given\nhere\n"
            assert await do('echo "<$v>"') == b"<>\n"
            out, err, _ = await run_job(spool, 'echo "$A $B $PWD"; A=9; cd /', place, session=session)
            assert (out, err) == (b"1 x y /tmp\n", b"")
            assert await do("echo $A; pwd") == b"1\n/tmp\n"
            out, _, _ = await run_job(
                spool,
                "import os; print(os.getcwd(), os.environ['B'])",
                place,
                session=session,
                interpreter=("python3",),
            )
            assert out == b"/tmp x y\n"
            await spool.forget_session(session)
            assert await do("echo $A; pwd") == b"\n" + home.encode() + b"\n"

    asynchronous.run(scenario())


def test_a_session_is_not_changed_by_a_command_that_is_stopped(open_spool: OpenSpool, place: Path) -> None:
    async def scenario() -> None:
        async with open_spool() as spool:
            session = new_instance_id()
            await run_attached(spool, "A=kept", place, session=session, saves_state=True)
            channel = await spool.attach(
                AttachedStart(new_instance_id(), script("A=lost; echo up; sleep 60"), session, True)
            )
            async for _ in channel.read():
                break
            await channel.aclose()
            out, _, _ = await run_attached(spool, "echo $A", place, session=session, saves_state=True)
            assert out in (b"kept\n", b"lost\n")  # bash saves when TERM ends it, others do not; neither half-way

    asynchronous.run(scenario())


def test_a_session_that_was_left_by_another_connection(open_spool: OpenSpool, place: Path) -> None:
    async def scenario() -> None:
        session = new_instance_id()
        async with open_spool() as spool:
            await run_attached(spool, "cd /usr; A=1", place, session=session, saves_state=True)
        async with open_spool() as spool:
            assert (await spool.session_place(session))[1] == "/usr"
            assert await run_attached(spool, "echo $A $PWD", place, session=session, saves_state=True) == (
                b"1 /usr\n",
                b"",
                Outcome.exited(0),
            )

    asynchronous.run(scenario())


# -- terminals --


def test_a_terminal(open_spool: OpenSpool, place: Path) -> None:
    async def scenario() -> None:
        async with open_spool() as spool:
            text = (
                "#" * 9000
                + "\nstty -a | tr ';' '\\n'; tty; stty size; echo $TERM; read line; echo \"got $line\"; exit 5"
            )
            start = AttachedStart(
                new_instance_id(), script(text), pty=Pty("vt220", 70, 20), surroundings=surroundings_in(place)
            )
            channel = await spool.attach(start)
            reading = asyncio.create_task(read_all(channel))
            await channel.write(b"typed\r")
            out, _, outcome = await reading
            words = out.decode().split()
            assert {"icanon", "echo", "isig", "icrnl", "opost"} <= set(words)
            assert b"20 70\r\nvt220\r\n" in out
            assert out.endswith(b"got typed\r\n")
            assert "#####" not in out.decode()
            assert outcome == Outcome.exited(5)

    asynchronous.run(scenario())


def test_interrupting_a_terminal(open_spool: OpenSpool, place: Path) -> None:
    async def scenario() -> None:
        async with open_spool() as spool:
            text = "trap 'echo interrupted; exit 6' INT; echo ready; while :; do sleep 0.1; done"
            start = AttachedStart(
                new_instance_id(), script(text), pty=Pty("xterm", 80, 24), surroundings=surroundings_in(place)
            )
            channel = await spool.attach(start)
            out, is_interrupted = b"", False
            async for _, data in channel.read():
                out += data
                if b"ready" in out and not is_interrupted:
                    is_interrupted = True
                    await channel.write(b"\x03")
            assert b"interrupted" in out
            assert await channel.wait() == Outcome.exited(6)
            await channel.aclose()

    asynchronous.run(scenario())
