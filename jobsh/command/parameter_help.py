"""What help tells of parameters: how they are written, what they take, where they come from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from jobsh.command.common import COMMON
from jobsh.command.declared import Refused
from jobsh.command.layout import INDENT, WIDTH, table, wrapped
from jobsh.command.spec import CmdletSpec, ParameterSpec
from jobsh.command.text import enum_text, to_text


def common(spec: CmdletSpec) -> tuple[ParameterSpec, ...]:
    """The common parameters this cmdlet has."""
    return tuple(p for p in COMMON if spec.cls.changes_something or p.name not in ("WhatIf", "Confirm"))


def is_operator(parameter: ParameterSpec) -> bool:
    """The comparison operators of Where-Object are forty parameters; one word stands for all."""
    return parameter.field.startswith("op_")


def takes_pipeline(parameter: ParameterSpec) -> bool:
    """Whether whole objects of the pipeline come to it. Cmdlets that stream name theirs InputObject."""
    streams = parameter.name == "InputObject" and parameter.param.position is None
    return parameter.param.from_pipeline or streams


def takes_wildcards(parameter: ParameterSpec) -> bool:
    """Whether its text may be a pattern: its type or its help says so."""
    told = f"{parameter.param.help} {parameter.type.describe()}".casefold()
    return "wildcard" in told or "pattern" in told


# -- syntax --


def syntax_lines(spec: CmdletSpec) -> Iterator[str]:
    """How the cmdlet is written, a line for each parameter set."""
    for name in spec.sets:
        words = [syntax_word(p) for p in _in_order(spec, name) if not is_operator(p)]
        if len(words) < sum(p.in_set(name) for p in spec.parameters):
            words.append("[-<operator> <value>]")
        yield from _hanging(" ".join([spec.name, *words, "[<common parameters>]"]))


def _hanging(line: str) -> Iterator[str]:
    from textwrap import wrap

    # a parameter stays with its value: blanks inside brackets do not break
    glued = re.sub(r" (?=<)|(?<=<common) ", "\N{NO-BREAK SPACE}", line)
    lines = wrap(glued, WIDTH, subsequent_indent=INDENT, break_long_words=False, break_on_hyphens=False)
    return (found.replace("\N{NO-BREAK SPACE}", " ") for found in lines)


def _in_order(spec: CmdletSpec, set_name: str) -> list[ParameterSpec]:
    placed = spec.positional(set_name)
    return [*placed, *(p for p in spec.parameters if p.in_set(set_name) and p not in placed)]


def syntax_word(parameter: ParameterSpec) -> str:
    """One parameter in a syntax line: `[-Id] <id[]>`, in brackets when it can be left out."""
    name = f"-{parameter.name}"
    if parameter.is_switch:
        return f"[{name}]"
    if parameter.param.position is not None:
        name = f"[{name}]"
    word = f"{name} {_value_word(parameter)}"
    return word if parameter.param.is_mandatory else f"[{word}]"


def _value_word(parameter: ParameterSpec) -> str:
    return f"<{parameter.type.word}{'[]' if parameter.is_tuple else ''}>"


# -- one parameter --


def short_parameter_lines(parameters: Iterable[ParameterSpec]) -> Iterator[str]:
    """A line or two for each."""
    return table([(", ".join(f"-{name}" for name in (p.name, *p.param.aliases)), p.param.help) for p in parameters])


def parameter_lines(parameter: ParameterSpec, *, of_many_sets: bool = True) -> list[str]:
    """All there is to say of a parameter; its sets, where the cmdlet has several."""
    facts = {
        "Value": "a switch" if parameter.is_switch else parameter.type.describe(),
        "Several": "yes, with commas" if parameter.is_tuple else "",
        "Required": "yes" if parameter.param.is_mandatory else "no",
        "Position": "by name" if parameter.param.position is None else str(parameter.param.position),
        "Default": _default_text(parameter),
        "Pipeline": _pipeline_text(parameter),
        "Wildcards": "yes" if takes_wildcards(parameter) else "",
        "Sets": ", ".join(parameter.sets) if of_many_sets else "",
        "Aliases": ", ".join(f"-{alias}" for alias in parameter.param.aliases),
    }
    told = [(name, text) for name, text in facts.items() if text]
    written = f"-{parameter.name}" + ("" if parameter.is_switch else f" {_value_word(parameter)}")
    return [written, *wrapped(parameter.param.help, INDENT), "", *table(told, indent=INDENT, width=9)]


def operator_lines(spec: CmdletSpec) -> list[list[str]]:
    """The comparison operators, as one parameter of many names."""
    names = [f"-{p.name}" for p in spec.parameters if is_operator(p)]
    if not names:
        return []
    text = (
        "Compare the property with a value by this operator; as in expressions, C before a name minds case, I does not."
    )
    return [[*wrapped(", ".join(names)), *wrapped(text, INDENT)]]


def refused_lines(refused: Refused) -> list[str]:
    """Why PowerShell's parameter is none here."""
    words = f"{refused.why}; {refused.instead}" if refused.instead else refused.why
    return [f"-{refused.name}", *wrapped(f"Not in jobsh: {words}.", INDENT)]


def _pipeline_text(parameter: ParameterSpec) -> str:
    ways = ["objects"] * takes_pipeline(parameter) + ["the property of this name"] * parameter.param.from_property
    return " or ".join(ways) or "no"


def _default_text(parameter: ParameterSpec) -> str:
    default = parameter.default
    if parameter.is_switch or parameter.param.is_mandatory or default in (None, "", (), 0.0):
        return ""
    if type(default) is object:  # a mark for "not given"
        return ""
    if isinstance(default, tuple):
        return ", ".join(to_text(item) for item in default)
    return enum_text(default) if hasattr(default, "name") else to_text(default)  # type: ignore[arg-type]
