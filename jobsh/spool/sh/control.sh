# Requests about jobs: loaded into the guard of a connection when first needed. R is the spool directory; NUMBER is the
# request's. Needs words.sh and directory.sh.

fail() {
  say "$number" error "$*"
}

# ENCODED: VALUE. Forks, except in bash, whose ${v%.} destroys bytes that are no characters (5.2).
decode() {
  case ${BASH_VERSION-} in
    '') VALUE=$(printf %b. "$1") && VALUE=${VALUE%.} ;;
    *) printf -v VALUE %b "$1" ;;
  esac
}

# TEXT: CODE, on one line.
encode() {
  CODE= rest=$1
  while :; do
    case $rest in
      *[\\"$NEWLINE"]*)
        head=${rest%%[\\"$NEWLINE"]*}
        rest=${rest#"$head"}
        case $rest in \\*) CODE="$CODE$head\\\\" ;; *) CODE="$CODE$head\\n" ;; esac
        rest=${rest#?} ;;
      *) CODE=$CODE$rest && return ;;
    esac
  done
}
NEWLINE='
'

# NUMBER SPOOL UMASK: the umask is that of the login, ours is 077.
do_root() {
  number=$1 UMASK=$3
  decode "$2"
  R=$VALUE
  if [ -d "$R/wake" ] || mkdir -p "$R/numbers" "$R/sessions" "$R/uploads" "$R/wake" 2>/dev/null; then
    tidy
    tidy_sessions
    say "$1" root
  else
    fail "cannot create $R"
  fi
}
# What starts, removals and uploads left that were killed on the way.
tidy() {
  for path in "$R"/new.* "$R"/gone.* "$R"/uploads/*; do
    [ -e "$path" ] || continue
    find "$R" "$R/uploads" -maxdepth 1 \( -name 'new.*' -o -name 'gone.*' -o -path '*/uploads/*' \) -mmin +60 \
      -exec rm -rf {} + 2>/dev/null &
    return
  done
}
do_runner() {
  RUNNER=$(printf %b "$2")
  SETSID= ENV=
  if [ -x /usr/bin/setsid ]; then SETSID=/usr/bin/setsid; elif [ -x /bin/setsid ]; then SETSID=/bin/setsid; fi
  # a shell starts what is behind its & with INT and QUIT ignored, for ever in some shells
  if env --default-signal=INT true 2>/dev/null; then ENV='env --default-signal=INT,QUIT'; fi
  say "$1" runner
}

# -- looking --

# NAME, in R: one line without a fork.
tell() {
  find_life "$1"
  case $LIFE in running | orphan) ! is_suspended || LIFE=suspended ;; esac
  if [ $LIFE = none ]; then
    say "$number" job "$1" none
    return
  fi
  [ $LIFE = ended ] || STATUS=- OUT=- ERR=-
  [ $LIFE != ended ] || find_run "$1"
  find_mark "$1"
  stopped=0
  [ ! -e "$1/stop" ] || stopped=1
  say "$number" job "$1" $LIFE $STATUS $OUT $ERR $MARK_OUT $MARK_ERR $stopped "${JOB_PID:-0}" "$ABOUT"
  for gap in "$1"/gap.*; do [ ! -e "$gap" ] || say "$number" gap "$1" "${gap##*/}"; done
}
# FILES: size and time of each, all at once. Forks once.
facts() {
  if [ -z "$STAT" ]; then
    if stat -c %s . >/dev/null 2>&1; then STAT=c; elif stat -f %z . >/dev/null 2>&1; then STAT=f; else STAT=ls; fi
  fi
  case $STAT in
    c) stat -c "@$N $number fact %n %s %Y" "$@" 2>/dev/null ;;
    f) stat -f "@$N $number fact %N %z %m" "$@" 2>/dev/null ;;
    ls) LC_ALL=C ls -ln "$@" 2>/dev/null | while read -r a b c d size rest; do say "$number" fact "${rest##* }" "$size" 0; done ;;
  esac
}
STAT=

do_look() {
  number=$1
  shift
  cd "$R" || return
  for id in "$@"; do tell "$id"; done
  files=
  for id in "$@"; do files="$files $id/run $id/out $id/err $id/end.*"; done
  [ $# = 0 ] || facts $files
  say "$number" done
}
do_jobs() {
  cd "$R" || return
  found=
  for id in *; do
    case $id in *.*) continue ;; esac
    find_run "$id"
    case $ABOUT in 0\ *) ;; *) found="$found $id" ;; esac
  done
  do_look "$1" $found
}

# -- stopping, removing, marks --

# NUMBER ID GRACE (tenths of a second) SIGNAL
# NUMBER ID: what is left of a job that a front end ran itself.
do_orphans() {
  (halt "JOBSH_ATTACHE[D]=hosted-$2" 10 && say "$1" stopped $STOPPED $LEFT) &
}

do_stop() {
  (stop_job "$@") &
}
stop_job() {
  number=$1
  cd "$R/$2" 2>/dev/null || { say "$number" stopped 0 0 && return; }
  await_run
  find_user
  find_end . || { true >stop; } 2>/dev/null
  await_group
  halt "JOBSH_JO[B]=$2" "$3" "$GROUP" "$RUNNER_PID" "$4"
  # the runner's last word, so that whoever looks next sees the end
  tries=0
  until find_end . || [ $tries -gt 40 ] || ! is_same "$RUNNER_PID" "$RUNNER_BIRTH"; do
    nap 0.02
    tries=$((tries + 1))
  done
  say "$number" stopped $STOPPED $LEFT
}
# Jobs that are attached are stopped, and so they say: their cookie ends with the job's id.
mark_attached() {
  [ -e /proc/self/environ ] && find_members "JOBSH_ATTACHE[D]=$CONNECTION-" "" ""
  for pid in $MEMBERS; do
    id=$(tr '\0' '\n' <"/proc/$pid/environ" 2>/dev/null | sed -n "s/^JOBSH_ATTACHED=$CONNECTION-//p")
    [ ! -d "$R/${id:--}" ] || find_end "$R/$id" || true >"$R/$id/stop"
  done 2>/dev/null
}
# Until the runner has said who runs the job.
await_run() {
  tries=0
  until find_end . || find_run . || [ $tries -gt 20 ]; do
    nap 0.05
    tries=$((tries + 1))
  done
}
# AS, where the job runs as another user.
find_user() {
  [ ! -r as ] || { IFS= read -r line <as && AS="sudo -n -u $line --"; }
}
# GROUP, the job's process group when it is proven to be its own. A job that has just begun has neither cookie nor group before
# it is behind setsid.
await_group() {
  tries=0
  while is_beginning && [ $tries -lt 20 ]; do
    nap 0.05
    tries=$((tries + 1))
  done
  [ "$RUN_BOOT" = "$BOOT" ] && is_same "$JOB_PID" "$JOB_BIRTH" && [ "$GROUP" = "$JOB_PID" ] || GROUP=
}
is_beginning() {
  [ -x /usr/bin/setsid ] || [ -x /bin/setsid ] || return 1
  [ "$RUN_BOOT" = "$BOOT" ] && is_same "$JOB_PID" "$JOB_BIRTH" && [ "$GROUP" != "$JOB_PID" ]
}
# NUMBER ID SIGNAL
do_signal() {
  (signal_job "$@") &
}
signal_job() {
  number=$1
  cd "$R/$2" 2>/dev/null || { say "$number" signalled 0 && return; }
  await_run
  find_user
  ! find_end . || { say "$number" signalled 0 && return; }
  await_group
  group=$GROUP reached=0 rounds=0 left=
  while find_members "JOBSH_JO[B]=$2" "$group" "$RUNNER_PID" && [ -n "$MEMBERS" ] && [ $rounds -lt 60 ]; do
    find_left "$3"
    # looked for again after the signal: something may have been forked meanwhile
    [ -n "$left" ] || [ $rounds = 0 ] || break
    # a shell that waits for its child between vfork and exec cannot stop while that child stands still: let it go on a little
    case $3$rounds in STOP[1-9]5 | STOP5) send CONT "$group" ;; esac
    send "$3" "$group"
    set -- "$1" "$2" "$3" $MEMBERS
    [ $(($# - 3)) -le $reached ] || reached=$(($# - 3))
    case $3 in STOP | CONT) ;; *) break ;; esac
    rounds=$((rounds + 1))
    [ $rounds = 1 ] || nap 0.03
  done
  # it may have ended meanwhile
  if [ -n "$left" ] && [ -n "$MEMBERS" ]; then fail "processes do not obey $3:$left"; else say "$number" signalled $reached; fi
}
# SIGNAL: left, the members that have not stopped, or do not go on, yet.
find_left() {
  left=
  for pid in $MEMBERS; do
    STATE=
    look_at "$pid"
    # sudo itself is nobody's to stop
    [ -z "$AS" ] || kill -0 "$pid" 2>/dev/null || $AS sh -c 'kill -0 "$1"' sh "$pid" 2>/dev/null || continue
    case $1$STATE in STOP[TtZX]*) ;; STOP?* | CONTT*) left="$left $pid" ;; esac
  done
}
# ID, in its directory: it goes on when its buffer was full.
unblock() {
  [ -e blocked ] || return 0
  (signal_job 0 "$1" CONT)
  rm -f blocked
}
do_remove() {
  number=$1
  find_life "$R/$2"
  case $LIFE in
    running | orphan) fail "the job is running" ;;
    none) say "$1" removed ;;
    *)
      find_run "$R/$2"
      if mv "$R/$2" "$R/gone.$2.$$" 2>/dev/null; then
        rm -rf "$R/gone.$2.$$"
        [ "${ABOUT%% *}" = 0 ] || give_number "${ABOUT%% *}"
        say "$1" removed
      else
        fail "cannot remove it"
      fi ;;
  esac
}
# NUMBER ID OUT ERR: marks only grow, as of two renames of one file the second finds nothing.
do_mark() {
  number=$1
  out=$3 err=$4 tries=0
  while [ $tries -lt 10 ]; do
    find_mark "$R/$2"
    [ "$out" -ge $MARK_OUT ] || out=$MARK_OUT
    [ "$err" -ge $MARK_ERR ] || err=$MARK_ERR
    [ "$out.$err" != "$MARK_OUT.$MARK_ERR" ] || break
    if [ -n "$MARK" ]; then
      mv "$MARK" "$R/$2/received.$out.$err" 2>/dev/null
    else
      { true >"$R/$2/received.$out.$err"; } 2>/dev/null
    fi && break
    tries=$((tries + 1))
  done
  say "$1" marked
}
