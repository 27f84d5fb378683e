"""The parameters every cmdlet has."""

from __future__ import annotations

from typing import Annotated, Literal

from jobsh.command.declaration import Cmdlet, Param
from jobsh.command.spec import spec_of
from jobsh.command.types import Switch, VariableName

Action = Literal["Continue", "SilentlyContinue", "Ignore", "Stop"]
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
