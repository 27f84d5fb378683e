"""Logging in: the asker's agent, keys and certificates, passwords and questions of the host, in the order ssh tries them."""

from __future__ import annotations

import asyncio
import copy
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractContextManager

import asyncssh
from asyncssh.public_key import SSHKeyPair

from jobsh.model.messages import Question, QuestionKind
from jobsh.transport.keys import KeyFile, Keyring
from jobsh.transport.options import Settings

log = logging.getLogger("jobsh.transport")

Ask = Callable[[Question], Awaitable[str | None]]

HumanTime = Callable[[], AbstractContextManager[None]]
"""While it is open a person is waited for, not the host."""

_METHODS = ("publickey", "keyboard-interactive", "password")
_SWITCHES = {
    "publickey": "pubkeyauthentication",
    "keyboard-interactive": "kbdinteractiveauthentication",
    "password": "passwordauthentication",
}


def methods(settings: Settings, ask: Ask | None) -> list[str]:
    """The methods to try, in order: those the user's configuration allows and, where nobody can be asked, that ask nobody."""
    wanted = settings.list("preferredauthentications") or _METHODS
    able = [method for method in wanted if method in _METHODS]
    switched_on = [m for m in able if settings.first(_SWITCHES[m]).lower() not in ("no", "false")]
    return [method for method in switched_on if method == "publickey" or ask is not None]


class Login(asyncssh.SSHClient):
    """One attempt to log in, and afterwards the one who hears why the connection closed."""

    def __init__(self, settings: Settings, keyring: Keyring, ask: Ask | None, human_time: HumanTime) -> None:
        self._settings = settings
        self._keyring = keyring
        self._ask = ask
        self._human_time = human_time
        self._prompts = max(1, settings.number("numberofpasswordprompts", 3))
        self._agent: asyncssh.SSHAgentClient | None = None
        self._pairs: AsyncIterator[SSHKeyPair] | None = None
        self._passwords = 0
        self._rounds = 0
        self.tried: list[str] = []
        """For people: what was offered to the host."""
        self.closed: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        """Why the connection is gone."""

    # -- the connection --

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        self._let_agent_go()
        if not self.closed.done():
            self.closed.set_result(str(exc) if exc else "closed")

    def auth_completed(self) -> None:
        """Logged in."""
        self._let_agent_go()

    def _let_agent_go(self) -> None:
        if self._agent is not None:
            self._agent.close()
            self._agent = None

    # -- keys --

    async def public_key_auth_requested(self) -> SSHKeyPair | None:
        """The next key to offer; None when there is no more."""
        if self._pairs is None:
            self._pairs = self._all_pairs()
        return await anext(self._pairs, None)

    async def _all_pairs(self) -> AsyncIterator[SSHKeyPair]:
        """As ssh orders them: keys named in the configuration that the agent holds, its other keys, then key files."""
        files = self._files()
        named = {file.public.public_data: file for file in files if file.public is not None}
        held = await self._agent_pairs()
        for pair in [pair for pair in held if _plain(pair) in named]:
            for certified in self._certified(pair, named.get(_plain(pair))):
                yield self._note(certified, "agent key")
        if not self._settings.is_on("identitiesonly"):
            for pair in [pair for pair in held if _plain(pair) not in named]:
                yield self._note(pair, "agent key")
        in_agent = {_plain(pair) for pair in held}
        for file in files:
            if file.public is None or file.public.public_data not in in_agent:
                async for pair in self._file_pairs(file):
                    yield self._note(pair, "key")

    def _files(self) -> list[KeyFile]:
        certificates = self._settings.all("certificatefile")
        found = (self._keyring.get(path, certificates) for path in self._settings.all("identityfile"))
        return [file for file in found if file is not None]

    async def _agent_pairs(self) -> Sequence[SSHKeyPair]:
        path = self._settings.route.agent
        if not path:
            return ()
        self._agent = asyncssh.SSHAgentClient(path)
        try:
            return await self._agent.get_keys()
        except ValueError as error:
            log.info("the agent at %s does not answer: %s", path, error)
            return ()

    @staticmethod
    def _certified(pair: SSHKeyPair, file: KeyFile | None) -> list[SSHKeyPair]:
        """An agent's key with the certificate that lies in a file, and without."""
        if file is None or not file.certificates or pair.has_cert:
            return [pair]
        agent_pair = copy.copy(pair)
        agent_pair.set_certificate(file.certificates[0])
        return [agent_pair, pair]

    async def _file_pairs(self, file: KeyFile) -> AsyncIterator[SSHKeyPair]:
        unlock = self._unlock if self._ask is not None else None
        if file.public is None and unlock is not None:  # an old format: only unlocking tells what it is
            await unlock(file)
        if file.is_locked and unlock is None:
            self.tried.append(f"key {file.path} (locked)")
        for pair in file.pairs(unlock):
            yield pair

    async def _unlock(self, file: KeyFile) -> asyncssh.SSHKey | None:
        with self._human_time():  # another connection may be the one that asks
            return await file.unlock(self._ask_passphrase, self._prompts)

    def _note(self, pair: SSHKeyPair, kind: str) -> SSHKeyPair:
        named = pair.get_comment(errors="replace") or pair.get_algorithm()
        shown = f"{kind} {named}"
        if shown not in self.tried:
            self.tried.append(shown)
        return pair

    # -- people --

    async def _question(self, kind: QuestionKind, text: str, *, echo: bool = False) -> str | None:
        if self._ask is None:
            return None
        return await self._ask(Question(kind, self._settings.label, _printable(text), echo))

    async def _ask_passphrase(self, path: str) -> str | None:
        return await self._question(QuestionKind.PASSPHRASE, f"Enter passphrase for key '{path}': ")

    async def password_auth_requested(self) -> str | None:
        """The user's password, asked as often as the configuration allows."""
        if self._passwords >= self._prompts:
            return None
        self._passwords += 1
        self._tried_once("password")
        where = f"{self._settings.route.user}@{self._settings.host_name}"
        return await self._question(QuestionKind.PASSWORD, f"{where}'s password: ")

    def kbdint_auth_requested(self) -> str | None:
        """Let the host ask, as often as the configuration allows."""
        if self._ask is None or self._rounds >= self._prompts:
            return None
        self._rounds += 1
        self._tried_once("keyboard-interactive")
        return ""

    async def kbdint_challenge_received(
        self, name: str, instructions: str, lang: str, prompts: Sequence[tuple[str, bool]]
    ) -> list[str] | None:
        """Pass the host's questions on; what it says before them is shown with the first."""
        before = "".join(f"{part}\n" for part in (name, instructions) if part)
        answers: list[str] = []
        for text, echo in prompts:
            answer = await self._question(QuestionKind.KEYBOARD_INTERACTIVE, before + text, echo=echo)
            if answer is None:
                self._rounds = self._prompts  # declined: do not start again
                return None
            answers.append(answer)
            before = ""
        return answers

    def _tried_once(self, method: str) -> None:
        if method not in self.tried:
            self.tried.append(method)


def _plain(pair: SSHKeyPair) -> bytes:
    return pair.key_public_data


def _printable(text: str) -> str:
    """What a host says, without what would move the cursor or colour the terminal."""
    return "".join(c if c.isprintable() or c in "\n\t" else "?" for c in text)
