"""Addresses and host patterns."""

import pytest

from jobsh.errors import OperationError
from jobsh.model.hosts import expand_hosts, parse_address


@pytest.mark.parametrize(
    ("text", "user", "host", "port"),
    [
        ("web01", "", "web01", 0),
        ("bob@web01:2222", "bob", "web01", 2222),
        ("[::1]:22", "", "::1", 22),
        ("[fe80::1%eth0]", "", "fe80::1%eth0", 0),
        ("::1", "", "::1", 0),
        ("bob@::1", "bob", "::1", 0),
        ("DOMAIN\\bob@web01", "bob@DOMAIN", "web01", 0),
        ("a@b@web01", "a@b", "web01", 0),
    ],
)
def test_addresses_are_read_as_ssh_users_write_them(text: str, user: str, host: str, port: int) -> None:
    address = parse_address(text)
    assert (address.user, address.host, address.port, address.label) == (user, host, port, text)


def test_a_uri_of_ssh_is_an_address() -> None:
    assert parse_address("ssh://bob@web01:2222/") == parse_address("bob@web01:2222")


def test_what_the_text_says_wins_over_the_parameters() -> None:
    address = parse_address("bob@web01:1", user="eve", port=2)
    assert (address.user, address.port) == ("bob", 1)
    assert parse_address("web01", user="eve", port=2).user == "eve"


@pytest.mark.parametrize(
    "hostile",
    [
        "-oProxyCommand=id",
        "",
        "web 01",
        "web;id",
        "$(id)",
        "-l@web01",
        "web01:0",
        "web01:99999",
        "a/b",
        "ssh://",
        "ssh://-oProxyCommand=id",
        "http://web01",
        "web\n01",
        "@web",
    ],
)
def test_what_is_no_host_name_is_refused(hostile: str) -> None:
    with pytest.raises(OperationError):
        parse_address(hostile)


def test_localhost_without_options_is_this_machine() -> None:
    assert parse_address("localhost").is_local
    assert not parse_address("localhost:22").is_local
    assert not parse_address("root@localhost").is_local


@pytest.mark.parametrize(
    ("pattern", "hosts"),
    [
        ("web01", "web01"),
        ("web[01-03],db1", "web01 web02 web03 db1"),
        ("web[1,3-4]", "web1 web3 web4"),
        ("r[1-2]n[8-10/2]", "r1n8 r1n10 r2n8 r2n10"),
        ("bob@web[1-2]:22", "bob@web1:22 bob@web2:22"),
        ("[::1]:22,web[1-2]", "[::1]:22 web1 web2"),
        ("a, b", "a b"),
    ],
)
def test_patterns_expand_as_in_clush(pattern: str, hosts: str) -> None:
    assert expand_hosts(pattern) == tuple(hosts.split())


@pytest.mark.parametrize("pattern", ["web[3-1]", "web[1-999999]", "w[1-1000]x[1-1000]"])
def test_empty_and_endless_ranges_are_refused(pattern: str) -> None:
    with pytest.raises(OperationError):
        expand_hosts(pattern)
