"""Programs of a job that run as another user of their place: with root's rights by runuser or su, else by sudo where it needs no
password. A job has no terminal to ask for one."""

from __future__ import annotations

import os
import re

from jobsh.command.context import Context
from jobsh.command.lines import split_lines
from jobsh.command.text import to_text
from jobsh.errors import BindingError, OperationError
from jobsh.model.credential import Credential
from jobsh.model.messages import Program
from jobsh.runtime.values import closing

_USER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*\$?", re.ASCII)
_LONGEST_TEXT = 120 * 1024

_TEXT_OPTION = {
    **dict.fromkeys(("sh", "bash", "dash", "zsh", "ksh", "python3", "python"), "-c"),
    **dict.fromkeys(("perl", "ruby"), "-e"),
}
"""How an interpreter takes a script as an argument: the other user cannot read our files."""

# USER NAMES: how a program can run as that user with these variables of ours, as one word; or what is in the way.
_LOOK = """\
if [ "$1" = "$(id -un)" ]; then echo same; exit; fi
id -u "$1" >/dev/null 2>&1 || { echo "there is no user $1"; exit; }
if [ "$(id -u)" = 0 ]; then
  for way in runuser su; do
    if command -v $way >/dev/null 2>&1; then echo $way; exit; fi
  done
  echo "there is neither runuser nor su"
elif ! command -v sudo >/dev/null 2>&1; then
  echo "only root may do that, and there is no sudo"
elif said=$(sudo -n ${2:+"--preserve-env=$2"} -u "$1" -- true 2>&1); then
  echo sudo
else
  echo "${said:-sudo refuses}"
fi
"""

# WAY USER NAMES PROGRAM ARGUMENT…: of our environment the other user gets the variables NAMES (with commas) and what says
# nothing about us. `as` tells whoever stops the job whose the processes are.
_LAUNCH = """\
way=$1 user=$2 names=$3
shift 3
if [ "$way" = sudo ]; then
  echo "$user" >"${0%/*}/as"
  sudo -n ${names:+"--preserve-env=$names"} -H -u "$user" -- env JOBSH_JOB="$JOBSH_JOB" "$@"
  exit
fi
for name in $(env | sed -n 's/^\\([A-Za-z_][A-Za-z0-9_]*\\)=.*/\\1/p'); do
  case ,$names,PATH,LANG,LANGUAGE,TZ,TERM,JOBSH_JOB,JOBSH_ATTACHED, in
    *",$name,"*) ;;
    *) case $name in LC_*) ;; *) unset "$name" 2>/dev/null ;; esac ;;
  esac
done
home=$(getent passwd "$user" 2>/dev/null || grep "^$user:" /etc/passwd)
home=${home%:*} HOME=${home##*:} USER=$user LOGNAME=$user
export HOME USER LOGNAME
if [ "$way" = runuser ]; then exec runuser -u "$user" -- "$@"; fi
exec su -s /bin/sh "$user" -c 'exec "$@"' -- sh "$@"
"""


async def as_user(ctx: Context, program: Program, credential: Credential) -> Program:
    """The program, run by another user of the location. Raises OperationError where that is not allowed."""
    user = credential.user_name
    if not _USER.fullmatch(user):
        raise BindingError(f"-Credential: '{user}' is not the name of a user", error_id="InvalidUserName")
    names = ",".join(name for name, _ in program.variables)
    way = await _way(ctx, user, names)
    if way == "same":
        return program
    words = (way, user, names, *_words(program), *program.arguments)
    return program.replace(text=_LAUNCH, interpreter=("sh",), arguments=words)


async def _way(ctx: Context, user: str, names: str) -> str:
    look = await ctx.program(_LOOK, arguments=(user, names), interpreter="sh")
    async with closing(split_lines(ctx.run(look))) as lines:
        said = [to_text(line) async for line in lines]
    way = said[-1] if said else "nothing is known of it"
    if way in ("same", "runuser", "su", "sudo"):
        return way
    hint = f"let sudo run it without a password (NOPASSWD), or log in as {user}: Invoke-Command -ComputerName {user}@…"
    raise OperationError(f"the job cannot run as {user}: {way}", hint=hint, error_id="CredentialNotUsable", target=user)


def _words(program: Program) -> tuple[str, ...]:
    """The program with its text as an argument."""
    if program.interpreter == ("jobsh",):
        hint = "write the block as a script for the shell"
        raise BindingError("-Credential: jobsh code runs as the user who typed it", hint=hint)
    if len(program.text.encode("utf-8", "surrogateescape")) > _LONGEST_TEXT:
        raise BindingError("-Credential: the script is longer than 120 KiB", hint="call one that is there already")
    if not program.interpreter:
        return ("sh", "-c", program.text, "job")
    name = os.path.basename(program.interpreter[-1])
    if name not in _TEXT_OPTION or len(program.interpreter) > 1:
        hint = f"known are {', '.join(_TEXT_OPTION)}"
        raise BindingError(f"-Credential: {program.interpreter[0]} takes no script as another user", hint=hint)
    is_shell = _TEXT_OPTION[name] == "-c" and not name.startswith("python")
    return (program.interpreter[0], _TEXT_OPTION[name], program.text, *(("job",) if is_shell else ()))
