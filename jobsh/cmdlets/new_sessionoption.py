"""New-SessionOption."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param, Refused
from jobsh.command.types import Milliseconds
from jobsh.errors import BindingError
from jobsh.model.session_option import OutputBufferingMode, SessionOption

_SHORTEST_IDLE = 60.0
_LIMITS = "ssh sets no limits to what is received"
_PROXY = "hosts are reached through jump hosts"
_USE_JUMP = "use -Options @{ProxyJump='gate01'} of New-Session, or ProxyJump or ProxyCommand in the ssh configuration"
_KEYS = "ssh trusts hosts by their keys, not by certificates of the web"
_TRUST = "use -Options @{StrictHostKeyChecking='…'} of New-Session, or known_hosts"
_LOCALE = ("a host's language is its environment's", "use -Options @{SetEnv='LANG=de_DE.UTF-8'} of New-Session")


class NewSessionOption(Cmdlet):
    """Make the options that -SessionOption of New-Session, Enter-Session and Invoke-Command takes.

    A hashtable with the same names does as well: -SessionOption @{IdleTimeout='2h'}. What -SessionOption leaves open the
    variable $PSSessionOption (or $SessionOption) says, and what that leaves open the ssh configuration. Plain numbers are
    milliseconds, as in PowerShell.
    """

    idle_timeout: Annotated[
        Milliseconds | None,
        Param(
            "How long a disconnected session lives on its host; a minute at least.",
            aliases=("IdleTimeoutMSec", "IdleTimeoutSec"),
        ),
    ] = None
    output_buffering_mode: Annotated[
        OutputBufferingMode,
        Param("When the buffer of a disconnected session's command is full: Block, it waits; Drop, the oldest goes."),
    ] = OutputBufferingMode.NONE
    output_buffer_size: Annotated[int | None, Param("Bytes in that buffer: 64mb.")] = None
    open_timeout: Annotated[
        Milliseconds | None,
        Param("For connecting: answer, handshake and login.", aliases=("OpenTimeoutMSec", "OpenTimeoutSec")),
    ] = None
    operation_timeout: Annotated[
        Milliseconds | None,
        Param(
            "How long the host may give no sign of life; then the connection is taken for lost.",
            aliases=("OperationTimeoutMSec", "OperationTimeoutSec"),
        ),
    ] = None
    cancel_timeout: Annotated[
        Milliseconds | None,
        Param("How long Ctrl-C waits until what it stops is gone.", aliases=("CancelTimeoutMSec", "CancelTimeoutSec")),
    ] = None
    max_connection_retry_count: Annotated[
        int | None, Param("How often connecting is tried again when the network fails.")
    ] = None
    keep_alive_interval: Annotated[
        Milliseconds | None,
        Param("Silence after which the host is asked for a sign of life.", aliases=("ServerAliveInterval",)),
    ] = None
    keep_alive_count: Annotated[
        int | None,
        Param("How many of those it may leave unanswered.", aliases=("ServerAliveCountMax",)),
    ] = None
    no_compression: Annotated[bool, Param("Compress nothing, whatever the ssh configuration says.")] = False
    compression: Annotated[bool, Param("Compress what goes over the network.")] = False

    refused = (
        Refused("MaximumRedirection", "ssh redirects nobody", "leave it out"),
        Refused("MaximumReceivedObjectSize", _LIMITS, "use -OutputBufferSize for disconnected sessions"),
        Refused("MaximumReceivedDataSizePerCommand", _LIMITS, "use -OutputBufferSize for disconnected sessions"),
        Refused("NoEncryption", "ssh encrypts always", "leave it out"),
        Refused("NoMachineProfile", "no profile of a machine is loaded over ssh", "leave it out"),
        Refused("Culture", *_LOCALE),
        Refused("UICulture", *_LOCALE),
        Refused(
            "ApplicationArguments",
            "no PowerShell runs at the other end",
            "use -Options @{SetEnv='NAME=value'} of New-Session",
        ),
        Refused("ProxyAccessType", _PROXY, _USE_JUMP),
        Refused("ProxyAuthentication", _PROXY, _USE_JUMP),
        Refused("ProxyCredential", _PROXY, _USE_JUMP),
        Refused("SkipCACheck", _KEYS, _TRUST),
        Refused("SkipCNCheck", _KEYS, _TRUST),
        Refused("SkipRevocationCheck", _KEYS, _TRUST),
        Refused("IncludePortInSPN", "ssh knows no service principals", "leave it out"),
        Refused("UseUTF16", "bytes go over ssh as they are", "leave it out"),
    )
    output_types = (SessionOption,)
    examples = (
        Example(
            "New-SessionOption -IdleTimeout 2h -OutputBufferingMode Drop",
            "Let disconnected sessions live two hours, with the newest output.",
        ),
        Example(
            "$o = New-SessionOption -OpenTimeout 5s -Compression; New-Session web01 -SessionOption $o",
            "Give up connecting after five seconds; compress.",
        ),
        Example("$PSSessionOption = New-SessionOption -KeepAliveInterval 30s", "Say it for all sessions to come."),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[SessionOption]:
        yield self.option()

    def option(self) -> SessionOption:
        """The options; raises BindingError for what cannot be."""
        self._check()
        return SessionOption(
            idle_timeout=None if self.idle_timeout == float("inf") else self.idle_timeout,
            output_buffering_mode=self.output_buffering_mode,
            output_buffer_size=self.output_buffer_size,
            open_timeout=float("inf") if self.open_timeout == 0 else self.open_timeout,
            operation_timeout=self.operation_timeout,
            cancel_timeout=self.cancel_timeout,
            max_connection_retry_count=self.max_connection_retry_count,
            keepalive_interval=self.keep_alive_interval,
            keepalive_count=self.keep_alive_count,
            compression=True if self.compression else False if self.no_compression else None,
        )

    def _check(self) -> None:
        for name, value, least in (
            ("OutputBufferSize", self.output_buffer_size, 1),
            ("MaxConnectionRetryCount", self.max_connection_retry_count, 0),
            ("KeepAliveCount", self.keep_alive_count, 1),
        ):
            if value is not None and value < least:
                raise BindingError(f"-{name} {value}: {least} is the least")
        if self.idle_timeout is not None and self.idle_timeout < _SHORTEST_IDLE:
            hint = "plain numbers are milliseconds: write 90s, 15m, 2h"
            raise BindingError(f"-IdleTimeout {self.idle_timeout:g} s: a minute is the least", hint=hint)
        if self.compression and self.no_compression:
            raise BindingError("-Compression and -NoCompression exclude each other")
