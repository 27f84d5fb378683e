"""Help from declarations: text for Get-Help and -?, Markdown for the reference page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import Enum, auto

from jobsh.command.common import COMMON
from jobsh.command.declaration import Refused
from jobsh.command.spec import CmdletSpec, ParameterSpec
from jobsh.command.text import enum_text, to_text
from jobsh.model.queries import matches
from jobsh.model.struct import Struct

_WIDTH = 96
_INDENT = "    "


class Part(Enum):
    """How much help."""

    SHORT = auto()
    EXAMPLES = auto()
    FULL = auto()


class _Section(Struct):
    title: str
    lines: tuple[str, ...]


def help_text(spec: CmdletSpec, part: Part = Part.SHORT) -> str:
    """The help of a cmdlet."""
    return "\n\n".join(_section_text(s) for s in _sections(spec, part) if s.lines)


def _sections(spec: CmdletSpec, part: Part) -> Iterator[_Section]:
    yield _Section("NAME", (f"{spec.name} - {spec.synopsis}",))
    if part is not Part.EXAMPLES:
        yield _Section("SYNTAX", tuple(syntax_lines(spec)))
        yield _Section("DESCRIPTION", tuple(_paragraphs(spec.description)))
        if part is Part.FULL:
            yield _Section(
                "PARAMETERS", tuple(_joined(_parameter_lines(spec, p) for p in (*spec.parameters, *common(spec))))
            )
        else:
            yield _Section("PARAMETERS", tuple(_short_parameter_lines(spec)))
    yield _Section("EXAMPLES", tuple(_joined([f"> {e.code}", f"  {e.text}"] for e in spec.examples)))
    if part is not Part.EXAMPLES and spec.aliases:
        yield _Section("ALIASES", (", ".join(spec.aliases),))
    if part is Part.FULL:
        yield _Section("NOT IN JOBSH", tuple(_joined(_refused_lines(refused) for refused in spec.refused)))


def _section_text(section: _Section) -> str:
    return section.title + "\n" + "\n".join((_INDENT + line).rstrip() for line in section.lines)


def _joined(blocks: Iterable[list[str]]) -> Iterator[str]:
    for n, block in enumerate(blocks):
        if n:
            yield ""
        yield from block


def _paragraphs(text: str) -> Iterator[str]:
    yield from _joined([*_wrapped(" ".join(paragraph.split()))] for paragraph in text.split("\n\n") if paragraph)


def _wrapped(text: str, indent: str = "") -> Iterator[str]:
    from textwrap import wrap

    return iter(wrap(text, _WIDTH, initial_indent=indent, subsequent_indent=indent) or [""])


def common(spec: CmdletSpec) -> tuple[ParameterSpec, ...]:
    """The common parameters this cmdlet has."""
    return tuple(p for p in COMMON if spec.cls.changes_something or p.name not in ("WhatIf", "Confirm"))


def syntax_lines(spec: CmdletSpec) -> Iterator[str]:
    """How the cmdlet is written, a line for each parameter set."""
    for name in spec.sets:
        words = [syntax_word(p) for p in _in_order(spec, name) if not _is_operator(spec, p)]
        if len(words) < sum(p.in_set(name) for p in spec.parameters):
            words.append("[-<operator> <value>]")
        line = " ".join([spec.name, *words, "[<common parameters>]"])
        yield from _hanging(line)


def _hanging(line: str) -> Iterator[str]:
    from textwrap import wrap

    # a parameter stays with its value: blanks inside brackets do not break
    glued = re.sub(r" (?=<)|(?<=<common) ", "\N{NO-BREAK SPACE}", line)
    lines = wrap(glued, _WIDTH, subsequent_indent=_INDENT, break_long_words=False, break_on_hyphens=False)
    return (found.replace("\N{NO-BREAK SPACE}", " ") for found in lines)


def _in_order(spec: CmdletSpec, set_name: str) -> list[ParameterSpec]:
    placed = spec.positional(set_name)
    return [*placed, *(p for p in spec.parameters if p.in_set(set_name) and p not in placed)]


def _is_operator(spec: CmdletSpec, parameter: ParameterSpec) -> bool:
    """The comparison operators of Where-Object are forty parameters; one word stands for all."""
    return parameter.field.startswith("op_")


def syntax_word(parameter: ParameterSpec) -> str:
    """One parameter in a syntax line: `[-Id] <id[]>`, in brackets when it can be left out."""
    name = f"-{parameter.name}"
    if parameter.is_switch:
        return f"[{name}]"
    value = f"<{parameter.type.word}{'[]' if parameter.is_tuple else ''}>"
    if parameter.param.position is not None:
        name = f"[{name}]"
    return f"{name} {value}" if parameter.param.is_mandatory else f"[{name} {value}]"


def _short_parameter_lines(spec: CmdletSpec) -> Iterator[str]:
    shown = [p for p in spec.parameters if not _is_operator(spec, p)]
    width = min(22, max((len(p.name) + 1 for p in shown), default=0))
    for parameter in shown:
        first, *rest = _wrapped(parameter.param.help, " " * (width + 2))
        yield f"-{parameter.name}".ljust(width + 2) + first.lstrip()
        yield from rest


def _parameter_lines(spec: CmdletSpec, parameter: ParameterSpec) -> list[str]:
    facts = {
        "Value": "a switch" if parameter.is_switch else parameter.type.describe(),
        "List": "yes, with commas" if parameter.is_tuple else "",
        "Default": _default_text(parameter),
        "Position": "" if parameter.param.position is None else str(parameter.param.position),
        "Mandatory": "yes" if parameter.param.is_mandatory else "",
        "Pipeline": _pipeline_text(parameter),
        "Sets": ", ".join(parameter.sets),
        "Aliases": ", ".join(parameter.param.aliases),
    }
    told = [line for name, text in facts.items() if text for line in _fact(name, text)]
    return [f"-{parameter.name}", *_wrapped(parameter.param.help, _INDENT), *told]


def _refused_lines(refused: Refused) -> list[str]:
    words = f"{refused.why}; {refused.instead}" if refused.instead else refused.why
    return [f"-{refused.name}", *_wrapped(f"Not in jobsh: {words}.", _INDENT)]


def _fact(name: str, text: str) -> Iterator[str]:
    start = f"{_INDENT}{name.ljust(10)} "
    first, *rest = _wrapped(text, " " * len(start))
    yield start + first.lstrip()
    yield from rest


def _pipeline_text(parameter: ParameterSpec) -> str:
    ways = ["objects"] * parameter.param.from_pipeline + ["the property of this name"] * parameter.param.from_property
    return " or ".join(ways)


def _default_text(parameter: ParameterSpec) -> str:
    if parameter.is_switch or parameter.param.is_mandatory or parameter.default in (None, "", (), 0.0):
        return ""
    if type(parameter.default) is object:  # a mark for "not given"
        return ""
    if isinstance(parameter.default, tuple):
        return ", ".join(to_text(item) for item in parameter.default)
    return enum_text(parameter.default) if hasattr(parameter.default, "name") else to_text(parameter.default)  # type: ignore[arg-type]


def parameter_text(spec: CmdletSpec, pattern: str) -> str:
    """The help of the parameters a pattern or prefix names; empty when there is none."""
    known = (*spec.parameters, *common(spec))
    found = [p for p in known if matches(pattern, p.name)] or list(spec.matching(pattern))
    lines = [_parameter_lines(spec, p) for p in found] or [
        _refused_lines(r) for r in spec.refused if matches(pattern, r.name) or r is spec.refuses(pattern)
    ]
    return "\n".join(_joined(lines))


def markdown(specs: Iterable[CmdletSpec]) -> str:
    """The reference page."""
    return "\n".join(line for spec in specs for line in _markdown_of(spec))


def _markdown_of(spec: CmdletSpec) -> Iterator[str]:
    yield f"## {spec.name}"
    yield f"\n{spec.synopsis}\n"
    if spec.aliases:
        yield "Aliases: " + ", ".join(f"`{alias}`" for alias in spec.aliases) + "\n"
    yield "```"
    yield from syntax_lines(spec)
    yield "```\n"
    if spec.description:
        yield spec.description + "\n"
    yield "| parameter | |\n| --- | --- |"
    for parameter in spec.parameters:
        if not _is_operator(spec, parameter):
            text = parameter.param.help.replace("|", "\\|")
            yield f"| `-{parameter.name}` | {text} |"
    yield ""
    for example in spec.examples:
        yield f"```\n{example.code}\n```\n\n{example.text}\n"
