"""The operators, as expressions and Where-Object share them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from jobsh.command.conversion import convert, parse_duration, parse_number, to_datetime
from jobsh.command.formatting import composite, format_date, format_number
from jobsh.command.operators import COMPARISONS, binary
from jobsh.command.text import to_text
from jobsh.command.values import HashTable
from jobsh.errors import OperationError
from jobsh.model.ids import JobId


@pytest.mark.parametrize(
    ("left", "operator", "right", "result"),
    [
        (1, "-eq", "1", True),
        ("1", "-eq", 1, True),
        ("a", "-eq", "A", True),
        ("a", "-ceq", "A", False),
        ("a", "-ieq", "A", True),
        (1, "-eq", "x", False),
        (None, "-eq", None, True),
        (None, "-eq", "", False),
        (True, "-eq", 1, True),
        (1, "-eq", True, True),
        (10, "-gt", 9, True),
        ("10", "-gt", "9", False),
        (10, "-gt", "9", True),
        ("b", "-gt", "A", True),
        ("b", "-clt", "B", True),
        (None, "-lt", 1, True),
        (1.5, "-le", "1.5", True),
        ([1, 2, 3, 2], "-eq", 2, [2, 2]),
        ([1, 5, 9], "-gt", 4, [5, 9]),
        (["web1", "db1"], "-like", "web*", ["web1"]),
        (["web1", "db1"], "-notmatch", "^web", ["db1"]),
        ([], "-eq", 1, []),
        ("web01", "-like", "WEB??", True),
        ("web01", "-clike", "WEB??", False),
        ("file[1]", "-like", "file`[1`]", True),
        ("b", "-like", "[a-c]", True),
        ("abc", "-match", "B", True),
        ("abc", "-cmatch", "B", False),
        ([1, 2], "-contains", "2", True),
        ("x", "-contains", "X", True),
        ([1, 2], "-notcontains", 2, False),
        ("a", "-in", ["A", "b"], True),
        ("a", "-cin", ["A", "b"], False),
        (3, "-notin", [1, 2], True),
        (JobId(3), "-eq", 3, True),
        (JobId(3, 1), "-gt", 3, True),
        (timedelta(seconds=90), "-eq", "90s", True),
        (5, "-is", "int", True),
        ("x", "-is", "[string]", True),
        ([1], "-is", "array", True),
        (5, "-isnot", "string", True),
        ("5", "-as", "int", 5),
        ("x", "-as", "int", None),
        ("a,b", "-split", ",", ["a", "b"]),
        ("a1b2c", "-split", r"\d", ["a", "b", "c"]),
        ("a,b,c", "-split", [",", 2], ["a", "b,c"]),
        (["a", 1, None], "-join", "-", "a-1-"),
        ("web01", "-replace", ["web", "db"], "db01"),
        ("WEB", "-creplace", ["web", "db"], "WEB"),
        ("a b", "-replace", [r"(\w) (\w)", "$2 $1"], "b a"),
        ("x", "-replace", ["x", r"\n"], r"\n"),
        (["a1", "a2"], "-replace", "a", ["1", "2"]),
        ("{0:N2}|{1,4}|{1,-4}|{{}}", "-f", [3, "x"], "3.00|   x|x   |{}"),
        (1, "+", 2, 3),
        ("1", "+", 2, "12"),
        (1, "+", "2", 3),
        (None, "+", 5, 5),
        ([1], "+", 2, [1, 2]),
        ([1], "+", [2, 3], [1, 2, 3]),
        (7, "-", "2", 5),
        ("ab", "*", 2, "abab"),
        ([1], "*", 2, [1, 1]),
        (6, "/", 3, 2),
        (7, "/", 2, 3.5),
        (-7, "%", 3, -1),
        (7.5, "%", 2, 1.5),
        (1, "..", 4, [1, 2, 3, 4]),
        (3, "..", "1", [3, 2, 1]),
        ("a", "..", "c", ["a", "b", "c"]),
        (6, "-band", 3, 2),
        (6, "-bor", 1, 7),
        (6, "-bxor", 2, 4),
        (1, "-shl", 4, 16),
        (16, "-shr", 4, 1),
        (True, "-xor", False, True),
        (timedelta(hours=1), "+", "30m", timedelta(hours=1.5)),
    ],
)
def test_binary(left: object, operator: str, right: object, result: object) -> None:
    assert binary(operator, left, right) == result


@pytest.mark.parametrize(
    ("left", "operator", "right", "id"),
    [
        (1, "/", 0, "DivideByZero"),
        (1, "%", 0, "DivideByZero"),
        (1, "+", "x", "InvalidCast"),
        (1, "-gt", "x", "BadOperand"),
        ("x", "-match", "(", "InvalidRegex"),
        ("{0} {1}", "-f", ["a"], "FormatError"),
        ("{", "-f", ["a"], "FormatError"),
        (1, "..", 10**9, "RangeTooLong"),
        ("x" * 1000, "*", 10**9, "BadOperand"),
        (1, "-nosuch", 1, "UnknownOperator"),
        (HashTable({"a": 1}), "+", HashTable({"A": 2}), "DuplicateKey"),
    ],
)
def test_what_cannot_be_calculated_says_so(left: object, operator: str, right: object, id: str) -> None:
    with pytest.raises(OperationError) as caught:
        binary(operator, left, right)
    assert caught.value.error_id == id


def test_match_gives_its_groups() -> None:
    found: list[HashTable] = []
    assert binary("-match", "web01:22", r"(?<name>\w+):(\d+)", found.append) is True
    assert dict(found[0].items()) == {0: "web01:22", 1: "web01", 2: "22", "name": "web01"}
    assert binary("-match", "x", r"\d", found.append) is False
    assert len(found) == 1


def test_every_comparison_has_its_forms() -> None:
    assert len(COMPARISONS) == 14 * 3
    assert {"eq", "ceq", "ieq", "cnotin"} <= set(COMPARISONS)


@pytest.mark.parametrize(
    ("value", "type", "result"),
    [
        ("5", "int", 5),
        ("0xff", "int", 255),
        ("4kb", "int", 4096),
        (2.5, "int", 2),
        (3.5, "int", 4),
        ("", "int", 0),
        (None, "string", ""),
        ("1.5", "double", 1.5),
        ("False", "bool", True),
        (0, "bool", False),
        ("90s", "timespan", timedelta(seconds=90)),
        ("1.02:03:04", "timespan", timedelta(days=1, hours=2, minutes=3, seconds=4)),
        (["1", "2"], "int[]", [1, 2]),
        (7, "string[]", ["7"]),
        (65, "char", "A"),
        ("x", "System.String", "x"),
    ],
)
def test_casts(value: object, type: str, result: object) -> None:
    converted = convert(value, type)
    assert converted == result
    assert isinstance(converted, bool) == isinstance(result, bool)


@pytest.mark.parametrize(
    ("value", "type"), [("x", "int"), ("yesterday", "datetime"), ("ab", "char"), ("x", "nosuch"), (5, "hashtable")]
)
def test_casts_that_fail_say_so(value: object, type: str) -> None:
    with pytest.raises(OperationError):
        convert(value, type)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        (" -3 ", -3),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("0b101", 5),
        ("2gb", 2 << 30),
        ("1.5kb", 1536.0),
        ("1_000", None),
        ("12x", None),
        ("١٢", None),
    ],
)
def test_numbers_in_text(text: str, number: float | None) -> None:
    assert parse_number(text) == number


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 90),
        ("15m", 900),
        ("2h", 7200),
        ("1d", 86400),
        ("1h30m", 5400),
        ("250ms", 0.25),
        ("00:01:30", 90),
        ("-0:10", -600),
        ("5", 5),
        ("1.5", 1.5),
        ("soon", None),
        ("", None),
    ],
)
def test_durations(text: str, seconds: float | None) -> None:
    assert parse_duration(text) == seconds


def test_dates() -> None:
    at = to_datetime("2026-03-04 12:30:05.250")
    assert to_text(at) == "2026-03-04 12:30:05"
    assert to_text(to_datetime("2026-03-04")) == "2026-03-04 00:00:00"
    assert to_datetime(at.timestamp()) == at
    assert (to_datetime("9:05").hour, to_datetime("9:05").minute) == (9, 5)
    assert format_date(at, "yyyy/MM/dd HH:mm:ss.fff ddd d") == "2026/03/04 12:30:05.250 Wed 4"
    assert format_date(at, "%d.%m.%y") == "04.03.26"
    assert format_date(at, "'it is' s") == "it is 5"


@pytest.mark.parametrize(
    ("value", "pattern", "text"),
    [
        (1234.5, "N2", "1,234.50"),
        (1234.5, "F0", "1234"),
        (7, "D3", "007"),
        (-7, "D3", "-007"),
        (255, "X", "FF"),
        (255, "x4", "00ff"),
        (0.125, "P1", "12.5%"),
        (1500, "E1", "1.5E+03"),
        (3.14159, "0.00", "3.14"),
        (5, "000", "005"),
        (1234567, "#,##0", "1,234,567"),
        (1.5, "0.###", "1.5"),
        (0.256, "0.0%", "25.6%"),
    ],
)
def test_number_formats(value: float, pattern: str, text: str) -> None:
    assert format_number(value, pattern) == text


def test_composite_formats_any_value() -> None:
    assert composite("{0}{0}-{1,6:F1}", ["a", 2]) == "aa-   2.0"
