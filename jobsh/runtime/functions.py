"""Functions: their definition, and how arguments become their parameters. Also for `param(…)` of blocks and files."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence

from jobsh.command.conversion import convert
from jobsh.command.given import Given
from jobsh.errors import BindingError, OperationError, Span
from jobsh.language import ast
from jobsh.runtime.blocks import CodeBlock
from jobsh.runtime.dispatch import evaluate
from jobsh.runtime.frame import Frame, Source
from jobsh.runtime.values import Input, closing


class Definition:
    """A function as it was defined."""

    def __init__(self, name: str, body: ast.Script, source: Source) -> None:
        self.name = name
        self.body = body
        self.source = source

    @property
    def text(self) -> str:
        """The source of the body."""
        return self.source.text[self.body.span.start : self.body.span.end]

    def block(self, frame: Frame) -> CodeBlock:
        """The body as a block."""
        return CodeBlock(self.text, self.body, ast.BlockKind.CODE, frame.derive(source=self.source))


async def run_definition(node: ast.Function, frame: Frame) -> AsyncIterator[object]:
    """`function NAME { … }`."""
    frame.shell.functions[node.name.casefold()] = Definition(node.name, node.body, frame.source)
    frame.shell.status = 0
    return
    yield


async def call_function(
    function: Definition, given: Sequence[Given], frame: Frame, source: AsyncIterator[object] | None
) -> AsyncIterator[object]:
    """Run a function on its arguments and its input."""
    its_frame = frame.called(source=function.source, input=None if source is None else Input(source), arguments=())
    its_frame = await bind_given(function.body.params, given, its_frame, frame.source.text)
    body = CodeBlock(function.text, function.body.replace(params=None), ast.BlockKind.CODE, its_frame)
    async with closing(body.run_in(its_frame)) as values:
        async for value in values:
            yield value
    frame.tally.ended(frame.shell.status)


async def bind_given(
    params: tuple[ast.ParamDeclaration, ...] | None, given: Sequence[Given], frame: Frame, source: str
) -> Frame:
    """The frame with the parameters assigned; what is left over is `$args`."""
    named, rest = _named(params or (), given, source)
    positional: list[tuple[object, Span | None]] = [(argument.value, argument.span) for argument in rest]
    return await _assign(params or (), named, positional, frame, source)


async def bind_values(
    params: tuple[ast.ParamDeclaration, ...], values: Sequence[object], named: Mapping[str, object], frame: Frame
) -> Frame:
    """The same for values that came without a source text."""
    by_name: _Values = {_find(params, name, None, "").name: (value, None) for name, value in named.items()}
    return await _assign(params, by_name, [(value, None) for value in values], frame, "")


def from_words(
    params: tuple[ast.ParamDeclaration, ...], words: Sequence[str]
) -> tuple[list[object], dict[str, object]]:
    """A script's words from a command line: positional values, and `-name value` where a parameter has
    that name; after `--` all are positional."""
    values: list[object] = []
    named: dict[str, object] = {}
    queue = list(words)
    while queue:
        word = queue.pop(0)
        dash, colon, after = word.partition(":")
        if word == "--":
            values += queue
            break
        name = dash[1:].casefold()
        if not dash.startswith("-") or not name or not any(p.name.casefold().startswith(name) for p in params):
            values.append(word)
            continue
        param = _find(params, dash[1:], None, "")
        if _is_switch(param):
            named[param.name] = after.lower() not in ("$false", "false") if colon else True
        elif colon or queue:
            named[param.name] = after if colon else queue.pop(0)
        else:
            raise BindingError(f"-{param.name} needs a value", error_id="MissingArgument")
    return values, named


_Values = dict[str, tuple[object, Span | None]]


def _named(
    params: tuple[ast.ParamDeclaration, ...], given: Sequence[Given], source: str
) -> tuple[_Values, list[Given]]:
    """What was given by name, and the rest. The parser cannot know every function: `-Name` may have been read without its
    value, and a switch with one."""
    named: _Values = {}
    rest: list[Given] = []
    queue = list(given)
    while queue:
        argument = queue.pop(0)
        if argument.name is None:
            rest.append(argument)
            continue
        if not params:  # all of it is $args
            rest += _as_words(argument)
            continue
        span = argument.name_span or argument.span
        param = _find(params, argument.name, span, source)
        if param.name in named:
            raise BindingError(f"-{param.name} was given twice", span, error_id="ParameterAlreadyBound", source=source)
        value: object = argument.value
        if _is_switch(param):
            if argument.has_value and source[span.end : span.end + 1] != ":":
                queue.insert(0, argument.replace(name=None, name_span=None))
                value = True
        elif not argument.has_value:
            if not queue or queue[0].name is not None:
                raise BindingError(f"-{param.name} needs a value", span, error_id="MissingArgument", source=source)
            value = queue.pop(0).value
        named[param.name] = (value, argument.span)
    return named, rest


def _as_words(argument: Given) -> list[Given]:
    """`-name value` as a function without parameters finds it in `$args`."""
    word = argument.replace(name=None, value=f"-{argument.name}", name_span=None)
    return [word, argument.replace(name=None, name_span=None)] if argument.has_value else [word]


def _find(params: tuple[ast.ParamDeclaration, ...], name: str, span: Span | None, source: str) -> ast.ParamDeclaration:
    folded = name.casefold()
    exact = [p for p in params if p.name.casefold() == folded]
    found = exact or [p for p in params if p.name.casefold().startswith(folded)]
    if len(found) == 1:
        return found[0]
    names = ", ".join(f"-{p.name}" for p in found or params)
    what = f"-{name} could be {names}" if found else f"there is no parameter -{name}"
    hint = "" if found or not params else f"parameters: {names}"
    raise BindingError(what, span, hint=hint, error_id="NamedParameterNotFound", source=source)


def _is_switch(param: ast.ParamDeclaration) -> bool:
    return param.type is not None and param.type.name == "switch"


async def _assign(
    params: tuple[ast.ParamDeclaration, ...],
    named: _Values,
    positional: list[tuple[object, Span | None]],
    frame: Frame,
    source: str,
) -> Frame:
    """Give each parameter its value, in order: by name, by position, by default."""
    for param in params:
        if param.name in named:
            value, span = named[param.name]
        elif positional and not _is_switch(param):
            value, span = positional.pop(0)
        else:
            frame.scope.set(param.name, await _default(param, frame))
            continue
        frame.scope.set(param.name, _converted(param, value, span, source))
    return frame.derive(arguments=tuple(value for value, _ in positional))


async def _default(param: ast.ParamDeclaration, frame: Frame) -> object:
    if param.default is not None:
        value = await evaluate(param.default, frame)
        return convert(value, param.type.name) if param.type is not None else value
    if any("mandatory" in attribute.lower() for attribute in param.attributes):
        raise BindingError(f"the parameter -{param.name} must be given", error_id="MissingMandatoryParameter")
    if param.type is None:
        return None
    return {"switch": False, "bool": False, "int": 0, "string": ""}.get(param.type.name)


def _converted(param: ast.ParamDeclaration, value: object, span: Span | None, source: str) -> object:
    if param.type is None:
        return value
    try:
        return convert(value, param.type.name)
    except OperationError as error:
        message = f"-{param.name}: {error.message}"
        raise BindingError(message, span, hint=error.hint, error_id="ArgumentTransformation", source=source) from error
