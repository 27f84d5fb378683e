# The guard of one connection: reads requests (NUMBER VERB ARGUMENTS) from standard input; when that ends, or is silent for too
# long, it stops all that is attached. It is small, as every connection pays for it; `load` brings the rest when it is needed.
# Needs words.sh.

# PATTERN GRACE GROUP NOT_PID SIGNAL: the signal (TERM), after GRACE tenths of a second STOP and KILL, until no member is left.
# STOPPED and LEFT count processes. GROUP, when given, was proven to be the job's.
halt() {
  seen= waited=0 rounds=0
  find_members "$1" "$3" "$4"
  note_members
  send "${5:-TERM}" "$3"
  send CONT "$3"
  while find_members "$1" "$3" "$4" && note_members && [ -n "$MEMBERS" ] && [ $waited -lt "$2" ]; do
    if [ $waited -lt 2 ]; then nap 0.03; else nap 0.1; fi
    waited=$((waited + 1))
  done
  while find_members "$1" "$3" "$4" && note_members && [ -n "$MEMBERS" ] && [ $rounds -lt 50 ]; do
    kill -STOP $MEMBERS 2>/dev/null
    kill -KILL $MEMBERS 2>/dev/null || signal_as KILL
    rounds=$((rounds + 1))
    [ $rounds -lt 4 ] || nap 0.05
  done
  set -- $MEMBERS
  LEFT=$#
  set -- $seen
  STOPPED=$(($# - LEFT))
}
# SIGNAL GROUP: to the group and all members. A member of the group may get it twice.
send() {
  [ -z "$2" ] || kill "-$1" "-$2" 2>/dev/null
  [ -z "$MEMBERS" ] || kill "-$1" $MEMBERS 2>/dev/null || signal_as "$1"
}
# SIGNAL: to those that are another user's.
signal_as() {
  [ -z "$AS" ] || $AS sh -c 'kill "$@" 2>/dev/null' sh "-$1" $MEMBERS
}
note_members() {
  for pid in $MEMBERS; do
    case " $seen " in *" $pid "*) ;; *) seen="$seen $pid" ;; esac
  done
}

# Everything that was attached over this connection; the brackets keep a search from finding itself.
halt_all() {
  [ -z "$R" ] || mark_attached
  halt "JOBSH_ATTACHE[D]=$CONNECTION-" 10
}

# SECONDS: without another lease within that time the network is taken for dead.
lease() {
  no_lease
  ( trap 'kill $sleeping 2>/dev/null; exit' TERM
    sleep "$1" & sleeping=$!
    wait $sleeping && trap - TERM && halt_all && kill -KILL $$ ) </dev/null >/dev/null 2>&1 &
  LESSOR=$!
}
no_lease() {
  [ -z "$LESSOR" ] || kill -TERM "$LESSOR" 2>/dev/null
  LESSOR=
}

# NONCE CONNECTION. A shell reads its program from standard input faster than `read` does, so that this function is its last
# line, and what comes next is sent only when it has greeted.
guard() {
  N=$1 CONNECTION=$2 LESSOR= R= line=
  { IFS= read -r line </etc/machine-id; } 2>/dev/null
  find_host
  printf '\n@%s\n' "$N" >&2
  printf '\n@%s shell %s\n@%s home %s\n@%s state %s\n@%s machine %s\n@%s host %s\n@%s umask ' "$N" "$SHELL" "$N" "$HOME" \
    "$N" "$XDG_STATE_HOME" "$N" "$line" "$N" "$HOST" "$N"
  umask
  umask 077
  say ready
  trap : HUP INT PIPE
  while IFS=' ' read -r number verb arguments; do
    case $verb in
      halt) (halt "JOBSH_ATTACHE[D]=$CONNECTION-$arguments" 10 && say "$number" stopped $STOPPED $LEFT) & ;;
      lease) lease $arguments ;;
      no_lease) no_lease ;;
      load) eval "$(printf %b "$arguments")" && say "$number" loaded ;;
      *) do_$verb "$number" $arguments ;;
    esac
  done
  no_lease
  halt_all
  exit
}
