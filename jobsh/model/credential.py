"""A login's name and password, for the front end's variables and the way to its engine. Nothing shows or stores the password."""

from __future__ import annotations

from jobsh.model.struct import Struct


class Credential(Struct):
    """Whom to log in as. Without a password it is asked for when it is needed."""

    user_name: str
    password: str | None = None

    def __repr__(self) -> str:
        return f"Credential(user_name={self.user_name!r})"
