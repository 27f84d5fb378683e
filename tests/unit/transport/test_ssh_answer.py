"""From what `ssh -G` printed to a Route."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

import pytest

from jobsh.errors import HostError, HostErrorCause
from jobsh.model.hosts import HostAddress
from jobsh.model.messages import FrontEnd
from jobsh.ports.transport import Route
from jobsh.transport.options import Settings
from jobsh.transport.ssh_answer import Reading, parse_answer
from jobsh.transport.ssh_config_without_ssh import read_options

HOME = pwd.getpwuid(os.getuid()).pw_dir
ADDRESS = HostAddress("web", "web")


def route(text: str, *, environment: tuple[tuple[str, str], ...] = (), defaults: str = "") -> Route:
    answer = f"host web\nhostname web.example.org\nuser me\nport 2222\n{text}"
    asker = FrontEnd("test", 1, False, agent="/run/agent", environment=environment)
    return Reading(ADDRESS, asker, dict(environment), parse_answer(answer), parse_answer(defaults)).route()


@pytest.mark.parametrize(
    ("file", "expanded"),
    [
        ("~/.ssh/id", f"{HOME}/.ssh/id"),
        ("/keys/%r@%h:%p", "/keys/me@web.example.org:2222"),
        ("%d/%n/%%h%", f"{HOME}/web/%h%"),
        ("${WHERE}/id", "/there/id"),
        ("/%u", f"/{pwd.getpwuid(os.getuid()).pw_name}"),
        ("/with space", "/with space"),
    ],
)
def test_names_of_files(file: str, expanded: str) -> None:
    found = route(f"identityfile {file}", environment=(("WHERE", "/there"),))
    assert Settings(found).all("identityfile") == (expanded,)


@pytest.mark.parametrize(
    ("line", "agent"),
    [
        ("", "/run/agent"),
        ("identityagent SSH_AUTH_SOCK", "/run/agent"),
        ("identityagent none", ""),
        ("identityagent $OTHER", "/run/other"),
        ("identityagent ~/agent", f"{HOME}/agent"),
    ],
)
def test_agents(line: str, agent: str) -> None:
    assert route(line, environment=(("OTHER", "/run/other"),)).agent == agent


def test_jump_hosts_in_order() -> None:
    hops = route("proxyjump you@one:77,ssh://two,[::1]:22").jump
    assert [(hop.user, hop.host, hop.port) for hop in hops] == [("you", "one", 77), ("", "two", 0), ("", "::1", 22)]
    assert route("proxyjump none").jump == ()


def test_a_jump_host_that_is_none() -> None:
    with pytest.raises(HostError) as error:
        route("proxyjump -oProxyCommand=x")
    assert error.value.cause is HostErrorCause.CONFIGURATION


def test_algorithms_count_only_when_the_user_has_chosen() -> None:
    defaults = "ciphers a,b\nmacs m"
    settings = Settings(route("ciphers a,b\nmacs n,m", defaults=defaults))
    assert settings.list("ciphers") == ()
    assert settings.list("macs") == ("n", "m")


def test_several_known_hosts_files_on_a_line(tmp_path: Path) -> None:
    spaced = tmp_path / "a b"
    spaced.touch()
    assert Settings(route("userknownhostsfile /one /two")).all("userknownhostsfile") == ("/one", "/two")
    assert Settings(route(f"userknownhostsfile {spaced}")).all("userknownhostsfile") == (str(spaced),)


def test_times() -> None:
    ours = Settings(route("connecttimeout none\nserveraliveinterval 0\nserveralivecountmax 3"))
    assert (ours.connect_timeout, ours.keepalive) == (10.0, (15.0, 3))
    theirs = Settings(route("connecttimeout 3\nserveraliveinterval 60\nserveralivecountmax 1"))
    assert (theirs.connect_timeout, theirs.keepalive) == (3.0, (60.0, 1))


def test_equal_answers_are_equal_routes() -> None:
    assert route("compression yes") == route("compression yes")
    assert hash(route("compression yes")) == hash(route("compression yes"))
    assert route("compression yes") != route("compression no")


def test_without_ssh(tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text(
        "Host web\nHostName 10.0.0.1\nPort 77\nIdentitiesOnly yes\nProxyJump jump\nServerAliveInterval 9\n"
        "Host *\nUser you\nIdentityFile /id\nUserKnownHostsFile /known1 /known2\n"
    )
    options = read_options(ADDRESS, str(config))
    asker = FrontEnd("test", 1, False)
    found = Reading(ADDRESS, asker, {}, options, {}).route()
    settings = Settings(found)
    assert (found.host_name, found.port, found.user) == ("10.0.0.1", 77, "you")
    assert [hop.host for hop in found.jump] == ["jump"]
    assert settings.all("identityfile") == ("/id",)
    assert settings.all("userknownhostsfile") == ("/known1", "/known2")
    assert settings.is_on("identitiesonly")
    assert settings.keepalive == (9.0, 3)


def test_without_ssh_a_mistake_is_told(tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text("Port abc\n")
    with pytest.raises(HostError) as error:
        read_options(ADDRESS, str(config))
    assert error.value.cause is HostErrorCause.CONFIGURATION
