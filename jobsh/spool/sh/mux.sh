# Follows many jobs on one channel. Frames: a line `f ID o|e OFFSET LENGTH` and so many bytes; `x ID` when all of a job was given.
# Ends when standard input does. What it waits for are lines in a FIFO: a runner's last word, growth, a timer, the client's end.
# Needs words.sh and directory.sh.

leave() {
  trap '' TERM
  [ -z "$FIFO" ] || rm -f "$FIFO"
  [ -z "$LEADER" ] || kill -TERM 0
  [ -z "$client" ] || kill $client 2>/dev/null
  exit
}
# FILE OFFSET LENGTH: exactly these bytes, or nothing more at all: the client counts. dd only seeks.
emit() {
  { { [ "$2" = 0 ] || dd bs=1 skip="$2" count=0 2>/dev/null; } && head -c "$3"; } <"$1" || leave
}
# ID o|e FILE FROM TO: REACHED
give() {
  REACHED=$4
  while [ "$5" -gt "$REACHED" ]; do
    length=$(($5 - REACHED))
    [ $length -le 4194304 ] || length=4194304
    printf '\n'
    say f "$1" "$2" "$REACHED" $length
    emit "$3" "$REACHED" $length
    REACHED=$((REACHED + length))
    grew=1
  done
}
# ID OUT ERR: everything up to there.
serve() {
  eval "from_out=\$out_$1 from_err=\$err_$1"
  give "$1" o "$1/out" "$from_out" "$2"
  eval "out_$1=$REACHED"
  give "$1" e "$1/err" "$from_err" "$3"
  eval "err_$1=$REACHED"
}
# ID OUT ERR: the job's last bytes.
finish() {
  serve "$1" "$2" "$3"
  printf '\n'
  say x "$1"
  LIVE=${LIVE%%" $1 "*}' '${LIVE#*" $1 "}
}
# The ends are looked at before the sizes: so nothing is missed.
scan() {
  files=
  for id in $LIVE; do
    if find_end "$id"; then finish "$id" "$OUT" "$ERR"
    elif [ ! -d "$id" ]; then finish "$id" 0 0
    else files="$files $id/err $id/out"
    fi
  done
  [ -n "$files" ] || return 0
  set -- $(LC_ALL=C TIME_STYLE=locale LS_BLOCK_SIZE=1 ls -ln $files 2>/dev/null)
  id= size=0
  while [ $# -ge 9 ]; do
    case $9 in
      */err) id=${9%/err} size=$5 ;;
      */out) [ "$id/out" != "$9" ] || serve "$id" "$5" "$size" ;;
    esac
    shift 9
  done
}
# Jobs whose runner was killed are followed until all of them is gone.
find_lost() {
  for id in $LIVE; do
    find_life "$id"
    case $LIFE in running | orphan | starting | ended) continue ;; esac
    find_members "JOBSH_JO[B]=$id" "" ""
    [ -z "$MEMBERS" ] || continue
    set -- $(LC_ALL=C TIME_STYLE=locale LS_BLOCK_SIZE=1 ls -ln "$id/err" "$id/out" 2>/dev/null)
    find_end "$id" || finish "$id" "${14:-0}" "${5:-0}"
  done
}
# The FIFO's name says whose it is: those of followers that were killed go.
make_fifo() {
  for fifo in wake/*; do
    pid=${fifo#wake/}
    [ ! -p "$fifo" ] || is_same "${pid%%.*}" "${pid#*.}" || rm -f "$fifo"
  done
  look_at $$
  [ "$GROUP" != $$ ] || LEADER=1
  FIFO=wake/$$.$BIRTH
  mkfifo "$FIFO" && exec 5<>"$FIFO"
}
# NONCE MACHINE GNU, then ID OUT ERR of each job.
mux() {
  N=$1 gnu=$3
  find_root "$2"
  shift 3
  umask 077
  FIFO= LEADER= client=
  # before there is a FIFO: who has left already ends us with the next line that we write
  trap leave TERM HUP PIPE
  cd "$ROOT" 2>/dev/null && make_fifo || { printf '\n' && say error no spool && exit 66; }
  find_host
  find_gnu
  exec 3<&0 </dev/null
  LIVE=' '
  while [ $# -ge 3 ]; do
    LIVE="$LIVE$1 "
    eval "out_$1=$2 err_$1=$3"
    shift 3
  done
  printf '\n'
  say mux "$gnu"
  ( trap - TERM HUP PIPE && cat <&3 >/dev/null && echo q >&5 ) >/dev/null 2>&1 &
  client=$!
  exec 3<&-
  quick= slow= watched= quiet=0 grew=
  scan
  while [ "$LIVE" != ' ' ]; do
    if [ -n "$grew" ]; then quiet=0; else quiet=$((quiet + 1)); fi
    if [ -z "$quick" ] && [ $quiet -lt 5 ]; then
      quick=1
      ( nap 0.1 && echo t >&5 ) >/dev/null 2>&1 &
    fi
    if [ -z "$slow" ]; then
      slow=1
      ( if [ "$gnu" = 1 ]; then nap 1; else nap 0.4; fi && echo s >&5 ) >/dev/null 2>&1 &
    fi
    if [ $quiet -ge 4 ] && [ "$gnu" = 1 ] && [ -z "$watched" ]; then
      # inotify; the first byte of growth wakes us
      watched=1 files=
      for id in $LIVE; do files="$files $id/out $id/err"; done
      ( /bin/sh -c 'echo $$ && exec tail -qf -n 0 "$@"' sh $files 2>/dev/null |
        { read -r pid && head -c 1 >/dev/null && echo g >&5 && kill "$pid"; } ) >/dev/null 2>&1 &
    fi
    grew=
    IFS= read -r event <&5 || leave
    case $event in
      t) quick= && scan ;;
      s) slow= && scan && find_lost ;;
      g) watched= quiet=0 && scan ;;
      q) leave ;;
      *) case $LIVE in *" $event "*) ! find_end "$event" || finish "$event" "$OUT" "$ERR" ;; esac ;;
    esac
  done
  leave
}
