"""`jobsh --demo`: a front end with three hosts of its own inside this process, and an engine and state that go with it."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from jobsh import __version__
from jobsh.app.connect import stop_engine
from jobsh.app.front_end import FrontEndOptions, Source, run_text
from jobsh.app.whereabouts import IDLE_VARIABLE
from jobsh.config import read_settings
from jobsh.console.interrupts import on_signals
from jobsh.errors import JobshError
from jobsh.transport.demo import DemoHosts, start_demo_hosts

BANNER = """\
demo1, demo2 and demo3 are hosts to try jobsh on; they end with this shell.

  Invoke-Command -ComputerName demo[1-3] { hostname; date }
  $job = Invoke-Command -ComputerName demo[1-3] { sleep 2; hostname } -AsJob
  Wait-Job $job | Receive-Job
  Copy-Item /etc/hosts -Destination . -ToSession (New-Session demo1)
  Enter-Session demo1     # then: Start-Job { sleep 5; echo done }, Get-Job, exit

Get-Help about_Remote_Jobs tells more; Tab completes; exit or Ctrl-D leaves.

"""
_STATE_VARIABLE = "JOBSH_STATE_DIR"
_ENGINE_IDLE = "2"
"""Seconds after which the engine leaves by itself, should this process be killed."""
_MOST_SWEEPS = 100
_LONGEST_PLACE = 40


async def run_demo(options: FrontEndOptions, source: Source | None) -> int:
    """A prompt, or a text, that can reach the demo hosts; the exit status. No process and no file is left."""
    directory = Path(tempfile.mkdtemp(prefix="jobsh-demo-", dir=_place()))
    running = asyncio.ensure_future(_run(options, source, directory))
    received: list[int] = []

    def stop(number: signal.Signals) -> None:
        received.append(number)
        running.cancel()

    with on_signals(stop, signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        try:
            return await running
        except asyncio.CancelledError:
            return 128 + (received[0] if received else signal.SIGTERM)
        finally:
            with on_signals(lambda _number: None, signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                await asyncio.to_thread(shutil.rmtree, directory, ignore_errors=True)


def _place() -> str:
    """Where temporary files go; the paths of sockets must be short."""
    place = tempfile.gettempdir()
    return place if len(place) <= _LONGEST_PLACE else "/tmp"  # noqa: S108  (mkdtemp makes its own directory there)


async def _run(options: FrontEndOptions, source: Source | None, directory: Path) -> int:
    with _own_state(directory):
        hosts = await start_demo_hosts(directory / "hosts")
        try:
            return await _run_front_end(options.replace(ssh_config=str(hosts.ssh_config), has_profile=False), source)
        finally:
            with on_signals(lambda _number: None, signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                await _end(hosts, directory)


@contextmanager
def _own_state(directory: Path) -> Iterator[None]:
    """The environment of this process and all it starts: state, socket and engine are the demo's own."""
    own = {_STATE_VARIABLE: directory / "state", "XDG_RUNTIME_DIR": directory / "run", IDLE_VARIABLE: _ENGINE_IDLE}
    (directory / "run").mkdir(mode=0o700)
    before = dict(os.environ)
    os.environ.update({name: str(value) for name, value in own.items()})
    os.environ.pop("SSH_AUTH_SOCK", None)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


async def _run_front_end(options: FrontEndOptions, source: Source | None) -> int:
    if source is not None:
        return await run_text(options, source)
    from jobsh.app.prompt import run_prompt

    return await run_prompt(options, banner=BANNER, jobs_go_on=False)


async def _end(hosts: DemoHosts, directory: Path) -> None:
    with suppress(JobshError, OSError, TimeoutError):  # the sweep ends an engine that does not listen
        await stop_engine(read_settings(os.environ), __version__)
    await hosts.aclose()
    for _ in range(_MOST_SWEEPS):
        if not _kill_all(f"{_STATE_VARIABLE}={directory}/".encode()):
            return
        await asyncio.sleep(0.01)


def _kill_all(mark: bytes) -> int:
    """Kill what the demo's shell and jobs left on this machine: it carries `mark` in its environment. How many there were."""
    found = 0
    for entry in os.listdir("/proc") if os.path.isdir("/proc") else ():
        if entry.isdigit() and int(entry) != os.getpid():
            with suppress(OSError):  # it ended, or is another user's
                is_zombie = b") Z " in Path(f"/proc/{entry}/stat").read_bytes()
                if not is_zombie and b"\0" + mark in b"\0" + Path(f"/proc/{entry}/environ").read_bytes():
                    os.kill(int(entry), signal.SIGKILL)
                    found += 1
    return found
