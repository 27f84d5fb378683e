"""Which hosts are alike: proven against `ssh -G` itself, which must give alike hosts the same answer apart from their names."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobsh.transport.ssh_answer import HEEDED, parse_answer
from jobsh.transport.ssh_config_text import ConfigText, matches, matches_list
from tests.processes import program

HOSTS = ("web01", "web02", "db1", "db1.example.org", "10.0.0.7", "bastion", "a")


def text_of(place: Path, text: str) -> ConfigText:
    path = place / "config"
    path.write_text(text)
    return ConfigText(str(path))


@pytest.mark.parametrize(
    ("pattern", "name", "is_match"),
    [
        ("*", "", True),
        ("a*", "abc", True),
        ("a?", "a", False),
        ("a.c", "abc", False),
        ("[a]", "a", False),
        ("a", "a", True),
    ],
)
def test_patterns(pattern: str, name: str, is_match: bool) -> None:
    assert matches(pattern, name) is is_match


def test_a_negated_pattern_wins() -> None:
    assert matches_list(("*", "!b"), "a")
    assert not matches_list(("*", "!b"), "b")
    assert not matches_list(("!b",), "a")


def test_hosts_with_the_same_lines_are_alike(tmp_path: Path) -> None:
    text = text_of(tmp_path, "Host web*\nUser me\nHost db*\nUser you\nHost *\nPort 7\n")
    one, two, other = (text.signature(host) for host in ("web01", "web02", "db1"))
    assert one is not None
    assert two is not None
    assert other is not None
    assert one[0] == two[0] != other[0]
    assert (one[1], two[1]) == ("web01", "web02")


def test_a_host_name_of_their_own_makes_no_difference(tmp_path: Path) -> None:
    text = text_of(
        tmp_path,
        "Host web01\nHostName 10.1\nHost web01\nHostName 10.0.0.1\nHost web02\nHostName=10.0.0.2\nHost *\nHostName %h.org\n",
    )
    assert text.signature("web01") is None  # 10.1 is a number in disguise: only ssh knows what it makes of it
    two, three = text.signature("web02"), text.signature("web03")
    assert two is not None
    assert three is not None
    assert (two[1], three[1]) == ("10.0.0.2", "web03.org")
    assert two[0] != three[0]  # an address and a name


@pytest.mark.parametrize(
    "line",
    [
        "CanonicalizeHostname yes",
        "Match exec true",
        "Match host x",
        "Match final all",
        "Include ${HOME}/x",
        "Match !originalhost a",
    ],
)
def test_what_only_ssh_can_tell(tmp_path: Path, line: str) -> None:
    assert text_of(tmp_path, f"User me\n{line}\nPort 7\n").signature("web01") is None


@pytest.mark.parametrize("host", ["WEB01", "10.1", "0x7f.1", "123", "010.0.0.1", "a b", "-x", "fe80::1%eth0"])
def test_names_that_only_ssh_can_tell(tmp_path: Path, host: str) -> None:
    assert text_of(tmp_path, "User me\n").signature(host) is None


def test_a_jump_host_is_not_like_the_hosts_behind_it(tmp_path: Path) -> None:
    text = text_of(tmp_path, "Host *\nProxyJump bastion\n")
    assert text.signature("bastion") is None
    assert text.signature("web01") is not None


def test_included_files_count_and_are_watched(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "one.conf").write_text("Host web01\nUser one\n")
    text = text_of(tmp_path, f"Include {tmp_path}/parts/*.conf\nHost *\nPort 7\n")
    assert text.signature("web01") != text.signature("web02")
    assert text.is_current()
    (tmp_path / "parts" / "two.conf").write_text("User two\n")
    assert not text.is_current()


def test_an_include_in_a_host_block_is_for_these_hosts(tmp_path: Path) -> None:
    (tmp_path / "part").write_text("User one\nHost *\nPort 8\n")
    text = text_of(tmp_path, f"Host web01\nInclude {tmp_path}/part\nCompression yes\nHost *\nPort 7\n")
    one, two = text.signature("web01"), text.signature("web02")
    assert one is not None
    assert two is not None
    assert one[0].lines == (("user", "one"), ("port", "8"), ("compression", "yes"), ("port", "7"))
    assert two[0].lines == (("port", "7"),)


LINES = st.sampled_from(
    [
        "Host web*",
        "Host web01 db1",
        "Host * !web02",
        "Host *.org 10.*",
        "Host bastion",
        "Match all",
        "Match originalhost web*,!web01",
        "Match user me",
        "User me",
        "User you",
        "Port 7",
        "Port 8",
        "HostName %h.net",
        "HostName 10.0.0.1",
        "HostName other",
        "IdentityFile ~/.ssh/%r@%h",
        "IdentityFile ~/.ssh/b",
        "UserKnownHostsFile ~/.ssh/kh_%h",
        "UserKnownHostsFile ~/.ssh/kh",
        "ProxyJump bastion",
        "ProxyJump none",
        "ProxyCommand nc %h %p",
        "ControlPath ~/.ssh/%C",
        "ServerAliveInterval 5",
        "SetEnv A=%h",
        "HostKeyAlias x",
        "Ciphers aes128-ctr",
        "Include {place}/part",
    ]
)


@settings(max_examples=40)
@given(st.lists(LINES, max_size=9), st.lists(LINES.filter(lambda line: "Include" not in line), max_size=4))
def test_alike_means_that_ssh_gives_the_same_answer(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], part: list[str]
) -> None:
    place = tmp_path_factory.mktemp("alike")
    (place / "part").write_text("\n".join(part) + "\n")
    text = text_of(place, "\n".join(lines).replace("{place}", str(place)) + "\n")
    answers: dict[object, dict[str, tuple[str, ...] | None]] = {}
    for host in HOSTS:
        found = text.signature(host)
        if found is None:
            continue
        said = subprocess.run(
            [program("ssh"), "-GT", "-F", str(place / "config"), host], capture_output=True, text=True
        )
        if said.returncode:
            continue
        options = parse_answer(said.stdout)
        assert options["hostname"] == (found[1],)
        heeded = {option: options.get(option) for option in (*HEEDED, "user", "port", "proxyjump", "identityagent")}
        names = {host, found[1]}
        if any(name in value for option in HEEDED for value in options.get(option, ()) for name in names):
            continue  # SshConfig asks ssh again when it sees this
        assert answers.setdefault(found[0], heeded) == heeded
