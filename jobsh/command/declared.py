"""What a declaration may say: of a parameter, of the whole cmdlet, and its examples."""

from __future__ import annotations

from typing import ClassVar

from jobsh.language.ast import BlockKind
from jobsh.model.struct import Struct


class Example(Struct):
    """A line of code with what it shows. Every example is run by the tests."""

    code: str
    text: str
    setup: str = ""
    """Code to run first in the test (jobs, sessions, files the example speaks of). Not shown."""
    status: int = 0
    """The exit status it ends with."""


class Param(Struct):
    """What the declaration says of a parameter besides its type."""

    help: str
    """One sentence or more, ending in a full stop."""
    position: int | None = None
    in_set: str | tuple[str, ...] = ()
    """The parameter sets it belongs to; none named: all."""
    is_mandatory: bool = False
    """In each of its sets."""
    aliases: tuple[str, ...] = ()
    from_pipeline: bool = False
    """Takes whole objects from the pipeline: all input is collected into this (tuple) parameter before `invoke`. A cmdlet that
    streams declares none and reads `ctx.input`."""
    from_property: bool = False
    """Takes the property of its name from each pipeline object."""
    refuses_empty: bool = False
    """Whether an empty list is an error: it says where a command runs, and must not let it run elsewhere."""
    files_of: str = ""
    """For a path: the name of the parameter whose sessions have the files, where that is given."""
    takes_rest: bool = False
    """A positional tuple that takes all further positional arguments (`Write-Output a b c`)."""
    name: str = ""
    """The parameter's name where the field's does not give it (`ScriptBlock` from script_block does)."""
    block: BlockKind = BlockKind.HOST_SCRIPT
    """For parameters of type ScriptBlock: how `{ … }` is read."""


class Refused(Struct):
    """A parameter that PowerShell has and that means nothing here: its use is one clear error, with a hint."""

    name: str
    why: str
    """Goes on after "-Name is not in jobsh: "; no full stop."""
    instead: str = ""
    """What to write instead; no full stop."""
    aliases: tuple[str, ...] = ()

    def is_called(self, name: str) -> bool:
        """Whether this is its name or alias, any case."""
        return name.casefold() in (n.casefold() for n in (self.name, *self.aliases))


class Declared(Struct):
    """Fields that are parameters, and what is fixed for all calls."""

    examples: ClassVar[tuple[Example, ...]] = ()
    default_set: ClassVar[str] = ""
    """The parameter set when the words leave it open."""
    changes_something: ClassVar[bool] = False
    """Whether it has `-WhatIf` and `-Confirm` (asked through `ctx.should_process`)."""
    moves: ClassVar[bool] = False
    """Whether what follows is meant for another place: when a call fails the text ends, as nothing of that may run here."""
    goes_to_sessions: ClassVar[bool] = False
    """Whether a session among its arguments is only gone to: the directory it is in need not be known."""
    takes_chunks: ClassVar[bool] = False
    """Whether `ctx.input` gives Chunks untouched instead of Lines."""
    hands_on: ClassVar[bool] = False
    """Whether it gives the very objects that it gets, so that completion knows what comes after it."""
    takes_formatted: ClassVar[bool] = False
    """Whether it may come after a Format- verb, as what puts objects out may."""
    always_script: ClassVar[tuple[str, ...]] = ("Interpreter",)
    """Parameters that make every HostScript block of this call a script."""
    refused: ClassVar[tuple[Refused, ...]] = ()
    """PowerShell's parameters that mean nothing here: completion does not offer them, Get-Help -Full lists them at the end."""
    output_types: ClassVar[tuple[type, ...]] = ()
    gives: ClassVar[str] = ""
    """For help: what it writes to the pipeline, in a sentence, where the names of `output_types` do not tell."""
