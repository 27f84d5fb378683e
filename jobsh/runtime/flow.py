"""What leaves a statement early: the signals of `break`, `return`, `exit`, and an error on its way to a `catch`."""

from __future__ import annotations

from jobsh.errors import JobshError, Span
from jobsh.model.records import ErrorRecord


class FlowSignal(Exception):
    """Not an error: a statement that leaves something."""


class LoopSignal(FlowSignal):
    """`break` or `continue`, of the nearest loop or of the one that has the label."""

    def __init__(self, label: str = "") -> None:
        super().__init__(label)
        self.label = label.casefold()

    def is_for(self, label: str) -> bool:
        """Whether the loop of this label is meant."""
        return not self.label or self.label == label.casefold()


class BreakSignal(LoopSignal):
    """`break`: leaves the nearest loop or switch."""


class ContinueSignal(LoopSignal):
    """`continue`: begins the nearest loop's next round."""


class ReturnSignal(FlowSignal):
    """`return`: leaves the function, block or file; its value was written before."""


class ExitSignal(FlowSignal):
    """`exit` where no session is entered: leaves the script or the shell."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Raised(JobshError):
    """An error on its way out of the statement it happened in."""

    def __init__(
        self, record: ErrorRecord, kinds: tuple[str, ...] = (), source: str = "", span: Span | None = None
    ) -> None:
        super().__init__(record.message, hint=record.hint, error_id=record.error_id)
        self.record = record
        self.kinds = kinds
        """What `catch [kind]` may call it, in lower case."""
        self.source = source
        self.span = span


class Thrown(Raised):
    """A terminating error: `throw`, `-ErrorAction Stop`, or any error inside `try`. Ends the text unless it is caught."""
