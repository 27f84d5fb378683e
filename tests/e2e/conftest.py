"""Fixtures for whole programs: users of jobsh."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.user import User, a_user
from tests.sshd import SshdFarm


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
