"""Get-Credential."""

from __future__ import annotations

import os
import stat
from collections.abc import AsyncIterator
from typing import Annotated

from jobsh.cmdlets._credentials import CredentialOrName, with_password
from jobsh.cmdlets._here import path_here
from jobsh.command.context import Context
from jobsh.command.declaration import Cmdlet, Example, Param
from jobsh.command.name_types import Path
from jobsh.errors import NotFound, OperationError
from jobsh.model.credential import Credential
from jobsh.model.hosts import parse_user


class GetCredential(Cmdlet):
    """Ask for a password and give a credential: what -Credential of New-Session, Enter-Session and Invoke-Command takes.

    The password answers the question of the host that is logged in to and of no other. It is shown by nothing, and kept
    nowhere but in the memory of this jobsh and its engine; keys are better still.
    """

    credential: Annotated[
        CredentialOrName | None,
        Param("The user, or a credential that is there already.", position=0, in_set="Credential"),
    ] = None
    user_name: Annotated[str, Param("The user.", in_set="UserName")] = ""
    message: Annotated[str, Param("What to say above the question.")] = ""
    title: Annotated[str, Param("What to say above that.")] = ""
    password_file: Annotated[
        Path, Param("Ask nobody: the password is the first line of this file here, which only its owner may read.")
    ] = ""

    default_set = "Credential"
    output_types = (Credential,)
    examples = (
        Example(
            "$login = Get-Credential deploy -PasswordFile ~/.deploy",
            "Make a credential in a script, where nobody can be asked.",
            setup="umask 077; echo secret > ~/.deploy",
        ),
        Example(
            "Invoke-Command web01 { uptime } -Credential (Get-Credential deploy -Message 'For the web hosts')",
            "Ask for a password, and log in with it.",
            status=1,
        ),
    )

    async def invoke(self, ctx: Context) -> AsyncIterator[Credential]:
        credential = self.credential or Credential(await self._user(ctx))
        if self.password_file:
            credential = credential.replace(password=_password_in(ctx, self.password_file))
        yield await with_password(ctx, credential, "\n".join(text for text in (self.title, self.message) if text))

    async def _user(self, ctx: Context) -> str:
        name = self.user_name
        if not name and ctx.is_interactive:
            name = await ctx.ask("User:", echo=True) or ""
        if not name:
            raise OperationError(
                "whose credential it is was not said", hint="Get-Credential USER", error_id="NoUserName"
            )
        return parse_user(name.strip())


def _password_in(ctx: Context, file: str) -> str:
    try:
        with open(path_here(ctx, file), encoding="utf-8", errors="surrogateescape") as opened:
            if stat.S_IMODE(os.fstat(opened.fileno()).st_mode) & 0o077:
                raise OperationError(f"{file} can be read by others", hint=f"chmod 600 {file}", error_id="FileIsOpen")
            return opened.readline().rstrip("\r\n")
    except OSError as error:
        raise NotFound(f"{file}: {error.strerror}", target=file) from None
