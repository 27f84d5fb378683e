"""Every example of PowerShell's pages about jobs, sessions and the language (about_*), run as a user would type it, against real hosts."""

from __future__ import annotations

import pytest

from tests.e2e.manual import ManualExample, examples
from tests.e2e.manual.reading import check_refused, check_run
from tests.e2e.user import User
from tests.sshd import SshdFarm

PAGES = [e for e in examples() if e.page.startswith("about_")]


@pytest.mark.parametrize("example", [e for e in PAGES if not e.absent and not e.typed], ids=str)
def test_an_example_of_the_topics(example: ManualExample, user: User, farm: SshdFarm) -> None:
    check_run(example, user, farm)


@pytest.mark.parametrize("example", [e for e in PAGES if e.absent], ids=str)
def test_an_example_that_means_nothing_here_is_refused(example: ManualExample, user: User, farm: SshdFarm) -> None:
    check_refused(example, user, farm)
