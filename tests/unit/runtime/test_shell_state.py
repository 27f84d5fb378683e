"""What one shell text leaves to the next, in every kind of shell, with real shells of this machine."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from jobsh.model.messages import Program
from jobsh.runtime.local_shell import LocalShell
from jobsh.runtime.processes import Captured
from jobsh.runtime.streams import NullSink, Streams
from tests.asynchronous import run
from tests.processes import program
from tests.unit.runtime.recorder import lines, ran

SHELLS = ("bash", "zsh", "dash", "busybox")
FULL = ("bash", "zsh")
"""Those that keep functions, aliases and options too."""


class Texts:
    """Gives texts to one shell, one after the other."""

    def __init__(self, shell: str, directory: Path) -> None:
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(directory)}
        self.directory = str(directory)
        self._state = directory / "state-directory"
        self._state.mkdir()
        self.shell = LocalShell(lambda: str(self._state), program(shell))

    def __call__(self, text: str, *arguments: str, **variables: str) -> str:
        """What the text prints."""
        given = Program(text, text, arguments=arguments, variables=tuple(variables.items()))
        call = self.shell.call(given, self.environment, saves_state=True)
        out = run(_all(Captured(*call, self.directory)))
        directory = self.shell.keep(self.environment)
        assert directory is not None
        self.directory = directory
        return out


async def _all(captured: Captured) -> str:
    chunks = captured.output(None, Streams(NullSink()))
    return b"".join([chunk.data async for chunk in chunks]).decode()  # type: ignore[attr-defined]


@pytest.fixture(params=SHELLS)
def texts(request: pytest.FixtureRequest, tmp_path: Path) -> Texts:
    return Texts(request.param, tmp_path)


@pytest.fixture(params=FULL)
def full(request: pytest.FixtureRequest, tmp_path: Path) -> Texts:
    return Texts(request.param, tmp_path)


def test_variables_stay_whatever_they_hold(texts: Texts) -> None:
    texts("A='it'\\''s $x `y` \"q\"'; B='two\nlines=3'; C=; D='  blanks '")
    assert texts('printf "[%s]" "$A" "$B" "$C" "$D" "${E-unset}"') == (
        '[it\'s $x `y` "q"][two\nlines=3][][  blanks ][unset]'
    )


def test_directory_and_umask_stay(texts: Texts) -> None:
    texts("cd /usr; umask 027; cd bin")
    assert texts("pwd; umask; cd - >/dev/null; pwd").split() == ["/usr/bin", texts("umask").strip(), "/usr"]
    assert texts.directory == "/usr"
    assert int(texts("umask"), 8) == 0o027


def test_exported_variables_stay_exported(texts: Texts) -> None:
    texts("export NEW='a b'; LOCAL=1")
    assert texts("sh -c 'echo \"[$NEW][$LOCAL]\"'; echo $LOCAL") == "[a b][]\n1\n"
    texts("unset NEW")
    assert texts("sh -c 'echo \"[$NEW]\"'") == "[]\n"


def test_a_variable_that_was_there_before_stays_away(full: Texts) -> None:
    full("unset HOME")
    assert full("sh -c 'echo \"[${HOME-gone}]\"'") == "[gone]\n"


def test_exported_variables_are_jobshs_too() -> None:
    assert lines("export NEW='a b'; LOCAL=1\n$env:NEW; $null -eq $env:LOCAL; $env:NEW = 'c'; echo $NEW") == [
        "a b",
        "True",
        "c",
    ]
    assert lines("export NEW=1\n'x'\nunset NEW\n$null -eq $env:NEW") == ["x", "True"]


def test_the_status_stays(texts: Texts) -> None:
    texts("(exit 7)")
    assert texts("echo $?; true") == "7\n"
    assert texts("echo $?") == "0\n"


def test_exit_ends_the_text_and_its_state_stays(texts: Texts) -> None:
    texts("A=1; exit 3; A=2")
    assert texts("echo $? $A") == "3 1\n"


def test_a_text_may_begin_with_a_dash(texts: Texts) -> None:
    texts("A=1")
    assert texts("-x 2>/dev/null || echo $A") == "1\n"


def test_what_is_the_shells_own_stays_so(texts: Texts) -> None:
    texts("A=1")
    assert texts("sh -c 'echo found'", path="x", status="y") == "found\n"


def test_a_variable_of_jobsh_wins_and_is_not_kept(texts: Texts) -> None:
    texts("x=shell")
    assert texts('echo "$x"; sh -c \'echo "$x"\'', x="jobsh's $(own)") == "jobsh's $(own)\n" * 2
    assert texts('echo "$x"') == "shell\n"


def test_arguments_arrive(texts: Texts) -> None:
    assert texts('printf "<%s>" "$@"', "a b", "$(c)", "") == "<a b><$(c)><>"


def test_a_text_that_does_not_parse_leaves_the_state(texts: Texts) -> None:
    texts("A=1")
    texts("if then 2>/dev/null")
    assert texts("echo $A") == "1\n"


def test_functions_aliases_and_options_stay(full: Texts) -> None:
    full("f() { echo \"f $1\"; }; alias hello='echo hello'; set -u; set -o noglob")
    assert full("f 1; hello you; echo *; case $- in *u*) echo nounset ;; esac") == "f 1\nhello you\n*\nnounset\n"


def test_arrays_stay(full: Texts) -> None:
    full("a=(one 'two three'); typeset -A h; h[k]='v w'")
    assert full('printf "%s|" "${a[@]}" "${h[k]}"') == "one|two three|v w|"


def test_errexit_does_not_end_the_next_text_at_once(full: Texts) -> None:
    full("set -e; false")
    assert full("echo on") == "on\n"


def test_the_next_text_sees_the_state_through_the_interpreter() -> None:
    text = "cd /usr; A=1; f() { echo \"f$1\"; }\n'between'\nf 2; echo $A; pwd; $PWD"
    assert lines(text) == ["between", "f2", "1", "/usr", "/usr"]


def test_a_value_is_handed_unchanged_and_never_evaluated(tmp_path: Path) -> None:
    mark = tmp_path / "evaluated"
    text = f"$v = @'\na \"b\" 'c' $(touch {mark}) `touch {mark}` \\ $HOME\nsecond\n'@\nprintf '%s' \"$v\""
    assert ran(text).out == f"a \"b\" 'c' $(touch {mark}) `touch {mark}` \\ $HOME\nsecond"
    assert not mark.exists()


def test_only_an_exactly_spelled_variable_is_jobshs() -> None:
    assert lines('$Mine = 1; echo "[$Mine][$mine][$PWD]"') == ["[1][][/]"]


def test_nothing_is_left_on_disk(tmp_path: Path) -> None:
    texts = Texts("dash", tmp_path)
    texts("A=1")
    texts.shell.forget()
    assert not (tmp_path / "state-directory").exists()
    shutil.rmtree(tmp_path, ignore_errors=True)


def test_a_long_text_runs(texts: Texts) -> None:
    comment = "# " + "x" * 200_000
    assert texts(f"{comment}\necho long") == "long\n"
