"""PowerShell's parameters that mean nothing here, with the reason and what to write instead; shared by the verbs that have them."""

from __future__ import annotations

from jobsh.command.declaration import Refused

_SSH = "jobsh reaches hosts over ssh, which logs in with keys and passwords"
_NO_ENDPOINTS = "there are no session configurations: a host needs sshd and a shell, nothing else"
_NO_MACHINES = "jobsh reaches hosts over ssh only"

AUTHENTICATION: tuple[Refused, ...] = (
    Refused("Authentication", _SSH, "leave it out; -KeyFilePath or ssh's own configuration say how to log in"),
)

WSMAN: tuple[Refused, ...] = (
    *AUTHENTICATION,
    Refused("UseSSL", "ssh encrypts always", "leave it out"),
    Refused("ApplicationName", "it is a part of a WS-Management address", "name the host with -ComputerName"),
    Refused("ConnectionUri", "hosts are named as for ssh", "use -ComputerName user@host:port", ("URI", "CU")),
    Refused("AllowRedirection", "ssh redirects nobody", "leave it out"),
    Refused("CertificateThumbprint", _SSH, "use -KeyFilePath"),
    Refused("ConfigurationName", _NO_ENDPOINTS, "leave it out; -Interpreter chooses what reads a script"),
    Refused("EnableNetworkAccess", "a login over ssh may use the network", "leave it out"),
    Refused("RunAsAdministrator", "the login decides what may be done", "log in as root, or use sudo in the block"),
    Refused("UseWindowsPowerShell", "no PowerShell runs at the other end", "leave it out"),
)
"""Of the session cmdlets and Invoke-Command."""

MACHINES: tuple[Refused, ...] = (
    Refused("VMId", _NO_MACHINES, "use -ComputerName: a virtual machine with sshd is a host", ("VMGuid",)),
    Refused("VMName", _NO_MACHINES, "use -ComputerName: a virtual machine with sshd is a host"),
    Refused(
        "ContainerId", _NO_MACHINES, "use -ComputerName for a container with sshd, or { docker exec … } as a block"
    ),
)
"""Virtual machines and containers."""

CULTURE: tuple[Refused, ...] = (
    Refused("Culture", "text is compared in one way everywhere, without languages", "leave it out"),
)
