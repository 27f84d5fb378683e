"""The parameters that name jobs, declared once for all verbs."""

from __future__ import annotations

from typing import Annotated

from jobsh.command.declaration import Param
from jobsh.command.selectors import JobIdSelector, JobName, JobSelector
from jobsh.model.ids import InstanceId
from jobsh.model.job_state import JobState

Jobs = Annotated[
    tuple[JobSelector, ...],
    Param("Jobs by id, name or wildcard, or job objects, also from the pipeline.", position=0, from_pipeline=True),
]
Ids = Annotated[tuple[JobIdSelector, ...], Param("Jobs by id: 12, or 12.1 for a child job.", aliases=("SessionId",))]
Names = Annotated[tuple[JobName, ...], Param("Jobs by name; wildcards allowed.")]
InstanceIds = Annotated[tuple[str, ...], Param("Jobs by InstanceId.")]
State = Annotated[JobState | None, Param("Only jobs in this state.")]
Commands = Annotated[tuple[str, ...], Param("Only jobs whose command is this text; wildcards allowed.")]


def selectors(
    jobs: tuple[JobSelector, ...], ids: tuple[JobSelector, ...], names: tuple[str, ...], instance_ids: tuple[str, ...]
) -> tuple[JobSelector, ...]:
    """All that was named, as one kind of selector."""
    by_name = tuple(JobSelector(name=name) for name in names)
    by_instance = tuple(JobSelector(instance_id=InstanceId(id.replace("-", "").lower())) for id in instance_ids)
    return (*jobs, *ids, *by_name, *by_instance)
