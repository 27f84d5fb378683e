"""Following jobs of a host over one channel: one job as raw streams, many as frames. Counts decide what is complete."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable

from jobsh.model.ids import InstanceId
from jobsh.model.records import Stream
from jobsh.ports.spool import Bytes, Wanted
from jobsh.ports.transport import Channel
from jobsh.spool.encoding import to_text
from jobsh.spool.reading import reading
from jobsh.spool.scripts import program


class Progress:
    """How much of each job was given on; outlives the channels of one `follow`."""

    def __init__(self, wanted: tuple[Wanted, ...]) -> None:
        self._sizes = {job.instance_id: [job.out, job.err] for job in wanted}

    @property
    def open_jobs(self) -> list[InstanceId]:
        """Jobs that are not over."""
        return list(self._sizes)

    def sizes(self, id: InstanceId) -> tuple[int, int]:
        """Bytes given on."""
        out, err = self._sizes[id]
        return out, err

    def take(self, id: InstanceId, stream: Stream, data: bytes) -> Bytes:
        """Count bytes that follow what was given before."""
        sizes = self._sizes[id]
        which = 1 if stream is Stream.ERROR else 0
        offset = sizes[which]
        sizes[which] += len(data)
        return Bytes(id, stream, offset, data)

    def close(self, id: InstanceId) -> None:
        """The job is over."""
        del self._sizes[id]


class _Strip:
    """One raw stream: drops what comes before the line with the nonce, takes out the one line of the verdict."""

    def __init__(self, nonce: str, *, has_verdict: bool) -> None:
        self._mark = b"@" + nonce.encode() + b" "
        self._held = b""
        self._has_verdict = has_verdict
        self.first: list[str] | None = None
        self.verdict: list[str] | None = None

    def feed(self, data: bytes) -> bytes:
        """The job's bytes in `data`, less what may be the beginning of a line of ours."""
        self._held += data
        given = b""
        while self.first is None or (self._has_verdict and self.verdict is None):
            start = self._held.find(self._mark)
            end = self._held.find(b"\n", start + len(self._mark)) if start >= 0 else -1
            if end < 0:
                return given + self._before(start)
            if self.first is not None:
                given += self._held[:start]
            words = to_text(self._held[start + len(self._mark) : end]).split(" ")
            self._held = self._held[end + 1 :]
            if self.first is None:
                self.first = words
            else:
                self.verdict = words
        given, self._held = given + self._held, b""
        return given

    def _before(self, start: int) -> bytes:
        """The held bytes that cannot belong to a line of ours; none before the first line."""
        if self.first is None:
            return b""
        keep = len(self._held) - start if start >= 0 else self._possible_beginning()
        given = self._held[: len(self._held) - keep]
        self._held = self._held[len(given) :]
        return given

    def _possible_beginning(self) -> int:
        for length in range(min(len(self._mark), len(self._held)), 0, -1):
            if self._mark.startswith(self._held[-length:]):
                return length
        return 0


class FollowOne:
    """One job on a channel of its own: its bytes arrive as soon as they are written."""

    def __init__(self, channel: Channel, progress: Progress, machine: str, nonce: str) -> None:
        self._channel = channel
        self._progress = progress
        self._machine = machine
        self._id = progress.open_jobs[0]
        self._nonce = nonce
        self._strips = {
            Stream.OUTPUT: _Strip(nonce, has_verdict=True),
            Stream.ERROR: _Strip(nonce, has_verdict=False),
        }

    async def events(self, knows_gnu: str, learned: Callable[[str], None]) -> AsyncGenerator[Bytes | InstanceId, None]:
        """Bytes, and the job's id when all were given; just ends when the channel does."""
        out, err = self._progress.sizes(self._id)
        call = f"follow {self._nonce} {self._machine} {self._id} {out} {err} {knows_gnu}"
        await self._channel.write(program("words.sh", "directory.sh", "follow.sh", call=call))
        async with reading(self._channel) as pieces:
            async for stream, data in pieces:
                strip = self._strips[stream]
                if fresh := strip.feed(data):
                    yield self._progress.take(self._id, stream, fresh)
                if self._is_gone() or self._is_complete():
                    yield self._id
                    return
        if (first := self._strips[Stream.OUTPUT].first) is not None and len(first) > 1:
            learned(first[1])

    def _is_gone(self) -> bool:
        return self._strips[Stream.OUTPUT].first == ["gone"]

    def _is_complete(self) -> bool:
        verdict = self._strips[Stream.OUTPUT].verdict
        if verdict is None:
            return False
        out, err = self._progress.sizes(self._id)
        return out >= int(verdict[1]) and err >= int(verdict[2])


class FollowMany:
    """Many jobs on one channel, in frames."""

    def __init__(self, channel: Channel, progress: Progress, machine: str, nonce: str) -> None:
        self._channel = channel
        self._progress = progress
        self._machine = machine
        self._nonce = nonce
        self._mark = b"\n@" + self._nonce.encode() + b" "
        self._held = b"\n"
        self._frame: tuple[InstanceId, Stream] | None = None
        self._missing = 0
        self._is_torn = False
        """A frame does not begin where the last one ended (a job has cut its own output): asked again from what is here."""

    async def events(self, knows_gnu: str, learned: Callable[[str], None]) -> AsyncGenerator[Bytes | InstanceId, None]:
        """Bytes, and the id of a job when all of its were given; just ends when the channel does."""
        jobs = " ".join(
            f"{id} {out} {err}" for id in self._progress.open_jobs for out, err in [self._progress.sizes(id)]
        )
        call = f"mux {self._nonce} {self._machine} {knows_gnu} {jobs}"
        await self._channel.write(program("words.sh", "directory.sh", "mux.sh", call=call))
        async with reading(self._channel) as pieces:
            async for stream, data in pieces:
                if stream is Stream.OUTPUT:
                    self._held += data
                    for event in self._parse(learned):
                        yield event
                    if self._is_torn:
                        return

    def _parse(self, learned: Callable[[str], None]) -> list[Bytes | InstanceId]:
        events: list[Bytes | InstanceId] = []
        while True:
            if self._frame is not None:
                data, self._held = self._held[: self._missing], self._held[self._missing :]
                self._missing -= len(data)
                if data:
                    events.append(self._progress.take(*self._frame, data))
                if self._missing:
                    return events
                self._frame = None
            start = self._held.find(self._mark)
            end = self._held.find(b"\n", start + len(self._mark)) if start >= 0 else -1
            if end < 0:
                return events
            words = to_text(self._held[start + len(self._mark) : end]).split(" ")
            self._held = self._held[end + 1 :]
            if words[0] == "f":
                self._begin_frame(words)
                if self._is_torn:
                    return events
            elif words[0] == "x":
                events.append(InstanceId(words[1]))
            elif words[0] == "mux":
                learned(words[1])

    def _begin_frame(self, words: list[str]) -> None:
        id, stream = InstanceId(words[1]), Stream.ERROR if words[2] == "e" else Stream.OUTPUT
        self._is_torn = int(words[3]) != self._progress.sizes(id)[stream is Stream.ERROR]
        self._frame, self._missing = (id, stream), int(words[4])
