# How dash, busybox and other POSIX shells keep a session's variables, directory and umask. Comes before attach.sh.
# The names mean what they mean in state_bash.sh.
__jobsh_s=$__jobsh_s/$__jobsh_i/state.sh
__jobsh_c=${JOBSH_ATTACHED#*-}
__jobsh_w=$HOME
__jobsh_o=
__jobsh_x=
__jobsh_r=0
__jobsh_n=
__jobsh_status() {
  set -- "$__jobsh_r"
  unset -v __jobsh_r
  unset -f __jobsh_status
  return "$1"
}
__jobsh_keep() {
  __jobsh_n="$__jobsh_n $1"
  eval "case \${$1+set} in set) __jobsh_k_$1=\$$1 ;; esac"
}
__jobsh_save() {
  [ -z "$__jobsh_z" ] || return "$1"
  __jobsh_z=1
  set +efuxvC
  set -- "$1" "$__jobsh_s" "$__jobsh_w" "$IFS" "$__jobsh_c"
  IFS=' '
  for __jobsh in $__jobsh_n; do
    eval "case \${__jobsh_k_$__jobsh+set} in set) $__jobsh=\$__jobsh_k_$__jobsh ;; *) command unset -v $__jobsh ;; esac"
    unset -v "__jobsh_k_$__jobsh"
  done
  IFS=$4
  unset -v __jobsh __jobsh_w __jobsh_o __jobsh_x __jobsh_r __jobsh_n __jobsh_z __jobsh_s __jobsh_c __jobsh_i __jobsh_v JOBSH_ATTACHED
  unset -v SSH_CLIENT SSH_CONNECTION SSH_TTY SSH_AUTH_SOCK SSH_ORIGINAL_COMMAND XDG_SESSION_ID XDG_SESSION_TYPE XDG_SESSION_CLASS
  command unset -v PPID LINENO OPTIND OPTARG RANDOM SHLVL TERM COLUMNS LINES PS1 PS2 PS4 FUNCNAME
  {
    case ${BASH_VERSION-}${KSH_VERSION-} in '') set ;; esac
    export -p
    printf 'umask '
    umask
    printf '__jobsh_r=%s\n%s\n%s\n%s\n' "$1" '__jobsh_p=${OLDPWD-}' '__jobsh_w=$PWD; cd -- "$PWD"; OLDPWD=$__jobsh_p; unset -v __jobsh_p' '# whole'
  } >|"$2.$5"
  [ "$PWD" = "$3" ] || printf %s "$PWD" >|"${2%/*}/directory"
  __jobsh_z=1
  return "$1"
}
if [ -r "$__jobsh_s" ]; then
  . "$__jobsh_s"
  # it was removed: as in a shell that was there, there is nothing to work on until the next cd
  [ -d "$__jobsh_w/." ] ||
    { mkdir -p "${__jobsh_s%/*}/removed" && cd -- "${__jobsh_s%/*}/removed" && rmdir -- "${__jobsh_s%/*}/removed"; }
fi
case $__jobsh_z in '') trap 'case $__jobsh_z in "") { __jobsh_save "$?"; } 2>/dev/null ;; esac' EXIT ;; esac
