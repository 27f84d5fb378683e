"""Says at the end which jobs go on without the shell."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from jobsh.errors import JobshError
from jobsh.model.ids import HERE, Location
from jobsh.model.job import Job
from jobsh.model.job_state import JobState
from jobsh.model.queries import JobQuery, SessionQuery
from jobsh.model.safe_text import visible
from jobsh.ports.engine import Engine

_PATIENCE = 2.0
_MOST_NAMED = 5


async def jobs_that_go_on(engine: Engine) -> str:
    """One line per place with running jobs; empty when there are none, or nobody answers in time."""
    try:
        async with asyncio.timeout(_PATIENCE):
            sessions = await engine.select_sessions(SessionQuery())
    except (JobshError, TimeoutError):
        return ""
    places: list[tuple[Location, str]] = [(HERE, ""), *((s.id, s.computer_name) for s in sessions)]
    found = await asyncio.gather(*(_running(engine, location) for location, _ in places))
    # two sessions on one host see the same jobs
    lines = {name: _line(jobs, name) for (_, name), jobs in zip(places, found, strict=True) if jobs}
    return "".join(lines.values())


async def _running(engine: Engine, location: Location) -> Sequence[Job]:
    try:
        async with asyncio.timeout(_PATIENCE):
            jobs = await engine.select_jobs(location, JobQuery(state=JobState.RUNNING))
    except (JobshError, TimeoutError):
        return ()
    return [job for job in jobs if not job.is_attached and not job.id.child]


def _line(jobs: Sequence[Job], host: str) -> str:
    named = ", ".join(f"{job.id} ({visible(job.name)})" for job in jobs[:_MOST_NAMED])
    more = f" and {len(jobs) - _MOST_NAMED} more" if len(jobs) > _MOST_NAMED else ""
    where = f" on {visible(host)}" if host else ""
    what = "1 job goes on" if len(jobs) == 1 else f"{len(jobs)} jobs go on"
    return f"{what}{where}: {named}{more}\n"
