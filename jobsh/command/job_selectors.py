"""Parameter types that name jobs: by id, name, InstanceId, state, command, or the job itself. They only read; looking up is the
cmdlets'."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from jobsh.command.annotations import register
from jobsh.command.candidates import Candidate, CompletionContext, offer
from jobsh.command.conversion import to_int
from jobsh.command.given import Given
from jobsh.command.members import has_member
from jobsh.command.text import to_text
from jobsh.command.types import ChoiceType, ParameterType, TextType
from jobsh.command.values import HashTable
from jobsh.errors import OperationError
from jobsh.model.ids import InstanceId, JobId, parse_instance_id
from jobsh.model.job import Job
from jobsh.model.job_state import JobState
from jobsh.model.session import Session
from jobsh.model.struct import Struct


class JobSelector(Struct):
    """One way to say which job: exactly one field is set."""

    id: JobId | None = None
    name: str = ""
    """A name, possibly with wildcards."""
    instance_id: InstanceId | None = None
    job: Job | None = None
    filter: HashTable | None = None
    """Properties with their values."""

    def __str__(self) -> str:
        return str(self.id or self.instance_id or self.name or (self.job and self.job.id))


class JobSelectorType(ParameterType):
    """An unquoted number is an id, other text a name or InstanceId, a job itself."""

    word = "job"
    flattens = True

    def convert(self, given: Given) -> object:
        # `%1` is the shell's way to say it
        if given.word is not None and (id := JobId.parse(given.word.removeprefix("%"))) is not None:
            return JobSelector(id=id)
        return self.from_object(given.value)

    def from_object(self, value: object) -> object:
        if isinstance(value, JobSelector):
            return value
        if isinstance(value, Job):
            return JobSelector(job=value)
        if isinstance(value, JobId):
            return JobSelector(id=value)
        if isinstance(value, HashTable):
            return JobSelector(filter=value)
        if isinstance(value, int) and not isinstance(value, bool):
            return JobSelector(id=_job_id(value))
        if isinstance(value, str) and value:
            id = parse_instance_id(value)
            return JobSelector(name=str(value)) if id is None else JobSelector(instance_id=id)
        raise OperationError(f"{to_text(value) or '$null'} is not a job", hint="give an id, a name or a job")

    def fits_object(self, value: object) -> bool:
        return isinstance(value, (Job, JobId, JobSelector))

    async def complete(self, prefix: str, context: CompletionContext) -> Sequence[Candidate]:
        jobs = await context.jobs()
        return [*offer((_id_candidate(j) for j in jobs), prefix), *offer((_name_candidate(j) for j in jobs), prefix)]

    def describe(self) -> str:
        return "a job: its id, its name (wildcards) or the job itself"


class JobIdType(JobSelectorType):
    """A job's id, also of a child (`12.1`)."""

    word = "id"

    def from_object(self, value: object) -> object:
        if isinstance(value, JobId):
            return JobSelector(id=value)
        if isinstance(value, Job):
            return JobSelector(job=value)
        if isinstance(value, str) and (id := JobId.parse(value)) is not None:
            return JobSelector(id=id)
        return JobSelector(id=_job_id(to_int(value)))

    def takes_property_of(self, owner: object) -> bool:
        return not isinstance(owner, Session)  # its number is no job's

    def fits(self, given: Given) -> bool:
        return (given.word is not None and JobId.parse(given.word) is not None) or self.fits_object(given.value)

    def fits_object(self, value: object) -> bool:
        return isinstance(value, (int, JobId)) and not isinstance(value, bool)

    async def complete(self, prefix: str, context: CompletionContext) -> Sequence[Candidate]:
        return offer((_id_candidate(j) for j in await context.jobs()), prefix)

    def describe(self) -> str:
        return "ids such as 3, or 3.1 for a child job"


class JobNameType(TextType):
    """A job's name, possibly with wildcards."""

    word = "name"

    def from_object(self, value: object) -> object:
        name = super().from_object(value)
        if not name:
            raise OperationError("the name of a job is missing here", hint="Get-Job lists the jobs")
        return name

    def takes_property_of(self, owner: object) -> bool:
        return not isinstance(owner, Session)

    async def complete(self, prefix: str, context: CompletionContext) -> Sequence[Candidate]:
        return offer((_name_candidate(j) for j in await context.jobs()), prefix)


class InstanceIdType(TextType):
    """An InstanceId: 32 hexadecimal digits, also with dashes or in braces, as GUIDs are written."""

    word = "guid"

    def convert(self, given: Given) -> object:
        return self.from_object(given.word if given.word is not None else given.value)

    def from_object(self, value: object) -> object:
        id = parse_instance_id(to_text(value).strip("{} "))
        if id is None:
            raise OperationError(f"'{to_text(value)}' is not an InstanceId", hint="it has 32 hexadecimal digits")
        return id

    def takes_property_of(self, owner: object) -> bool:
        return not isinstance(owner, Session)

    async def complete(self, prefix: str, context: CompletionContext) -> Sequence[Candidate]:
        jobs = await context.jobs()
        return offer((Candidate(job.instance_id, f"{job.id}, {job.name}") for job in jobs), prefix)

    def describe(self) -> str:
        return "an InstanceId: 32 hexadecimal digits"


def _names_a_job(owner: object) -> bool:
    return any(has_member(owner, name) for name in ("Id", "Name", "InstanceId"))


class JobStateType(ChoiceType):
    """The state of a job."""

    def __init__(self) -> None:
        super().__init__({state.value: state for state in JobState}, "JobState")

    def takes_property_of(self, owner: object) -> bool:
        return not _names_a_job(owner)  # what names one job means that one, in whatever state it is by now


class JobCommandType(TextType):
    """The command of a job, possibly with wildcards."""

    def takes_property_of(self, owner: object) -> bool:
        return not _names_a_job(owner)


JobIdSelector = Annotated[JobSelector, JobIdType()]
"""A JobSelector that is an id."""

InstanceIdText = Annotated[str, InstanceIdType()]
"""An InstanceId, in the form it has everywhere in jobsh."""

JobStateName = Annotated[JobState, JobStateType()]
"""A state; also the property of objects that name no job."""

JobCommand = Annotated[str, JobCommandType()]
"""A command; also the property of objects that name no job."""

JobName = Annotated[str, JobNameType()]
"""The name of a job, possibly with wildcards."""


def _id_candidate(job: Job) -> Candidate:
    return Candidate(str(job.id), f"{job.name}, {job.state}, {job.location}")


def _name_candidate(job: Job) -> Candidate:
    return Candidate(job.name, f"{job.id}, {job.state}, {job.location}")


def _job_id(number: int) -> JobId:
    if number < 1:
        raise OperationError(f"{number} is not a job id", hint="ids are 1, 2, 3, …, or 12.1 for a child job")
    return JobId(number)


register(JobSelector, JobSelectorType())
