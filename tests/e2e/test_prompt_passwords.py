"""Passwords at the prompt: asked once, without echo, for the login that was meant; kept nowhere."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests.asking_server import PASSWORD, asking_server
from tests.e2e.user import JOBSH
from tests.screen import screen
from tests.sshd import private_environment


def test_a_credential_is_asked_for_and_used_and_forgotten(place: Path) -> None:
    (place / "host").mkdir()
    environment = {**private_environment(place / "me"), "PYTHONPATH": os.getcwd()}
    with (
        asking_server(place / "host", "password") as config,
        screen((*JOBSH, "-F", str(config)), environment, str(place / "me")) as shown,
    ):
        shown.wait_line("jobsh ~>")
        shown.enter("$c = Get-Credential me -Message 'For the test'")
        shown.wait_for("\nFor the test\nPassword for user me:")
        shown.enter(PASSWORD)
        shown.wait_line("jobsh ~>")
        shown.enter("$c; Invoke-Command asking { echo hi $LOGNAME } -Credential $c")
        shown.wait_for("********")
        shown.wait_for("\nhi\njobsh ~>")
        shown.enter("Enter-Session asking -Credential me -Options @{Compression='no'}")
        shown.wait_line("Password for user me:")
        shown.enter(PASSWORD)
        shown.wait_line("me@asking ~>")
        shown.enter("Exit-Session")
        shown.wait_line("jobsh ~>")
        shown.enter("New-Session asking -Credential me -Options @{Compression='yes'} | Out-Null")
        shown.wait_line("Password for user me:")
        shown.enter("wrong")
        shown.wait_for("authentication failed")
        shown.wait_line("jobsh ~>")
        assert PASSWORD not in shown.text
        shown.enter("exit")
        shown.wait_end()
        subprocess.run((*JOBSH, "engine", "stop"), env=environment, check=True)
    kept = (path for path in (place / "me").rglob("*") if path.is_file())
    assert not [path for path in kept if PASSWORD.encode() in path.read_bytes()]
