"""LANGUAGE section 5: words, parameters, redirections, keywords."""

from __future__ import annotations

import pytest

from tests.unit.language.shapes import shape

WORDS = [
    ("Write-Output 2+2", "<Write-Output `2+2`>"),
    (
        "Write-Output (2+2) $a+2 a$a $a.Length \"$a\" '$a'",
        "<Write-Output paren((2 + 2)) `$a '+2'` `'a' $a` $a.Length \"$a\" '$a'>",
    ),
    (
        "Write-Output web[01-20],db1 @rack4 @rack4,db1 @rack[1-4]",
        "<Write-Output [`web[01-20]`, `db1`] @rack4 [`@rack4`, `db1`] `@rack[1-4]`>",
    ),
    ("Write-Output a, b ,c", "<Write-Output [`a`, `b`, `c`]>"),
    ("Write-Output a,\nb", "<Write-Output [`a`, `b`]>"),
    ("Write-Output ,$x", "<Write-Output (, $x)>"),
    (
        "Write-Output 1 -5 +5 1.5 0x10 4kb 1..3 90s 12.10 1,2,3 1a",
        "<Write-Output 1 -5 5 1.5 16 4096 `1..3` `90s` 12.1 [1, 2, 3] `1a`>",
    ),
    (
        'Write-Output /tmp/$x.log a${x}b $x/y $(1)a b$(1) (1)a "a"b a"b c"\'d\'',
        "<Write-Output `'/tmp/' $x '.log'` `'a' $x 'b'` `$x '/y'` `$(1) 'a'` `'b' $(1)` `paren(1) 'a'` `ab` `ab cd`>",
    ),
    ('Write-Output a` c `$x `"', '<Write-Output `a c` `$x` `"`>'),
    ("Write-Output a\\b \\\\x", "<Write-Output `a\\b` `\\\\x`>"),
    (
        'Write-Output $x[0].a "abc".Length (Get-Job)[0] $x.Foo(1)',
        "<Write-Output $x[0].a 'abc'.Length paren(<Get-Job>)[0] $x.Foo(1)>",
    ),
    ("Write-Output @(1,2) @{a=1} $x::y [int]5", "<Write-Output @([1, 2]) @{'a' = 1} `$x '::y'` `[int]5`>"),
    ("Write-Output a#b #c", "<Write-Output `a#b`>"),
    ("Write-Output a <# b #> c", "<Write-Output `a` `c`>"),
    ("Write-Output a `\n  b \\\n  c", "<Write-Output `a` `b` `c`>"),
    (
        "Write-Output if $true -- --x -- -a/b = == !x %1 ? * ~",
        "<Write-Output `if` $true `--` `--x` `--` `-a/b` `=` `==` `!x` `%1` `?` `*` `~`>",
    ),
    ("Write-Output $ a$ $5 $$", "<Write-Output `$` `a$` `$5` `$$`>"),
    ("Write-Output a\u00a0b \x1c \u2003", "<Write-Output `a\u00a0b` `\x1c` `\u2003`>"),
    ("Write-Output {ls} { Get-Job }", "<Write-Output script{ls} h{<Get-Job>}>"),
    ("Write-Output (ls | wc -l) $(Get-Job; ls)", "<Write-Output paren(sh('ls | wc -l')) $(<Get-Job> ; sh('ls'))>"),
    ("Write-Output @'\nx\n'@ y", "<Write-Output 'x' `y`>"),
]

PARAMETERS = [
    ("Get-Job -Id 1", "<Get-Job -Id=1>"),
    ("Get-Job -Id 1, 2 3", "<Get-Job -Id=[1, 2] 3>"),
    ("Get-Job -Id:1", "<Get-Job -Id=1>"),
    ("Get-Job -Id: 1", "<Get-Job -Id=1>"),
    ("Get-Job -Keep:$false x", "<Get-Job -Keep=$false `x`>"),
    ("Get-Job -Keep x", "<Get-Job -Keep `x`>"),
    ("Get-Job -?", "<Get-Job -?>"),
    ("Get-Job -Name -Keep", "<Get-Job -Name -Keep>"),
    ("Get-Job -Name", "<Get-Job -Name>"),
    ("Get-Job -Name (ls)", "<Get-Job -Name=paren(sh('ls'))>"),
    ("Get-Job -Name $x.y -Id 3", "<Get-Job -Name=$x.y -Id=3>"),
    ("Get-Job -Name 'a b',\"c$x\"", "<Get-Job -Name=['a b', \"'c' $x\"]>"),
    ('Get-Job -Name "-x"', "<Get-Job -Name='-x'>"),
    ("Get-Job -Name '-x' -Id -1", "<Get-Job -Name='-x' -Id=-1>"),
    ("Get-Job -Name{ls}", "<Get-Job -Name=script{ls}>"),
    ("Where-Object State -eq Running", "<Where-Object `State` -eq=`Running`>"),
    (
        "Invoke-Command -ComputerName web01,web02 -ScriptBlock { uptime } -AsJob -JobName up",
        "<Invoke-Command -ComputerName=[`web01`, `web02`] -ScriptBlock=script{ uptime } -AsJob -JobName=`up`>",
    ),
    (
        "Invoke-Command -Cn web[01-20],db1 -AsJob { ls }",
        "<Invoke-Command -Cn=[`web[01-20]`, `db1`] -AsJob script{ ls }>",
    ),
    ("Get-Job @x @using:y -Id 3", "<Get-Job @x @using:y -Id=3>"),
]

REDIRECTIONS = [
    ("Get-Job > f", "<Get-Job> 1> `f`"),
    ("Get-Job >f x", "<Get-Job `x`> 1> `f`"),
    ("Get-Job >> f", "<Get-Job> 1>> `f`"),
    ("Get-Job 2> f", "<Get-Job> 2> `f`"),
    ("Get-Job 2>>f", "<Get-Job> 2>> `f`"),
    ("Get-Job *> f", "<Get-Job> *> `f`"),
    ("Get-Job 2>&1", "<Get-Job> 2>&1"),
    ("Get-Job 3>&1 2>&1 > f", "<Get-Job> 3>&1 2>&1 1> `f`"),
    ("Get-Job < f", "<Get-Job> 0> `f`"),
    ("Get-Job x> f", "<Get-Job `x`> 1> `f`"),
    ("Get-Job 2 > f", "<Get-Job 2> 1> `f`"),
    ("Get-Job > $null", "<Get-Job> 1> $null"),
    ('Get-Job > "a b" 2> $x.f', "<Get-Job> 1> 'a b' 2> $x.f"),
    ("Get-Job > /tmp/$x", "<Get-Job> 1> `'/tmp/' $x`"),
    ("1..3 > f", "(1 .. 3) 1> `f`"),
    ("$x.Name 2>&1 >> f", "$x.Name 2>&1 1>> `f`"),
    ("& tool a > f", "call&(`tool` `a`) 1> `f`"),
]

KEYWORDS = [
    (
        "if ($x) { 1 } elseif ($y) { 2 } elseif ($z) { 3 } else { 4 }",
        "if ($x) {1} elseif ($y) {2} elseif ($z) {3} else {4}",
    ),
    ("if ($x) { 1 }\n\n# c\nelse\n{ 2 }", "if ($x) {1} else {2}"),
    ("if ($x) { 1 }\nelsewhere", "if ($x) {1} ; sh('elsewhere')"),
    ("if (Get-Job | sort) { }", "if (<Get-Job> | sh('sort')) {}"),
    (
        "switch ($x) { 1 { 'a' } 'b' { } c* { } $y { } (1+1) { } { $_ -gt 1 } { } default { } }",
        "switch exact ($x) {1 {'a'}; 'b' {}; `c*` {}; $y {}; paren((1 + 1)) {}; c{($_ -gt 1)} {}; - {}}",
    ),
    ("switch -Wildcard -CaseSensitive ($x) { a* { 1 }; b* { 2 } }", "switch wildcard! ($x) {`a*` {1}; `b*` {2}}"),
    ("switch -Exact ($x) {\n a { 1 }\n b { 2 }\n}", "switch exact ($x) {`a` {1}; `b` {2}}"),
    ("foreach ($x in $list) { $x }", "foreach ($x in $list) {$x}"),
    ("foreach ($x in Get-Job | sort) { $x }", "foreach ($x in <Get-Job> | sh('sort')) {$x}"),
    ("foreach ($x in @(1)) { break }", "foreach ($x in @(1)) {break}"),
    ("for (;;) { continue }", "for (-; -; -) {continue}"),
    ("for ($i = 0; $i -lt 3; $i++) { $i }", "for ($i = 0; ($i -lt 3); (p++ $i)) {$i}"),
    ("for ($i = 0\n;$true;) { }", "for ($i = 0; $true; -) {}"),
    ("while ($true) { ls; break }", "while ($true) {sh('ls') ; break}"),
    ("do { 1 } while ($x)", "do while ($x) {1}"),
    ("do { 1 }\nuntil (ls)", "do until (sh('ls')) {1}"),
    ("try { 1 } catch { $_ }", "try {1} catch {$_}"),
    (
        "try { 1 } catch [a.b], [c] { 2 } catch { 3 } finally { 4 }",
        "try {1} catch['a.b', 'c'] {2} catch {3} finally {4}",
    ),
    ("try { 1 }\nfinally\n{ 2 }", "try {1} finally {2}"),
    ("throw", "throw"),
    ('throw "x" + 1', "throw ('x' + 1)"),
    ("return", "return"),
    ("return 1, 2", "return [1, 2]"),
    ("return ls", "return sh('ls')"),
    ("return Get-Job | sort", "return <Get-Job> | sh('sort')"),
    ("if ($x) { return }", "if ($x) {return}"),
    ("exit", "exit"),
    ("exit 3; ls", "exit 3 ; sh('ls')"),
    ("function f { param($a, $b = 1) Get-Job $a }", "function f {param($a, $b = 1) <Get-Job $a>}"),
    ("function f($a, [int]$b = 1 + 2, [switch]$c) { 1 }", "function f {param($a, [int]$b = (1 + 2), [switch]$c) 1}"),
    (
        "function F-G { param([Parameter(Mandatory, Position=0)][string]$a) ls }; F-G -a x",
        "function F-G {[advanced] param([parameter(mandatory, position=0)][string]$a) sh('ls')} ; <F-G -a=`x`>",
    ),
    (
        "function F-G([switch]$c, $d) { 1 }; F-G -c x -d y",
        "function F-G {param([switch]$c, $d) 1} ; <F-G -c `x` -d=`y`>",
    ),
    ("function F-G { F-G 1 }", "function F-G {<F-G 1>}"),
    ("function f { 'x' }\nf | % { $_ }", "function f {'x'} ; <f> | <ForEach-Object c{$_}>"),
    ("param($a, $b = 2) $a", "param($a, $b = 2) $a"),
    ("param(\n[int]$a,\n$b\n)\n$a", "param([int]$a, $b) $a"),
    ("if ($x) { 1 } ; Get-Job", "if ($x) {1} ; <Get-Job>"),
    ("if ($x) { 1 } Get-Job", "if ($x) {1} ; <Get-Job>"),
]


@pytest.mark.parametrize(("text", "tree"), WORDS)
def test_word(text: str, tree: str) -> None:
    assert shape(text) == tree


@pytest.mark.parametrize(("text", "tree"), PARAMETERS)
def test_parameter(text: str, tree: str) -> None:
    assert shape(text) == tree


@pytest.mark.parametrize(("text", "tree"), REDIRECTIONS)
def test_redirection(text: str, tree: str) -> None:
    assert shape(text) == tree


@pytest.mark.parametrize(("text", "tree"), KEYWORDS)
def test_keyword(text: str, tree: str) -> None:
    assert shape(text) == tree
