# How a job starts on a host, exactly once, and gets its number. Needs control.sh.

# -- numbers: a file of that name, made by one only, says that it is in use --

# NUMBER := the highest that was ever given, with what was given back.
find_highest() {
  NUMBER=0
  for path in "$R"/numbers/*; do
    path=${path##*/}
    path=${path%.free}
    [ "$path" -le $NUMBER ] 2>/dev/null || NUMBER=$path
  done
  [ "$NUMBER" != '*' ] || NUMBER=0
}
# NUMBER := the next one.
take_number() {
  find_highest
  set -C
  while [ -w "$R/numbers" ]; do
    NUMBER=$((NUMBER + 1))
    if { true >"$R/numbers/$NUMBER"; } 2>/dev/null; then
      set +C
      [ ! -e "$R/numbers/$((NUMBER - 1)).free" ] || rm -f "$R/numbers/$((NUMBER - 1)).free"
      return 0
    fi
    [ -e "$R/numbers/$NUMBER" ] || break
  done
  set +C
  return 1
}
# NUMBER: the highest one leaves its mark, so that it is not given again.
give_number() {
  find_highest
  if [ "$NUMBER" = "$1" ]; then mv "$R/numbers/$1" "$R/numbers/$1.free"; else rm -f "$R/numbers/$1"; fi 2>/dev/null
}

# -- starting --

# NUMBER ID NUMBERED STATE NAME COMMAND SESSION, then lines: sSCRIPT iSTDIN uFILE (uploaded) vNAME=VALUE... aARGUMENT... `.`
do_start() {
  (start_job "$@")
}
start_job() {
  number=$1 id=$2 numbered=$3 state=$4 about="$5 $6 $7"
  D=$R/$2
  T=$R/new.$2.$$.$1
  problem=
  { mkdir "$T" && mkfifo "$T/alive" && exec 9<>"$T/alive"; } 2>/dev/null || problem="cannot create $T"
  [ -n "$problem" ] || { printf '%s' "$RUNNER" >"$T/run.sh" && true >"$T/out" && true >"$T/err"; } 2>/dev/null ||
    problem=disk-full
  set --
  while IFS= read -r line; do
    value=${line#?}
    case $line in
      .) break ;;
      s*) [ -n "$problem" ] || printf %b "$value" >"$T/script" || problem=disk-full ;;
      i*) [ -n "$problem" ] || printf %b "$value" >"$T/in" || problem=disk-full ;;
      u*) [ -n "$problem" ] || mv "$R/uploads/$id.$value" "$T/$value" || problem="no upload" ;;
      c*) set -- "$@" "" $SETSID $ENV /bin/sh "$D/run.sh" "$D" "$UMASK" ;;
      ?=*) set -- "$@" "${value#=}" ;;
      *) decode "${value#%}" && set -- "$@" "$VALUE" ;;
    esac
  done 2>/dev/null
  [ "$line" = . ] || problem="short upload"
  if [ -z "$problem" ]; then
    commit "$@" || return
  fi
  rm -rf "$T"
  fail "$problem"
}
# VARIABLES... "" COMMAND...: the complete directory appears by one rename, `alive` held open; then its runner starts.
commit() {
  if [ -e "$D" ] && ! replace_dead; then
    rm -rf "$T"
    return 1
  fi
  NUMBER=0
  [ $numbered = 0 ] || take_number || { problem="cannot take a number" && return 0; }
  [ $state = - ] || { find_state "$R/sessions/$state" && ln "$STATE" "$T/state" 2>/dev/null; }
  # the runner writes over the blanks: their block is there even when the disk has become full
  { printf '%255s\n%s\n' '' "$NUMBER $about" >"$T/run"; } 2>/dev/null || problem=disk-full
  if [ -n "$problem" ]; then
    [ $NUMBER = 0 ] || give_number $NUMBER
    return 0
  fi
  # onto a directory, mv would move into it: then another start was quicker
  if ! mv "$T" "$D" 2>/dev/null || [ -d "$D/${T##*/}" ]; then
    rm -rf "$D/${T##*/}" "$T"
    [ $NUMBER = 0 ] || give_number $NUMBER
    say "$number" exists
    return 1
  fi
  ( trap - INT QUIT
    until [ -z "$1" ]; do export "$1" && shift; done
    shift
    exec "$@" ) <&9 9>&- >/dev/null 2>&1 &
  say "$number" started $NUMBER
  return 1
}
# Whether what is there died while it was being started, and is out of the way now; else the answer was given.
replace_dead() {
  tries=0
  while [ $tries -lt 20 ]; do
    held=
    find_end "$D" || find_run "$D" || ! is_held "$D/alive" || held=1
    # looked at again: its runner may have begun and ended while we listened
    if find_end "$D" || find_run "$D"; then
      say "$number" exists
      return 1
    fi
    if [ -z "$held" ]; then
      mv "$D" "$R/gone.$id.$$.$number" 2>/dev/null
      rm -rf "$R/gone.$id.$$.$number"
      return 0
    fi
    tries=$((tries + 1))
  done
  fail "busy: another start of this job is under way"
  return 1
}
# FIFO: whether anybody has it open for writing. Opening through a short-lived <> never blocks.
is_held() {
  [ -p "$1" ] || return
  exec 8<>"$1" 7<"$1" 8>&-
  cat <&7 >/dev/null 2>&1 &
  exec 7<&-
  nap 0.1
  kill $! 2>/dev/null
}
