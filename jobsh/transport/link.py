"""asyncssh's connection with our host-key decision and our rhythm of packets, and the options it is made with."""

from __future__ import annotations

import asyncio
import socket
from typing import cast

import asyncssh
from asyncssh.constants import MSG_IGNORE
from asyncssh.encryption import get_default_encryption_algs, get_encryption_algs
from asyncssh.kex import get_default_kex_algs, get_kex_algs
from asyncssh.mac import get_default_mac_algs, get_mac_algs
from asyncssh.packet import SSHPacketLogger
from asyncssh.public_key import get_default_certificate_algs, get_default_public_key_algs, get_public_key_algs

from jobsh.transport.authentication import Ask, Login, methods
from jobsh.transport.gathering import Gathering
from jobsh.transport.host_keys import HostKeys
from jobsh.transport.options import Settings

_QUICK_ACK = getattr(socket, "TCP_QUICKACK", None)

# Measured: cheap ones first; a group exchange costs 0.4 s of CPU. A post-quantum exchange is wanted wherever both sides have it.
_FIRST_KEX = (
    "mlkem768x25519-sha256",
    "mlkem768nistp256-sha256",
    "mlkem1024nistp384-sha384",
    "curve25519-sha256",
    "curve25519-sha256@libssh.org",
    "ecdh-sha2-nistp256",
    "ecdh-sha2-nistp384",
    "ecdh-sha2-nistp521",
    "diffie-hellman-group14-sha256",
    "diffie-hellman-group16-sha512",
    "diffie-hellman-group18-sha512",
    "diffie-hellman-group-exchange-sha256",
)
_FIRST_CIPHERS = ("aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "chacha20-poly1305@openssh.com")


def _names(algorithms: list[bytes]) -> list[str]:
    return [name.decode() for name in algorithms]


def _pick(asked: tuple[str, ...], able: list[str], ours: list[str]) -> list[str]:
    """What the user asked for, as far as asyncssh has it, else our own order."""
    return [name for name in asked if name in able] or ours


_KEX = [name for name in _FIRST_KEX if name in _names(get_default_kex_algs())]
_CIPHERS = list(dict.fromkeys((*_FIRST_CIPHERS, *_names(get_default_encryption_algs()))))
_MACS = [name for name in _names(get_default_mac_algs()) if name.startswith(("umac", "hmac-sha2-"))]
_SIGNATURES = [
    name for name in _names([*get_default_public_key_algs(), *get_default_certificate_algs()]) if "ssh-rsa" not in name
]
_ALL_KEX, _ALL_CIPHERS, _ALL_MACS = _names(get_kex_algs()), _names(get_encryption_algs()), _names(get_mac_algs())
_ALL_SIGNATURES = _names(get_public_key_algs())


class Link(asyncssh.SSHClientConnection):
    """One ssh connection. Its host key is judged by `HostKeys`, not by asyncssh."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, options: asyncssh.SSHClientConnectionOptions, keys: HostKeys
    ) -> None:
        super().__init__(loop, options, wait="auth")
        self._keys = keys
        self._eager_socket: socket.socket | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The way is open."""
        found = transport.get_extra_info("socket")
        if _QUICK_ACK is not None and found is not None and found.family in (socket.AF_INET, socket.AF_INET6):
            self._eager_socket = found
        super().connection_made(Gathering(cast("asyncio.Transport", transport)))

    def send_packet(self, pkttype: int, *args: bytes, handler: SSHPacketLogger | None = None) -> None:
        """Send, without the empty packet that asyncssh puts before each: it hides what CBC ciphers alone would tell."""
        if pkttype != MSG_IGNORE or "-cbc" in self.get_extra_info("send_cipher", ""):
            super().send_packet(pkttype, *args, handler=handler)

    def validate_server_host_key(self, key_data: bytes) -> asyncssh.SSHKey:
        """Judge the key that the host shows."""
        peer = self.get_extra_info("peername")
        self._server_host_key = self._keys.check(key_data, peer[0] if peer else "")
        return self._server_host_key

    def data_received(self, data: bytes, datatype: int | None = None) -> None:
        """Bytes came in.

        sshd sets TCP_NODELAY only once a session runs: until then its small packets wait for our delayed acknowledgement,
        40 ms each time. So acknowledge at once (the kernel forgets the wish, it is said again after each read).
        """
        super().data_received(data, datatype)
        if self._eager_socket is not None and self._eager_socket.fileno() >= 0:
            self._eager_socket.setsockopt(socket.IPPROTO_TCP, _QUICK_ACK or 0, 1)

    def acknowledge_lazily(self) -> None:
        """The first channel is up: the kernel's own rhythm is right from now on."""
        self._eager_socket = None


def make_options(
    settings: Settings, keys: HostKeys, login: Login, ask: Ask | None
) -> asyncssh.SSHClientConnectionOptions:
    """Everything said explicitly, so that asyncssh reads no file and looks for nothing."""
    interval, count = settings.keepalive
    return asyncssh.SSHClientConnectionOptions(
        config=None,
        client_factory=lambda: login,
        host=settings.host_name,
        port=settings.port,
        tunnel=None,
        proxy_command=None,
        username=settings.route.user,
        known_hosts=None,
        server_host_key_algs=keys.algorithms(),
        x509_trusted_certs=None,
        x509_trusted_cert_paths=[],
        client_keys=None,
        agent_path=None,
        agent_forwarding=_forwarded_agent(settings),
        preferred_auth=methods(settings, ask),
        public_key_auth=True,
        kbdint_auth=ask is not None,
        password_auth=ask is not None,
        host_based_auth=False,
        gss_host=None,
        gss_auth=False,
        gss_kex=False,
        kex_algs=_pick(settings.list("kexalgorithms"), _ALL_KEX, _KEX),
        encryption_algs=_pick(settings.list("ciphers"), _ALL_CIPHERS, _CIPHERS),
        mac_algs=_pick(settings.list("macs"), _ALL_MACS, _MACS),
        signature_algs=_pick(settings.list("pubkeyacceptedalgorithms"), _ALL_SIGNATURES, _default_signatures()),
        compression_algs=["zlib@openssh.com", "none"] if settings.is_on("compression") else ["none"],
        tcp_keepalive=settings.is_on("tcpkeepalive", default=True),
        keepalive_interval=interval,
        keepalive_count_max=count,
        login_timeout=0,
        connect_timeout=None,
        env=dict(pair.partition("=")[::2] for pair in settings.all("environment")),
        send_env=None,
        command=None,
        request_pty=False,
        x11_forwarding=False,
        encoding=None,
    )


def _default_signatures() -> list[str]:
    return [name for name in _SIGNATURES if name in _ALL_SIGNATURES]


def _forwarded_agent(settings: Settings) -> bool | str:
    """Only where the user's configuration says so: a taken-over host could use the keys."""
    wanted = settings.first("forwardagent")
    if wanted.lower() in ("", "no", "false"):
        return False
    return settings.route.agent or False if wanted.lower() in ("yes", "true") else wanted
