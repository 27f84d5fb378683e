"""What of the engine front ends are served with. Implemented by `engine.engine`."""

from __future__ import annotations

from typing import Protocol

from jobsh.engine.ends import Ends
from jobsh.engine.fan_outs import FanOuts
from jobsh.engine.here import HereJobs
from jobsh.engine.hosted import HostedJobs
from jobsh.engine.hosts import Hosts
from jobsh.engine.sessions import Sessions
from jobsh.model.ids import InstanceId
from jobsh.model.messages import EngineStatus
from jobsh.ports.store import Store


class Services(Protocol):
    """The engine's parts, and what it says of itself."""

    store: Store
    hosts: Hosts
    sessions: Sessions
    here: HereJobs
    fan_outs: FanOuts
    hosted: HostedJobs
    ends: Ends
    attached_jobs: set[InstanceId]
    """Jobs that end with their front end."""
    is_leaving: bool
    """Whether front ends do not leave the engine, but it leaves them."""

    def is_attached(self, id: InstanceId) -> bool:
        """Whether a job ends with its front end."""

    async def status(self) -> EngineStatus:
        """How it is."""
