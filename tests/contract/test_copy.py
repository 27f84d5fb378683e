"""How copies go, for every Engine: in this process and over the socket. The hosts are directories of this machine."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from jobsh.engine.file_copy import part_name
from jobsh.errors import FileError, HostErrorCause, PathNotFound
from jobsh.model.files import CopyFailed, FileInfo, FileKind, WriteMode
from jobsh.model.hosts import parse_address
from jobsh.model.ids import SessionId
from jobsh.model.messages import OpenSession
from jobsh.ports.engine import Engine
from tests.asynchronous import run
from tests.copies import OLD, copied, copy_request, make_tree, seen
from tests.engines import Served, fake_engine

Test = Callable[[Served, Engine], Awaitable[None]]
Use = Callable[[Test], None]


@pytest.fixture(params=["in-process", "socket"])
def use(request: pytest.FixtureRequest, place: Path) -> Use:
    async def used(test: Test) -> None:
        async with fake_engine(place / "engine", over_socket=request.param == "socket") as served:
            engine = await served.attach()
            await test(served, engine)
            await engine.aclose()

    (place / "engine").mkdir()
    return lambda test: run(used(test))


async def session(engine: Engine, host: str) -> SessionId:
    return (await engine.open_session(OpenSession(parse_address(host)))).id


def reasons(failed: list[CopyFailed]) -> list[tuple[str, str]]:
    return [(error.error_id, os.path.basename(error.path)) for error in failed]


def test_a_tree_arrives_as_it_is(use: Use, place: Path) -> None:
    tree = make_tree(place / "tree", big=700_001)

    async def test(served: Served, engine: Engine) -> None:
        web01 = await session(engine, "web01")
        request = copy_request(tree, to=place / "new", destinations=[web01], recurses=True, tells_each=True)
        outcome = await copied(engine, request)
        assert (outcome.failed, seen(place / "new")) == ([], seen(tree))
        assert {one.item.full_name for one in outcome.copied} >= {
            f"{place}/new",
            f"{place}/new/one.txt",
            f"{place}/new/a/b",
        }
        assert {one.item.host for one in outcome.copied} == {"web01"}
        progress = outcome.progress
        assert (progress.files, progress.bytes) == (progress.total_files, progress.total_bytes) == (3, 700_006)
        again = await copied(engine, request.replace(destinations=copy_request(to=place / "new").destinations))
        assert (again.failed, seen(place / "new" / "tree")) == ([], seen(tree))  # into a directory that is there
        again = await copied(engine, copy_request(*tree.iterdir(), to=place / "new", recurses=True))
        assert (again.failed, (place / "new" / "a" / "b" / "big").stat().st_mtime) == ([], OLD)  # over what is there

    use(test)


def test_what_the_destination_means(use: Use, place: Path) -> None:
    for name in ("file", "other", "readonly"):
        (place / name).write_text(name)
    (place / "readonly").chmod(0o444)
    (place / "dir").mkdir()
    (place / "to-dir").symlink_to("dir")

    async def test(served: Served, engine: Engine) -> None:
        async def result(*names: str, to: str, **fields: bool) -> list[str]:
            request = copy_request(*(place / name for name in names), to=f"{place}/{to}").replace(**fields)
            return [error.error_id for error in (await copied(engine, request)).failed]

        assert await result("file", to="new") == []
        assert (place / "new").read_text() == "file"
        assert await result("file", "other", to="to-dir") == []
        assert sorted(os.listdir(place / "dir")) == ["file", "other"]
        assert await result("file", to="dir/") == []
        assert await result("file", to="nosuch/") == ["PathNotFound"]
        assert await result("file", to="nosuch/file") == ["PathNotFound"]
        assert await result("file", "other", to="nosuch") == ["PathNotFound"]
        assert await result("nosuch", "other", to="dir") == ["PathNotFound"]
        assert await result("dir", to="file") == ["CopyDirectoryInfoItemIOError"]
        assert await result("file", to="readonly") == ["ReadOnly"]
        assert await result("file", to="readonly", forces=True) == []
        assert (place / "readonly").read_text() == "file"
        assert await result("file", to="file") == ["CopyOntoItself"]
        assert await result("dir", to="dir/inner", recurses=True) == ["CopyIntoItself"]
        assert await result("dir", to="made") == []
        assert os.listdir(place / "made") == []  # without -Recurse
        assert await result("dir", to="made-too/", recurses=True) == []
        assert sorted(os.listdir(place / "made-too")) == ["file", "other"]

    use(test)


def test_from_several_hosts_and_to_several(use: Use, place: Path) -> None:
    tree = make_tree(place / "tree")

    async def test(served: Served, engine: Engine) -> None:
        hosts = [await session(engine, name) for name in ("web01", "web02")]
        request = copy_request(tree, to=place / "got", sources=hosts, folders=["web01", "web02"], recurses=True)
        assert (await copied(engine, request)).failed == []
        assert seen(place / "got" / "web01" / "tree") == seen(place / "got" / "web02" / "tree") == seen(tree)
        request = copy_request(tree, to=place / "put", sources=hosts[:1], destinations=hosts[1:], recurses=True)
        assert (await copied(engine, request)).failed == []  # from host to host, through this machine
        assert seen(place / "put") == seen(tree)

    use(test)


def test_a_host_that_is_gone_is_one_error_and_the_others_go_on(use: Use, place: Path) -> None:
    (place / "file").write_text("x")

    async def test(served: Served, engine: Engine) -> None:
        hosts = [await session(engine, name) for name in ("web01", "web02")]
        served.world.dead["web01"] = HostErrorCause.REFUSED
        for connection in served.world.connections:
            if connection.machine.name == "web01":
                connection.cut()
        outcome = await copied(
            engine, copy_request(place / "file", to=place / "got", sources=hosts, folders=["a", "b"])
        )
        assert [(error.host, error.is_host) for error in outcome.failed] == [("web01", True)]
        assert (place / "got" / "b" / "file").read_text() == "x"

    use(test)


def test_what_cannot_be_copied_is_an_error_each(use: Use, place: Path) -> None:
    tree = make_tree(place / "tree")
    os.mkfifo(tree / "pipe")
    (tree / "out").symlink_to("../secret")
    (tree / "sly").symlink_to("a/../../secret")
    (tree / "up").symlink_to("/etc")
    (place / "new" / "one.txt").mkdir(parents=True)
    (place / "new" / "a").symlink_to(place)

    async def test(served: Served, engine: Engine) -> None:
        web01 = await session(engine, "web01")
        request = copy_request(f"{tree}", to=place / "new", sources=[web01], recurses=True, flattens=False)
        outcome = await copied(engine, request)
        assert sorted(reasons(outcome.failed)) == [
            ("LinkLeadsOut", "out"),
            ("LinkLeadsOut", "sly"),
            ("LinkLeadsOut", "up"),
            ("NotAFile", "pipe"),
        ]
        assert {error.host for error in outcome.failed} == {"web01"}
        into = copy_request(*tree.iterdir(), to=place / "new", recurses=True)
        assert sorted(set(reasons((await copied(engine, into)).failed))) >= [
            ("IsDirectory", "one.txt"),
            ("NotAFile", "pipe"),
            ("NotDirectory", "a"),
        ]
        assert os.listdir(place / "tree" / "a") == ["b"]  # nothing went through the link

    use(test)


def test_filters(use: Use, place: Path) -> None:
    tree = place / "tree"
    for name in ("a/x.log", "a/x.txt", "b/y.log", "b/skip/z.log", "top.log"):
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(name)

    async def test(served: Served, engine: Engine) -> None:
        chosen = copy_request(tree, to=place / "chosen", recurses=True, includes=("*.log",), excludes=("skip",))
        assert (await copied(engine, chosen)).failed == []
        assert [name for name, (content, *_) in seen(place / "chosen").items() if content] == [
            "a/x.log",
            "b/y.log",
            "top.log",
        ]
        (place / "flat").mkdir()
        (tree / "b" / "x.log").write_text("another")
        flat = copy_request(tree, to=place / "flat", recurses=True, flattens=True, includes=("*.log",))
        failed = (await copied(engine, flat)).failed
        assert reasons(failed) == [("PathExists", "x.log")]
        assert sorted(os.listdir(place / "flat")) == ["top.log", "x.log", "y.log", "z.log"]

    use(test)


def test_hosts_may_share_their_disk(use: Use, place: Path) -> None:
    (place / "shared").mkdir()
    (place / "big").write_bytes(os.urandom(3_000_000))

    async def test(served: Served, engine: Engine) -> None:
        hosts = [await session(engine, name) for name in ("web01", "web02")]
        request = copy_request(place / "big", to=place / "shared", destinations=hosts)
        assert (await copied(engine, request)).failed == []
        assert os.listdir(place / "shared") == ["big"]
        assert (place / "shared" / "big").read_bytes() == (place / "big").read_bytes()

    use(test)


def test_resuming_skips_what_is_there_and_goes_on_with_what_was_begun(use: Use, place: Path) -> None:
    data = os.urandom(3_000_000)
    tree, new = place / "tree", place / "new"
    for directory in (tree, new):
        directory.mkdir()
    for name in ("done", "begun", "damaged", "longer"):
        (tree / name).write_bytes(data)
        os.utime(tree / name, (OLD, OLD))
    parts = {"begun": data[:2_000_000], "damaged": bytes(2_000_000), "longer": data + b"more"}
    for name, part in parts.items():
        info = FileInfo(name, 0o100644, len(data), OLD)
        (new / part_name(name, f"web01:{tree}/{name}", "", info)).write_bytes(part)

    async def test(served: Served, engine: Engine) -> None:
        web01 = await session(engine, "web01")
        await copied(engine, copy_request(tree / "done", to=new, sources=[web01]))
        before = (new / "done").stat()
        outcome = await copied(engine, copy_request(*tree.iterdir(), to=new, sources=[web01], resumes=True))
        assert (outcome.failed, outcome.progress.bytes) == ([], 4 * len(data))
        assert (new / "done").stat().st_ino == before.st_ino
        assert sorted(os.listdir(new)) == ["begun", "damaged", "done", "longer"]
        assert all((new / name).read_bytes() == data for name in parts)

    use(test)


def test_leaving_in_the_middle_leaves_nothing_half(use: Use, place: Path) -> None:
    (place / "tree").mkdir()
    for number in range(4):
        with (place / "tree" / str(number)).open("wb") as file:
            file.truncate(200 << 20)

    async def test(served: Served, engine: Engine) -> None:
        leaving = await served.attach()
        copying = leaving.copy(copy_request(place / "tree", to=place / "new", recurses=True))
        async for _ in copying:
            break
        await copying.aclose()  # type: ignore[attr-defined]
        await leaving.aclose()
        left = [path for path in (place / "new").iterdir() if path.stat().st_size < 200 << 20]
        assert left == []

    use(test)


def test_nothing_is_copied_for_a_session_that_is_not_there(use: Use, place: Path) -> None:
    async def test(served: Served, engine: Engine) -> None:
        with pytest.raises(Exception, match="no session 99"):
            await copied(engine, copy_request(place, to=place / "x", sources=[SessionId(99)]))

    use(test)


def test_the_files_of_a_location(use: Use, place: Path) -> None:
    data = os.urandom(1_000_000)
    odd = os.fsdecode(b"odd \xff")

    async def test(served: Served, engine: Engine) -> None:
        files = engine.files(await session(engine, "web01"))
        writer = await files.write(f"{place}/{odd}", WriteMode.REPLACE)
        await writer.write(data)
        await writer.aclose()
        assert b"".join([piece async for piece in files.read(f"{place}/{odd}")]) == data
        assert b"".join([piece async for piece in files.read(f"{place}/{odd}", offset=999_990)]) == data[-10:]
        await files.make_directory(f"{place}/d", 0o700)
        await files.make_link(f"{place}/d/l", "../x")
        await files.rename(f"{place}/{odd}", f"{place}/x", replaces=False)
        await files.change(f"{place}/x", permissions=0o640, times=(5.0, 7.0))
        info = await files.stat(f"{place}/d/l")
        assert (info.permissions, info.modified, info.size) == (0o640, 7.0, len(data))
        assert (await files.stat(f"{place}/d/l", follows=False)).kind is FileKind.LINK
        assert await files.read_link(f"{place}/d/l") == "../x"
        assert await files.real_path(f"{place}/d/l") == f"{place}/x"
        assert sorted([info.name async for infos in files.list(str(place)) for info in infos]) == ["d", "engine", "x"]
        with pytest.raises(FileError) as caught:
            await files.remove_directory(f"{place}/d")
        assert (caught.value.error_id, caught.value.host, caught.value.target) == (
            "DirectoryNotEmpty",
            "web01",
            f"{place}/d",
        )
        assert await files.remove_tree(f"{place}/d") == ()
        await files.remove(f"{place}/x")
        with pytest.raises(PathNotFound):
            await anext(aiter(files.read(f"{place}/x")))
        with pytest.raises(PathNotFound):
            await anext(aiter(files.list(f"{place}/x")))

    use(test)
