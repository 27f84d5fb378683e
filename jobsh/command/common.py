"""The parameters every cmdlet has."""

from __future__ import annotations

from typing import Annotated, Literal

from jobsh.command.declaration import Cmdlet, Param
from jobsh.command.spec import spec_of
from jobsh.command.types import ChoiceType, Switch, VariableName

_NUMBERED = {0: "SilentlyContinue", 1: "Stop", 2: "Continue", 4: "Ignore"}
"""As PowerShell numbers them: `-ea 0` is in many fingers."""


class ActionType(ChoiceType):
    """What to do with an error or warning, also by number."""

    def __init__(self) -> None:
        super().__init__({action: action for action in ("Continue", "SilentlyContinue", "Ignore", "Stop")})

    def from_object(self, value: object) -> object:
        """The word for a number, or the word that is meant."""
        named = _NUMBERED.get(value) if isinstance(value, int) and not isinstance(value, bool) else None
        return super().from_object(named or value)


Action = Annotated[Literal["Continue", "SilentlyContinue", "Ignore", "Stop"], ActionType()]
"""What to do with an error or warning."""


class CommonParameters(Cmdlet):
    """The parameters every cmdlet has. None: not given, the preference variable decides."""

    verbose: Annotated[Switch | None, Param("Show verbose messages.", aliases=("vb",))] = None
    debug: Annotated[Switch | None, Param("Show debug messages.", aliases=("db",))] = None
    error_action: Annotated[
        Action | None, Param("What to do with an error: Continue, SilentlyContinue, Ignore or Stop.", aliases=("ea",))
    ] = None
    error_variable: Annotated[
        VariableName, Param("Keep the errors in this variable too; +NAME adds to it.", aliases=("ev",))
    ] = ""
    out_variable: Annotated[
        VariableName, Param("Keep the output in this variable too; +NAME adds to it.", aliases=("ov",))
    ] = ""
    warning_action: Annotated[
        Action | None, Param("What to do with a warning: Continue, SilentlyContinue, Ignore or Stop.", aliases=("wa",))
    ] = None
    what_if: Annotated[Switch | None, Param("Say what would be done and do nothing.", aliases=("wi",))] = None
    confirm: Annotated[Switch | None, Param("Ask before each change.", aliases=("cf",))] = None
    help: Annotated[bool, Param("Show the help of the cmdlet; -? does the same.")] = False


COMMON = spec_of(CommonParameters, "").parameters
"""Their specs; `-WhatIf` and `-Confirm` only where something is changed."""
