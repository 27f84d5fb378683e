"""Names in a spool."""

from __future__ import annotations

import pytest

from jobsh.spool.layout import End, Run, machine_name, parse_end, parse_mark, parse_run, spool_of, state_directory


def test_results() -> None:
    assert parse_end("end.3.10.0") == End(3, 10, 0)
    assert parse_mark("received.5.7") == (5, 7)


@pytest.mark.parametrize(
    "name", ["end", "end.", "end.1.2", "end.1.2.3.4", "end.a.2.3", "end.-1.2.3", "bend.1.2.3", "end.1.2.٣"]
)
def test_other_names_are_no_results(name: str) -> None:
    assert parse_end(name) is None


def test_who_runs_a_job() -> None:
    line = "run 12 345 13 346 boot-id host .\n"
    assert parse_run(line + " " * 100) == Run(12, "345", 13, "346", "boot-id", "host")
    for length in range(len(line) - 2):  # while it is being written
        assert parse_run(line[:length]) is None
    assert parse_run(" " * 255 + "\n") is None


def test_machines_that_share_a_home_are_told_apart() -> None:
    assert machine_name("0" * 32, "web01") == "0" * 32
    assert machine_name("", "web01.example") == "web01.example"
    assert machine_name("short", "a/b c") == "a_b_c"
    assert machine_name("", "") == "this"


def test_where_the_spool_is() -> None:
    assert spool_of(state_directory("", "/home/u"), "m") == "/home/u/.local/state/jobsh/spool/m"
    assert spool_of(state_directory("/state", "/home/u"), "m") == "/state/jobsh/spool/m"
    assert state_directory("relative", "/home/u") == "/home/u/.local/state/jobsh"
