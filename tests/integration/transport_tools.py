"""What the transport tests share: an asker with prepared answers, and connecting to a host of the farm."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from jobsh.model.hosts import parse_address
from jobsh.model.job import Outcome
from jobsh.model.messages import FrontEnd, Question, QuestionKind
from jobsh.model.records import Stream
from jobsh.ports.transport import Channel, Connection
from jobsh.transport.ssh import SshConnection, SshConnector

ANSWER_NOTHING: Mapping[QuestionKind, str | None] = {}


class Person:
    """Answers questions by kind, and remembers them."""

    def __init__(self, answers: Mapping[QuestionKind, str | None] = ANSWER_NOTHING) -> None:
        self.answers = dict(answers)
        self.asked: list[Question] = []

    async def ask(self, question: Question) -> str | None:
        self.asked.append(question)
        return self.answers.get(question.kind)


def front_end(config: Path, *, agent: str = "", environment: tuple[tuple[str, str], ...] = ()) -> FrontEnd:
    """A front end that was started with `-F config`."""
    return FrontEnd("test", 1, True, str(config), agent, environment)


@asynccontextmanager
async def connected(
    config: Path,
    host: str,
    *,
    person: Person | None = None,
    agent: str = "",
    via: Connection | None = None,
    connector: SshConnector | None = None,
    key_file: str = "",
) -> AsyncIterator[SshConnection]:
    """A connection to `host` as `config` describes the way."""
    connector = connector or SshConnector()
    route = await connector.resolve(parse_address(host, key_file=key_file), front_end(config, agent=agent))
    connection = await connector.connect(route, person, via=via)
    try:
        yield connection
    finally:
        await connection.aclose()


async def collect(channel: Channel) -> tuple[bytes, bytes, Outcome]:
    """All output of a command and how it ended."""
    out, err = bytearray(), bytearray()
    async for stream, data in channel.read():
        (err if stream is Stream.ERROR else out).extend(data)
    return bytes(out), bytes(err), await channel.wait()


async def run(connection: Connection, command: str) -> tuple[bytes, bytes, Outcome]:
    """Run a command to its end."""
    channel = await connection.open(command)
    try:
        return await collect(channel)
    finally:
        await channel.aclose()
