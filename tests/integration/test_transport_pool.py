"""The engine's pool over the real transport: chains of jump hosts, each opened once, and hosts that take few channels."""

from __future__ import annotations

import asyncio
from pathlib import Path

from jobsh.engine.connections import Connections
from jobsh.model.hosts import parse_address
from jobsh.transport.ssh import SshConnector
from tests import asynchronous
from tests.integration.transport_tools import front_end, run
from tests.sshd import SshdFarm


def logins(farm: SshdFarm) -> int:
    return farm.log.read_text().count("Accepted publickey")


def test_hosts_behind_a_chain_of_jump_hosts(farm: SshdFarm, tmp_path: Path) -> None:
    text = "Host web02\nProxyJump web01\nHost web03 web04\nProxyJump web02"
    who = front_end(farm.config_with(text, tmp_path / "config"))

    async def scenario() -> None:
        pool = Connections(SshConnector())
        before = logins(farm)
        leases = await asyncio.gather(*(pool.lease(parse_address(farm.host(n)), who, None) for n in (3, 4)))
        for n, lease in zip((3, 4), leases, strict=True):
            assert (await run(lease.connection, "echo $HOME"))[0].decode() == f"{farm.home(n)}\n"
        assert logins(farm) - before == 4  # web01, web02, web03, web04
        for lease in leases:
            await lease.aclose()
        assert pool.count == 0

    asynchronous.run(scenario())


def test_more_commands_than_a_host_takes_on_a_connection(farm: SshdFarm) -> None:
    who = front_end(farm.ssh_config)

    async def scenario() -> None:
        pool = Connections(SshConnector())
        lease = await pool.lease(parse_address(farm.narrow.name), who, None)
        results = await asyncio.gather(*(run(lease.connection, f"echo {n}; sleep 0.05") for n in range(12)))
        assert [int(out) for out, _, _ in results] == list(range(12))
        await lease.aclose()
        await pool.aclose()

    asynchronous.run(scenario())
