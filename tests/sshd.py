"""A real OpenSSH sshd for tests: every 127.x.y.z address is a host with its own home; keys, port and files are throw-away.

As root or as an ordinary user (whose sshd gives terminals only where /dev/pts has the group tty, as distributions mount it); one
sshd per farm on its own port, so test processes can run side by side.
"""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.leftovers import remove_all_of
from tests.processes import await_condition, end_processes_of, program

MOST_HOSTS = 100
PASSPHRASE = "open sesame"
LOGIN_SHELLS = ("bash", "dash", "busybox", "zsh", "fish", "tcsh", "ksh")


# A test run that is killed cannot clean up; the kernel then ends its sshd.
_DIES_WITH_US = ("setpriv", "--pdeathsig", "TERM") if shutil.which("setpriv") else ()


class Host(NamedTuple):
    """One host of the farm."""

    name: str
    """Its alias in the ssh_config: web01."""
    address: str
    home: Path


class SshdFarm:
    """One sshd and the files to reach it with. Made by `sshd_farm`."""

    def __init__(self, directory: Path, hosts: int) -> None:
        self.directory = directory
        self.port = 0
        self.user = getpass.getuser()
        self.ssh_config = directory / "ssh_config"
        self.known_hosts = directory / "known_hosts"
        self.log = directory / "sshd.log"
        self.identity = directory / "id"
        """May log in."""
        self.encrypted_identity = directory / "id_encrypted"
        """May log in; its passphrase is PASSPHRASE."""
        self.strange_identity = directory / "id_strange"
        """May not log in."""
        self.certified_identity = directory / "id_certified"
        """May log in only by its certificate, `id_certified-cert.pub`."""
        self.host_key = directory / "host_key"
        self.other_host_key = directory / "other_host_key"
        """Not this sshd's: what a known_hosts file holds when the host key has changed since."""
        self.host_ca = directory / "host_ca"
        """Signed the host key's certificate for all addresses."""
        self.hosts = tuple(self._host(f"web{n:02}", f"127.77.0.{n}") for n in range(1, hosts + 1))
        self.narrow = self._host("narrow01", "127.77.1.1")
        """A host that takes two channels per connection (MaxSessions 2)."""
        self.closed = self._host("closed01", "127.77.1.2")
        """A host that forwards nothing: no jump host."""
        shells = [shell for shell in LOGIN_SHELLS if shutil.which(shell)]
        self.shells = {s: self._host(f"shell-{s}", f"127.77.2.{n}") for n, s in enumerate(shells, 1)}
        """Hosts whose commands are read by another login shell, of those this machine has."""
        self._users = directory / "users"
        self._number_of_users = 0
        self._sshd: subprocess.Popen[bytes] | None = None

    def _host(self, name: str, address: str) -> Host:
        return Host(name, address, self._homes / name)

    @property
    def _homes(self) -> Path:
        return self.directory / "homes"

    @property
    def all_hosts(self) -> tuple[Host, ...]:
        """The plain hosts and the special ones."""
        return (*self.hosts, self.narrow, self.closed, *self.shells.values())

    def host(self, number: int) -> str:
        """The name of host `number`, from 1: web01."""
        return self.hosts[number - 1].name

    def address(self, number: int) -> str:
        """The address of host `number`."""
        return self.hosts[number - 1].address

    def home(self, number: int) -> Path:
        """The home directory of host `number`."""
        return self.hosts[number - 1].home

    def environment(self, directory: Path | None = None) -> dict[str, str]:
        """The environment for a jobsh process that touches nothing of this user's: fresh, or in `directory`."""
        if directory is None:
            self._number_of_users += 1
            directory = self._users / str(self._number_of_users)
        return private_environment(directory)

    def config_with(self, text: str, path: Path) -> Path:
        """Write an ssh_config at `path` in which `text` comes before the farm's own lines."""
        path.write_text(f"{text}\nHost *\nInclude {self.ssh_config}\n")
        path.chmod(0o600)
        return path

    def known_hosts_line(self, address: str, key: Path) -> str:
        """The known_hosts line that says `address` (at this sshd's port) has the key whose private file is `key`."""
        return f"[{address}]:{self.port} {public_key(key)}\n"

    # -- starting and ending --

    def start(self) -> None:
        """Write all files and start sshd; returns when it answers."""
        self._write_keys()
        self._make_homes()
        if os.geteuid() == 0:  # sshd insists on it
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        for _ in range(5):  # another process may take the free port before sshd does
            if self._try_to_start():
                break
        else:
            raise RuntimeError(f"sshd does not start: {self.log.read_text()}")
        self._write_client_files()

    def _make_homes(self) -> None:
        for host in self.all_hosts:
            host.home.mkdir(parents=True, mode=0o700)
            (host.home / ".bashrc").write_text(_go_home())

    def start_afresh(self) -> None:
        """No job ever ran on the hosts, nobody used them: what the next test is to find."""
        assert self._sshd is not None
        end_processes_of(self.directory, but=self._sshd.pid)
        for directory in (self._homes, self._users):
            remove_all_of(directory)
        self._make_homes()

    def _try_to_start(self) -> bool:
        self.port = free_port()
        config = self.directory / "sshd_config"
        config.write_text(self._sshd_config())
        arguments = [*_DIES_WITH_US, program("sshd"), "-D", "-E", str(self.log), "-f", str(config)]
        self._sshd = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, start_new_session=True)
        await_condition(lambda: self._has_ended() or self._answers(), what="sshd answers")
        return not self._has_ended()

    def _has_ended(self) -> bool:
        return self._sshd is not None and self._sshd.poll() is not None

    def _answers(self) -> bool:
        try:
            with socket.create_connection((self.hosts[0].address, self.port), 5) as connection:
                return connection.recv(4) == b"SSH-"
        except OSError:
            return False

    def stop(self) -> None:
        """End sshd."""
        if self._sshd is not None and not self._has_ended():
            self._sshd.terminate()
        if self._sshd is not None:
            self._sshd.wait(30)

    # -- the files --

    def _write_keys(self) -> None:
        for key in (self.identity, self.strange_identity, self.certified_identity, self.host_key, self.other_host_key):
            make_key(key)
        make_key(self.encrypted_identity, passphrase=PASSPHRASE)
        make_key(self.host_ca)
        make_key(self.directory / "user_ca")
        sign_key(self.directory / "user_ca", self.certified_identity, self.user)
        sign_key(self.host_ca, self.host_key, *(host.address for host in self.all_hosts), is_host=True)
        allowed = [public_key(self.identity), public_key(self.encrypted_identity)]
        (self.directory / "authorized_keys").write_text("".join(f"{key}\n" for key in allowed))

    def _sshd_config(self) -> str:
        d = self.directory
        lines = [
            f"Port {self.port}",
            "ListenAddress 0.0.0.0",
            f"HostKey {self.host_key}",
            f"HostCertificate {self.host_key}-cert.pub",
            f"AuthorizedKeysFile {d}/authorized_keys",
            f"TrustedUserCAKeys {d}/user_ca.pub",
            "PidFile none",
            "PermitRootLogin yes",
            "PasswordAuthentication no",
            "KbdInteractiveAuthentication no",
            "UsePAM no",
            "UseDNS no",
            "StrictModes no",
            "PrintMotd no",
            "PrintLastLog no",
            "MaxStartups 1000",
            "LoginGraceTime 600",
            "LogLevel VERBOSE",
            "AcceptEnv LANG LC_*",
            "Subsystem sftp internal-sftp",
        ]
        for host in self.all_hosts:
            login_shell = [f"SHELL={shutil.which(shell)}" for shell, owner in self.shells.items() if owner is host]
            lines += [f"Match LocalAddress {host.address}", " ".join([f"SetEnv HOME={host.home}", *login_shell])]
            if host is self.narrow:
                lines.append("MaxSessions 2")
            if host is self.closed:
                lines.append("AllowTcpForwarding no")
        for shell, host in self.shells.items():
            called = "busybox sh" if shell == "busybox" else shell
            # the command string reaches the other shell whole, as sshd would have given it
            lines += [f"Match LocalAddress {host.address}", f'ForceCommand exec {called} -c "$SSH_ORIGINAL_COMMAND"']
        return "\n".join(lines) + "\n"

    def _write_client_files(self) -> None:
        self.known_hosts.write_text("".join(self.known_hosts_line(h.address, self.host_key) for h in self.all_hosts))
        aliases = "".join(f"Host {host.name}\n    HostName {host.address}\n" for host in self.all_hosts)
        self.ssh_config.write_text(aliases + self._client_defaults())
        self.ssh_config.chmod(0o600)

    def _client_defaults(self) -> str:
        return f"""Host *
    Port {self.port}
    User {self.user}
    IdentityFile {self.identity}
    IdentitiesOnly yes
    IdentityAgent none
    UserKnownHostsFile {self.known_hosts}
    GlobalKnownHostsFile /dev/null
"""


def _go_home() -> str:
    """For .bashrc, which bash reads under sshd: sshd went to the home that passwd names, not to this host's."""
    return f'[ "$PWD" = {os.path.expanduser("~" + getpass.getuser())} ] && cd\n'


def private_environment(directory: Path) -> dict[str, str]:
    """An environment whose home and XDG directories are all in `directory`."""
    names = {"XDG_CONFIG_HOME": ".config", "XDG_STATE_HOME": ".local/state", "XDG_DATA_HOME": ".local/share"}
    names |= {"XDG_CACHE_HOME": ".cache", "XDG_RUNTIME_DIR": "run", "HOME": ""}
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    (directory / "run").mkdir(mode=0o700, exist_ok=True)
    kept = {name: os.environ[name] for name in ("PATH", "VIRTUAL_ENV") if name in os.environ}
    own = {name: str(directory / place) for name, place in names.items()}
    return {**kept, **own, "USER": getpass.getuser(), "SHELL": "/bin/sh", "LANG": "C.UTF-8", "TERM": "xterm-256color"}


def make_key(path: Path, *, passphrase: str = "", kind: str = "ed25519") -> None:
    """Write a new key pair, `path` and `path`.pub."""
    arguments = [program("ssh-keygen"), "-q", "-t", kind, "-N", passphrase, "-C", path.name, "-f", str(path)]
    subprocess.run(arguments, check=True, stdin=subprocess.DEVNULL)


def sign_key(authority: Path, key: Path, *principals: str, is_host: bool = False) -> None:
    """Write `key`-cert.pub, signed by `authority` for `principals`."""
    arguments = [program("ssh-keygen"), "-q", "-s", str(authority), "-I", key.name, "-n", ",".join(principals)]
    subprocess.run([*arguments, *(["-h"] if is_host else []), f"{key}.pub"], check=True, stdin=subprocess.DEVNULL)


def public_key(key: Path) -> str:
    """`ssh-ed25519 AAAA…` of a key pair, without its comment."""
    return " ".join(Path(f"{key}.pub").read_text().split()[:2])


def free_port() -> int:
    """A TCP port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("0.0.0.0", 0))
        return int(probe.getsockname()[1])


@contextmanager
def sshd_farm(hosts: int = 4) -> Iterator[SshdFarm]:
    """A running farm of up to 100 hosts; afterwards no process and no file of it is left."""
    assert 1 <= hosts <= MOST_HOSTS
    directory = Path(tempfile.mkdtemp(prefix="jobsh-farm-", dir="/tmp"))
    farm = SshdFarm(directory, hosts)
    try:
        farm.start()
        yield farm
    finally:
        farm.stop()
        remove_all_of(directory)
