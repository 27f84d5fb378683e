"""Options, time limits and passwords that commands bring along, on real connections."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from jobsh.engine.front_end import AttachedFrontEnd
from jobsh.errors import HostError, HostErrorCause
from jobsh.model.hosts import parse_address
from jobsh.model.session_option import SessionOption
from jobsh.transport.ssh import SshConnector
from tests.asking_server import PASSWORD, asking_server
from tests.asynchronous import run
from tests.integration.texts import jobsh, texts, write_here
from tests.integration.transport_tools import front_end
from tests.sshd import SshdFarm
from tests.unit.cmdlets.shell import Ran, TestShell


@contextmanager
def silent_host() -> Iterator[int]:
    """A port that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


# -- what reaches the connection --


@pytest.mark.parametrize("wanted", [True, False])
def test_compression_and_signs_of_life_are_those_of_the_options(farm: SshdFarm, wanted: bool) -> None:
    option = SessionOption(compression=wanted, keepalive_interval=7.0, keepalive_count=2)
    config = farm.config_with("Compression " + ("no" if wanted else "yes"), farm.directory / "config")

    async def scenario() -> None:
        connector = SshConnector()
        route = await connector.resolve(parse_address("web01").replace(options=option.ssh_options), front_end(config))
        connection = await connector.connect(route, None)
        link = connection._link
        try:
            assert link.get_extra_info("send_compression") == ("zlib@openssh.com" if wanted else "none")
            assert (link._keepalive_interval, link._keepalive_count_max) == (7.0, 2)
        finally:
            await connection.aclose()

    run(scenario())


def test_an_option_can_name_the_host_in_its_own_way(farm: SshdFarm, place: Path) -> None:
    (ran,) = texts(
        place,
        farm.ssh_config,
        f"Invoke-Command web01 {{ echo $HOME }}; Invoke-Command web02 {{ echo $HOME }} -Options @{{HostName='{farm.address(3)}'}}",
    )
    assert ran.out == f"{farm.home(1)}\n{farm.home(3)}\n"


def test_an_option_that_ssh_does_not_know_is_that_hosts_error(farm: SshdFarm, place: Path) -> None:
    (ran,) = texts(place, farm.ssh_config, "New-Session web01 -Options @{NoSuchThing='x'}")
    (error,) = ran.errors
    assert (error.host, error.exit_status) == ("web01", 255)
    assert "nosuchthing" in error.message.lower()


def test_a_host_that_says_nothing_is_given_up_in_time(farm: SshdFarm, place: Path) -> None:
    with silent_host() as port:
        by_parameter, by_option = texts(
            place,
            farm.ssh_config,
            f"New-Session 127.0.0.1:{port} -ConnectingTimeout 300",
            f"$PSSessionOption = @{{OpenTimeout='200ms'}}; Invoke-Command 127.0.0.1:{port}, web01 {{ echo hi }}",
        )
    (error,) = by_parameter.errors
    assert "timed out" in error.message
    assert "for 0.3 s" in error.message
    assert ("hi" in by_option.out, "for 0.2 s" in by_option.errors[0].message) == (True, True)


def test_connecting_is_tried_again_when_the_network_fails() -> None:
    from jobsh.engine import connections

    attempts: list[HostErrorCause] = []

    def failing(cause: HostErrorCause) -> type[HostError]:
        async def connect() -> None:
            attempts.append(cause)
            raise HostError("web01", cause)

        with pytest.raises(HostError):
            run(connections._again(2, connect))  # type: ignore[arg-type]
        return HostError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connections, "_FIRST_PAUSE", 0.001)
        failing(HostErrorCause.REFUSED)
        failing(HostErrorCause.AUTHENTICATION)
    assert attempts == [HostErrorCause.REFUSED] * 3 + [HostErrorCause.AUTHENTICATION]


# -- passwords --


def write_passwords(place: Path) -> None:
    """Files for -PasswordFile: the right one, and another."""
    for name, password in (("pw", PASSWORD), ("bad", "wrong")):
        write_here(place, name, password)


@pytest.mark.parametrize("lines", [(), ("PreferredAuthentications password",)])
def test_a_credential_logs_in_where_nobody_can_be_asked(place: Path, lines: tuple[str, ...]) -> None:
    (place / "host").mkdir()
    with asking_server(place / "host", "password", *lines) as ssh_config:
        write_passwords(place)
        without, plain, session, job, code = texts(
            place,
            ssh_config,
            "Invoke-Command asking { echo hi }",
            "$c = Get-Credential me -PasswordFile pw; Invoke-Command asking { echo hi } -Credential $c",
            "$s = New-Session asking -Credential $c; Invoke-Command $s { cd /; X=5 }; Invoke-Command $s { echo $PWD $X }; $s.UserName",
            "Invoke-Command asking { echo job } -Credential $c -AsJob | Receive-Job -Wait -AutoRemoveJob",
            "Invoke-Command asking { Start-Job { echo there } | Receive-Job -Wait } -Credential $c",
        )
    (error,) = without.errors
    assert (error.category, error.exit_status) == ("AuthenticationError", 255)
    assert [ran.out for ran in (plain, session, job, code)] == ["hi\n", "/ 5\nme\n", "job\n", "there\n"]
    assert not any(ran.errors for ran in (plain, session, job, code))
    kept = (path for path in (place / "state").rglob("*") if path.is_file())
    assert not [path for path in kept if PASSWORD.encode() in path.read_bytes()]


def test_a_wrong_password_is_one_error_and_nobody_is_asked_for_another(place: Path) -> None:
    (place / "host").mkdir()
    with asking_server(place / "host", "password") as ssh_config:
        write_passwords(place)
        wrong, other = texts(
            place,
            ssh_config,
            "$c = Get-Credential me -PasswordFile bad; New-Session asking -Credential $c",
            "$c = Get-Credential you -PasswordFile pw; New-Session me@asking -Credential $c",
        )
    for ran in (wrong, other):
        assert [error.category for error in ran.errors] == ["AuthenticationError"]


def test_a_connection_that_is_lost_is_made_again_with_the_password(place: Path) -> None:
    (place / "host").mkdir()

    async def scenario(ssh_config: Path) -> list[Ran]:
        async with jobsh(place, ssh_config) as shell:
            first = await shell.run(
                "$c = Get-Credential me -PasswordFile pw; $s = New-Session asking -Credential $c; Invoke-Command $s { X=5 }"
            )
            await lose_connections(shell)
            return [first, await shell.run("Invoke-Command $s { echo again $X }")]

    with asking_server(place / "host", "password") as ssh_config:
        write_passwords(place)
        first, again = run(scenario(ssh_config), slowest=5.0)
    assert not first.errors
    assert again.out == "again 5\n", again


async def lose_connections(shell: TestShell) -> None:
    """As if the network had cut them."""
    assert isinstance(shell.engine, AttachedFrontEnd)
    for host in shell.engine._services.hosts._hosts.values():
        assert host._lease is not None
        await host._lease.connection.aclose()
