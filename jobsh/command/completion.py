"""What could stand at the cursor of a half-typed text: commands, parameters, values by their type, members, files. No prompt here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from jobsh.command.candidates import Candidate, CompletionContext
from jobsh.command.common import COMMON
from jobsh.command.members import members, property_names
from jobsh.command.registry import Registry
from jobsh.command.spec import CmdletSpec, ParameterSpec, matching
from jobsh.command.types import HelpNameType, PropertyNameType
from jobsh.errors import CommandNotFound, Span
from jobsh.language.ast import Vocabulary
from jobsh.language.cursor import Cursor, CursorKind, at_cursor
from jobsh.model.job import Job
from jobsh.model.job_state import JobState
from jobsh.model.struct import Struct

_COMMAND_NAME = re.compile(r"[A-Za-z]+-[A-Za-z]*")
_DANGLING_DOT = re.compile(r"(\$[\w:]+|\$\{[^}]*\}|\))\.(\w*)$")
_PLAIN_WORD = re.compile(r"[\w./~:@%+=,\[\]*?-]+")
_PLAIN_SHELL_WORD = re.compile(r"[\w./~:@%+=,-]+")
_KEYWORDS = ("if", "foreach", "for", "while", "do", "switch", "try", "function", "throw", "return", "exit")
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
            for alias, name in self._registry.aliases().items()
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
        taken = {p.field for given in cursor.given for p in spec.matching(given.name)[:1]}
        sets = _possible_sets(spec, cursor)
        own = [p for p in spec.parameters if p.field not in taken and any(p.in_set(s) for s in sets)]
        common = [p for p in COMMON if prefix and (spec.cls.changes_something or p.name not in ("WhatIf", "Confirm"))]
        return [Candidate(f"-{p.name}", p.param.help) for p in (*own, *common) if _begins(p.name, prefix)]

    # values

    async def _values(self, cursor: Cursor) -> Sequence[Candidate]:
        spec = self._spec(cursor.command)
        found: list[Candidate] = []
        for parameter in _parameters_at(spec, cursor) if spec is not None else ():
            found += await self._of_type(parameter, cursor)
        return found or await self._context.paths(cursor.prefix)

    async def _of_type(self, parameter: ParameterSpec, cursor: Cursor) -> Sequence[Candidate]:
        if isinstance(parameter.type, PropertyNameType):
            return self._properties(cursor)
        if isinstance(parameter.type, HelpNameType):
            topics = [Candidate(name, "topic") for name in self._context.topics() if _begins(name, cursor.prefix)]
            return [*topics, *self._cmdlets(cursor.prefix)]
        if cursor.command == "Where-Object" and (cursor.arguments[:1] or ("",))[0] in ("State", "state"):
            return [Candidate(s.value) for s in JobState if _begins(s.value, cursor.prefix)]
        return await parameter.type.complete(cursor.prefix, self._context)

    def _properties(self, cursor: Cursor) -> Sequence[Candidate]:
        names = [name for kind in self._types_before(cursor.span.start) for name in property_names(kind)]
        return [Candidate(name, "property") for name in names if _begins(name, cursor.prefix)]

    def _types_before(self, position: int) -> tuple[type, ...]:
        """What the last command before `position` that says so gives; Where-Object and the like hand on what they get."""
        for name in reversed(_COMMAND_NAME.findall(self._text[:position])):
            spec = self._spec(name)
            if spec is not None and spec.cls.output_types:
                return spec.cls.output_types
        return (Job,)

    # variables and members

    def _variables(self, cursor: Cursor) -> Sequence[Candidate]:
        braced = self._text[cursor.span.start :].startswith("${")
        start, end = ("${", "}") if braced else ("$", "")
        prefix = cursor.prefix.lstrip("{")
        names = (name for name in self._context.variables() if _begins(name, prefix))
        return [Candidate(start + name + end) for name in names]

    def _members(self, cursor: Cursor) -> Sequence[Candidate]:
        found = [(n, kind) for n, kind in self._members_of(cursor.target) if _begins(n, cursor.prefix)]
        return [
            Candidate(name + ("()" if kind == "Method" else ""), kind.lower(), ends_word=False) for name, kind in found
        ]

    def _members_of(self, target: str) -> Iterable[tuple[str, str]]:
        if target.startswith("$") and not target.startswith("$("):
            value = self._context.value(target[1:].strip("{}"))
            if isinstance(value, list) and value:
                return (*members(value), *members(value[0]))
            return members(value) if value is not None else ()
        kinds = self._types_before(len(self._text)) if _COMMAND_NAME.search(target) else ()
        return [(name, "Property") for kind in kinds for name in property_names(kind)]

    def _spec(self, name: str) -> CmdletSpec | None:
        try:
            return self._registry.spec(name)
        except CommandNotFound:
            return None


def _begins(name: str, prefix: str) -> bool:
    return name.casefold().startswith(prefix.casefold())


def _possible_sets(spec: CmdletSpec, cursor: Cursor) -> Sequence[str]:
    """The sets that what is written leaves possible."""
    given = [p for g in cursor.given for p in spec.matching(g.name)[:1]]
    return [s for s in spec.sets if all(p.in_set(s) for p in given)] or spec.sets


def _parameters_at(spec: CmdletSpec, cursor: Cursor) -> Iterable[ParameterSpec]:
    """The parameters whose value the cursor may be at."""
    if cursor.parameter:
        return (spec.matching(cursor.parameter) or matching(COMMON, cursor.parameter))[:1]
    given = {p.field for g in cursor.given for p in spec.matching(g.name)[:1]}
    found: dict[str, ParameterSpec] = {}
    for set_name in _possible_sets(spec, cursor):
        slots = [p for p in spec.positional(set_name) if p.field not in given]
        if slots and slots[-1].param.takes_rest:
            slots += [slots[-1]] * cursor.position
        if cursor.position < len(slots):
            found[slots[cursor.position].field] = slots[cursor.position]
    return found.values()


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
