"""LANGUAGE section 3: blocks of jobsh code and scripts kept byte for byte."""

from __future__ import annotations

import subprocess
import sys

import pytest

from jobsh.language import parse, parse_block
from jobsh.language.ast import Block, BlockKind, Command, Pipeline
from jobsh.language.shell_text import using_references
from tests.unit.language.shapes import VOCABULARY, of, shape

HOST_SCRIPTS = [
    ("Start-Job { cd /srv && make }", "<Start-Job script{ cd /srv && make }>"),
    ("Start-Job {echo hi}", "<Start-Job script{echo hi}>"),
    ("Start-Job {awk '{print $1}' f}", "<Start-Job script{awk '{print $1}' f}>"),
    ("Start-Job { exit 3 }", "<Start-Job script{ exit 3 }>"),
    ("Start-Job { return 3 }", "<Start-Job script{ return 3 }>"),
    ("Start-Job { wait; jobs }", "<Start-Job script{ wait; jobs }>"),
    ("Start-Job { kill %1 }", "<Start-Job script{ kill %1 }>"),
    ("Start-Job { %1 }", "<Start-Job script{ %1 }>"),
    ("Start-Job { }", "<Start-Job script{ }>"),
    ("Start-Job {}", "<Start-Job script{}>"),
    ("Start-Job { Get-Date }", "<Start-Job h{<Get-Date>}>"),
    ("Start-Job {\n# comment\nGet-Date; ls\n}", "<Start-Job h{<Get-Date> ; sh('ls')}>"),
    ("Start-Job { <# c #> $x = 1 }", "<Start-Job h{$x = 1}>"),
    ('Start-Job { "a" }', "<Start-Job h{'a'}>"),
    ("Start-Job { $using:x }", "<Start-Job h{$using:x}>"),
    ("Start-Job { & ls }", "<Start-Job h{call&(`ls`)}>"),
    ("Start-Job { . { ls } }", "<Start-Job h{call.(c{sh('ls')})}>"),
    ("Start-Job { if ($x) { 1 } }", "<Start-Job h{if ($x) {1}}>"),
    ("Start-Job { if true; then ls; fi }", "<Start-Job script{ if true; then ls; fi }>"),
    ("Start-Job { param($a) ls $a }", "<Start-Job h{param($a) sh('ls $a' $a)}>"),
    ("Start-Job { (Get-Date).Day }", "<Start-Job h{paren(<Get-Date>).Day}>"),
    ("Start-Job { (cd x; ls) }", "<Start-Job script{ (cd x; ls) }>"),
    (
        'Start-Job { 1..3 | % { sleep 1; "Output $_" } }',
        "<Start-Job h{(1 .. 3) | <ForEach-Object c{sh('sleep 1') ; \"'Output ' $_\"}>}>",
    ),
    (
        "Invoke-Command -Session $s { Start-Job { journalctl -n 100 } }",
        "<Invoke-Command -Session=$s h{<Start-Job script{ journalctl -n 100 }>}>",
    ),
    (
        "Invoke-Command -Session $s { Receive-Job 2 > r.txt }",
        "<Invoke-Command -Session=$s h{<Receive-Job 2> 1> `r.txt`}>",
    ),
    (
        "Start-Job { echo \"}\" '}' \\} ${x#\\}} $(echo }) `echo }` $'}' # }\nls }",
        "<Start-Job script{ echo \"}\" '}' \\} ${x#\\}} $(echo }) `echo }` $'}' # }\nls }>",
    ),
    ("Start-Job { cat <<E\n} a }\nE\n}", "<Start-Job script{ cat <<E\n} a }\nE\n}>"),
    ("Start-Job { f() { a; }; f } x", "<Start-Job script{ f() { a; }; f } `x`>"),
    ("Start-Job { case x in a) b;; esac }", "<Start-Job script{ case x in a) b;; esac }>"),
    ("Start-Job { echo $((1<<2)) }", "<Start-Job script{ echo $((1<<2)) }>"),
    ("Start-Job { (( x<<2 )); ls }", "<Start-Job script{ (( x<<2 )); ls }>"),
    ("Start-Job { echo {a,b} }", "<Start-Job script{ echo {a,b} }>"),
    ("Start-Job 'ls }'", "<Start-Job 'ls }'>"),
    ("Start-Job @'\nit's {\n'@", '<Start-Job "it\'s {">'),
    ('Start-Job "x $x"', "<Start-Job \"'x ' $x\">"),
]

INTERPRETERS = [
    ("Start-Job -Interpreter bash { Get-Date }", "<Start-Job -Interpreter=`bash` script{ Get-Date }>"),
    ("Start-Job { Get-Date } -Interpreter bash", "<Start-Job script{ Get-Date } -Interpreter=`bash`>"),
    ('Start-Job { x = "a" } -Inter python3', '<Start-Job script{ x = "a" } -Inter=`python3`>'),
    ('Start-Job { "a"\nif x: y } -Interpreter python3', '<Start-Job script{ "a"\nif x: y } -Interpreter=`python3`>'),
    ("Start-Job { #!/usr/bin/perl\nGet-Date }", "<Start-Job script{ #!/usr/bin/perl\nGet-Date }>"),
    ("Start-Job {#!/bin/sh\nGet-Date\n}", "<Start-Job script{#!/bin/sh\nGet-Date\n}>"),
    ("Start-Job {\n#!/bin/sh\nGet-Date\n}", "<Start-Job script{\n#!/bin/sh\nGet-Date\n}>"),
]

CODE_BLOCKS = [
    (
        '1..3 | ForEach-Object { sleep 1; "Output $_" }',
        "(1 .. 3) | <ForEach-Object c{sh('sleep 1') ; \"'Output ' $_\"}>",
    ),
    ("Get-Job | Where-Object { $_.Id -gt 1 }", "<Get-Job> | <Where-Object c{($_.Id -gt 1)}>"),
    ("Get-Job | Where-Object { grep -q x f }", "<Get-Job> | <Where-Object c{sh('grep -q x f')}>"),
    ("Start-ThreadJob { ls }", "<Start-ThreadJob c{sh('ls')}>"),
    ("1 | % { ls } { pwd }", "1 | <ForEach-Object c{sh('ls')} c{sh('pwd')}>"),
    ("1 | % { { a; b; } }", "1 | <ForEach-Object c{sh('{ a; b; }')}>"),
    ("1 | % { echo {a,b} ${x} \"}\" '}' \\} }", "1 | <ForEach-Object c{sh('echo {a,b} ${x} \"}\" \\'}\\' \\\\}')}>"),
    ("1 | % { find . -exec ls {} \\; }", "1 | <ForEach-Object c{sh('find . -exec ls {} \\\\;')}>"),
    ("1 | % {echo hi}", "1 | <ForEach-Object c{sh('echo hi')}>"),
    ("1 | % { for x in a; do echo }; done }", "1 | <ForEach-Object c{sh('for x in a; do echo }; done')}>"),
    ("1 | % { ls | % { cat $_ } }", "1 | <ForEach-Object c{sh('ls') | <ForEach-Object c{sh('cat $_' using:_)}>}>"),
    ("1 | % { ls # } \n}", "1 | <ForEach-Object c{sh('ls')}>"),
]

OTHER_BLOCKS = [
    ("$b = { ls }", "$b = script{ ls }"),
    ("$b = { Get-Job }", "$b = h{<Get-Job>}"),
    ('$b = { sleep 1; "x" }', '$b = script{ sleep 1; "x" }'),
    ("@{ Expression = { $_.x }; b = { ls } }", "@{'Expression' = h{$_.x}; 'b' = script{ ls }}"),
    ("{ a; b; }", "sh('{ a; b; }')"),
    ("& { a; b }", "call&(c{sh('a; b')})"),
    ("return { ls }", "return script{ ls }"),
]


@pytest.mark.parametrize(("text", "tree"), HOST_SCRIPTS)
def test_host_script(text: str, tree: str) -> None:
    assert shape(text) == tree


@pytest.mark.parametrize(("text", "tree"), INTERPRETERS)
def test_interpreter(text: str, tree: str) -> None:
    assert shape(text) == tree


@pytest.mark.parametrize(("text", "tree"), CODE_BLOCKS)
def test_code_block(text: str, tree: str) -> None:
    assert shape(text) == tree


@pytest.mark.parametrize(("text", "tree"), OTHER_BLOCKS)
def test_other_block(text: str, tree: str) -> None:
    assert shape(text) == tree


def test_using_references_are_found_outside_single_quotes() -> None:
    text = """echo $using:a '$using:b' "${using:c} '$using:d'" \\$using:e # it's
cat <<'E'
$using:f
E
cat <<E
$Using:g
E
awk '{print $using:h}' `echo $using:i` $(echo $using:j) } { $using:k"""
    assert [(text[slice(*span)], name) for span, name in using_references(text)] == [
        ("$using:a", "a"),
        ("${using:c}", "c"),
        ("$using:d", "d"),
        ("$Using:g", "g"),
        ("$using:i", "i"),
        ("$using:j", "j"),
        ("$using:k", "k"),
    ]


def test_a_blocks_offset_is_where_its_text_begins() -> None:
    text = "Get-Date; Start-Job { ls }"
    statement = parse(text, VOCABULARY).statements[1]
    assert isinstance(statement, Pipeline)
    command = statement.stages[0]
    assert isinstance(command, Command)
    (block,) = command.arguments
    assert isinstance(block, Block)
    assert text[slice(*block.span)] == "{ ls }"
    assert text[block.offset : block.offset + len(block.text)] == block.text == " ls "


def test_variables_of_a_block_end_with_it() -> None:
    assert shape("& { $v = 1; echo $v }; echo $v") == "call&(c{$v = 1 ; sh('echo $v' $v)}) ; sh('echo $v')"


def test_a_block_that_was_kept_is_read_as_its_parameter_reads_blocks() -> None:
    kept = "{ ls; $_.Name }"
    assert of(parse_block(kept, BlockKind.HOST_SCRIPT, VOCABULARY)) == f"script{kept}"
    assert of(parse_block(kept, BlockKind.CODE, VOCABULARY)) == "c{sh('ls') ; $_.Name}"


def test_the_words_of_the_tree_do_not_load_the_parser() -> None:
    code = "import sys, jobsh.language.ast; print('jobsh.language.parser' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown.strip() == "False"
