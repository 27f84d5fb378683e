"""Members and methods of values, static members, casts, format strings, and the operators on text."""

from __future__ import annotations

import pytest

from tests.unit.runtime.recorder import ran, words


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("' x '.Trim() + '|'; 'xxa'.TrimStart('x'); 'a..'.TrimEnd('.')", "x| a a"),
        ("'a,b;c'.Split(',', ';') -join '+'; 'a b  c'.Split() -join '+'", "a+b+c a+b+c"),
        ("'a b c'.Split(' ', 2) -join '+'; 'a,,b'.Split(',', 'RemoveEmptyEntries') -join '+'", "a+b c a+b"),
        ("'a,b;c'.Split(',;') -join '+'; 'a, b'.Split(',', 'TrimEntries') -join '+'", "a,b;c a+b"),
        ("'abc'.Replace('b', 'x'); 'aBc'.Replace('b', 'x', 'OrdinalIgnoreCase')", "axc axc"),
        ("'abc'.ToUpper(); 'ABC'.ToLower(); 'abc'.ToUpperInvariant(); 'ABC'.ToLowerInvariant()", "ABC abc ABC abc"),
        (
            "'abc'.StartsWith('ab'); 'abc'.StartsWith('AB'); 'abc'.EndsWith('BC', 'OrdinalIgnoreCase')",
            "True False True",
        ),
        ("'abc'.PadLeft(5, '*'); 'abc'.PadRight(5) + '|'", "**abc abc  |"),
        (
            "'abc'.Substring(1); 'abc'.Substring(0, 2); 'abc'.Remove(1); 'abc'.Remove(0, 1); 'ac'.Insert(1, 'b')",
            "bc ab a bc abc",
        ),
        (
            "'abc'.IndexOf('c'); 'abc'.IndexOf('x'); 'abca'.IndexOf('a', 1); 'abca'.LastIndexOf('a'); 'ab1'.IndexOfAny('12')",
            "2 -1 3 3 2",
        ),
        ("'abc'.Contains('b'); 'abc'.Contains('B'); 'abc'.Contains('B', 'OrdinalIgnoreCase')", "True False True"),
        ("'abc'.CompareTo('abd'); 'a'.Equals('A'); 'a'.Equals('A', 'OrdinalIgnoreCase')", "-1 False True"),
        ("'abc'.Chars(1); 'abc'[1]; 'abc'[-1]; 'abc'.ToCharArray() -join '-'; 'abc'.Length", "b b c a-b-c 3"),
    ],
)
def test_methods_of_text(text: str, said: str) -> None:
    assert words(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            '$l = [System.Collections.Generic.List[int]]::new(); $l.Add(3); $l.AddRange((1, 2)); $l.Sort(); "$l"',
            "1 2 3",
        ),
        ('$l = [System.Collections.ArrayList]@(1, 2); $l.Insert(0, 9); $l.Remove(2); $l.RemoveAt(0); "$l"', "True 1"),
        ("$l = 1..5; $l.GetRange(1, 2) -join ','; $l.IndexOf(4); $l.Contains(9); $l.Reverse(); $l[0]", "2,3 3 False 5"),
        (
            "(1..5).Where({ $_ -gt 3 }) -join ','; (1..5).Where({ $_ -gt 3 }, 'First'); (1..5).Where({ $_ -lt 3 }, 'Last')",
            "4,5 4 2",
        ),
        ("$a, $b = (1..4).Where({ $_ % 2 }, 'Split'); \"$a|$b\"", "1 3|2 4"),
        (
            "(1..3).ForEach({ $_ * 2 }) -join ','; ('a', 'b').ForEach('ToUpper') -join ','; ('ab', 'c').ForEach('Length') -join ','",
            "2,4,6 A,B 2,1",
        ),
        ('$b = { "got $args" }; $b.Invoke(1, 2); $b.GetNewClosure().Invoke(3)', "got 1 2 got 3"),
    ],
)
def test_methods_of_lists_and_blocks(text: str, said: str) -> None:
    assert words(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "$h = @{a = 1}; $h.Add('b', 2); $h.Remove('a'); $h.ContainsKey('B'); $h.ContainsValue(2); $h.Item('b'); $h.Count",
            "True True 2 1",
        ),
        ("$h = @{a = 1}; $c = $h.Clone(); $c.a = 2; $h.a; $h.Clear(); $h.Count", "1 0"),
        ("(@{a = 1} + @{b = 2}).Keys -join ','", "a,b"),
        ("$h = @{b = 1; a = 2}; $h.Keys -join ','; $h.Values -join ','", "b,a 1,2"),
        ("foreach ($e in @{a = 1}.GetEnumerator()) { $e.Key; $e.Name; $e.Value }", "a a 1"),
        ("$h = [ordered]@{z = 1; a = 2}; $h.Keys -join ','; $h['a']; $h.z", "z,a 2 1"),
        ("$h = @{}; $h.a, $h['b'], $l = 1, 2, 3, 4; $h.a; $h.b; \"$l\"", "1 2 3 4"),
    ],
)
def test_hashtables(text: str, said: str) -> None:
    assert words(text) == said


def test_a_key_twice_is_an_error() -> None:
    assert ran("@{a = 1} + @{A = 2}").outside.errors[0][0].error_id == "DuplicateKey"
    assert ran("@{a = 1; A = 2}").outside.errors[0][0].error_id == "DuplicateKey"
    assert ran("$h = @{a = 1}; $h.Add('A', 2)").outside.errors[0][0].error_id == "DuplicateKey"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("$d.Year; $d.Month; $d.Day; $d.Hour; $d.DayOfWeek; $d.DayOfYear", "2026 3 4 13 Wednesday 63"),
        ("$d + [timespan]'1:00'; ($d - [datetime]'2026-03-01').TotalDays", "2026-03-04 14:30:00 3.5625"),
        ("$d.AddDays(-4).Month; $d.AddMonths(1).Month; $d.AddYears(1).Year; $d.AddHours(12).Day", "2 4 2027 5"),
        ("$d.Date; $d.TimeOfDay; $d.Ticks", "2026-03-04 00:00:00 13:30:00 639082278000000000"),
        (
            "$d.ToString('yyyyMMdd'); $d.ToShortDateString(); $d.ToShortTimeString(); $d.ToString('o').Substring(0, 19)",
            "20260304 2026-03-04 13:30 2026-03-04T13:30:00",
        ),
        (
            "$d.Subtract([timespan]'1:30').Hour; $d.Subtract([datetime]'2026-03-04').TotalHours; $d.CompareTo([datetime]'2027-01-01')",
            "12 13.5 -1",
        ),
        (
            "$d.Kind; $d.ToUniversalTime().Kind; $d -lt [datetime]'2026-04-01'; $d -eq '2026-03-04 13:30'",
            "Local Utc True True",
        ),
        (
            "[datetime]'3/4/2026 13:30' -eq $d; [datetime]'March 4, 2026' -eq $d.Date; [datetime]'4 Mar 2026' -eq $d.Date",
            "True True True",
        ),
    ],
)
def test_dates(text: str, said: str) -> None:
    assert words(f"$d = [datetime]'2026-03-04 13:30'; {text}") == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "$t = [timespan]'1.02:03:04'; $t.Days; $t.Hours; $t.Minutes; $t.Seconds; $t.TotalHours -gt 26",
            "1 2 3 4 True",
        ),
        (
            "$t = [timespan]'01:00'; $t + $t; $t * 2; -$t; $t.Negate().Duration(); $t.Ticks",
            "02:00:00 02:00:00 -01:00:00 01:00:00 36000000000",
        ),
        (
            "[timespan]::FromMinutes(90); [timespan]::FromSeconds(1.5).TotalMilliseconds; [timespan]::Zero",
            "01:30:00 1500 00:00:00",
        ),
        ("[timespan]::new(1, 2, 3); [timespan]::new(1, 0, 0, 0).TotalDays", "01:02:03 1"),
        ("'{0:hh\\:mm}' -f [timespan]'01:30'; ([timespan]'01:30').ToString('h\\h\\ m\\m')", "01:30 1h 30m"),
    ],
)
def test_timespans(text: str, said: str) -> None:
    assert words(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "[math]::Round(2.567, 2); [math]::Round(2.5); [math]::Round(2.5, 'AwayFromZero'); [math]::Max(1, 2); [math]::Min(1.5, 2)",
            "2.57 2 3 2 1.5",
        ),
        (
            "[math]::Floor(1.7); [math]::Ceiling(1.2); [math]::Truncate(-1.7); [math]::Abs(-3); [math]::Sign(-3); [math]::Sqrt(9)",
            "1 2 -1 3 -1 3",
        ),
        (
            "[math]::Pow(2, 10); [math]::Log10(100); [math]::Log(8, 2); [math]::Exp(0); [math]::Clamp(9, 1, 5)",
            "1024 2 3 1 5",
        ),
        (
            "[int]::MaxValue; [long]::MinValue; [double]::NaN; [double]::PositiveInfinity; [byte]::MaxValue",
            "2147483647 -9223372036854775808 NaN ∞ 255",
        ),
        (
            "[int]::Parse('42'); [int]::Parse('ff', 'HexNumber'); [convert]::ToInt32('101', 2); [convert]::ToString(255, 16)",
            "42 255 5 ff",
        ),
        (
            "[string]::IsNullOrEmpty(''); [string]::IsNullOrWhiteSpace(' '); [string]::Join('-', 1, 2); [string]::Join('-', (1, 2))",
            "True True 1-2 1-2",
        ),
        (
            "[string]::Format('{0}-{1}', 1, 2); [string]::Concat('a', 'b'); [string]::new('a', 3); [char]::IsDigit('5')",
            "1-2 ab aaa True",
        ),
        ("[guid]::NewGuid().Length; [guid]::Empty -eq [guid]::new()", "36 True"),
        (
            "[datetime]::Now.Year -gt 2000; [datetime]::UtcNow.Kind; [datetime]::Today.Hour; [datetime]::Parse('2026-01-02').Day",
            "True Utc 0 2",
        ),
        (
            "[datetime]::ParseExact('04/03/2026', 'dd/MM/yyyy', $null).Month; [datetime]::new(2026, 3, 4).Day; [datetime]::DaysInMonth(2026, 2); [datetime]::IsLeapYear(2024)",
            "3 4 28 True",
        ),
        (
            "[DateTimeOffset]::FromUnixTimeSeconds(0).ToUniversalTime().Year; [datetime]::UnixEpoch.ToUnixTimeSeconds()",
            "1970 0",
        ),
        (
            "[regex]::Escape('a.b'); [regex]::IsMatch('abc', 'B'); [regex]::Matches('a1b2', '\\d').Value -join ','",
            "a\\.b False 1,2",
        ),
        (
            "$m = [regex]::Match('web12', '(?<n>\\d+)'); $m.Success; $m.Value; $m.Index; $m.Groups['n'].Value; $m.Groups[1].Value",
            "True 12 3 12 12",
        ),
        ("[regex]::Replace('abc', 'b', '[$&]'); [regex]::Split('a1b', '\\d') -join ','", "a[b]c a,b"),
        (
            "[IO.Path]::Combine('/a', 'b'); [System.IO.Path]::GetFileName('/a/b.txt'); [IO.Path]::GetExtension('b.txt'); [IO.Path]::GetFileNameWithoutExtension('/a/b.txt'); [IO.Path]::GetDirectoryName('/a/b')",
            "/a/b b.txt .txt b /a",
        ),
        (
            "$b = [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes('hä')); $b; [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($b))",
            "aMOk hä",
        ),
        (
            "[Environment]::GetEnvironmentVariable('HOME'); [Environment]::NewLine.Length; [Environment]::CurrentDirectory; [Environment]::ProcessorCount -gt 0",
            "/ 1 / True",
        ),
        (
            "[Environment]::SetEnvironmentVariable('JT', 'v'); $env:JT; [Environment]::MachineName.Length -gt 0",
            "v True",
        ),
    ],
)
def test_static_members(text: str, said: str) -> None:
    assert words(text) == said


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("[console]::WriteLine('x')", "Write-Host"),
        ("[IO.File]::ReadAllText('/x')", "Get-Content"),
        ("[math]::Foo(1)", "[math]::abs"),
        ("[Environment]::Foo", "uname"),
        ("[xml]'<a/>'", "xmllint"),
    ],
)
def test_what_is_not_known_says_what_is(text: str, hint: str) -> None:
    result = ran(text)
    assert result.status == 1
    assert hint in result.outside.errors[0][0].hint


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "[int]'5' + 1; [int]2.5; [int]3.5; [long]'7'; [double]'1.5'; [string]5 + 1; [bool]'False'; [bool]0",
            "6 2 4 7 1.5 51 True False",
        ),
        (
            "[char]65; [int[]]('1', '2') -join '+'; [string[]](1, 2) -join '+'; [array]5 | % { \"<$_>\" }",
            "A 1+2 1+2 <5>",
        ),
        ("([pscustomobject]@{a = 1; b = 2}).b; ([ordered]@{z = 1}).z; ([regex]'a+').Length", "2 1 2"),
        (
            "[timespan]'90s'; [timespan]90; [datetime]'2026-03-04' -is [datetime]; [guid]'{00000000-0000-0000-0000-00000000000a}'",
            "00:01:30 00:01:30 True 00000000-0000-0000-0000-00000000000a",
        ),
        ("[int]$x = '5'; $x + 1", "6"),
    ],
)
def test_casts(text: str, said: str) -> None:
    assert words(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("5 -is [int]; 5 -is [long]; 'x' -is [string]; 5.5 -is [double]; $true -is [bool]", "True True True True True"),
        (
            "@{} -is [hashtable]; @{} -is [System.Collections.IDictionary]; (1, 2) -is [array]; (1, 2) -is [object[]]",
            "True True True True",
        ),
        (
            "$b = { }; $b -is [scriptblock]; (Get-Date) -is [datetime]; 5 -isnot [string]; [pscustomobject]@{} -is [psobject]",
            "True True True True",
        ),
        ("'5' -as [int]; $null -eq ('x' -as [int]); '1:00' -as [timespan]", "5 True 01:00:00"),
    ],
)
def test_types(text: str, said: str) -> None:
    assert words(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("\"{0,-8}|{1:N2}|{2,5}|\" -f 'x', 3, 'r'", "x       |3.00|    r|"),
        (
            "'{0:X}' -f 255; '{0:x4}' -f 255; '{0:D5}' -f 42; '{0:B}' -f 5; '{0:P0}' -f 0.5; '{0:P}' -f 0.123",
            "FF 00ff 00042 101 50% 12.30%",
        ),
        (
            "'{0:F1}' -f 3.14159; '{0:E2}' -f 12345; '{0:N0}' -f 1234567; '{0:0.00}' -f 1.5; '{0:#,##0}' -f 1234567",
            "3.1 1.23E+04 1,234,567 1.50 1,234,567",
        ),
        ("'{0:0.0;(0.0);zero}' -f -1.5; '{0:0.0;(0.0);zero}' -f 0; '{0:000}' -f 7", "(1.5) zero 007"),
        (
            "'{0:yyyy-MM-dd}' -f [datetime]'2026-03-04'; '{0:HH:mm}' -f [datetime]'2026-03-04 05:06'; '{0:dddd d MMM}' -f [datetime]'2026-03-04'",
            "2026-03-04 05:06 Wednesday 4 Mar",
        ),
        ("'{{0}} {0}' -f 1; '{1}{0}' -f 'a', 'b'; '{0}' -f $null", "{0} 1 ba "),
        ("(1234.5).ToString('N1'); (255).ToString('X')", "1,234.5 FF"),
    ],
)
def test_format_strings(text: str, said: str) -> None:
    assert words(text) == said


def test_a_format_that_asks_for_too_much() -> None:
    assert ran("'{1}' -f 1").outside.errors[0][0].error_id == "FormatError"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "'a1b22c' -split '\\d+' -join ','; 'a,b,c' -split ',', 2 -join '+'; 'abc' -split '(b)' -join ','",
            "a,b,c a+b,c a,b,c",
        ),
        (
            "'a.b' -split '.', 0, 'SimpleMatch' -join ','; 'a,b,c' -split ',', -2 -join '+'; -split ' a  b ' -join ','",
            "a,b a,b+c a,b",
        ),
        ("'aXbxc' -split 'x' -join ','; 'aXbxc' -csplit 'x' -join ','", "a,b,c aXb,c"),
        ("'a b-c' -split { $_ -in ' ', '-' } -join ','; 'a b c' -split { $_ -eq ' ' }, 2 -join ','", "a,b,c a,b c"),
        (
            "'John Smith' -replace '(\\w+) (\\w+)', '$2 $1'; 'abc' -replace '(?<x>b)', '[${x}]'; 'abc' -replace 'b'",
            "Smith John a[b]c ac",
        ),
        ("'abc' -replace 'b', { $_.Value.ToUpper() }; 'a1b2' -replace '\\d', { [int]$_.Value + 1 }", "aBc a2b3"),
        (
            "'5' -replace '5', '$$1'; 'a' -replace 'a', '[$&]'; 'aA' -creplace 'a', 'x'; ('ab', 'cb') -replace 'b', 'x' -join ','",
            "$1 [a] xA ax,cx",
        ),
    ],
)
def test_split_and_replace(text: str, said: str) -> None:
    assert words(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "if ('web12' -match '(?<name>[a-z]+)(?<n>\\d+)') { $Matches.name; $Matches['n']; $Matches[0]; $Matches.Count }",
            "web 12 web12 5",
        ),
        ("'abc' -match 'B'; 'abc' -cmatch 'B'; 'abc' -notmatch 'x'; 'a', 'b', 'ab' -match 'a'", "True False True a ab"),
        ("'a' -match 'a'; 'b' -match 'x'; $Matches[0]", "True False a"),
    ],
)
def test_match(text: str, said: str) -> None:
    assert words(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "$v = [version]'1.2.10'; $v -gt [version]'1.2.9'; $v -ge '1.2.10'; \"$v\"; $v.Minor; $v -eq '1.2.10'",
            "True True 1.2.10 2 True",
        ),
        ("([version]'2.0', [version]'1.10', [version]'1.9') | Sort-Object | % { \"$_\" }", "1.9 1.10 2.0"),
        ("[int][char]'a'; [char]97; [char[]]'abc' -join '-'; [char]'a' -eq 'a'; [int][char]'5'", "97 a a-b-c True 53"),
        ("[ipaddress]'10.0.0.1'; [Nullable[int]]$n = $null; $null -eq $n", "10.0.0.1 True"),
        ("$n = 0; [int]::TryParse('42', [ref]$n); $n; [int]::TryParse('x', [ref]$n); $n", "True 42 False 0"),
        ("[datetime]::TryParse('2026-03-04', [ref]$d); $d.Year; [int]::TryParse('')", "True 2026 False"),
        (
            "$w = [Diagnostics.Stopwatch]::StartNew(); $w.IsRunning; $w.Stop(); $w.IsRunning; $w.Elapsed.TotalSeconds -lt 9",
            "True False True",
        ),
        (
            "$w = [System.Diagnostics.Stopwatch]::StartNew(); $w.Restart(); $w.Reset(); $w.Stop(); $w.ElapsedMilliseconds",
            "0",
        ),
        (
            "$a = 'b', 'a', 'c'; [array]::Sort($a); $a -join ''; [array]::Reverse($a); $a -join ''; [array]::IndexOf($a, 'a')",
            "abc cba 2",
        ),
        (
            "$o = [pscustomobject]@{N = 'x'; S = 5}; $o.PSObject.Properties | % { \"$($_.Name)=$($_.Value)\" }",
            "N=x S=5",
        ),
    ],
)
def test_what_scripts_use_of_dotnet(text: str, said: str) -> None:
    assert words(text) == said


def test_strict_mode() -> None:
    result = ran("Set-StrictMode -Version Latest; $typo; 'on'; Set-StrictMode -Off; $typo; 'off'")
    assert (result.out, result.errors) == ("on\noff\n", ["$typo was never assigned"])
    assert result.outside.errors[0][0].error_id == "VariableIsUndefined"
    assert words("Set-StrictMode -Version 1; $x = 1; $x; $PSScriptRoot; $ErrorActionPreference") == "1  Continue"
