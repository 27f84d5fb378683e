"""Reaching the other end: names to addresses, one address after the other, or a ProxyCommand. Knows nothing of ssh."""

from __future__ import annotations

import asyncio
import ipaddress
import os
import socket
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

P = TypeVar("P", bound=asyncio.Protocol)

_FAMILIES = {"inet": socket.AF_INET, "inet6": socket.AF_INET6}

# Names have threads of their own: one hundred hosts whose name server is silent must not stop the others.
_resolvers = ThreadPoolExecutor(64, "jobsh-resolve")


async def addresses_of(host: str, port: int, family: str = "") -> list[str]:
    """The numeric addresses of a name, in the system's order of preference; raises socket.gaierror."""
    try:
        return [str(ipaddress.ip_address(host))]
    except ValueError:
        pass
    wanted = _FAMILIES.get(family, socket.AF_UNSPEC)
    loop = asyncio.get_running_loop()
    found = await loop.run_in_executor(
        _resolvers, lambda: socket.getaddrinfo(host, port, wanted, socket.SOCK_STREAM, 0, 0)
    )
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


async def dial(
    protocol: Callable[[], P], host: str, port: int, *, family: str = "", bind: str = "", time: float = 10.0
) -> P:
    """Connect over TCP; raises OSError, of several addresses that of the last."""
    loop = asyncio.get_running_loop()
    addresses = await addresses_of(host, port, family)
    local = (bind, 0) if bind else None
    for left in range(len(addresses) - 1, 0, -1):  # a silent address must leave time for the others
        try:
            async with asyncio.timeout(time / (left + 1)):
                _, made = await loop.create_connection(protocol, addresses[-left - 1], port, local_addr=local)
                return made
        except OSError:
            continue
    _, made = await loop.create_connection(protocol, addresses[-1], port, local_addr=local)
    return made


class Proxy:
    """A ProxyCommand: the process whose standard input and output are the connection."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._tail = b""
        self._listening = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        """Keep the end of what it complains of."""
        assert self._process.stderr is not None
        while data := await self._process.stderr.read(4096):
            self._tail = (self._tail + data)[-2000:]

    @property
    def last_words(self) -> str:
        """The last line of its complaints."""
        lines = self._tail.decode("utf-8", "replace").split("\n")
        said = next((line.strip() for line in reversed(lines) if line.strip()), "")
        return "".join(c if c.isprintable() else "?" for c in said)

    @classmethod
    async def dial(
        cls, protocol: Callable[[], P], command: str, environment: Mapping[str, str] | None
    ) -> tuple[P, Proxy]:
        """Start the command as ssh does, by the user's shell, and speak with it."""
        shell = (environment if environment is not None else os.environ).get("SHELL") or "/bin/sh"
        ours, theirs = socket.socketpair()
        try:
            process = await asyncio.create_subprocess_exec(
                *(shell, "-c", f"exec {command}"),
                stdin=theirs.fileno(),
                stdout=theirs.fileno(),
                stderr=asyncio.subprocess.PIPE,
                env=environment,
                start_new_session=True,
            )
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        _, made = await asyncio.get_running_loop().create_connection(protocol, sock=ours)
        return made, cls(process)

    async def end(self) -> None:
        """End the process."""
        await self._end()
        await asyncio.wait({self._listening}, timeout=0.2)  # it may have left somebody who still holds stderr
        self._listening.cancel()
        await asyncio.gather(self._listening, return_exceptions=True)

    async def _end(self) -> None:
        if self._process.returncode is None:
            try:
                self._process.terminate()
                async with asyncio.timeout(2):
                    await self._process.wait()
            except TimeoutError:
                self._process.kill()
                await self._process.wait()
            except ProcessLookupError:
                pass
