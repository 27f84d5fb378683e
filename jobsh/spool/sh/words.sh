# Words that all programs of the spool share. POSIX sh; what forks says so. N is the client's nonce: replies begin with it.

say() {
  printf '@%s %s\n' "$N" "$*"
}

# PID: STATE, GROUP and BIRTH (start time: with the boot id it tells a process from a later one of the same number).
look_at() {
  STATE= GROUP= BIRTH=
  if [ -e /proc/self/stat ]; then
    { IFS= read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
    set -- ${stat##*) }
    STATE=$1 GROUP=$3 BIRTH=${20}
  else
    set -- $(LC_ALL=C ps -o stat= -o pgid= -o lstart= -p "$1" 2>/dev/null)
    [ $# -gt 2 ] || return 1
    STATE=$1 GROUP=$2
    shift 2
    BIRTH=$(IFS=_ && echo "$*")
  fi
}

# PID BIRTH: whether that very process still lives.
is_same() {
  [ "$1" -gt 0 ] 2>/dev/null && look_at "$1" && [ "$BIRTH" = "$2" ] || return 1
  case $STATE in Z* | X*) return 1 ;; esac
}

# How to see and signal the processes of another user; empty: as we are.
AS=
# PATTERN GROUP NOT_PID: MEMBERS, the live processes whose environment or command line carries a cookie; when there are none
# any more, those left in the process group GROUP. Forks.
find_members() {
  MEMBERS=
  if [ -e /proc/self/environ ]; then
    found=$($AS grep -ls "$1" /proc/[0-9]*/environ /proc/[0-9]*/cmdline 2>/dev/null)
  else
    found=$(ps axeww -o pid= -o command= 2>/dev/null | grep "$1" | while read -r pid rest; do echo "/proc/$pid/x"; done)
  fi
  for path in $found; do
    pid=${path#/proc/}
    add_member "${pid%%/*}" "$3" ""
  done
  [ -z "$MEMBERS" ] && [ -n "$2" ] && kill -0 "-$2" 2>/dev/null || return 0
  for path in /proc/[0-9]*; do
    add_member "${path#/proc/}" "$3" "$2"
  done
}
# PID NOT_PID GROUP
add_member() {
  case " $MEMBERS $2 $$ " in *" $1 "*) return ;; esac
  look_at "$1" || return 0
  case $STATE in Z* | X*) return ;; esac
  if [ -z "$3" ] || [ "$GROUP" = "$3" ]; then MEMBERS="$MEMBERS $1"; fi
}

nap() {
  sleep "$1" 2>/dev/null || sleep 1
}

# MACHINE: ROOT, this user's spool there; as layout.state_directory says.
find_root() {
  case $XDG_STATE_HOME in
    /*) ROOT=$XDG_STATE_HOME/jobsh/spool/$1 ;;
    *) ROOT=$HOME/.local/state/jobsh/spool/$1 ;;
  esac
}

# HOST, this machine's name.
find_host() {
  { IFS= read -r HOST </proc/sys/kernel/hostname || HOST=$(uname -n); } 2>/dev/null
}
