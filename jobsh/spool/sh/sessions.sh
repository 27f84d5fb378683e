# Sessions on their host. A session's directory: `about`, what it is; `holder.*`, whose it is; `watch.*`, its keeper;
# state.* and `directory`, what its shell left. Needs control.sh.
#
# Whose it is, is the name of one file that a rename hands on: of two that want it one finds it, and whoever is killed on the
# way leaves it in one place or the other. `holder.PID.BIRTH.BOOT.CLIENT` is the guard of a connection, and whose that is;
# `holder.none.SINCE.UNTIL.IDLE.MODE.SIZE` is disconnected, with the times and options of that.

look_at $$
OWN_BIRTH=$BIRTH

# SESSION CLIENT: HOLDER, its file, and who it says has it: HELD, one of own, other, dead, none; WHO, the client.
find_holder() {
  HOLDER= HELD=none WHO=
  for path in "$R/sessions/$1"/holder.*; do
    [ -e "$path" ] || continue
    HOLDER=$path
    line=${path##*/holder.}
    case $line in
      none*) ;;
      *)
        WHO=${line##*.} line=${line%.*}
        if [ "${line##*.}" != "$BOOT" ] || { line=${line%.*} && ! is_same "${line%%.*}" "${line#*.}"; }; then HELD=dead
        elif [ "$WHO" = "$2" ]; then HELD=own && return
        else HELD=other && return
        fi ;;
    esac
  done
}
# SESSION CLIENT: it is ours from now on, unless somebody else who lives has it.
hold() {
  mine=$R/sessions/$1/holder.$$.$OWN_BIRTH.$BOOT.$2
  tries=0
  while find_holder "$1" "$2" && [ "$HOLDER" != "$mine" ] && [ $HELD != other ] && [ $tries -lt 9 ]; do
    if [ -n "$HOLDER" ]; then mv "$HOLDER" "$mine"; else true >"$mine"; fi 2>/dev/null
    tries=$((tries + 1))
  done
  [ "$HOLDER" = "$mine" ]
}
# NUMBER SESSION CLIENT ABOUT...: a new one.
do_begin() {
  number=$1 id=$2
  [ -d "$R/sessions/$2" ] || mkdir "$R/sessions/$2" 2>/dev/null || { fail "cannot create $R/sessions/$2" && return; }
  hold "$2" "$3"
  shift 3
  # one write, to be read by others when it was held already: a rename would fork
  { printf '%s\n' "$*" >"$R/sessions/$id/about"; } 2>/dev/null || { fail disk-full && return; }
  say "$number" held own
}
# NUMBER SESSION CLIENT
do_hold() {
  if [ ! -e "$R/sessions/$2/about" ]; then say "$1" held gone
  elif hold "$2" "$3"; then
    end_watch "$2"
    unblock_all "$2"
    say "$1" held own
  else say "$1" held other
  fi
}
# NUMBER SESSION CLIENT IDLE MODE SIZE KEEPER
do_release() {
  find_holder "$2" "$3"
  [ -e "$R/sessions/$2/about" ] || HELD=gone
  # a guard of ours that was killed had it for us
  case $HELD.$WHO in
    own.* | dead."$3")
      leave_it "$2" "$4" "$5" "$6" "$7" && say "$1" released own "$SINCE" "$UNTIL" && return
      HELD=other ;;
  esac
  say "$1" released $HELD
}
# SESSION IDLE MODE SIZE KEEPER: nobody has it any more; its keeper is there already.
leave_it() {
  SINCE=$(date +%s) UNTIL=-
  [ "$2" = - ] || UNTIL=$((SINCE + $2))
  token=none.$SINCE.$UNTIL.$2.$3.$4
  [ "$5" = - ] || watch "$1" "$UNTIL" "$token" "$3" "$4" "$5"
  mv "$HOLDER" "$R/sessions/$1/holder.$token" 2>/dev/null
}
# SESSION UNTIL TOKEN MODE SIZE KEEPER: a process of its own looks after the session as long as it lies there.
watch() {
  end_watch "$1"
  $SETSID /bin/sh "$R/sessions/$6" "$R" "$1" "$2" "$3" "$4" "$5" </dev/null >/dev/null 2>&1 &
  ! look_at $! || { true >"$R/sessions/$1/watch.$!.$BIRTH"; } 2>/dev/null
}
# SESSION
end_watch() {
  for path in "$R/sessions/$1"/watch.*; do
    [ -e "$path" ] || return 0
    line=${path##*/watch.}
    ! is_same "${line%%.*}" "${line#*.}" || kill "${line%%.*}" 2>/dev/null
    rm -f "$path"
  done
}
# SESSION: its jobs that stood still because their buffers were full go on.
unblock_all() {
  for path in "$R"/*/blocked; do
    [ -e "$path" ] || return 0
    path=${path%/blocked}
    find_run "$path"
    case $ABOUT in *" $1") (cd "$path" && unblock "${path##*/}") >/dev/null ;; esac
  done
}
# SESSION: whether it has a keeper.
is_watched() {
  for path in "$R/sessions/$1"/watch.*; do
    line=${path##*/watch.}
    ! is_same "${line%%.*}" "${line#*.}" || return 0
  done
  return 1
}

# NUMBER CLIENT
do_sessions() {
  for about in "$R"/sessions/*/about; do
    [ -e "$about" ] || continue
    id=${about%/about} id=${id##*/}
    find_holder "$id" "$2"
    line=
    IFS= read -r line <"$about"
    say "$1" session "$id" $HELD "${HOLDER##*/holder.}" "$line"
  done
  say "$1" done
}
# NUMBER SESSION: the jobs that were started in it.
do_jobs_of() {
  cd "$R" || return
  found=
  for id in *; do
    case $id in *.*) continue ;; esac
    find_run "$id"
    case $ABOUT in *" $2") found="$found $id" ;; esac
  done
  do_look "$1" $found
}

# What a restart of the machine or a client that was killed left undone: sessions have keepers again; those that nobody touched
# for long, and whose jobs are over, go.
tidy_sessions() {
  for about in "$R"/sessions/*/about; do
    [ -e "$about" ] || continue
    ( tidy_each ) </dev/null >/dev/null 2>&1 &
    return
  done
}
tidy_each() {
  for about in "$R"/sessions/*/about; do
    id=${about%/about} id=${id##*/}
    find_holder "$id" -
    case $HELD in own | other) continue ;; esac
    is_watched "$id" || resume_watch "$id"
  done
  for about in $(find "$R"/sessions/*/about -mtime +30 2>/dev/null); do
    id=${about%/about} id=${id##*/}
    find_holder "$id" -
    case $HELD in dead | none) is_in_use "$id" || rm -rf "$R/sessions/$id" ;; esac
  done
}
# SESSION: whether a job that was started in it has not ended.
is_in_use() {
  for path in "$R"/*/run; do
    find_run "${path%/run}"
    case $ABOUT in *" $1") find_end "${path%/run}" || return 0 ;; esac
  done
  return 1
}
# SESSION: one that was left without a word (its client was killed) is left now.
resume_watch() {
  keeper=
  for keeper in "$R"/sessions/keeper.*; do [ -e "$keeper" ] || return; done
  keeper=${keeper##*/}
  token=${HOLDER##*/holder.}
  case $token in
    none.*)
      set -- "$1" $(IFS=. && echo $token)
      # none SINCE UNTIL IDLE MODE SIZE
      [ "$4.$7" = -.- ] || watch "$1" "$4" "$token" "$6" "$7" "$keeper" ;;
    *)
      line=
      IFS= read -r line <"$R/sessions/$1/about"
      set -- "$1" $line
      # NAME WHO CREATED TEMPORARY IDLE MODE SIZE
      [ "${6:--}.${8:--}" = -.- ] || leave_it "$1" "$6" "$7" "$8" "$keeper" ;;
  esac
}

# -- the state of their shells --

# NUMBER NAME CODE: the words for commands in sessions, of this version of ours.
do_words() {
  number=$1
  [ -e "$R/sessions/$2" ] || { printf %b "$3" >"$R/sessions/$2.$$" && mv "$R/sessions/$2.$$" "$R/sessions/$2"; } 2>/dev/null ||
    { fail disk-full && return; }
  say "$1" words
}
# SESSION: CODE, the directory it is in.
find_directory() {
  directory=
  if [ -r "$R/sessions/$1/directory" ]; then
    while IFS= read -r line || [ -n "$line" ]; do directory=$directory$line$NEWLINE; done <"$R/sessions/$1/directory"
    directory=${directory%"$NEWLINE"}
  fi
  encode "${directory:-$HOME}"
}
do_place() {
  number=$1
  [ -d "$R/sessions/$2" ] || mkdir "$R/sessions/$2" 2>/dev/null || { fail "cannot create $R/sessions/$2" && return; }
  find_directory "$2"
  say "$1" place "$CODE"
}
# PATH: STATE, the file with the state: PATH itself, or the one that the line in it names.
find_state() {
  STATE=$1 line=
  [ ! -r "$1" ] || IFS= read -r line <"$1"
  case $line in '. "$__jobsh_s.'*) line=${line##*.} STATE=$1.${line%?} ;; esac
}
# NUMBER SESSION KIND COOKIE: the state that this command wrote is the session's. A line says so: the next command may wait for
# it, and to rename a file forks.
do_keep() {
  state=$R/sessions/$2/state.$3
  STATE=$state
  if [ -e "$state.$4" ]; then
    find_state "$state"
    { printf '. "$__jobsh_s.%s"\n' "$4" >"$state"; } 2>/dev/null || mv -f "$state.$4" "$state"
  fi
  find_directory "$2"
  say "$1" kept "$CODE"
  case $STATE in "$state" | "$state.$4") ;; *) rm -f "$STATE" ;; esac
}
# NUMBER SESSION: what commands wrote whose connection went before it was kept; nothing that was cut short.
do_adopt() {
  for path in "$R/sessions/$2"/state.*; do
    case ${path##*/} in *.*.*) continue ;; esac
    find_state "$path"
    [ "$STATE" = "$path" ] || mv -f "$STATE" "$path" 2>/dev/null
  done
  for path in "$R/sessions/$2"/state.*.*; do
    [ -e "$path" ] || continue
    last=
    while IFS= read -r line; do last=$line; done <"$path"
    if [ "$last" = '# whole' ] && { [ ! -e "${path%.*}" ] || [ "$path" -nt "${path%.*}" ]; }; then
      mv -f "$path" "${path%.*}"
    else
      rm -f "$path"
    fi
  done
  say "$1" adopted
}
do_forget() {
  end_watch "$2"
  rm -rf "$R/sessions/$2"
  say "$1" forgotten
}
