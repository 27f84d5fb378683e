# bash completion for jobsh
# Made from the declarations by `python -m tests.completion_scripts`; a test compares.

_jobsh() {
    local word="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD - 1]}"
    # bash takes the = of --color=auto for a word of its own
    [[ "$before" == = ]] && before="${COMP_WORDS[COMP_CWORD - 2]}"
    [[ "$word" == = ]] && word=
    COMPREPLY=()
    case "$before" in
    -c|--command)
        mapfile -t COMPREPLY < <(compgen -W 'Add-Content Add-Member Clear-Content Clear-History Clear-Host Clear-Variable Compare-Object Connect-Session ConvertFrom-Csv ConvertFrom-Json ConvertFrom-StringData ConvertTo-Csv ConvertTo-Json Copy-Item Debug-Job Disconnect-Session Enter-Session Exit-Session Export-Csv ForEach-Object Format-List Format-Table Format-Wide Get-Alias Get-ChildItem Get-Command Get-Content Get-Credential Get-Date Get-Error Get-Event Get-EventSubscriber Get-Help Get-History Get-Item Get-Job Get-Location Get-Member Get-Random Get-Session Get-Unique Get-Variable Group-Object Import-Csv Invoke-Command Invoke-Expression Invoke-History Join-Path Join-String Measure-Command Measure-Object Move-Item New-Alias New-Item New-Object New-Session New-SessionOption New-TimeSpan New-Variable Out-File Out-Host Out-Null Out-String Read-Host Receive-Job Receive-Session Register-JobEvent Register-ObjectEvent Remove-Alias Remove-Event Remove-Item Remove-Job Remove-Session Remove-Variable Rename-Item Resolve-Path Resume-Job Select-Object Select-String Set-Alias Set-Content Set-Location Set-StrictMode Set-Variable Sort-Object Split-Path Start-Job Start-Process Start-Sleep Start-ThreadJob Stop-Job Suspend-Job Tee-Object Test-Path Unregister-Event Wait-Event Wait-Job Where-Object Write-Debug Write-Error Write-Host Write-Information Write-Output Write-Progress Write-Verbose Write-Warning' -- "$word")
        return
        ;;
    -o|--output)
        mapfile -t COMPREPLY < <(compgen -W 'text json jsonl csv' -- "$word")
        return
        ;;
    --color)
        mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$word")
        return
        ;;
    -F)
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
        return
        ;;
    engine) mapfile -t COMPREPLY < <(compgen -W 'status stop restart' -- "$word"); return ;;
    esac
    if [[ "$word" == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W '-c --command -o --output --color -F --no-profile -v --verbose --demo --version -h --help' -- "$word")
    else
        compopt -o filenames
        mapfile -t COMPREPLY < <(
            ((COMP_CWORD == 1)) && compgen -W engine -- "$word"
            compgen -f -X '!*.jsh' -- "$word"
            compgen -d -- "$word"
        )
    fi
}

complete -F _jobsh jobsh
