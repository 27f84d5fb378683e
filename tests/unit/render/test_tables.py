"""Tables and lists on a terminal, looked at through a screen emulator."""

from __future__ import annotations

from collections.abc import Iterable

import pyte
import pytest

from jobsh.command.text_format import format_all
from jobsh.command.values import HashTable, PropertyBag
from jobsh.model.ids import InstanceId, JobId
from jobsh.model.job import Job, JobKind
from jobsh.model.job_state import JobState
from jobsh.model.safe_text import visible
from jobsh.render.palette import Palette
from jobsh.render.tables import TerminalDrawing


def job(number: int, state: JobState = JobState.RUNNING, name: str = "") -> Job:
    return Job(
        JobId(number),
        InstanceId(f"{number:032}"),
        name or f"Job{number}",
        JobKind.BACKGROUND,
        state,
        "localhost",
        " make all ",
    )


def drawn(values: Iterable[object], *, width: int = 100, has_colours: bool = False) -> str:
    drawing = TerminalDrawing(width, Palette(has_colours=has_colours))
    return "".join([*(piece for value in values for piece in drawing.add(value)), *drawing.end()])


def test_jobs_look_like_powershells() -> None:
    assert drawn([job(1), job(12, JobState.FAILED)], width=120).splitlines() == [
        "Id     Name            PSJobTypeName   State         HasMoreData     Location             Command",
        "--     ----            -------------   -----         -----------     --------             -------",
        "1      Job1            BackgroundJob   Running       False           localhost            make all",
        "12     Job12           BackgroundJob   Failed        False           localhost            make all",
    ]


@pytest.mark.parametrize("width", [20, 40, 79, 100, 200])
@pytest.mark.parametrize(
    "values",
    [
        [job(1), job(2, name="a very long name of a job, longer than any column")],
        [HashTable({"a": 1, "b": "text"})],
        [PropertyBag({"Name": "x", "Size": 3}), PropertyBag({"Name": "y", "Size": 1234})],
        [PropertyBag({"Name": "\u5bb6" * 30, "Size": 3})],
    ],
)
def test_a_terminal_shows_what_a_pipe_gets(values: list[object], width: int) -> None:
    assert drawn(values, width=width) == format_all(values, width)


def test_lines_fit_and_what_is_cut_ends_in_an_ellipsis() -> None:
    lines = drawn([job(1, name="n" * 80)], width=60).splitlines()
    assert max(len(line) for line in lines) <= 60
    assert "…" in lines[2]


def test_the_state_has_its_colour() -> None:
    screen = pyte.Screen(120, 10)
    screen.set_mode(pyte.modes.LNM)
    pyte.Stream(screen).feed(drawn([job(1, JobState.FAILED), job(2)], has_colours=True))
    for y, colour in ((2, "red"), (3, "green")):
        x = screen.display[y].index("Failed" if y == 2 else "Running")
        assert screen.buffer[y][x].fg == colour


def test_names_cannot_act_on_the_terminal() -> None:
    text = drawn([job(1, name="\x1b]0;x\x07a\nb\u202e"), PropertyBag({"A": "\x1b[31mred", "B": "\x9b2J"})])
    assert visible(text.replace("\n", "")) == text.replace("\n", "")


def test_rows_that_come_late_keep_the_columns() -> None:
    drawing = TerminalDrawing(100, Palette(has_colours=False))
    assert list(drawing.add(job(1))) == []
    assert drawing.is_waiting
    first = "".join(drawing.settle())
    assert not drawing.is_waiting
    later = "".join([*drawing.add(job(2)), *drawing.end()])
    assert first.splitlines()[2].index("BackgroundJob") == later.index("BackgroundJob")
    assert "Id" not in later


def test_objects_of_another_shape_begin_a_new_table() -> None:
    lines = drawn([PropertyBag({"A": 1}), PropertyBag({"A": 2}), PropertyBag({"B": 3})]).splitlines()
    assert [line.strip() for line in lines] == ["A", "-", "1", "2", "", "B", "-", "3"]


def test_many_properties_make_a_list() -> None:
    bag = PropertyBag({name: name.lower() for name in ("One", "Two", "Three", "Four", "Five")})
    assert drawn([bag, bag]) == format_all([bag, bag])
    assert drawn([bag]).splitlines()[2] == "Three : three"
