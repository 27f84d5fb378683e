"""`pipeline &`: makes the chain before it a job at the location, with the values it names; the next statement runs at once."""

from __future__ import annotations

from collections.abc import AsyncIterator

from jobsh.language import ast
from jobsh.model.ids import HERE
from jobsh.model.messages import JobRequest, Program
from jobsh.runtime.frame import Frame
from jobsh.runtime.programs import code_program, text_program


async def run_background(node: ast.Background, frame: Frame) -> AsyncIterator[object]:
    """Start the job and write it, as Start-Job does."""
    location = frame.place.location
    await frame.shell.here.refresh()
    surroundings = frame.shell.here.surroundings() if location is HERE else None
    program = await _program(node, frame)
    frame.shell.status = 0
    yield await frame.shell.engine.start_job(location, JobRequest(program, surroundings=surroundings))


async def _program(node: ast.Background, frame: Frame) -> Program:
    body = node.body
    if isinstance(body, ast.Pipeline) and len(body.stages) == 1 and isinstance(body.stages[0], ast.ShellText):
        return (await text_program(body.stages[0], frame)).replace(shown=node.text.strip())
    return code_program(frame, body, node.text.strip())
