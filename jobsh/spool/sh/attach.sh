# Read by the shell that runs an attached command, as one line: each line here is a whole command or opens one. Then come lines
# TAG=VALUE or TAG%CODE: n the nonce of the line that precedes output, y a terminal, a an argument, v NAME=VALUE; the last one
# is t shell text for this shell, or i source for the interpreter that the arguments name. What follows is the command's own.
while IFS= read -r __jobsh; do
  case $__jobsh in
    ?%*) __jobsh_v=$(printf %b. "${__jobsh#??}"); __jobsh_v=${__jobsh_v%.} ;;
    *) __jobsh_v=${__jobsh#??} ;;
  esac
  case $__jobsh in
    a*) set -- "$@" "$__jobsh_v" ;;
    v*) export "$__jobsh_v" ;;
    n*) printf '\n@%s data\n' "$__jobsh_v"; printf '\n@%s data\n' "$__jobsh_v" >&2 ;;
    y*) stty sane iutf8 2>/dev/null || stty sane; printf '\n@%s data\n' "$__jobsh_v" ;;
    t*) unset -v __jobsh; eval "unset -v __jobsh_v;$__jobsh_v"; exit ;;
    i*) exec 4<&0; printf %s "$__jobsh_v" | ( exec 3<&0 <&4 4<&-; unset -v __jobsh __jobsh_v; exec "$@" ); exit ;;
  esac
done
