"""The names in Host lines, wherever ssh_config puts them."""

from __future__ import annotations

from pathlib import Path

from jobsh.repl.ssh_hosts import ssh_hosts


def test_names_in_order_without_patterns(place: Path) -> None:
    config = place / "config"
    config.write_text(
        'Host web01 web02 !web03 *.example "db 1"\n  HostName x\nhost=jump # the way in\nHost *\nMatch host no\n'
    )
    assert ssh_hosts(str(config), str(place)) == ["web01", "web02", "db 1", "jump"]


def test_included_files(place: Path) -> None:
    ssh = place / ".ssh"
    (ssh / "d").mkdir(parents=True)
    (ssh / "config").write_text("Include d/*.conf ~/more\nHost last\n")
    (ssh / "d" / "b.conf").write_text("Host b\n")
    (ssh / "d" / "a.conf").write_text("Host a\nInclude d/a.conf\n")
    (place / "more").write_bytes(b"Host c \xff\n")
    assert [name for name in ssh_hosts("", str(place)) if name in ("a", "b", "c", "last")] == ["a", "b", "c", "last"]


def test_names_of_known_hosts(place: Path) -> None:
    (place / ".ssh").mkdir()
    lines = (
        "web05,10.0.0.5 ssh-ed25519 A",
        "|1|hash= ssh-rsa A",
        "[web06]:2222 ssh-rsa A",
        "@revoked web07 ssh-rsa A",
        "# x",
    )
    (place / ".ssh" / "known_hosts").write_text("\n".join(lines))
    assert [name for name in ssh_hosts("", str(place)) if name.startswith(("web", "10", "#", "@"))] == ["web05"]


def test_no_configuration(place: Path) -> None:
    assert ssh_hosts(str(place / "missing")) == []
