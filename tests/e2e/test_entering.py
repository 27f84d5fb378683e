"""Entering a host in a script: what follows runs there or nowhere."""

from __future__ import annotations

import pytest

from tests.e2e.user import User


@pytest.mark.parametrize(
    "how",
    [
        "Enter-Session nowhere.invalid",
        "Enter-Session -Id 77",
        "Enter-Session -Name none",
        "Enter-Session web01, web02",
        "Enter-Session $nothing",
        "Enter-Session web01 -Porrt 5",
        "Enter-Session web01 -KeyFilePath none",
        "Enter-Session (Get-Content none)",
        "Enter-Session nowhere.invalid -ErrorAction SilentlyContinue",
        "New-Session nowhere.invalid | Enter-Session",
    ],
)
def test_what_was_meant_for_a_host_never_runs_here(user: User, how: str) -> None:
    said = user.says("-c", f"{how}\necho here")
    assert said.out == ""
    assert said.status in (1, 2, 255)


def test_a_script_that_foresees_it_goes_on(user: User) -> None:
    assert user.runs("try { Enter-Session nowhere.invalid } catch { 'caught' }; 'on'") == "caught\non\n"
