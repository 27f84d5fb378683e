# How zsh keeps a session's state: without a fork: the client renames what it wrote. Comes before attach.sh.
# The names mean what they mean in state_bash.sh.
zmodload zsh/parameter
typeset -A __jobsh_d
__jobsh_d=("${(@kv)options}")
__jobsh_s=$__jobsh_s/$__jobsh_i/state.zsh
__jobsh_c=${JOBSH_ATTACHED#*-}
__jobsh_w=$HOME
__jobsh_o=
__jobsh_x=
__jobsh_r=0
__jobsh_n=
__jobsh_k=
case $__jobsh_z in
  '') __jobsh_b=${(k)parameters} ;;
esac
__jobsh_status() {
  local r=$__jobsh_r
  unset -v __jobsh_r
  unset -f __jobsh_status
  [[ -o errexit ]] && return 0
  return $r
}
__jobsh_keep() {
  __jobsh_n="$__jobsh_n $1"
  case ${(P)1+set} in
    set) __jobsh_k="$__jobsh_k$(typeset -p "$1" 2>/dev/null);" ;;
  esac
}
__jobsh_save() {
  [ -z "$__jobsh_z" ] || return $1
  local __jobsh_i=$IFS
  local -A __jobsh_p
  __jobsh_p=("${(@kv)options}")
  emulate -L zsh
  __jobsh_z=1
  IFS=$' \t\n\0'
  local __jobsh_l __jobsh_o= __jobsh_x=
  [[ $__jobsh_p[xtrace] = off ]] || __jobsh_x='set -x;'
  [[ $__jobsh_p[verbose] = off ]] || __jobsh_x="$__jobsh_x set -v;"
  if [[ "${(@kv)__jobsh_p}" != "${(@kv)__jobsh_d}" ]]; then
    for __jobsh_l in ${(k)__jobsh_p}; do
      [[ $__jobsh_p[$__jobsh_l] != $__jobsh_d[$__jobsh_l] ]] || continue
      case $__jobsh_l in
        exec | xtrace | verbose | interactive | login | monitor | shinstdin | privileged | restricted | zle | localoptions) ;;
        *) case $__jobsh_p[$__jobsh_l] in on) __jobsh_o="${__jobsh_o}setopt $__jobsh_l;" ;; *) __jobsh_o="${__jobsh_o}unsetopt $__jobsh_l;" ;; esac ;;
      esac
    done
  fi
  setopt extendedglob
  local -a __jobsh_m
  # what zsh keeps itself counts only where it is exported, as PATH
  __jobsh_m=(${(k)parameters[(R)^*(special|local|hide)*]} ${(k)parameters[(R)*export*special*]})
  __jobsh_m=(${__jobsh_m:#(__jobsh*|JOBSH_ATTACHED|SSH_*|XDG_SESSION_*|_|SHLVL|TERM|COLUMNS|LINES|PWD|OLDPWD|IFS|OPT*|USERNAME|LOGNAME|USER)})
  for __jobsh_l in ${=__jobsh_n}; do
    __jobsh_m=(${__jobsh_m:#$__jobsh_l})
  done
  {
    printf 'umask '
    umask
    [[ $#__jobsh_m = 0 ]] || typeset -p -- $__jobsh_m
    for __jobsh_l in ${=__jobsh_b}; do
      (( ${+parameters[$__jobsh_l]} )) || printf 'unset -v %s\n' "$__jobsh_l"
    done
    printf '%s\n' "$__jobsh_k"
    print -r -- "__jobsh_w=${(q)PWD}"
    # `cd -` goes where cd was before, whatever OLDPWD says
    print -r -- "builtin cd -q -- ${(q)OLDPWD}"
    print -r -- "builtin cd -q -- ${(q)PWD}"
    print -r -- "IFS=${(q)__jobsh_i}"
    unfunction -m '__jobsh*'
    functions
    alias -L
    print -r -- "__jobsh_o=${(q)__jobsh_o} __jobsh_x=${(q)__jobsh_x} __jobsh_r=${(q)1}"
    print -r -- "# whole"
  } >|"$__jobsh_s.$__jobsh_c"
  [ "$PWD" = "$__jobsh_w" ] || printf %s "$PWD" >|"${__jobsh_s%/*}/directory"
  return $1
}
if [ -r "$__jobsh_s" ]; then
  . "$__jobsh_s"
  # it was removed: as in a shell that was there, there is nothing to work on until the next cd
  [[ -d $__jobsh_w/. ]] || {
    mkdir -p "${__jobsh_s%/*}/removed" && builtin cd -q -- "${__jobsh_s%/*}/removed" && rmdir -- "${__jobsh_s%/*}/removed"
  }
fi
case $__jobsh_z in '') trap 'case $__jobsh_z in "") { __jobsh_save "$?"; } 2>/dev/null ;; esac' EXIT ;; esac
