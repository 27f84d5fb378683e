# Receives a file that is too long for a request line. Needs words.sh.

# NONCE MACHINE NAME LENGTH: the rest of the input, sent when it says so, is the file.
upload() {
  N=$1
  find_root "$2"
  umask 077
  printf '\n'
  cd "$ROOT/uploads" || { say error no spool && exit 66; }
  say ready
  if ! cat >"$3" 2>/dev/null; then
    rm -f "$3"
    say error disk-full
    exit 74
  fi
  name=$3 length=$4
  set -- $(LC_ALL=C TIME_STYLE=locale LS_BLOCK_SIZE=1 ls -ln "$3")
  if [ "$5" = "$length" ]; then
    say uploaded
  else
    rm -f "$name"
    say error short-upload
  fi
  exit
}
