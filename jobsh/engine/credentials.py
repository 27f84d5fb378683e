"""The password that a command brought along, as an answer to its host's question for one."""

from __future__ import annotations

from jobsh.model.credential import Credential
from jobsh.model.messages import Question, QuestionKind
from jobsh.ports.engine import Asker


class Answering:
    """An Asker that knows the password. A host that does not take it gets no other one: the user said this one."""

    def __init__(self, credential: Credential, asker: Asker | None) -> None:
        self._credential = credential
        self._asker = asker
        self._was_given = False

    async def ask(self, question: Question) -> str | None:
        """The password, once; other questions go to the user, where there is one."""
        if self._credential.password is not None and _asks_for_password(question):
            if self._was_given:
                return None
            self._was_given = True
            return self._credential.password
        return await self._asker.ask(question) if self._asker is not None else None


def _asks_for_password(question: Question) -> bool:
    """Also as PAM asks for it; not a code, and not a new password for an old one that has expired."""
    if question.kind is QuestionKind.PASSWORD:
        return True
    said = question.text.rstrip().rpartition("\n")[2].casefold()
    is_hidden = question.kind is QuestionKind.KEYBOARD_INTERACTIVE and not question.echo
    return is_hidden and "password" in said and "new" not in said
