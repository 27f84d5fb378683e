# How bash keeps a session's state: without a fork: the client renames what it wrote. Comes before attach.sh.
# __jobsh_s: the file of the state, __jobsh_c: the cookie, __jobsh_z: empty when the state is to be kept and was not yet;
# __jobsh_d, __jobsh_e: options at the start; __jobsh_b: names at the start; __jobsh_w: the directory known to others;
# __jobsh_n: names given for this text only, __jobsh_k: what they were before; __jobsh_o, __jobsh_x, __jobsh_r: options and status of the last text.
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
__jobsh_names() {
  __jobsh_a="${!_@} ${!a@} ${!b@} ${!c@} ${!d@} ${!e@} ${!f@} ${!g@} ${!h@} ${!i@} ${!j@} ${!k@} ${!l@} ${!m@}"
  __jobsh_a="$__jobsh_a ${!n@} ${!o@} ${!p@} ${!q@} ${!r@} ${!s@} ${!t@} ${!u@} ${!v@} ${!w@} ${!x@} ${!y@} ${!z@}"
  __jobsh_a="$__jobsh_a ${!A@} ${!B@} ${!C@} ${!D@} ${!E@} ${!F@} ${!G@} ${!H@} ${!I@} ${!J@} ${!K@} ${!L@} ${!M@}"
  __jobsh_a="$__jobsh_a ${!N@} ${!O@} ${!P@} ${!Q@} ${!R@} ${!S@} ${!T@} ${!U@} ${!V@} ${!W@} ${!X@} ${!Y@} ${!Z@}"
}
__jobsh_names
__jobsh_b=" $__jobsh_a "
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
__jobsh_save() {
  [ -z "$__jobsh_z" ] || return $1
  __jobsh_z=1
  local __jobsh_i=$IFS __jobsh_p=$SHELLOPTS __jobsh_q=$BASHOPTS __jobsh_l __jobsh_a __jobsh_m __jobsh_x=
  case $- in *x*) __jobsh_x="set -x;" ;; esac
  case $- in *v*) __jobsh_x="$__jobsh_x set -v;" ;; esac
  set +efuvxC
  local IFS=$' \t\n' __jobsh_o=
  __jobsh_options shopt -s "$__jobsh_q" "$__jobsh_e"
  __jobsh_options shopt -u "$__jobsh_e" "$__jobsh_q"
  __jobsh_options set -o "$__jobsh_p" "$__jobsh_d"
  __jobsh_options set +o "$__jobsh_d" "$__jobsh_p"
  __jobsh_names
  __jobsh_m=()
  for __jobsh_l in $__jobsh_a; do
    case $__jobsh_l in
      __jobsh* | JOBSH_ATTACHED | BASH* | SSH_* | XDG_SESSION_* | _ | SHELLOPTS | UID | EUID | PPID | GROUPS | FUNCNAME) ;;
      DIRSTACK | PIPESTATUS | RANDOM | SRANDOM | SECONDS | EPOCH* | LINENO | HISTCMD | COMP_* | IFS | OPT* | SHLVL) ;;
      TERM | COLUMNS | LINES | PWD | OLDPWD) ;;
      *) case "$__jobsh_n " in *" $__jobsh_l "*) ;; *) __jobsh_m+=("$__jobsh_l") ;; esac ;;
    esac
  done
  {
    umask -p
    [ ${#__jobsh_m[@]} = 0 ] || declare -p "${__jobsh_m[@]}"
    for __jobsh_l in $__jobsh_b; do
      case " $__jobsh_a " in *" $__jobsh_l "*) ;; *) printf 'unset -v %s\n' "$__jobsh_l" ;; esac
    done
    printf '%s\n' "$__jobsh_k"
    printf '__jobsh_w=%q\nbuiltin cd -- %q\nIFS=%q\n' "$PWD" "$PWD" "$__jobsh_i"
    [ -z "${OLDPWD-}" ] || printf 'OLDPWD=%q\n' "$OLDPWD"
    unset -f __jobsh_names __jobsh_option __jobsh_options __jobsh_save __jobsh_status __jobsh_keep
    declare -f
    declare -Fx
    alias -p
    printf '__jobsh_o=%q __jobsh_x=%q __jobsh_r=%q\n# whole\n' "$__jobsh_o" "$__jobsh_x" "$1"
  } >|"$__jobsh_s.$__jobsh_c"
  [ "$PWD" = "$__jobsh_w" ] || printf %s "$PWD" >|"${__jobsh_s%/*}/directory"
  return $1
}
# NAME: it will have another value in this text.
__jobsh_keep() {
  __jobsh_n="$__jobsh_n $1"
  case ${!1+set} in
    set) __jobsh_k="$__jobsh_k$(declare -p "$1" 2>/dev/null);" ;;
  esac
}
if [ -r "$__jobsh_s" ]; then . "$__jobsh_s"; fi
case $__jobsh_z in '') trap 'case $__jobsh_z in "") { __jobsh_save "$?"; } 2>/dev/null ;; esac' EXIT ;; esac
