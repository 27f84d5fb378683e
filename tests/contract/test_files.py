"""What every Disk does: the files of this machine, and those of a host over the SFTP of a real sshd."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from jobsh.errors import FileError, PathNotFound
from jobsh.model.files import FileKind, WriteMode
from jobsh.ports.files import BLOCK, Disk
from jobsh.transport.demo import start_demo_hosts
from jobsh.transport.local_files import LocalDisk
from tests import asynchronous
from tests.integration.transport_tools import connected
from tests.sshd import SshdFarm

Test = Callable[[Disk], Awaitable[None]]
Use = Callable[[Test], None]


@pytest.fixture(params=["local", "sftp", "demo"])
def use(request: pytest.FixtureRequest) -> Iterator[Use]:
    """Runs a test with the files of this machine, or of a host (which is this machine, too): of sshd, or of the demo."""
    if request.param == "local":
        yield lambda test: asynchronous.run(_run(test, LocalDisk()))
    elif request.param == "sftp":
        yield _over_sshd(request.getfixturevalue("farm"))
    else:
        with tempfile.TemporaryDirectory(prefix="jobsh-") as directory:
            yield lambda test: asynchronous.run(_with_demo(test, Path(directory)), slowest=5.0)


async def _with_demo(test: Test, directory: Path) -> None:
    hosts = await start_demo_hosts(directory)
    try:
        async with connected(hosts.ssh_config, "demo1") as connection:
            await test(await connection.disk())
    finally:
        await hosts.aclose()


def _over_sshd(farm: SshdFarm) -> Use:
    async def over_sftp(test: Test) -> None:
        async with connected(farm.ssh_config, "web01") as connection:
            await _run(test, await connection.disk())

    return lambda test: asynchronous.run(over_sftp(test))


async def _run(test: Test, disk: Disk) -> None:
    await test(disk)


@asynccontextmanager
async def below(disk: Disk, directory: Path) -> AsyncIterator[Disk]:
    within = await disk.within(str(directory))
    yield within
    await within.aclose()


async def refused(act: Awaitable[object], kind: type[FileError] = FileError) -> FileError:
    with pytest.raises(kind) as caught:
        await act
    return caught.value


async def names(disk: Disk, path: str) -> dict[str, FileKind]:
    return {info.name: info.kind async for infos in disk.list(path) for info in infos}


def test_what_stands_at_a_path(use: Use, place: Path) -> None:
    odd = os.fsdecode(b"odd \xff\n name")
    (place / odd).write_bytes(b"12345")
    (place / odd).chmod(0o4640)
    os.utime(place / odd, (1_000_000_000, 1_100_000_000))
    (place / "link").symlink_to(odd)
    (place / "dangling").symlink_to("nowhere")
    (place / "sub").mkdir()
    os.mkfifo(place / "pipe")

    async def test(disk: Disk) -> None:
        info = await disk.stat(f"{place}/link")
        assert (info.kind, info.size, info.permissions, info.modified) == (FileKind.FILE, 5, 0o640, 1_100_000_000)
        assert (await disk.stat(f"{place}/link", follows=False)).kind is FileKind.LINK
        assert await disk.read_link(f"{place}/link") == odd
        assert await disk.real_path(f"{place}/sub/../link") == f"{place}/{odd}"
        assert await names(disk, str(place)) == {
            odd: FileKind.FILE, "link": FileKind.LINK, "dangling": FileKind.LINK, "sub": FileKind.DIRECTORY, "pipe": FileKind.OTHER,
        }  # fmt: skip
        error = await refused(disk.stat(f"{place}/dangling"), PathNotFound)
        assert (error.target, error.host) == (f"{place}/dangling", disk.host)
        await refused(disk.stat(f"{place}/a\0b"))

    use(test)


def test_many_entries_come_in_parts(use: Use, place: Path) -> None:
    for number in range(1200):
        (place / str(number)).touch()

    async def test(disk: Disk) -> None:
        parts = [infos async for infos in disk.list(str(place))]
        assert len(parts) > 1
        assert len({info.name for infos in parts for info in infos}) == 1200

    use(test)


def test_contents(use: Use, place: Path) -> None:
    data = os.urandom(3 * BLOCK + 17)

    async def test(disk: Disk) -> None:
        path = f"{place}/file"
        writer = await disk.write(path, WriteMode.REPLACE)
        await writer.write(data[:100])
        await writer.write(data[100:])
        await writer.aclose()
        assert b"".join([piece async for piece in disk.read(path)]) == data
        assert b"".join([piece async for piece in disk.read(path, offset=BLOCK + 1)]) == data[BLOCK + 1 :]
        writer = await disk.write(path, WriteMode.APPEND)
        await writer.write(b"more")
        await writer.write(b" and more")
        await writer.aclose()
        assert Path(path).read_bytes() == data + b"more and more"
        assert (await refused(disk.write(path, WriteMode.NEW))).error_id == "PathExists"
        await (await disk.write(path, WriteMode.REPLACE)).aclose()
        assert [piece async for piece in disk.read(path)] == []

    use(test)


def test_what_could_wait_for_ever_is_not_opened(use: Use, place: Path) -> None:
    os.mkfifo(place / "pipe")

    async def test(disk: Disk) -> None:
        for act in (anext(aiter(disk.read(f"{place}/pipe"))), disk.write(f"{place}/pipe", WriteMode.APPEND)):
            await refused(act)
        assert (await refused(disk.write(str(place), WriteMode.REPLACE))).error_id == "IsDirectory"
        await (await disk.write("/dev/null", WriteMode.REPLACE)).aclose()

    use(test)


def test_files_of_proc_have_no_size_but_bytes(use: Use) -> None:
    async def test(disk: Disk) -> None:
        assert b"Linux" in b"".join([piece async for piece in disk.read("/proc/version")])

    use(test)


def test_changes(use: Use, place: Path) -> None:
    async def test(disk: Disk) -> None:
        await disk.make_directory(f"{place}/d", 0o700)
        assert (await refused(disk.make_directory(f"{place}/d", 0o700))).error_id == "PathExists"
        await refused(disk.make_directory(f"{place}/no/d", 0o700), PathNotFound)
        (place / "d" / "f").write_text("1")
        (place / "g").write_text("2")
        assert (await refused(disk.remove_directory(f"{place}/d"))).error_id == "DirectoryNotEmpty"
        await refused(disk.rename(f"{place}/g", f"{place}/d/f", replaces=False))
        await disk.rename(f"{place}/g", f"{place}/d/f", replaces=True)
        assert (place / "d" / "f").read_text() == "2"
        await disk.change(f"{place}/d/f", permissions=0o604, times=(5.0, 7.0))
        found = (place / "d" / "f").stat()
        assert (found.st_mode & 0o777, found.st_atime, found.st_mtime) == (0o604, 5, 7)
        await disk.make_link(f"{place}/l", "d/f")
        assert (place / "l").readlink() == Path("d/f")
        await disk.remove(f"{place}/l")
        await disk.remove(f"{place}/d/f")
        await disk.remove_directory(f"{place}/d")
        await refused(disk.remove(f"{place}/d"), PathNotFound)
        assert list(place.iterdir()) == []

    use(test)


def test_a_new_file_gets_its_name_when_it_is_whole(use: Use, place: Path) -> None:
    data = os.urandom(5 * BLOCK)

    async def test(disk: Disk) -> None:
        async with below(disk, place) as inside:
            (place / "goal").write_text("old")
            (place / "part").write_text("left over")
            new = await inside.create("part", keeps=False)
            for offset in range(0, len(data), BLOCK):
                await new.write(offset, data[offset : offset + BLOCK])
            assert (place / "goal").read_text() == "old"
            await new.finish("goal", 0o640, (5.0, 7.0), len(data))
            found = (place / "goal").stat()
            assert (place / "goal").read_bytes() == data
            assert (found.st_mode & 0o7777, found.st_atime, found.st_mtime) == (0o640, 5, 7)
            assert os.listdir(place) == ["goal"]

            new = await inside.create("part", keeps=False)
            await new.write(0, b"half")
            await new.discard()
            assert os.listdir(place) == ["goal"]

            new = await inside.create("part", keeps=True)
            await new.write(0, b"half")
            await new.aclose()
            new = await inside.create("part", keeps=True)
            await new.write(4, b" and half, too long")
            await new.finish("goal", 0o600, (5.0, 7.0), 13)
            assert (place / "goal").read_bytes() == b"half and half"

    use(test)


@pytest.mark.parametrize("name", ["..", "../x", "/etc/x", "a/../../x", "./x", "a//b", "a\0b"])
def test_no_name_leads_out_of_a_directory(use: Use, place: Path, name: str) -> None:
    inner = place / "inner"
    inner.mkdir()

    async def test(disk: Disk) -> None:
        async with below(disk, inner) as inside:
            await refused(inside.create(name, keeps=False))
            await refused(inside.make_directory(name, 0o700))
            await refused(inside.make_link(name, "x"))
            await refused(inside.stat(name))
        assert os.listdir(place) == ["inner"]

    use(test)


def test_on_this_machine_no_link_is_followed_below_a_directory(place: Path) -> None:
    inner, outside = place / "inner", place / "outside"
    for directory in (inner, outside):
        directory.mkdir()
    (inner / "way").symlink_to(outside)
    (inner / "file").symlink_to(outside / "f")
    (outside / "f").write_text("secret")

    async def test() -> None:
        async with below(LocalDisk(), inner) as inside:
            await refused(inside.create("way/x", keeps=False))
            await refused(inside.make_directory("way/x", 0o700))
            await refused(inside.open("file"))
            await refused(inside.open("way/f"))
            await refused(inside.remove("way/f"))
            await refused(inside.change("file", permissions=0o777))
            await refused(inside.create("file", keeps=True))
        assert (outside / "f").read_text() == "secret"
        assert os.listdir(outside) == ["f"]

    asynchronous.run(test())


def test_a_file_that_nobody_waited_for_is_not_left(use: Use, place: Path) -> None:
    async def test(disk: Disk) -> None:
        before = len(os.listdir("/proc/self/fd"))
        async with below(disk, place) as inside:
            for turns in range(4):
                beginning = asyncio.ensure_future(inside.create(f"part{turns}", keeps=False))
                for _ in range(turns):
                    await asyncio.sleep(0)
                beginning.cancel()
                await asyncio.wait({beginning})
                if not beginning.cancelled():
                    await beginning.result().discard()
        assert os.listdir(place) == []
        assert len(os.listdir("/proc/self/fd")) == before

    use(test)


def test_bytes_of_the_same_disk_need_not_pass_here(use: Use, place: Path) -> None:
    data = os.urandom(3 * BLOCK)
    (place / "source").write_bytes(data)

    async def test(disk: Disk) -> None:
        async with below(disk, place) as inside:
            source, new = await inside.open("source"), await inside.create("part", keeps=False)
            at = 0
            while at < len(data) and (taken := await new.take(source, at, len(data) - at)):
                at += taken
            assert at == len(data)
            await new.finish("goal", 0o600, (5.0, 7.0), at)
            assert (place / "goal").read_bytes() == data
            other = await inside.create("part", keeps=False)
            assert await other.take(source, len(data), 10) == 0
            await other.discard()
            await source.aclose()

    use(test)
