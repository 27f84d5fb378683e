"""Binding: names, prefixes, positions, sets, the pipeline, and what is said when it does not fit."""

from __future__ import annotations

from typing import cast

import pytest

from jobsh.command.binder import Binding, Given, bind, given_switch, splat
from jobsh.command.job_selectors import JobSelector
from jobsh.command.objects import HashTable, PropertyBag
from jobsh.errors import BindingError, Span
from jobsh.language.ast import BlockKind
from jobsh.model.ids import InstanceId, JobId
from jobsh.model.job import Job, JobKind
from jobsh.model.job_state import JobState
from tests.unit.command.cmdlets import RunThing, SayThing, StopThing, registry

JOB = Job(JobId(3), InstanceId("a" * 32), "build", JobKind.BACKGROUND, JobState.RUNNING, "localhost", "make")


class Block:
    """A script block, as far as binding looks."""

    code = None
    kind = BlockKind.HOST_SCRIPT
    text = "x"

    def read_as(self, kind: BlockKind) -> Block:
        block = Block()
        block.kind = kind
        return block


BLOCK = Block()


class _Source:
    """Arguments that stand in a row in a source text."""

    def __init__(self) -> None:
        self.text = "Cmd"

    def span(self, written: str) -> Span:
        self.text += " " + written
        return Span(len(self.text) - len(written), len(self.text))


def bound(command: str, *arguments: object) -> Binding:
    """Bind: `"-Name"` names the argument after it (`"-Name!"` is a switch), a str is a bare word, a list an inner one quotes."""
    source = _Source()
    given: list[Given] = []
    name: str | None = None
    name_span: Span | None = None
    for argument in arguments:
        if isinstance(argument, str) and argument.startswith("-") and name is None:
            span = source.span(argument.rstrip("!"))
            if argument.endswith("!"):
                given.append(given_switch(argument[1:-1], span))
            else:
                name, name_span = argument[1:], span
            continue
        given.append(_given(argument, source, name, name_span))
        name = name_span = None
    return bind(registry().spec(command), given, source=source.text)


def _given(argument: object, source: _Source, name: str | None, name_span: Span | None) -> Given:
    if isinstance(argument, list):  # a quoted text
        return Given(name, argument[0], repr(argument[0]), source.span(repr(argument[0])), name_span=name_span)
    if isinstance(argument, tuple):
        items = tuple(_given(item, source, None, None) for item in argument)
        values = [item.value for item in items]
        return Given(name, values, "", Span(items[0].span.start, items[-1].span.end), items=items, name_span=name_span)
    text = str(argument)
    word = text if isinstance(argument, (str, int, float)) else None
    return Given(name, argument, text, source.span(text), word=word, name_span=name_span)


def stop(*arguments: object, pipeline: tuple[object, ...] = ()) -> StopThing:
    return cast(StopThing, bound("Stop-Thing", *arguments).complete(pipeline))


def test_positions_names_prefixes_and_aliases() -> None:
    assert stop(12).job == (JobSelector(id=JobId(12)),)
    assert stop("-Name", "x").name == ("x",)
    assert stop("-na", "x").name == ("x",)
    assert stop("-n", "x").name == ("x",)
    assert stop("-name", "x", "-PASS!").pass_thru is True
    assert stop("-Name", ("x", "y")).name == ("x", "y")
    assert stop("-Name", "x", "-TimeoutSec", "90s").timeout == 90
    assert stop("-Name", "x", "-State", "fai").state == "Failed"


def test_aliases_have_prefixes_too_and_own_parameters_win_over_refused_ones() -> None:
    assert stop("-Name", "x", "-Timeouts", "90s").timeout == 90
    assert stop("-Name", "x", "-PassT!").pass_thru
    assert stop("-Name", "x", "-Passthr!").pass_thru


def test_numbers_keep_what_was_written() -> None:
    assert stop(12.1).job == (JobSelector(id=JobId(12, 1)),)
    assert bound("Stop-Thing", "-Name", "x", "-Path", "007").complete().path == "007"  # type: ignore[attr-defined]
    source_says = Given(None, 12.1, "12.10", Span(0, 5), word="12.10")
    assert bind(registry().spec("Stop-Thing"), [source_says]).values["job"] == (JobSelector(id=JobId(12, 10)),)


def test_a_quoted_number_is_a_name_an_unquoted_one_an_id() -> None:
    assert stop(["1"]).job == (JobSelector(name="1"),)
    assert stop("web*").job == (JobSelector(name="web*"),)
    assert stop("a" * 32).job == (JobSelector(instance_id=InstanceId("a" * 32)),)
    assert stop((1, "build", "2.1")).job == (
        JobSelector(id=JobId(1)),
        JobSelector(name="build"),
        JobSelector(id=JobId(2, 1)),
    )


def test_switches() -> None:
    assert stop("x", "-PassThru!").pass_thru is True
    given = [Given("PassThru", False, "$false", Span(0, 6)), Given(None, "x", "x", Span(7, 8))]
    assert bind(registry().spec("Stop-Thing"), given).values["pass_thru"] is False
    assert cast(RunThing, bound("Run-Thing", BLOCK, "-Force!").complete()).force is True
    assert cast(RunThing, bound("Run-Thing", BLOCK).complete()).force is None


def test_common_parameters() -> None:
    binding = bound("Stop-Thing", 1, "-ea", "sil", "-Verbose!", "-WhatIf!", "-OutVariable", "x")
    common = binding.common
    assert (common.error_action, common.verbose, common.what_if, common.out_variable) == (
        "SilentlyContinue",
        True,
        True,
        "x",
    )
    assert common.debug is None
    assert bound("Stop-Thing", "-?!").common.help is True


def test_the_set_is_chosen_by_what_the_arguments_are() -> None:
    assert cast(RunThing, bound("Run-Thing", BLOCK).complete()).block is not None
    there = cast(RunThing, bound("Run-Thing", "web[01-02],db1", BLOCK).complete())
    assert there.computer_name == ("web01", "web02", "db1")
    assert there.remote_block is not None
    named = cast(RunThing, bound("Run-Thing", BLOCK, "-Cn", "web01").complete())
    assert (named.computer_name, named.remote_block is not None, named.block) == (("web01",), True, None)


def test_blocks_are_read_the_way_their_parameter_wants() -> None:
    call = cast(RunThing, bound("Run-Thing", BLOCK, "-Filter", BLOCK).complete())
    assert call.filter is not None
    assert call.filter.kind is BlockKind.CODE
    assert call.block is not None
    assert call.block.kind is BlockKind.HOST_SCRIPT
    assert bound("Run-Thing", "-ScriptBlock", ["a script"]).values["block"] == "a script"


def test_the_rest_goes_to_one_parameter() -> None:
    assert cast(SayThing, bound("Say-Thing", "a", (1, 2), "c").complete()).values == ("a", [1, 2], "c")
    assert cast(SayThing, bound("Say-Thing", "-Count", 3, "a").complete()).count == 3


def test_splatting() -> None:
    table = [*splat(HashTable({"Name": ["x", "y"], "PassThru": True}), "@h", Span(0, 2))]
    call = bind(registry().spec("Stop-Thing"), table).complete()
    assert (call.name, call.pass_thru) == (("x", "y"), True)  # type: ignore[attr-defined]
    positional = [*splat(["web01", BLOCK], "@a", Span(0, 2))]
    assert bind(registry().spec("Run-Thing"), positional).values["computer_name"] == ("web01",)
    with pytest.raises(BindingError, match="neither"):
        list(splat(5, "@x", Span(0, 2)))
    (word,) = splat(None, "@rack4", Span(0, 6))
    assert (word.name, word.value) == (None, "@rack4")


def test_objects_come_by_value_before_property() -> None:
    assert stop(pipeline=(JOB, JOB)).job == (JobSelector(job=JOB),) * 2
    assert stop(pipeline=(PropertyBag({"name": "x"}), PropertyBag({"N": "y"}))).name == ("x", "y")
    assert stop(pipeline=(7,)).job == (JobSelector(id=JobId(7)),)
    assert bound("Stop-Thing", 1).takes_pipeline is False
    assert bound("Stop-Thing").takes_pipeline is True


def test_no_objects_and_nothing_given_is_an_error() -> None:
    with pytest.raises(BindingError) as caught:
        bound("Stop-Thing").complete()
    assert caught.value.error_id == "MissingMandatoryParameter"


@pytest.mark.parametrize(
    ("command", "arguments", "id", "marked", "message"),
    [
        ("Stop-Thing", ("-Nmae", "x"), "NamedParameterNotFound", "-Nmae", "has no parameter -Nmae"),
        ("Stop-Thing", (1, "-Pa", "x"), "AmbiguousParameter", "-Pa", "-PassThru, -Path"),
        ("Stop-Thing", ("-Name", "x", "-N", "y"), "ParameterAlreadyBound", "-N", "given twice"),
        ("Stop-Thing", ("-Name!",), "MissingArgument", "-Name", "needs a value"),
        ("Stop-Thing", ("-Name", "x", "-Id", 3), "AmbiguousParameterSet", "-Id", "-Id does not go together with -Name"),
        ("Stop-Thing", (1, 2), "PositionalParameterNotFound", "2", "no more than 1"),
        ("Stop-Thing", (1, "-Timeout", "soon"), "CannotConvertArgument", "soon", "'soon' is not a timespan"),
        ("Stop-Thing", (1, "-State", "F"), "CannotConvertArgument", "F", "may be Failed, Frozen"),
        ("Stop-Thing", ("-Id", "x"), "CannotConvertArgument", "x", "-Id"),
        ("Stop-Thing", ("-Id", (1, "x")), "CannotConvertArgument", "x", "-Id"),
        ("Run-Thing", ("-Cn", "web01", "-Command", 5), "CannotConvertArgument", "5", "not a script block"),
        ("Run-Thing", ("web[3-1]", BLOCK), "CannotConvertArgument", "web[3-1]", "range"),
        ("Run-Thing", (BLOCK, "-WhatIf!"), "NamedParameterNotFound", "-WhatIf", "-WhatIf"),
        (
            "Stop-Thing",
            (1, "-RunAs32!"),
            "ParameterNotInJobsh",
            "-RunAs32",
            "has no -RunAs32 in jobsh: a shell has one",
        ),
        ("Stop-Thing", ("-r32!", 1), "ParameterNotInJobsh", "-r32", "-RunAs32"),
        ("Stop-Thing", ("-Run", "x"), "ParameterNotInJobsh", "-Run", "-RunAs32"),
        ("Stop-Thing", (1, "-passth!"), "ParameterNotInJobsh", "-passth", "has no -PassTh in jobsh"),
        ("Say-Thing", ("-Count", "x"), "CannotConvertArgument", "x", "-Count: 'x' is not a number"),
    ],
)
def test_errors_name_the_place(command: str, arguments: tuple[object, ...], id: str, marked: str, message: str) -> None:
    with pytest.raises(BindingError) as caught:
        bound(command, *arguments).complete()
    error = caught.value
    assert error.error_id == id
    assert message in error.message
    assert error.span is not None
    assert error.source[slice(*error.span)] == marked


def test_unknown_names_get_a_suggestion() -> None:
    with pytest.raises(BindingError) as caught:
        bound("Stop-Thing", "-PasThru!")
    assert caught.value.hint == "did you mean -PassThru?"
