"""Logging in: keys, certificates, agents, passphrases on a real sshd; passwords and questions on an embedded server."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from jobsh.errors import HostError, HostErrorCause
from jobsh.model.messages import QuestionKind
from jobsh.transport.ssh import SshConnector
from tests import asynchronous
from tests.asking_server import ANSWERS, PASSWORD, asking_server
from tests.integration.transport_tools import Person, connected, run
from tests.processes import await_condition, kill, program
from tests.sshd import PASSPHRASE, SshdFarm, make_key, public_key


def config(farm: SshdFarm, place: Path, *lines: str) -> Path:
    """An ssh_config for the farm in which `lines` take the place of the farm's identity."""
    path = place / "ssh_config"
    text = farm.ssh_config.read_text()
    for line in (f"    IdentityFile {farm.identity}\n", "    IdentitiesOnly yes\n", "    IdentityAgent none\n"):
        text = text.replace(line, "")
    path.write_text("\n".join(("Host *", *lines)) + "\n" + text)
    path.chmod(0o600)
    return path


def reach(path: Path, person: Person | None = None, *, agent: str = "", key_file: str = "") -> None:
    """Connect once, and see that it works."""

    async def scenario() -> bytes:
        async with connected(path, "web01", person=person, agent=agent, key_file=key_file) as connection:
            return (await run(connection, "echo in"))[0]

    assert asynchronous.run(scenario()) == b"in\n"


def refused(path: Path, person: Person | None = None, *, agent: str = "") -> HostError:
    with pytest.raises(HostError) as error:
        reach(path, person, agent=agent)
    assert error.value.cause is HostErrorCause.AUTHENTICATION
    return error.value


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[str]:
    """The socket of a real ssh-agent without keys."""
    socket = tmp_path / "agent"
    arguments = [program("ssh-agent"), "-D", "-a", str(socket)]
    with subprocess.Popen(arguments, stdout=subprocess.DEVNULL) as process:
        await_condition(socket.exists, what="the agent listens")
        yield str(socket)
        kill(process.pid)


def add(agent: str, key: Path) -> None:
    """Give the agent a key."""
    arguments = [program("ssh-add"), "-q", str(key)]
    subprocess.run(arguments, check=True, env={"SSH_AUTH_SOCK": agent}, stdin=subprocess.DEVNULL)


def test_a_key_that_may_not(farm: SshdFarm, tmp_path: Path) -> None:
    error = refused(config(farm, tmp_path, f"IdentityFile {farm.strange_identity}"))
    assert farm.user in error.detail
    assert "id_strange" in error.detail
    assert "prompt" in error.hint


def test_no_key_at_all(farm: SshdFarm, tmp_path: Path) -> None:
    assert "no key" in refused(config(farm, tmp_path, f"IdentityFile {tmp_path}/nothing")).detail


def test_a_named_key_file(farm: SshdFarm, tmp_path: Path) -> None:
    reach(config(farm, tmp_path), key_file=str(farm.identity))


def test_a_named_key_file_that_is_not_there(farm: SshdFarm, tmp_path: Path) -> None:
    with pytest.raises(HostError) as error:
        reach(config(farm, tmp_path), key_file=str(tmp_path / "nothing"))
    assert error.value.cause is HostErrorCause.CONFIGURATION


def test_a_key_that_others_can_read_is_not_used(farm: SshdFarm, tmp_path: Path) -> None:
    (tmp_path / "open").write_bytes(farm.identity.read_bytes())
    (tmp_path / "open").chmod(0o644)
    refused(config(farm, tmp_path, f"IdentityFile {tmp_path}/open"))


@pytest.mark.parametrize("named", ["", "CertificateFile {key}-cert.pub"])
def test_a_certificate(farm: SshdFarm, tmp_path: Path, named: str) -> None:
    key = farm.certified_identity
    reach(config(farm, tmp_path, f"IdentityFile {key}", named.format(key=key)))


def test_an_agent(farm: SshdFarm, tmp_path: Path, agent: str) -> None:
    path = config(farm, tmp_path, f"IdentityFile {tmp_path}/nothing")
    refused(path, agent=agent)
    add(agent, farm.strange_identity)
    add(agent, farm.identity)
    reach(path, agent=agent)


def test_identities_only_hides_the_other_keys_of_the_agent(farm: SshdFarm, tmp_path: Path, agent: str) -> None:
    add(agent, farm.identity)
    refused(config(farm, tmp_path, "IdentitiesOnly yes", f"IdentityFile {farm.strange_identity}"), agent=agent)
    reach(config(farm, tmp_path, "IdentitiesOnly yes", f"IdentityFile {farm.identity}.pub"), agent=agent)


def test_a_certificate_for_a_key_in_the_agent(farm: SshdFarm, tmp_path: Path, agent: str) -> None:
    add(agent, farm.certified_identity)
    public, certificate = (Path(f"{farm.certified_identity}{end}") for end in (".pub", "-cert.pub"))
    reach(config(farm, tmp_path, f"IdentityFile {public}", f"CertificateFile {certificate}"), agent=agent)


def test_the_agent_that_the_configuration_names(farm: SshdFarm, tmp_path: Path, agent: str) -> None:
    add(agent, farm.identity)
    nothing = f"IdentityFile {tmp_path}/nothing"
    reach(config(farm, tmp_path, nothing, f"IdentityAgent {agent}"))
    refused(config(farm, tmp_path, nothing, "IdentityAgent none"), agent=agent)


def test_an_agent_that_is_gone_is_no_error(farm: SshdFarm, tmp_path: Path) -> None:
    reach(config(farm, tmp_path, f"IdentityFile {farm.identity}"), agent=str(tmp_path / "gone"))


# -- passphrases --


def test_a_passphrase_is_asked(farm: SshdFarm, tmp_path: Path) -> None:
    person = Person({QuestionKind.PASSPHRASE: PASSPHRASE})
    reach(config(farm, tmp_path, f"IdentityFile {farm.encrypted_identity}"), person)
    (question,) = person.asked
    assert str(farm.encrypted_identity) in question.text
    assert not question.echo


def test_a_passphrase_is_asked_only_when_the_host_wants_the_key(farm: SshdFarm, tmp_path: Path) -> None:
    make_key(tmp_path / "locked", passphrase="x")
    person = Person({QuestionKind.PASSPHRASE: "x"})
    reach(config(farm, tmp_path, f"IdentityFile {tmp_path}/locked", f"IdentityFile {farm.identity}"), person)
    assert person.asked == []


def test_a_wrong_passphrase_is_asked_again(farm: SshdFarm, tmp_path: Path) -> None:
    person = Person({QuestionKind.PASSPHRASE: "wrong"})
    lines = (f"IdentityFile {farm.encrypted_identity}", "NumberOfPasswordPrompts 2", "PasswordAuthentication no")
    refused(config(farm, tmp_path, *lines), person)
    assert len(person.asked) == 2


def test_a_locked_key_where_nobody_can_be_asked(farm: SshdFarm, tmp_path: Path) -> None:
    error = refused(config(farm, tmp_path, f"IdentityFile {farm.encrypted_identity}"))
    assert "locked" in error.detail


def test_a_key_in_the_old_format(farm: SshdFarm, tmp_path: Path) -> None:
    key = tmp_path / "old"
    make_key(key, kind="rsa")
    with farm.directory.joinpath("authorized_keys").open("a") as file:
        file.write(f"{public_key(key)}\n")
    arguments = [program("ssh-keygen"), "-q", "-p", "-m", "PEM", "-N", PASSPHRASE, "-f", str(key)]
    subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL)
    Path(f"{key}.pub").unlink()
    assert "ENCRYPTED" in key.read_text()
    person = Person({QuestionKind.PASSPHRASE: PASSPHRASE})
    reach(config(farm, tmp_path, f"IdentityFile {key}"), person)
    assert len(person.asked) == 1


def test_many_hosts_ask_for_one_passphrase(farm: SshdFarm, tmp_path: Path) -> None:
    person = Person({QuestionKind.PASSPHRASE: PASSPHRASE})
    path = config(farm, tmp_path, f"IdentityFile {farm.encrypted_identity}")

    async def one(connector: SshConnector, host: str) -> None:
        async with connected(path, host, person=person, connector=connector) as connection:
            assert (await run(connection, "echo in"))[0] == b"in\n"

    async def scenario() -> None:
        connector = SshConnector()
        await asyncio.gather(*(one(connector, farm.host(n)) for n in (1, 2, 3, 4)))
        await one(connector, farm.host(1))  # and none again

    asynchronous.run(scenario())
    assert len(person.asked) == 1


# -- a server that asks --


def log_in(place: Path, methods: str, person: Person | None, *lines: str) -> None:
    async def scenario(path: Path) -> None:
        async with connected(path, "asking", person=person) as connection:
            assert (await run(connection, "echo in; exit 3"))[0] == b"in\n"

    with asking_server(place, methods, *lines) as path:
        asynchronous.run(scenario(path))


def not_let_in(place: Path, methods: str, person: Person | None, *lines: str) -> HostError:
    with pytest.raises(HostError) as error:
        log_in(place, methods, person, *lines)
    assert error.value.cause is HostErrorCause.AUTHENTICATION
    return error.value


def test_a_password(tmp_path: Path) -> None:
    person = Person({QuestionKind.PASSWORD: PASSWORD})
    log_in(tmp_path, "password", person)
    (question,) = person.asked
    assert "me@127.0.0.1" in question.text
    assert not question.echo


def test_a_wrong_password_three_times(tmp_path: Path) -> None:
    person = Person({QuestionKind.PASSWORD: "wrong"})
    error = not_let_in(tmp_path, "password", person)
    assert len(person.asked) == 3
    assert "password" in error.detail


def test_as_many_passwords_as_configured(tmp_path: Path) -> None:
    person = Person({QuestionKind.PASSWORD: "wrong"})
    not_let_in(tmp_path, "password", person, "NumberOfPasswordPrompts 1")
    assert len(person.asked) == 1


@pytest.mark.parametrize("line", ["PasswordAuthentication no", "BatchMode yes", "PreferredAuthentications publickey"])
def test_no_password_is_asked_where_the_configuration_forbids(tmp_path: Path, line: str) -> None:
    person = Person({QuestionKind.PASSWORD: PASSWORD})
    not_let_in(tmp_path, "password", person, line)
    assert person.asked == []


def test_a_declined_password(tmp_path: Path) -> None:
    person = Person()
    not_let_in(tmp_path, "password", person)
    assert len(person.asked) == 1


def test_questions_of_the_host(tmp_path: Path) -> None:
    class TwoFactors(Person):
        async def ask(self, question: object) -> str | None:
            self.asked.append(question)  # type: ignore[arg-type]
            return ANSWERS[len(self.asked) - 1]

    person = TwoFactors()
    log_in(tmp_path, "questions", person)
    first, second = person.asked
    assert first.text == "Two factors\nAnswer ?]0;well?\nColour? "
    assert first.echo
    assert (second.text, second.echo) == ("Code: ", False)


def test_nobody_to_answer(tmp_path: Path) -> None:
    assert "prompt" in not_let_in(tmp_path, "password questions", None).hint


def test_a_slow_person_does_not_run_into_the_time_limit(tmp_path: Path) -> None:
    class Slow(Person):
        async def ask(self, question: object) -> str | None:
            await asyncio.sleep(1.5)
            return PASSWORD

    log_in(tmp_path, "password", Slow(), "ConnectTimeout 1")
