"""No room here for a host's output: its job goes on, following pauses, and all is there once there is room."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jobsh.app.engine import local_engine
from jobsh.config import private_directory, read_settings
from jobsh.model.ids import HERE, JobId
from jobsh.model.job_state import JobState
from jobsh.model.queries import JobQuery
from tests.asynchronous import run, wait_until
from tests.engines import FakeAsker, fan_out, output_of, real_front_end
from tests.sshd import SshdFarm

ROOM = 1_000_000


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """Files of this process cannot grow beyond `size`; the next byte is an error, as on a full disk."""
    before, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, most))


def test_following_goes_on_when_there_is_room_again(farm: SshdFarm, place: Path) -> None:
    environment = farm.environment(place)
    settings = read_settings(environment)
    private_directory(settings.state)

    async def test() -> None:
        async with local_engine(settings) as engine:
            front_end = engine.attach(real_front_end(environment, farm.ssh_config), FakeAsker())

            async def child_size() -> int:
                (child,) = await front_end.select_jobs(HERE, JobQuery(ids=(JobId(1, 1),)))
                assert child.output is not None
                return child.output.out

            async def is_full() -> bool:
                return await child_size() == ROOM

            with room_for(ROOM):
                job = await front_end.fan_out(fan_out("web01", text="yes 0123456789 | head -c 3000000; echo err >&2"))
                await wait_until(is_full)
                (seen,) = await front_end.select_jobs(HERE, JobQuery(ids=(job.id,)))
                assert seen.state is JobState.RUNNING
            (ended,) = await front_end.wait_jobs(HERE, (job.id,), any_one=False, timeout=60)
            assert ended.state is JobState.COMPLETED
            out, err = await output_of(front_end, ended.children[0])
            assert (out, err) == ((b"0123456789\n" * 300_000)[:3_000_000], b"err\n")
            await front_end.aclose()

    run(test())
