"""`[Diagnostics.Stopwatch]::StartNew()`: measures time."""

from __future__ import annotations

import time

from jobsh.command import methods, property_tables
from jobsh.command.conversion import to_timespan


class Stopwatch:
    """Runs from `start` to `stop`; times add up."""

    def __init__(self) -> None:
        self._before = 0.0
        self._since: float | None = None

    @property
    def seconds(self) -> float:
        """What was measured so far."""
        return self._before + (time.monotonic() - self._since if self._since is not None else 0)

    @property
    def is_running(self) -> bool:
        """Whether it goes on."""
        return self._since is not None

    def start(self) -> None:
        """Go on."""
        if self._since is None:
            self._since = time.monotonic()

    def stop(self) -> None:
        """Measure no more."""
        self._before, self._since = self.seconds, None

    def reset(self) -> None:
        """Nothing was measured."""
        self._before, self._since = 0.0, None

    def restart(self) -> None:
        """Begin again."""
        self.reset()
        self.start()


def start_new() -> Stopwatch:
    """One that runs."""
    stopwatch = Stopwatch()
    stopwatch.start()
    return stopwatch


property_tables.register(
    Stopwatch,
    {
        "IsRunning": lambda watch: watch.is_running,
        "Elapsed": lambda watch: to_timespan(watch.seconds),
        "ElapsedMilliseconds": lambda watch: int(watch.seconds * 1000),
    },
    {"ElapsedTicks": lambda watch: int(watch.seconds * 10_000_000)},
)
methods.register(
    Stopwatch,
    {
        "Start": lambda watch: watch.start(),
        "Stop": lambda watch: watch.stop(),
        "Reset": lambda watch: watch.reset(),
        "Restart": lambda watch: watch.restart(),
    },
)
