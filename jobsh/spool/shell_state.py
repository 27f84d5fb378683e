"""The state that shell text leaves to the next one, as programs for shells: directory, umask, `$?`, variables and, in bash and
zsh, functions, aliases and options. Pure text: says neither where the state lies nor who runs it. Front ends use it here."""

from __future__ import annotations

from collections.abc import Sequence

from jobsh.spool.programs import ShellKind


def stateful(
    kind: ShellKind, handed: Sequence[str] = (), *, keeps: bool = True, tells_environment: bool = False
) -> str:
    """A program for a shell that runs the text `$2`, with the arguments after it, from the state in the file `$1`, and at the
    end, however it comes, leaves the new state there. Beside it `$1.place` then holds the umask and, after a newline, the
    directory; `$1.env`, where it is asked for, the exported variables, NUL-separated. `handed` are the names of variables in the
    environment that are this text's alone: they win over the state's and are not kept. Without `keeps` the state is only read."""
    dump = _DUMP[kind].replace("GONE", " ".join(("__jobsh_text", *handed)))
    environment = 'command env -0 >|"$__jobsh_state.env"' if tells_environment else ":"
    before = "".join(f"__jobsh_{number}=${name}\n" for number, name in enumerate(handed))
    after = "".join(f'export {name}="$__jobsh_{n}"\nunset -v __jobsh_{n}\n' for n, name in enumerate(handed))
    save = dump.replace("ENVIRONMENT", environment) + "trap __jobsh_save EXIT\n" if keeps else ""
    steps = (_BEGIN, save, before, _RESTORE[kind], after, _RUN)
    return _one_line("".join(steps))


_OPEN = ("do", "then", "else", "in", "{", "(", ";;", "&&", "||")


def _one_line(program: str) -> str:
    """The program in one line: then shells count the lines of the text from 1, as in a text of its own. Each line of a program
    here is a whole command, or ends with what opens one."""
    joined = ""
    for line in program.splitlines():
        joined += line.strip() + (" " if line.endswith(_OPEN) else ";")
    return joined


_BEGIN = """\
__jobsh_state=$1
__jobsh_text=$2
shift 2
"""

# The functions are read before any alias of the user's is there; `builtin` passes by functions of the user's.
_DUMP = {
    ShellKind.BASH: """\
__jobsh_save() {
  __jobsh_status=$?
  {
    trap - DEBUG ERR RETURN
    __jobsh_options=$(builtin set +o; builtin shopt -p)
    set +euxvCf
    unset -f __jobsh_save
    unset -v BASH_EXECUTION_STRING GONE
    __jobsh_directory=$PWD __jobsh_old=${OLDPWD-}
    { builtin umask; builtin printf %s "$PWD"; } >"$__jobsh_state.place"
    ENVIRONMENT
    { builtin declare -p; builtin declare -f; builtin declare -Fx; builtin alias -p; builtin umask -p; } >"$__jobsh_state.new"
    command mv -f "$__jobsh_state.new" "$__jobsh_state"
  } 2>/dev/null
}
""",
    ShellKind.ZSH: """\
__jobsh_save() {
  __jobsh_status=$?
  {
    __jobsh_options=$(builtin set +o)
    builtin emulate -L zsh
    unfunction __jobsh_save
    unset -v ZSH_EXECUTION_STRING GONE
    __jobsh_directory=$PWD __jobsh_old=${OLDPWD-}
    { builtin umask; builtin printf %s "$PWD"; } >|"$__jobsh_state.place"
    ENVIRONMENT
    {
      for __jobsh_name in ${(k)parameters}; do
        case $parameters[$__jobsh_name] in
          (*special*|*readonly*|*local*|*hide*) ;;
          (*) builtin typeset -p -- $__jobsh_name ;;
        esac
      done
      builtin export -p
      builtin functions
      builtin alias -L
      builtin printf 'umask '
      builtin umask
    } >|"$__jobsh_state.new"
    command mv -f "$__jobsh_state.new" "$__jobsh_state"
  } 2>/dev/null
}
""",
    ShellKind.SH: """\
__jobsh_save() {
  __jobsh_status=$?
  {
    set +euxvCf
    unset -v GONE
    __jobsh_directory=$PWD __jobsh_old=${OLDPWD-}
    { umask; printf %s "$PWD"; } >"$__jobsh_state.place"
    ENVIRONMENT
    { set; export -p; printf 'umask '; umask; } >"$__jobsh_state.new"
    command mv -f "$__jobsh_state.new" "$__jobsh_state"
  } 2>/dev/null
}
""",
}

_READ = """\
if [ -f "$__jobsh_state" ]; then
  __jobsh_here=$__jobsh_state __jobsh_ppid=$PPID
  . "$__jobsh_state" 2>/dev/null
  __jobsh_state=$__jobsh_here
  MOVE -- "${__jobsh_old:-.}" 2>/dev/null
  MOVE -- "$__jobsh_directory" 2>/dev/null
  REST
fi
"""
# an error would end the shell that begins with `errexit` and a `$?` of another
_SET_OPTIONS = """\
case $__jobsh_options in *'-o errexit'*) __jobsh_status= ;; esac
  eval "$__jobsh_options" 2>/dev/null"""
_RESTORE = {
    ShellKind.BASH: "shopt -s expand_aliases\n" + _READ.replace("MOVE", "builtin cd").replace("REST", _SET_OPTIONS),
    ShellKind.ZSH: _READ.replace("MOVE", "builtin cd -q").replace("REST", _SET_OPTIONS),
    # PPID is an ordinary variable of some
    ShellKind.SH: _READ.replace("MOVE", "command cd").replace(
        "REST", '[ "$PPID" = "$__jobsh_ppid" ] || PPID=$__jobsh_ppid'
    ),
}
_RUN = """\
unset -v __jobsh_here __jobsh_ppid __jobsh_directory __jobsh_old __jobsh_options __jobsh_name
case ${__jobsh_status:-0} in 0) ;; *) (exit $__jobsh_status) ;; esac
eval "$__jobsh_text"
"""
