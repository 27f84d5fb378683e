# Read by the shell that runs an attached command, as one line: each line here is a whole command or opens one. Then come lines
# TAG=VALUE or TAG%CODE: n the nonce of the line that precedes output, y the same on a terminal (set up last: only then does it
# echo, edit and end lines), h a name that has another value
# in this text, v NAME=VALUE, a an argument; the last one is t shell text for this shell, or i source for the interpreter that
# the arguments name. What follows is the command's own.
__jobsh_y=
while IFS= read -r __jobsh || exit 64; do
  case $__jobsh in
    # ${v%.} of bash 5.2 destroys bytes that are no characters
    ?%*) case ${BASH_VERSION-} in '') __jobsh_v=$(printf %b. "${__jobsh#??}"); __jobsh_v=${__jobsh_v%.} ;; *) printf -v __jobsh_v %b "${__jobsh#??}" ;; esac ;;
    *) __jobsh_v=${__jobsh#??} ;;
  esac
  case $__jobsh in
    a*) set -- "$@" "$__jobsh_v" ;;
    h*) __jobsh_keep "$__jobsh_v" ;;
    v*) export "$__jobsh_v" ;;
    n*) printf '\n@%s data\n' "$__jobsh_v"; printf '\n@%s data\n' "$__jobsh_v" >&2 ;;
    y*) __jobsh_y=$__jobsh_v ;;
    [ti]*) break ;;
  esac
done
case $__jobsh_y in
  ?*) stty sane iutf8 2>/dev/null || stty sane; printf '\n@%s data\n' "$__jobsh_y" ;;
esac
unset -v __jobsh_y
case $__jobsh in
  i*) exec 4<&0; printf %s "$__jobsh_v" | ( exec 3<&0 <&4 4<&-; unset -v __jobsh __jobsh_v; exec "$@" ); exit ;;
esac
