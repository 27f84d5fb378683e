# Looks after a disconnected session: keeps the buffers of its jobs, and ends it and them when its time has run out. A process of
# its own, in which no client has a part. Needs all programs of the guard.

# Until somebody connects: they hand the token on, and end us.
rest() {
  sleep "$1" &
  sleeping=$!
  wait $sleeping
}
is_over() {
  [ "$UNTIL" != - ] && [ "$(date +%s)" -ge "$UNTIL" ]
}
# Does FUNCTION for each job of the session, in its directory.
each_job() {
  for run in "$R"/*/run; do
    directory=${run%/run}
    find_run "$directory"
    case $ABOUT in *" $SESSION") (cd "$directory" && "$1" "${directory##*/}") ;; esac
  done
}
# ID: the bytes of each stream that nobody received are to be SIZE at most.
keep_buffer() {
  set -- "$1" $(LC_ALL=C TIME_STYLE=locale LS_BLOCK_SIZE=1 ls -ln err out)
  err=${6:-0} out=${15:-0}
  find_mark .
  is_full=
  [ $((out - MARK_OUT)) -le "$SIZE" ] && [ $((err - MARK_ERR)) -le "$SIZE" ] || is_full=1
  case $MODE in
    Block) if [ -n "$is_full" ]; then block "$1"; else unblock "$1"; fi ;;
    Drop) [ -z "$is_full" ] || drop "$1" ;;
  esac
}
# ID: it stands still; asked for again as long as it does not. One that somebody else suspended is left alone.
block() {
  ! find_end . && ! is_suspended || return 0
  true >blocked
  (signal_job 0 "$1" STOP)
}
# ID: the oldest bytes go. The gap is told first, then they count as received; where the file system can, their blocks go, too.
drop() {
  # cut in the middle, the records of jobsh code cannot be read
  case $(dd bs=1 skip=1 count=13 <out) in 'jobsh records') return ;; esac 2>/dev/null
  to_out=$((out - SIZE)) to_err=$((err - SIZE)) dropped=0 gap=
  [ $to_out -gt $MARK_OUT ] || to_out=$MARK_OUT
  [ $to_err -gt $MARK_ERR ] || to_err=$MARK_ERR
  for gap in gap.*; do dropped=${gap##*.}; done
  [ -e "$gap" ] || gap= dropped=0
  from_out=$MARK_OUT from_err=$MARK_ERR
  dropped=$((dropped + to_out - from_out + to_err - from_err))
  if [ -n "$gap" ]; then mv "$gap" "gap.$to_out.$to_err.$dropped"; else true >"gap.$to_out.$to_err.$dropped"; fi || return
  do_mark 0 "$1" "$to_out" "$to_err"
  punch out "$from_out" "$to_out"
  punch err "$from_err" "$to_err"
}
# FILE FROM TO
punch() {
  [ "$3" -le "$2" ] || fallocate -p -o "$2" -l $(($3 - $2)) "$1"
}
# ID
end_job() {
  find_end . || (stop_job 0 "$1" 20)
  rm -f blocked
}

# ROOT SESSION UNTIL TOKEN MODE SIZE
R=$1 SESSION=$2 UNTIL=$3 MODE=$5 SIZE=$6 N=- number=0
TOKEN=$R/sessions/$2/holder.$4
cd /
find_host
TICK=0.5
sleep 0.01 2>/dev/null || TICK=1
sleeping=
trap '[ -z "$sleeping" ] || kill $sleeping 2>/dev/null; exit' TERM
# a rename leaves the session to us after we have begun; not waited for for ever, as who renames may be killed
tries=0
until [ -e "$TOKEN" ] || [ $tries -gt 400 ]; do
  nap 0.05
  tries=$((tries + 1))
done
while [ -e "$TOKEN" ] && ! is_over; do
  if [ "$MODE" = None ] || [ "$SIZE" = - ]; then
    rest $((UNTIL - $(date +%s)))
  else
    each_job keep_buffer
    rest $TICK
  fi
done
trap '' TERM
look_at $$
is_over && [ -e "$TOKEN" ] && mv "$TOKEN" "$R/sessions/$SESSION/holder.$$.$BIRTH.$BOOT.expired" || exit
each_job end_job
rm -rf "$R/sessions/$SESSION"
