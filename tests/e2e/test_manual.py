"""Every example of PowerShell's pages about jobs and sessions, run as a user would type it, against real hosts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.manual import ManualExample, examples, fits
from tests.e2e.user import Said, User, a_user
from tests.screen import screen
from tests.sshd import SshdFarm

HOSTS = {
    1: ("Server01", "S1", "Srv01", "Srv1", "LinuxServer01", "Server1.Domain44.Corpnet.Fabrikam.com"),
    2: ("Server02", "S2", "Srv2", "LinuxServer02", "LinuxServer05"),
    3: ("Server03", "S3", "Srv30", "Server30"),
    4: ("Server04", "Server12"),
}
"""The names that the pages give to hosts, by the number of the farm's host."""

BUILT = [example for example in examples() if not example.waits]
RUN = [example for example in BUILT if not example.absent and not example.typed]
TYPED = [example for example in BUILT if example.typed]
ABSENT = [example for example in BUILT if example.absent]


@pytest.fixture
def reader(farm: SshdFarm, user: User) -> User:
    """Somebody who reads the pages: the hosts have the names of the pages and say them."""
    for number, names in HOSTS.items():
        (farm.home(number) / "name").write_text(f"I am {names[0]}\n")
    return knowing_the_names(user, farm)


def knowing_the_names(user: User, farm: SshdFarm) -> User:
    """The user, who calls the hosts as the pages do."""
    lines = [f"Host {name}\n    HostName {farm.address(n)}" for n, names in HOSTS.items() for name in names]
    user.ssh_config = farm.config_with("\n".join(lines), user.home / "ssh_config")
    user.environment |= {"PORT": str(farm.port), "KEY": str(farm.identity)}
    return user


@pytest.mark.parametrize("example", RUN, ids=str)
def test_an_example_of_the_manual(example: ManualExample, reader: User, farm: SshdFarm) -> None:
    _prepare(example, reader, farm)
    said = run_example(example, reader, farm)
    assert fits(example.out, "".join(s.out for s in said), any_order=example.any_order), said
    assert fits(example.err, "".join(s.err for s in said)), said
    assert example.status in ("any", said[-1].status), said


def run_example(example: ManualExample, reader: User, farm: SshdFarm) -> list[Said]:
    """What its texts say, one after the other."""
    first = reader.says("-c", example.text)
    if not example.elsewhere:
        return [first, *(reader.says("-c", text) for text in example.then)]
    with a_user(farm) as other:
        _write(other.home, example.files)
        return [first, *(knowing_the_names(other, farm).says("-c", text) for text in example.then)]


@pytest.mark.parametrize("example", TYPED, ids=str)
def test_an_example_that_is_typed(example: ManualExample, reader: User, farm: SshdFarm) -> None:
    _prepare(example, reader, farm)
    with screen(reader.command(), reader.environment, str(reader.home)) as shown:
        shown.wait_line("jobsh ~>")
        for line, answer in zip(example.text.strip().splitlines(), example.typed, strict=True):
            place = shown.line
            shown.enter(line)
            if answer.endswith(">"):
                shown.wait_line(answer)
            else:
                shown.wait(
                    lambda line=line, answer=answer, place=place: fits(  # type: ignore[misc]
                        f"...\n{place} {line}\n{answer}\n{place}", shown.text
                    ),
                    answer,
                )


@pytest.mark.parametrize("example", ABSENT, ids=str)
def test_an_example_that_means_nothing_here_is_refused(example: ManualExample, reader: User, farm: SshdFarm) -> None:
    _prepare(example, reader, farm)
    said = reader.says("-c", example.text)
    assert said.status != 0, said
    assert "Traceback" not in said.err
    told = [line for line in said.err.splitlines() if not _quotes(line, example.text)]
    assert any(fits(f"*{what}*", line) for what in example.says for line in told), said


def _quotes(line: str, text: str) -> bool:
    """Whether a line of an error only shows where in the text it is."""
    return line.partition("|")[2].strip() in text if "|" in line else line.strip() in text


def _prepare(example: ManualExample, reader: User, farm: SshdFarm) -> None:
    _write(reader.home, example.files)
    for number in HOSTS:
        _write(farm.home(number), example.there)


def _write(home: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
