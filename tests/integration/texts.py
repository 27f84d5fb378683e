"""Texts of jobsh run in this process, with an engine of its own over real connections; nobody can be asked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from jobsh.app.engine import local_engine
from jobsh.config import Settings, private_directory
from tests.asynchronous import run
from tests.engines import FakeAsker, real_front_end
from tests.sshd import private_environment
from tests.unit.cmdlets.shell import Ran, TestShell


@asynccontextmanager
async def jobsh(place: Path, ssh_config: Path) -> AsyncIterator[TestShell]:
    """A jobsh; its state is in `place`, its home `place/home`."""
    settings = Settings(str(place), f"{place}/state", f"{place}/spool", f"{place}/run", f"{place}/config")
    private_directory(settings.state)
    environment = {**private_environment(place / "me"), "JOBSH_STATE_DIR": settings.state}
    async with local_engine(settings) as served:
        engine = served.attach(real_front_end(environment, ssh_config), FakeAsker())
        try:
            yield TestShell(place, engine, environment=environment)
        finally:
            await engine.aclose()


def texts(place: Path, ssh_config: Path, *all_texts: str) -> list[Ran]:
    """What each text did, one after the other in the same jobsh."""

    async def scenario() -> list[Ran]:
        async with jobsh(place, ssh_config) as shell:
            return [await shell.run(text) for text in all_texts]

    return run(scenario(), slowest=5.0)


def write_here(place: Path, name: str, data: str | bytes) -> None:
    """Write a file, for its owner only, where such a jobsh begins."""
    path = place / "home" / name
    path.parent.mkdir(exist_ok=True)
    path.touch(0o600)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
