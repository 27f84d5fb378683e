"""The conformance table: what PowerShell promises of jobs, sessions and its language, and the test that shows it here.

Each area of PowerShell is a file `tests/conformance/AREA.toml` of rows, one for every parameter and every rule, also those
that mean nothing here:

    [[row]]
    cmdlet = "Get-Job"        # or several, with commas; or a topic: "Job states", "Operators"
    what = "-Before, -After"  # parameters, each with its hyphen, or in a few words the rule
    rule = "strict comparison with the end time; jobs without one are dropped"
    here = "same"             # same | better | differs | absent | own (no such thing in PowerShell)
    says = ""                 # for all but same: sentences for the help page: what jobsh does, and why
    test = ["tests/unit/cmdlets/test_get_job.py::test_before_and_after"]  # the tests that show it, without [parameters]

A row of a cmdlet that jobsh does not have is `absent`, and its test shows the clear error. Rows of one area (or of two) that
say the same sentence are told as one on the help page, so write the sentence once and repeat it: `-Authentication` of four
cmdlets need not be four paragraphs.

`powershell.toml` is the other side: the cmdlets, parameters and aliases that PowerShell has. Every one of them has a row or a
cmdlet of that name here; every parameter that jobsh declares on these cmdlets has a row too.

    python -m tests.conformance            writes jobsh/help/about_PowerShell_Differences.txt and says what is wrong
    python -m tests.conformance --missing  lists what has no row yet
    python -m tests.conformance --counts   how many rows each area has, by what they say
"""
