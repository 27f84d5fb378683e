# How bash keeps a session's state: without a fork: the client renames what it wrote. Comes before attach.sh.
# __jobsh_s: the file of the state, __jobsh_c: the cookie, __jobsh_z: empty when the state is to be kept and was not yet;
# __jobsh_d, __jobsh_e: options at the start; __jobsh_b: names at the start; __jobsh_w: the directory known to others;
# __jobsh_n: names given for this text only, __jobsh_k: what they were before; __jobsh_o, __jobsh_x, __jobsh_r: options and
# status of the last text.
shopt -s expand_aliases
__jobsh_d=$SHELLOPTS
__jobsh_e=$BASHOPTS
__jobsh_s=$__jobsh_s/$__jobsh_i/state.bash
__jobsh_c=${JOBSH_ATTACHED#*-}
__jobsh_w=$HOME
__jobsh_o=
__jobsh_x=
__jobsh_r=0
__jobsh_k=
__jobsh_n=
# Names that the environment or a start-up file may have given: what is gone of them at the end was unset.
case $__jobsh_z in
  '')
    __jobsh_b="${!_@} ${!A@} ${!B@} ${!C@} ${!D@} ${!E@} ${!F@} ${!G@} ${!H@} ${!I@} ${!J@} ${!K@} ${!L@} ${!M@}"
    __jobsh_b="$__jobsh_b ${!N@} ${!O@} ${!P@} ${!Q@} ${!R@} ${!S@} ${!T@} ${!U@} ${!V@} ${!W@} ${!X@} ${!Y@} ${!Z@}"
    __jobsh_b="$__jobsh_b ${!a@} ${!f@} ${!h@} ${!n@}" ;;
esac
__jobsh_status() {
  local r=$__jobsh_r
  unset -v __jobsh_r
  unset -f __jobsh_status
  case $- in *[ex]*) return 0 ;; esac
  return $r
}
__jobsh_option() {
  case $3 in
    noexec | verbose | xtrace) ;;
    *) __jobsh_o="$__jobsh_o$1 $2 $3;" ;;
  esac
}
__jobsh_options() {
  local o
  for o in ${3//:/ }; do
    case ":$4:" in *":$o:"*) ;; *) __jobsh_option "$1" "$2" "$o" ;; esac
  done
}
# STATUS. Positional parameters hold what is ours while everything else is written out.
__jobsh_save() {
  [ -z "$__jobsh_z" ] || return $1
  __jobsh_z=1
  __jobsh_p=$SHELLOPTS
  __jobsh_q=$BASHOPTS
  __jobsh_o=
  __jobsh_x=
  __jobsh_u=
  set -- "$1" "${IFS-$' \t\n'}"
  IFS=$' \t\n'
  case $- in *x*) __jobsh_x="set -x;" ;; esac
  case $- in *v*) __jobsh_x="$__jobsh_x set -v;" ;; esac
  set +efuvxC
  if [[ $__jobsh_p,$__jobsh_q != "$__jobsh_d,$__jobsh_e" ]]; then
    __jobsh_options shopt -s "$__jobsh_q" "$__jobsh_e"
    __jobsh_options shopt -u "$__jobsh_e" "$__jobsh_q"
    __jobsh_options set -o "$__jobsh_p" "$__jobsh_d"
    __jobsh_options set +o "$__jobsh_d" "$__jobsh_p"
  fi
  for __jobsh_l in $__jobsh_b; do
    [[ -v $__jobsh_l ]] || case "$__jobsh_l $__jobsh_n " in
      BASH* | FUNCNAME* | DIRSTACK* | PIPESTATUS* | GROUPS* | COMP* | HIST* | *" $__jobsh_l "*) ;;
      *) __jobsh_u="${__jobsh_u}unset -v $__jobsh_l;" ;;
    esac
  done
  for __jobsh_l in $__jobsh_n; do
    unset -v "$__jobsh_l"
  done
  set -- "$1" "$2" "$__jobsh_s" "$__jobsh_c" "$__jobsh_w" "$__jobsh_u$__jobsh_k" "$__jobsh_o" "$__jobsh_x"
  unset -f __jobsh_option __jobsh_options __jobsh_save __jobsh_status __jobsh_keep
  unset -v "${!__jobsh@}" "${!SSH_@}" "${!XDG_SESSION_@}" JOBSH_ATTACHED BASH_EXECUTION_STRING BASH_ARGV0 LINENO SECONDS RANDOM SRANDOM SHLVL TERM COLUMNS LINES
  {
    umask -p
    declare -p
    # `cd -` goes where cd was before, whatever OLDPWD says
    printf '%s\nIFS=%q\n__jobsh_w=%q\nbuiltin cd -- %q\nbuiltin cd -- %q\n' "$6" "$2" "$PWD" "${OLDPWD-.}" "$PWD"
    declare -f
    declare -Fx
    alias -p
    printf '__jobsh_o=%q __jobsh_x=%q __jobsh_r=%q\n# whole\n' "$7" "$8" "$1"
  } >|"$3.$4"
  [ "$PWD" = "$5" ] || printf %s "$PWD" >|"${3%/*}/directory"
  __jobsh_z=1
  return $1
}
# NAME: it will have another value in this text.
__jobsh_keep() {
  __jobsh_n="$__jobsh_n $1"
  case ${!1+set} in
    set) __jobsh_k="$__jobsh_k$(declare -p "$1" 2>/dev/null);" ;;
  esac
}
if [ -r "$__jobsh_s" ]; then
  # some variables are read-only
  . "$__jobsh_s" 2>/dev/null
  # it was removed: as in a shell that was there, there is nothing to work on until the next cd
  [[ $PWD = "$__jobsh_w" ]] || builtin cd -- "$__jobsh_w" ||
    { mkdir -p "${__jobsh_s%/*}/removed" && builtin cd -- "${__jobsh_s%/*}/removed" && rmdir -- "${__jobsh_s%/*}/removed"; }
  hash -r
fi
case $__jobsh_z in '') trap 'case $__jobsh_z in "") { __jobsh_save "$?"; } 2>/dev/null ;; esac' EXIT ;; esac
