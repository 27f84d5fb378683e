"""The options of `jobsh` itself, declared once: argv is read by this table, help and completion scripts are made from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jobsh.errors import UsageError
from jobsh.model.struct import Struct


class Option(Struct):
    """One option."""

    field: str
    """The field of `Options` it sets."""
    names: tuple[str, ...]
    help: str
    value: str = ""
    """What its value is called; empty: it takes none."""
    choices: tuple[str, ...] = ()
    """The values there are, where they are few."""
    is_hidden: bool = False


OPTIONS: tuple[Option, ...] = (
    Option(
        "text", ("-c", "--command"), "Run TEXT and end with its exit status; - reads it from standard input.", "TEXT"
    ),
    Option(
        "output_format",
        ("-o", "--output"),
        "How results are printed.",
        "FORMAT",
        ("text", "json", "jsonl", "csv"),
    ),
    Option("color", ("--color",), "When to use colours; NO_COLOR turns them off.", "WHEN", ("auto", "always", "never")),
    Option("ssh_config", ("-F",), "Read FILE instead of ssh's own configuration.", "FILE"),
    Option("no_profile", ("--no-profile",), "Do not run the profile at the prompt."),
    Option("is_verbose", ("-v", "--verbose"), "Show verbose messages."),
    Option("demo", ("--demo",), "Bring three hosts of its own and open a prompt that can reach them."),
    Option("shows_version", ("--version",), "Show the version."),
    Option("shows_help", ("-h", "--help"), "Show this help."),
    Option("job", ("--job",), "Run the script of a job.", "FILE", is_hidden=True),
)

ENGINE_VERBS = ("status", "stop", "restart", "run")
"""`jobsh engine VERB`; `run` is what starts one."""


class Options(Struct):
    """What a command line says."""

    text: str | None = None
    output_format: str = "text"
    color: str = "auto"
    ssh_config: str = ""
    no_profile: bool = False
    is_verbose: bool = False
    demo: bool = False
    shows_version: bool = False
    shows_help: bool = False
    job: str = ""
    engine: str = ""
    file: str = ""
    arguments: tuple[str, ...] = ()


def parse_options(argv: Sequence[str]) -> Options:
    """Read a command line; raises UsageError. Options stand before the file; all after it is the script's."""
    found: dict[str, Any] = {}
    rest = list(argv)
    while (
        rest and rest[0].startswith("-") and rest[0] != "-" and "job" not in found
    ):  # what follows a job's file is its own
        word = rest.pop(0)
        if word == "--":
            break
        option, value = _option(word)
        if option.value:
            found[option.field] = _checked(option, _value(word, value, rest))
        elif value is not None:
            raise UsageError(f"{word.partition('=')[0]} takes no value")
        else:
            found[option.field] = True
    return Options(**found, **_words(rest, found))


def _option(word: str) -> tuple[Option, str | None]:
    name, equals, value = word.partition("=")
    for option in OPTIONS:
        if name in option.names and (not equals or name.startswith("--")):
            return option, value if equals else None
        if not word.startswith("--") and word[:2] in option.names and option.value:
            return option, word[2:]  # -ojson
    from difflib import get_close_matches

    near = get_close_matches(name, [n for o in OPTIONS if not o.is_hidden for n in o.names], 1)
    hint = f"did you mean {near[0]}?" if near else "jobsh --help shows all options"
    raise UsageError(f"there is no option {name}", hint=hint)


def _value(word: str, value: str | None, rest: list[str]) -> str:
    if value is not None:
        return value
    if not rest:
        raise UsageError(f"{word} needs a value")
    return rest.pop(0)


def _checked(option: Option, value: str) -> str:
    if option.choices and value not in option.choices:
        raise UsageError(f"{option.names[-1]} is one of {', '.join(option.choices)}, not '{value}'")
    return value


def _words(rest: Sequence[str], found: Mapping[str, object]) -> dict[str, Any]:
    """The words after the options: `engine VERB`, or a file with its arguments."""
    if not rest:
        return {}
    if "text" in found:
        raise UsageError(f"-c takes one text; '{rest[0]}' is too much", hint="quote the whole text: jobsh -c '…'")
    if "job" in found:
        return {"arguments": tuple(rest)}
    if rest[0] == "engine":
        if len(rest) != 2 or rest[1] not in ENGINE_VERBS:
            raise UsageError(f"jobsh engine takes one of {', '.join(ENGINE_VERBS[:3])}")
        return {"engine": rest[1]}
    return {"file": rest[0], "arguments": tuple(rest[1:])}


def usage() -> str:
    """What `jobsh --help` shows."""
    shown = [(_written(option), option.help + _choices(option)) for option in OPTIONS if not option.is_hidden]
    width = max(len(written) for written, _ in shown) + 2
    lines = [f"  {written:<{width}}{text}" for written, text in shown]
    return "\n".join((*_HEAD, *lines, "", *_TAIL)) + "\n"


def _written(option: Option) -> str:
    return ", ".join(option.names) + (f" {option.value}" if option.value else "")


def _choices(option: Option) -> str:
    return f" One of {', '.join(option.choices)}." if option.choices else ""


_HEAD = (
    "An interactive shell for jobs that outlive the connection, the shell and the laptop.",
    "",
    "  jobsh                         open a prompt",
    "  jobsh -c 'TEXT'               run a text",
    "  jobsh FILE.jsh [ARGUMENT …]   run a script",
    "  jobsh engine status|stop|restart",
    "",
)
_TAIL = ("At the prompt, Get-Help and Get-Command tell the rest.",)
