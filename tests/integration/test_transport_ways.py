"""Ways to a host: Host, Match and Include as ssh reads them, jump hosts, ProxyCommand, environment; and hosts that cannot be reached."""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

import pytest

from jobsh.errors import HostError, HostErrorCause
from jobsh.model.hosts import parse_address
from jobsh.model.job import OutcomeKind
from jobsh.model.messages import FrontEnd
from jobsh.transport.ssh import SshConnection, SshConnector
from tests import asynchronous
from tests.integration.transport_tools import connected, front_end, run
from tests.processes import processes_of
from tests.sshd import SshdFarm, free_port


async def say(connection: SshConnection, command: str) -> str:
    return (await run(connection, command))[0].decode()


def reach(path: Path, host: str, command: str = 'echo "$HOME"') -> str:
    """What a command on `host` says."""

    async def scenario() -> str:
        async with connected(path, host) as connection:
            return await say(connection, command)

    return asynchronous.run(scenario())


def unreached(path: Path, host: str) -> HostError:
    with pytest.raises(HostError) as error:
        reach(path, host)
    return error.value


# -- configuration --


def test_patterns_include_and_match(farm: SshdFarm, tmp_path: Path) -> None:
    (tmp_path / "more.conf").write_text(f"Host b?ta\n  HostName {farm.address(2)}\n")
    text = f"""
Include {tmp_path}/*.conf
Host alpha !beta
  HostName {farm.address(1)}
Match originalhost gamma exec "test x$WANTED = xyes"
  HostName {farm.address(3)}
"""
    path = farm.config_with(text, tmp_path / "config")
    assert reach(path, "alpha") == f"{farm.home(1)}\n"
    assert reach(path, "beta") == f"{farm.home(2)}\n"

    async def gamma(environment: dict[str, str]) -> str:
        who = front_end(path, environment=tuple({"PATH": os.environ["PATH"], **environment}.items()))
        return (await SshConnector().resolve(parse_address("gamma"), who)).host_name

    assert asynchronous.run(gamma({"WANTED": "yes"})) == farm.address(3)
    assert asynchronous.run(gamma({})) == "gamma"


def test_an_address_says_more_than_the_configuration(farm: SshdFarm) -> None:
    async def scenario() -> None:
        who = front_end(farm.ssh_config)
        route = await SshConnector().resolve(parse_address(f"somebody@{farm.host(1)}:77"), who)
        assert (route.user, route.host_name, route.port) == ("somebody", farm.address(1), 77)

    asynchronous.run(scenario())


def test_a_misspelt_option_is_said(farm: SshdFarm, tmp_path: Path) -> None:
    error = unreached(farm.config_with("Prot 22", tmp_path / "config"), "web01")
    assert error.cause is HostErrorCause.CONFIGURATION
    assert "line 1" in error.detail
    assert "prot" in error.detail.lower()


def test_a_mistake_is_told_for_each_host(farm: SshdFarm, tmp_path: Path) -> None:
    who = front_end(farm.config_with("Prot 22", tmp_path / "config"))

    async def scenario() -> None:
        connector = SshConnector()
        asked = (connector.resolve(parse_address(farm.address(n)), who) for n in (1, 2, 3))
        errors = await asyncio.gather(*asked, return_exceptions=True)
        assert [error.host for error in errors if isinstance(error, HostError)] == [farm.address(n) for n in (1, 2, 3)]

    asynchronous.run(scenario())


def test_a_changed_configuration_counts_at_once(farm: SshdFarm, tmp_path: Path) -> None:
    path = tmp_path / "config"

    async def scenario() -> None:
        connector = SshConnector()
        who = front_end(path)
        for n in (1, 2):
            farm.config_with(f"Host x\nHostName {farm.address(n)}\n" + "#" * n, path)
            assert (await connector.resolve(parse_address("x"), who)).host_name == farm.address(n)

    asynchronous.run(scenario())


def test_environment_for_the_host(farm: SshdFarm, tmp_path: Path) -> None:
    path = farm.config_with("Host *\nSendEnv LC_T* NOTSET\nSetEnv LC_OWN='a b'", tmp_path / "config")
    environment = (("PATH", os.environ["PATH"]), ("LC_TIME", "de_DE"), ("LC_X", "not sent"))

    async def scenario() -> str:
        connector = SshConnector()
        who = FrontEnd("test", 1, False, str(path), "", environment)
        connection = await connector.connect(await connector.resolve(parse_address("web01"), who), None)
        try:
            return await say(connection, 'echo "$LC_TIME/$LC_OWN/$LC_X"')
        finally:
            await connection.aclose()

    assert asynchronous.run(scenario()) == "de_DE/a b/\n"


def test_the_agent_is_forwarded_only_on_demand(farm: SshdFarm, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "agent"))
        listener.listen()
        for line, told in (("", "none"), ("ForwardAgent no", "none"), (f"ForwardAgent {tmp_path}/agent", "some")):
            path = farm.config_with(f"Host *\n{line}", tmp_path / "config")
            assert reach(path, "web01", "echo ${SSH_AUTH_SOCK:+some}${SSH_AUTH_SOCK-none}").startswith(told)


# -- ways --


def logins(farm: SshdFarm) -> int:
    return farm.log.read_text().count("Accepted publickey")


def test_a_jump_host_is_shared(farm: SshdFarm, tmp_path: Path) -> None:
    path = farm.config_with(f"Host web02 web03\nProxyJump {farm.user}@web01", tmp_path / "config")

    async def scenario() -> None:
        connector = SshConnector()
        who = front_end(path)
        route = await connector.resolve(parse_address("web02"), who)
        (hop,) = route.jump
        assert (hop.host, hop.user) == ("web01", farm.user)
        before = logins(farm)
        jump = await connector.connect(await connector.resolve(hop, who), None)
        try:
            for n in (2, 3):
                route = await connector.resolve(parse_address(farm.host(n)), who)
                connection = await connector.connect(route, None, via=jump)
                assert await say(connection, 'echo "$HOME"') == f"{farm.home(n)}\n"
                await connection.aclose()
            assert logins(farm) - before == 3
            assert not jump.is_closed
        finally:
            await jump.aclose()

    asynchronous.run(scenario())


def test_a_host_behind_a_jump_host_that_is_lost(farm: SshdFarm) -> None:
    async def scenario() -> None:
        async with (
            connected(farm.ssh_config, "web01") as jump,
            connected(farm.ssh_config, "web02", via=jump) as connection,
        ):
            channel = await connection.open("cat")
            await jump.aclose()
            assert (await channel.wait()).kind is OutcomeKind.LOST
            await connection.wait_closed()
            assert connection.is_closed

    asynchronous.run(scenario())


@pytest.mark.parametrize(
    ("jump", "host", "port", "cause"),
    [
        ("closed01", "127.77.0.2", 0, HostErrorCause.REFUSED),
        ("web01", "127.0.0.1", 1, HostErrorCause.REFUSED),
        ("web01", "no-such-host.invalid", 0, HostErrorCause.NAME_NOT_FOUND),
    ],
)
def test_what_a_jump_host_says(farm: SshdFarm, jump: str, host: str, port: int, cause: HostErrorCause) -> None:
    async def scenario() -> HostError:
        async with connected(farm.ssh_config, jump) as via:
            with pytest.raises(HostError) as error:
                async with connected(farm.ssh_config, f"{host}:{port}" if port else host, via=via):
                    pass
            return error.value

    error = asynchronous.run(scenario())
    assert error.cause is cause
    assert "jump host" in error.detail


def test_a_proxy_command(farm: SshdFarm, tmp_path: Path) -> None:
    command = f"ssh -F {farm.ssh_config} -W {farm.address(2)}:%p %r@web01 # {tmp_path} %%"
    path = farm.config_with(f"Host far\nHostName {farm.address(2)}\nProxyCommand {command}", tmp_path / "config")
    assert reach(path, "far") == f"{farm.home(2)}\n"
    assert processes_of(tmp_path) == []


def test_a_proxy_command_that_fails(farm: SshdFarm, tmp_path: Path) -> None:
    path = farm.config_with("Host far\nProxyCommand sh -c 'echo no way to %h >&2; exit 3'", tmp_path / "config")
    error = unreached(path, "far")
    assert error.cause is HostErrorCause.LINK_LOST
    assert error.detail == "ProxyCommand says: no way to far"


# -- hosts that cannot be reached --


def test_a_name_that_is_not_found(farm: SshdFarm) -> None:
    error = unreached(farm.ssh_config, "no-such-host.invalid")
    assert error.cause is HostErrorCause.NAME_NOT_FOUND
    assert error.message.startswith("no-such-host.invalid: name not found")


def test_a_port_where_nobody_listens(farm: SshdFarm) -> None:
    assert unreached(farm.ssh_config, f"web01:{free_port()}").cause is HostErrorCause.REFUSED


def test_a_network_that_is_not_there(farm: SshdFarm) -> None:
    assert unreached(farm.ssh_config, "255.255.255.255").cause is HostErrorCause.UNREACHABLE


@contextmanager
def silent_listener(backlog: int = 5) -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(backlog)
        yield listener.getsockname()[1]


def test_a_host_that_never_answers(farm: SshdFarm, tmp_path: Path) -> None:
    path = farm.config_with("Host *\nConnectTimeout 1", tmp_path / "config")
    with silent_listener() as port:
        began = time.monotonic()
        error = unreached(path, f"127.0.0.1:{port}")
    assert error.cause is HostErrorCause.TIMED_OUT
    assert "1 s" in error.detail
    assert 0.9 < time.monotonic() - began < 60


@asynccontextmanager
async def talker(*says: bytes) -> AsyncIterator[int]:
    """A server that says its piece and closes."""
    talks: list[asyncio.Future[None]] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            writer.writelines(says)
            writer.write_eof()
            await reader.read(-1)  # a close with bytes unread would be a reset
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    server = await asyncio.start_server(lambda r, w: talks.append(asyncio.ensure_future(talk(r, w))), "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await asyncio.gather(*talks)


@pytest.mark.parametrize(
    ("says", "cause"),
    [
        ((), HostErrorCause.LINK_LOST),
        ((b"SSH-1.5-old\r\n",), HostErrorCause.PROTOCOL),
        ((b"SSH-2.0-x\r\n", b"\xff" * 100), HostErrorCause.PROTOCOL),
        ((b"x" * 100_000,), HostErrorCause.PROTOCOL),
        ((b"HTTP/1.1 400 Bad Request\r\n\r\n",), HostErrorCause.LINK_LOST),
    ],
)
def test_servers_that_do_not_speak_ssh(farm: SshdFarm, says: tuple[bytes, ...], cause: HostErrorCause) -> None:
    async def scenario() -> HostError:
        async with talker(*says) as port:
            with pytest.raises(HostError) as error:
                async with connected(farm.ssh_config, f"127.0.0.1:{port}"):
                    pass
            return error.value

    assert asynchronous.run(scenario()).cause is cause


def test_a_cancelled_connect_leaves_nothing(farm: SshdFarm) -> None:
    async def scenario() -> None:
        came, gone = asyncio.Event(), asyncio.Event()

        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"SSH-2.0-slow\r\n")
            await reader.readline()
            came.set()
            with suppress(ConnectionError):
                await reader.read(-1)  # until the client has gone
            writer.close()
            gone.set()

        server = await asyncio.start_server(talk, "127.0.0.1", 0)
        address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        connecting = asyncio.create_task(connected(farm.ssh_config, address).__aenter__())
        await asyncio.wait_for(came.wait(), 60)
        connecting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await connecting
        await asyncio.wait_for(gone.wait(), 60)
        server.close()
        await server.wait_closed()

    asynchronous.run(scenario())
