"""The prompt says where the next statement runs."""

from __future__ import annotations

import pytest

from jobsh.model.hosts import HostAddress
from jobsh.model.ids import InstanceId, SessionId
from jobsh.model.session import Availability, Session, SessionState
from jobsh.repl.prompt_line import local_user, lost_prompt_line, prompt_line, shown_directory

WEB01 = Session(
    SessionId(1),
    InstanceId("1" * 32),
    "Session1",
    HostAddress("web01", "web01"),
    SessionState.OPENED,
    Availability.AVAILABLE,
)


def text(session: Session | None, directory: str = "/home/u", home: str = "/home/u") -> str:
    return "".join(piece for _, piece in prompt_line(session, directory, home))


def test_here_and_there() -> None:
    assert text(None) == "jobsh ~> "
    assert text(WEB01) == "web01 ~> "
    assert text(WEB01, "/srv") == "web01 /srv> "


def test_another_user_there_is_said() -> None:
    assert text(WEB01.replace(user="another")) == "another@web01 ~> "
    assert text(WEB01.replace(user=local_user())) == "web01 ~> "
    named = WEB01.replace(user="another", address=HostAddress("another@web01", "web01", "another"))
    assert text(named) == "another@web01 ~> "


def test_a_session_that_lost_its_host_says_so() -> None:
    assert text(WEB01.replace(state=SessionState.DISCONNECTED)) == "web01 (Disconnected) ~> "


def test_where_we_were_when_nobody_answers() -> None:
    pieces = prompt_line(WEB01, "/srv", "/root", is_known=False)
    assert "".join(piece for _, piece in pieces) == "web01 (no answer) /srv> "


def test_nobody_knows_where_we_are() -> None:
    assert [lost_prompt_line(is_entered=entered)[0][1] for entered in (True, False)] == ["session lost", "jobsh ?"]


def test_a_directory_cannot_act_on_the_terminal() -> None:
    assert text(None, "/tmp/a\x1b]0;x\x07\n") == "jobsh /tmp/a\\x1b]0;x\\x07\\n> "


@pytest.mark.parametrize(
    ("directory", "home", "shown"),
    [
        ("/home/u", "/home/u", "~"),
        ("/home/u/src", "/home/u/", "~/src"),
        ("/home/user2", "/home/u", "/home/user2"),
        ("/", "/", "/"),
        ("/etc", "", "/etc"),
        ("", "", "?"),
        ("/a" * 50, "/x", "…" + ("/a" * 50)[-39:]),
    ],
)
def test_directories(directory: str, home: str, shown: str) -> None:
    assert shown_directory(directory, home) == shown
