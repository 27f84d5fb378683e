"""Colours of whole, half-typed and broken text."""

from __future__ import annotations

import pytest

from jobsh.language.lexer import tokens
from tests.unit.language.vocabulary import SmallVocabulary

TEXTS = [
    (
        "Get-Job -Id 1,2 | Where-Object { $_.State -eq 'x' } # c",
        ("Get-Job:command -Id:parameter 1:number ,:operator 2:number |:operator Where-Object:command {:bracket $_:variable "
        "State:member -eq:operator 'x':string }:bracket # c:comment"),
    ),
    (
        'for x in *.log; do echo "$x y" | gzip; done # c',
        ("for:keyword x:word in:keyword *.log:word ;:operator do:keyword echo:shell \":string $x:variable  y\":string "
        "|:operator gzip:shell ;:operator done:keyword # c:comment"),
    ),
    ("if ($x) { [int]5 }", "if:keyword (:bracket $x:variable ):bracket {:bracket [int]:type 5:number }:bracket"),
    ("Start-Job { cd /srv && ma", "Start-Job:command {:bracket cd:shell /srv:word &&:operator ma:shell"),
    ("Get-Jbo x", "Get-Jbo:error x:word"),
    ("for x in a; do Get-Job", "for:keyword x:word in:keyword a:word ;:operator do:keyword Get-Job:error"),
    ("Get-Job ) x\nls", "Get-Job:command ):error ls:shell"),
    ("echo 'a", "echo:shell 'a:string"),
    ('Get-Job "a $x', 'Get-Job:command "a :string $x:variable'),
    ("cat <<E\n$x y\nE\nGet-Job", "cat:shell <<E:operator $x:variable  y\nE:string Get-Job:command"),
    ("ls\r\nGet-Job\r\n", "ls:shell Get-Job:command"),
    ("exit 3", "exit:keyword 3:number"),
    ("<# a", "<# a:comment"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "coloured"), TEXTS)
def test_tokens(text: str, coloured: str) -> None:
    found = tokens(text, SmallVocabulary())
    assert " ".join(f"{text[slice(*token.span)]}:{token.kind}" for token in found) == coloured
