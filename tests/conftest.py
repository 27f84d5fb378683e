"""Fixtures for all tests: real hosts, and places that are not the user's."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes import end_processes_of
from tests.sshd import SshdFarm, sshd_farm


@pytest.fixture(scope="session")
def farm() -> Iterator[SshdFarm]:
    """Four hosts, web01 … web04, served by a real sshd; see tests/sshd.py."""
    with sshd_farm() as running:
        yield running


@pytest.fixture
def place() -> Iterator[Path]:
    """A fresh directory with a short path (unix sockets!); what still runs with it in its environment is ended afterwards."""
    directory = Path(tempfile.mkdtemp(prefix="jobsh-", dir="/tmp"))
    yield directory
    end_processes_of(directory)
    shutil.rmtree(directory)
