# fish completion for jobsh
# Made from the declarations by `python -m tests.completion_scripts`; a test compares.

complete -c jobsh -f
complete -c jobsh -s c -l command -x -a 'Add-Content Add-Member Clear-Content Clear-History Clear-Host Clear-Variable Compare-Object Connect-Session ConvertFrom-Csv ConvertFrom-Json ConvertFrom-StringData ConvertTo-Csv ConvertTo-Json Copy-Item Debug-Job Disconnect-Session Enter-Session Exit-Session Export-Csv ForEach-Object Format-List Format-Table Format-Wide Get-Alias Get-ChildItem Get-Command Get-Content Get-Credential Get-Date Get-Error Get-Event Get-EventSubscriber Get-Help Get-History Get-Item Get-Job Get-Location Get-Member Get-Random Get-Session Get-Unique Get-Variable Group-Object Import-Csv Invoke-Command Invoke-Expression Invoke-History Join-Path Join-String Measure-Command Measure-Object Move-Item New-Alias New-Item New-Object New-Session New-SessionOption New-TimeSpan New-Variable Out-File Out-Host Out-Null Out-String Read-Host Receive-Job Receive-Session Register-JobEvent Register-ObjectEvent Remove-Alias Remove-Event Remove-Item Remove-Job Remove-Session Remove-Variable Rename-Item Resolve-Path Resume-Job Select-Object Select-String Set-Alias Set-Content Set-Location Set-StrictMode Set-Variable Sort-Object Split-Path Start-Job Start-Process Start-Sleep Start-ThreadJob Stop-Job Suspend-Job Tee-Object Test-Path Unregister-Event Wait-Event Wait-Job Where-Object Write-Debug Write-Error Write-Host Write-Information Write-Output Write-Progress Write-Verbose Write-Warning' -d 'Run TEXT and end with its exit status; - reads it from standard input.'
complete -c jobsh -s o -l output -x -a 'text json jsonl csv' -d 'How results are printed.'
complete -c jobsh -l color -x -a 'auto always never' -d 'When to use colours; NO_COLOR turns them off.'
complete -c jobsh -s F -r -F -d 'Read FILE instead of ssh\'s own configuration.'
complete -c jobsh -l no-profile -d 'Do not run the profile at the prompt.'
complete -c jobsh -s v -l verbose -d 'Show verbose messages.'
complete -c jobsh -l demo -d 'Bring three hosts of its own and open a prompt that can reach them.'
complete -c jobsh -l version -d 'Show the version.'
complete -c jobsh -s h -l help -d 'Show this help.'
complete -c jobsh -n __fish_use_subcommand -a engine -d 'Show, stop or restart the engine'
complete -c jobsh -n '__fish_seen_subcommand_from engine' -a 'status stop restart'
complete -c jobsh -n 'not __fish_seen_subcommand_from engine' -k -a '(__fish_complete_suffix .jsh)'
