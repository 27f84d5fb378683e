"""Fixtures for the cmdlets: an engine in memory."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cmdlets.fakes import FakeEngine


@pytest.fixture
def engine(tmp_path: Path) -> FakeEngine:
    return FakeEngine(tmp_path)
