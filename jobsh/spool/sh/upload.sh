# Receives a file that is too long for a request line. First line: NONCE ROOT NAME LENGTH; the rest of the input is the file.

IFS=' ' read -r N root name length || exit 64
ROOT=$(printf %b. "$root")
ROOT=${ROOT%.}
umask 077
cd "$ROOT/uploads" || exit
printf '\n'
if ! cat >"$name" 2>/dev/null; then
  rm -f "$name"
  say error disk-full
  exit 74
fi
set -- $(LC_ALL=C TIME_STYLE=locale LS_BLOCK_SIZE=1 ls -ln "$name")
if [ "$5" = "$length" ]; then
  say uploaded
else
  rm -f "$name"
  say error short-upload
fi
