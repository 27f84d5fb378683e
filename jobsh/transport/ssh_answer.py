"""What `ssh -G` printed, and the Route in it: expands what ssh leaves to itself, drops what is the default anyway."""

from __future__ import annotations

import os
import pwd
import shlex
import socket
from collections.abc import Mapping

from jobsh.errors import HostError, HostErrorCause, OperationError
from jobsh.model.hosts import HostAddress, parse_address
from jobsh.model.messages import FrontEnd
from jobsh.ports.transport import Route
from jobsh.transport.ssh_config_text import matches_list

Options = dict[str, tuple[str, ...]]
"""What ssh says: option in lower case → its values, one per line of `ssh -G`."""

ALGORITHMS = (
    "ciphers",
    "macs",
    "kexalgorithms",
    "hostkeyalgorithms",
    "pubkeyacceptedalgorithms",
    "casignaturealgorithms",
)
"""Kept only where the user's configuration differs from ssh's built-in lists."""

HEEDED = (
    *ALGORITHMS,
    "addressfamily",
    "batchmode",
    "bindaddress",
    "certificatefile",
    "compression",
    "connecttimeout",
    "forwardagent",
    "globalknownhostsfile",
    "hashknownhosts",
    "hostkeyalias",
    "identitiesonly",
    "identityfile",
    "kbdinteractiveauthentication",
    "nohostauthenticationforlocalhost",
    "numberofpasswordprompts",
    "passwordauthentication",
    "preferredauthentications",
    "proxycommand",
    "pubkeyauthentication",
    "revokedhostkeys",
    "serveralivecountmax",
    "serveraliveinterval",
    "stricthostkeychecking",
    "tcpkeepalive",
    "userknownhostsfile",
)

_FILES = frozenset({"identityfile", "certificatefile", "globalknownhostsfile", "userknownhostsfile", "revokedhostkeys"})
_SEVERAL_ON_A_LINE = frozenset({"globalknownhostsfile", "userknownhostsfile"})


def parse_answer(text: str) -> Options:
    """Read what `ssh -G` printed."""
    options: dict[str, list[str]] = {}
    for line in text.splitlines():
        option, _, value = line.partition(" ")
        options.setdefault(option.lower(), []).append(value)
    return {option: tuple(values) for option, values in options.items()}


def names_its_host(options: Options) -> bool:
    """Whether ssh has put the host's name into anything but the name itself."""
    names = {*options["host"], *options["hostname"]}
    others = (value for option in HEEDED for value in options.get(option, ()))
    return any(name in value for value in others for name in names)


class Reading:
    """One answer on its way to a Route."""

    def __init__(
        self,
        address: HostAddress,
        asker: FrontEnd,
        environment: Mapping[str, str],
        options: Options,
        defaults: Options,
    ) -> None:
        self._address = address
        self._asker = asker
        self._environment = environment
        self._options = options
        self._defaults = defaults
        self._host_name = self._first("hostname") or address.host
        self._port = int(self._first("port") or 22)
        self._user = self._first("user") or pwd.getpwuid(os.getuid()).pw_name
        self._tokens = self._make_tokens()

    def _first(self, option: str) -> str:
        return self._options.get(option, ("",))[0]

    def route(self) -> Route:
        """The Route."""
        kept = {option: self._kept(option) for option in HEEDED}
        kept["environment"] = self._sent_environment()
        return Route(
            address=self._address,
            host_name=self._host_name,
            port=self._port,
            user=self._user,
            options=tuple((option, values) for option, values in kept.items() if values),
            jump=self._jump(),
            agent=self._agent(),
            ssh_config=self._asker.ssh_config,
        )

    def _kept(self, option: str) -> tuple[str, ...]:
        values = self._options.get(option, ())
        if option in ALGORITHMS and values == self._defaults.get(option):
            return ()
        if option in _SEVERAL_ON_A_LINE:
            values = tuple(word for value in values for word in _paths(value))
        if option in _FILES:
            values = tuple(self._expand_file(value) for value in values if value != "none")
        if option == "proxycommand":
            values = tuple(self._expand(value) for value in values if value != "none")
        return values

    def _make_tokens(self) -> dict[str, str]:
        here = socket.gethostname()
        return {
            "%": "%",
            "d": pwd.getpwuid(os.getuid()).pw_dir,
            "h": self._host_name,
            "i": str(os.getuid()),
            "k": self._first("hostkeyalias") or self._address.host,
            "L": here.partition(".")[0],
            "l": here,
            "n": self._address.host,
            "p": str(self._port),
            "r": self._user,
            "u": pwd.getpwuid(os.getuid()).pw_name,
        }

    def _expand(self, text: str) -> str:
        parts = text.split("%")
        expanded = [parts[0]]
        rest = iter(parts[1:])
        for part in rest:
            if part:
                expanded.append(self._tokens.get(part[0], "%" + part[0]) + part[1:])
            else:  # %%
                expanded.append("%" + next(rest, ""))
        return "".join(expanded)

    def _expand_file(self, path: str) -> str:
        path = self._expand(path)
        home = self._tokens["d"]
        path = home + path[1:] if path == "~" or path.startswith("~/") else os.path.expanduser(path)
        return self._expand_variables(path)

    def _expand_variables(self, text: str) -> str:
        for name, value in self._environment.items() if "${" in text else ():
            text = text.replace("${" + name + "}", value)
        return text

    def _agent(self) -> str:
        named = self._first("identityagent")
        if named in ("", "SSH_AUTH_SOCK"):
            return self._asker.agent
        if named == "none":
            return ""
        if named.startswith("$") and not named.startswith("${"):
            return self._environment.get(named[1:], "")
        return self._expand_file(named)

    def _jump(self) -> tuple[HostAddress, ...]:
        named = self._first("proxyjump")
        if named in ("", "none"):
            return ()
        try:
            return tuple(parse_address(hop.strip().removeprefix("ssh://")) for hop in named.split(","))
        except OperationError as error:
            raise HostError(self._address.label, HostErrorCause.CONFIGURATION, f"ProxyJump: {error.message}") from None

    def _sent_environment(self) -> tuple[str, ...]:
        """`NAME=value` for SendEnv (of the asker's environment) and SetEnv, as ssh would send them."""
        patterns = tuple(word for value in self._options.get("sendenv", ()) for word in value.split())
        sent = {n: v for n, v in self._environment.items() if patterns and matches_list(patterns, n)}
        for setting in self._options.get("setenv", ()):
            name, _, value = setting.partition("=")
            sent[name] = value
        return tuple(f"{name}={value}" for name, value in sorted(sent.items()))


def _paths(text: str) -> list[str]:
    """Several paths on a line, which ssh prints without the quotes that they had."""
    return [text] if os.path.exists(text) else _words(text)


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()
