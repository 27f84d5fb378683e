"""A job as its directory shows it, turned into a SpoolJob. One reading for this machine and for what a host says. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from jobsh.model.ids import InstanceId, is_instance_id
from jobsh.model.job import Gap, Outcome, OutcomeKind
from jobsh.model.struct import Struct
from jobsh.ports.spool import SpoolJob, SpoolState
from jobsh.spool.encoding import decode, word
from jobsh.spool.layout import End

LONGEST_COMMAND = 4096
"""Characters of a job's text that are kept for the Command column."""

_STATES = {
    "starting": SpoolState.STARTING,
    "running": SpoolState.RUNNING,
    "suspended": SpoolState.SUSPENDED,
    "ended": SpoolState.ENDED,
    "orphan": SpoolState.ORPHAN,
    "lost": SpoolState.LOST,
    "reboot": SpoolState.LOST_BY_REBOOT,
    "other": SpoolState.OTHER_MACHINE,
    "none": SpoolState.NONE,
}

_LOST = {
    SpoolState.LOST: "its runner was killed; the exit status is not known",
    SpoolState.LOST_BY_REBOOT: "the machine was restarted; the exit status is not known",
    SpoolState.NONE: "its directory is gone; the exit status is not known",
}


class Sighting(Struct):
    """What a directory shows without its sizes and times."""

    state: SpoolState
    end: End | None = None
    mark: tuple[int, int] = (0, 0)
    was_stopped: bool = False
    pid: int = 0
    about: str = "0 - -"
    gap: Gap | None = None


class Facts(Struct):
    """Sizes of a job's files, and when its run and its end were written."""

    out: int = 0
    err: int = 0
    began: float = 0.0
    ended: float | None = None


def about_line(number: int, name: str, command: str, session: InstanceId | None = None) -> str:
    """What the second line of `run` holds: number, name, command and the session it was started in, as words."""
    shown = command if len(command) <= LONGEST_COMMAND else command[: LONGEST_COMMAND - 1] + "…"
    return f"{number} {word(name)} {word(shown)} {session or '-'}"


def spool_job(instance_id: InstanceId, seen: Sighting, facts: Facts) -> SpoolJob:
    """The job in the words of the port."""
    number, name, command, session = (*seen.about.split(" "), "-", "-", "-")[:4]
    return SpoolJob(
        instance_id,
        seen.state,
        int(number) if number.isdecimal() else 0,
        decode(name),
        decode(command),
        outcome=_outcome(seen),
        out=seen.end.out if seen.end else facts.out,
        err=seen.end.err if seen.end else facts.err,
        received_out=seen.mark[0],
        received_err=seen.mark[1],
        began=facts.began,
        ended=facts.ended,
        pid=seen.pid,
        was_stopped=seen.was_stopped and seen.end is not None,
        session=InstanceId(session) if session != "-" else None,
        gap=seen.gap,
    )


def _outcome(seen: Sighting) -> Outcome | None:
    if seen.end is None:
        return Outcome(OutcomeKind.LOST, None, _LOST[seen.state]) if seen.state in _LOST else None
    if seen.was_stopped:
        return Outcome(OutcomeKind.STOPPED, None, "stopped")
    return Outcome.exited(seen.end.status)


def read_reply(lines: Sequence[Sequence[str]]) -> list[SpoolJob]:
    """The jobs in a reply to `look` or `jobs`, in its order."""
    facts: dict[str, Facts] = {}
    gaps = {line[1]: Gap.parse(line[2]) for line in lines if line[0] == "gap" and len(line) == 3}
    for line in lines:
        if line[0] == "fact" and len(line) == 4:
            _add_fact(facts, *line[1:])
    return [
        _read_job(line, facts.get(line[1], Facts()), gaps.get(line[1]))
        for line in lines
        if line[0] == "job" and is_instance_id(line[1])
    ]


def _add_fact(facts: dict[str, Facts], path: str, size: str, time: str) -> None:
    directory, _, name = path.partition("/")
    old = facts.get(directory, Facts())
    if name in ("out", "err"):
        facts[directory] = old.replace(**{name: int(size)})
    elif name == "run":
        facts[directory] = old.replace(began=float(time))
    else:
        facts[directory] = old.replace(ended=float(time))


def _read_job(line: Sequence[str], facts: Facts, gap: Gap | None) -> SpoolJob:
    id, state = InstanceId(line[1]), _STATES[line[2]]
    if state is SpoolState.NONE:
        return SpoolJob(id, state, outcome=Outcome(OutcomeKind.LOST, None, _LOST[state]))
    end = End(int(line[3]), int(line[4]), int(line[5])) if state is SpoolState.ENDED else None
    mark = (int(line[6]), int(line[7]))
    return spool_job(id, Sighting(state, end, mark, line[8] == "1", int(line[9]), " ".join(line[10:]), gap), facts)
