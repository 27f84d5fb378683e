"""One file from one disk to another: blocks in order, many on their way, under another name until it is whole."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections import deque
from collections.abc import Callable

from jobsh.errors import FileError, HostError, JobshError
from jobsh.model.files import FileInfo, FileKind
from jobsh.ports.files import BLOCK, Disk, NewFile, OpenFile

MOST_BLOCKS = 64
"""On their way at once, of all files of a copy: 16 MiB."""
_READ_AHEAD = 16
_VERIFIED = 4 * BLOCK
"""Bytes at the end of a part that must be the source's before a copy goes on after them."""
_LONGEST_UNSIZED = 64 << 20
"""Of a file that says it is empty: those of /proc say so and are not."""
_AT_ONCE = 16 * BLOCK
"""Bytes that a machine is asked to copy by itself: others wait for its answer."""
_LONGEST_NAME = 180
_SUFFIX = ".jobsh-part"


def part_name(name: str, source: str, host: str, info: FileInfo) -> str:
    """The name of `name` until it is whole: only the same state of the same source goes on with it, on its way to the same `host`,
    as hosts may share a disk."""
    said = "\0".join((name, source, host, str(info.size), str(int(info.modified))))
    mark = hashlib.sha256(said.encode("utf-8", "surrogateescape")).hexdigest()[:12]
    return f".{_shortened(name)}.{mark}{_SUFFIX}"


def _shortened(name: str) -> str:
    return name.encode("utf-8", "surrogateescape")[:_LONGEST_NAME].decode("utf-8", "surrogateescape")


class FileCopy:
    """Copies single files of one run; `told` hears how many bytes more arrived."""

    def __init__(self, source: Disk, target: Disk, *, resumes: bool, told: Callable[[int], None]) -> None:
        self._source = source
        self._target = target
        self._resumes = resumes
        self._told = told
        self._on_their_way = 0
        self._is_cut = False
        """The connection is gone: what there is of the files is kept, so that -Resume has something to go on with."""

    async def copy(self, source: Disk, path: str, info: FileInfo, target: Disk, goal: str, known_as: str) -> None:
        """Copy what is at `path` below `source` to `goal` below `target`; `known_as` is its whole path."""
        directory, slash, name = goal.rpartition("/")
        part = directory + slash + part_name(name, f"{source.host}:{known_as}", target.host, info)
        file = await source.open(path)
        try:
            new = await target.create(part, keeps=self._resumes)
            await self._fill(file, info, new, await self._start(file, target, part), name)
        finally:
            await file.aclose()

    async def _start(self, file: OpenFile, target: Disk, part: str) -> int:
        """Where to go on: after what is there already and the same as the source's."""
        size = (await target.stat(part, follows=False)).size if self._resumes else 0
        if not size:
            return 0
        begin = max(0, size - _VERIFIED)
        there, here = await asyncio.gather(_bytes_of(target, part, begin, size), file.read(begin, size - begin))
        return size if there == here else 0

    async def _fill(self, file: OpenFile, info: FileInfo, new: NewFile, start: int, name: str) -> None:
        try:
            self._told(start)
            size = await self._pour(file, info, new, start)
            await new.finish(name, info.permissions, (info.accessed, info.modified), size)
        except BaseException as error:
            self._is_cut = self._is_cut or isinstance(error, HostError)
            keeps = self._resumes or self._is_cut
            with contextlib.suppress(JobshError):
                await asyncio.shield(new.aclose() if keeps else new.discard())
            raise

    async def _pour(self, file: OpenFile, info: FileInfo, new: NewFile, start: int) -> int:
        """Move the bytes from `start` on; how long the file is then."""
        end = info.size or _LONGEST_UNSIZED
        asked: deque[asyncio.Future[bytes]] = deque()
        at = to_ask = await self._take(file, info, new, start)
        try:
            while at < end:
                while to_ask < end and self._may_ask(len(asked), is_sized=bool(info.size)):
                    asked.append(asyncio.ensure_future(file.read(to_ask, min(BLOCK, end - to_ask))))
                    to_ask += BLOCK
                    self._on_their_way += 1
                data = await asked[0]
                asked.popleft()
                self._on_their_way -= 1
                await new.write(at, data)
                at += len(data)
                self._told(len(data))
                if len(data) < BLOCK:
                    break
        finally:
            self._on_their_way -= len(asked)
            for one in asked:
                one.cancel()
            await asyncio.gather(*asked, return_exceptions=True)
        if at < info.size:
            why = "became shorter while it was copied"
            raise FileError.about(self._source.host, info.name, why, error_id="FileChanged")
        return at

    async def _take(self, file: OpenFile, info: FileInfo, new: NewFile, start: int) -> int:
        """Let the bytes move where they are, as far as they can; where to go on."""
        at = start
        while at < info.size and (taken := await new.take(file, at, min(_AT_ONCE, info.size - at))):
            at += taken
            self._told(taken)
        return at

    def _may_ask(self, asked: int, *, is_sized: bool) -> bool:
        """Whether to ask for a block more: always for the one that is waited for."""
        return not asked or (is_sized and asked < _READ_AHEAD and self._on_their_way < MOST_BLOCKS)


async def _bytes_of(disk: Disk, path: str, begin: int, end: int) -> bytes:
    file = await disk.open(path)
    try:
        return await file.read(begin, end - begin)
    finally:
        await file.aclose()


def is_same(info: FileInfo, other: FileInfo) -> bool:
    """Whether a file that is there already is the one that would be copied: size and time (to the second) are."""
    return other.kind is FileKind.FILE and info.size == other.size and int(info.modified) == int(other.modified)
