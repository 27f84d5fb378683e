"""Which program reads a script, and how it is called."""

from __future__ import annotations

import pytest

from jobsh.model.interpreters import interpreter_words, of_file, of_first_line


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("a.py", "python3"),
        ("dir.d/a.pl", "perl"),
        ("a.bash", "bash"),
        ("a.js", "node"),
        ("a.ps1", "pwsh"),
        ("a.R", "Rscript"),
        ("a.sh", ""),
        ("a", ""),
        ("dir.py/a", ""),
        ("a.txt", ""),
        (".py", "python3"),
    ],
)
def test_by_the_files_name(path: str, name: str) -> None:
    assert of_file(path) == name


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ("bash", ("bash",)),
        ("awk", ("awk", "-f")),
        ("/usr/bin/node", ("/usr/bin/node", "--preserve-symlinks-main")),
        ("pwsh", ("pwsh", "-NoProfile", "-File")),
        ("python3 -u", ("python3", "-u")),
        ("pwsh -NonInteractive -File", ("pwsh", "-NonInteractive", "-File")),
    ],
)
def test_as_the_user_names_it(named: str, words: tuple[str, ...]) -> None:
    assert interpreter_words(named) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("#!/bin/sh\nls", ("/bin/sh",)),
        ("\n#!/usr/bin/env node\n", ("/usr/bin/env", "node", "--preserve-symlinks-main")),
        ("#!/usr/bin/awk -f\n", ("/usr/bin/awk", "-f")),
        ("ls\n#!/bin/sh", ()),
        ("", ()),
    ],
)
def test_by_the_first_line(text: str, words: tuple[str, ...]) -> None:
    assert of_first_line(text) == words
