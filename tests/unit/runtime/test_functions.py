"""Functions: their parts, their parameters and what attributes ask of them, filters, splatting."""

from __future__ import annotations

import pytest

from tests.unit.runtime.recorder import Recorder, ran, words

# ── parts ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("function f { begin { 'b' } process { \"p$_\" } end { 'e' } }; 1..3 | f", "b p1 p2 p3 e"),
        ("function f { process { 'once' } }; f", "once"),
        ("function f { process { 'never' } end { 'e' } }; @() | f", "e"),
        ("1..2 | & { begin { 'B' } process { $_ } end { 'E' } }", "B 1 2 E"),
        ("function f { process { if ($_ -eq 2) { return }; $_ } }; 1..3 | f", "1 3"),
        ('function f([switch]$x) { begin { "x=$x" } process { $_ } }; 1..2 | f -x', "x=True 1 2"),
        ("function f { begin { $n = 0 } process { $n += $_ } end { $n } }; 1..4 | f", "10"),
        ("function f { end { $input -join ',' } }; 1..3 | f", "1,2,3"),
        ("function f { begin { 'b' } clean { $script:done = 1 } }; f; $done", "b 1"),
    ],
)
def test_begin_process_end(text: str, said: str) -> None:
    assert words(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("filter dbl { $_ * 2 }; 1..3 | dbl", "2 4 6"),
        ("filter Get-Odd { param($n) if ($_ % $n) { $_ } }; 1..5 | Get-Odd 2", "1 3 5"),
    ],
)
def test_filter(text: str, said: str) -> None:
    assert words(text) == said


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("function f { begin { 1 } 'x' }", "a statement stands beside begin, process and end"),
        ("function f { end { 1 } end { 2 } }", "there are two end blocks"),
        ("function f { dynamicparam { 1 } }", "dynamicparam is not part of the language"),
    ],
)
def test_what_may_not_stand_beside_parts(text: str, message: str) -> None:
    result = ran(text)
    assert (result.status, result.errors) == (2, [message])


# ── parameters ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('function f { param([int]$x = 3, $y) "$x $y" }; f; f 1 2; f -y 5; f -y:6 7', "3  1 2 3 5 7 6"),
        ('function f($x, [switch]$s) { "$x $s" }; f 1 -s; f -s:$false 2; f 3', "1 True 2 False 3 False"),
        ("function f { param($Name) $Name }; f -Na x; f -NAME y", "x y"),
        ("function f { param([Alias('q', 'w')]$r) $r }; f -q 5; f -W 6", "5 6"),
        ('function f { param([Parameter(Position = 1)]$b, [Parameter(Position = 0)]$a) "$a$b" }; f 1 2', "12"),
        ("function f { param([Parameter(ValueFromRemainingArguments)]$all) $all.Count }; f 1 2 3", "3"),
        ("function f { param($a) $args }; f 1 2 3", "2 3"),
        ("function f { param($a, $b = 2) $PSBoundParameters.Keys }; f 1", "a"),
    ],
)
def test_parameters(text: str, said: str) -> None:
    assert words(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('function f { param([Parameter(ValueFromPipeline)]$x) process { "<$x>" } }; 1..2 | f', "<1> <2>"),
        (
            "function f { param([Parameter(Mandatory, ValueFromPipeline)][int]$x) process { $x + 1 } }; '1', '2' | f",
            "2 3",
        ),
        (
            "function f { param([Parameter(ValueFromPipelineByPropertyName)]$N) process { $N } }; @{N = 1}, @{n = 2} | f",
            "1 2",
        ),
    ],
)
def test_parameters_from_the_pipeline(text: str, said: str) -> None:
    assert words(text) == said


@pytest.mark.parametrize(
    ("declaration", "good", "bad", "message"),
    [
        ("[ValidateSet('a', 'b')]$x", "B", "c", "-x: 'c' is none of a, b"),
        ("[ValidateSet('a', IgnoreCase = $false)]$x", "a", "A", "-x: 'A' is none of a"),
        ("[ValidateRange(1, 5)][int]$x", "3", "9", "-x: 9 is not between 1 and 5"),
        ("[ValidateLength(1, 3)]$x", "abc", "abcd", "-x: 'abcd' has 4 characters, not 1 to 3"),
        ("[ValidateCount(1, 2)]$x", "1, 2", "1, 2, 3", "-x: the list has 3 values, not 1 to 2"),
        ("[ValidatePattern('^w')]$x", "web", "db", "-x: 'db' does not match ^w"),
        ("[ValidateScript({ $_ -gt 1 })]$x", "2", "1", "-x: '1' does not pass { $_ -gt 1 }"),
        ("[ValidateNotNull()]$x", "''", "$null", "-x: it must not be $null"),
        ("[ValidateNotNullOrEmpty()]$x", "a", "''", "-x: it must not be empty"),
        ("[ValidateNotNullOrWhiteSpace()]$x", "a", "' '", "-x: it must not be blank"),
        ("[Parameter(Mandatory)]$x", "a", "''", "-x: it must not be empty"),
    ],
)
def test_validation(declaration: str, good: str, bad: str, message: str) -> None:
    assert ran(f"function f {{ param({declaration}) 'ok' }}; f {good}").out == "ok\n"
    result = ran(f"function f {{ param({declaration}) 'ok' }}; f {bad}")
    assert (result.status, result.out, result.errors) == (2, "", [message])
    assert result.outside.errors[0][0].error_id == "ParameterArgumentValidationError"
    assert result.outside.errors[0][0].category == "InvalidArgument"


@pytest.mark.parametrize(
    ("text", "error_id"),
    [
        ("function f { param($abc, $abd) }; f -ab 1", "AmbiguousParameter"),
        ("function f { param($a) }; f -b 1", "NamedParameterNotFound"),
        ("function f { param($a) }; f -a", "MissingArgument"),
        ("function f { param($a) }; f -a 1 -a 2", "ParameterAlreadyBound"),
        ("function f { param([int]$a) }; f x", "ParameterArgumentTransformationError"),
        ("function f { param([Parameter(Mandatory)]$a) }; f", "MissingMandatoryParameter"),
        ("function f { [CmdletBinding()] param($a) }; f 1 2", "PositionalParameterNotFound"),
        ("function f { [CmdletBinding()] param($a) }; f -WhatIf", "NamedParameterNotFound"),
        ("function f { [CmdletBinding()] param($a) }; f -x 1", "NamedParameterNotFound"),
    ],
)
def test_binding_errors(text: str, error_id: str) -> None:
    result = ran(text)
    assert [record.error_id for record, _, _ in result.outside.errors] == [error_id]
    assert result.status == 2


@pytest.mark.parametrize("params", ["$a", "[Parameter(Mandatory)]$a"])
def test_a_function_says_what_it_takes(params: str) -> None:
    assert ran(f"function Do-It {{ param({params}) 'ran' }}; Do-It -?").out.startswith("function Do-It\n")
    error = ran(f"function Do-It {{ param({params}) }}; Do-It -x 1").outside.errors[0][0]
    assert (error.message, error.hint) == ("there is no parameter -x", "parameters: -a")


def test_a_help_message_is_the_hint_of_a_missing_parameter() -> None:
    result = ran("function f { param([Parameter(Mandatory, HelpMessage = 'the host')]$a) }; f")
    assert result.outside.errors[0][0].hint == "the host"


# ── common parameters of functions ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("call", "said", "records"),
    [
        ("f -Verbose", "o", ["v", "w"]),
        ("f", "o", ["w"]),
        ("f -WarningAction SilentlyContinue", "o", []),
        ("f -wa 0 -wv w; $w.Count", "o 0", []),
        ('f -WarningVariable w; "kept $w"', "o kept w", ["w"]),
        ('f -OutVariable x | Out-Null; "<$x>"', "<o>", ["w"]),
        ('f -PipelineVariable p | % { "$p$p" }', "oo", ["w"]),
    ],
)
def test_common_parameters_of_a_function(call: str, said: str, records: list[str]) -> None:
    text = "function f { [CmdletBinding()] param() Write-Verbose v; Write-Warning w; Write-Output o }; "
    result = ran(text + call)
    assert not result.errors
    assert (" ".join(result.out.split("\n")).strip(), [r.text for r in result.outside.records]) == (said, records)


def test_the_error_parameters_of_a_function() -> None:
    text = "function f { [CmdletBinding()] param() Write-Error one; 'on' }; "
    assert words(text + 'f -ErrorAction SilentlyContinue -ErrorVariable e; "$e"; $e.Count') == "on one 1"
    assert words(text + 'try { f -ea Stop } catch { "caught $_" }') == "caught one"


def test_should_process_in_a_function() -> None:
    text = (
        "function Remove-It { [CmdletBinding(SupportsShouldProcess)] param($n) "
        'foreach ($i in $n) { if ($PSCmdlet.ShouldProcess($i)) { "gone $i" } } }; '
    )
    dry = ran(text + "Remove-It 1, 2 -WhatIf")
    assert dry.out == ""
    assert [r.text for r in dry.outside.records] == [
        f'What if: Performing the operation "Remove-It" on target "{n}".' for n in (1, 2)
    ]
    asked = Recorder()
    asked.answers = ["n", "?", "a"]
    assert ran(text + "Remove-It 1, 2, 3 -Confirm", outside=asked).out == "gone 2\ngone 3\n"
    assert "[A] Yes to All" in asked.questions[0]
    assert asked.questions[2].startswith("Y - Do it.")


# ── splatting ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('function f { param($a, $b) "$a-$b" }; $h = @{a = 1; b = 2}; f @h', "1-2"),
        ('function f { param($a, $b) "$a-$b" }; $l = 1, 2; f @l', "1-2"),
        ('function f { param($a, $b) "$a-$b" }; $h = @{a = 1; b = 2}; f @h -b 9; f -b 9 @h', "1-9 1-9"),
        ('function f { param([switch]$s, $b) "$s-$b" }; $h = @{s = $true}; f @h 3', "True-3"),
        ("$h = @{InputObject = 5}; Write-Output @h; Write-Output @h -InputObject 6", "5 6"),
        ('function g { param($a, $b) "$a$b" }; function f { param($a, $b) g @PSBoundParameters }; f 1 2', "12"),
    ],
)
def test_splatting(text: str, said: str) -> None:
    assert words(text) == said


def test_only_tables_and_lists_can_be_splatted() -> None:
    assert ran("$x = 5; Write-Output @x").outside.errors[0][0].error_id == "CannotSplat"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("function w { Write-Output @args }; w -NoEnumerate 5; w a b", "5 a b"),
        (
            'function g { param($Name, [switch]$S, $Y) "$Name/$S/$Y" }; function f { g @args }; f -Name n -S 5',
            "n/True/5",
        ),
        ("function f { param([switch]$P) if ($P) { Write-Output @args } }; f -P -NoEnumerate 5", "5"),
    ],
)
def test_args_are_handed_on(text: str, said: str) -> None:
    assert words(text) == said


def test_psccmdlet_writes_errors() -> None:
    text = "function F { [CmdletBinding()] param() $PSCmdlet.WriteError('bad'); 'on' }; "
    result = ran(text + "F && 'never'; F -ea SilentlyContinue; $Error.Count")
    assert (result.out, result.errors) == ("on\non\n2\n", ["bad"])
    assert (
        words(
            "function F { [CmdletBinding()] param() $PSCmdlet.ThrowTerminatingError('x') }; try { F } catch { \"c $_\" }"
        )
        == "c x"
    )


def test_sets_of_functions_are_not_kept() -> None:
    text = (
        "function f { param([Parameter(ParameterSetName = 'a')]$x, [Parameter(ParameterSetName = 'b')]$y) \"$x$y\" }; "
    )
    assert words(text + "f -x 1 -y 2") == "12"


def test_a_whole_text_may_have_parts() -> None:
    assert words("begin { 'b' } process { 'once' } end { 'e' }") == "b once e"
    assert words('process { "<$_>" }', outside=Recorder(stdin=b"1\n2\n")) == "<1> <2>"
    assert words("param($n = 3) process { $_ * $n }", outside=Recorder(stdin=b"1\n2\n")) == "111 222"


def test_an_empty_function_is_jobshs() -> None:
    assert words("function f { }; $x = f; $null -eq $x; function g {\n # later\n}; g; 'on'") == "True on"
