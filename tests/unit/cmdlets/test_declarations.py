"""Every cmdlet's declaration: what help, completion and people rely on."""

from __future__ import annotations

import shutil
from itertools import combinations

import pytest

from jobsh import help as topics
from jobsh.cmdlets import CMDLETS
from jobsh.command.binder import Given, bind
from jobsh.command.given import given_of, given_switch
from jobsh.command.help import Part, help_text
from jobsh.command.registry import Registry
from jobsh.command.types import ParameterType
from jobsh.errors import BindingError
from jobsh.language import ast
from jobsh.language.parser import parse
from jobsh.model.struct import Struct

REGISTRY = Registry(CMDLETS)
DIFFERENCES = "about_PowerShell_Differences"
EXAMPLES = [(name, example) for name in REGISTRY.names() for example in REGISTRY.spec(name).examples]

_BUILTINS = (
    "alias bg bind break builtin caller cd command compgen complete continue declare dirs disown echo enable eval exec exit export"
    " false fc fg getopts hash help history jobs kill let local logout mapfile popd printf pushd pwd read readonly return set shift"
    " shopt source suspend test time times trap true type typeset ulimit umask unalias unset wait"
)
"""Of bash, zsh and POSIX sh."""

_WELL_KNOWN_PROGRAMS = (
    "cat clear cp curl cut date dd df diff du gc gm grep gv head id ld ln ls man mount mv nc ps rm sc sed sl sleep sort ss start"
    " sv tail tee top tr vi wc who"
)
"""That may not be installed here; PowerShell has some of these names as aliases."""


@pytest.mark.parametrize("name", REGISTRY.names())
def test_a_declaration_is_whole(name: str) -> None:
    spec = REGISTRY.spec(name)
    assert spec.synopsis.endswith(".")
    assert len(spec.synopsis) <= 140
    assert len(spec.examples) >= 2
    assert spec.cls.output_types or spec.cls.gives.endswith(".")
    assert all(example.code and example.text.endswith(".") for example in spec.examples)
    for parameter in spec.parameters:
        assert parameter.param.help.endswith("."), parameter.name
        assert parameter.type.describe(), parameter.name
        assert parameter.is_tuple or not parameter.param.takes_rest, parameter.name
    names = [n.casefold() for p in spec.parameters for n in (p.name, *p.param.aliases)]
    names += [n.casefold() for r in spec.refused for n in (r.name, *r.aliases)]
    assert not any(text.endswith(".") for r in spec.refused for text in (r.why, r.instead))
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", REGISTRY.names())
def test_parameter_sets_can_be_told_apart(name: str) -> None:
    spec = REGISTRY.spec(name)
    own = {s: frozenset(p.field for p in spec.parameters if p.in_set(s)) for s in spec.sets}
    assert all(own[one] != own[other] for one, other in combinations(own, 2))
    assert spec.default_set in spec.sets
    for set_name in spec.sets:
        positions = [p.param.position for p in spec.positional(set_name)]
        assert len(positions) == len(set(positions)), set_name


@pytest.mark.parametrize("name", REGISTRY.names())
def test_help_can_be_shown(name: str) -> None:
    spec = REGISTRY.spec(name)
    for part in Part:
        assert all(len(line) <= 140 for line in help_text(spec, part).splitlines())


@pytest.mark.parametrize("entry", CMDLETS.values(), ids=lambda entry: str(entry.name))
def test_aliases_are_nobody_elses_names(entry: Struct) -> None:
    row = CMDLETS[entry.name]  # type: ignore[attr-defined]
    for alias in row.aliases:
        if alias not in row.shared:
            assert shutil.which(alias) is None, alias
            assert alias not in _BUILTINS.split()
            assert alias not in _WELL_KNOWN_PROGRAMS.split()
    assert all(alias in _BUILTINS.split() for alias in row.shared)


@pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=[f"{n}: {e.code}" for n, e in EXAMPLES])
def test_an_example_parses_and_its_commands_bind(name: str, example: Struct) -> None:
    code = example.code  # type: ignore[attr-defined]
    vocabulary = REGISTRY.vocabulary(is_assigned=lambda variable: True)
    commands = list(_commands(parse(code, vocabulary)))
    assert any(command.canonical == name for command in commands)
    for command in commands:
        if not any(_is_evaluated(argument) for argument in command.arguments):
            bind(
                REGISTRY.spec(command.canonical),
                [_given(argument, code) for argument in command.arguments],
                source=code,
            )


def _commands(node: object) -> list[ast.Command]:
    own = [node] if isinstance(node, ast.Command) else []
    children: list[object] = []
    if isinstance(node, ast.Node):
        children = [getattr(node, field) for field in node.__fields__]
    elif isinstance(node, tuple):
        children = list(node)
    return own + [command for child in children for command in _commands(child)]


def _is_evaluated(argument: object) -> bool:
    """Whether it takes more than reading to know the argument."""
    value = argument.value if isinstance(argument, ast.Parameter) else argument
    items = value.items if isinstance(value, ast.ListExpr) else (value,)
    return not all(
        item is None or isinstance(item, (ast.Number, ast.String, ast.BareWord, ast.Block)) for item in items
    )


class _Block:
    """A block as a value, as far as binding looks."""

    def __init__(self, node: ast.Block) -> None:
        self.text, self.code, self.kind = node.text, node.code, node.kind

    def read_as(self, kind: ast.BlockKind) -> _Block:
        return self


def _value(node: ast.Expression | None) -> object:
    match node:
        case ast.Number():
            return node.value
        case ast.String():
            return node.text
        case ast.BareWord():
            return node.literal
        case ast.ListExpr():
            return [_value(item) for item in node.items]
        case ast.Block():
            return _Block(node)
    return None


def _given(argument: ast.Argument, code: str) -> Given:
    if isinstance(argument, ast.Parameter):
        if argument.value is None:
            return given_switch(argument.name, argument.name_span)
        return given_of(argument.value, _value(argument.value), code, name=argument.name, name_span=argument.name_span)
    assert isinstance(argument, ast.Expression)
    return given_of(argument, _value(argument), code)


@pytest.mark.parametrize("name", REGISTRY.names())
def test_a_misspelt_parameter_is_refused(name: str) -> None:
    from jobsh.errors import Span

    with pytest.raises(BindingError) as caught:
        bind(REGISTRY.spec(name), [given_switch("NoSuchThing", Span(0, 1))])
    assert caught.value.error_id == "NamedParameterNotFound"


@pytest.mark.parametrize("topic", topics.names())
def test_topics_can_be_read_and_name_commands_that_exist(topic: str) -> None:
    text = topics.topic(topic.upper())
    assert text is not None
    assert text.startswith(f"{topic}\n")
    assert topics.title(topic).endswith(".")
    assert all(len(line) <= 80 for line in text.splitlines())
    # the page of differences tells of PowerShell's commands too
    for word in () if topic == DIFFERENCES else _verb_nouns(text):
        assert REGISTRY.resolve(word) or word in _NOT_COMMANDS, word


_NOT_COMMANDS = {"Verb-Noun", "Get-Jbo", "Get-Load"}
"""Names that the topics use for what is no command."""


def _verb_nouns(text: str) -> list[str]:
    import re

    return re.findall(r"(?<![\w-])[A-Z][a-z]+-[A-Z][A-Za-z]+\b", text)


def test_the_topics_name_each_other() -> None:
    import re

    known = set(topics.names())
    # the page of differences speaks of PowerShell's topics too
    named = {word for topic in known - {DIFFERENCES} for word in re.findall(r"about_\w+", topics.topic(topic) or "")}
    assert named == known


def test_types_describe_themselves_in_words() -> None:
    assert ParameterType().describe() == "any value"
