"""What a session is asked to be like: New-SessionOption makes it, connecting and the session's life on its host heed it."""

from __future__ import annotations

from enum import StrEnum

from jobsh.model.struct import Struct


class OutputBufferingMode(StrEnum):
    """What happens to a disconnected session's output when its buffer is full. PowerShell's names."""

    NONE = "None"
    """As the host decides: Block."""
    BLOCK = "Block"
    """Who writes waits."""
    DROP = "Drop"
    """The oldest output goes."""


class SessionOption(Struct):
    """Options of a session; None: not said. Times are seconds, infinity is no limit."""

    idle_timeout: float | None = None
    """How long it lives on its host while it is disconnected."""
    output_buffering_mode: OutputBufferingMode = OutputBufferingMode.NONE
    output_buffer_size: int | None = None
    """Bytes."""
    open_timeout: float | None = None
    """For connecting, all in all."""
    operation_timeout: float | None = None
    """How long the host may give no sign of life before the connection is taken for lost."""
    cancel_timeout: float | None = None
    """How long Ctrl-C waits until what it stops is gone."""
    max_connection_retry_count: int | None = None
    """How often connecting is tried again."""
    keepalive_interval: float | None = None
    """Seconds of silence before the host is asked for a sign of life."""
    keepalive_count: int | None = None
    """How many of those it may leave unanswered."""
    compression: bool | None = None

    def over(self, other: SessionOption) -> SessionOption:
        """These options; what they do not say, as `other` says."""
        return other.replace(**{n: v for n, v in vars(self).items() if v is not None and v != OutputBufferingMode.NONE})

    @property
    def ssh_options(self) -> tuple[tuple[str, str], ...]:
        """What of it ssh has options for, as `ssh -o` takes them."""
        interval, count = self._keepalive
        said: tuple[tuple[str, object], ...] = (
            ("ServerAliveInterval", interval and max(1, round(interval))),
            ("ServerAliveCountMax", count),
            ("Compression", None if self.compression is None else "yes" if self.compression else "no"),
        )
        return tuple((name, str(value)) for name, value in said if value is not None)

    @property
    def _keepalive(self) -> tuple[float | None, int | None]:
        """Interval and count; an operation's time limit is as many signs of life left unanswered."""
        count = self.keepalive_count
        if self.keepalive_interval is None and self.operation_timeout not in (None, float("inf")):
            assert self.operation_timeout is not None
            count = count or _SIGNS
            return self.operation_timeout / count, count
        return self.keepalive_interval, count


_SIGNS = 3
