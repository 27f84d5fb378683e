"""argv: what is to be done, and the exit status. The only place that ends the process; no traceback reaches a user."""

from __future__ import annotations

import errno
import gc
import os
import sys
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NoReturn

from jobsh.errors import ExitStatus, Interrupted, JobshError

if TYPE_CHECKING:
    from jobsh.app.front_end import FrontEndOptions, Source
    from jobsh.command.command_line import Options


def run() -> NoReturn:
    """The console script."""
    _open_closed_streams()
    _hurry()
    if sys.version_info < (3, 11, 3):
        from jobsh.app.old_python import mend_python

        mend_python()
    status = main(sys.argv[1:])
    # nothing of ours needs the interpreter's orderly end, which costs a one-liner some milliseconds
    os._exit(status)


def _open_closed_streams() -> None:
    """A standard stream that our starter closed must not become one of our sockets or files: input has nothing, output
    refuses what is written, errors are told to nobody."""
    for number, flags in enumerate((os.O_RDONLY, os.O_RDONLY, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, flags)  # the lowest free number is this one
            os.set_inheritable(number, True)


def _hurry() -> None:
    """Save a one-liner ten milliseconds: what is imported stays, so the collector need not look at it again and again; and
    asyncio takes ssl along where it finds it, which nothing here speaks."""
    gc.disable()
    if not {"asyncio", "ssl"} & sys.modules.keys():
        sys.modules["ssl"] = None  # type: ignore[assignment]  # so says Python: not to be found
        import asyncio  # noqa: F401

        del sys.modules["ssl"]


def main(argv: Sequence[str]) -> int:
    """Do what `argv` says; the exit status."""
    try:
        return _do(argv)
    except (KeyboardInterrupt, Interrupted):
        return ExitStatus.INTERRUPTED
    except BrokenPipeError as error:
        if error.errno == errno.EPIPE:  # nobody reads any more
            return ExitStatus.OK
        return _say(f"{error.filename}: {error.strerror}", "", ExitStatus.ERROR)
    except JobshError as error:
        return _say(error.message, error.hint, int(error.status))
    except Exception as error:  # noqa: BLE001  (a bug: the log has it all, the user one line)
        from jobsh.app.bug_log import log_bug

        return _say(f"this is a bug in jobsh; the details are in {log_bug(error)}", "", ExitStatus.BUG)


def _do(argv: Sequence[str]) -> int:
    from jobsh.command.command_line import parse_options

    options = parse_options(argv)
    if options.shows_version or options.shows_help:
        return _show_about(options)
    if options.engine:
        return _engine(options)
    if options.job:
        return _run_job(options)
    return _run_front_end(options)


def _run_front_end(options: Options) -> int:
    source = _source(options)
    if options.demo:
        from jobsh.app.demo import run_demo

        return _run(run_demo(_front_end(options), source))
    if source is None:
        from jobsh.app.prompt import run_prompt

        return _run(run_prompt(_front_end(options)))
    from jobsh.app.front_end import run_text

    return _run(run_text(_front_end(options), source))


def _source(options: Options) -> Source | None:
    """What is to be run; None: what is typed at the prompt."""
    from jobsh.app.front_end import Source

    if options.text not in (None, "-"):
        return Source(options.text, "-c")
    if options.text is None and options.file:
        return Source(_read(options.file), options.file, options.arguments)
    if options.text is None and os.isatty(0) and os.isatty(1):
        return None
    return Source(_read(0), "standard input", is_standard_input=True)


def _front_end(options: Options) -> FrontEndOptions:
    from jobsh.app.front_end import FrontEndOptions

    return FrontEndOptions(
        options.output_format, options.color, options.ssh_config, not options.no_profile, options.is_verbose
    )


def _run(coroutine: Coroutine[Any, Any, int]) -> int:
    import asyncio

    gc.freeze()
    gc.enable()
    return asyncio.run(coroutine)


def _run_job(options: Options) -> int:
    """A job's own process."""
    from jobsh.app.job import run_job

    return _run(run_job(_front_end(options), _read(options.job), options.arguments))


def _read(file: str | int) -> str:
    from jobsh.errors import NotFound

    try:
        with open(file, "rb", closefd=file != 0) as opened:
            return opened.read().decode("utf-8-sig", "surrogateescape")
    except OSError as error:
        raise NotFound(f"{file or 'standard input'}: {error.strerror}") from None


def _show_about(options: Options) -> int:
    from jobsh import __version__
    from jobsh.command.command_line import usage

    _write(1, f"jobsh {__version__}\n" if options.shows_version else usage())
    return ExitStatus.OK


def _engine(options: Options) -> int:
    if options.engine == "run":
        from jobsh.app.engine import run_engine

        return run_engine()
    from jobsh.app.front_end import manage_engine

    return _run(manage_engine(options.engine, _front_end(options)))


def _say(message: str, hint: str, status: int) -> int:
    lines = [f"jobsh: {message}", *(f"  {line}" for line in hint.splitlines())]
    with suppress(OSError):  # nobody listens
        _write(2, "\n".join(lines) + "\n")
    return status


def _write(descriptor: int, text: str) -> None:
    """Write past `sys.stdout`: it is None when our starter closed it, and says only at our end what it could not do."""
    data = text.encode("utf-8", "surrogateescape")
    try:
        while data:
            data = data[os.write(descriptor, data) :]
    except OSError as error:
        raise BrokenPipeError(error.errno, error.strerror, "standard output") from None
