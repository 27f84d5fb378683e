"""The examples of PowerShell's pages about the cmdlets for objects, rewritten with shell commands where they speak of Windows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.manual import fits
from tests.unit.cmdlets.shell import run_text

PROCESSES = """
function Get-Load { 'init 1 10', 'bash 7 900', 'sshd 5 300', 'bash 9 50' | ConvertFrom-Csv -Delimiter ' ' -Header Name, Id, WS |
    % { [pscustomobject]@{Name=$_.Name; Id=[int]$_.Id; WS=[int]$_.WS} } }
"""
FILES = """
'dog', 'squirrel', 'bird' | Out-File Testfile1.txt; 'cat', 'bird', 'racoon' | Out-File Testfile2.txt
"""

EXAMPLES = [
    # Select-Object
    (PROCESSES + "Get-Load | Select-Object -Property Name, Id | select -First 1", "Name Id\n---- --\ninit 1"),
    (PROCESSES + "Get-Load | Sort-Object -Property WS | Select-Object -Last 2 | % WS", "300\n900"),
    ('"a","b","c","a","A","a" | Select-Object -Unique', "a\nb\nc\nA"),
    ('"a","a","b","c" | Select-Object -First 2 -Unique', "a"),
    ('"aa", "Aa", "Bb", "bb" | Select-Object -Unique -CaseInsensitive', "aa\nBb"),
    ("$a = 1..9; $a | Select-Object -Index 0, ($a.count - 1)", "1\n9"),
    ("'h1', 'h2', 'h3' | Out-File Servers.txt; Get-Content Servers.txt | Select-Object -Skip 1", "h2\nh3"),
    (
        '$object = [pscustomobject]@{Name="CustomObject";Expand=@(1,2,3,4,5)}\n$object | Select-Object -ExpandProperty Expand -Property Name | % { "$($_.Expand) $($_.Name)" }',
        "1 CustomObject\n2 CustomObject\n3 CustomObject\n4 CustomObject\n5 CustomObject",
    ),
    (
        '$customObject = 1 | Select-Object -Property MyCustomProperty\n$customObject.MyCustomProperty = "New Custom Property"\n$customObject',
        "MyCustomProperty\n----------------\nNew Custom Property",
    ),
    (PROCESSES + "Get-Load | Select-Object -Property Name,{$_.WS / 10} | select -First 1", "Name $_.WS / 10\n---- ----------\ninit          1"),
    (
        '$size = @{label="Size(KB)";expression={$_.length/1KB}}; $days = @{l="Days";e={3}}\n[pscustomobject]@{Name="x"; Length=512} | Select-Object Name, $size, $days',
        "Name Size(KB) Days\n---- -------- ----\nx 0.5 3",
    ),
    ("@{ name = 'a' ; weight = 7 } | Select-Object -Property name, weight", "name weight\n---- ------\na         7"),
    # Sort-Object
    (PROCESSES + "Get-Load | Sort-Object -Property WS -Descending | Select-Object -First 2 | % Id", "7\n5"),
    ("'Bob', 'adam', 'Carl' | Sort-Object", "adam\nBob\nCarl"),
    ("'b', 'a', 'B', 'a' | Sort-Object -Unique", "a\nb"),
    (
        PROCESSES + "Get-Load | Sort-Object -Property @{Expression = 'Name'; Descending = $true}, @{Expression = 'Id'; Descending = $false} | % Id",
        "5\n1\n7\n9",
    ),
    ("'10', '9', '11' | Sort-Object { [int]$_ }", "9\n10\n11"),
    ("3, 30, 2 | Sort-Object -Top 2", "2\n3"),
    # Group-Object
    ("1..20 | Group-Object -Property {$_ % 2}", "Count Name Group\n----- ---- -----\n10 0 {2, 4, 6, 8…}\n10 1 {1, 3, 5, 7…}"),
    (
        "@(\n    @{ name = 'a' ; weight = 7 }\n    @{ name = 'b' ; weight = 1 }\n    @{ name = 'c' ; weight = 3 }\n    @{ name = 'd' ; weight = 7 }\n) | Group-Object -Property weight -NoElement",
        "Count Name\n----- ----\n    1 1\n    1 3\n    2 7",
    ),
    (PROCESSES + "Get-Load | Group-Object -Property Name -NoElement | Where-Object {$_.Count -gt 1}", "Count Name\n----- ----\n2     bash"),
    (
        "$A = Get-Command Get-*, Set-* -CommandType Cmdlet | Group-Object -Property { $_.Name.Split('-')[0] } -AsHashTable -AsString\n$A.Keys; $A.Set[0].Name",
        "Get\nSet\nSet-Alias",
    ),
    ("$hash = 'f.TXT', 'g.txt', 'h.txt' | Group-Object -Property { $_.Split('.')[1] } -CaseSensitive -AsHashTable\n$hash", "Name Value\n---- -----\ntxt {g.txt, h.txt}\nTXT {f.TXT}"),
    # Measure-Object
    ("'One', 'Two', 'Three', 'Four' | Set-Content -Path tmp.txt\nGet-Content tmp.txt | Measure-Object -Character -Line -Word", "Lines Words Characters\n----- ----- ----------\n4 4 15"),
    ("'EmpNo,Years', '1,3', '2,8' | Out-File serviceyrs.csv; Import-Csv serviceyrs.csv | Measure-Object -Property Years -Minimum -Maximum -Average", "Count : 2\nAverage : 5.5\nMaximum : 8\nMinimum : 3\nProperty : Years"),
    ("$true, $false, $false, $false | % { [pscustomobject]@{d=$_} } | Measure-Object -Property d -Maximum -Sum -Average", "Count : 4\nAverage : 0.25\nSum : 1\nMaximum : 1\nProperty : d"),
    ('"One`nTwo`nThree" | Measure-Object -Line', "Lines\n-----\n3"),
    ('"One", "Two`nThree" | Measure-Object -Line', "Lines\n-----\n3"),
    ('"One, Two", "Three", "Four Five" | Measure-Object -Word -Line', "Lines Words\n----- -----\n3 5"),
    ("1..5 | Measure-Object -AllStats", "Count : 5\nAverage : 3\nSum : 15\nMaximum : 5\nMinimum : 1\nStandardDeviation : 1.5811388300841*"),
    ("1..3 | Measure-Object -Sum {$_/2}", "Count Sum Property\n----- --- --------\n3 3 $_/2"),
    ("@{num=3}, @{num=4}, @{num=5} | Measure-Object -Maximum Num", "Count Maximum Property\n----- ------- --------\n3 5 num"),
    # Compare-Object
    (FILES + "Compare-Object -ReferenceObject (Get-Content -Path Testfile1.txt) -DifferenceObject (Get-Content -Path Testfile2.txt)", "InputObject SideIndicator\n----------- -------------\ncat =>\nracoon =>\ndog <=\nsquirrel <="),
    (FILES + "$objects = @{\n  ReferenceObject = (Get-Content -Path Testfile1.txt)\n  DifferenceObject = (Get-Content -Path Testfile2.txt)\n}\nCompare-Object @objects -ExcludeDifferent", "InputObject SideIndicator\n----------- -------------\nbird =="),
    ("$a = $True\nCompare-Object -IncludeEqual $a $a\nCompare-Object -IncludeEqual $a $a -PassThru", "InputObject SideIndicator\n----------- -------------\nTrue ==\nTrue"),
    ("Compare-Object -ReferenceObject 'abc' -DifferenceObject 'xyz' -Property Length -IncludeEqual", "Length SideIndicator\n------ -------------\n3 =="),
    # Where-Object, ForEach-Object
    (PROCESSES + "Get-Load | Where-Object { $_.WS -gt 100 } | % Name; Get-Load | where WS -GT 100 | % Name; Get-Load | Where-Object -Property WS -GT -Value 100 | % Name", "bash\nsshd\nbash\nsshd\nbash\nsshd"),
    (PROCESSES + "Get-Load | Where-Object -Property Name -Match '^s.*' | % Id; Get-Load | where { $_.Name -ne 'bash' -and $_.Id -lt 3 } | % Id", "5\n1"),
    ('"Microsoft.PowerShell.Core", "Microsoft.PowerShell.Host" | ForEach-Object {$_.Split(".")}', "Microsoft\nPowerShell\nCore\nMicrosoft\nPowerShell\nHost"),
    ('"Microsoft.PowerShell.Core" | ForEach-Object -MemberName Split -ArgumentList "."', "Microsoft\nPowerShell\nCore"),
    # Tee-Object, Get-Unique, Get-Member
    (PROCESSES + "Get-Load | Tee-Object -FilePath Test1.txt | Out-Null; (Get-Content Test1.txt).Count", "6"),
    (PROCESSES + "Get-Load | Tee-Object -Variable proc | Select-Object Name, Id | Out-Null; $proc.Count", "4"),
    ("'b', 'a', 'b' | Out-File words.txt; $A = Get-Content words.txt | Sort-Object | Get-Unique; $A", "a\nb"),
    ("1, 2, 'x' | Get-Unique -OnType", "1\nx"),
    # Select-String
    ("'Hello', 'HELLO' | Select-String -Pattern 'HELLO' -CaseSensitive -SimpleMatch", "HELLO"),
    ("'one', 'Exception', 'two', 'three' | Out-File log.txt; Select-String -Path log.txt -Pattern 'Exception' -Context 0, 1", "> *log.txt:2:Exception\n*log.txt-3-two"),
    ("$A = 'PowerShell', 'x', 'powershell PowerShell' | Select-String -Pattern 'PowerShell'\n$B = 'powershell PowerShell' | Select-String -Pattern 'PowerShell' -AllMatches\n$A.Count; $B.Matches.Count; $A[1].Matches[0].Value", "2\n2\npowershell"),
    # formats
    (PROCESSES + "Get-Load | Format-Table -Property Name, @{Label='WS(K)'; Expression={$_.WS * 2}; Width=6} | Out-String -Stream | select -First 3", "Name WS(K)\n---- -----\ninit 20"),
    (PROCESSES + "Get-Load | Sort-Object Name | Format-Table Id -GroupBy Name -HideTableHeaders", "Name: bash\n7\n9\nName: init\n1\nName: sshd\n5"),
    (PROCESSES + "Get-Load | select -First 1 | Format-List -Property Name, Id", "Name : init\nId : 1"),
    # data
    ("@{Account='User01';Domain='Domain01';Admin='True'} | ConvertTo-Json -Compress", '{"Account":"User01","Domain":"Domain01","Admin":"True"}'),
    ('"hello world" | ConvertTo-Json; 42 | ConvertTo-Json; @(1, 2) | ConvertTo-Json -Compress', '"hello world"\n42\n[1,2]'),
    ("$J = '{ \"a\": { \"b\": [1, {\"c\": null}] } }' | ConvertFrom-Json; $J.a.b[0]; $J.a.b[1].c -eq $null", "1\nTrue"),
    ("""'{"a":"b"} {"c":"d"}' | ConvertFrom-Json -ErrorAction SilentlyContinue; '{"a":1}', '{"a":2}' | ConvertFrom-Json | % a""", "1\n2"),
    (
        "$Here = @'\nMsg1 = The string parameter is required.\nMsg2 = Credentials are required for this command.\nMsg3 = The specified variable does not exist.\n'@\nConvertFrom-StringData -StringData $Here | % { $_.Msg2 }",
        "Credentials are required for this command.",
    ),
    ("ConvertFrom-StringData -StringData @'\nTop = Red\nBottom = Blue\n# note\n'@ | % Keys", "Top\nBottom"),
    ('$n = [pscustomobject]@{Name="x"; Time=3} | ConvertTo-Csv -NoTypeInformation -UseQuotes Always; $n', '"Name","Time"\n"x","3"'),
    ("$h = 'A', 'B'; '1;2' | ConvertFrom-Csv -Header $h -Delimiter ';' | % B", "2"),
    # time
    ("(New-TimeSpan -Start (Get-Date -Year 2026 -Month 3 -Day 1) -End (Get-Date -Year 2026 -Month 3 -Day 4)).Days", "3"),
    ('Get-Date -Date "2026-03-04 05:06:07" -UFormat "%A %m/%d/%Y %R"', "Wednesday 03/04/2026 05:06"),
    ("$a = Get-Date -Year 2020 -Month 12 -Day 31; $a.DayOfYear", "366"),
    ("Get-Date -UnixTimeSeconds 1577836800 -AsUTC -Format 'yyyy-MM-dd'", "2020-01-01"),
    # aliases and variables
    ("New-Alias -Name \"List\" Get-ChildItemX -ErrorAction SilentlyContinue; Set-Alias -Name list -Value Get-Location; Get-Alias -Name list | % Definition", "Get-Location"),
    ("New-Variable days; New-Variable zipcode -Value 98033; $zipcode; $days -eq $null", "98033\nTrue"),
    ('Set-Variable -Name "desc" -Value "A description"; Get-Variable -Name "desc" -ValueOnly; Clear-Variable -Name d*; $desc -eq $null', "A description\nTrue"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "out"), EXAMPLES)
def test_an_example_of_the_pages(text: str, out: str, tmp_path: Path) -> None:
    ran = run_text(text, tmp_path)
    assert not ran.errors, ran.errors
    assert fits(out, ran.out), ran.out
