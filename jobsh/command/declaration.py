"""How a cmdlet is declared: a class whose fields are its parameters.

    class StopJob(Cmdlet):
        '''Stop running jobs and wait until their processes are gone, here or on their hosts.'''

        id: Annotated[tuple[JobSelector, ...], Param("Jobs to stop.", position=0, in_set="Id", from_pipeline=True)] = ()
        pass_thru: Annotated[bool, Param("Write each stopped job to the pipeline.")] = False
        examples = (Example("Stop-Job 3", "Stop job 3."),)

        async def invoke(self, ctx: Context) -> AsyncIterator[Job]: ...

The verb's name and aliases stand in the one table of `jobsh.cmdlets`; a field `pass_thru` is the parameter `-PassThru`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from jobsh.command.context import Context
from jobsh.command.declared import Declared, Example, Param, Refused


class Cmdlet(Declared):
    """Base of all cmdlets. An instance is one bound call."""

    def invoke(self, ctx: Context) -> AsyncIterator[object]:
        """Run: an async generator of objects. It is closed (`aclose`) when the next stage wants no more."""
        raise NotImplementedError


__all__ = ["Cmdlet", "Example", "Param", "Refused"]
