"""LANGUAGE section 2: where shell text ends, what is joined, what is handed in."""

from __future__ import annotations

import pytest

from jobsh.errors import ParseError
from jobsh.language import parse
from jobsh.language.ast import Pipeline, ShellText
from tests.unit.language.shapes import VOCABULARY, shape

NEIGHBOURS = [
    ("x=1; echo $x", "sh('x=1; echo $x')"),
    ("a && b || c", "sh('a && b || c')"),
    ("a\nb\n\nc", "sh('a\\nb\\n\\nc')"),
    ("a # c\n# d\nb", "sh('a # c\\n# d\\nb')"),
    ("a; Get-Job", "sh('a') ; <Get-Job>"),
    ("a\nGet-Job\nb\nc", "sh('a') ; <Get-Job> ; sh('b\\nc')"),
    ("a\n<# c\nd #>\nb", "sh('a') ; sh('b')"),
    ("  a  ;  b  ", "sh('a  ;  b')"),
    ("a;;b", "sh('a;;b')"),
    ("A=1; source x; cd /srv && make", "sh('A=1; source x; cd /srv && make')"),
]

CHAINS = [
    ("a && Get-Job", "chain[sh('a') && <Get-Job>]"),
    ("a && b && Get-Job || c", "chain[sh('a') && sh('b') && <Get-Job> || sh('c')]"),
    ("Get-Job && a || exit 3", "chain[<Get-Job> && sh('a') || exit 3]"),
    ("a; b && Get-Job; c", "sh('a') ; chain[sh('b') && <Get-Job>] ; sh('c')"),
    ("a && b | Where-Object x", "chain[sh('a') && sh('b') | <Where-Object `x`>]"),
    ("a &&\nGet-Job", "chain[sh('a') && <Get-Job>]"),
    ("a ||\n# c\nb", "sh('a ||\\n# c\\nb')"),
    ("make && throw 'x'", "chain[sh('make') && throw 'x']"),
]

PIPES = [
    ("ls | wc -l", "sh('ls | wc -l')"),
    ("ls | Where-Object x", "sh('ls') | <Where-Object `x`>"),
    ("ls | sort | where x | sort -u > f", "sh('ls | sort') | <Where-Object `x`> | sh('sort -u > f')"),
    ("ls |\nWhere-Object x", "sh('ls') | <Where-Object `x`>"),
    ("Get-Job | grep Failed", "<Get-Job> | sh('grep Failed')"),
    ("Receive-Job 3 | sort -u > f", "<Receive-Job 3> | sh('sort -u > f')"),
    (
        "for i in 1 2; do echo $i; done | Where-Object { $_ -like '1*' }",
        "sh('for i in 1 2; do echo $i; done') | <Where-Object c{($_ -like '1*')}>",
    ),
    ("ls | $PAGER", "sh('ls | $PAGER')"),
    ("ls | (cd x; cat)", "sh('ls | (cd x; cat)')"),
    ("ls | while read x; do echo $x; done", "sh('ls | while read x; do echo $x; done')"),
    ("ls | & { 1 }", "sh('ls') | call&(c{1})"),
    ("ls |& cat", "sh('ls |& cat')"),
    ("ls || cat", "sh('ls || cat')"),
    ("a >| b | cat", "sh('a >| b | cat')"),
]

BACKGROUND = [
    ("sleep 5 &", "bg(sh('sleep 5'))"),
    ("x=1; sleep 5 & echo $x", "sh('x=1') ; bg(sh('sleep 5')) ; sh('echo $x')"),
    ("sleep 1 & wait", "bg(sh('sleep 1')) ; <Wait-Job>"),
    ("a && b &", "bg(sh('a && b'))"),
    ("Get-Job | sort &", "bg(<Get-Job> | sh('sort'))"),
    ("a & b & c", "bg(sh('a')) ; bg(sh('b')) ; sh('c')"),
    ("$x = Get-Job &", "$x = bg(<Get-Job>)"),
    ("$x = sleep 5 &", "$x = bg(sh('sleep 5'))"),
    ("ls &> f", "sh('ls &> f')"),
    ("ls 2>&1", "sh('ls 2>&1')"),
    ("ls >& f", "sh('ls >& f')"),
    ("(a &)", "sh('(a &)')"),
    ("for i in 1; do a & done", "sh('for i in 1; do a & done')"),
]

TOP_LEVEL = [
    (
        "echo 'a; Get-Job' \"b | where x\" \\; $'c\\'; Get-Job'; pwd",
        "sh('echo \\'a; Get-Job\\' \"b | where x\" \\\\; $\\'c\\\\\\'; Get-Job\\'; pwd')",
    ),
    (
        "echo $(a; b | c) `d; e` ${x:-;} $((1 | 2)) <(a; b) >(c)",
        "sh('echo $(a; b | c) `d; e` ${x:-;} $((1 | 2)) <(a; b) >(c)')",
    ),
    ('echo "$(echo "a;b" \')\' )" ; Get-Job', "sh('echo \"$(echo \"a;b\" \\')\\' )\"') ; <Get-Job>"),
    ('echo "${x#\'}\'}" "${y:-it\'s}" ; Get-Job', "sh('echo \"${x#\\'}\\'}\" \"${y:-it\\'s}\"') ; <Get-Job>"),
    ("[[ $x =~ ^(a|b);$ && $y < z ]] ; Get-Job", "sh('[[ $x =~ ^(a|b);$ && $y < z ]]') ; <Get-Job>"),
    ("(( x = 1 | 2 )) ; Get-Job", "sh('(( x = 1 | 2 ))') ; <Get-Job>"),
    ("(a; b) ; Get-Job", "sh('(a; b)') ; <Get-Job>"),
    ("{ a; b; } ; Get-Job", "sh('{ a; b; }') ; <Get-Job>"),
    ("{ a;\nb\n} | Where-Object x", "sh('{ a;\\nb\\n}') | <Where-Object `x`>"),
    ("case $x in a) b;; (c|d) e;& *) f;; esac ; Get-Job", "sh('case $x in a) b;; (c|d) e;& *) f;; esac') ; <Get-Job>"),
    ("case $x in\n# c)\na) b\nesac | Where-Object x", "sh('case $x in\\n# c)\\na) b\\nesac') | <Where-Object `x`>"),
    (
        "if a; then b; elif c; then d; else e; fi ; Get-Job",
        "sh('if a; then b; elif c; then d; else e; fi') ; <Get-Job>",
    ),
    ("if (a) then b; fi ; Get-Job", "sh('if (a) then b; fi') ; <Get-Job>"),
    ("while a; do b; done < f ; Get-Job", "sh('while a; do b; done < f') ; <Get-Job>"),
    ("until a; do b; done ; Get-Job", "sh('until a; do b; done') ; <Get-Job>"),
    ("for x\nin a b\ndo c; done ; Get-Job", "sh('for x\\nin a b\\ndo c; done') ; <Get-Job>"),
    ("for x do c; done ; Get-Job", "sh('for x do c; done') ; <Get-Job>"),
    ("for x in a; { b; } ; Get-Job", "sh('for x in a; { b; }') ; <Get-Job>"),
    ("for ((i=0; i<3; i++)); do a; done ; Get-Job", "sh('for ((i=0; i<3; i++)); do a; done') ; <Get-Job>"),
    ("select x in a; do b; done ; Get-Job", "sh('select x in a; do b; done') ; <Get-Job>"),
    ("f() { a; } ; Get-Job", "sh('f() { a; }') ; <Get-Job>"),
    ("f() ( a ) ; Get-Job", "sh('f() ( a )') ; <Get-Job>"),
    ("function g { a; } ; Get-Job", "sh('function g { a; }') ; <Get-Job>"),
    ("a=(b ';' $(c; d)\ne # )\n) ; Get-Job", "sh(\"a=(b ';' $(c; d)\\ne # )\\n)\") ; <Get-Job>"),
    ("a+=(b) c[1]=d ; Get-Job", "sh('a+=(b) c[1]=d') ; <Get-Job>"),
    ("ls @(a|b) !(c) *.(d) ; Get-Job", "sh('ls @(a|b) !(c) *.(d)') ; <Get-Job>"),
    ("echo a#b $# ${#x} # ; c\nGet-Job", "sh('echo a#b $# ${#x}') ; <Get-Job>"),
    ("time a ; Get-Job", "sh('time a') ; <Get-Job>"),
    ("! a ; Get-Job", "sh('! a') ; <Get-Job>"),
    ("coproc a ; Get-Job", "sh('coproc a') ; <Get-Job>"),
    ("a=1 b=2 c ; Get-Job", "sh('a=1 b=2 c') ; <Get-Job>"),
    ("a \\\nb ; Get-Job", "sh('a \\\\\\nb') ; <Get-Job>"),
    ("echo if then fi done esac ; Get-Job", "sh('echo if then fi done esac') ; <Get-Job>"),
    ("echo } ; Get-Job", "sh('echo }') ; <Get-Job>"),
    ("echo a ) ; Get-Job", "sh('echo a )') ; <Get-Job>"),
    ("2>f ls ; Get-Job", "sh('2>f ls') ; <Get-Job>"),
    ("{fd}>f ls ; Get-Job", "sh('{fd}>f ls') ; <Get-Job>"),
]

DOCUMENTS = [
    ("cat <<E\na; b\nE\npwd", "sh('cat <<E\\na; b\\nE\\npwd')"),
    ("cat <<E; Get-Job\na\nE\npwd", "sh('cat <<E\\na\\nE\\n') ; <Get-Job> ; sh('pwd')"),
    (
        "cat <<E | Where-Object x\na $job\nE\nGet-Job",
        "sh('cat <<E\\na $job\\nE\\n' $job) | <Where-Object `x`> ; <Get-Job>",
    ),
    ("cat <<E |\na\nE\nWhere-Object x", "sh('cat <<E\\na\\nE\\n') | <Where-Object `x`>"),
    ("cat <<E &&\na\nE\nGet-Job", "chain[sh('cat <<E\\na\\nE\\n') && <Get-Job>]"),
    ("cat <<E && Get-Job\na\nE\npwd", "chain[sh('cat <<E\\na\\nE\\n') && <Get-Job>] ; sh('pwd')"),
    ("cat <<E &\na\nE\npwd", "bg(sh('cat <<E\\na\\nE\\n')) ; sh('pwd')"),
    ("cat <<-E\n\ta\n\tE\npwd", "sh('cat <<-E\\n\\ta\\n\\tE\\npwd')"),
    ("cat <<'E F'\n$(\nE F\nGet-Job", "sh(\"cat <<'E F'\\n$(\\nE F\\n\") ; <Get-Job>"),
    ('cat <<"E"\n`\nE\nGet-Job', "sh('cat <<\"E\"\\n`\\nE\\n') ; <Get-Job>"),
    ("cat <<\\E\n'\nE\nGet-Job", 'sh("cat <<\\\\E\\n\'\\nE\\n") ; <Get-Job>'),
    ("cat <<A <<B\na\nA\nb\nB\nGet-Job", "sh('cat <<A <<B\\na\\nA\\nb\\nB\\n') ; <Get-Job>"),
    (
        "cat <<A; cat <<B | Where-Object x\na\nA\nb\nB\nGet-Job",
        "sh('cat <<A\\na\\nA\\n') ; sh('cat <<B\\nb\\nB\\n') | <Where-Object `x`> ; <Get-Job>",
    ),
    ('cat <<<"a" ; Get-Job', "sh('cat <<<\"a\"') ; <Get-Job>"),
    ("x=$(cat <<E\na )\nE\n) ; Get-Job", "sh('x=$(cat <<E\\na )\\nE\\n)') ; <Get-Job>"),
    ("if a; then cat <<E\nfi\nE\nfi ; Get-Job", "sh('if a; then cat <<E\\nfi\\nE\\nfi') ; <Get-Job>"),
    ("1 | % { cat <<E }\na\nE\nGet-Job", "1 | <ForEach-Object c{sh('cat <<E\\na\\nE\\n')}> ; <Get-Job>"),
    ("$x = cat <<E\na\nE\nGet-Job", "$x = sh('cat <<E\\na\\nE\\n') ; <Get-Job>"),
    ("cat <<E\nE", "sh('cat <<E\\nE')"),
    ("cat <<E\na\nE", "sh('cat <<E\\na\\nE')"),
]

NEXT_LINES = [
    ("ls\n| wc", "sh('ls') | sh('wc')"),
    ("ls\n| Where-Object x", "sh('ls') | <Where-Object `x`>"),
    ("Get-Job\n| sort", "<Get-Job> | sh('sort')"),
    ("Get-Job\n  # c\n  | sort", "<Get-Job> | sh('sort')"),
    ("a\n&& b", "chain[sh('a') && sh('b')]"),
    ("a\n|| Get-Job", "chain[sh('a') || <Get-Job>]"),
    ("$x = Get-Job\n| sort", "$x = <Get-Job> | sh('sort')"),
]

VARIABLES = [
    ("echo $job", "sh('echo $job' $job)"),
    (
        "echo $JOB $jobs ${job} ${job:-x} \"$job\" '$job' \\$job",
        "sh('echo $JOB $jobs ${job} ${job:-x} \"$job\" \\'$job\\' \\\\$job' $job)",
    ),
    (
        'echo "$(echo $job)" `echo $job` $((job + $job)) "${s#$job}"',
        'sh(\'echo "$(echo $job)" `echo $job` $((job + $job)) "${s#$job}"\' $job $s)',
    ),
    ("ls 2>$null", "sh('ls 2>$null' $null)"),
    ("echo $HOME $PWD $_ $?", "sh('echo $HOME $PWD $_ $?')"),
    ("$y = 1; echo $y", "$y = 1 ; sh('echo $y' $y)"),
    ("echo $y; $y = 1", "sh('echo $y') ; $y = 1"),
    ("$global:y = 1; echo $y", "$global:y = 1 ; sh('echo $y' $y)"),
    ("[int]$y = 1; $a, $b = 1; echo $y $a $b", "[int]$y = 1 ; [$a, $b] = 1 ; sh('echo $y $a $b' $y $a $b)"),
    ("foreach ($f in 1) { echo $f }; echo $f", "foreach ($f in 1) {sh('echo $f' $f)} ; sh('echo $f' $f)"),
    ("function F-G($n) { echo $n }; echo $n", "function F-G {param($n) sh('echo $n' $n)} ; sh('echo $n')"),
    ("Get-Job -OutVariable v; echo $v", "<Get-Job -OutVariable=`v`> ; sh('echo $v' $v)"),
    ("cat <<'E'\n$job\nE", "sh(\"cat <<'E'\\n$job\\nE\")"),
    ("cat <<E\n$job \\$s\nE", "sh('cat <<E\\n$job \\\\$s\\nE' $job)"),
    (
        "echo $using:a \"${using:b}\" '$using:c' \\$using:d $Using:e",
        "sh('echo $using:a \"${using:b}\" \\'$using:c\\' \\\\$using:d $Using:e' using:a using:b using:e)",
    ),
    (
        "1 | % { echo $_ \"$_\" '$_' $_x ${_} }",
        "1 | <ForEach-Object c{sh('echo $_ \"$_\" \\'$_\\' $_x ${_}' using:_ using:_ using:_)}>",
    ),
    ("if ($x) { echo $_ }", "if ($x) {sh('echo $_' using:_)}"),
    ("Start-Job { Get-Job; echo $_ $using:a }", "<Start-Job h{<Get-Job> ; sh('echo $_ $using:a' using:a)}>"),
]


@pytest.mark.parametrize(("text", "tree"), NEIGHBOURS)
def test_neighbours(text: str, tree: str) -> None:
    assert shape(text) == tree


@pytest.mark.parametrize(("text", "tree"), CHAINS)
def test_chain(text: str, tree: str) -> None:
    assert shape(text) == tree


@pytest.mark.parametrize(("text", "tree"), PIPES)
def test_pipe(text: str, tree: str) -> None:
    assert shape(text) == tree


@pytest.mark.parametrize(("text", "tree"), BACKGROUND)
def test_background(text: str, tree: str) -> None:
    assert shape(text) == tree


@pytest.mark.parametrize(("text", "tree"), TOP_LEVEL)
def test_top_level(text: str, tree: str) -> None:
    assert shape(text) == tree


@pytest.mark.parametrize(("text", "tree"), DOCUMENTS)
def test_here_document(text: str, tree: str) -> None:
    assert shape(text) == tree


@pytest.mark.parametrize(("text", "tree"), NEXT_LINES)
def test_next_line(text: str, tree: str) -> None:
    assert shape(text) == tree


@pytest.mark.parametrize(("text", "tree"), VARIABLES)
def test_variables(text: str, tree: str) -> None:
    assert shape(text) == tree


def test_at_the_prompt_the_next_line_begins_a_statement() -> None:
    assert shape("ls\n&& pwd") == "chain[sh('ls') && sh('pwd')]"
    with pytest.raises(ParseError, match="a command is missing before"):
        shape("Get-Job\n| sort", interactive=True)


@pytest.mark.parametrize("text", ["a & && b", "Get-Date; | sort", "|| b", "if (1) { && x }"])
def test_an_operator_needs_a_command_before_it(text: str) -> None:
    with pytest.raises(ParseError, match="a command is missing before"):
        shape(text)


@pytest.mark.parametrize(
    "text",
    [
        "x=1; echo $x",
        "cat <<E; echo b\na\nE\necho c",
        'for f in *; do\n  echo "$f" # }\ndone',
        "a  &&   b\t||c",
    ],
)
def test_shell_text_is_kept_byte_for_byte(text: str) -> None:
    (statement,) = parse(text, VOCABULARY).statements
    assert isinstance(statement, Pipeline)
    (stage,) = statement.stages
    assert isinstance(stage, ShellText)
    assert stage.text == text
    assert text[slice(*stage.span)] == text


def test_references_have_their_place_in_the_text() -> None:
    text = "Get-Job; cat <<E $using:a | Where-Object x\nb ${using:c}\nE\n"
    statement = parse(text, VOCABULARY).statements[1]
    assert isinstance(statement, Pipeline)
    stage = statement.stages[0]
    assert isinstance(stage, ShellText)
    assert [(stage.text[slice(*span)], name) for span, name in stage.using] == [("$using:a", "a"), ("${using:c}", "c")]


def test_crlf_reads_as_lf() -> None:
    assert shape("a\r\nGet-Job\r\ncat <<E\r\nx\r\nE\r\n") == "sh('a') ; <Get-Job> ; sh('cat <<E\\nx\\nE\\n')"


@pytest.mark.parametrize(
    "text",
    [
        "for h in a b; do Invoke-Command x; done",
        "A=1 get-job",
        "time Get-Job",
        "! Get-Job",
        "echo $(Get-Job)",
        "echo `Get-Job`",
        "(echo a; Get-Job)",
        "{ Get-Job }",
        "if Get-Job; then ls; fi",
        "cat <<E\n$(Get-Job)\nE",
        "Invoke-Command -Session $s { cd /srv; Get-Job }",
        "Start-Job { ls | while read x; do Get-Job; done }",
        "1 | % { for x in a; do Get-Job; done }",
    ],
)
def test_a_cmdlet_inside_shell_text_is_refused(text: str) -> None:
    with pytest.raises(ParseError) as caught:
        shape(text)
    error = caught.value
    assert error.span is not None
    assert text[slice(*error.span)].lower() in ("get-job", "invoke-command")
    assert error.hint


@pytest.mark.parametrize(
    "text",
    [
        "echo Get-Job",
        "case x in Get-Job) ls;; esac",
        "cat <<E\nGet-Job\nE",
        "ls # Get-Job",
        "command Get-Job",
        "a=(Get-Job)",
    ],
)
def test_a_cmdlets_name_elsewhere_is_a_word(text: str) -> None:
    assert shape(text).startswith("sh(")
