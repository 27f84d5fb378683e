"""The user's ssh configuration on a machine without `ssh`: asyncssh's reading of it, which knows fewer options."""

from __future__ import annotations

import logging
import os
import pwd

from asyncssh.config import ConfigParseError, SSHClientConfig

from jobsh.errors import HostError, HostErrorCause
from jobsh.model.hosts import HostAddress

log = logging.getLogger("jobsh.transport")

_OPTIONS = (
    "AddressFamily",
    "BindAddress",
    "CertificateFile",
    "Ciphers",
    "Compression",
    "ConnectTimeout",
    "ForwardAgent",
    "GlobalKnownHostsFile",
    "HostKeyAlgorithms",
    "HostKeyAlias",
    "Hostname",
    "IdentitiesOnly",
    "IdentityAgent",
    "IdentityFile",
    "KbdInteractiveAuthentication",
    "KexAlgorithms",
    "MACs",
    "PasswordAuthentication",
    "Port",
    "PreferredAuthentications",
    "ProxyCommand",
    "ProxyJump",
    "PubkeyAuthentication",
    "SendEnv",
    "ServerAliveCountMax",
    "ServerAliveInterval",
    "SetEnv",
    "TCPKeepAlive",
    "User",
    "UserKnownHostsFile",
)
_DEFAULT_KEYS = ("id_ed25519", "id_ecdsa", "id_rsa")
_warned = False


def read_options(address: HostAddress, file: str) -> dict[str, tuple[str, ...]]:
    """What `ssh -G` would say, as far as asyncssh knows; raises HostError(CONFIGURATION)."""
    _warn_once()
    home = pwd.getpwuid(os.getuid()).pw_dir
    paths = [file] if file else [path for path in (f"{home}/.ssh/config",) if os.access(path, os.R_OK)]
    user: object = address.user or ()
    port: object = address.port or ()
    try:
        local_user = pwd.getpwuid(os.getuid()).pw_name
        config = SSHClientConfig.load(None, paths, False, False, False, local_user, user, address.host, port)
    except (ConfigParseError, OSError) as error:
        raise HostError(address.label, HostErrorCause.CONFIGURATION, str(error)) from error
    options = {name.lower(): _values(config.get(name)) for name in _OPTIONS}
    options["host"] = (address.host,)
    if address.key_file:
        options["identityfile"] = (address.key_file, *options["identityfile"])
    options |= {name.lower(): (value,) for name, value in reversed(address.options)}
    options["identityfile"] = options["identityfile"] or tuple(f"{home}/.ssh/{name}" for name in _DEFAULT_KEYS)
    options["userknownhostsfile"] = options["userknownhostsfile"] or (f"{home}/.ssh/known_hosts",)
    options["globalknownhostsfile"] = options["globalknownhostsfile"] or ("/etc/ssh/ssh_known_hosts",)
    return {name: values for name, values in options.items() if values}


def _warn_once() -> None:
    global _warned  # noqa: PLW0603  (once per process, not once per host)
    if not _warned:
        log.warning(
            "no `ssh` here: Match, StrictHostKeyChecking and other options of ssh_config are not all understood"
        )
        _warned = True


def _values(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, bool):
        return ("yes" if value else "no",)
    if isinstance(value, (list, tuple)):
        return tuple(str(item) for item in value)
    return (str(value),)
