"""Start-Process: a program that goes on by itself."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Annotated

from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param, Refused
from jobsh.command.lines import split_lines
from jobsh.command.name_types import Path
from jobsh.command.property_tables import local_time
from jobsh.command.results import ProcessInfo
from jobsh.command.text import to_text
from jobsh.command.values import HashTable
from jobsh.errors import BindingError, OperationError
from jobsh.runtime.values import closing

# DIRECTORY STDIN STDOUT STDERR WAITS PROGRAM ARGUMENT…: says `pid N`, then `exit N` where somebody waits, or what is wrong.
# The program leaves the session, the terminal and whatever finds processes by a cookie: nobody here ends it.
_LAUNCHER = """\
exec 2>&1
home() { case $1 in "~/"*) printf %s. "$HOME/${1#??}" ;; *) printf %s. "$1" ;; esac; }
file=$(home "${2:-/dev/null}") && exec 3<"${file%.}" || exit 1
file=$(home "${3:-/dev/null}") && exec 4>"${file%.}" || exit 1
file=$(home "${4:-/dev/null}") && exec 5>"${file%.}" || exit 1
file=$(home "$1")
case $1 in ?*) cd -- "${file%.}" || exit 1 ;; esac
waits=$5
file=$(home "$6")
shift 6
set -- "${file%.}" "$@"
case $1 in */*) [ -f "$1" ] && [ -x "$1" ] ;; *) command -v -- "$1" >/dev/null ;; esac || { echo "there is no program $1"; exit 127; }
( unset JOBSH_ATTACHED JOBSH_JOB
  trap '' HUP
  exec <&3 >&4 2>&5 3<&- 4>&- 5>&-
  if command -v setsid >/dev/null; then exec setsid "$@"; fi
  exec "$@" ) &
exec 3<&- 4>&- 5>&-
echo "pid $!"
if [ -n "$waits" ]; then wait $!; echo "exit $?"; fi
"""


_VARIABLE = re.compile(r"[A-Za-z_]\w*", re.ASCII)


class StartProcess(Cmdlet):
    """Start a program that goes on by itself, here or on the entered host: it outlives the shell, and nobody keeps its output.

    It is no job: it is not in Get-Job, has no Receive-Job and no Stop-Job. For something to come back to use Start-Job. Its
    input is empty and its output goes nowhere, unless they are redirected to files at the location. Arguments are handed over as
    they are, blanks and quotes too.
    """

    file_path: Annotated[
        Path, Param("The program: a name or a path.", position=0, is_mandatory=True, aliases=("PSPath", "Path"))
    ] = ""
    argument_list: Annotated[
        tuple[object, ...], Param("Its arguments, one word each.", position=1, aliases=("Args",))
    ] = ()
    working_directory: Annotated[Path, Param("The directory it starts in, instead of the current one.")] = ""
    pass_thru: Annotated[bool, Param("Give the process: Id, ProcessName, StartTime, with -Wait its ExitCode.")] = False
    wait: Annotated[bool, Param("Wait until it has ended; its exit status is the statement's.")] = False
    redirect_standard_input: Annotated[Path, Param("A file it reads.", aliases=("RSI",))] = ""
    redirect_standard_output: Annotated[Path, Param("A file for its output.", aliases=("RSO",))] = ""
    redirect_standard_error: Annotated[Path, Param("A file for its errors.", aliases=("RSE",))] = ""
    environment: Annotated[HashTable | None, Param("Variables for its environment, by name.")] = None

    changes_something = True
    output_types = (ProcessInfo,)
    gives = "Nothing; with -PassThru the process."
    refused = (
        Refused("NoNewWindow", "a process of its own has no terminal", "run the program itself: & PROGRAM", ("nnw",)),
        Refused("WindowStyle", "there are no windows", "leave it out"),
        Refused("Verb", "files have no verbs", "run the program that opens the file; sudo runs it as root"),
        Refused("Credential", "a process has its starter's rights", "start sudo -u USER with -ArgumentList"),
        Refused("LoadUserProfile", "there are no user profiles to load", "set variables with -Environment"),
        Refused("UseNewEnvironment", "a process has the location's environment", "start env -i with -ArgumentList"),
    )
    examples = (
        Example("Start-Process sleep 1", "It goes on when the shell ends."),
        Example(
            "Start-Process sh -ArgumentList '-c', 'sleep 0.1' -Wait -PassThru | % ExitCode", "Wait for its end: 0."
        ),
        Example(
            "Start-Process sort -RedirectStandardInput in.txt -RedirectStandardOutput out.txt -Wait",
            "With files for input and output.",
            setup="'b', 'a' | Out-File in.txt",
        ),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[object]:
        self._check()
        if not await ctx.should_process("Start-Process", self.file_path):
            return
        said = await self._said(ctx)
        pid, status = _number(said, "pid "), _number(said, "exit ")
        if pid is None:
            reason = said[-1].rpartition(": ")[2] if said else "it could not be started"
            raise OperationError(f"{self.file_path}: {reason}", error_id="StartProcessFailed", target=self.file_path)
        ctx.ends_with(status or 0)
        if self.pass_thru:
            session = await ctx.session()
            place = session.computer_name if session else "localhost"
            yield ProcessInfo(pid, self.file_path.rpartition("/")[2], place, _now(), status)

    def _check(self) -> None:
        if not self.file_path:
            raise BindingError("-FilePath is empty", error_id="ParameterArgumentValidationError")
        odd = next((name for name in self.environment or () if _VARIABLE.fullmatch(to_text(name)) is None), None)
        if odd is not None:
            raise BindingError(f"'{odd}' cannot be a variable's name", error_id="ParameterArgumentValidationError")
        if self.redirect_standard_output and self.redirect_standard_output == self.redirect_standard_error:
            raise BindingError(
                "-RedirectStandardOutput and -RedirectStandardError name the same file",
                hint="start sh with '-c' and '… 2>&1' instead",
                error_id="DuplicateRedirection",
            )

    async def _said(self, ctx: Context) -> list[str]:
        """What the launcher says."""
        words = (
            self.working_directory,
            self.redirect_standard_input,
            self.redirect_standard_output,
            self.redirect_standard_error,
            "1" if self.wait else "",
            self.file_path,
            *self.argument_list,
        )
        program = await ctx.program(_LAUNCHER, arguments=words, interpreter="sh", shown=self.file_path)
        added = tuple((str(name), to_text(value)) for name, value in (self.environment or {}).items())
        async with closing(split_lines(ctx.run(program.replace(variables=(*program.variables, *added))))) as lines:
            return [to_text(line) async for line in lines]


def _number(said: list[str], word: str) -> int | None:
    for line in said:
        with suppress(ValueError):
            if line.startswith(word):
                return int(line.removeprefix(word))
    return None


def _now() -> object:
    import time

    return local_time(time.time())
