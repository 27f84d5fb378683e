"""The parameters that name jobs, declared once for all verbs, and what a call made of them."""

from __future__ import annotations

from typing import Annotated, Protocol

from jobsh.command.declaration import Param
from jobsh.command.job_selectors import InstanceIdText, JobCommand, JobIdSelector, JobName, JobSelector, JobStateName
from jobsh.command.values import HashTable
from jobsh.model.ids import InstanceId
from jobsh.model.job_state import JobState
from jobsh.model.struct import Struct

_JOBS = Param(
    "Jobs by id, name or wildcard, or job objects, also from the pipeline.",
    position=0,
    in_set="Job",
    from_pipeline=True,
)
Jobs = Annotated[tuple[JobSelector, ...], _JOBS]
ManyJobs = Annotated[tuple[JobSelector, ...], _JOBS.replace(takes_rest=True)]
"""As the shells take them: `kill %1 %2`."""
Ids = Annotated[
    tuple[JobIdSelector, ...],
    Param("Jobs by id: 12, or 12.1 for a child job.", in_set="Id", from_property=True, aliases=("SessionId",)),
]
Names = Annotated[tuple[JobName, ...], Param("Jobs by name; wildcards allowed.", in_set="Name", from_property=True)]
InstanceIds = Annotated[
    tuple[InstanceIdText, ...], Param("Jobs by InstanceId.", in_set="InstanceId", from_property=True)
]
State = Annotated[JobStateName | None, Param("Only jobs in this state.", from_property=True)]
Commands = Annotated[
    tuple[JobCommand, ...], Param("Only jobs whose command is this text; wildcards allowed.", from_property=True)
]
Filter = Annotated[
    HashTable | None, Param("Only jobs with these properties: @{Location='web*'; ExitCode=3}; wildcards allowed.")
]


class _Verb(Protocol):
    """A cmdlet that has the parameters above."""

    @property
    def job(self) -> tuple[JobSelector, ...]: ...
    @property
    def id(self) -> tuple[JobSelector, ...]: ...
    @property
    def name(self) -> tuple[str, ...]: ...
    @property
    def instance_id(self) -> tuple[str, ...]: ...
    @property
    def state(self) -> JobState | None: ...
    @property
    def command(self) -> tuple[str, ...]: ...
    @property
    def filter(self) -> HashTable | None: ...


class Chosen(Struct):
    """What a call says of which jobs it means: any of the selectors, all of the conditions."""

    selectors: tuple[JobSelector, ...] = ()
    state: JobState | None = None
    commands: tuple[str, ...] = ()
    filters: tuple[HashTable, ...] = ()

    @property
    def has_conditions(self) -> bool:
        """Whether the jobs must be in some way."""
        return self.state is not None or bool(self.commands or self.filters)

    def __bool__(self) -> bool:
        return bool(self.selectors) or self.has_conditions


def chosen(call: _Verb) -> Chosen:
    """What a call says of which jobs it means."""
    named_jobs = named(call.job, call.id, call.name, call.instance_id)
    filters = named_jobs.filters if call.filter is None else (*named_jobs.filters, call.filter)
    return named_jobs.replace(state=call.state, commands=call.command, filters=filters)


def named(
    jobs: tuple[JobSelector, ...], ids: tuple[JobSelector, ...], names: tuple[str, ...], instance_ids: tuple[str, ...]
) -> Chosen:
    """Which jobs are meant by their names. A hashtable among the jobs is a filter."""
    by_name = tuple(JobSelector(name=name) for name in names)
    by_instance = tuple(JobSelector(instance_id=InstanceId(id)) for id in instance_ids)
    own = tuple(selector for selector in jobs if selector.filter is None)
    filters = tuple(selector.filter for selector in jobs if selector.filter is not None)
    return Chosen((*own, *ids, *by_name, *by_instance), filters=filters)
