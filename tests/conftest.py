"""Fixtures for all tests: real hosts, and places that are not the user's."""

from __future__ import annotations

import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.leftovers import remove_all_of
from tests.sshd import SshdFarm, private_environment, sshd_farm

# on a busy machine an example may take long; what is to be quick is measured where it is promised
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")

_IGNORED_BY_STARTERS = (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP)
"""By `pytest &` in a script and by nohup; processes inherit that, and a shell cannot undo it."""


def pytest_configure() -> None:
    """Owe the starter of the tests nothing."""
    for number in _IGNORED_BY_STARTERS:
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)


@pytest.fixture(scope="session", autouse=True)
def _home() -> Iterator[None]:
    """A home for all that is started without one of its own."""
    directory = Path(tempfile.mkdtemp(prefix="jobsh-home-", dir="/tmp"))
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SSH_AUTH_SOCK", raising=False)
        for name, value in private_environment(directory).items():
            patch.setenv(name, value)
        yield
    remove_all_of(directory)


@pytest.fixture(scope="session")
def _hosts() -> Iterator[SshdFarm]:
    with sshd_farm() as running:
        yield running


@pytest.fixture
def farm(_hosts: SshdFarm) -> Iterator[SshdFarm]:
    """Four hosts, web01 … web04, served by a real sshd, as if nobody had ever used them; see tests/sshd.py."""
    yield _hosts
    _hosts.start_afresh()


@pytest.fixture
def place() -> Iterator[Path]:
    """A fresh directory with a short path (unix sockets!); what still runs with it in its environment is ended afterwards."""
    directory = Path(tempfile.mkdtemp(prefix="jobsh-", dir="/tmp"))
    yield directory
    remove_all_of(directory)
