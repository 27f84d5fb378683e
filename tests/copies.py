"""What the tests of copies share: trees to copy, and running a copy to its end."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from jobsh.model.files import Copied, CopyFailed, CopyFrom, CopyProgress, CopyRequest, CopyTo
from jobsh.model.ids import HERE, Location
from jobsh.ports.engine import Engine

OLD = 1_100_000_000.0


def copy_request(
    *paths: object,
    to: object,
    sources: Sequence[Location] = (HERE,),
    destinations: Sequence[Location] = (HERE,),
    folders: Sequence[str] = (),
    **fields: Any,
) -> CopyRequest:
    """A request for the same paths of each source."""
    named = folders or [""] * len(sources)
    froms = [CopyFrom(place, tuple(map(str, paths)), folder) for place, folder in zip(sources, named, strict=True)]
    return CopyRequest(tuple(froms), tuple(CopyTo(place, str(to)) for place in destinations)).replace(**fields)


class Outcome(NamedTuple):
    """What a copy told."""

    failed: list[CopyFailed]
    copied: list[Copied]
    progress: CopyProgress


async def copied(engine: Engine, request: CopyRequest) -> Outcome:
    """Run a copy to its end."""
    failed: list[CopyFailed] = []
    done: list[Copied] = []
    progress = CopyProgress(0, 0, 0, 0)
    async for event in engine.copy(request):
        if isinstance(event, CopyFailed):
            failed.append(event)
        elif isinstance(event, Copied):
            done.append(event)
        else:
            progress = event
    return Outcome(failed, done, progress)


def make_tree(root: Path, *, big: int = 0) -> Path:
    """Directories, files with modes and times, a link, and names that are hard to read."""
    deep = root / "a" / "b"
    deep.mkdir(parents=True)
    (root / "one.txt").write_text("one")
    (deep / os.fsdecode(b"odd \xff\n'name")).write_bytes(b"\0\xff")
    (deep / "big").write_bytes(os.urandom(big))
    (root / "empty").mkdir()
    (root / "link").symlink_to("a/b/big")
    (root / "one.txt").chmod(0o640)
    (deep / "big").chmod(0o755)
    for path in (root / "one.txt", deep / "big", root / "empty", deep):
        os.utime(path, (OLD, OLD))
    deep.chmod(0o750)
    return root


def seen(root: Path) -> dict[str, tuple[str, int, float | None]]:
    """What is in a tree: contents or link target, permissions, and time of what has one that must be kept."""
    found: dict[str, tuple[str, int, float | None]] = {}
    for path in sorted(root.rglob("*")):
        name = str(path.relative_to(root))
        if path.is_symlink():
            found[name] = (os.readlink(path), 0, None)
            continue
        content = "" if path.is_dir() else path.read_bytes().hex()
        at = path.stat().st_mtime
        found[name] = (content, path.stat().st_mode & 0o7777, at if at == OLD else None)
    return found
