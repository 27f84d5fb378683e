"""Programs from text and blocks: jobsh's values go into environment and arguments, never into the source of a shell."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence

from jobsh.command.members import get_member, has_member
from jobsh.command.script_block import NO_ITEM
from jobsh.command.text import to_text
from jobsh.command.values import HashTable, PropertyBag
from jobsh.errors import OperationError, Span
from jobsh.language import ast
from jobsh.model.interpreters import interpreter_words, of_first_line
from jobsh.model.messages import Environment, Program
from jobsh.model.struct import Struct
from jobsh.runtime.blocks import CodeBlock
from jobsh.runtime.dispatch import evaluate
from jobsh.runtime.frame import Frame
from jobsh.runtime.handover import SSH_CONFIG_VARIABLE, Handover, check_using, named_variables

_LONGEST_VALUE = 128 * 1024 - 1
"""Bytes of `name=value` that one variable may have (MAX_ARG_STRLEN on Linux)."""
_ITEM = "JOBSH_ITEM"
_USING = "JOBSH_USING_"
_PART = re.compile(r"\.([A-Za-z_]\w*)|\[(-?\d+)\]", re.ASCII)


async def text_program(stage: ast.ShellText, frame: Frame) -> Program:
    """Shell text: the jobsh variables it names go in its environment, `$using:x` and `$_` become references to that."""
    scope = frame.scope
    variables = {name: await _value(name, frame) for name in stage.variables if scope.has_exactly(name)}
    if "null" in stage.variables:
        variables["null"] = "/dev/null"
    text, references = await _with_references(stage.text, stage.using, frame)
    return Program(text, stage.text, variables=(*variables.items(), *references))


async def _value(name: str, frame: Frame) -> str:
    return env_value(await evaluate(ast.Variable(Span(0, 0), name), frame), name)


async def _using(name: str, frame: Frame) -> object:
    scope = "" if name == "_" and frame.item is not NO_ITEM else "using"
    return await evaluate(ast.Variable(Span(0, 0), name, scope), frame)


def env_value(value: object, name: str) -> str:
    """The value as a variable of an environment holds it; raises OperationError for one that none holds."""
    text = to_text(value)
    if "\0" in text:
        raise OperationError(f"${name} holds a NUL character, which no environment holds", error_id="ValueHasNul")
    if len(text.encode("utf-8", "surrogateescape")) + len(name) + len(_USING) + 1 > _LONGEST_VALUE:
        hint = "write it to the program's standard input instead: $value | program"
        raise OperationError(
            f"${name} is larger than 128 KiB, which no environment holds", hint=hint, error_id="ValueTooLong"
        )
    return text


async def _with_references(text: str, using: Iterable[tuple[Span, str]], frame: Frame) -> tuple[str, Environment]:
    """The text with its `$using:x` replaced by references to environment variables, and those with their values."""
    entries: dict[str, tuple[str, str]] = {}
    pieces: list[str] = []
    end = 0
    for span, name in sorted(using):
        value, after = await _using(name, frame), span.end
        if not text.startswith("${", span.start):
            value, after = _part_of(value, text, after)
        path = name + text[span.end : after]
        if path not in entries:
            variable = _ITEM if path == "_" else _USING + _identifier(path, len(entries))
            entries[path] = (variable, env_value(value, path))
        pieces += [text[end : span.start], "${", entries[path][0], "}"]
        end = after
    return "".join([*pieces, text[end:]]), tuple(entries.values())


def _part_of(value: object, text: str, pos: int) -> tuple[object, int]:
    """`.Name` and `[n]` after a reference, as far as the value is an object that has such a part; text has none."""
    while (found := _PART.match(text, pos)) is not None:
        name, index = found.groups()
        if name and isinstance(value, (HashTable, PropertyBag, Struct)) and has_member(value, name):
            value = get_member(value, name)
        elif index and isinstance(value, list) and -len(value) <= int(index) < len(value):
            value = value[int(index)]
        else:
            break
        pos = found.end()
    return value, pos


def _identifier(name: str, number: int) -> str:
    return name if name.isascii() and name.isidentifier() else f"value_{number}"


async def block_program(
    frame: Frame, block: CodeBlock | None, text: str, arguments: Sequence[object], interpreter: str, shown: str
) -> Program:
    """A block, or text that stands for one, as a program for the engine."""
    shown = shown or text
    code = None if interpreter not in ("", "jobsh") else (block.code if block is not None else None)
    if interpreter == "jobsh" or code is not None:
        if code is None:
            code = frame.shell.parse(text, "script", frame.scope)
        return _code_program(frame, code, text, arguments, shown)
    words = tuple(env_value(value, str(n)) for n, value in enumerate(arguments, 1))
    text, variables = await _script_references(frame, text)
    if block is not None and os.path.basename(interpreter).startswith("python"):
        from textwrap import dedent

        text = dedent(text)  # to Python the blanks after the `{` would be an indented statement
    return Program(text, shown, _interpreter(interpreter, text), words, variables)


def _code_program(frame: Frame, code: ast.Script, text: str, arguments: Sequence[object], shown: str) -> Program:
    """A block of jobsh code for a process of its own: its values travel as data."""
    check_using(code, frame)
    handover = Handover.of(frame, named_variables(code, "using"), (), arguments)
    words = tuple(to_text(value) for value in arguments)
    return Program(text, shown, ("jobsh",), words, _of_process(frame, handover))


def code_program(frame: Frame, body: ast.Node, text: str) -> Program:
    """`pipeline &` with jobsh code: a process of its own with the values of the variables that it names."""
    handover = Handover.of(frame, named_variables(body, "using"), named_variables(body, ""), ())
    return Program(text, text, ("jobsh",), (), _of_process(frame, handover))


def _of_process(frame: Frame, handover: Handover) -> Environment:
    ssh_config = frame.shell.ssh_config
    return (*handover.environment(), *(((SSH_CONFIG_VARIABLE, ssh_config),) if ssh_config else ()))


async def _script_references(frame: Frame, text: str) -> tuple[str, Environment]:
    """A shell block's `$using:x`."""
    if "$using:" not in text and "${using:" not in text:
        return text, ()
    from jobsh.language.shell_text import using_references

    return await _with_references(text, using_references(text), frame)


def _interpreter(named: str, text: str) -> tuple[str, ...]:
    """The program that reads the script: the one named, the one of its `#!` line, or (empty) the location's shell."""
    return interpreter_words(named) if named.strip() else of_first_line(text)
