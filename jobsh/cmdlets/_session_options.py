"""-SessionOption: an object of New-SessionOption or a hashtable with its names, over what the preference variable says."""

from __future__ import annotations

from collections.abc import Sequence

from jobsh.cmdlets.new_sessionoption import NewSessionOption
from jobsh.command.binder import bind
from jobsh.command.candidates import Candidate
from jobsh.command.context import Context
from jobsh.command.conversion import to_hashtable
from jobsh.command.given import Given
from jobsh.command.spec import spec_of
from jobsh.command.text import to_text
from jobsh.command.types import HashTableType
from jobsh.errors import BindingError, OperationError, Span
from jobsh.model.session_option import SessionOption

_PREFERENCES = ("PSSessionOption", "SessionOption")


class SessionOptionType(HashTableType):
    """Options of a session. A hashtable's keys are the parameters of New-SessionOption."""

    word = "session option"

    def keys(self, path: tuple[str, ...]) -> Sequence[Candidate]:
        spec = spec_of(NewSessionOption, "New-SessionOption")
        return [Candidate(p.name, p.param.help) for p in spec.parameters] if not path else ()

    def from_object(self, value: object) -> object:
        if isinstance(value, SessionOption):
            return value
        table = to_hashtable(value)
        spec = spec_of(NewSessionOption, "New-SessionOption")
        given = [Given(to_text(k), v, to_text(v), Span(0, 0)) for k, v in table.items() if v is not None]
        try:
            call = bind(spec, given).complete()
            assert isinstance(call, NewSessionOption)
            return call.option()
        except BindingError as error:
            raise OperationError(error.message, hint=error.hint, error_id=error.error_id) from None

    def fits_object(self, value: object) -> bool:
        return isinstance(value, SessionOption) or super().fits_object(value)

    def describe(self) -> str:
        return "what New-SessionOption gives, or a hashtable: @{OpenTimeout='5s'; IdleTimeout='2h'}"


def session_option(ctx: Context, given: SessionOption | None) -> SessionOption:
    """What was given; what that leaves open as $PSSessionOption (or $SessionOption) says."""
    name = next((name for name in _PREFERENCES if ctx.scope.get(name) is not None), "")
    if not name:
        return given or SessionOption()
    try:
        wanted = SessionOptionType().from_object(ctx.scope.get(name))
    except OperationError as error:
        raise OperationError(f"${name}: {error.message}", hint=error.hint, error_id=error.error_id) from None
    assert isinstance(wanted, SessionOption)
    return (given or SessionOption()).over(wanted)
