"""The composition root of the prompt: the front end's parts with a line editor. Must not load asyncssh or sqlite3."""

from __future__ import annotations

import os
from collections.abc import Mapping

from jobsh.app.bug_log import log_bug
from jobsh.app.front_end import FrontEndOptions, make_engine, make_interpreter, read_profile
from jobsh.config import Settings, private_directory, read_settings
from jobsh.errors import JobshError
from jobsh.model.records import ErrorRecord
from jobsh.repl.completer import PromptCompleter
from jobsh.repl.outside import PromptOutside
from jobsh.repl.reader import LineReader
from jobsh.repl.shell import PromptShell
from jobsh.repl.world import World
from jobsh.runtime.interpreter import Interpreter


async def run_prompt(
    options: FrontEndOptions,
    environment: Mapping[str, str] | None = None,
    banner: str = "",
    *,
    jobs_go_on: bool = True,
) -> int:
    """The prompt, from the first line to the last; the exit status. `jobs_go_on`: whether jobs outlive it, as they should."""
    environment = dict(os.environ if environment is None else environment)
    settings = read_settings(environment)
    outside = PromptOutside(environment, color=options.color)
    engine = make_engine(options, outside, environment)
    interpreter = make_interpreter(engine, outside, environment, options)
    world = World(interpreter, engine, options.ssh_config, environment)
    completer = PromptCompleter(lambda: interpreter.vocabulary, interpreter.shell.registry, world)
    reader = LineReader(
        lambda: interpreter.vocabulary, completer, _history_path(settings), has_colours=outside.palette.has_colours
    )
    shell = PromptShell(interpreter, engine, outside, reader, world, log_bug, jobs_go_on=jobs_go_on)
    try:
        await outside.terminal.output.write_text(banner)
        if options.has_profile:
            await _run_profile(interpreter, environment)
        return await shell.run()
    finally:
        await interpreter.aclose()
        await engine.aclose()


def _history_path(settings: Settings) -> str:
    try:
        return f"{private_directory(settings.state)}/history"
    except JobshError:  # then the lines of this prompt are all it remembers
        return os.devnull


async def _run_profile(interpreter: Interpreter, environment: Mapping[str, str]) -> None:
    try:
        name, text = read_profile(environment)
    except JobshError as error:
        await interpreter.outside.error(ErrorRecord(error.message, hint=error.hint), "", None)
    else:
        await interpreter.run(text, name)
