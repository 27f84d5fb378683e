"""Questions on a terminal: passwords are not shown, host keys are accepted by a whole word."""

from __future__ import annotations

import asyncio
import signal

import pytest

from jobsh.console.interrupts import interruptible
from jobsh.console.questions import Questions
from jobsh.errors import Interrupted
from jobsh.model.messages import Question, QuestionKind
from tests.asynchronous import run, wait_until
from tests.unit.console.pseudo_terminal import PseudoTerminal, pseudo_terminal

PASSWORD = Question(QuestionKind.PASSWORD, "web01", "root@web01's password:")
HOST_KEY = Question(QuestionKind.HOST_KEY, "web01", "The key of web01 is not known.\nED25519 SHA256:abc")


async def answered(pty: PseudoTerminal, question: Question, *turns: tuple[bytes, bytes]) -> str | None:
    """The answer, when each text that is shown is answered with the keys beside it."""
    asking = asyncio.create_task(Questions(pty.terminal).ask(question))
    for text, keys in turns:
        await wait_until(lambda text=text: pty.shows(text), what=f"{text!r} is shown")
        pty.type(keys)
    return await asking


def test_a_password_is_not_shown() -> None:
    async def scenario() -> None:
        with pseudo_terminal() as pty:
            assert await answered(pty, PASSWORD, (b"password: ", "p\u00e4ss\r".encode())) == "p\u00e4ss"
            await wait_until(lambda: pty.shows(b"\r\n"))
            assert b"ss\r" not in pty.shown
            assert pty.is_echoing

    run(scenario())


def test_keys_are_corrected() -> None:
    async def scenario() -> None:
        with pseudo_terminal() as pty:
            assert await answered(pty, PASSWORD, (b"password: ", b"nonsense\x15sesam\x7f\xc3\xa4\x7fme\n")) == "sesame"

    run(scenario())


def test_what_was_typed_before_is_no_answer() -> None:
    async def scenario() -> None:
        with pseudo_terminal() as pty:
            pty.type(b"make clean\n")
            await wait_until(lambda: pty.shows(b"make clean"))
            assert await answered(pty, PASSWORD, (b"password: ", b"right\n")) == "right"

    run(scenario())


@pytest.mark.parametrize(("keys", "answer"), [(b"yes\n", "yes"), (b"no\n", None), (b" YES \n", "yes")])
def test_a_host_key_is_accepted_by_yes(keys: bytes, answer: str | None) -> None:
    async def scenario() -> None:
        with pseudo_terminal() as pty:
            assert await answered(pty, HOST_KEY, (b"(yes/no)? ", keys)) == answer
            assert b"SHA256:abc\r\n" in pty.shown

    run(scenario())


def test_a_host_key_is_not_accepted_by_a_letter() -> None:
    async def scenario() -> None:
        with pseudo_terminal() as pty:
            assert await answered(pty, HOST_KEY, (b"(yes/no)? ", b"y\n"), (b"'yes' or 'no': ", b"yes\n")) == "yes"

    run(scenario())


def test_text_of_a_host_cannot_act_on_the_terminal() -> None:
    async def scenario() -> None:
        with pseudo_terminal() as pty:
            question = PASSWORD.replace(text="\x1b]0;title\x07Password:")
            await answered(pty, question, (b"Password: ", b"x\n"))
            assert b"\\x1b]0;title\\x07Password: " in pty.shown

    run(scenario())


def test_ctrl_c_interrupts_what_needed_the_answer() -> None:
    async def scenario() -> None:
        with pseudo_terminal() as pty:
            answers = []

            async def connect() -> None:
                answers.append(await answered(pty, PASSWORD, (b"password: ", b"se\x03")))
                await asyncio.Event().wait()

            with pytest.raises(Interrupted):
                await interruptible(connect())
            assert answers in ([], [None])
            assert pty.is_echoing

    before = signal.getsignal(signal.SIGINT)
    run(scenario())
    assert signal.getsignal(signal.SIGINT) == before


def test_questions_wait_for_each_other() -> None:
    async def scenario() -> None:
        with pseudo_terminal() as pty:
            questions = Questions(pty.terminal)
            asking = [asyncio.create_task(questions.ask(PASSWORD.replace(text=text))) for text in ("One:", "Two:")]
            await wait_until(lambda: pty.shows(b"One: "))
            assert b"Two" not in pty.shown
            pty.type(b"1\n")
            await wait_until(lambda: pty.shows(b"Two: "))
            pty.type(b"2\n")
            assert await asyncio.gather(*asking) == ["1", "2"]

    run(scenario())


def test_confirming_takes_a_letter() -> None:
    async def scenario() -> None:
        with pseudo_terminal() as pty:
            confirming = asyncio.create_task(Questions(pty.terminal).confirm("Stop 3 jobs? [y/n] "))
            await wait_until(lambda: pty.shows(b"[y/n] "))
            pty.type(b"q\rYes\r")
            assert await confirming == "y"

    run(scenario())
