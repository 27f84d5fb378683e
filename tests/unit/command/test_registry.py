"""The registry: names, aliases, and what it tells the parser."""

from __future__ import annotations

import subprocess
import sys

import pytest

from jobsh.cmdlets import CMDLETS
from jobsh.errors import CommandNotFound
from jobsh.language.ast import BlockKind
from tests.unit.command.cmdlets import registry


def test_names_and_aliases_mind_no_case() -> None:
    known = registry()
    assert known.resolve("STOP-thing") == "Stop-Thing"
    assert known.resolve("SPTH") == "Stop-Thing"
    assert known.resolve("%") is None
    assert known.resolve_after_pipe("%") == "Run-Thing"
    assert known.aliases() == {"%": "Run-Thing", "kill": "Stop-Thing", "spth": "Stop-Thing"}
    assert known.spec("spth").name == "Stop-Thing"


def test_an_unknown_name_gets_a_suggestion() -> None:
    with pytest.raises(CommandNotFound) as caught:
        registry().spec("Stop-Thng")
    assert caught.value.hint == "did you mean Stop-Thing?"
    assert registry().suggest("zzz") is None


def test_what_the_parser_asks() -> None:
    vocabulary = registry().vocabulary(
        functions={"deploy", "stop-thing"}, is_assigned="job".__eq__, is_switch=lambda function, name: name == "Dry"
    )
    assert vocabulary.canonical("Deploy") == "Deploy"
    assert vocabulary.canonical("say-thing") == "Say-Thing"
    assert vocabulary.canonical("%") is None
    assert vocabulary.after_pipe("%") == "Run-Thing"
    assert vocabulary.after_pipe("Run-Thing") is None
    assert vocabulary.is_shared("kill")
    assert not vocabulary.is_shared("spth")
    assert vocabulary.takes_value("Run-Thing", "Cn")
    assert vocabulary.takes_value("Run-Thing", "comp")
    assert not vocabulary.takes_value("Run-Thing", "Force")
    assert vocabulary.takes_value("Run-Thing", "ErrorAction")
    assert not vocabulary.takes_value("Run-Thing", "Verbose")
    assert not vocabulary.takes_value("Run-Thing", "?")
    assert vocabulary.takes_value("deploy", "To")
    assert not vocabulary.takes_value("deploy", "Dry")
    assert vocabulary.block_kind("Run-Thing", None, 0) is BlockKind.HOST_SCRIPT
    assert vocabulary.block_kind("Run-Thing", "Filter", 0) is BlockKind.CODE
    assert vocabulary.block_kind("deploy", None, 0) is BlockKind.HOST_SCRIPT
    assert vocabulary.forces_script("Run-Thing", ("Int",))
    assert not vocabulary.forces_script("Run-Thing", ("Cn",))
    assert vocabulary.is_assigned("job")
    assert not vocabulary.is_assigned("Job")


def test_declaring_all_verbs_imports_none() -> None:
    code = (
        "import sys, jobsh.cmdlets; from jobsh.command.registry import Registry;"
        "r = Registry(jobsh.cmdlets.CMDLETS); r.vocabulary().canonical('sajb');"
        "print([m for m in sys.modules if m.startswith('jobsh.cmdlets.') or m in ('jobsh.command.types', 'datetime', 'difflib')])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_the_table_has_no_name_twice() -> None:
    names = [a.casefold() for e in CMDLETS.values() for a in (e.name, *e.aliases, *e.after_pipe_aliases)]
    assert len(names) == len(set(names))
