"""How an example of the manual is run: as `jobsh -c`, or typed at the prompt, by somebody who calls the hosts as the pages do."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.manual import ManualExample, fits
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


def check_run(example: ManualExample, user: User, farm: SshdFarm) -> None:
    """It prints what it must."""
    said = run(example, user, farm)
    assert fits(example.out, "".join(s.out for s in said), any_order=example.any_order), said
    assert fits(example.err, "".join(s.err for s in said)), said
    assert example.status in ("any", said[-1].status), said


def run(example: ManualExample, user: User, farm: SshdFarm) -> list[Said]:
    """What its texts say, one after the other."""
    _prepare(example, user, farm)
    first = user.says("-c", example.text)
    if not example.elsewhere:
        return [first, *(user.says("-c", text) for text in example.then)]
    with a_user(farm) as other:
        _write(other.home, example.files)
        _teach_the_names(other, farm)
        return [first, *(other.says("-c", text) for text in example.then)]


def check_typed(example: ManualExample, user: User, farm: SshdFarm) -> None:
    """Each line is answered as it must be."""
    _prepare(example, user, farm)
    with screen(user.command(), user.environment, str(user.home)) as shown:
        shown.wait_line("jobsh ~>")
        for line, answer in zip(example.text.strip().splitlines(), example.typed, strict=True):
            wanted = f"...\n{shown.line} {line}\n{answer}\n{shown.line}"
            shown.enter(line)
            if answer.endswith(">"):
                shown.wait_line(answer)
            else:
                shown.wait(lambda wanted=wanted: fits(wanted, shown.text), answer)  # type: ignore[misc]


def check_refused(example: ManualExample, user: User, farm: SshdFarm) -> None:
    """Its error, not what the error quotes, names what is not here."""
    (said,) = run(example, user, farm)
    assert said.status != 0, said
    assert "Traceback" not in said.err
    told = [line for line in said.err.splitlines() if not quotes(line, example.text)]
    assert any(fits(f"*{what}*", line) for what in example.says for line in told), said


def quotes(line: str, text: str) -> bool:
    """Whether a line of an error only shows where in the text it is."""
    return line.partition("|")[2].strip() in text if "|" in line else line.strip() in text


def _prepare(example: ManualExample, user: User, farm: SshdFarm) -> None:
    _teach_the_names(user, farm)
    _write(user.home, example.files)
    for number, names in HOSTS.items():
        _write(farm.home(number), {"name": f"I am {names[0]}\n"} | example.there)


def _teach_the_names(user: User, farm: SshdFarm) -> None:
    lines = [f"Host {name}\n    HostName {farm.address(n)}" for n, names in HOSTS.items() for name in names]
    user.ssh_config = farm.config_with("\n".join(lines), user.home / "ssh_config")
    user.environment |= {"PORT": str(farm.port), "KEY": str(farm.identity)}


def _write(home: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
