# The runner: starts one job in its spool directory and supervises it. Its text lies in the directory, so that a job keeps
# the runner it was started with. `sh run.sh DIRECTORY UMASK COMMAND ARGUMENT...`; descriptor 0 is `alive`, open for writing.
# Until the job has begun no variable but JOBSH_* is touched: the environment is the job's.
exec 9<&0 </dev/null >/dev/null 2>&1
trap : HUP INT TERM
# In the foreground, not behind an &: that would start the job with INT and QUIT ignored.
( JOBSH_RUN= JOBSH_HOST= JOBSH_BOOT=-
  if [ -e /proc/self/stat ]; then
    for JOBSH_PID in $$ self; do
      IFS= read -r JOBSH_STAT <"/proc/$JOBSH_PID/stat"
      JOBSH_RUN="$JOBSH_RUN ${JOBSH_STAT%% *}"
      JOBSH_STAT=${JOBSH_STAT##*) }
      # the start time is the 20th word from here
      for JOBSH_PID in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19; do JOBSH_STAT=${JOBSH_STAT#* }; done
      JOBSH_RUN="$JOBSH_RUN ${JOBSH_STAT%% *}"
    done
    IFS= read -r JOBSH_BOOT </proc/sys/kernel/random/boot_id
    IFS= read -r JOBSH_HOST </proc/sys/kernel/hostname
  else
    for JOBSH_PID in $$ "$(exec /bin/sh -c 'echo $PPID')"; do
      JOBSH_STAT=$(LC_ALL=C ps -o lstart= -p "$JOBSH_PID" | tr -s ' ' _)
      JOBSH_RUN="$JOBSH_RUN $JOBSH_PID ${JOBSH_STAT%_}"
    done
    JOBSH_HOST=$(uname -n)
  fi
  # over the blanks of the first line that the starter wrote: their block is there even when the disk has become full
  printf 'run%s %s %s .' "$JOBSH_RUN" "$JOBSH_BOOT" "$JOBSH_HOST" 1<>"$1/run"
  unset JOBSH_RUN JOBSH_HOST JOBSH_BOOT JOBSH_PID JOBSH_STAT
  umask "$2"
  JOBSH_JOB=${1##*/}
  export JOBSH_JOB
  exec 9>&- >>"$1/out" 2>>"$1/err"
  if [ -f "$1/in" ]; then exec <"$1/in"; fi
  shift 2
  if [ -x /usr/bin/setsid ]; then exec /usr/bin/setsid "$@"; fi
  if [ -x /bin/setsid ]; then exec /bin/setsid "$@"; fi
  exec "$@" )
status=$?
PATH=$PATH:/usr/bin:/bin
directory=$1
cd "$directory"
out=0 err=0
if [ -s out ] || [ -s err ]; then
  # again when somebody killed it: the counts decide what is complete
  tries=0
  until set -- $(LC_ALL=C TIME_STYLE=locale LS_BLOCK_SIZE=1 ls -ln err out) && [ -n "${14}" ] || [ $tries -gt 20 ]; do
    tries=$((tries + 1))
    sleep 1
  done
  err=${5:-0} out=${14:-0}
fi
# The result is a name: no block is written, so it cannot be torn and a full disk does not matter.
end=end.$status.$out.$err
if ! true >"$end"; then
  tries=0
  until mv alive "$end" || [ $tries -gt 20 ]; do
    tries=$((tries + 1))
    sleep 1
  done
fi
for follower in ../wake/*; do
  [ ! -p "$follower" ] || echo "${directory##*/}" 1<>"$follower"
done
