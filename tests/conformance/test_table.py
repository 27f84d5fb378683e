"""The table is whole: each row says all, names tests that exist, and the page is made from it."""

from __future__ import annotations

import pytest

from tests.conformance.page import FILE, page
from tests.conformance.surface import missing, powershell
from tests.conformance.table import Row, complaints, is_test, rows, rows_of

WHOLE = Row(
    area="jobs",
    cmdlet="Get-Job",
    what="-Before, -After",
    rule="strict comparison",
    here="same",
    test=("tests/conformance/test_table.py::test_no_row_is_wrong",),
)


def test_no_row_is_wrong() -> None:
    assert list(complaints(rows())) == []


def test_no_row_is_missing() -> None:
    assert list(missing(rows())) == []


def test_the_page_of_differences_is_current() -> None:
    assert FILE.read_text("utf-8") == page(rows()), "python -m tests.conformance writes it"


def test_a_whole_row_has_nothing_wrong() -> None:
    assert list(complaints([WHOLE])) == []


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"rule": " "}, "rule is empty"),
        ({"what": ""}, "what is empty"),
        ({"here": "worse"}, "here is 'worse'"),
        ({"here": "absent"}, "it is absent and says nothing"),
        ({"here": "better", "says": "It is quicker"}, "full stop"),
        ({"test": ()}, "no test shows it"),
        ({"test": ("tests/conformance/test_table.py::test_nothing",)}, "there is no test"),
        ({"test": ("tests/conformance/test_nothing.py::test_nothing",)}, "there is no test"),
        ({"cmdlet": "Get-Nothing"}, "Get-Nothing is no cmdlet here"),
    ],
)
def test_a_row_that_lacks_something_is_told(changes: dict[str, object], wrong: str) -> None:
    (complaint,) = complaints([WHOLE.replace(**changes)])
    assert wrong in complaint
    assert complaint.startswith("jobs: ")


def test_a_misspelt_key_is_told() -> None:
    with pytest.raises(ValueError, match="a row has no tests"):
        list(rows_of("jobs", '[[row]]\ncmdlet = "Get-Job"\ntests = []'))


def test_tests_are_found_with_their_parameters_and_in_classes() -> None:
    assert is_test("tests/conformance/test_table.py::test_a_row_that_lacks_something_is_told[x]")
    assert not is_test("tests/conformance/table.py::rows")
    assert not is_test("jobsh/cli.py::run")


def test_rows_know_their_cmdlets_and_parameters() -> None:
    row = WHOLE.replace(cmdlet="New-PSSession, ForEach-Object -Parallel", what="-HostName/-ComputerName, not-found")
    assert row.cmdlets == ("New-Session", "ForEach-Object")
    assert row.parameters == {"parallel", "hostname", "computername"}
    assert WHOLE.replace(cmdlet="Job states").cmdlets == ()


def test_what_has_no_row_is_missing() -> None:
    lines = list(missing([WHOLE]))
    assert "Get-Job -Newest: no row" in lines
    assert "Debug-Job: no row at all" in lines
    assert "Common parameters -OutBuffer: no row" in lines
    assert not any(line.startswith("Get-Job -Before") for line in lines)


def test_an_alias_of_a_parameter_counts_as_it() -> None:
    row = WHOLE.replace(cmdlet="Invoke-Command", what="-ComputerName")
    assert "Invoke-Command -HostName: no row" not in list(missing([row]))


def test_powershells_side_is_read_whole() -> None:
    by_name = {cmdlet.name: cmdlet for cmdlet in powershell()}
    assert by_name["New-PSSession"].aliases == ("nsn",)
    uri = next(p for p in by_name["Connect-PSSession"].parameters if p.name == "ConnectionUri")
    assert uri.aliases == ("URI", "CU")
    assert len(by_name["Receive-Job"].parameters) == 14
