"""LANGUAGE section 4: values, operators, members, assignments."""

from __future__ import annotations

import pytest

from tests.unit.language.shapes import shape

LITERALS = [
    ("@(12, 1.5, 0xFF, 1e3, 4kb, 2MB, 1gb, .5)", "@([12, 1.5, 255, 1000.0, 4096, 2097152, 1073741824, 0.5])"),
    ("'it''s'", '"it\'s"'),
    ('"say ""x"""', "'say \"x\"'"),
    ('"a`tb`n`"`$x`u{1F600}``"', "'a\\tb\\n\"$x😀`'"),
    (
        '"$x $env:HOME ${odd name} $script:y $using:z $global:w"',
        "\"$x ' ' $env:HOME ' ' $odd name ' ' $script:y ' ' $using:z ' ' $global:w\"",
    ),
    ('"$x.Name $x[0] $x: $x:y ${x}y"', "\"$x '.Name ' $x '[0] ' $x ': ' $x ':y ' $x 'y'\""),
    ('"$($x.Name) $(1; ls) $(echo ")")"', "\"$($x.Name) ' ' $(1 ; sh('ls')) ' ' $(sh('echo \")\"'))\""),
    ('"a $ b $5 $"', "'a $ b $5 $'"),
    ("@'\na \"b\" 'c' $x `n\n'@", "'a \"b\" \\'c\\' $x `n'"),
    ('@"\na "b" $x `t $(1)\n"@', "\"'a \"b\" ' $x ' \\t ' $(1)\""),
    ("@'\n\n'@", "''"),
    ('"a\nb"', "'a\\nb'"),
    ("$x = 'a' # c", "$x = 'a'"),
]

OPERATORS = [
    ("1 + 2 * 3", "(1 + (2 * 3))"),
    ("1 * 2 + 3", "((1 * 2) + 3)"),
    ("1 - 2 - 3", "((1 - 2) - 3)"),
    ("(1 - 2) * 3", "(paren((1 - 2)) * 3)"),
    ("1..2 + 3", "((1 .. 2) + 3)"),
    ("-1..3", "((- 1) .. 3)"),
    ("1, 2 + 3", "([1, 2] + 3)"),
    ("1,2..3", "([1, 2] .. 3)"),
    ('"{0}" -f 1 + 2', "(('{0}' -f 1) + 2)"),
    ('"{0}" -f 1, 2 -eq 3', "(('{0}' -f [1, 2]) -eq 3)"),
    ("2 * 3 -eq 6 -and 1 -lt 2 -or 3 -ge 4", "((((2 * 3) -eq 6) -and (1 -lt 2)) -or (3 -ge 4))"),
    ("1 -band 3 -eq 1", "(1 -band (3 -eq 1))"),
    ("-not $x -eq 1", "((-not $x) -eq 1)"),
    ("-not ($x -eq 1)", "(-not paren(($x -eq 1)))"),
    ("! $x -and $y", "((! $x) -and $y)"),
    ("$x -ceq 1 -or $x -INE 2", "(($x -ceq 1) -or ($x -ine 2))"),
    ("\"a\" -replace 'b', 'c' -split ','", "(('a' -replace ['b', 'c']) -split ',')"),
    ("'a b' -split ' ' -join '-'", "(('a b' -split ' ') -join '-')"),
    ("-join $x", "(-join $x)"),
    ("-split 'a b'", "(-split 'a b')"),
    ("$x -is [int] -and $y -isnot [string]", "(($x -is [int]) -and ($y -isnot [string]))"),
    ("$x -as [int]", "($x -as [int])"),
    ("$x -notin 1,2 -xor $y -contains 3", "(($x -notin [1, 2]) -xor ($y -contains 3))"),
    ("5 % 3 / 2", "((5 % 3) / 2)"),
    ("$a -shl 2", "($a -shl 2)"),
    ("- $x", "sh('- $x')"),
    ("-$x", "(- $x)"),
    ("-(-5)", "(- paren((- 5)))"),
    ("$a-1", "($a - 1)"),
    ("$a -1", "($a - 1)"),
    ("1 +\n2", "(1 + 2)"),
    ("$x -eq\n1", "($x -eq 1)"),
    ("- 1", "sh('- 1')"),
]

MEMBERS = [
    ("$x.Name.Length", "$x.Name.Length"),
    ("$x.'odd name'.\"a$y\".$z.(1)", "$x.odd name.\"'a' $y\".$z.paren(1)"),
    ("$x.Trim()", "$x.Trim()"),
    ("$x.Replace('a', 'b').ToUpper()", "$x.Replace('a', 'b').ToUpper()"),
    ("$x.Foo((ls), 1..2, @(1,2))", "$x.Foo(paren(sh('ls')), (1 .. 2), @([1, 2]))"),
    ("$x[0][-1].a", "$x[0][(- 1)].a"),
    ("$x['a']", "$x['a']"),
    ("$x[1..3]", "$x[(1 .. 3)]"),
    ("$x[0,2]", "$x[[0, 2]]"),
    ("$x[$i + 1]", "$x[($i + 1)]"),
    ('"abc"[0]', "'abc'[0]"),
    ("@(1,2)[0]", "@([1, 2])[0]"),
    ("@{a=1}.a", "@{'a' = 1}.a"),
    ("[datetime]::Now.Day", "[datetime]::Now.Day"),
    ("[math]::Max(1, 2)", "[math]::Max(1, 2)"),
    ("(Get-Job).Count.x", "paren(<Get-Job>).Count.x"),
    ("$x.a++", "(p++ $x.a)"),
]

CASTS = [
    ('[int]"5" + 1', "([int]'5' + 1)"),
    ("[int[]]$x", "[int[]]$x"),
    ("[string][int]$x", "[string][int]$x"),
    ("[ordered]@{a=1}", "[ordered]@{'a' = 1}"),
    ("[void]$x.Foo()", "[void]$x.Foo()"),
    ("[int]-5", "[int](- 5)"),
    ("[System.DateTime]'2020-01-01'", "[system.datetime]'2020-01-01'"),
    ("[int]$x = 5", "[int]$x = 5"),
]

LISTS = [
    ("@()", "@()"),
    ("@(1)", "@(1)"),
    ("@(ls; Get-Job)", "@(sh('ls') ; <Get-Job>)"),
    ("@(1\n2)", "@(1 ; 2)"),
    (",1", "(, 1)"),
    (",(1,2)", "(, paren([1, 2]))"),
    ("1,\n2", "[1, 2]"),
]

TABLES = [
    ("@{}", "@{}"),
    ("@{ a = 1 }", "@{'a' = 1}"),
    ("@{ a = 1; b = 'x'; 'c d' = 2; $k = 3; 5 = 4 }", "@{'a' = 1; 'b' = 'x'; 'c d' = 2; $k = 3; 5 = 4}"),
    ("@{\n  a = 1\n  b = @{ c = 2 }\n}", "@{'a' = 1; 'b' = @{'c' = 2}}"),
    ("@{ a = Get-Job | sort; b = ls; c = 1, 2 }", "@{'a' = <Get-Job> | sh('sort'); 'b' = sh('ls'); 'c' = [1, 2]}"),
    ("@{ a-b = 1 }", "@{'a-b' = 1}"),
]

ASSIGNMENTS = [
    ("$x = 1", "$x = 1"),
    ("$x = 1, 2", "$x = [1, 2]"),
    ("$x = $y = 1", "$x = $y = 1"),
    ("$x, $y = 1, 2", "[$x, $y] = [1, 2]"),
    ("$x.a = 1", "$x.a = 1"),
    ("$x[0] += 1", "$x[0] += 1"),
    ("$x -= 1; $x *= 2; $x /= 3; $x %= 4", "$x -= 1 ; $x *= 2 ; $x /= 3 ; $x %= 4"),
    ('$env:PATH = "a:$env:PATH"', "$env:PATH = \"'a:' $env:PATH\""),
    ("$script:x = 1", "$script:x = 1"),
    ("${odd name} = 1", "$odd name = 1"),
    ("$x =\n1", "$x = 1"),
    ("$x = ls", "$x = sh('ls')"),
    ("$x = ls -l && pwd", "$x = sh('ls -l && pwd')"),
    ("$x = Get-Job | sort", "$x = <Get-Job> | sh('sort')"),
    ("$x = if ($y) { 1 } else { 2 }", "$x = if ($y) {1} else {2}"),
    ("$x = foreach ($i in 1..3) { $i }", "$x = foreach ($i in (1 .. 3)) {$i}"),
    ("$null = Get-Job", "$null = <Get-Job>"),
    ("$x = \"a\" + 'b'", "$x = ('a' + 'b')"),
    ("$x = @()", "$x = @()"),
    ("$x = { 1 }", "$x = h{1}"),
    ("$x++", "(p++ $x)"),
    ("($x = 5)", "paren($x = 5)"),
]


@pytest.mark.parametrize(("text", "tree"), LITERALS)
def test_literal(text: str, tree: str) -> None:
    assert shape(text) == tree


@pytest.mark.parametrize(("text", "tree"), OPERATORS)
def test_operator(text: str, tree: str) -> None:
    assert shape(text) == tree


@pytest.mark.parametrize(("text", "tree"), MEMBERS)
def test_member(text: str, tree: str) -> None:
    assert shape(text) == tree


@pytest.mark.parametrize(("text", "tree"), CASTS)
def test_cast(text: str, tree: str) -> None:
    assert shape(text) == tree


@pytest.mark.parametrize(("text", "tree"), LISTS)
def test_list(text: str, tree: str) -> None:
    assert shape(text) == tree


@pytest.mark.parametrize(("text", "tree"), TABLES)
def test_hashtable(text: str, tree: str) -> None:
    assert shape(text) == tree


@pytest.mark.parametrize(("text", "tree"), ASSIGNMENTS)
def test_assignment(text: str, tree: str) -> None:
    assert shape(text) == tree
