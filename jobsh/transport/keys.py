"""The user's key files: read once, unlocked once. Knows nothing of hosts or of who is asked."""

from __future__ import annotations

import asyncio
import base64
import logging
import os
import stat
from collections.abc import Awaitable, Callable, Iterable

import asyncssh
from asyncssh.public_key import SSHCertificate, SSHKeyPair, SSHLocalKeyPair

log = logging.getLogger("jobsh.transport")

AskPassphrase = Callable[[str], Awaitable[str | None]]
"""Asks for the passphrase of a file; None: nobody is there or the user declined."""

Unlock = Callable[["KeyFile"], Awaitable[asyncssh.SSHKey | None]]
"""Gets the private key out of a locked file; None: it stays locked."""

_OPENSSH_MAGIC = b"openssh-key-v1\0"


class KeyFile:
    """One identity file: a private key, a locked one, or only the public half of a key that an agent holds."""

    def __init__(self, path: str) -> None:
        """Read it; raises OSError or asyncssh.KeyImportError."""
        self.path = path
        self._data = _read_private(path)
        self._private: asyncssh.SSHKey | None = None
        self.public: asyncssh.SSHKey | None = None
        """None: a locked key of an old format that does not tell."""
        self.is_only_public = False
        self.certificates: list[SSHCertificate] = []
        self._unlocking: asyncio.Task[asyncssh.SSHKey | None] | None = None
        self._load()

    def _load(self) -> None:
        if b"PRIVATE KEY" not in self._data:
            self.public = asyncssh.import_public_key(self._data)
            self.is_only_public = True
            return
        try:
            self._private = self.public = asyncssh.import_private_key(self._data)
        except asyncssh.KeyImportError as error:
            if "assphrase" not in str(error):
                raise
            self.public = _public_half(self.path, self._data)

    @property
    def is_locked(self) -> bool:
        """Whether its passphrase has to be asked before it can sign."""
        return self._private is None and not self.is_only_public

    def add_certificates(self, paths: Iterable[str]) -> None:
        """Keep the certificates in `paths` that are for this key."""
        self.certificates = [
            certificate
            for path in paths
            for certificate in _read_certificates(path)
            if self.public is not None and certificate.key.public_data == self.public.public_data
        ]

    def pairs(self, unlock: Unlock | None) -> list[SSHKeyPair]:
        """What can be offered to a host: each certificate, then the plain key."""
        if self.public is None or self.is_only_public or (self.is_locked and unlock is None):
            return []
        return [self._pair(certificate, unlock) for certificate in (*self.certificates, None)]

    def _pair(self, certificate: SSHCertificate | None, unlock: Unlock | None) -> SSHKeyPair:
        if self._private is not None:
            return SSHLocalKeyPair(self._private, None, certificate, None)
        assert unlock is not None
        return LockedPair(self, certificate, unlock)

    async def unlock(self, ask: AskPassphrase, prompts: int) -> asyncssh.SSHKey | None:
        """The private key; however many hosts want it at once, its passphrase is asked once."""
        if self._private is not None:
            return self._private
        if self._unlocking is None or self._unlocking.done():
            self._unlocking = asyncio.create_task(self._unlock(ask, prompts))
        return await asyncio.shield(self._unlocking)

    async def _unlock(self, ask: AskPassphrase, prompts: int) -> asyncssh.SSHKey | None:
        loop = asyncio.get_running_loop()
        for _ in range(prompts):
            passphrase = await ask(self.path)
            if passphrase is None:
                return None
            try:
                key = await loop.run_in_executor(None, asyncssh.import_private_key, self._data, passphrase)
            except (asyncssh.KeyImportError, ValueError):  # the wrong one: ask again
                continue
            self._private = self.public = key
            return key
        return None


class LockedPair(SSHKeyPair):
    """A key whose passphrase is asked only when a host has said that it would take the key."""

    _key_type = "local"

    def __init__(self, file: KeyFile, certificate: SSHCertificate | None, unlock: Unlock) -> None:
        public = file.public
        assert public is not None
        algorithms = public.sig_algorithms
        super().__init__(
            public.algorithm, public.algorithm, algorithms, algorithms, public.public_data, file.path, certificate
        )
        self._file = file
        self._unlock = unlock

    async def sign_async(self, data: bytes) -> bytes:
        """Sign, after asking for the passphrase; asyncssh takes a ValueError as: go on to the next key."""
        key = await self._unlock(self._file)
        if key is None:
            raise ValueError(f"{self._file.path} stays locked")
        return key.sign(data, self.sig_algorithm)


class Keyring:
    """All key files that were ever wanted, each read once per change."""

    def __init__(self) -> None:
        self._files: dict[str, tuple[tuple[int, int, int], KeyFile | None]] = {}

    def get(self, path: str, certificates: Iterable[str] = ()) -> KeyFile | None:
        """The key at `path`; None when there is none or it cannot be used."""
        try:
            found = os.stat(path)
        except OSError:
            return None
        stamp = (found.st_mtime_ns, found.st_size, found.st_ino)
        known = self._files.get(path)
        if known is None or known[0] != stamp:
            known = self._files[path] = (stamp, _read_key(path, found))
        if known[1] is not None:
            known[1].add_certificates((*certificates, f"{path}-cert.pub"))
        return known[1]


def _read_key(path: str, found: os.stat_result) -> KeyFile | None:
    try:
        key = KeyFile(path)
    except (OSError, asyncssh.KeyImportError, ValueError) as error:
        log.warning("the key %s is not used: %s", path, error)
        return None
    if not key.is_only_public and found.st_uid == os.getuid() and stat.S_IMODE(found.st_mode) & 0o077:
        log.warning("the key %s is not used: others can read it (mode %o)", path, stat.S_IMODE(found.st_mode))
        return None
    return key


def _read_private(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read(1 << 20)


def _read_certificates(path: str) -> list[SSHCertificate]:
    if not os.path.isfile(path):
        return []
    try:
        return [asyncssh.read_certificate(path)]
    except (OSError, asyncssh.KeyImportError) as error:
        log.warning("the certificate %s is not used: %s", path, error)
        return []


def _public_half(path: str, data: bytes) -> asyncssh.SSHKey | None:
    """The public key of a locked private key: OpenSSH's format has it in the clear, else it may lie beside it."""
    try:
        return _public_of_openssh(data) or asyncssh.read_public_key(f"{path}.pub")
    except (OSError, asyncssh.KeyImportError, ValueError):
        return None


def _public_of_openssh(data: bytes) -> asyncssh.SSHKey | None:
    text = b"".join(line.strip() for line in data.splitlines() if line and not line.startswith(b"-----"))
    if b"OPENSSH PRIVATE KEY" not in data:
        return None
    rest = base64.b64decode(text).removeprefix(_OPENSSH_MAGIC)
    for _ in range(3):  # cipher, key derivation, its options
        rest = rest[4 + int.from_bytes(rest[:4], "big") :]
    rest = rest[4:]  # how many keys
    public = rest[4 : 4 + int.from_bytes(rest[:4], "big")]
    kind = public[4 : 4 + int.from_bytes(public[:4], "big")]
    return asyncssh.import_public_key(kind + b" " + base64.b64encode(public))
