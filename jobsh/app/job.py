"""The composition root of a job's own process: jobsh code under the runner, which gives its text as a file and its values and
location in the environment. Outlives shell and engine."""

from __future__ import annotations

import os
from collections.abc import Sequence

from jobsh.app.front_end import FrontEndOptions, make_engine, make_interpreter
from jobsh.app.record_outside import RecordOutside
from jobsh.batch import BatchOutside, run_batch
from jobsh.errors import JobshError
from jobsh.model import wire
from jobsh.model.ids import InstanceId
from jobsh.model.messages import OpenSession
from jobsh.runtime.failures import error_record
from jobsh.runtime.handover import LOCATION_VARIABLE, SSH_CONFIG_VARIABLE, VALUES_VARIABLE, Handover
from jobsh.runtime.interpreter import Interpreter

JOB_VARIABLE = "JOBSH_JOB"
"""Set by the runner: the InstanceId of the job."""


async def run_job(options: FrontEndOptions, text: str, arguments: Sequence[object]) -> int:
    """Run the code of a job; its exit status."""
    environment = dict(os.environ)
    values, location = environment.pop(VALUES_VARIABLE, ""), environment.pop(LOCATION_VARIABLE, "")
    options = options.replace(ssh_config=environment.pop(SSH_CONFIG_VARIABLE, ""))
    id = environment.get(JOB_VARIABLE, "")
    outside = RecordOutside(environment, InstanceId(id)) if id else BatchOutside(environment)
    engine = make_engine(options, outside, environment)
    interpreter = make_interpreter(engine, outside, environment, options)
    interpreter.shell.captures_errors = bool(id)
    arguments = Handover.received(values).give_to(interpreter.shell) or arguments
    try:
        if location:
            await _go_to(interpreter, location)
        return _status(await run_batch(interpreter, outside, text, "job", arguments), interpreter)
    except JobshError as error:
        record = error_record(error)
        await outside.error(record, "", None)
        return record.exit_status
    finally:
        await interpreter.aclose()
        await engine.aclose()


def _status(status: int, interpreter: Interpreter) -> int:
    ran_to_its_end = not interpreter.was_ended_by_error and status == interpreter.shell.status
    return interpreter.shell.status_of_job if ran_to_its_end else status


async def _go_to(interpreter: Interpreter, location: str) -> None:
    """Let the host be where the code runs."""
    address = wire.loads(location)
    shell = interpreter.shell
    session = await shell.engine.open_session(OpenSession(address, is_temporary=True))
    shell.top.enter(session.id, shell.session_scope(session.id), close_on_exit=True)
