"""The programs that read scripts: how each is called with a script's file, and the file names that mean it. Data."""

from __future__ import annotations

from typing import NamedTuple


class Interpreter(NamedTuple):
    """One program that reads scripts."""

    name: str
    options: tuple[str, ...] = ()
    """Between its name and the file's, which may be a pipe's."""
    suffixes: tuple[str, ...] = ()


_TABLE = (
    Interpreter("sh"),
    Interpreter("bash", (), (".bash",)),
    Interpreter("zsh", (), (".zsh",)),
    Interpreter("ksh", (), (".ksh",)),
    Interpreter("fish", (), (".fish",)),
    Interpreter("python3", (), (".py",)),
    Interpreter("perl", (), (".pl",)),
    Interpreter("ruby", (), (".rb",)),
    Interpreter("node", ("--preserve-symlinks-main",), (".js", ".cjs")),
    Interpreter("php", (), (".php",)),
    Interpreter("pwsh", ("-NoProfile", "-File"), (".ps1",)),
    Interpreter("awk", ("-f",), (".awk",)),
    Interpreter("sed", ("-f",), (".sed",)),
    Interpreter("lua", (), (".lua",)),
    Interpreter("tclsh", (), (".tcl",)),
    Interpreter("Rscript", (), (".R", ".r")),
)
"""A file called `x.sh`, or in no way that means something, is for the shell of the place."""

_OPTIONS = {entry.name: entry.options for entry in _TABLE}
_BY_SUFFIX = {suffix: entry.name for entry in _TABLE for suffix in entry.suffixes}

NAMES = tuple(entry.name for entry in _TABLE)


def interpreter_words(named: str) -> tuple[str, ...]:
    """The words before the script's file for what a user named: a name of the table, or a program with its own options."""
    words = named.split()
    return (*words, *_options(words[0])) if len(words) == 1 else tuple(words)


def of_first_line(text: str) -> tuple[str, ...]:
    """The same for a script's `#!` line; empty where there is none."""
    first, _, _ = text.lstrip("\n").partition("\n")
    words = first[2:].split() if first.startswith("#!") else []
    return (*words, *_options(words[-1])) if words else ()


def of_file(path: str) -> str:
    """The interpreter that a file's name means; empty: the shell of the place."""
    name = path.rpartition("/")[2]
    return _BY_SUFFIX.get(name[name.rfind(".") :], "") if "." in name else ""


def _options(program: str) -> tuple[str, ...]:
    return _OPTIONS.get(program.rpartition("/")[2], ())
