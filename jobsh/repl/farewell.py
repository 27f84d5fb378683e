"""Says which jobs go on without the session that is left, or without the shell."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from jobsh.errors import JobshError
from jobsh.model.ids import HERE, SessionId
from jobsh.model.job import Job
from jobsh.model.job_state import JobState
from jobsh.model.messages import RunningThere
from jobsh.model.queries import JobQuery
from jobsh.model.safe_text import visible
from jobsh.ports.engine import Engine

_PATIENCE = 2.0
_MOST_NAMED = 5


async def jobs_that_go_on(engine: Engine) -> str:
    """One line per place with running jobs, and one for suspended ones; empty when there are none, or the engine does not answer in time."""
    try:
        async with asyncio.timeout(_PATIENCE):
            here = await engine.select_jobs(HERE, JobQuery(state=JobState.RUNNING))
            still = await engine.select_jobs(HERE, JobQuery(state=JobState.SUSPENDED))
            there = await engine.running_there()
    except (JobshError, TimeoutError):
        return ""
    go_on = [job for job in here if not (job.is_attached or job.id.child or job.kind.is_hosted)]
    return _line(go_on) + _lines(there) + _line_of_suspended([job for job in still if not job.is_attached])


async def jobs_left_in(engine: Engine, session: SessionId) -> str:
    """A line about the jobs that were started in a session and run; empty when there are none."""
    try:
        async with asyncio.timeout(_PATIENCE):
            there = await engine.running_there()
    except (JobshError, TimeoutError):
        return ""
    return _lines([one for one in there if one.job.seen_from == session])


def jobs_that_end(running: Sequence[Job]) -> str:
    """What is said of jobs that end with this shell; empty when there are none."""
    if not running:
        return ""
    what = "1 job ends" if len(running) == 1 else f"{len(running)} jobs end"
    return f"{what} with this shell: {_named(running)}"


def _lines(there: Sequence[RunningThere]) -> str:
    jobs: dict[str, list[Job]] = {}
    for one in there:
        jobs.setdefault(one.host, []).append(one.job)
    return "".join(_line(jobs[host], host) for host in sorted(jobs))


def _line(jobs: Sequence[Job], host: str = "") -> str:
    if not jobs:
        return ""
    where = f"on {visible(host)} " if host else ""
    what = "1 job goes on" if len(jobs) == 1 else f"{len(jobs)} jobs go on"
    return f"{where}{what}: {_named(jobs)}\n"


def _line_of_suspended(jobs: Sequence[Job]) -> str:
    if not jobs:
        return ""
    what = "1 job stays" if len(jobs) == 1 else f"{len(jobs)} jobs stay"
    whom = "it" if len(jobs) == 1 else "them"
    return f"{what} suspended: {_named(jobs)}; Resume-Job lets {whom} go on\n"


def _named(jobs: Sequence[Job]) -> str:
    named = ", ".join(f"{job.id} ({visible(job.name)})" for job in jobs[:_MOST_NAMED])
    return named + (f" and {len(jobs) - _MOST_NAMED} more" if len(jobs) > _MOST_NAMED else "")
