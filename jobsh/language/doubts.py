"""What in a shell's script looks like PowerShell: said before the script runs, so that nobody has to guess from a shell's riddle."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from jobsh.language.ast import Vocabulary
from jobsh.language.patterns import Pattern

ELSEWHERE = {
    "get-process": "ps aux",
    "stop-process": "kill, pkill",
    "get-service": "systemctl status",
    "start-service": "systemctl start",
    "stop-service": "systemctl stop",
    "restart-service": "systemctl restart",
    "set-service": "systemctl enable",
    "get-eventlog": "journalctl",
    "get-winevent": "journalctl",
    "write-eventlog": "logger",
    "get-itemproperty": "stat",
    "get-filehash": "sha256sum",
    "get-acl": "ls -l, getfacl",
    "invoke-webrequest": "curl -O",
    "invoke-restmethod": "curl … | ConvertFrom-Json",
    "test-connection": "ping",
    "test-netconnection": "nc -z",
    "resolve-dnsname": "getent hosts",
    "get-netadapter": "ip link",
    "get-netipaddress": "ip addr",
    "get-nettcpconnection": "ss -t",
    "get-hotfix": "the package manager's list",
    "get-computerinfo": "uname -a, hostnamectl",
    "get-ciminstance": "/proc, /sys, dmidecode",
    "get-wmiobject": "/proc, /sys, dmidecode",
    "get-psdrive": "df",
    "get-volume": "df",
    "get-disk": "lsblk",
    "get-localuser": "getent passwd",
    "get-aduser": "getent passwd",
    "restart-computer": "systemctl reboot",
    "stop-computer": "systemctl poweroff",
    "get-culture": "locale",
    "get-uiculture": "locale",
    "get-timezone": "timedatectl",
    "set-executionpolicy": "nothing: scripts run as they are",
    "get-executionpolicy": "nothing: scripts run as they are",
    "import-module": ". file.jsh",
    "get-module": "Get-Command",
    "install-module": "the package manager",
    "out-printer": "lpr",
    "get-host": "$Host",
    "expand-archive": "unzip, tar -x",
    "compress-archive": "zip, tar -c",
    "update-help": "nothing: Get-Help has all",
    "start-transcript": "script",
    "get-scheduledtask": "systemctl list-timers, crontab -l",
}
"""PowerShell's commands that jobsh leaves to programs, in lower case, and those programs."""

_ALIASES = frozenset(["gci", "gps", "gsv", "gwmi", "gcim", "iwr", "irm", "ogv", "spps", "sasv", "spsv"])
_MARKS = ("$_", "| select -", "$($", "$args", "return", "= ", ") {", "){", "::")
_SINGLE_QUOTED = Pattern(r"'[^']*'|(?m:(?:^|[ \t])#[^\n]*)")
_ODD = Pattern(
    r"(?m:(?P<item>\$(?:_|PSItem)\.[A-Za-z]\w*)|(?P<member>\$\(\$\w+[.\[][^)\n]*\))|(?P<argument>\$args\b(?:\[\d+\])?)"
    r"|(?:^|[;{]|&&|\|\|)[ \t]*(?P<assignment>\$\w+[ \t]*[-+*/]?=[ \t])"
    r"|(?P<keyword>\b(?:if|elseif|while|foreach|for|switch)[ \t]*\([^\n]*\)[ \t\n]*\{)"
    r"|(?P<pipe>\|[ \t]*select)[ \t]+-|\A\s*(?P<value>return[ \t]+[^ \t-\r;]+)|(?P<static>\[[A-Za-z][\w.]*\]::\w+))"
)


def elsewhere(name: str) -> str:
    """The programs that do what a command of PowerShell does, or nothing."""
    return ELSEWHERE.get(name.lower(), "")


_NOT_BUILT = {
    "history": "the shell of the place keeps no history: Get-History lists what was typed here",
    "iex": "iex (Invoke-Expression) is not built: Get-Help Invoke-Expression says what to use",
    "class": "classes are not part of the language: [pscustomobject]@{…} makes objects, functions work on them",
    "enum": "enumerations are not part of the language: [ValidateSet('a', 'b')] checks words",
    "using": "using is not part of the language: types have short names here, . file.jsh reads another file",
    "workflow": "workflows are not part of the language: a job outlives its shell, Suspend-Job and Resume-Job hold it up",
    "configuration": "configurations are not part of the language: they are for configuration management",
}
_DEFINES = Pattern(r"(?mi:^[ \t]*(class|enum|workflow|configuration)[ \t]+\w[^\n{]*\{)")


def not_built(text: str) -> str:
    """What to say of a text that cannot be read, or nothing: it may define a class."""
    found = _DEFINES.search(text)
    return _NOT_BUILT[found.group(1).lower()] if found else ""


def after_not_found(text: str) -> str:
    """What to say when a shell has not found the program that a text calls, or shows nothing; empty: nothing."""
    words = text.split(None, 2)
    word = words[0] if words else ""
    if word.lower() in _NOT_BUILT:
        return _NOT_BUILT[word.lower()]
    return f"{word} is PowerShell's: here it is {program}" if (program := elsewhere(word)) else ""


def doubt(text: str, commands: Iterable[tuple[str, bool]], vocabulary: Vocabulary) -> str:
    """What to say of a script before a shell gets it, or nothing. `commands` are the words it calls, and whether after a `|`."""
    odd = _odd_command(commands, vocabulary) or _odd_text(text)
    if not odd:
        return ""
    what, instead = odd
    return f"the host's shell gets this block, because it begins with shell text, but {what}: {instead}"


def _odd_command(commands: Iterable[tuple[str, bool]], vocabulary: Vocabulary) -> tuple[str, str] | None:
    for word, is_piped in commands:
        if program := elsewhere(word):
            return f"{word} is PowerShell's", f"here it is {program}"
        if word in _ALIASES:
            return f"{word} is an alias of PowerShell's", "write the program's name"
        if is_piped and _is_jobsh(word, vocabulary):
            return f"`| {word}` is jobsh's", _WRITE
    return None


def _is_jobsh(word: str, vocabulary: Vocabulary) -> bool:
    is_command = vocabulary.after_pipe(word) or vocabulary.canonical(word)
    return is_command is not None and not vocabulary.is_shared(word)


_WRITE = "write { & { … } } to have the whole block read as jobsh code, or put the pipe after the block"
_INSTEAD = {
    "pipe": _WRITE,
    "item": _WRITE,
    "member": _WRITE,
    "argument": 'what -ArgumentList gives is "$1", "$2", … to a shell; or begin the block with param($name)',
    "assignment": "write { & { … } } to have the whole block read as jobsh code; a shell assigns with name=value",
    "keyword": "write { & { … } } to have the whole block read as jobsh code",
    "value": "a block gives what it writes: { 42 }, { echo done }",
    "static": "write { & { … } } to have the whole block read as jobsh code",
}


def _odd_text(text: str) -> tuple[str, str] | None:
    if not any(mark in text for mark in _MARKS):
        return None
    found = _ODD.search(_SINGLE_QUOTED.sub("''", text))
    if found is None:
        return None
    kind = found.lastgroup or ""
    shown = " ".join(found[kind].split())
    return f"`{shown if len(shown) < 40 else shown[:39] + '…'}` is PowerShell's", _INSTEAD[kind]


_MEMBER_OF = Pattern(r"\$(\w+)\.[A-Za-z]\w*")
_DOTTED = Pattern(r"\.[ \t]+\$(\w+)(?!\w)")
_SUBSTITUTED = Pattern(r"\$\(\$(\w+)[.\[][^)\n]*\)")


def members_in(text: str, handed: Iterable[str], objects: Collection[str]) -> str:
    """What to say of shell text that names members of variables of ours, or nothing: to the shell they are text. `handed` are
    the variables it gets, `objects` those whose text is of no use with a `.Name` behind it."""
    plain = _SINGLE_QUOTED.sub("''", text)
    found = _SUBSTITUTED.search(plain)
    if found and found.group(1) in handed:
        return f"`{found.group()}` is the shell's here, which runs what is in $( ); Write-Output prints jobsh's values"
    dotted = _DOTTED.match(text)
    if dotted and dotted.group(1) in objects:
        return f"the shell reads a file for `{dotted.group()}`; & ${dotted.group(1)} runs a block, . {{ … }} here in this scope"
    found = _MEMBER_OF.search(plain) if objects else None
    if found is None or found.group(1) not in objects:
        return ""
    name = found.group(1)
    word = text.split(None, 1)[0]
    return f"to the shell `{found.group()}` is ${name} and a piece of text; & {word} … gives a program the value"
