"""Completion scripts for bash, zsh and fish, made from the options of jobsh and the names of its commands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from jobsh.command.command_line import ENGINE_VERBS, OPTIONS, Option

_MADE = "# Made from the declarations by `python -m tests.completion_scripts`; a test compares."
_TEXT, _FILE = "TEXT", "FILE"

_VERBS = tuple(verb for verb in ENGINE_VERBS if verb != "run")
"""`jobsh engine run` is for jobsh itself."""


def scripts(commands: Sequence[str]) -> Mapping[str, str]:
    """File name → text, for `completions/`."""
    shown = [option for option in OPTIONS if not option.is_hidden]
    return {
        "jobsh.bash": _bash(shown, commands),
        "_jobsh": _zsh(shown, commands),
        "jobsh.fish": _fish(shown, commands),
    }


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(lines) + "\n"


# bash


def _bash(options: Sequence[Option], commands: Sequence[str]) -> str:
    names = " ".join(name for option in options for name in option.names)
    return _lines(
        [
            "# bash completion for jobsh",
            _MADE,
            "",
            "_jobsh() {",
            '    local word="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD - 1]}"',
            "    # bash takes the = of --color=auto for a word of its own",
            '    [[ "$before" == = ]] && before="${COMP_WORDS[COMP_CWORD - 2]}"',
            '    [[ "$word" == = ]] && word=',
            "    COMPREPLY=()",
            '    case "$before" in',
            *(line for option in options if option.value for line in _bash_case(option, commands)),
            f"    engine) mapfile -t COMPREPLY < <(compgen -W '{' '.join(_VERBS)}' -- \"$word\"); return ;;",
            "    esac",
            '    if [[ "$word" == -* ]]; then',
            f"        mapfile -t COMPREPLY < <(compgen -W '{names}' -- \"$word\")",
            "    else",
            "        compopt -o filenames",
            "        mapfile -t COMPREPLY < <(",
            '            ((COMP_CWORD == 1)) && compgen -W engine -- "$word"',
            "            compgen -f -X '!*.jsh' -- \"$word\"",
            '            compgen -d -- "$word"',
            "        )",
            "    fi",
            "}",
            "",
            "complete -F _jobsh jobsh",
        ]
    )


def _bash_case(option: Option, commands: Sequence[str]) -> Iterable[str]:
    words = option.choices or (commands if option.value == _TEXT else ())
    yield f"    {'|'.join(option.names)})"
    if words:
        yield f"        mapfile -t COMPREPLY < <(compgen -W '{' '.join(words)}' -- \"$word\")"
    else:
        yield "        compopt -o filenames"
        yield '        mapfile -t COMPREPLY < <(compgen -f -- "$word")'
    yield "        return"
    yield "        ;;"


# zsh


def _zsh(options: Sequence[Option], commands: Sequence[str]) -> str:
    return _lines(
        [
            "#compdef jobsh",
            _MADE,
            "",
            "_jobsh_first() {",
            "    _alternative 'words:word:(engine)' \"files:script:_files -g '*.jsh'\"",
            "}",
            "",
            "_jobsh_second() {",
            "    if [[ $words[2] == engine ]]; then",
            f"        compadd {' '.join(_VERBS)}",
            "    else",
            "        _files",
            "    fi",
            "}",
            "",
            "_jobsh() {",
            "    local -a commands=(",
            *(f"        {name}" for name in commands),
            "    )",
            "    _arguments -s -S \\",
            *(f"        {_zsh_option(option)} \\" for option in options),
            "        '1: :_jobsh_first' \\",
            "        '2: :_jobsh_second' \\",
            "        '*: :_files'",
            "}",
            "",
            '_jobsh "$@"',
        ]
    )


def _zsh_option(option: Option) -> str:
    text = option.help.replace("[", "\\[").replace("]", "\\]").replace("'", "'\\''")
    value = _zsh_value(option)
    exclusive = f"({' '.join(option.names)})"
    names = [_zsh_name(name) if value else name for name in option.names]
    if len(names) == 1:
        return f"'{exclusive}{names[0]}[{text}]{value}'"
    return f"'{exclusive}'{{{','.join(names)}}}'[{text}]{value}'"


def _zsh_name(name: str) -> str:
    """With what says that its value may be in the same word."""
    return f"{name}=" if name.startswith("--") else f"{name}+"


def _zsh_value(option: Option) -> str:
    if not option.value:
        return ""
    if option.choices:
        return f":{option.value.lower()}:({' '.join(option.choices)})"
    return f":{option.value.lower()}:" + ("_files" if option.value == _FILE else "compadd -a commands")


# fish


def _fish(options: Sequence[Option], commands: Sequence[str]) -> str:
    return _lines(
        [
            "# fish completion for jobsh",
            _MADE,
            "",
            "complete -c jobsh -f",
            *(_fish_option(option, commands) for option in options),
            "complete -c jobsh -n __fish_use_subcommand -a engine -d 'Show, stop or restart the engine'",
            f"complete -c jobsh -n '__fish_seen_subcommand_from engine' -a '{' '.join(_VERBS)}'",
            "complete -c jobsh -n 'not __fish_seen_subcommand_from engine' -k -a '(__fish_complete_suffix .jsh)'",
        ]
    )


def _fish_option(option: Option, commands: Sequence[str]) -> str:
    names = [f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.names]
    words = ["complete -c jobsh", *names]
    if option.value == _FILE:
        words.append("-r -F")
    elif option.value:
        words.append(f"-x -a '{' '.join(option.choices or commands)}'")
    text = option.help.replace("\\", "\\\\").replace("'", "\\'")
    return " ".join([*words, f"-d '{text}'"])
