"""A block of code as a value, as cmdlets and parameters see it. Implemented by `runtime`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Protocol

from jobsh.language.ast import BlockKind, Script
from jobsh.model.ids import Location
from jobsh.model.records import Origin

NO_ITEM: object = object()
"""No `$_`."""


class ScriptBlock(Protocol):
    """A `{ … }` as a value. A string given to a HostScript parameter becomes one too."""

    @property
    def text(self) -> str:
        """What stands between the braces."""

    @property
    def code(self) -> Script | None:
        """Its tree when it is jobsh code."""

    @property
    def kind(self) -> BlockKind:
        """How it was read."""

    def read_as(self, kind: BlockKind) -> ScriptBlock:
        """The same text read another way: what a block kept in a variable becomes when it reaches a parameter."""

    def run(
        self,
        *,
        item: object = NO_ITEM,
        arguments: Sequence[object] = (),
        named: Mapping[str, object] | None = None,
        input: AsyncIterator[object] | None = None,
        location: Location = ...,
        new_scope: bool = True,
        origin: Origin | None = None,
    ) -> AsyncIterator[object]:
        """Run jobsh code in the front end: what it writes. `item` is `$_`, `input` is `$input`; without `location`, where the
        caller is. Error, warning … records go to the caller's streams, labelled with `origin`. A shell block runs at the location
        as an attached command."""
