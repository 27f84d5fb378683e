"""A password that a command brought along: which questions it answers."""

from __future__ import annotations

import pytest

from jobsh.engine.credentials import Answering
from jobsh.model.credential import Credential
from jobsh.model.messages import Question, QuestionKind
from tests.asynchronous import run
from tests.engines import FakeAsker

OURS = Credential("ops", "hush")
PASSWORD = Question(QuestionKind.PASSWORD, "web01", "ops@web01's password: ")


def asked(text: str, *, echo: bool = False) -> Question:
    return Question(QuestionKind.KEYBOARD_INTERACTIVE, "web01", text, echo)


def test_it_is_given_once() -> None:
    asker = FakeAsker("never")
    answering = Answering(OURS, asker)
    assert [run(answering.ask(PASSWORD)) for _ in range(2)] == ["hush", None]
    assert asker.questions == []


def test_pam_asks_in_its_own_way() -> None:
    assert run(Answering(OURS, None).ask(asked("Welcome\nPassword: "))) == "hush"


@pytest.mark.parametrize(
    "question",
    [
        asked("Code: "),
        asked("Password", echo=True),
        asked("New password: "),
        Question(QuestionKind.PASSPHRASE, "web01", "Enter passphrase for key 'k': "),
        Question(QuestionKind.HOST_KEY, "web01", "continue?", echo=True),
    ],
)
def test_other_questions_go_to_the_user(question: Question) -> None:
    asker = FakeAsker("theirs")
    assert run(Answering(OURS, asker).ask(question)) == "theirs"
    assert run(Answering(OURS, None).ask(question)) is None
