"""New-SessionOption, and what the options say to ssh."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobsh.model.session_option import OutputBufferingMode, SessionOption
from tests.unit.cmdlets.shell import printed, run_text

INFINITE = float("inf")


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("-IdleTimeout 7200000", "02:00:00"),
        ("-IdleTimeout 2h", "02:00:00"),
        ("-IdleTimeoutMSec 90000", "00:01:30"),
        ("-IdleTimeoutSec 90", "00:01:30"),
        ("-IdleTimeout -1", ""),
        ("-OpenTimeout 5000", "00:00:05"),
        ("-OpenTimeoutMSec 500", "00:00:00.500000"),
        ("-OpenTimeout 0", "∞"),
        ("-OperationTimeout 90s", "00:01:30"),
        ("-OperationTimeoutMSec 1000", "00:00:01"),
        ("-CancelTimeout 00:00:30", "00:00:30"),
        ("-CancelTimeoutMSec -1", "∞"),
        ("-MaxConnectionRetryCount 3", "3"),
        ("-KeepAliveInterval 30s", "00:00:30"),
        ("-KeepAliveCount 2", "2"),
        ("-OutputBufferingMode drop", "Drop"),
        ("-OutputBufferSize 64mb", "67108864"),
        ("-NoCompression", "True"),
        ("-Compression", "False"),
    ],
)
def test_an_option_is_kept(words: str, shown: str, tmp_path: Path) -> None:
    name = {"Compression": "NoCompression"}.get(words[1:], words[1:].split()[0])
    for unit in ("MSec", "Sec"):
        name = name.removesuffix(unit)
    assert printed(f'$o = New-SessionOption {words}; "$($o.{name})"', tmp_path) == f"{shown}\n"


def test_powershells_name_and_what_is_not_said(tmp_path: Path) -> None:
    assert printed("$o = New-PSSessionOption; $o.IdleTimeout -eq $null; $o.OutputBufferingMode", tmp_path) == (
        "True\nNone\n"
    )


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("-IdleTimeout 5000", "a minute is the least"),
        ("-OutputBufferSize 0", "1 is the least"),
        ("-MaxConnectionRetryCount -1", "0 is the least"),
        ("-KeepAliveCount 0", "1 is the least"),
        ("-Compression -NoCompression", "exclude each other"),
        ("-OutputBufferingMode Some", "is not one of its values"),
    ],
)
def test_a_value_that_cannot_be_is_an_error(words: str, complaint: str, tmp_path: Path) -> None:
    (error,) = run_text(f"New-SessionOption {words}", tmp_path).errors
    assert complaint in error.message


@pytest.mark.parametrize(
    "name",
    [
        "MaximumRedirection",
        "MaximumReceivedObjectSize",
        "MaximumReceivedDataSizePerCommand",
        "NoEncryption",
        "NoMachineProfile",
        "Culture",
        "UICulture",
        "ApplicationArguments",
        "ProxyAccessType",
        "ProxyAuthentication",
        "ProxyCredential",
        "SkipCACheck",
        "SkipCNCheck",
        "SkipRevocationCheck",
        "IncludePortInSPN",
        "UseUTF16",
    ],
)
def test_what_means_nothing_over_ssh_is_refused_by_name(name: str, tmp_path: Path) -> None:
    (error,) = run_text(f"New-SessionOption -{name} x", tmp_path).errors
    assert error.error_id == "ParameterNotInJobsh"
    assert error.hint


def test_what_ssh_has_options_for() -> None:
    said = SessionOption(keepalive_interval=20.0, keepalive_count=2, compression=True)
    assert said.ssh_options == (("ServerAliveInterval", "20"), ("ServerAliveCountMax", "2"), ("Compression", "yes"))
    assert SessionOption().ssh_options == ()
    assert SessionOption(compression=False).ssh_options == (("Compression", "no"),)


def test_a_time_limit_for_operations_is_as_many_signs_of_life() -> None:
    assert SessionOption(operation_timeout=60.0).ssh_options == (
        ("ServerAliveInterval", "20"),
        ("ServerAliveCountMax", "3"),
    )
    own = SessionOption(operation_timeout=60.0, keepalive_interval=5.0)
    assert own.ssh_options == (("ServerAliveInterval", "5"),)
    assert SessionOption(operation_timeout=INFINITE).ssh_options == ()


def test_what_one_does_not_say_the_other_does() -> None:
    ours = SessionOption(open_timeout=5.0, output_buffering_mode=OutputBufferingMode.DROP)
    other = SessionOption(open_timeout=9.0, compression=True, output_buffering_mode=OutputBufferingMode.BLOCK)
    assert ours.over(other) == SessionOption(
        open_timeout=5.0, compression=True, output_buffering_mode=OutputBufferingMode.DROP
    )
    assert SessionOption().over(other) == other
