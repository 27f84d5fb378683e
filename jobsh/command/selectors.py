"""Parameter types that name something of ours: jobs, sessions, hosts, properties. They only read; looking up is `selecting`'s."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, cast

from jobsh.command.candidates import Candidate, CompletionContext
from jobsh.command.context import ScriptBlock
from jobsh.command.conversion import to_int
from jobsh.command.given import Given
from jobsh.command.members import get_member, has_member
from jobsh.command.text import to_text, truth
from jobsh.command.types import ChoiceType, ParameterType, PropertyNameType, TextType, is_block, register
from jobsh.command.values import HashTable, as_list
from jobsh.errors import OperationError
from jobsh.model.hosts import expand_hosts, parse_address
from jobsh.model.ids import InstanceId, JobId, SessionId
from jobsh.model.job import Job
from jobsh.model.job_state import JobState
from jobsh.model.session import Session
from jobsh.model.struct import Struct

_INSTANCE_ID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)


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
            return (
                JobSelector(instance_id=_instance_id(value)) if _is_instance_id(value) else JobSelector(name=str(value))
            )
        raise OperationError(f"{to_text(value) or '$null'} is not a job", hint="give an id, a name or a job")

    def fits_object(self, value: object) -> bool:
        return isinstance(value, (Job, JobId, JobSelector))

    async def complete(self, prefix: str, context: CompletionContext) -> Sequence[Candidate]:
        jobs = await context.jobs()
        return [*_offer((_id_candidate(j) for j in jobs), prefix), *_offer((_name_candidate(j) for j in jobs), prefix)]

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
        return _offer((_id_candidate(j) for j in await context.jobs()), prefix)

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
        return _offer((_name_candidate(j) for j in await context.jobs()), prefix)


class InstanceIdType(TextType):
    """An InstanceId: 32 hexadecimal digits, also with dashes or in braces, as GUIDs are written."""

    word = "guid"

    def convert(self, given: Given) -> object:
        return self.from_object(given.word if given.word is not None else given.value)

    def from_object(self, value: object) -> object:
        text = to_text(value).strip("{} ")
        if not _is_instance_id(text):
            raise OperationError(f"'{to_text(value)}' is not an InstanceId", hint="it has 32 hexadecimal digits")
        return _instance_id(text)

    def takes_property_of(self, owner: object) -> bool:
        return not isinstance(owner, Session)

    async def complete(self, prefix: str, context: CompletionContext) -> Sequence[Candidate]:
        jobs = await context.jobs()
        return _offer((Candidate(job.instance_id, f"{job.id}, {job.name}") for job in jobs), prefix)

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


class SessionSelector(Struct):
    """One way to say which session: exactly one field is set."""

    id: SessionId | None = None
    name: str = ""
    instance_id: InstanceId | None = None
    session: Session | None = None

    def __str__(self) -> str:
        return str(self.id or self.instance_id or self.name or (self.session and self.session.id))


class SessionSelectorType(ParameterType):
    """An unquoted number is an id, other text a name or InstanceId, a session itself."""

    word = "session"

    def from_object(self, value: object) -> object:
        if isinstance(value, SessionSelector):
            return value
        if isinstance(value, Session):
            return SessionSelector(session=value)
        if isinstance(value, int) and not isinstance(value, bool):
            return SessionSelector(id=SessionId(value))
        if isinstance(value, str) and value:
            if _is_instance_id(value):
                return SessionSelector(instance_id=_instance_id(value))
            return SessionSelector(name=str(value))
        raise OperationError(f"{to_text(value) or '$null'} is not a session", hint="give an id, a name or a session")

    def fits_object(self, value: object) -> bool:
        return isinstance(value, (Session, SessionSelector))

    async def complete(self, prefix: str, context: CompletionContext) -> Sequence[Candidate]:
        sessions = await context.sessions()
        names = (Candidate(s.name, f"{s.state}, {s.computer_name}") for s in sessions)
        ids = (Candidate(str(s.id), f"{s.name}, {s.state}, {s.computer_name}") for s in sessions)
        return [*_offer(names, prefix), *_offer(ids, prefix)]

    def describe(self) -> str:
        return "a session: its id, its name (wildcards) or the session itself"


class HostPatternType(ParameterType):
    """Hosts: `web01`, `user@web[01-20]:22`, `[::1]:22`; a pattern becomes several."""

    word = "host"
    expands = True

    def from_object(self, value: object) -> object:
        if isinstance(value, Session):
            raise OperationError(f"{value.name} is a session, not a host name", hint="use -Session for sessions")
        # a line of output has a ComputerName too, but names a host itself
        names_one = not isinstance(value, str) and has_member(value, "ComputerName")
        text = to_text(get_member(value, "ComputerName") if names_one else value)
        hosts = expand_hosts(text)
        if not hosts:
            raise OperationError(
                "a host name is missing here", hint="hosts look like web01, user@web01:22 or web[01-20]"
            )
        for host in hosts:
            parse_address(host)
        return hosts

    def fits(self, given: Given) -> bool:
        return isinstance(given.value, str) or given.word is not None

    def fits_object(self, value: object) -> bool:
        return isinstance(value, str)

    async def complete(self, prefix: str, context: CompletionContext) -> Sequence[Candidate]:
        user, at, _ = prefix.rpartition("@")
        return _offer((Candidate(user + at + name, "host") for name in await context.hosts()), prefix)

    def describe(self) -> str:
        return "host names: web01, user@web01:2222, web[01-20]"


class PropertySelector(Struct):
    """A property by name, or one that is calculated by a block."""

    label: str
    name: str = ""
    """The property, possibly with wildcards; empty for a calculated one."""
    block: ScriptBlock | None = None
    width: int = 0
    align: str = ""
    format: str = ""
    descending: bool | None = None

    async def value(self, item: object) -> object:
        """The property of `item`."""
        if self.block is None:
            return get_member(item, self.name)
        found = [value async for value in self.block.run(item=item)]
        return found if len(found) > 1 else found[0] if found else None


class PropertySelectorType(PropertyNameType):
    """A property's name, a block, or `@{Label='…'; Expression={…}}`."""

    word = "property"

    def keys(self, path: tuple[str, ...]) -> Sequence[Candidate]:
        return [Candidate(key.capitalize()) for key in _KEYS] if not path else ()

    def convert(self, given: Given) -> object:
        return self.from_object(given.word if given.word is not None else given.value)

    def from_object(self, value: object) -> object:
        if isinstance(value, PropertySelector):
            return value
        if isinstance(value, HashTable):
            return _calculated(value)
        if is_block(value):
            block = cast(ScriptBlock, value)
            return PropertySelector(block.text.strip(), block=block)
        text = to_text(value)
        if not text:
            raise OperationError("the name of a property is missing here")
        return PropertySelector(text, text)

    def fits_object(self, value: object) -> bool:
        return True

    def describe(self) -> str:
        return "property names, blocks, or @{Label='…'; Expression={…}}"


HostPattern = Annotated[str, HostPatternType()]
"""A host as the user names it; patterns were expanded: `tuple[HostPattern, ...]` holds one text per host."""

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

_KEYS = ("label", "name", "expression", "width", "alignment", "formatstring", "descending", "ascending")
"""What a calculated property may say; an unambiguous beginning is enough, as in PowerShell."""


def _key(written: object) -> str:
    folded = to_text(written).casefold()
    found = [key for key in _KEYS if folded and key.startswith(folded)]
    if not found:
        raise OperationError(f"a property knows no {to_text(written)}", hint=f"it takes {', '.join(_KEYS)}")
    return "label" if found[0] == "name" else found[0]


def _calculated(table: HashTable) -> PropertySelector:
    entries = {_key(key): value for key, value in table.items()}
    expression = entries.get("expression")
    label = to_text(entries.get("label", ""))
    inner = cast(PropertySelector, PropertySelectorType().from_object(expression if expression is not None else label))
    return inner.replace(
        label=label or inner.label,
        width=to_int(entries.get("width", 0)),
        align=_alignment(to_text(entries.get("alignment", ""))),
        format=to_text(entries.get("formatstring", "")),
        descending=_direction(entries),
    )


def _alignment(written: str) -> str:
    found = [a for a in ("left", "right", "center") if a.startswith(written.casefold())]
    if not found:
        raise OperationError(f"'{written}' is no alignment", hint="write Left, Right or Center")
    return found[0] if written else ""


def _direction(entries: dict[str, object]) -> bool | None:
    if "descending" in entries:
        return truth(entries["descending"])
    return not truth(entries["ascending"]) if "ascending" in entries else None


def _offer(candidates: object, prefix: str) -> list[Candidate]:
    seen: dict[str, Candidate] = {}
    for candidate in cast("Sequence[Candidate]", candidates):
        if candidate.text.casefold().startswith(prefix.casefold()):
            seen.setdefault(candidate.text, candidate)
    return list(seen.values())


def _id_candidate(job: Job) -> Candidate:
    return Candidate(str(job.id), f"{job.name}, {job.state}, {job.location}")


def _name_candidate(job: Job) -> Candidate:
    return Candidate(job.name, f"{job.id}, {job.state}, {job.location}")


def _job_id(number: int) -> JobId:
    if number < 1:
        raise OperationError(f"{number} is not a job id", hint="ids are 1, 2, 3, …, or 12.1 for a child job")
    return JobId(number)


def _is_instance_id(text: str) -> bool:
    return _INSTANCE_ID.fullmatch(text) is not None


def _instance_id(text: str) -> InstanceId:
    return InstanceId(text.replace("-", "").lower())


def names_of(values: Sequence[object]) -> tuple[str, ...]:
    """Texts of a list of names, lists inside it flattened."""
    return tuple(to_text(item) for value in values for item in as_list(value))


register(JobSelector, JobSelectorType())
register(SessionSelector, SessionSelectorType())
register(PropertySelector, PropertySelectorType())
