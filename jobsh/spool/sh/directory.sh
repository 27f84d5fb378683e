# What a job's directory says, without a fork. HOST is this machine's name. A name of a file is a state: no file is ever read
# while it is written.

# DIRECTORY: STATUS, OUT and ERR of a job that ended.
find_end() {
  set -- "$1"/end.*
  [ -e "$1" ] || return 1
  OUT=${1##*/end.}
  STATUS=${OUT%%.*} OUT=${OUT#*.}
  ERR=${OUT#*.} OUT=${OUT%.*}
}
# DIRECTORY: who runs it, and ABOUT, what it is.
find_run() {
  RUNNER_PID=0 RUNNER_BIRTH= JOB_PID=0 JOB_BIRTH= RUN_BOOT= RUN_HOST= line=
  ABOUT='0 - -'
  [ -r "$1/run" ] && { IFS= read -r line && IFS= read -r ABOUT; } <"$1/run"
  case $line in run*' .'*) ;; *) return 1 ;; esac
  set -- $line
  RUNNER_PID=$2 RUNNER_BIRTH=$3 JOB_PID=$4 JOB_BIRTH=$5 RUN_BOOT=$6 RUN_HOST=$7
}
{ IFS= read -r BOOT </proc/sys/kernel/random/boot_id || BOOT=-; } 2>/dev/null
# DIRECTORY: LIFE
find_life() {
  if find_end "$1"; then LIFE=ended
  elif [ ! -d "$1" ]; then LIFE=none
  elif ! find_run "$1"; then LIFE=starting
  elif [ "$RUN_BOOT" = "$BOOT" ] && is_same "$RUNNER_PID" "$RUNNER_BIRTH"; then LIFE=running
  elif [ "$RUN_BOOT" = "$BOOT" ] && is_same "$JOB_PID" "$JOB_BIRTH"; then LIFE=orphan
  elif find_end "$1"; then LIFE=ended
  elif [ "$RUN_HOST" != "$HOST" ]; then LIFE=other
  elif [ "$RUN_BOOT" = "$BOOT" ]; then LIFE=lost
  else LIFE=reboot
  fi
}
# Of the job that find_life has just found: whether its process is stopped. Forks where there is no /proc.
is_suspended() {
  is_same "$JOB_PID" "$JOB_BIRTH" || return 1
  case $STATE in T*) ;; *) return 1 ;; esac
}
# DIRECTORY: MARK_OUT, MARK_ERR, and MARK, a file that says so.
find_mark() {
  MARK_OUT=0 MARK_ERR=0 MARK=
  for MARK in "$1"/received.*; do
    [ -e "$MARK" ] || { MARK= && return; }
    line=${MARK##*/received.}
    [ "${line%.*}" -le $MARK_OUT ] || MARK_OUT=${line%.*}
    [ "${line#*.}" -le $MARK_ERR ] || MARK_ERR=${line#*.}
  done
}

# gnu := 1 where tail is GNU's, which waits by inotify.
find_gnu() {
  [ "$gnu" = - ] || return 0
  case $(tail --version 2>/dev/null) in *GNU*) gnu=1 ;; *) gnu=0 ;; esac
}
