"""Whether a host's key is trusted. The decision is made here and nowhere else; a changed key is never accepted."""

from __future__ import annotations

import ipaddress
import logging
import os
from collections.abc import Awaitable, Callable

import asyncssh
from asyncssh.public_key import (
    CERT_TYPE_HOST,
    SSHOpenSSHCertificate,
    decode_ssh_certificate,
    decode_ssh_public_key,
    get_default_certificate_algs,
    get_default_public_key_algs,
)

from jobsh.errors import HostError, HostErrorCause
from jobsh.model.messages import Question, QuestionKind
from jobsh.transport import known_hosts
from jobsh.transport.known_hosts import KnownHosts, fingerprint, key_type
from jobsh.transport.options import Settings
from jobsh.transport.ssh_config_text import matches

log = logging.getLogger("jobsh.transport")

Ask = Callable[[Question], Awaitable[str | None]]

_FIRST = ("ssh-ed25519", "ecdsa-sha2-nistp256", "rsa-sha2-512", "rsa-sha2-256")
"""The cheapest signatures to check come first where nothing is known of the host."""

_RSA = ("rsa-sha2-512", "rsa-sha2-256", "ssh-rsa")


class UnknownHostKey(asyncssh.HostKeyNotVerifiable):
    """The handshake stopped at a key that is not on file: a policy or a person may accept it, then it is tried again."""

    def __init__(self, key: bytes) -> None:
        super().__init__("the host key is not known")
        self.key = key


class HostKeyRefused(asyncssh.HostKeyNotVerifiable):
    """The key is not acceptable, whatever anybody says."""

    def __init__(self, error: HostError) -> None:
        super().__init__(error.message)
        self.error = error


class HostKeys:
    """What is known of the keys of one host; a fresh one for each attempt to connect."""

    def __init__(self, settings: Settings, files: KnownHosts, accepted: frozenset[bytes] = frozenset()) -> None:
        """`accepted`: keys that were accepted for this connection just now."""
        self._settings = settings
        self._files = files
        self._accepted = accepted
        self._new: bytes | None = None
        self._label = settings.label
        alias = settings.first("hostkeyalias")
        self.name = alias or known_hosts.name_of(settings.host_name, settings.port)
        """As in known_hosts."""
        self._host = alias or settings.host_name
        self._paths = (*settings.all("userknownhostsfile"), *settings.all("globalknownhostsfile"))
        entries = files.find(self._paths, self.name)
        if not alias and settings.port != 22:
            # a key on file without the port counts too, as in ssh; but it makes no other key a changed one
            self._without_port = files.find(self._paths, settings.host_name)
        else:
            self._without_port = []
        both = entries + self._without_port
        self._keys = [entry for entry in entries if not entry.marker]
        self._authorities = {entry.key: entry for entry in both if entry.marker == "@cert-authority"}
        self._revoked = {entry.key: entry for entry in both if entry.marker == "@revoked"}

    def algorithms(self) -> list[str]:
        """Host key algorithms to offer, those of known keys first, so that a host shows the key that is on file."""
        asked = self._settings.list("hostkeyalgorithms")
        able = [name.decode() for name in get_default_public_key_algs()]
        certified = [name.decode() for name in get_default_certificate_algs()] if self._authorities else []
        allowed = [name for name in asked if name in (*certified, *able)] or [*certified, *_FIRST, *able]
        known = {name for entry in (*self._keys, *self._without_port) for name in _algorithms_of(entry.key)}
        first = [name for name in allowed if name in known or name in certified]
        return list(dict.fromkeys(first + [name for name in allowed if certified or "-cert-" not in name]))

    def check(self, data: bytes, peer: str) -> asyncssh.SSHKey:
        """The key in `data`, if it is trusted; raises UnknownHostKey or HostKeyRefused."""
        if self._settings.is_on("nohostauthenticationforlocalhost") and _is_loopback(peer):
            return _plain_key(data)[0]
        key, certificate = _plain_key(data)
        plain = key.public_data
        self._refuse_revoked(plain, certificate)
        if certificate is not None and certificate.signing_key.public_data in self._authorities:
            self._check_certificate(certificate)
            return key
        if self._is_on_file(plain) or plain in self._accepted:
            return key
        if self._keys:
            raise HostKeyRefused(self._changed(plain))
        if self._policy not in ("accept-new", "no", "off", "false"):
            raise UnknownHostKey(plain)
        self._new = plain
        return key

    @property
    def _policy(self) -> str:
        return self._settings.first("stricthostkeychecking").lower() or "ask"

    def _is_on_file(self, key: bytes) -> bool:
        return any(key == entry.key for entry in (*self._keys, *self._without_port) if not entry.marker)

    def _refuse_revoked(self, key: bytes, certificate: SSHOpenSSHCertificate | None) -> None:
        authority = certificate.signing_key.public_data if certificate is not None else b""
        for shown in (key, authority):
            if shown in self._revoked:
                place = self._revoked[shown].place
                raise HostKeyRefused(self._error(HostErrorCause.HOST_KEY_REVOKED, f"{_describe(shown)}, see {place}"))
        if key in _revoked_keys(self._settings.first("revokedhostkeys"), self._label):
            place = self._settings.first("revokedhostkeys")
            raise HostKeyRefused(self._error(HostErrorCause.HOST_KEY_REVOKED, f"{_describe(key)}, see {place}"))

    def _check_certificate(self, certificate: SSHOpenSSHCertificate) -> None:
        place = self._authorities[certificate.signing_key.public_data].place
        try:
            certificate.validate(CERT_TYPE_HOST, None)
        except ValueError as error:
            raise HostKeyRefused(
                self._error(HostErrorCause.HOST_KEY_UNKNOWN, f"{error} (authority: {place})")
            ) from None
        if certificate.principals and not any(matches(name, self._host) for name in certificate.principals):
            named = ", ".join(certificate.principals)
            why = f"the host's certificate is for {named}, not for {self._host} (authority: {place})"
            raise HostKeyRefused(self._error(HostErrorCause.HOST_KEY_UNKNOWN, why))

    def _changed(self, shown: bytes) -> HostError:
        same_type = [entry for entry in self._keys if key_type(entry.key) == key_type(shown)]
        on_file = (same_type or self._keys)[0]
        return self._error(
            HostErrorCause.HOST_KEY_CHANGED,
            f"it shows {_describe(shown)}, but {_describe(on_file.key)} is on file at {on_file.place}",
            hint="somebody may be between you and the host. If the host really has a new key: "
            f"ssh-keygen -f {on_file.file} -R '{self.name}'",
        )

    def _error(self, cause: HostErrorCause, detail: str, hint: str = "") -> HostError:
        return HostError(self._label, cause, detail, hint=hint)

    # -- keys that are not on file --

    async def accept(self, key: bytes, ask: Ask | None) -> None:
        """Have a person accept an unknown key and add it to the user's known_hosts; raises HostError."""
        if self._policy in ("yes", "true"):
            raise self._unknown(key, "StrictHostKeyChecking is on")
        async with self._files.deciding(self.name, key):
            if any(entry.key == key and not entry.marker for entry in self._files.find(self._paths, self.name)):
                return  # accepted for another connection while we waited
            answer = await ask(self._question(key)) if ask is not None else None
            if answer is None or answer.strip().lower() not in ("yes", fingerprint(key).lower()):
                raise self._unknown(key, "")
            await self._add(key)

    async def keep(self) -> None:
        """Add the key that StrictHostKeyChecking accepted without asking, if there was one."""
        if self._new is not None:
            await self._add(self._new)

    async def _add(self, key: bytes) -> None:
        path = next(iter(self._settings.all("userknownhostsfile")), os.devnull)
        if path == os.devnull:
            return
        try:
            await self._files.add(path, self.name, key, is_hashed=self._settings.is_on("hashknownhosts"))
        except OSError as error:  # as ssh does: this connection goes on, the next one asks again
            log.warning("%s: its key cannot be added to %s: %s", self._label, path, error.strerror)

    def _question(self, key: bytes) -> Question:
        text = (
            f"The authenticity of host '{self.name}' can't be established.\n"
            f"{_describe(key)}\n"
            "Are you sure you want to continue connecting (yes/no)?"
        )
        return Question(QuestionKind.HOST_KEY, self._label, text, echo=True)

    def _unknown(self, key: bytes, why: str) -> HostError:
        detail = f"{_describe(key)} is not in {' '.join(self._paths[:1]) or 'known_hosts'}" + (
            f" ({why})" if why else ""
        )
        config = self._settings.route.ssh_config
        command = f"ssh -F {config} {self._label}" if config else f"ssh {self._label}"
        hint = f"to accept it after comparing: run `{command}` once, or connect from the jobsh prompt"
        return self._error(HostErrorCause.HOST_KEY_UNKNOWN, detail, hint)


def _describe(key: bytes) -> str:
    kind = key_type(key).removeprefix("ssh-").partition("-sha2")[0].partition("@")[0].upper()
    return f"{kind} key {fingerprint(key)}"


def _algorithms_of(key: bytes) -> tuple[str, ...]:
    kind = key_type(key)
    return _RSA if kind == "ssh-rsa" else (kind,)


def _plain_key(data: bytes) -> tuple[asyncssh.SSHKey, SSHOpenSSHCertificate | None]:
    try:
        certificate = decode_ssh_certificate(data)
    except asyncssh.KeyImportError:
        return decode_ssh_public_key(data), None
    if not isinstance(certificate, SSHOpenSSHCertificate):
        raise asyncssh.HostKeyNotVerifiable("X.509 host certificates are not supported")
    return certificate.key, certificate


def _is_loopback(peer: str) -> bool:
    try:
        return ipaddress.ip_address(peer).is_loopback
    except ValueError:
        return False


def _revoked_keys(path: str, label: str) -> frozenset[bytes]:
    """The keys in a RevokedHostKeys file, one public key per line. One that cannot be read revokes all, as in ssh."""
    if not path:
        return frozenset()
    try:
        return frozenset(key.public_data for key in asyncssh.read_public_key_list(path))
    except (OSError, asyncssh.KeyImportError) as error:
        why = f"RevokedHostKeys {path} cannot be read: {error}"
        raise HostKeyRefused(HostError(label, HostErrorCause.HOST_KEY_REVOKED, why)) from error
