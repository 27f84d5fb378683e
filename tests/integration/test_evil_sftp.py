"""A host that lies about its files: whatever it answers, nothing is written outside the named folder."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from jobsh.engine.tree_copy import TreeCopy
from jobsh.errors import FileError, JobshError
from jobsh.model.files import CopyRequest, FileItem
from jobsh.transport.local_files import LocalDisk
from jobsh.transport.sftp_files import SftpDisk
from jobsh.transport.sftp_open_files import Sftp
from tests.asynchronous import run

FILE, DIRECTORY, LINK = stat.S_IFREG | 0o4777, stat.S_IFDIR | 0o755, stat.S_IFLNK | 0o777
CONTENT = b"evil" * 1000


class Evil:
    """What the host says there is: path → mode; listings may name anything."""

    def __init__(self) -> None:
        self.listings: dict[bytes, list[tuple[bytes, int]]] = {b"/tree": []}
        self.links: dict[bytes, bytes] = {}
        self.sizes: dict[bytes, int] = {}

    def attributes(self, path: bytes, mode: int) -> asyncssh.SFTPAttrs:
        return asyncssh.SFTPAttrs(
            size=self.sizes.get(path, len(CONTENT)), permissions=mode, mtime=1, atime=1, uid=0, gid=0
        )


class EvilServer(asyncssh.SFTPServer):
    """Answers as an Evil says."""

    def __init__(self, chan: Any, evil: Evil) -> None:
        super().__init__(chan)
        self._evil = evil

    def stat(self, path: bytes) -> asyncssh.SFTPAttrs:
        return self._evil.attributes(path, DIRECTORY if path in self._evil.listings else FILE)

    lstat = stat

    async def scandir(self, path: bytes) -> AsyncIterator[asyncssh.SFTPName]:
        for name, mode in self._evil.listings.get(path, []):
            attributes = self._evil.attributes(path + b"/" + name, mode)
            yield asyncssh.SFTPName(name, b"", attributes)

    def readlink(self, path: bytes) -> bytes:
        return self._evil.links.get(path, b"../../outside")

    def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> Any:
        return io.BytesIO(CONTENT)

    def fstat(self, file_obj: Any) -> asyncssh.SFTPAttrs:
        return self._evil.attributes(b"", FILE)


class Server(asyncssh.SSHServer):
    def begin_auth(self, username: str) -> bool:
        return False


class Heard:
    """Listens to a copy."""

    def __init__(self) -> None:
        self.failed_with: list[FileError] = []

    def found(self, files: int, bytes: int) -> None: ...

    def moved(self, bytes: int) -> None: ...

    def done(self) -> None: ...

    async def arrived(self, item: FileItem) -> None: ...

    async def failed(self, error: JobshError) -> None:
        assert isinstance(error, FileError)
        self.failed_with.append(error)


@asynccontextmanager
async def disk_of(evil: Evil) -> AsyncIterator[SftpDisk]:
    server = await asyncssh.listen(
        "127.0.0.1",
        0,
        server_factory=Server,
        server_host_keys=[asyncssh.generate_private_key("ssh-ed25519")],
        sftp_factory=lambda chan: EvilServer(chan, evil),
    )
    async with (
        server,
        asyncssh.connect("127.0.0.1", server.get_port(), known_hosts=None, config=None, client_keys=None) as connection,
        connection.start_sftp_client(path_errors="surrogateescape") as client,
    ):
        yield SftpDisk(Sftp(client, "evil"))


def got(evil: Evil, place: Path, **options: bool) -> tuple[list[FileError], dict[str, str]]:
    """Copy the host's tree into place/inside/goal: the errors, and all that is in `place` afterwards."""
    (place / "inside").mkdir()
    (place / "outside").mkdir()

    async def copy() -> list[FileError]:
        heard = Heard()
        request = CopyRequest((), (), recurses=True).replace(**options)
        async with disk_of(evil) as disk:
            await TreeCopy(disk, LocalDisk(), request, heard).copy("/tree", str(place / "inside" / "goal"), makes=False)
        return heard.failed_with

    errors = run(copy())
    found = {
        str(path.relative_to(place)): "link" if path.is_symlink() else "directory" if path.is_dir() else "file"
        for path in sorted(place.rglob("*"))
    }
    assert all(name.startswith("inside/goal") for name in found.keys() - {"inside", "outside"})
    return errors, found


def test_nothing_is_written_outside_the_destination(place: Path) -> None:
    evil = Evil()
    names = (b"../x", b"../../outside/x", b"/etc/jobsh-evil", b"a/b", b"..", b".", b"", b"x\0y", b"inner/../../x")
    evil.listings[b"/tree"] = [(name, mode) for name in names for mode in (FILE, DIRECTORY, LINK)] + [(b"good", FILE)]
    errors, found = got(evil, place)
    assert found.keys() == {"inside", "outside", "inside/goal", "inside/goal/good"}
    assert {error.error_id for error in errors} == {"UnsafeName"}
    assert {error.host for error in errors} == {"evil"}
    assert not Path("/etc/jobsh-evil").exists()


@pytest.mark.parametrize("target", [b"../../outside", b"/", b"..", b"b/../../../outside", b"/proc/self/cwd"])
def test_a_link_is_never_a_way_out(place: Path, target: bytes) -> None:
    evil = Evil()
    evil.links = {b"/tree/way": target, b"/tree/ok": b"good"}
    evil.listings[b"/tree"] = [(b"ok", LINK), (b"way", LINK), (b"way", DIRECTORY), (b"ok", DIRECTORY), (b"good", FILE)]
    evil.listings[b"/tree/way"] = evil.listings[b"/tree/ok"] = [(b"x", FILE)]
    errors, found = got(evil, place)
    assert "LinkLeadsOut" in {error.error_id for error in errors}
    assert found.get("inside/goal/way") != "link"
    assert os.listdir(place / "outside") == []


def test_links_that_are_there_already_are_not_followed(place: Path) -> None:
    evil = Evil()
    evil.listings[b"/tree"] = [(b"way", DIRECTORY), (b"file", FILE)]
    evil.listings[b"/tree/way"] = [(b"x", FILE)]
    goal = place / "inside" / "goal" / "tree"
    goal.mkdir(parents=True)
    outside = place / "inside" / "goal" / "elsewhere"
    outside.mkdir()
    (goal / "way").symlink_to(outside)
    (goal / "file").symlink_to(outside / "file")

    async def copy() -> list[FileError]:
        heard = Heard()
        async with disk_of(evil) as disk:
            request = CopyRequest((), (), recurses=True)
            await TreeCopy(disk, LocalDisk(), request, heard).copy("/tree", str(goal.parent), makes=False)
        return heard.failed_with

    assert [error.error_id for error in run(copy())] == ["NotDirectory"]
    assert os.listdir(outside) == []
    assert not (goal / "file").is_symlink()  # the link went, what it led to stayed


def test_sizes_that_are_lies(place: Path) -> None:
    evil = Evil()
    evil.listings[b"/tree"] = [(b"short", FILE), (b"long", FILE), (b"control\n\x1b[2J", FILE)]
    evil.sizes = {b"/tree/short": 10, b"/tree/long": 1 << 60}
    errors, found = got(evil, place)
    assert [(error.error_id, os.path.basename(error.target)) for error in errors] == [("FileChanged", "long")]
    assert (place / "inside" / "goal" / "short").read_bytes() == CONTENT[:10]
    assert found.keys() - {"inside", "outside", "inside/goal"} == {"inside/goal/short", "inside/goal/control\n\x1b[2J"}
    assert (place / "inside" / "goal" / "short").stat().st_mode & 0o7777 == 0o777  # never set-user-ID


def test_a_tree_without_end_ends(place: Path) -> None:
    class Endless(dict[bytes, list[tuple[bytes, int]]]):
        def get(self, key: bytes, default: Any = None) -> Any:
            return [(b"d", DIRECTORY)]

        def __contains__(self, key: object) -> bool:
            return True

    evil = Evil()
    evil.listings = Endless()
    errors, _ = got(evil, place)
    assert [error.error_id for error in errors] == ["TooDeep"]
