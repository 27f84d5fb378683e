"""Words and values: what is text where a command takes it and a value elsewhere; lists, truth, comparisons, scopes, strings."""

from __future__ import annotations

import pytest

from tests.unit.runtime.recorder import ran, words


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2+2", "4"),
        ("Write-Output 2+2", "2+2"),
        ("Write-Output (2+2)", "4"),
        ("$a = 4; $a+2", "6"),
        ("$a = 4; Write-Output $a+2", "4+2"),
        ("$a = 4; Write-Output a$a", "a4"),
        ("$a = 'abc'; Write-Output $a.Length", "3"),
        ("Write-Output a,b | Measure-Object | % Count", "2"),
        ("& echo a,b", "a b"),
        ('"cmd"; & "echo" x', "cmd x"),
        ("Write-Output 'it''s' a`\"b `$x # comment", "it's a\"b $x"),
        ("Write-Output '-Foo' \"-x\"", "-Foo -x"),
        ("Write-Output a `\nb", "a b"),
        ("<# a\nblock #> 5 # c", "5"),
        ("1..2 |\n % { $_ }", "1 2"),
        ("1..2\n| % { $_ }", "1 2"),
        ("Write-Output 1 &&\n 'x'", "1 x"),
        ("Write-Output 1\n&& 'x'", "1 x"),
    ],
)
def test_two_modes(text: str, said: str) -> None:
    assert words(text) == said


def test_a_dash_begins_a_parameter() -> None:
    assert ran("Write-Output -Foo").outside.errors[0][0].error_id == "NamedParameterNotFound"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("(1, 2), (3, 4) | % { \"<$_>\" }; ,(1, 2) | % { $_.Count }; $null | % { 'null' }", "<1 2> <3 4> 2 null"),
        ("$x = Write-Output 1 && Write-Output 2; $x -join ','", "1,2"),
        ("$null = 5; 5 > $null; 5 | Out-Null; 'quiet'", "quiet"),
        ("$y = if (1) { 'a' } else { 'b' }; $z = foreach ($i in 1..2) { $i }; \"$y $z\"", "a 1 2"),
        ("$v = $(1; 2); $v.Count; @(@(1, 2)).Count", "2 2"),
        ("1..9 | Select-Object -First 2; (1..3).Count", "1 2 3"),
    ],
)
def test_pipelines(text: str, said: str) -> None:
    assert words(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("$null.Count; (5).Count; 'ab'.Length; (1..3).Length; $null.Length; @($null).Count", "0 1 2 3 0 1"),
        (
            "$x = 1, 2, 3; $null -eq $x[5]; $x[-1]; $x[0..1]; $x[1, 2]; ($x + 4).Count; $x += 5; $x.Count",
            "True 3 1 2 2 3 4 4",
        ),
        (
            "-2..2; 5..1 -join ''; $n = 3; 1..$n -join ''; ($n - 1)..($n + 1) -join ''; 'a'..'e' -join ''",
            "-2 -1 0 1 2 54321 123 234 abcde",
        ),
        ('$a, $b, $rest = 1..5; "$a $b $rest"; $a, $b = $b, $a; "$a$b"', "1 2 3 4 5 21"),
        ('$x = $y = 3; ($z = 5); "$x$y$z"', "5 335"),
        ("[int]$i = '5'; $i = '7'; $i + 1", "8"),
        ("function f { param([int]$n) $n = '4'; $n + 1 }; f 1", "5"),
    ],
)
def test_lists_and_assignments(text: str, said: str) -> None:
    assert words(text) == said


def test_a_variable_keeps_its_type() -> None:
    result = ran("[int]$i = 5; $i = 'x'; $i")
    assert (result.out, result.outside.errors[0][0].error_id) == ("5\n", "InvalidCast")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "if ('False') { 1 }; if (@(0)) { 2 } else { 3 }; if (@(0, 0)) { 4 }; if ('') { 5 } else { 6 }; if (@()) { 7 }; if (0) { 8 }",
            "1 3 4 6",
        ),
        (
            "'10' -eq 10; 10 -eq '10'; '2' -lt 10; 10 -gt '9'; 'a' -eq 'A'; 'a' -ceq 'A'; 1, 2, 3 -ne 2",
            "True True False True True False 1 3",
        ),
        (
            "'a' -in 'A', 'b'; 1, 2 -contains 2; 'abc' -like 'A[a-c]?'; 'a*b' -like 'a`*b'; 'ab' -clike 'A*'",
            "True True True True False",
        ),
        ("$true -and -not $false; !1; 1 -xor 1; 0 -or 2", "True False False True"),
        ("1 + 2 * 3; (1 + 2) * 3; 7 / 2; 7 % 4; 2 - -2; '5' * 2; 5 * '2'", "7 9 3.5 3 4 55 10"),
    ],
)
def test_truth_and_operators(text: str, said: str) -> None:
    assert words(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            '$global:g = 1; function f { $global:g = 2; $script:s = 3; $local:l = 4; $private:p = 5 }; f; "$g $s <$l$p>"',
            "2 3 <>",
        ),
        ("$x = 1; function f { $x; $x = 2; $x }; f; $x", "1 2 1"),
        ("$x = 1; & { $x = 2 }; $x; . { $x = 3 }; $x", "1 3"),
        ("${odd name} = 1; ${odd name}; $NoSuch; $ODD = 2; $odd", "1 2"),
        ("$env:JOBSH_X = 'v'; sh -c 'echo $JOBSH_X'", "v"),
    ],
)
def test_scopes(text: str, said: str) -> None:
    assert " ".join(ran(text).out.split()) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('$j = 1..3; "$j"; "$($j.Count)"; "$j[0]"; "${j}x"; "$j.Count"', "1 2 3 3 1 2 3[0] 1 2 3x 1 2 3.Count"),
        ('\'$x `n\'; "`$x `"q`" `u{41}"; "<$none>"', '$x `n $x "q" A <>'),
        ('$n = 5; @"\na "$n"\n"@; @\'\n$n\n\'@', 'a "5" $n'),
    ],
)
def test_strings(text: str, said: str) -> None:
    assert words(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "$a = 1..3 | ? { $_ -gt 5 }; $null -eq $a; @($a).Count; $a | % { 'never' }; ($a | Measure-Object).Count",
            "True 0 0",
        ),
        ("$a = 1..3 | ? { $_ -gt 5 }; $a = $null; @($a).Count; $a | % { 'once' }", "1 once"),
        ("$a = $null; @($a).Count", "1"),
        ("function f { if (0) { 1 } }; $x = f; foreach ($i in $x) { 'never' }; @($x).Count; \"<$x>\"", "0 <>"),
        ("function f { $none = 1 | ? { $false }; $none }; $y = f; @($y).Count", "0"),
    ],
)
def test_an_empty_pipeline_is_nothing(text: str, said: str) -> None:
    assert words(text) == said
