"""Every example of the language's description, run as a user would: with `jobsh -c`, and what it must print."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.jobsh_process import Jobsh

SHELL = (
    # section 1: whose is a statement
    ("echo a; echo b", "a\nb\n"),
    ("for i in 1 2; do echo $i; done | Where-Object { $_ -like '1*' }", "1\n"),
    ("if [ 1 = 1 ]; then echo yes; fi", "yes\n"),
    ("if (true); then echo sub; fi", "sub\n"),
    ("(cd /tmp; pwd)", "/tmp\n"),
    ("i=1; (( i++ )); echo $i", "2\n"),
    ('f() { echo "f $1"; }; f x', "f x\n"),
    ("(hostname).Trim().Length -gt 0", "True\n"),
    ("(echo abc).ToUpper()", "ABC\n"),
    ("& printf '%s|' 'a b' c", "a b|c|"),
    ("$x = 'a b'; & printf '<%s>' $x 2 x.y", "<a b><2><x.y>"),
    ("command echo Get-Job", "Get-Job\n"),
    ("$HOME/tool -v", "tool -v\n"),
    ("-x 2>$null; +x 2>$null; echo read", "read\n"),
    ("'a'\n-x 2>$null; echo read", "a\nread\n"),
    ('function greet() { "hi $($args[0])" }; greet you', "hi you\n"),
    ('function greet() { echo "hi $1"; }; greet you', "hi you\n"),
    # section 2: texts
    ("x=1; echo $x", "1\n"),
    ("false && echo a || echo b", "b\n"),
    ("cat <<E\n$HOME x; y | z\nE\n'next'", "HOME x; y | z\nnext\n"),
    ("echo a # Get-Job; echo c\necho b", "a\nb\n"),
    ("echo one |\n  sort", "one\n"),
    ("1..3\n| Where-Object { $_ -gt 2 }", "3\n"),
    ("'a' # comment\n<# block\n comment #> 'b'", "a\nb\n"),
    ('echo "crlf"\r\n1..2\r\n', "crlf\n1\n2\n"),
    ('1..3 | sort -r | ForEach-Object { "<$_>" }', "<3>\n<2>\n<1>\n"),
    ("A=1; export B=2\n'x'\necho $A$B; $env:B; $null -eq $env:A", "x\n12\n2\nTrue\n"),
    ("cd /usr\n$PWD\npwd", "/usr\n/usr\n"),
    ("Set-Location /usr; pwd", "/usr\n"),
    ("cd /usr; Set-Location /tmp; cd -; Set-Location -; $PWD", "/usr\n/tmp\n"),
    ("Set-Location /usr; Set-Location /tmp; Set-Location -; $PWD; cd -", "/usr\n/tmp\n"),
    ("umask 027\n'x'\numask", "x\n0027\n"),
    ("false\n'x'\ntrue; echo $?", "x\n0\n"),
    # section 3: blocks
    ('1..3 | Start-Job { $input | % { "<$_>" } } | Receive-Job -Wait', "<1>\n<2>\n<3>\n"),
    ("Start-Job { $input.Count } | Receive-Job -Wait", "0\n"),
    ("Invoke-Command { echo $using:PID } | % { $_ -eq $PID }", "True\n"),
    ("Write-Host -NoNewline a; Write-Host -NoNewline b; 'c'; Write-Host -NoNewline d; echo e", "abc\nde\n"),
    ("$b = { $_ * 2 }; 1..2 | ForEach-Object $b", "2\n4\n"),
    ('1..2 | ForEach-Object { echo "Output $_" }', "Output 1\nOutput 2\n"),
    ("{ echo a; echo b; }", "a\nb\n"),
    ("& { 'code'; 1 + 1 }", "code\n2\n"),
    # section 4: values never become source
    ('$v = \'a  "b" $(echo no) `x`\'; echo "$v"', 'a  "b" $(echo no) `x`\n'),
    ("$v = 'jobsh'; V=shell; echo $V $v", "shell jobsh\n"),
    ("$x = 1; 'text'; sh -c 'echo [$x]'; sh -c \"echo [$x]\"", "text\n[1]\n[1]\n"),
    ('$v = "two`nlines"; printf \'%s|\' "$v"', "two\nlines|"),
    ("echo $HOME | Where-Object { $_ -eq $HOME } | ForEach-Object { 'same' }", "same\n"),
    ("1..2 | ForEach-Object { printf '%s;' \"$_\" }", "1;2;"),
    ("ls /nonexistent 2>$null; 'quiet'", "quiet\n"),
    # section 5: redirection
    ("'one' > f; 'two' >> f; Get-Content f; cat f", "one\ntwo\none\ntwo\n"),
    ("Get-Job 99 2> errors; 'on'; (Get-Content errors).Count -gt 0", "on\nTrue\n"),
    ("& { 'a'; Get-Job 99 } *> all; (cat all).Count", "2\n"),
    ('echo data > in; ForEach-Object { "read $_" } < in', "read data\n"),
)


@pytest.mark.parametrize(("text", "expected"), SHELL)
def test_an_example_prints_what_it_should(jobsh: Jobsh, place: Path, text: str, expected: str) -> None:
    tool = place / "tool"
    tool.write_text('#!/bin/sh\necho "tool $@"\n')
    tool.chmod(0o755)
    ended = jobsh.text(text.replace("$HOME x; y", "HOME x; y"))
    assert (ended.text, ended.said, ended.status) == (expected, "", 0)


STATUSES = (
    ("'fine'", 0),
    ("true", 0),
    ("false", 1),
    ("sh -c 'exit 7'", 7),
    ("exit 9", 9),
    ("1/0", 1),
    ("1/0; 'on'", 0),
    ("Invoke-Command { echo $using:nope }", 1),
    ("Start-Job { $using:nope }; 'on'", 0),
    ("throw 'bad'; 'never'", 1),
    ("Get-Job 99", 1),
    ("Get-Job 99 -ErrorAction Stop; 'never'", 1),
    ("Get-Job -Bogus", 2),
    ("Get-Jbo", 2),
    ("$x = ;", 2),
    ("foreach ($x in ) { 'never' }", 2),
    ("&", 2),
    ("echo a & & ; echo never", 2),
    ("Invoke-Command -ComputerName localhost { 'code'; exit 3; 'never' }", 3),
    ("Invoke-Command -ComputerName localhost { 'code'; exit 3 }; 'on'", 0),
    ("if (1) {", 2),
    ('echo "open', 2),
    ("kill -TERM $$", 143),
    ("& sh -c 'exit 5'", 5),
    ("$x = sh -c 'exit 4'", 4),
    ("sh -c 'exit 3' | ForEach-Object { $_ }", 3),
    ("sh -c 'echo a; exit 3' | ForEach-Object { $_ } | cat", 3),
    ("seq 10000 | Select-Object -First 1", 0),
    ("Get-Job 99 2>&1 | ForEach-Object { $_.Category }", 1),
    ("1 | sh -c 'cat >/dev/null; exit 3'", 3),
    ('foreach ($i in 1, 2) { sh -c "exit $i" }', 2),
)


@pytest.mark.parametrize(("text", "status"), STATUSES)
def test_the_exit_status_is_the_last_statements(jobsh: Jobsh, text: str, status: int) -> None:
    ended = jobsh.text(text)
    assert ended.status == status
    assert "Traceback" not in ended.said
    assert "never" not in ended.text


REFUSED = (
    ("Get-Jbo", "Get-Job"),
    ("for h in a b; do Get-Job; done", "Get-Job"),
    ("{ cd /srv; Get-Job }", "Get-Job"),
    ("Get-Job -Stat3", "-State"),
    ("{ 'x' }", "& {"),
    ("function f { return 1 }; f", "param(…)"),
)


@pytest.mark.parametrize(("text", "named"), REFUSED)
def test_what_is_refused_says_where_and_what_to_try(jobsh: Jobsh, text: str, named: str) -> None:
    ended = jobsh.text(text)
    assert ended.status == 2
    assert named in ended.said
    assert "^" in ended.said


def test_a_value_no_environment_holds_is_an_error(jobsh: Jobsh) -> None:
    ended = jobsh.text("$big = 'x' * 200kb; echo \"$big\"")
    assert ended.status == 1
    assert "128 KiB" in ended.said
