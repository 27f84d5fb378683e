"""Real shell scripts: wrapped in braces they come back byte for byte, and their commands are followed to the end.

Whether the bare braces of a script balance is decided by `bare_braces`, an oracle that shares nothing with the scanner:
it deletes what is not bare, one kind after the other, with regular expressions.
"""

from __future__ import annotations

import os
import random
import re
import subprocess
from contextlib import nullcontext, suppress
from pathlib import Path

import pytest

from jobsh.errors import IncompleteInput, ParseError
from jobsh.language import parse
from jobsh.language.ast import Block, Command, Pipeline
from jobsh.language.shell_text import ShellScanner, block_end
from tests.unit.language.vocabulary import SmallVocabulary

PLACES = ("/usr/bin", "/usr/sbin", "/etc/init.d", "/var/lib/dpkg/info")
SHELL = re.compile(rb"#! ?/(?:usr/)?bin/(?:env )?(?:ba|da|k)?sh\b")


def is_script(path: str) -> bool:
    with Path(path).open("rb") as file:
        return SHELL.match(file.read(64)) is not None


def scripts() -> list[Path]:
    entries = [entry for place in PLACES if os.path.isdir(place) for entry in os.scandir(place) if entry.is_file()]
    return sorted(Path(entry.path) for entry in entries if is_script(entry.path))


SCRIPTS = scripts()


def read(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "surrogateescape")


QUOTES = re.compile(
    r"""\\.|\$'(?:[^'\\]|\\.)*'|'[^']*'|(?P<word>(?:^|(?<=[\s;&|()]))\#[^\n]*)|"(?:[^"\\$`]|\\.|`[^`]*`|\$(?!\()|\$\((?:[^()]|\([^()]*\))*\))*"
    |`(?:[^`\\]|\\.)*`|\$\{(?:[^{}'"]|'[^']*'|"[^"]*"|\$\{[^{}]*\})*\}""",
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
DOCUMENT = re.compile(r"<<(-?)[ \t]*(?:'([^'\n]+)'|\"([^\"\n]+)\"|\\?([\w.!@%+-]+))[^\n]*\n")


def without_documents(text: str) -> str:
    while found := DOCUMENT.search(text):
        if found.start() and text[found.start() - 1] == "<":
            return text
        delimiter = found[2] or found[3] or found[4]
        end = re.compile(rf"^{chr(9) + '*' if found[1] else ''}{re.escape(delimiter)}$", re.MULTILINE).search(
            text, found.end()
        )
        if not end:
            return text
        text = text[: found.start()] + text[found.start() + 2 : found.end()] + text[end.end() :]
    return text


def bare_braces(text: str) -> bool:
    """Whether the braces outside quotes, comments, here-documents and expansions balance, as far as patterns can tell."""
    bare = QUOTES.sub(" ", without_documents(text))
    depth = 0
    for brace in re.findall(r"[{}]", bare):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            return False
    return depth == 0


def test_there_are_scripts_and_nearly_all_balance() -> None:
    assert len(SCRIPTS) >= 20
    excluded = [path.name for path in SCRIPTS if not bare_braces(read(path))]
    assert len(excluded) <= len(SCRIPTS) // 20, f"bare braces do not balance: {excluded}"


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_in_braces_comes_back_byte_for_byte(path: Path) -> None:
    text = read(path)
    wrapped = "{" + text + "}"
    if not bare_braces(text):
        # Only what the oracle cannot decide may differ; the scanner must still end somewhere or say what is open.
        with suppress(ParseError):
            assert wrapped[block_end(wrapped, 0)] == "}"
        return
    assert block_end(wrapped, 0) == len(wrapped) - 1


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_the_commands_of_a_script_are_followed_to_its_end(path: Path) -> None:
    scanner = ShellScanner(read(path))
    scanner.run_all()
    assert scanner.pos == scanner.end


SMALL = [path for path in SCRIPTS if path.stat().st_size < 20_000]


@pytest.mark.parametrize("number", range(100))
def test_what_bash_calls_incomplete_is_incomplete(number: int) -> None:
    """Scripts cut off after some line: bash and the scanner must agree whether something is open."""
    chance = random.Random(number)
    lines = read(chance.choice(SMALL)).split("\n")
    text = "\n".join(lines[: chance.randint(1, len(lines))])
    if text.rstrip().endswith(("&&", "||")):  # what waits for its other side is the statement, which the parser knows
        text += "\ntrue"
    checked = subprocess.run(
        ["bash", "-n"], input=text.encode("utf-8", "surrogateescape"), capture_output=True, check=False
    )
    wants_more = any(
        words in checked.stderr for words in (b"unexpected end of file", b"unexpected EOF", b"by end-of-file")
    )
    wants_more = wants_more or text.endswith("\\")
    with pytest.raises(IncompleteInput) if wants_more else nullcontext():
        ShellScanner(text).run_all()


@pytest.mark.parametrize("path", SCRIPTS[:: max(1, len(SCRIPTS) // 25)], ids=lambda path: path.name)
def test_a_job_gets_the_script_byte_for_byte(path: Path) -> None:
    text = read(path)
    if "\r" in text or "\0" in text or not bare_braces(text):
        pytest.skip("CR LF and NUL are not kept, and unbalanced braces need a string")
    (statement,) = parse("Start-Job {" + text + "} -Name x", SmallVocabulary()).statements
    assert isinstance(statement, Pipeline)
    (command,) = statement.stages
    assert isinstance(command, Command)
    block = command.arguments[0]
    assert isinstance(block, Block)
    assert (block.text, block.code) == (text, None)
