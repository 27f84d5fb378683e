"""Invoke-Command on real hosts: scripts from files, time limits, the order and the fate of results."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.texts import texts, write_here
from tests.sshd import SshdFarm

SCRIPTS = {
    "a.py": ("import sys\nprint('py', sys.argv[1:], sys.stdin.read())", "py ['one', 'two three'] in\n\n"),
    "a.js": ("console.log('js', process.argv.slice(2).join())", "js one,two three\n"),
    "env": ("#!/usr/bin/env node\nconsole.log(process.argv[3])", "two three\n"),
    "a.awk": ('BEGIN { print "awk", ARGV[2] }', "awk two three\n"),
    "a.pl": ('print "pl $ARGV[1]\\n"', "pl two three\n"),
    "a.bash": ('echo "${BASH_VERSION:+bash}" "$2"', "bash two three\n"),
    "a.sh": ('echo sh "$2"', "sh two three\n"),
    "crlf.sh": ("#!/bin/sh\r\necho $1\r\necho end\r\n", "one\nend\n"),
    "bom.sh": ("\ufeffecho first", "first\n"),
    "a.jsh": ("param($x, $y)\n$y + '!'", "two three!\n"),
}


def test_scripts_from_files_are_read_by_what_their_names_and_first_lines_say(farm: SshdFarm, place: Path) -> None:
    for name, (text, _) in SCRIPTS.items():
        write_here(place, name, text)
    call = "'in' | Invoke-Command web01 -FilePath {} -ArgumentList one, 'two three'"
    done = texts(place, farm.ssh_config, *(call.format(name) for name in SCRIPTS))
    assert {name: ran.out for name, ran in zip(SCRIPTS, done, strict=True)} == {
        n: out for n, (_, out) in SCRIPTS.items()
    }


def test_a_file_of_a_job_and_of_a_session(farm: SshdFarm, place: Path) -> None:
    write_here(place, "a.js", "console.log(1 + 1)")
    write_here(place, "b.sh", "cd /; V=7")
    job, session = texts(
        place,
        farm.ssh_config,
        "Invoke-Command web01 -FilePath a.js -AsJob | Receive-Job -Wait -AutoRemoveJob",
        "$s = New-Session web01; Invoke-Command $s -FilePath b.sh; Invoke-Command $s { echo $V $PWD }",
    )
    assert (job.out, session.out) == ("2\n", "7 /\n")


@pytest.mark.parametrize(
    ("name", "data", "complaint"), [("bin", b"\x7fELF\0\0", "no script"), ("none", None, "No such file")]
)
def test_what_is_no_script_is_refused_before_anything_connects(
    name: str, data: bytes | None, complaint: str, farm: SshdFarm, place: Path
) -> None:
    if data is not None:
        write_here(place, name, data)
    (ran,) = texts(place, farm.ssh_config, f"Invoke-Command nohost.invalid -FilePath {name}")
    (error,) = ran.errors
    assert complaint in error.message


def test_a_time_limit_keeps_what_was_written_and_leaves_nothing(farm: SshdFarm, place: Path) -> None:
    _, command, code, here = texts(
        place,
        farm.ssh_config,
        "Invoke-Command web01, web02 { cd }  # the limit counts from the start: a busy machine connects for long",
        "Invoke-Command web01, web02 { echo hi; case $HOME in *web02) exec sleep 456;; esac } -TimeoutSec 2",
        "Invoke-Command web01 { 'a'; Start-Sleep 60 } -TimeoutSec 1",
        "Invoke-Command { 'b'; Start-Sleep 60 } -TimeoutSec 1; 'next'",
    )
    assert sorted(command.out.split()) == ["hi", "hi"]
    assert [(e.host, e.error_id) for e in command.errors] == [("web02", "CommandTimedOut")]
    assert "0 processes left" in command.errors[0].message
    assert (command.status, code.status) == (124, 124)
    assert (code.out, [e.host for e in code.errors]) == ("a\n", ["web01"])
    assert here.out == "b\nnext\n"


def test_one_hosts_failure_is_one_error_and_stop_makes_it_the_end(farm: SshdFarm, place: Path) -> None:
    going_on, stopped = texts(
        place,
        farm.ssh_config,
        "Invoke-Command web01, nohost.invalid, web02 { echo hi }; 'next'",
        "Invoke-Command nohost.invalid, web02 { sleep 457; echo never } -ErrorAction Stop; 'next'",
    )
    assert sorted(going_on.out.splitlines()) == ["hi", "hi", "next"]
    assert [(e.host, e.exit_status) for e in going_on.errors] == [("nohost.invalid", 255)]
    assert "next" not in stopped.out
    assert [e.host for e in stopped.errors] == ["nohost.invalid"]


def test_results_of_a_host_stay_in_order(farm: SshdFarm, place: Path) -> None:
    (ran,) = texts(
        place,
        farm.ssh_config,
        "Invoke-Command web01, web02, web03 { seq 300 } | Group-Object PSComputerName | % { $_.Group -join ',' }",
    )
    in_order = ",".join(map(str, range(1, 301)))
    assert ran.out.splitlines() == [in_order] * 3
