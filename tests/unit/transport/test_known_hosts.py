"""The index of known_hosts: which lines are for a host, whatever the file looks like."""

from __future__ import annotations

import base64
import subprocess
import time
from pathlib import Path

import pytest

from jobsh.transport import known_hosts
from jobsh.transport.known_hosts import KnownHosts
from tests.processes import program
from tests.sshd import make_key, public_key

KEY = base64.b64encode(b"\0\0\0\x0bssh-ed25519" + b"\0\0\0\x20" + b"k" * 32).decode()


def places(path: Path, name: str) -> list[int]:
    return [entry.line for entry in KnownHosts().find((str(path),), name)]


@pytest.mark.parametrize(
    ("names", "name", "is_found"),
    [
        ("web01", "web01", True),
        ("web01", "web011", False),
        ("web01,10.0.0.1", "10.0.0.1", True),
        ("WEB01", "web01", True),
        ("web01", "WEB01", True),
        ("web*", "web01", True),
        ("web?", "web01", False),
        ("*,!web01", "web01", False),
        ("!web01,*", "web01", False),
        ("*,!web01", "web02", True),
        ("[web01]:2222", "[web01]:2222", True),
        ("[web01]:2222", "web01", False),
        ("[web*]:2222", "[web01]:2222", True),
        ("2001:db8::1", "2001:db8::1", True),
        ("web.1", "webx1", False),
    ],
)
def test_names(tmp_path: Path, names: str, name: str, is_found: bool) -> None:
    path = tmp_path / "known"
    path.write_text(f"# comment\n\n{names} ssh-ed25519 {KEY} a comment\n")
    assert places(path, name) == ([3] if is_found else [])


def test_lines_that_are_broken_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "known"
    good = f"web01 ssh-ed25519 {KEY}".encode()
    broken = [
        b"web01",
        b"web01 ssh-ed25519",
        b"web01 ssh-ed25519 !!!",
        b"@strange web01 ssh-ed25519 x",
        b"@revoked",
        b"|1|x|y z w",
        b"\xff\xfe web01",
    ]
    path.write_bytes(b"\n".join([*broken, good]))
    assert places(path, "web01") == [len(broken) + 1]


def test_a_missing_file_has_no_lines(tmp_path: Path) -> None:
    assert places(tmp_path / "nothing", "web01") == []


def test_hashed_names_as_ssh_keygen_writes_them(tmp_path: Path) -> None:
    path = tmp_path / "known"
    path.write_text("".join(f"{name} ssh-ed25519 {KEY}\n" for name in ("web01", "[web02]:2222", "Web03")))
    subprocess.run([program("ssh-keygen"), "-q", "-H", "-f", str(path)], check=True, capture_output=True)
    assert "web0" not in path.read_text()
    assert [places(path, name) for name in ("web01", "[web02]:2222", "web03", "web04")] == [[1], [2], [3], []]


def test_markers(tmp_path: Path) -> None:
    path = tmp_path / "known"
    path.write_text(f"@cert-authority *.example.org ssh-ed25519 {KEY}\n@revoked  *  ssh-ed25519 {KEY}\n")
    found = KnownHosts().find((str(path),), "a.example.org")
    assert [(entry.marker, entry.place) for entry in found] == [
        ("@cert-authority", f"{path}:1"),
        ("@revoked", f"{path}:2"),
    ]


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "known"
    files = KnownHosts()
    for count in range(4):
        assert len(files.find((str(path),), "web01")) == count
        known_hosts.add(str(path), "web01", base64.b64decode(KEY), is_hashed=count == 1)


def test_fingerprints_are_those_of_ssh_keygen(tmp_path: Path) -> None:
    make_key(tmp_path / "key")
    said = subprocess.run(
        [program("ssh-keygen"), "-lf", str(tmp_path / "key.pub")], check=True, capture_output=True, text=True
    )
    data = base64.b64decode(public_key(tmp_path / "key").split()[1])
    assert known_hosts.fingerprint(data) == said.stdout.split()[1]
    assert known_hosts.key_type(data) == "ssh-ed25519"


def test_ten_thousand_lines_cost_little(tmp_path: Path) -> None:
    path = tmp_path / "known"
    path.write_text("".join(f"host{n},10.0.{n // 250}.{n % 250} ssh-ed25519 {KEY}\n" for n in range(10_000)))
    files = KnownHosts()
    files.find((str(path),), "host1")
    began = time.process_time()
    for n in range(1000):
        assert len(files.find((str(path),), f"host{n}")) == 1
    assert time.process_time() - began < 0.5  # 0.5 ms each; parsing the file each time costs 59
