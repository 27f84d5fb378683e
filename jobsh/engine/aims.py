"""Where the children of a fan-out run, and the rows it begins with. Runs nothing."""

from __future__ import annotations

import time
from collections.abc import Sequence

from jobsh.engine.hosts import Host
from jobsh.model import wire
from jobsh.model.hosts import HostAddress
from jobsh.model.ids import InstanceId, JobId, new_instance_id
from jobsh.model.job import JobKind
from jobsh.model.job_state import JobState
from jobsh.model.messages import FanOut, FrontEnd, Program
from jobsh.model.struct import Struct
from jobsh.ports.spool import SpoolJob
from jobsh.ports.store import StoredJob

LOCATION_VARIABLE = "JOBSH_LOCATION"
"""Tells a jobsh process that is a job of this machine which host is its location: the wire form of a HostAddress."""


class Aim(Struct):
    """Where a child job runs."""

    host: Host
    address: HostAddress
    session: InstanceId | None = None
    refusal: str = ""
    """Why nothing can be started there."""


def runs_here(program: Program) -> bool:
    """Whether it is jobsh code: that runs on this machine, with the host as its location."""
    return program.interpreter == ("jobsh",)


def at_location(program: Program, address: HostAddress) -> Program:
    """Jobsh code that knows its location."""
    if address.is_local:
        return program
    return program.replace(variables=(*program.variables, (LOCATION_VARIABLE, wire.dumps(address))))


def new_jobs(
    id: InstanceId, number: int, request: FanOut, aims: tuple[Aim, ...], front_end: FrontEnd
) -> tuple[StoredJob, tuple[StoredJob, ...]]:
    """The parent and a child per aim, as they are before anything was started."""
    now, shown = time.time(), request.program.shown
    parent = StoredJob(
        JobId(number),
        id,
        request.name or f"Job{number}",
        JobKind.REMOTE,
        JobState.NOT_STARTED,
        ",".join(aim.address.label for aim in aims),
        shown,
        now,
        hide_computer_name=request.hide_computer_name,
        throttle_limit=request.throttle_limit,
        program=request.program,
        stdin=request.stdin,
    )
    children = tuple(
        StoredJob(
            JobId(number, n),
            new_instance_id(),
            f"{parent.name}.{n}",
            JobKind.CHILD,
            JobState.NOT_STARTED,
            aim.address.label,
            shown,
            now,
            address=None if aim.host.is_here else aim.address,
            ssh_config=front_end.ssh_config,
            agent=front_end.agent,
            hide_computer_name=request.hide_computer_name,
            session=aim.session,
        )
        for n, aim in enumerate(aims, 1)
    )
    return parent, children


def adopted_jobs(
    id: InstanceId, number: int, name: str, found: Sequence[tuple[Aim, SpoolJob]], front_end: FrontEnd
) -> tuple[StoredJob, tuple[StoredJob, ...]]:
    """A parent and children for jobs that run on their hosts already, or ended there."""
    began = min(job.began for _, job in found)
    aim, first = found[0]
    parent = StoredJob(
        JobId(number),
        id,
        name or f"Job{number}",
        JobKind.REMOTE,
        JobState.NOT_STARTED,
        aim.address.label,
        first.command,
        began,
    )
    children = tuple(
        StoredJob(
            JobId(number, n),
            job.instance_id,
            f"{parent.name}.{n}",
            JobKind.CHILD,
            JobState.RUNNING,
            aim.address.label,
            job.command,
            job.began,
            address=None if aim.host.is_here else aim.address,
            ssh_config=front_end.ssh_config,
            agent=front_end.agent,
            began=job.began,
            out=job.received_out,
            err=job.received_err,
            received_out=job.received_out,
            received_err=job.received_err,
            session=aim.session,
        )
        for n, (aim, job) in enumerate(found, 1)
    )
    return parent, children
