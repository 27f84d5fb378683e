"""Whatever hosts say, in whatever view it is shown: the terminal's modes stay and it answers nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pyte
from hypothesis import given, settings
from hypothesis import strategies as st

from jobsh.command.values import PropertyBag
from jobsh.model.ids import InstanceId, JobId
from jobsh.model.job import Job, JobKind, Outcome, OutcomeKind
from jobsh.model.job_state import JobState
from jobsh.model.records import Chunk, ErrorRecord, Line, Origin, Stream, StreamRecord
from jobsh.render.display import Display
from jobsh.render.palette import Palette

SEQUENCES = [
    b"\x1b[?1049h",
    b"\x1b[?25l",
    b"\x1b]0;x\x07",
    b"\x1b[6n",
    b"\x1bc",
    b"\x9b5n",
    b"\x1b[",
    b"31m",
    b"\n",
    b"\x0e",
]
HOSTILE = st.lists(st.one_of(st.sampled_from(SEQUENCES), st.binary(max_size=6)), max_size=8).map(b"".join)


class Glass:
    """A terminal in memory that remembers what it would have answered."""

    def __init__(self) -> None:
        self.at_line_start = True
        self.answers: list[str] = []
        self.screen = pyte.Screen(80, 24)
        setattr(self.screen, "write_process_input", self.answers.append)  # noqa: B010  (a method, for mypy)
        self._stream = pyte.ByteStream(self.screen)

    async def write(self, data: bytes) -> None:
        self.at_line_start = data.endswith(b"\n")
        self._stream.feed(data)

    async def write_passing(self, data: bytes) -> None:
        self._stream.feed(data)


def views(data: bytes, cut: int) -> list[object]:
    """The bytes in everything that is drawn."""
    text = data.decode("utf-8", "surrogateescape")
    outcome = Outcome(OutcomeKind.LOST, None, text)
    origin, nobody = Origin(text), Origin()
    job = Job(JobId(1), InstanceId("1"), text, JobKind.REMOTE, JobState.FAILED, text, text, outcome)
    chunks = [Chunk(piece, Stream.OUTPUT, where) for where in (origin, nobody) for piece in (data[:cut], data[cut:])]
    lines = [Line.of(data, where) for where in (origin, nobody)]
    return [*chunks, *lines, text, job, PropertyBag({text: text}), PropertyBag(dict.fromkeys("abcde", text))]


@given(HOSTILE, st.integers(0, 30))
@settings(max_examples=200)
def test_nothing_acts_in_any_view(data: bytes, cut: int) -> None:
    glass = Glass()
    modes, charset = set(glass.screen.mode), glass.screen.charset
    text = data.decode("utf-8", "surrogateescape")

    async def values() -> AsyncIterator[object]:
        for value in views(data, cut):
            yield value

    async def scenario() -> None:
        display = Display(glass, glass, Palette(has_colours=True), lambda: 80)
        await display.show(values())
        await display.error(ErrorRecord(text, host=text, hint=text, command=text), text, None)
        await display.stream(StreamRecord(Stream.WARNING, text, Origin(text)))
        await display.error_chunk(Chunk(data, Stream.ERROR, Origin(text)))
        await display.finish_errors()

    asyncio.run(scenario())
    assert (set(glass.screen.mode), glass.screen.charset) == (modes, charset)
    assert glass.screen.title == ""
    assert glass.answers == []
    assert not glass.screen.cursor.hidden
