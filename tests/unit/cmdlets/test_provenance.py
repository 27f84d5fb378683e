"""What comes from a host says so: PowerShell's note properties, and the last column of tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobsh.command.members import get_member
from jobsh.command.provenance import as_before, came_from, coming_from
from jobsh.command.values import PropertyBag
from jobsh.model.messages import HistoryItem
from jobsh.model.records import Origin
from tests.unit.cmdlets.shell import printed

WEB01 = Origin("web01", None, True, "ab12")
OBJECT = "[pscustomobject]@{a=1}"


@pytest.mark.parametrize(
    "value", [5, 2.5, "text", OBJECT, "@{k=1}", "(Get-Date)", "$true"], ids=lambda value: str(value)
)
def test_every_kind_of_object_that_can_knows_its_host(value: object, tmp_path: Path) -> None:
    written = f"'{value}'" if value == "text" else value
    out = printed(
        f'$r = Invoke-Command web01 {{ $x = {written}; $x }}; "$($r.PSComputerName) $($r.RunspaceId.Length)"', tmp_path
    )
    assert out == ("web01 32\n" if value != "$true" else " 0\n")


def test_tables_have_the_host_as_their_last_column_unless_it_is_hidden(tmp_path: Path) -> None:
    shown, hidden, chosen, named = (
        printed(f"Invoke-Command web01 {{ {OBJECT} }}{rest}", tmp_path).splitlines()
        for rest in ("", " -HideComputerName", " | Format-Table a", " | Select-Object PSComputerName, a")
    )
    assert shown[0].split() == ["a", "PSComputerName"]
    assert shown[2].split() == ["1", "web01"]
    assert named[0].split() == ["PSComputerName", "a"]
    assert hidden[0].split() == chosen[0].split() == ["a"]


def test_the_property_stays_when_the_column_is_hidden(tmp_path: Path) -> None:
    text = f"$r = Invoke-Command web01 {{ {OBJECT} }} -HideComputerName; $r.PSComputerName; $r.PSShowComputerName"
    assert printed(text, tmp_path) == "web01\nFalse\n"


def test_results_can_be_grouped_and_written_with_their_host(tmp_path: Path) -> None:
    text = f"$r = Invoke-Command web02, web01 {{ {OBJECT} }}; $r | Sort-Object PSComputerName | % PSComputerName"
    assert printed(text, tmp_path) == "web01\nweb02\n"
    csv = printed(f"Invoke-Command web01 {{ {OBJECT} }} | ConvertTo-Csv", tmp_path)
    assert csv.splitlines()[0].replace('"', "") == "a,PSComputerName,RunspaceId"


def test_a_host_behind_a_host_keeps_its_name(tmp_path: Path) -> None:
    text = f"(Invoke-Command web01 {{ Invoke-Command web02 {{ {OBJECT} }} }}).PSComputerName"
    assert printed(text, tmp_path) == "web02\n"


def test_numbers_stay_numbers(tmp_path: Path) -> None:
    out = printed(
        "$n = Invoke-Command web01 { $x = 2.0; $x; 3 }; $n[0] * $n[1]; $n | ConvertTo-Json -Compress; $n", tmp_path
    )
    assert out == "6\n[2.0,3]\n2\n3\n"


def test_times_stay_times(tmp_path: Path) -> None:
    text = "$t = Invoke-Command web01 { Get-Date '2026-03-04 05:06' }; $t.PSComputerName; $t.Year; $t.AddDays(1).Day"
    assert printed(text, tmp_path) == "web01\n2026\n5\n"
    span = "$s = Invoke-Command web01 { [timespan]'90s' }; $s.PSComputerName; $s.TotalMinutes; $s -gt [timespan]'1s'"
    assert printed(span, tmp_path) == "web01\n1.5\nTrue\n"


def test_where_an_object_came_from_is_no_part_of_it() -> None:
    here, there = HistoryItem(1, 2.0, "x"), coming_from(HistoryItem(1, 2.0, "x"), WEB01)
    assert there == here
    assert came_from(here) is None
    assert came_from(there) == WEB01
    assert get_member(there, "pscomputerNAME") == "web01"
    assert get_member(here, "PSComputerName") is None
    assert came_from(as_before(HistoryItem(1, 2.0, "newer"), there)) == WEB01


def test_what_was_sent_there_and_comes_back_is_a_copy(tmp_path: Path) -> None:
    text = '$h = @{a=1}; $b = Invoke-Command web01 { $x = 1; $using:h }; $b.a = 2; "$($h.a) $($b.a)"; $h.PSComputerName -eq $null'
    assert printed(text, tmp_path) == "1 2\nTrue\n"
    bag = PropertyBag({"a": 1})
    assert came_from(coming_from(bag, WEB01)) == WEB01
    assert came_from(bag) is None
