"""Values, variables, strings and operators, as LANGUAGE section 4 has them."""

from __future__ import annotations

import pytest

from tests.unit.runtime.recorder import lines, ran

EXAMPLES = (
    # what a pipeline gives
    ("$x = Write-Output 7; $x + 1", "8"),
    ("$x = 1..3 | Where-Object { $_ -gt 9 }; $null -eq $x", "True"),
    ("$x = 1..3 | Where-Object { $_ -gt 1 }; $x.Count", "2"),
    ("$x = 1..3 | Where-Object { $_ -gt 2 }; $x + 1", "4"),
    ("$x = @(5); $x.Count; $x[0]", "1 5"),
    ("@().Count; @(1).Count; @($null).Count", "0 1 1"),
    ("$x = ,1; $x.Count", "1"),
    ("(1, 2, 3).Count", "3"),
    ("-not @(); -not @(0, 0); !@{}; (,@(1)).Count", "True False False 1"),
    (",@(1)", "1"),
    ("('a', 'bc').ToUpper(); (1, 'x').GetType().Name", "A BC List"),
    ("function f { $args.Count; $args }; f a -x 5 -y", "4 a -x 5 -y"),
    ('$l = @(1); $l[0] = $l; "$l"; $h = @{}; $h.h = $h; "$h".Length -lt 200', "… True"),
    ("$a, $b = 1, 2, 3; $a; $b.Count", "1 2"),
    ("$a = $b = 4; $a + $b", "8"),
    ("($x = 5); $x", "5 5"),
    # variables
    ("$Odd = 1; $oDD", "1"),
    ('${odd name} = 3; ${odd name}; "${odd name}!"', "3 3!"),
    ("$x = 1; $x++; $x; ++$x; $x; $x--; $x", "2 3 2"),
    ("$x = 1; $y = $x++; $y; $x", "1 2"),
    ("$x += 5; $x; $x -= 2; $x; $x *= 4; $x; $x /= 6; $x; $x %= 2; $x", "5 3 12 2 0"),
    ("$x = 'a'; $x += 'b'; $x", "ab"),
    ("$x = @(1); $x += 2; $x += 3, 4; $x.Count", "4"),
    ("$env:JOBSH_TEST = 'v'; $env:JOBSH_TEST; $env:JOBSH_TEST = $null; $null -eq $env:JOBSH_TEST", "v True"),
    ("$nothing; 'after'", "after"),
    # members, items, methods
    ("$l = 1..9; $l[0]; $l[-1]; $l[1..3] -join ','; $null -eq $l[99]", "1 9 2,3,4 True"),
    ("$h = @{a = 1; 'b c' = 2}; $h.a; $h['b c']; $h.'b c'; $h.Count", "1 2 2 2"),
    ("$h = @{}; $h.x = 1; $h['y'] = 2; $h.Keys -join ','; $h.x += 5; $h.x", "x,y 6"),
    ("$h = @{list = 1, 2}; $h.list[1] = 9; $h.list", "1 9"),
    ("@(@{n = 1}, @{n = 2}).n", "1 2"),
    ("'abc'.Length; ' x '.Trim(); 'a-b'.Split('-')[1]; 'abc'.ToUpper()", "3 x b ABC"),
    ("'abc'[1]; 'abc'[-1]", "b c"),
    ("$m = 'Length'; 'four'.$m", "4"),
    ("[math]::Max(3, 7); [string]::IsNullOrEmpty('')", "7 True"),
    ("[int]'42' + 1; [string]5 + 1; [int]2.5; [bool]0", "43 51 2 False"),
    ('$h = @{a = 1; b = 2}; foreach ($e in $h.GetEnumerator()) { "$($e.Key)=$($e.Value)" }', "a=1 b=2"),
    ("@{b = 1; a = 2}.GetEnumerator() | Sort-Object Name | ForEach-Object Name", "a b"),
    ("[timespan]::FromMinutes(5)", "00:05:00"),
    ("function f { [CmdletBinding()] param($n = 2) $n }; f; & { [CmdletBinding()] param($n) $n } 7", "2 7"),
    ("function Get-X { [CmdletBinding()] param([int]$n = 2) $n + 1 }; Get-X; Get-X 4", "3 5"),
    # strings
    ("'$x `n'", "$x `n"),
    ('$x = 5; "x=$x, $($x + 1), `$x, ""q"""', 'x=5, 6, $x, "q"'),
    ('$l = 1, 2; "$l"', "1 2"),
    ('"$($null)|$()|"', "||"),
    ('$h = @{a = 1}; "v $($h.a)"', "v 1"),
    # operators
    ("7 / 2; 7 % 3; 2 * 3; 8 / 2; -3 + 1", "3.5 1 6 4 -2"),
    ("1kb; 2mb", "1024 2097152"),
    ("'a' * 3", "aaa"),
    ("'{0}-{1:d2}' -f 'a', 7", "a-07"),
    ("1..3 -join '+'; -join ('a', 'b')", "1+2+3 ab"),
    ("'a,b' -split ','", "a b"),
    ("'hello' -replace 'l+', 'L'", "heLo"),
    ("'ABC' -eq 'abc'; 'ABC' -ceq 'abc'; 1, 2, 1 -eq 1", "True False 1 1"),
    ("'web01' -like 'web*'; 'web01' -notlike 'db*'", "True True"),
    ("if ('web42' -match 'web(\\d+)') { $Matches[1] }", "42"),
    ("1, 2 -contains 2; 3 -in 1, 2; 3 -notin 1, 2", "True False True"),
    ("5 -is [int]; 'x' -is [int]; -not $true; !$false", "True False False True"),
    ("$true -and $false; $true -or $false; $true -xor $true", "False True False"),
    ("$false -and (throw 'never'); $true -or (throw 'never')", "False True"),
    ("5..1 -join ''", "54321"),
    # automatic variables
    ("$JobshVersion.Length -gt 2; $PID -gt 1", "True True"),
    ("$x = 1; $?; 1/0; $?", None),
)


@pytest.mark.parametrize(("text", "expected"), [e for e in EXAMPLES if e[1] is not None])
def test_a_value_is_what_the_language_says(text: str, expected: str) -> None:
    assert " ".join(lines(text)) == expected


def test_an_error_ends_its_statement_and_the_next_one_runs() -> None:
    result = ran("$x = 1; $?; 1/0; $?; 'after'; $Error.Count; $Error[0].Message")
    assert result.out.split("\n") == ["True", "False", "after", "1", "cannot divide by zero", ""]
    assert result.errors == ["cannot divide by zero"]


def test_a_read_only_variable_is_not_assigned() -> None:
    result = ran("$PID = 3; $true = 0")
    assert [*result.errors] == ["$PID is read-only", "$true is read-only"]
    assert result.status == 1


def test_what_null_is_given_is_thrown_away() -> None:
    result = ran("$null = 1, 2; $null -eq $null")
    assert (result.out, result.errors) == ("True\n", [])


def test_scopes_nest_as_calls_do() -> None:
    text = """
    $x = 1
    function Get-It { "sees $x"; $x = 2; "own $x"; $script:y = 3 }
    Get-It
    "outside $x $y"
    & { $x = 9; & { "inner $x" } }
    . { $x = 10 }
    "dotted $x"
    """
    assert lines(text) == ["sees 1", "own 2", "outside 1 3", "inner 9", "dotted 10"]
