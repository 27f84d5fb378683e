"""Fixtures: jobsh as a process, alone and beside hosts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.jobsh_process import Jobsh
from tests.e2e.user import User, a_user
from tests.processes import end_processes_of
from tests.sshd import SshdFarm, private_environment


@pytest.fixture
def jobsh(place: Path) -> Jobsh:
    """jobsh with a home of its own."""
    return Jobsh(private_environment(place))


@pytest.fixture
def jobsh_with_hosts(farm: SshdFarm, place: Path) -> Iterator[Jobsh]:
    """jobsh with a home of its own, which can reach web01 … web04."""
    yield Jobsh(private_environment(place), "-F", str(farm.ssh_config))
    end_processes_of(place)


@pytest.fixture
def user(farm: SshdFarm) -> Iterator[User]:
    """Somebody who never used jobsh before."""
    with a_user(farm) as somebody:
        yield somebody


@pytest.fixture
def other_user(farm: SshdFarm) -> Iterator[User]:
    """The same person at another machine: another engine and store, the same hosts."""
    with a_user(farm) as somebody:
        yield somebody
