"""Credentials as parameters: a credential, or a user name whose password is asked for."""

from __future__ import annotations

from typing import Annotated

from jobsh.command.context import Context
from jobsh.command.text import to_text
from jobsh.command.types import ParameterType
from jobsh.errors import OperationError
from jobsh.model.credential import Credential
from jobsh.model.hosts import parse_user


class CredentialType(ParameterType):
    """Who logs in, with the password."""

    word = "credential"

    def from_object(self, value: object) -> object:
        if isinstance(value, Credential):
            return value
        if isinstance(value, str) and value:
            return Credential(parse_user(value))
        raise OperationError(f"{to_text(value) or '$null'} is not a credential", hint="Get-Credential makes one")

    def fits_object(self, value: object) -> bool:
        return isinstance(value, (Credential, str))

    def describe(self) -> str:
        return "what Get-Credential gives, or a user name: then the password is asked for"


CredentialOrName = Annotated[Credential, CredentialType()]
"""A credential whose password may still have to be asked for: `with_password`."""


async def with_password(ctx: Context, credential: Credential, message: str = "") -> Credential:
    """The credential; its password is asked for if it has none. Raises OperationError where nobody can be asked."""
    if credential.password is not None:
        return credential
    if not ctx.is_interactive:
        what = f"nobody can be asked for the password of {credential.user_name}"
        raise OperationError(what, hint="give Get-Credential a -PasswordFile, or use a key", error_id="NobodyToAsk")
    asked = f"Password for user {credential.user_name}:"
    password = await ctx.ask(f"{message}\n{asked}" if message else asked)
    if password is None:
        raise OperationError("no password was given", error_id="NoPassword")
    return credential.replace(password=password)


async def asked_if_possible(ctx: Context, credential: Credential) -> Credential:
    """The credential, with its password where somebody can be asked for it; elsewhere a key may do."""
    return await with_password(ctx, credential) if ctx.is_interactive else credential
