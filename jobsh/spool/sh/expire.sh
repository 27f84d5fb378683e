# Ends a disconnected session when its time has run out, and its jobs with it: a process of its own, in which no client has a part.
# Needs all programs of the guard.

# ROOT SESSION SECONDS TOKEN: whoever connects meanwhile has handed the token on, and ends us.
R=$1 SESSION=$2
cd /
trap 'kill $sleeping 2>/dev/null; exit' TERM
sleep "$3" &
sleeping=$!
wait $sleeping
trap '' TERM
look_at $$
mv "$R/sessions/$SESSION/holder.$4" "$R/sessions/$SESSION/holder.$$.$BIRTH.$BOOT.expired" || exit
find_host
N=- number=0
cd "$R" || exit
for path in "$R"/*/run; do
  find_run "${path%/run}"
  path=${path%/run}
  case $ABOUT in *" $SESSION") find_end "$path" || (stop_job 0 "${path##*/}" 20) ;; esac
done
rm -rf "$R/sessions/$SESSION"
