"""Help from declarations: text for Get-Help and -?, Markdown for the reference page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum, auto

from jobsh.command.layout import INDENT, joined, table, wrapped
from jobsh.command.parameter_help import (
    common,
    is_operator,
    operator_lines,
    parameter_lines,
    refused_lines,
    short_parameter_lines,
    syntax_lines,
    takes_pipeline,
)
from jobsh.command.spec import CmdletSpec
from jobsh.command.type_names import name_of_type
from jobsh.model.queries import matches
from jobsh.model.struct import Struct


class Part(Enum):
    """How much help."""

    SHORT = auto()
    EXAMPLES = auto()
    DETAILED = auto()
    FULL = auto()


class _Section(Struct):
    title: str
    lines: tuple[str, ...]


def help_text(spec: CmdletSpec, part: Part = Part.SHORT, related: Sequence[str] = ()) -> str:
    """The help of a cmdlet; `related` are the names of commands and topics to read next."""
    return "\n\n".join(_section_text(s) for s in _sections(spec, part, related) if s.lines)


def _sections(spec: CmdletSpec, part: Part, related: Sequence[str]) -> Iterator[_Section]:
    yield _Section("NAME", (spec.name,))
    yield _Section("SYNOPSIS", tuple(wrapped(spec.synopsis)))
    if part is not Part.EXAMPLES:
        yield _Section("SYNTAX", tuple(syntax_lines(spec)))
        yield _Section("DESCRIPTION", tuple(_paragraphs(spec.description)))
        yield from _about_parameters(spec, part)
    if part is Part.FULL:
        yield _Section("INPUTS", tuple(_inputs(spec)))
        yield _Section("OUTPUTS", tuple(_outputs(spec)))
        yield _Section("NOTES", tuple(_notes(spec)))
    yield _Section("EXAMPLES", tuple(joined([f"> {e.code}", f"  {e.text}"] for e in spec.examples)))
    if part is not Part.EXAMPLES:
        yield _Section("ALIASES", (", ".join(spec.aliases),) if spec.aliases else ())
    if part is Part.FULL:
        yield _Section("NOT IN JOBSH", tuple(joined(refused_lines(refused) for refused in spec.refused)))
    if part in (Part.DETAILED, Part.FULL):
        yield _Section("RELATED LINKS", tuple(wrapped(", ".join(related))) if related else ())


def _about_parameters(spec: CmdletSpec, part: Part) -> Iterator[_Section]:
    own = [p for p in spec.parameters if not is_operator(p)]
    if part is Part.FULL:
        blocks = [parameter_lines(p, of_many_sets=len(spec.sets) > 1) for p in own]
        yield _Section("PARAMETERS", tuple(joined([*blocks, *operator_lines(spec)])))
    else:
        yield _Section("PARAMETERS", tuple(short_parameter_lines(own)))
    if part in (Part.DETAILED, Part.FULL):
        yield _Section("COMMON PARAMETERS", tuple(short_parameter_lines(common(spec))))


def _inputs(spec: CmdletSpec) -> Iterator[str]:
    by_value = [p for p in spec.parameters if takes_pipeline(p)]
    by_name = [p for p in spec.parameters if p.param.from_property and p not in by_value]
    told = [(f"-{p.name}", p.type.describe()) for p in by_value]
    told += [(f"-{p.name}", f"the property {p.name} of any object") for p in by_name]
    yield from table(told) if told else ("Nothing: objects of the pipeline are not read.",)


def _outputs(spec: CmdletSpec) -> Iterator[str]:
    if spec.cls.gives:
        yield from wrapped(spec.cls.gives)
    elif spec.cls.output_types:
        yield ", ".join(name_of_type(kind) for kind in spec.cls.output_types)


def _notes(spec: CmdletSpec) -> Iterator[str]:
    if spec.cls.changes_something:
        yield "-WhatIf tells what it would do and does nothing; -Confirm asks before each change."
    if spec.cls.takes_chunks:
        yield "What programs and hosts write passes through it untouched, byte for byte."
    yield "Get-Help about_Parameters tells how parameters are written."


def _section_text(section: _Section) -> str:
    return section.title + "\n" + "\n".join((INDENT + line).rstrip() for line in section.lines)


def _paragraphs(text: str) -> Iterator[str]:
    yield from joined([*wrapped(" ".join(paragraph.split()))] for paragraph in text.split("\n\n") if paragraph)


def parameter_text(spec: CmdletSpec, pattern: str) -> str:
    """The help of the parameters a pattern or prefix names; empty when there is none."""
    known = (*spec.parameters, *common(spec))
    found = [p for p in known if matches(pattern, p.name)] or list(spec.matching(pattern))
    lines = [parameter_lines(p, of_many_sets=len(spec.sets) > 1) for p in found] or [
        refused_lines(r) for r in spec.refused if matches(pattern, r.name) or r is spec.refuses(pattern)
    ]
    return "\n".join(joined(lines))
