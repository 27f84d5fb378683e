"""What could stand at the cursor of a half-typed text: commands, parameters, values by their type, members, files. No prompt here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from jobsh.command.candidates import Candidate, CompletionContext
from jobsh.command.common import COMMON
from jobsh.command.members import members
from jobsh.command.name_types import HelpNameType, PropertyNameType
from jobsh.command.parameter_help import is_operator
from jobsh.command.piped import Piped, into, out_of
from jobsh.command.possible_parameters import can_be_given, parameters_at
from jobsh.command.registry import Registry
from jobsh.command.spec import CmdletSpec, ParameterSpec
from jobsh.command.values import as_list
from jobsh.errors import CommandNotFound, Span
from jobsh.language.ast import Vocabulary
from jobsh.language.cursor import Cursor, CursorKind, at_cursor
from jobsh.model.job import Job, JobKind
from jobsh.model.job_state import JobState
from jobsh.model.session import Availability, Session, SessionState
from jobsh.model.struct import Struct

_COMMAND_NAME = re.compile(r"[A-Za-z]+-[A-Za-z]*")
_DANGLING_DOT = re.compile(r"(\$[\w:]+|\$\{[^}]*\}|\))\.(\w*)$")
_PLAIN_WORD = re.compile(r"[\w./~:@%+=,\[\]*?-]+")
_PLAIN_SHELL_WORD = re.compile(r"[\w./~:@%+=,-]+")
_KEYWORDS = ("if", "foreach", "for", "while", "do", "switch", "try", "function", "throw", "return", "exit")
_CONSTANTS = ("true", "false", "null")
_WORDS: dict[tuple[type, str], tuple[str, ...]] = {
    (Job, "state"): tuple(JobState),
    (Job, "psjobtypename"): tuple(JobKind),
    (Session, "state"): tuple(SessionState),
    (Session, "availability"): tuple(Availability),
}
"""(Type, property in lower case) → what the property may be."""
_FEW = 12
"""So many commands get their synopsis beside them: each has to be imported for it."""


class Completion(Struct):
    """What could replace `span` of the text."""

    span: Span
    candidates: tuple[Candidate, ...] = ()


async def complete(
    text: str, position: int, vocabulary: Vocabulary, registry: Registry, context: CompletionContext
) -> Completion:
    """The candidates at `position`, the most likely first. Their texts are quoted as the place needs it."""
    completer = _Completer(text[:position], registry, context)
    cursor = at_cursor(text, position, vocabulary)
    dangling = _DANGLING_DOT.search(text[:position])
    if dangling is not None and cursor.kind in (CursorKind.COMMAND, CursorKind.NONE, CursorKind.VALUE):
        cursor = _member_cursor(dangling, position)
    found = await completer.at(cursor)
    return Completion(cursor.span, tuple(_once(found)))


def _member_cursor(dangling: re.Match[str], position: int) -> Cursor:
    """`$job.` with nothing after the dot is no member yet to the parser."""
    whole = dangling.string[: dangling.start(2) - 1]
    start = whole.rfind("(") if dangling[1] == ")" else dangling.start(1)
    span = Span(dangling.start(2), position)
    return Cursor(CursorKind.MEMBER, span, dangling[2], target=whole[max(start, 0) :])


def _once(candidates: Iterable[Candidate]) -> Iterable[Candidate]:
    return {candidate.text: candidate for candidate in reversed(list(candidates))}.values().__reversed__()


class _Completer:
    """One call of `complete`."""

    def __init__(self, text: str, registry: Registry, context: CompletionContext) -> None:
        self._text = text
        self._registry = registry
        self._context = context

    async def at(self, cursor: Cursor) -> Sequence[Candidate]:
        match cursor.kind:
            case CursorKind.COMMAND:
                return await self._commands(cursor)
            case CursorKind.PARAMETER:
                return self._parameters(cursor)
            case CursorKind.VALUE:
                return [_quoted(c, cursor, _PLAIN_WORD) for c in await self._values(cursor)]
            case CursorKind.VARIABLE:
                return self._variables(cursor)
            case CursorKind.MEMBER:
                return self._members(cursor)
            case CursorKind.KEY:
                return self._keys(cursor)
            case CursorKind.SHELL_COMMAND:
                return await self._programs(cursor)
            case CursorKind.SHELL_WORD:
                return [_quoted(c, cursor, _PLAIN_SHELL_WORD) for c in await self._context.paths(cursor.prefix)]
        return ()

    # commands

    async def _commands(self, cursor: Cursor) -> Sequence[Candidate]:
        found = self._cmdlets(cursor.prefix)
        if not cursor.prefix:
            return found
        before = self._text[: cursor.span.start].rstrip()
        is_after_pipe = before.endswith("|") and not before.endswith("||")
        aliases = [
            Candidate(alias, name)
            for alias, name in self._context.aliases().items()
            if _begins(alias, cursor.prefix) and (is_after_pipe or not self._registry.is_after_pipe_only(alias))
        ]
        keywords = [Candidate(k, "keyword") for k in _KEYWORDS if k.startswith(cursor.prefix) and not is_after_pipe]
        return [*found, *aliases, *keywords, *await self._programs(cursor)]

    def _cmdlets(self, prefix: str) -> list[Candidate]:
        names = [name for name in self._context.commands() if _begins(name, prefix)]
        return [Candidate(name, self._synopsis(name) if len(names) <= _FEW else "") for name in names]

    def _synopsis(self, name: str) -> str:
        spec = self._spec(name)
        return spec.synopsis if spec is not None else "function"

    async def _programs(self, cursor: Cursor) -> list[Candidate]:
        if "/" in cursor.prefix or cursor.prefix.startswith("~"):
            return [_quoted(c, cursor, _PLAIN_SHELL_WORD) for c in await self._context.paths(cursor.prefix)]
        if not cursor.prefix:
            return []
        cmdlets = self._cmdlets(cursor.prefix) if _COMMAND_NAME.fullmatch(cursor.prefix) else []
        return [*cmdlets, *(Candidate(name, "program") for name in await self._context.programs(cursor.prefix))]

    # parameters

    def _parameters(self, cursor: Cursor) -> Sequence[Candidate]:
        spec = self._spec(cursor.command)
        if spec is None:
            return ()
        prefix = cursor.prefix.removeprefix("-")
        own = [p for p in spec.parameters if can_be_given(p, spec, cursor)]
        common = [p for p in COMMON if prefix and (spec.cls.changes_something or p.name not in ("WhatIf", "Confirm"))]
        offered = [Candidate(f"-{p.name}", p.param.help) for p in (*own, *common) if _begins(p.name, prefix)]
        return [*offered, *(c for p in (*own, *common) for c in _other_names(p, prefix))]

    # values

    async def _values(self, cursor: Cursor) -> Sequence[Candidate]:
        spec = self._spec(cursor.command)
        found: list[Candidate] = []
        if spec is None:
            return await self._context.paths(cursor.prefix)
        for parameter in parameters_at(spec, cursor):
            session = await self._session_in(parameter.param.files_of, spec, cursor)
            if session is not None:
                return await self._context.paths(cursor.prefix, session)
            found += await self._of_type(parameter, cursor)
        return found or await self._context.paths(cursor.prefix)

    async def _session_in(self, name: str, spec: CmdletSpec, cursor: Cursor) -> Session | None:
        """The first session that a parameter of this name was given; None where it was given none."""
        for given in cursor.given if name else ():
            if [parameter.name for parameter in spec.matching(given.name)[:1]] != [name]:
                continue
            if given.variable:
                sessions = as_list(self._context.value(given.variable))
            else:
                known = await self._context.sessions()
                sessions = [session for session in known if given.value in (session.name, str(session.id))]
            return next((session for session in sessions if isinstance(session, Session)), None)
        return None

    async def _of_type(self, parameter: ParameterSpec, cursor: Cursor) -> Sequence[Candidate]:
        if isinstance(parameter.type, PropertyNameType):
            return self._properties(cursor)
        if isinstance(parameter.type, HelpNameType):
            topics = [Candidate(name, "topic") for name in self._context.topics() if _begins(name, cursor.prefix)]
            return [*topics, *self._cmdlets(cursor.prefix)]
        if is_operator(parameter):
            return self._values_of_property((cursor.arguments[:1] or ("",))[0] or "", cursor)
        return await parameter.type.complete(cursor.prefix, self._context)

    def _values_of_property(self, name: str, cursor: Cursor) -> list[Candidate]:
        """What a property may be, where that is one of a few words."""
        kinds = self._piped(cursor.span.start).kinds
        words = (word for kind in kinds for word in _WORDS.get((kind, name.casefold()), ()))
        return [Candidate(word) for word in words if _begins(word, cursor.prefix)]

    def _keys(self, cursor: Cursor) -> list[Candidate]:
        spec = self._spec(cursor.command)
        given = {key.name.casefold() for key in cursor.given}
        known = [
            key for p in (parameters_at(spec, cursor) if spec is not None else ()) for key in p.type.keys(cursor.path)
        ]
        return [key for key in known if key.text.casefold() not in given and _begins(key.text, cursor.prefix)]

    def _properties(self, cursor: Cursor) -> Sequence[Candidate]:
        names = self._piped(cursor.span.start).names
        return [Candidate(name, "property") for name in names if _begins(name, cursor.prefix)]

    def _piped(self, position: int) -> Piped:
        """What the stage at `position` gets."""
        return into(self._text[:position], self._spec, self._context.value)

    # variables and members

    def _variables(self, cursor: Cursor) -> Sequence[Candidate]:
        braced = self._text[cursor.span.start :].startswith("${")
        start, end = ("${", "}") if braced else ("$", "")
        prefix = cursor.prefix.lstrip("{")
        names = (name for name in (*self._context.variables(), *_CONSTANTS) if _begins(name, prefix))
        return [Candidate(start + name + end) for name in names]

    def _members(self, cursor: Cursor) -> Sequence[Candidate]:
        known = self._members_of_item(cursor) if cursor.target in ("$_", "$PSItem") else self._members_of(cursor.target)
        found = [(n, kind) for n, kind in known if _begins(n, cursor.prefix)]
        return [
            Candidate(name + ("()" if kind == "Method" else ""), kind.lower(), ends_word=False) for name, kind in found
        ]

    def _members_of_item(self, cursor: Cursor) -> Iterable[tuple[str, str]]:
        """The properties of what the stage before the block gives."""
        start = cursor.enclosing[-1].span.start if cursor.enclosing else cursor.span.start
        return [(name, "Property") for name in self._piped(start).names]

    def _members_of(self, target: str) -> Iterable[tuple[str, str]]:
        if target.startswith("$") and not target.startswith("$("):
            value = self._context.value(target[1:].strip("{}"))
            if isinstance(value, list) and value:
                return (*members(value), *members(value[0]))
            return members(value) if value is not None else ()
        return [(name, "Property") for name in out_of(self._text, self._spec, self._context.value).names]

    def _spec(self, name: str) -> CmdletSpec | None:
        try:
            return self._registry.spec(name)
        except CommandNotFound:
            return None


def _begins(name: str, prefix: str) -> bool:
    return name.casefold().startswith(prefix.casefold())


def _other_names(parameter: ParameterSpec, prefix: str) -> list[Candidate]:
    """Its aliases that begin so, where its name does not."""
    if not prefix or _begins(parameter.name, prefix):
        return []
    return [Candidate(f"-{a}", f"-{parameter.name}") for a in parameter.param.aliases if _begins(a, prefix)]


def _quoted(candidate: Candidate, cursor: Cursor, plain: re.Pattern[str]) -> Candidate:
    """The candidate as it must be written there: within the quote that was opened, or in one where it needs it."""
    text = candidate.text
    if not cursor.quote and (plain.fullmatch(text) or text.startswith("$")):
        return candidate
    is_shell = cursor.kind in (CursorKind.SHELL_WORD, CursorKind.SHELL_COMMAND, CursorKind.COMMAND)
    if is_shell and not cursor.quote:
        home, slash, rest = text.partition("/") if text.startswith("~") else ("", "", text)
        return candidate.replace(text=home + slash + re.sub(r"([^\w./~:@%+=,-])", r"\\\1", rest))
    quote = cursor.quote or "'"
    inside = text.replace("'", r"'\''" if is_shell else "''") if quote == "'" else _in_double_quotes(text, is_shell)
    return candidate.replace(text=quote + inside + (quote if candidate.ends_word else ""))


def _in_double_quotes(text: str, is_shell: bool) -> str:
    escape = "\\" if is_shell else "`"
    return re.sub(r'(["$`\\])' if is_shell else r'(["$`])', lambda found: escape + found[0], text)
