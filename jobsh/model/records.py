"""What flows through a pipeline besides plain values: bytes on their way, lines that know their origin, records of streams."""

from __future__ import annotations

from enum import IntEnum

from jobsh.model.ids import JobId
from jobsh.model.struct import Struct


class Stream(IntEnum):
    """PowerShell's stream numbers, as in `2>`."""

    OUTPUT = 1
    ERROR = 2
    WARNING = 3
    VERBOSE = 4
    DEBUG = 5
    INFORMATION = 6


class Origin(Struct):
    """Where output came from."""

    computer_name: str = ""
    """Empty for this machine's own programs."""
    job: JobId | None = None
    show_computer_name: bool = True
    """Whether people see `host: ` before it (`-HideComputerName`, a single entered host: False)."""
    runspace_id: str = ""
    """The InstanceId of the session it came through, or of the one command there."""


class Received:
    """Counts the bytes of one source that were really consumed downstream; what Receive-Job takes as received."""

    __slots__ = ("err", "out")

    def __init__(self, out: int = 0, err: int = 0) -> None:
        self.out = out
        self.err = err

    def add(self, stream: Stream, count: int) -> None:
        """`count` more bytes of `stream` were consumed."""
        if stream is Stream.ERROR:
            self.err += count
        else:
            self.out += count


class Chunk:
    """Bytes on their way, untouched. Whoever consumes some of them says so with `take`. Without any, it says that its source gives
    nothing more for now, so that the beginning of a line need not be held back."""

    __slots__ = ("at", "data", "origin", "received", "stream")

    def __init__(
        self, data: bytes, stream: Stream, origin: Origin, received: Received | None = None, at: float | None = None
    ) -> None:
        self.data = data
        self.stream = stream
        self.origin = origin
        self.received = received
        self.at = at

    def take(self, count: int | None = None) -> None:
        """`count` bytes (all, when None) were consumed."""
        if self.received is not None:
            self.received.add(self.stream, len(self.data) if count is None else count)


class Line(str):
    """One line of output as text that knows where it came from. Undecodable bytes are surrogate escapes."""

    __slots__ = ("at", "ended", "origin", "stream")
    origin: Origin
    stream: Stream
    at: float | None
    ended: bool
    """Whether a newline followed: needed to give the bytes back untouched."""

    @classmethod
    def of(
        cls, data: bytes, origin: Origin, stream: Stream = Stream.OUTPUT, *, at: float | None = None, ended: bool = True
    ) -> Line:
        """Decode one line without its newline."""
        line = cls(data.decode("utf-8", "surrogateescape"))
        line.origin, line.stream, line.at, line.ended = origin, stream, at, ended
        return line

    def to_bytes(self) -> bytes:
        """The bytes it was made from."""
        return self.encode("utf-8", "surrogateescape") + (b"\n" if self.ended else b"")


class ErrorRecord(Struct):
    """One error that did not end the statement, or what `catch` gets as `$_`."""

    message: str
    category: str = "NotSpecified"
    error_id: str = ""
    target: object = None
    host: str = ""
    hint: str = ""
    command: str = ""
    """The cmdlet that wrote it."""
    exit_status: int = 1
    """What `-c` ends with when this was the last word: 1, or 255 for a host that was not reached."""


class StreamRecord(Struct):
    """A warning, verbose, debug or information record."""

    stream: Stream
    text: str
    origin: Origin = Origin()
    ended: bool = True
    """Whether a newline follows."""
    colours: tuple[int, ...] = ()
    """What a terminal paints it with: SGR numbers."""
    tags: tuple[str, ...] = ()
    """Words to find it by: Write-Information's."""
    is_hidden: bool = False
    """Whether it is shown only where the preference of its stream asks for it."""
