"""How arguments become the parameters of functions, blocks and files: by name, by position, from the pipeline, by default."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from jobsh.command.conversion import convert
from jobsh.command.given import Given, NameWord
from jobsh.command.values import HashTable
from jobsh.errors import BindingError, OperationError, Span
from jobsh.language import ast
from jobsh.language.patterns import Pattern
from jobsh.runtime.attributes import attribute, check, default_of, flag, is_switch, names_of, position_of
from jobsh.runtime.dispatch import evaluate
from jobsh.runtime.frame import Frame

_Params = tuple[ast.ParamDeclaration, ...]
_Values = dict[str, tuple[object, Span | None]]


_NAME = Pattern(r"-[A-Za-z_]\w*\Z")
_ARGS = Pattern(r"[$@](?i:args)\b")


async def bind_given(code: ast.Script, given: Sequence[Given], frame: Frame, source: str) -> Frame:
    """The frame with the parameters assigned; what is left over is `$args`. Names of no parameter are an error, unless the code
    speaks of `$args`: then it may hand them on."""
    params = code.params or ()

    named, rest = _named(params, given, source, lambda: _takes_others(code, frame.source.text))
    positional: list[tuple[object, Span | None]] = [(argument.value, argument.span) for argument in rest]
    return await _assign(code, named, positional, frame, source)


async def bind_values(code: ast.Script, values: Sequence[object], named: Mapping[str, object], frame: Frame) -> Frame:
    """The same for values that came without a source text."""
    params = code.params or ()
    by_name: _Values = {_find(params, name, None, "").name: (value, None) for name, value in named.items()}
    return await _assign(code, by_name, [(value, None) for value in values], frame, "")


def _takes_others(code: ast.Script, text: str) -> bool:
    """Whether what is no parameter's goes to `$args`."""
    return not code.is_advanced and _ARGS.search(text[code.span.start : code.span.end]) is not None


def from_words(code: ast.Script, words: Sequence[str], text: str) -> tuple[list[object], dict[str, object]]:
    """A script's words from a command line: positional values, and `-name value` for its parameters; after `--` all are
    positional. A name of no parameter is an error, unless the script speaks of `$args`."""
    params = code.params or ()
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
        is_name = _NAME.match(dash) is not None
        if not is_name or not (_matching(params, name) or (params and not _takes_others(code, text))):
            values.append(word)
            continue
        param = _find(params, dash[1:], None, "")
        if is_switch(param):
            named[param.name] = after.lower() not in ("$false", "false") if colon else True
        elif colon or queue:
            named[param.name] = after if colon else queue.pop(0)
        else:
            raise BindingError(f"-{param.name} needs a value", error_id="MissingArgument")
    return values, named


async def take_from_pipeline(params: _Params, item: object, frame: Frame) -> None:
    """Give the parameters that take the pipeline's objects, or properties of them, what this one has."""
    from jobsh.command.members import get_member, has_member

    for param in params:
        if flag(param, "valuefrompipeline"):
            frame.scope.set(param.name, await _converted(param, item, None, "", frame))
        elif flag(param, "valuefrompipelinebypropertyname"):
            name = next((n for n in names_of(param) if has_member(item, n)), None)
            if name is not None:
                frame.scope.set(param.name, await _converted(param, get_member(item, name), None, "", frame))


# ── names ────────────────────────────────────────────────────────────────────────────────────────────────────


def _named(
    params: _Params, given: Sequence[Given], source: str, takes_others: Callable[[], bool]
) -> tuple[_Values, list[Given]]:
    """What was given by name, and the rest; with `takes_others`, names of no parameter are among it. The parser cannot know every function: `-Name` may have been read without its
    value, and a switch with one."""
    named: _Values = {}
    rest: list[Given] = []
    queue = sorted(given, key=lambda argument: argument.is_splatted)
    while queue:
        argument = queue.pop(0)
        if argument.name is None:
            rest.append(argument)
            continue
        if not params or (not is_own(params, argument.name) and takes_others()):  # it is $args
            rest += _as_words(argument)
            continue
        span = argument.name_span or argument.span
        param = _find(params, argument.name, span, source)
        if param.name in named:
            if argument.is_splatted:  # what is written out wins
                continue
            raise BindingError(f"-{param.name} was given twice", span, error_id="ParameterAlreadyBound", source=source)
        value: object = argument.value
        if is_switch(param):
            if argument.has_value and source[span.end : span.end + 1] != ":" and not argument.is_splatted:
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
    word = argument.replace(name=None, value=NameWord(f"-{argument.name}"), name_span=None)
    return [word, argument.replace(name=None, name_span=None)] if argument.has_value else [word]


def _find(params: _Params, name: str, span: Span | None, source: str) -> ast.ParamDeclaration:
    found = _matching(params, name.casefold())
    if len(found) == 1:
        return found[0]
    names = ", ".join(f"-{p.name}" for p in found or params)
    what = f"-{name} could be {names}" if found else f"there is no parameter -{name}"
    hint = "" if found or not params else f"parameters: {names}"
    error_id = "AmbiguousParameter" if found else "NamedParameterNotFound"
    raise BindingError(what, span, hint=hint, error_id=error_id, source=source)


def _matching(params: _Params, folded: str) -> list[ast.ParamDeclaration]:
    """The parameter of exactly this name or alias, else all whose name begins so."""
    exact = [p for p in params if folded in (n.casefold() for n in names_of(p))]
    return exact[:1] or [p for p in params if p.name.casefold().startswith(folded)]


def is_own(params: _Params, name: str) -> bool:
    """Whether one of the parameters is meant; else it may be one that every command has."""
    return bool(_matching(params, name.casefold()))


# ── values ───────────────────────────────────────────────────────────────────────────────────────────────────


async def _assign(
    code: ast.Script,
    named: _Values,
    positional: list[tuple[object, Span | None]],
    frame: Frame,
    source: str,
) -> Frame:
    """Give each parameter its value: by name, by position, by default."""
    params = code.params or ()
    given = {**_placed(params, named, positional), **named}
    if positional and code.is_advanced:
        raise _surplus(params, positional[0], source)
    bound = HashTable()
    for param in params:
        if param.name in given:
            value, span = given[param.name]
            bound[param.name] = await _converted(param, value, span, source, frame)
            frame.scope.set(param.name, bound[param.name])
        else:
            frame.scope.set(param.name, await _default(param, frame))
        if param.type is not None:
            frame.scope.constrain(param.name, param.type.name)
    frame.scope.set("PSBoundParameters", bound)
    return frame.derive(arguments=tuple(value for value, _ in positional))


def _placed(params: _Params, named: _Values, positional: list[tuple[object, Span | None]]) -> _Values:
    """The positional values, which are taken off the list, for the parameters that have no value yet."""
    free = [p for p in params if p.name not in named and not is_switch(p)]
    if any(position_of(p) is not None for p in params):  # then only they have places
        free = sorted((p for p in free if position_of(p) is not None), key=lambda p: position_of(p) or 0)
    placed: _Values = {}
    for param in free:
        if flag(param, "valuefromremainingarguments"):
            placed[param.name] = ([value for value, _ in positional], positional[0][1] if positional else None)
            positional.clear()
        elif positional:
            placed[param.name] = positional.pop(0)
    return placed


def _surplus(params: _Params, odd: tuple[object, Span | None], source: str) -> BindingError:
    names = ", ".join(f"-{p.name}" for p in params)
    return BindingError(
        "there is no parameter for this argument",
        odd[1],
        hint=f"parameters: {names}" if names else "it takes no arguments",
        error_id="PositionalParameterNotFound",
        source=source,
    )


async def _default(param: ast.ParamDeclaration, frame: Frame) -> object:
    if param.default is not None:
        value = await evaluate(param.default, frame)
        return convert(value, param.type.name) if param.type is not None else value
    comes_later = flag(param, "valuefrompipeline") or flag(param, "valuefrompipelinebypropertyname")
    if flag(param, "mandatory") and not (comes_later and frame.input is not None):
        hint = ""
        if (parameter := attribute(param, "parameter")) is not None:
            message = dict(parameter.named).get("helpmessage")
            hint = message.text if isinstance(message, ast.String) else ""
        raise BindingError(
            f"the parameter -{param.name} must be given", hint=hint, error_id="MissingMandatoryParameter"
        )
    return default_of(param)


async def _converted(
    param: ast.ParamDeclaration, value: object, span: Span | None, source: str, frame: Frame
) -> object:
    """The value as the parameter's type has it, if its attributes let it be."""
    try:
        converted = value if param.type is None else convert(value, param.type.name)
    except OperationError as error:
        message = f"-{param.name}: {error.message}"
        error_id = "ParameterArgumentTransformationError"
        raise BindingError(message, span, hint=error.hint, error_id=error_id, source=source) from error
    try:
        await check(param, converted, frame)
    except OperationError as error:
        message = f"-{param.name}: {error.message}"
        error_id = "ParameterArgumentValidationError"
        raise BindingError(message, span, hint=error.hint, error_id=error_id, source=source) from error
    return converted
