"""Jobs and sessions in variables are live: reading one asks the engine how it is now, once per location."""

from __future__ import annotations

from collections.abc import Sequence

from jobsh.command.provenance import as_before
from jobsh.errors import HostError
from jobsh.model.ids import Location
from jobsh.model.job import Job
from jobsh.model.queries import JobQuery, SessionQuery
from jobsh.model.session import Availability, Session, SessionState
from jobsh.ports.engine import Engine


async def refreshed(value: object, engine: Engine, *, asks_place: bool = True) -> object:
    """The value with its jobs and sessions as they are now. A job that is gone stays as it was last seen, a session is closed."""
    items = value if isinstance(value, list) else [value]
    newest: dict[str, object] = {}
    for location in dict.fromkeys(item.seen_from for item in items if isinstance(item, Job)):
        newest |= await _jobs(location, [j for j in items if isinstance(j, Job) and j.seen_from == location], engine)
    sessions = [item for item in items if isinstance(item, Session)]
    if sessions:
        query = SessionQuery(instance_ids=tuple(s.instance_id for s in sessions), asks_place=asks_place)
        newest |= {session.instance_id: _closed(session) for session in sessions}
        newest |= {session.instance_id: session for session in await engine.select_sessions(query)}
    renewed = [
        as_before(newest.get(item.instance_id, item), item) if isinstance(item, (Job, Session)) else item
        for item in items
    ]
    return renewed if isinstance(value, list) else renewed[0]


def _closed(session: Session) -> Session:
    return session.replace(state=SessionState.CLOSED, availability=Availability.NONE)


async def _jobs(location: Location, jobs: Sequence[Job], engine: Engine) -> dict[str, object]:
    open_ones = tuple(job.instance_id for job in jobs)
    try:
        found = await engine.select_jobs(location, JobQuery(instance_ids=open_ones))
    except HostError:  # not reachable now: what was last seen is all that is known
        return {}
    return {job.instance_id: job for one in found for job in (one, *one.children)}
