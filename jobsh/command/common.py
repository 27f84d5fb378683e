"""The parameters every cmdlet has."""

from __future__ import annotations

from typing import Annotated, Literal

from jobsh.command.declared import Declared, Param
from jobsh.command.name_types import VariableName
from jobsh.command.spec import spec_of
from jobsh.command.types import ChoiceType, Switch

_ACTIONS = ("Continue", "SilentlyContinue", "Ignore", "Stop", "Inquire")
_NUMBERED = {0: "SilentlyContinue", 1: "Stop", 2: "Continue", 3: "Inquire", 4: "Ignore"}
"""As PowerShell numbers them: `-ea 0` is in many fingers."""


class ActionType(ChoiceType):
    """What to do with an error or warning, also by number."""

    def __init__(self) -> None:
        super().__init__({action: action for action in _ACTIONS})

    def from_object(self, value: object) -> object:
        """The word for a number, or the word that is meant."""
        named = _NUMBERED.get(value) if isinstance(value, int) and not isinstance(value, bool) else None
        return super().from_object(named or value)


Action = Annotated[Literal["Continue", "SilentlyContinue", "Ignore", "Stop", "Inquire"], ActionType()]
"""What to do with an error or warning."""


class CommonParameters(Declared):
    """The parameters every cmdlet has. None: not given, the preference variable decides."""

    verbose: Annotated[Switch | None, Param("Show verbose messages.", aliases=("vb",))] = None
    debug: Annotated[Switch | None, Param("Show debug messages.", aliases=("db",))] = None
    error_action: Annotated[
        Action | None,
        Param("What to do with an error: Continue, SilentlyContinue, Ignore, Stop or Inquire (ask).", aliases=("ea",)),
    ] = None
    error_variable: Annotated[
        VariableName, Param("Keep the errors in this variable too; +NAME adds to it.", aliases=("ev",))
    ] = ""
    out_variable: Annotated[
        VariableName, Param("Keep the output in this variable too; +NAME adds to it.", aliases=("ov",))
    ] = ""
    warning_action: Annotated[Action | None, Param("What to do with a warning; as -ErrorAction.", aliases=("wa",))] = (
        None
    )
    warning_variable: Annotated[
        VariableName, Param("Keep the warnings in this variable too; +NAME adds to it.", aliases=("wv",))
    ] = ""
    information_action: Annotated[
        Action | None, Param("What to do with information, such as Write-Host's; as -ErrorAction.", aliases=("infa",))
    ] = None
    information_variable: Annotated[
        VariableName, Param("Keep information in this variable too; +NAME adds to it.", aliases=("iv",))
    ] = ""
    progress_action: Annotated[
        Action | None, Param("Whether to show progress; as -ErrorAction.", aliases=("proga",))
    ] = None
    pipeline_variable: Annotated[
        VariableName, Param("The variable in which later stages find the object they were given.", aliases=("pv",))
    ] = ""
    out_buffer: Annotated[int, Param("For PowerShell's sake: here each object goes on at once.", aliases=("ob",))] = 0
    what_if: Annotated[Switch | None, Param("Say what would be done and do nothing.", aliases=("wi",))] = None
    confirm: Annotated[Switch | None, Param("Ask before each change.", aliases=("cf",))] = None
    help: Annotated[bool, Param("Show the help of the cmdlet; -? does the same.")] = False


COMMON_SPEC = spec_of(CommonParameters, "")
COMMON = COMMON_SPEC.parameters
"""Their specs; `-WhatIf` and `-Confirm` only where something is changed."""
