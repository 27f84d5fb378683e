"""Host keys on a real sshd: known, unknown, changed, revoked, certified; as ssh decides, except that a changed key never passes."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path

import pytest

from jobsh.errors import HostError, HostErrorCause
from jobsh.model.messages import QuestionKind
from jobsh.transport.ssh import SshConnector
from tests import asynchronous
from tests.integration.transport_tools import Person, connected, run
from tests.processes import program
from tests.sshd import SshdFarm, make_key, public_key, sign_key

YES = {QuestionKind.HOST_KEY: "yes"}


def config(farm: SshdFarm, place: Path, known_hosts: str, *options: str) -> Path:
    """An ssh_config whose user's known_hosts file holds `known_hosts`."""
    (place / "known").write_text(known_hosts)
    lines = "\n".join(("Host *", f"UserKnownHostsFile {place}/known", *options))
    return farm.config_with(lines, place / "ssh_config")


def reach(path: Path, person: Person | None = None, host: str = "web01") -> bytes:
    """Connect once, and say something."""

    async def scenario() -> bytes:
        async with connected(path, host, person=person) as connection:
            return (await run(connection, "echo there"))[0]

    return asynchronous.run(scenario())


def refused(path: Path, person: Person | None = None, host: str = "web01") -> HostError:
    """How the connection is refused."""
    with pytest.raises(HostError) as error:
        reach(path, person, host)
    return error.value


def fingerprint(key: Path) -> str:
    said = subprocess.run([program("ssh-keygen"), "-lf", f"{key}.pub"], check=True, capture_output=True, text=True)
    return said.stdout.split()[1]


def test_an_unknown_key_is_asked_once_and_kept(farm: SshdFarm, tmp_path: Path) -> None:
    path = config(farm, tmp_path, "# mine")  # without a newline at its end
    person = Person(YES)
    assert reach(path, person) == b"there\n"
    (question,) = person.asked
    assert question.kind is QuestionKind.HOST_KEY
    assert fingerprint(farm.host_key) in question.text
    assert (tmp_path / "known").read_text() == "# mine\n" + farm.known_hosts_line(farm.address(1), farm.host_key)
    assert reach(path) == b"there\n"


def test_what_was_kept_is_what_ssh_takes(farm: SshdFarm, tmp_path: Path) -> None:
    path = config(farm, tmp_path, "", "HashKnownHosts yes")
    reach(path, Person(YES))
    assert farm.address(1) not in (tmp_path / "known").read_text()
    options = ["-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes"]
    subprocess.run([program("ssh"), "-F", str(path), *options, "web01", "true"], check=True)
    assert reach(path) == b"there\n"


@pytest.mark.parametrize("person", [None, Person(), Person({QuestionKind.HOST_KEY: "no"})])
def test_an_unknown_key_that_nobody_accepts(farm: SshdFarm, tmp_path: Path, person: Person | None) -> None:
    error = refused(config(farm, tmp_path, ""), person)
    assert error.cause is HostErrorCause.HOST_KEY_UNKNOWN
    assert fingerprint(farm.host_key) in error.detail
    assert f"`ssh -F {tmp_path}/ssh_config web01`" in error.hint
    assert (tmp_path / "known").read_text() == ""


def test_strict_checking_asks_nobody(farm: SshdFarm, tmp_path: Path) -> None:
    person = Person(YES)
    error = refused(config(farm, tmp_path, "", "StrictHostKeyChecking yes"), person)
    assert error.cause is HostErrorCause.HOST_KEY_UNKNOWN
    assert person.asked == []


def test_batch_mode_asks_nobody(farm: SshdFarm, tmp_path: Path) -> None:
    person = Person(YES)
    assert refused(config(farm, tmp_path, "", "BatchMode yes"), person).cause is HostErrorCause.HOST_KEY_UNKNOWN
    assert person.asked == []


@pytest.mark.parametrize("policy", ["accept-new", "no"])
def test_policies_that_accept_new_keys(farm: SshdFarm, tmp_path: Path, policy: str) -> None:
    path = config(farm, tmp_path, "", f"StrictHostKeyChecking {policy}")
    assert reach(path) == b"there\n"
    assert (tmp_path / "known").read_text() == farm.known_hosts_line(farm.address(1), farm.host_key)
    assert (tmp_path / "known").stat().st_mode & 0o777 == 0o644  # the mode it had is the user's business


@pytest.mark.parametrize("policy", ["yes", "ask", "accept-new", "no"])
def test_a_changed_key_is_always_refused(farm: SshdFarm, tmp_path: Path, policy: str) -> None:
    known = "# first line\n" + farm.known_hosts_line(farm.address(1), farm.other_host_key)
    person = Person(YES)
    error = refused(config(farm, tmp_path, known, f"StrictHostKeyChecking {policy}"), person)
    assert error.cause is HostErrorCause.HOST_KEY_CHANGED
    assert fingerprint(farm.host_key) in error.detail
    assert fingerprint(farm.other_host_key) in error.detail
    assert f"{tmp_path}/known:2" in error.detail
    assert person.asked == []
    assert (tmp_path / "known").read_text() == known


def test_a_key_of_another_type_on_file_is_a_changed_key(farm: SshdFarm, tmp_path: Path) -> None:
    make_key(tmp_path / "ecdsa", kind="ecdsa")
    known = farm.known_hosts_line(farm.address(1), tmp_path / "ecdsa")
    error = refused(config(farm, tmp_path, known, "StrictHostKeyChecking no"))
    assert error.cause is HostErrorCause.HOST_KEY_CHANGED


def test_a_revoked_key_is_refused(farm: SshdFarm, tmp_path: Path) -> None:
    good = farm.known_hosts_line(farm.address(1), farm.host_key)
    path = config(farm, tmp_path, f"{good}@revoked * {public_key(farm.host_key)}\n", "StrictHostKeyChecking no")
    error = refused(path, Person(YES))
    assert error.cause is HostErrorCause.HOST_KEY_REVOKED
    assert f"{tmp_path}/known:2" in error.detail


def test_a_file_of_revoked_keys(farm: SshdFarm, tmp_path: Path) -> None:
    (tmp_path / "revoked").write_text(f"{public_key(farm.host_key)}\n")
    good = farm.known_hosts_line(farm.address(1), farm.host_key)
    path = config(farm, tmp_path, good, f"RevokedHostKeys {tmp_path}/revoked")
    assert refused(path).cause is HostErrorCause.HOST_KEY_REVOKED
    (tmp_path / "revoked").unlink()  # cannot be read: then nothing is trusted, as in ssh
    assert refused(path).cause is HostErrorCause.HOST_KEY_REVOKED


@pytest.mark.parametrize(
    "names",
    ["[127.77.0.?]:{port}", "[127.77.0.*]:{port},!example.org", "127.77.0.1", "[127.77.0.1]:{port},other,third"],
)
def test_names_that_fit(farm: SshdFarm, tmp_path: Path, names: str) -> None:
    known = f"{names.format(port=farm.port)} {public_key(farm.host_key)}\n"
    assert reach(config(farm, tmp_path, known, "StrictHostKeyChecking yes")) == b"there\n"


@pytest.mark.parametrize("names", ["[127.77.0.*]:{port},![127.77.0.1]:{port}", "[127.77.0.1]:22", "web01"])
def test_names_that_do_not_fit(farm: SshdFarm, tmp_path: Path, names: str) -> None:
    known = f"{names.format(port=farm.port)} {public_key(farm.host_key)}\n"
    assert refused(config(farm, tmp_path, known)).cause is HostErrorCause.HOST_KEY_UNKNOWN


def test_a_host_key_alias(farm: SshdFarm, tmp_path: Path) -> None:
    known = f"the-web {public_key(farm.host_key)}\n"
    assert reach(config(farm, tmp_path, known, "HostKeyAlias the-web", "StrictHostKeyChecking yes")) == b"there\n"


def test_a_certified_host_key(farm: SshdFarm, tmp_path: Path) -> None:
    known = f"@cert-authority [127.77.0.*]:{farm.port} {public_key(farm.host_ca)}\n"
    assert reach(config(farm, tmp_path, known, "StrictHostKeyChecking yes")) == b"there\n"


def test_a_certificate_for_another_host(farm: SshdFarm, tmp_path: Path) -> None:
    known = f"@cert-authority other {public_key(farm.host_ca)}\n"
    error = refused(config(farm, tmp_path, known, "HostKeyAlias other", "StrictHostKeyChecking no"), Person(YES))
    assert error.cause is HostErrorCause.HOST_KEY_UNKNOWN
    assert "not for other" in error.detail


def test_a_revoked_authority(farm: SshdFarm, tmp_path: Path) -> None:
    ca = public_key(farm.host_ca)
    error = refused(config(farm, tmp_path, f"@cert-authority * {ca}\n@revoked * {ca}\n"), Person(YES))
    assert error.cause is HostErrorCause.HOST_KEY_REVOKED


def test_the_wrong_authority_leaves_the_plain_key(farm: SshdFarm, tmp_path: Path) -> None:
    make_key(tmp_path / "ca")
    make_key(tmp_path / "host")
    sign_key(tmp_path / "ca", tmp_path / "host", "somebody", is_host=True)
    known = f"@cert-authority * {public_key(tmp_path / 'ca')}\n"
    assert refused(config(farm, tmp_path, known)).cause is HostErrorCause.HOST_KEY_UNKNOWN
    good = farm.known_hosts_line(farm.address(1), farm.host_key)
    assert reach(config(farm, tmp_path, known + good)) == b"there\n"


def test_ten_connections_ask_about_one_key_once(farm: SshdFarm, tmp_path: Path) -> None:
    path = config(farm, tmp_path, "")
    person = Person(YES)

    async def one(connector: SshConnector) -> None:
        async with connected(path, "web01", person=person, connector=connector):
            pass

    async def scenario() -> None:
        connector = SshConnector()
        await asyncio.gather(*(one(connector) for _ in range(10)))

    asynchronous.run(scenario())
    assert len(person.asked) == 1
    assert len((tmp_path / "known").read_text().splitlines()) == 1


def test_a_known_hosts_file_that_cannot_be_written(farm: SshdFarm, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    text = f"Host *\nUserKnownHostsFile {tmp_path}/file/known\nStrictHostKeyChecking accept-new"
    assert reach(farm.config_with(text, tmp_path / "ssh_config")) == b"there\n"


def test_a_new_known_hosts_file_is_private(farm: SshdFarm, tmp_path: Path) -> None:
    text = f"Host *\nUserKnownHostsFile {tmp_path}/new/known\nStrictHostKeyChecking accept-new"
    reach(farm.config_with(text, tmp_path / "ssh_config"))
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "new" / "known").stat().st_mode & 0o777 == 0o600
