"""What Start-Job starts: the script with what comes before it, the directory it starts in, values for its environment."""

from __future__ import annotations

from textwrap import dedent

from jobsh.command.context import Context
from jobsh.command.script_block import ScriptBlock
from jobsh.command.text import to_text
from jobsh.command.values import HashTable
from jobsh.errors import BindingError, OperationError, PathNotFound
from jobsh.model.files import FileKind
from jobsh.model.messages import Environment


def with_beginning(
    ctx: Context, first: ScriptBlock | str, script: ScriptBlock | str, interpreter: str
) -> ScriptBlock | str:
    """Both as one: they run in the same process, `first` before the other. Jobsh code may begin with shell text."""
    if is_code(script):
        return ctx.code(_as_code(_text(first), script), "script")
    if is_code(first):
        hint = "write it for the shell, or begin the block like jobsh, with a cmdlet or a value"
        raise BindingError("-InitializationScript is jobsh code, and what it prepares is a script", hint=hint)
    texts = _text(first), _text(script)
    if interpreter.startswith("python"):  # each by itself: to Python the blanks after a `{` are an indented statement
        texts = dedent(texts[0]), dedent(texts[1])
    return _as_script(*texts)


def is_code(script: ScriptBlock | str) -> bool:
    """Whether it is jobsh code."""
    return not isinstance(script, str) and script.code is not None


def _text(script: ScriptBlock | str) -> str:
    return script if isinstance(script, str) else script.text


def _as_code(first: str, script: ScriptBlock | str) -> str:
    assert not isinstance(script, str)
    has_parameters = script.code is not None and bool(script.code.params)
    # parameters come before everything else of their block
    return f"{first}\n& {{{script.text}\n}} @args" if has_parameters else f"{first}\n{script.text}"


def _as_script(first: str, script: str) -> str:
    if not script.lstrip("\n").startswith("#!"):
        return f"{first}\n{script}"
    line, _, rest = script.lstrip("\n").partition("\n")
    return f"{line}\n{first}\n{rest}"


def at_directory(ctx: Context, directory: str, script: ScriptBlock) -> ScriptBlock:
    """Jobsh code that begins by going there, wherever it runs."""
    quoted = directory.replace("'", "''")
    return ctx.code(_as_code(f"Set-Location -LiteralPath '{quoted}'", script), "script")


async def directory_of(ctx: Context, path: str) -> str:
    """The whole path of a directory at the location. Raises OperationError when it is not there: then nothing is started."""
    if not path.strip():
        raise BindingError("-WorkingDirectory names no directory", error_id="ParameterArgumentValidationError")
    whole = await ctx.whole_path(path)
    try:
        is_directory = (await ctx.files(ctx.location).stat(whole)).kind is FileKind.DIRECTORY
    except PathNotFound:
        is_directory = False
    if not is_directory:
        raise OperationError(
            f"-WorkingDirectory: there is no directory {path}",
            hint="no job was started",
            error_id="DirectoryNotFoundException",
            target=path,
        )
    return whole


def variables_of(table: HashTable | None) -> Environment:
    """The values of -Environment as texts; $null is an empty one."""
    return tuple((str(name), to_text(value)) for name, value in (table or {}).items())
