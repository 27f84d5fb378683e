# Follows one job. After a line with the nonce each stream carries the job's bytes from the wanted offset on; one line
# `over OUT ERR` stands in the output, perhaps before the last bytes: counts decide, not order. Ends when standard input does.
# Needs words.sh and directory.sh.

verdict() {
  if ! find_end .; then
    set -- $(LC_ALL=C TIME_STYLE=locale LS_BLOCK_SIZE=1 ls -ln err out)
    ERR=${5:-0} OUT=${14:-0}
  fi
  # one write, and so not torn by tail's: no newline before it, as some shells write line by line
  say over "$OUT" "$ERR"
}
# Goes when the runner is gone; when that was killed, when all of its job is gone, too.
until_over() {
  trap - TERM
  cat <&7 >/dev/null
  while ! find_end . && { find_life . && [ $LIFE = orphan ] || { find_members "JOBSH_JO[B]=$id" "" "" && [ -n "$MEMBERS" ]; }; }; do
    nap 0.3
  done
}
leave() {
  trap '' TERM
  if look_at $$ && [ "$GROUP" = $$ ]; then kill -TERM 0; else kill $waiter $client $tails 2>/dev/null; fi
  exit
}
position() { # OFFSET, of descriptor 0: dd only seeks
  [ "$1" = 0 ] || dd bs=1 skip="$1" count=0 2>/dev/null
}

# NONCE MACHINE ID OUT ERR GNU
follow() {
  N=$1 id=$3 out=$4 err=$5 gnu=$6
  find_root "$2"
  cd "$ROOT/$id" 2>/dev/null || { printf '\n' && say gone && exit 66; }
  find_host
  find_gnu
  exec 3<&0 </dev/null
  printf '\n@%s data %s\n' "$N" "$gnu"
  printf '\n@%s data %s\n' "$N" "$gnu" >&2
  # 4 carries the job's errors: 2 is where a shell says that one of its children was killed
  exec 4>&2 2>/dev/null
  waiter= client= tails=
  # the reading end of `alive`: opened through a short-lived <>, it does not block even when nobody writes
  if find_end . || [ ! -p alive ]; then
    verdict
    { position "$out" && cat; } <out
    { position "$err" && cat; } <err >&4
    exit
  fi
  exec 8<>alive 7<alive 8>&-
  trap leave TERM HUP PIPE
  ( trap - TERM HUP PIPE && cat <&3 >/dev/null && kill -TERM $$ ) 7<&- >/dev/null 2>&1 &
  client=$!
  if [ "$gnu" = 1 ]; then
    until_over 3<&- >/dev/null 2>&1 &
    waiter=$!
    exec 7<&-
    # inotify; --pid only ends a tail whose client has not left by itself
    tail -c "+$((out + 1))" -s 0.1 --pid=$waiter -f out 3<&- &
    tails=$!
    tail -c "+$((err + 1))" -s 0.1 --pid=$waiter -f err >&4 3<&- &
    tails="$tails $!"
    wait $waiter
    verdict
    wait $tails
  else
    over=
    trap over=1 USR1
    ( until_over && kill -USR1 $$ ) 3<&- >/dev/null 2>&1 &
    waiter=$!
    exec 7<&- 5<out 6<err
    position "$out" <&5
    position "$err" <&6
    rounds=0 interval=0.1
    while [ -z "$over" ]; do
      cat <&5
      cat <&6 >&4
      [ -z "$over" ] || break
      rounds=$((rounds + 1))
      [ $rounds != 50 ] || interval=0.4
      # interrupted by USR1: the end is signalled, only growth is polled
      sleep $interval 2>/dev/null &
      wait $! || [ -n "$over" ] || sleep 1
    done
    verdict
    cat <&5
    cat <&6 >&4
  fi
  leave
}
