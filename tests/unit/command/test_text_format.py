"""Objects as plain text, JSON and CSV."""

from __future__ import annotations

import json

import pytest

from jobsh.command.csv_format import CsvWriter, Quotes
from jobsh.command.json_format import from_json, json_lines, to_json
from jobsh.command.objects import HashTable, PropertyBag
from jobsh.command.text_format import LOOK_AHEAD, cells_of, cut, format_all, pieces, row_cells
from jobsh.command.views import Column, Formatted, View, cell_text
from jobsh.errors import OperationError
from jobsh.model.job import Job
from jobsh.model.records import Line, Origin
from tests.unit.command.test_objects import CHILD, JOB, SESSION

RUNNING = Job(**{**JOB.__dict__, "command": "\n  sleep 30\n  echo more\n", "children": ()})


def test_the_table_of_jobs_is_powershells() -> None:
    assert format_all([RUNNING]).splitlines() == [
        "Id     Name            PSJobTypeName   State         HasMoreData     Location             Command",
        "--     ----            -------------   -----         -----------     --------             -------",
        "3      build           RemoteJob       Failed        False           web01                sleep 30…",
    ]


def test_a_narrow_terminal_cuts_values_not_columns() -> None:
    text = format_all([RUNNING, CHILD.replace(name="a-very-long-name-of-a-job", command="x" * 100)], 70)
    assert all(cells_of(line) <= 70 for line in text.splitlines())
    assert "Command" in text
    assert "…" in text


def test_the_table_of_sessions() -> None:
    assert format_all([SESSION]).splitlines()[2].split() == [
        "2", "s", "SSH", "root@web01:2222", "RemoteMachine", "Opened", "DefaultShell", "Available",
    ]  # fmt: skip


def test_few_properties_make_a_table_many_a_list() -> None:
    few = PropertyBag({"Name": "x", "Size": 10})
    many = PropertyBag({name: n for n, name in enumerate("ABCDE")})
    assert format_all([few, PropertyBag({"Name": "y", "Size": 5}), many]) == (
        "Name Size\n---- ----\nx      10\ny       5\n\nA : 0\nB : 1\nC : 2\nD : 3\nE : 4\n"
    )


def test_text_and_numbers_are_lines_and_nothing_is_nothing() -> None:
    assert format_all(["a", 1.0, None, True, 2**60]) == "a\n1\nTrue\n1152921504606846976\n"


def test_a_line_without_its_newline_gets_none() -> None:
    whole, part = Line.of(b"a", Origin()), Line.of(b"b", Origin(), ended=False)
    assert format_all([whole, part]) == "a\nb"
    assert format_all([part, "c", PropertyBag({"A": 1})]) == "b\nc\n\nA\n-\n1\n"


def test_a_hashtable_is_a_table_of_its_entries() -> None:
    assert format_all([HashTable({"a": 1})], 80).splitlines()[-1].split() == ["a", "1"]


def test_long_tables_come_as_they_grow() -> None:
    rows = [PropertyBag({"N": n}) for n in range(LOOK_AHEAD + 5)]
    lines = format_all(rows).splitlines()
    assert len(lines) == 2 + len(rows)
    assert lines[-1] == str(LOOK_AHEAD + 4)


def test_asked_for_views() -> None:
    columns = (Column("N", lambda bag: bag, align="right"), Column("Text", lambda bag: "one two three", width=5))
    wrapped = Formatted(View(columns, wraps=True, fits=True), (1,))
    assert format_all([wrapped], 10) == "N Text\n- ----\n1 one two\n  three\n"
    bare = Formatted(View(columns, has_header=False), (1, 22))
    assert format_all([bare]) == " 1 one two three\n22 one two three\n"


def test_what_stands_in_a_cell_cannot_act_on_the_terminal() -> None:
    assert cell_text("\x1b[31mred\x07") == "\N{REPLACEMENT CHARACTER}[31mred\N{REPLACEMENT CHARACTER}"
    assert cell_text([1, 2, 3, 4, 5]) == "{1, 2, 3, 4…}"
    assert cell_text(0.5, "P0") == "50%"


@pytest.mark.parametrize(
    ("text", "width", "shown"), [("abc", 3, "abc"), ("abcd", 3, "ab…"), ("日本語", 5, "日本…"), ("abc", 0, "…")]
)
def test_cutting_counts_cells(text: str, width: int, shown: str) -> None:
    assert cut(text, width) == shown


def test_wrapping_breaks_at_blanks() -> None:
    assert list(pieces("one two  three", 7)) == ["one two", "three"]
    assert list(pieces("abcdefgh", 3)) == ["abc", "def", "gh"]
    assert list(pieces("", 3)) == [""]


def test_json_of_a_job() -> None:
    told = json.loads(to_json(JOB))
    assert (told["Id"], told["State"], told["HasMoreData"], told["ChildJobs"][0]["Id"]) == (3, "Failed", True, "3.1")
    assert told["ChildJobs"][0]["PSBeginTime"].startswith("1970-01-0")


def test_json_keeps_types_and_stops_at_its_depth() -> None:
    deep = PropertyBag({"a": PropertyBag({"b": PropertyBag({"c": 1})})})
    assert to_json(deep, depth=2, compress=True) == '{"a":{"b":"@{c=1}"}}'
    assert to_json([1, "é", None, True, float("nan")], compress=True) == '[1,"é",null,true,null]'
    assert (
        to_json(Line.of(b"a\xff", Origin("web01")), compress=True)
        == '{"ComputerName":"web01","Text":"a\N{REPLACEMENT CHARACTER}"}'
    )
    assert json_lines([HashTable({"a": 1}), "x"]) == '{"a":1}\n"x"\n'


def test_json_to_objects() -> None:
    found = from_json('{"A": {"b": [1, 2.5, null]}}')
    assert isinstance(found, PropertyBag)
    assert isinstance(from_json('{"a": 1}', as_hashtable=True), HashTable)
    with pytest.raises(OperationError, match="not JSON"):
        from_json("{")


def test_csv() -> None:
    writer = CsvWriter()
    first = PropertyBag({"Name": 'say "hi"', "Size": 5})
    assert writer.lines(first) == ["Name,Size", '"say ""hi""",5']
    assert writer.lines(PropertyBag({"size": 6, "Other": 1})) == [",6"]
    assert CsvWriter(";", quotes=Quotes.ALWAYS, has_header=False).lines(first) == ['"say ""hi""";"5"']
    assert CsvWriter().lines(Line.of(b"a,b", Origin("web01"))) == ["ComputerName,Value", 'web01,"a,b"']


def test_of_a_long_value_no_more_is_taken_than_can_be_seen() -> None:
    bag = PropertyBag({"A": "x" * 1_000_000, "B": 1})
    view = View((Column("A", lambda row: row.properties["A"]),))
    assert len(row_cells(view, bag, 20)[0]) < 1000
    assert len(row_cells(view, bag, 0)[0]) == 1_000_000
    assert format_all([bag], 10) == "A        B\n-        -\nxxxxxxx… 1\n"
