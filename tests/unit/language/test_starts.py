"""LANGUAGE section 1: which statements start like jobsh, which are shell text."""

from __future__ import annotations

import pytest

from jobsh.errors import CommandNotFound
from tests.unit.language.shapes import shape

NAMES = [
    ("Get-Job", "<Get-Job>"),
    ("get-JOB", "<Get-Job>"),
    ("gjb", "<Get-Job>"),
    ("enter web01", "<Enter-Session `web01`>"),
    ("update-grub", "sh('update-grub')"),
    ("command Get-Jbo", "sh('command Get-Jbo')"),
    ("ls -l", "sh('ls -l')"),
    ("./Get-Job", "sh('./Get-Job')"),
    ("Get-Job=5", "sh('Get-Job=5')"),
    ("kill 123", "sh('kill 123')"),
    ("kill %1", "<Stop-Job `%1`>"),
    ("kill -9 %2", "<Stop-Job -Signal=9 `%2`>"),
    ("kill -INT %2", "<Stop-Job -Signal=`INT` `%2`>"),
    ("kill -s HUP %2 %3", "<Stop-Job -Signal=`HUP` `%2` `%3`>"),
    ("kill -n 9 %2", "<Stop-Job -Signal=9 `%2`>"),
    ("kill -9 $(pgrep x)", "sh('kill -9 $(pgrep x)')"),
    ("%1", "<Receive-Job `%1`>"),
    ("%", "sh('%')"),
    ("where ls", "sh('where ls')"),
    ("group x", "sh('group x')"),
    ("1 | % { $_ }", "1 | <ForEach-Object c{$_}>"),
    ("1 | ? { $_ }", "1 | <Where-Object c{$_}>"),
    ("1 | where Id -eq 1", "1 | <Where-Object `Id` -eq=1>"),
    ("a|%{ b }", "sh('a') | <ForEach-Object c{sh('b')}>"),
    ("jobs -l", "<Get-Job -l>"),
    ("wait", "<Wait-Job>"),
    ("wait $!", "<Wait-Job `$!`>"),
    ("fg", "<Receive-Job>"),
    ("exit", "exit"),
    ("exit 3", "exit 3"),
    ("exit $x", "exit $x"),
    ("make || exit 1", "chain[sh('make') || exit 1]"),
    ("function deploy { Get-Job }; deploy a", "function deploy {<Get-Job>} ; <deploy `a`>"),
    ("deploy a; function deploy { Get-Job }", "sh('deploy a') ; function deploy {<Get-Job>}"),
]

KEYWORDS = [
    ("if ($x) { ls }", "if ($x) {sh('ls')}"),
    ("if ($x)\n{ ls }", "if ($x) {sh('ls')}"),
    ("if (test -f x) { ls }", "if (sh('test -f x')) {sh('ls')}"),
    ("if [ -f x ]; then ls; fi", "sh('if [ -f x ]; then ls; fi')"),
    ("if (cd x); then ls; fi", "sh('if (cd x); then ls; fi')"),
    ("if test x; then ls; fi", "sh('if test x; then ls; fi')"),
    ("if (($a -eq 1)) { ls }", "if (paren(($a -eq 1))) {sh('ls')}"),
    ("if (( a > 1 )); then ls; fi", "sh('if (( a > 1 )); then ls; fi')"),
    ("while ($x) { ls }", "while ($x) {sh('ls')}"),
    ("while read x; do ls; done", "sh('while read x; do ls; done')"),
    ("while (read x); do ls; done", "sh('while (read x); do ls; done')"),
    ("for ($i = 0; $i -lt 3; $i++) { ls }", "for ($i = 0; ($i -lt 3); (p++ $i)) {sh('ls')}"),
    ("for i in 1 2; do ls; done", "sh('for i in 1 2; do ls; done')"),
    ("for ((i=0;i<3;i++)); do ls; done", "sh('for ((i=0;i<3;i++)); do ls; done')"),
    ("for ((i=0;i<3;i++)) { ls; }", "sh('for ((i=0;i<3;i++)) { ls; }')"),
    ("foreach ($f in 1..3) { ls }", "foreach ($f in (1 .. 3)) {sh('ls')}"),
    ("foreach x", "sh('foreach x')"),
    ("switch ($x) { 1 { ls } }", "switch exact ($x) {1 {sh('ls')}}"),
    ("switch -Regex ($x) { 1 { ls } }", "switch regex ($x) {1 {sh('ls')}}"),
    ("switch x", "sh('switch x')"),
    ("do { ls } while ($x)", "do while ($x) {sh('ls')}"),
    ("try { ls } catch { 1 }", "try {sh('ls')} catch {1}"),
    ("try x", "sh('try x')"),
    ("throw", "throw"),
    ("throw 'x'", "throw 'x'"),
    ("return", "return"),
    ("return 3", "return 3"),
    ("break", "break"),
    ("continue", "continue"),
    ("function Verb-Noun { ls }", "function Verb-Noun {sh('ls')}"),
    ("function f($a) { ls }", "function f {param($a) sh('ls')}"),
    ("function f { Get-Job }", "function f {<Get-Job>}"),
    ("function f { ls; }", "sh('function f { ls; }')"),
    ("function f() { ls; }", "sh('function f() { ls; }')"),
    ("function f { exit; }", "sh('function f { exit; }')"),
    ("f() { ls; }", "sh('f() { ls; }')"),
    ("IF ($x) { 1 } ELSE { 2 }", "if ($x) {1} else {2}"),
    ("until x; do ls; done", "sh('until x; do ls; done')"),
    ("select x in a; do ls; done", "sh('select x in a; do ls; done')"),
    ("case x in Get-Job) ls;; esac", "sh('case x in Get-Job) ls;; esac')"),
]

VALUES = [
    ("1", "1"),
    ("-5", "(- 5)"),
    ("1kb", "1024"),
    ("$x", "$x"),
    ("$x.Name", "$x.Name"),
    ("$x.Kill()", "$x.Kill()"),
    ("$x[0]", "$x[0]"),
    ("$x,$y", "[$x, $y]"),
    ("$x, $y", "[$x, $y]"),
    ("$x..$y", "($x .. $y)"),
    ("1 .. 3", "(1 .. 3)"),
    ("$x = 1", "$x = 1"),
    ("$x=1", "$x = 1"),
    ("$x += 1", "$x += 1"),
    ("$x++", "(p++ $x)"),
    ("$x--", "(p-- $x)"),
    ("$x++ -lt 3", "((p++ $x) -lt 3)"),
    ("3 -gt $x--", "(3 -gt (p-- $x))"),
    ("while ($x-- -gt 0) { ls }", "while (((p-- $x) -gt 0)) {sh('ls')}"),
    ("++$x", "(++ $x)"),
    ("$x > f", "$x 1> `f`"),
    ("$x 2>&1", "$x 2>&1"),
    ("'a'", "'a'"),
    ('"a" | Get-Job', "'a' | <Get-Job>"),
    ("'a','b'", "['a', 'b']"),
    ('"abc".Length', "'abc'.Length"),
    ("@'\ntext\n'@", "'text'"),
    ('@"  \ntext\n"@', "'text'"),
    ("@(1)", "@(1)"),
    ("@{a=1}", "@{'a' = 1}"),
    ("[int]", "[int]"),
    ("[int]$x", "[int]$x"),
    ("[int] '5'", "[int]'5'"),
    ("[datetime]::Now", "[datetime]::Now"),
    ("[math]::Round(1.5)", "[math]::Round(1.5)"),
    ("-not $x", "(-not $x)"),
    ("-not (hostname)", "(-not paren(sh('hostname')))"),
    ("!$x", "(! $x)"),
    ("! $x", "(! $x)"),
    ("!(Get-Job)", "(! paren(<Get-Job>))"),
    ("-(1)", "(- paren(1))"),
    (",1", "(, 1)"),
    ("$x -eq 5", "($x -eq 5)"),
    ("$x -eq 5 -and $y -ne 'a'", "(($x -eq 5) -and ($y -ne 'a'))"),
    ("$x -like 'a*'", "($x -like 'a*')"),
    ("$x -in 1,2", "($x -in [1, 2])"),
    ("1 + 2", "(1 + 2)"),
    ('"{0}" -f 1', "('{0}' -f 1)"),
    ("'{0:N2} {1}' -f 1, 2", "('{0:N2} {1}' -f [1, 2])"),
    ("\"a\" -replace 'b', 'c'", "('a' -replace ['b', 'c'])"),
    ("$a/$b", "($a / $b)"),
    ("$x + $y | Get-Job", "($x + $y) | <Get-Job>"),
    ("$x # comment", "$x"),
    ("${odd name}", "$odd name"),
    ("$env:PATH", "$env:PATH"),
    ("$?", "$?"),
]

SHELL_VALUES = [
    ("$HOME/bin/tool -v", "sh('$HOME/bin/tool -v')"),
    ("$DC -f x.yml up", "sh('$DC -f x.yml up')"),
    ("$DC -f $file", "sh('$DC -f $file')"),
    ('"/opt/my tool" --flag', "sh('\"/opt/my tool\" --flag')"),
    ("'/opt/my tool' x", "sh(\"'/opt/my tool' x\")"),
    ("7z x", "sh('7z x')"),
    ("7-- -lt 3", "sh('7-- -lt 3')"),
    ("$DC-- -x", "sh('$DC-- -x')"),
    ("$x-- 5", "sh('$x-- 5')"),
    ("2to3 a", "sh('2to3 a')"),
    ("10.0.0.1", "sh('10.0.0.1')"),
    ("90s", "sh('90s')"),
    ("5 foo", "sh('5 foo')"),
    ("1 2", "sh('1 2')"),
    ("$1", "sh('$1')"),
    ('"$@"', "sh('\"$@\"')"),
    ('"$1/bin"', "sh('\"$1/bin\"')"),
    ('"${x:-y}"', "sh('\"${x:-y}\"')"),
    ("${EDITOR:-vi}", "sh('${EDITOR:-vi}')"),
    ("${x}y", "sh('${x}y')"),
    ("${a[0]}", "sh('${a[0]}')"),
    ("${#x}", "sh('${#x}')"),
    ("$x foo", "sh('$x foo')"),
    ("$x foo bar", "sh('$x foo bar')"),
    ("$x*", "sh('$x*')"),
    ("$LS *", "sh('$LS *')"),
    ("$OPENSSL -in", "sh('$OPENSSL -in')"),
    ('$OPENSSL -in "$f" -out "$g"', 'sh(\'$OPENSSL -in "$f" -out "$g"\')'),
    ("$x -like foo*", "sh('$x -like foo*')"),
    ("$a/$b args", "sh('$a/$b args')"),
    ("$LS -1 /dir", "sh('$LS -1 /dir')"),
    ("! grep -q x f", "sh('! grep -q x f')"),
    ("!(cd x)", "sh('!(cd x)')"),
    ("[ -f x ]", "sh('[ -f x ]')"),
    ("[[ -f x ]]", "sh('[[ -f x ]]')"),
    ("$x -f 1", "sh('$x -f 1')"),
    ("$DC --help", "sh('$DC --help')"),
    ("$x$y", "sh('$x$y')"),
    ('$x"y"', "sh('$x\"y\"')"),
    ("$x:y", "sh('$x:y')"),
    ("2>err ls", "sh('2>err ls')"),
    ("- 5", "sh('- 5')"),
    ("@x", "sh('@x')"),
]

BRACKETS = [
    ("(Get-Job)", "paren(<Get-Job>)"),
    ("(Get-Job).Count", "paren(<Get-Job>).Count"),
    ("(get-job) -eq 3", "(paren(<Get-Job>) -eq 3)"),
    ("(1 + 2) * 3", "(paren((1 + 2)) * 3)"),
    ("($x)", "paren($x)"),
    ("((Get-Job).Count)", "paren(paren(<Get-Job>).Count)"),
    ("(hostname).Trim()", "paren(sh('hostname')).Trim()"),
    ("(hostname)[0]", "paren(sh('hostname'))[0]"),
    ("(hostname) -eq 'a'", "(paren(sh('hostname')) -eq 'a')"),
    ("(cd /tmp; ls)", "sh('(cd /tmp; ls)')"),
    ("(cd /tmp; ls) > f", "sh('(cd /tmp; ls) > f')"),
    ("(cd /tmp; ls) 2> f", "sh('(cd /tmp; ls) 2> f')"),
    ("(cd /tmp; ls) | sort", "sh('(cd /tmp; ls) | sort')"),
    ("(cd /tmp) && ls", "sh('(cd /tmp) && ls')"),
    ("(cd /tmp) # c", "sh('(cd /tmp)')"),
    ("(exit 3)", "sh('(exit 3)')"),
    ("(wait)", "sh('(wait)')"),
    ("(( i++ ))", "sh('(( i++ ))')"),
    ("(( $i < 5 ))", "sh('(( $i < 5 ))')"),
    ("(( $i < 5 )) && ls", "sh('(( $i < 5 )) && ls')"),
    ("$y = (( 1 + 2 ))", "$y = paren(paren((1 + 2)))"),
    ("$(Get-Job).Count", "$(<Get-Job>).Count"),
    ("$(hostname)", "sh('$(hostname)')"),
    ("$(hostname).Trim()", "$(sh('hostname')).Trim()"),
    ("$(which ls) -l", "sh('$(which ls) -l')"),
    ("$(which ls)/x", "sh('$(which ls)/x')"),
    ("$x = $(hostname)", "$x = $(sh('hostname'))"),
    ("$x = $(which ls) -l", "$x = sh('$(which ls) -l')"),
    ("$x = (ls).Count + 1", "$x = (paren(sh('ls')).Count + 1)"),
    ("$x = (ls) | sort", "$x = paren(sh('ls')) | sh('sort')"),
]

CALLS = [
    ("& { Get-Job }", "call&(c{<Get-Job>})"),
    ("&{ls}", "call&(c{sh('ls')})"),
    ("& kill $job.Pid", "call&(`kill` $job.Pid)"),
    ("& \"/opt/my tool\" --flag $x 'a b'", "call&('/opt/my tool' `--flag` $x 'a b')"),
    ("& $x -la 5", "call&($x -la 5)"),
    ("& $x @rest", "call&($x @rest)"),
    ("& Get-Job -Id 3", "call&(`Get-Job` -Id=3)"),
    ("& { param($a) $a } -a 5", "call&(c{param($a) $a} -a=5)"),
    (". { $x = 1 }", "call.(c{$x = 1})"),
    (". ./x.jsh -a 5", "call.(`./x.jsh` -a 5)"),
    ('. "$HOME/my x.jsh"', "call.(\"$HOME '/my x.jsh'\")"),
    (". $HOME/.profile", "sh('. $HOME/.profile')"),
    (". ./x.sh", "sh('. ./x.sh')"),
    (".{ ls }", "call.(c{sh('ls')})"),
    ("./run.jsh a", "sh('./run.jsh a')"),
]


@pytest.mark.parametrize(("text", "tree"), NAMES)
def test_name(text: str, tree: str) -> None:
    assert shape(text) == tree


@pytest.mark.parametrize(("text", "tree"), KEYWORDS)
def test_keyword(text: str, tree: str) -> None:
    assert shape(text) == tree


@pytest.mark.parametrize(("text", "tree"), VALUES)
def test_value(text: str, tree: str) -> None:
    assert shape(text) == tree


@pytest.mark.parametrize(("text", "tree"), SHELL_VALUES)
def test_value_of_the_shell(text: str, tree: str) -> None:
    assert shape(text) == tree


@pytest.mark.parametrize(("text", "tree"), BRACKETS)
def test_bracket(text: str, tree: str) -> None:
    assert shape(text) == tree


@pytest.mark.parametrize(("text", "tree"), CALLS)
def test_call(text: str, tree: str) -> None:
    assert shape(text) == tree


@pytest.mark.parametrize(
    ("text", "name", "hint"),
    [("Get-Jbo", "Get-Jbo", "did you mean Get-Job?"), ("ls | Wait-Jobs x", "Wait-Jobs", "Wait-Job")],
)
def test_unknown_verb_noun_is_an_error_with_a_suggestion(text: str, name: str, hint: str) -> None:
    with pytest.raises(CommandNotFound) as caught:
        shape(text)
    error = caught.value
    assert error.span is not None
    assert text[slice(*error.span)] == name
    assert hint in error.hint
    assert error.source == text


def test_a_function_is_a_command_only_after_its_definition() -> None:
    assert shape("deploy a; function deploy { Get-Job }; deploy a") == (
        "sh('deploy a') ; function deploy {<Get-Job>} ; <deploy `a`>"
    )


def test_a_function_inside_a_block_ends_with_it() -> None:
    assert shape("& { function deploy { Get-Job }; deploy }; deploy") == (
        "call&(c{function deploy {<Get-Job>} ; <deploy>}) ; sh('deploy')"
    )
