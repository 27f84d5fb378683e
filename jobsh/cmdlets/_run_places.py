"""Where Invoke-Command runs its command: on hosts, in sessions or where we are."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from jobsh.cmdlets import _hosts
from jobsh.cmdlets import _sessions as by
from jobsh.command.context import Context
from jobsh.command.selectors import SessionSelector
from jobsh.model.credential import Credential
from jobsh.model.hosts import HostAddress
from jobsh.model.ids import InstanceId, new_instance_id
from jobsh.model.messages import Target


class Aiming(_hosts.Connecting, Protocol):
    """A call that names hosts or sessions."""

    @property
    def computer_name(self) -> tuple[str, ...]: ...
    @property
    def session(self) -> tuple[SessionSelector, ...]: ...


class RunPlace(NamedTuple):
    """Where it runs."""

    target: Target
    name: str
    """Results of this machine's own programs have none."""
    is_here: bool
    """Whether it runs on this machine, in our surroundings."""
    runspace_id: InstanceId
    """On its records: of the session, or of this command there."""


class RunPlaces(NamedTuple):
    """All of them, and what is the same for all."""

    places: list[RunPlace]
    credential: Credential | None = None
    cancel_timeout: float | None = None


async def place_where_we_are(ctx: Context) -> RunPlace:
    """Where we are."""
    session = await ctx.session()
    if session is None:
        return RunPlace(HostAddress("", "localhost", is_local=True), "", is_here=True, runspace_id=new_instance_id())
    return RunPlace(session.id, session.computer_name, session.address.is_local, session.instance_id)


async def run_places(ctx: Context, call: Aiming, *, is_job: bool) -> RunPlaces:
    """The places that a call names; of several that cannot be, each is an error. The child of one that cannot run a job fails."""
    if not call.session:
        addresses, option, credential = await _hosts.reach(ctx, call, call.computer_name)
        places = [RunPlace(host, host.label, host.is_local, new_instance_id()) for host in dict.fromkeys(addresses)]
        return RunPlaces(places, credential, option.cancel_timeout)
    sessions = await (by.selected if is_job else by.to_run_in)(ctx, call.session)
    return RunPlaces([RunPlace(s.id, s.computer_name, s.address.is_local, s.instance_id) for s in sessions])
