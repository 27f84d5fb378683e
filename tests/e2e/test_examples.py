"""Every example of every cmdlet, run: on this machine and real hosts, over an engine in this process."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobsh.app.engine import local_engine
from jobsh.cmdlets import CMDLETS
from jobsh.command.declaration import Example
from jobsh.command.registry import Registry
from jobsh.config import Settings, private_directory
from jobsh.model.messages import FrontEnd
from tests.asynchronous import run
from tests.engines import FakeAsker
from tests.sshd import SshdFarm
from tests.unit.cmdlets.shell import Ran, TestShell

_REGISTRY = Registry(CMDLETS)
_EXAMPLES = [(name, example) for name in _REGISTRY.names() for example in _REGISTRY.spec(name).examples]


@pytest.mark.parametrize(("name", "example"), _EXAMPLES, ids=[f"{name}: {example.code}" for name, example in _EXAMPLES])
def test_an_example_does_what_it_says(name: str, example: Example, farm: SshdFarm, place: Path) -> None:
    ran = run(_run(example, farm, place), slowest=5.0)
    assert ran.status == example.status, ran
    assert bool(ran.errors) == bool(example.status), ran


async def _run(example: Example, farm: SshdFarm, place: Path) -> Ran:
    state = str(place / "state")
    settings = Settings(str(place), state, f"{place}/spool", f"{place}/run", f"{place}/config")
    private_directory(state)
    environment = {**farm.environment(), "JOBSH_STATE_DIR": state}
    front_end = FrontEnd("1.0", 1, is_interactive=False, ssh_config=str(farm.ssh_config))
    async with local_engine(settings) as served:
        engine = served.attach(front_end.replace(environment=tuple(environment.items())), FakeAsker())
        shell = TestShell(place, engine, environment=environment)
        try:
            if example.setup:
                ready = await shell.run(example.setup)
                assert not ready.errors, ready
            return await shell.run(example.code)
        finally:
            await shell.run("Get-Job | Remove-Job -Force")
            await engine.aclose()
