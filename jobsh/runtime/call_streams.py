"""What one call of a cmdlet writes to streams other than its output: common parameters and preference variables decide, variables keep."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from jobsh.command.text import to_text
from jobsh.errors import JobshError
from jobsh.model.records import Chunk, ErrorRecord, Stream, StreamRecord
from jobsh.runtime.blocks import CodeBlock
from jobsh.runtime.failures import error_preference, error_record, kinds_of, report
from jobsh.runtime.flow import Thrown
from jobsh.runtime.frame import Frame
from jobsh.runtime.streams import Where, labelled

if TYPE_CHECKING:
    from jobsh.command.common import CommonParameters
    from jobsh.runtime.kept import KeptLines

QUIET = ("silentlycontinue", "ignore")
_PREFERENCES = {
    Stream.WARNING: "WarningPreference",
    Stream.VERBOSE: "VerbosePreference",
    Stream.DEBUG: "DebugPreference",
    Stream.INFORMATION: "InformationPreference",
}
_SILENT_BY_DEFAULT = (Stream.VERBOSE, Stream.DEBUG)


class CallStreams:
    """The streams of one call."""

    def __init__(self, frame: Frame, command: str, common: CommonParameters, where: Where) -> None:
        self._frame = frame
        self._command = command
        self._common = common
        self._where = where
        self._kept: dict[Stream, list[object]] = {}
        self._lines: KeptLines | None = None

    async def write(self, stream: Stream, value: object) -> None:
        """Write to a stream other than the output."""
        if stream is Stream.ERROR and not isinstance(value, Chunk):
            await self.error(value if isinstance(value, ErrorRecord) else ErrorRecord(to_text(value)))
            return
        action = self._action(stream, is_hidden=isinstance(value, StreamRecord) and value.is_hidden)
        is_whole = isinstance(value, (Chunk, StreamRecord))
        shown = value if is_whole else StreamRecord(stream, to_text(value))
        if action != "ignore":
            self._keep(stream, shown)
        if action == "stop" or await self._is_halted(action, to_text(value)):
            record = ErrorRecord(to_text(value), "OperationStopped", "ActionPreferenceStop", command=self._command)
            raise Thrown(record, (), *self._where)
        if action not in QUIET:
            await self._frame.streams.write(stream, shown, self._where)

    def _action(self, stream: Stream, *, is_hidden: bool) -> str:
        """What to do with a record: the common parameter decides, else the preference variable."""
        given: object = None
        if stream is Stream.WARNING:
            given = self._common.warning_action
        elif stream is Stream.INFORMATION:
            given = self._common.information_action
        elif stream in _SILENT_BY_DEFAULT:
            flag = self._common.verbose if stream is Stream.VERBOSE else self._common.debug
            given = None if flag is None else ("Continue" if flag else "SilentlyContinue")
        if given is None and stream in _PREFERENCES:
            given = self._frame.scope.get(_PREFERENCES[stream])
            if stream is Stream.INFORMATION and not is_hidden and to_text(given).lower() != "ignore":
                given = None  # Write-Host, which the preference is not about
        is_hidden = is_hidden or stream in _SILENT_BY_DEFAULT
        return to_text(given or ("SilentlyContinue" if is_hidden else "Continue")).lower()

    async def error(self, error: JobshError | ErrorRecord) -> None:
        """Write a non-terminating error."""
        kinds: tuple[str, ...] = ()
        if isinstance(error, JobshError):
            kinds, error = kinds_of(error), error_record(error, self._command)
        record = error if error.command else error.replace(command=self._command)
        record = labelled(record, self._frame.origin)
        if not await self.takes_quietly(record, kinds):
            self._keep(Stream.ERROR, record)
            await report(record, self._where, self._frame)

    async def takes_quietly(self, record: ErrorRecord, kinds: tuple[str, ...]) -> bool:
        """Apply `-ErrorAction`: Stop raises, SilentlyContinue and Ignore say nothing and give True, Inquire asks."""
        action = (self._common.error_action or error_preference(self._frame)).lower()
        if action == "stop" or await self._is_halted(action, record.message):
            self._keep(Stream.ERROR, record)
            raise Thrown(record, kinds, *self._where)
        if action not in QUIET:
            return False
        if action == "ignore":
            self._frame.tally.failed(record.exit_status)
        else:
            self._keep(Stream.ERROR, record)
            await report(record, self._where, self._frame, is_shown=False)
        return True

    def keep_errors_of(self, values: Iterable[object]) -> None:
        """`-ErrorVariable`: the errors of the blocks among the arguments are the command's, too."""
        kept = self._kept[Stream.ERROR] = self._frame.scope.keep(self._common.error_variable, [])
        for block in (item for value in values for item in (value if isinstance(value, tuple) else (value,))):
            if isinstance(block, CodeBlock):
                block.frame = block.frame.derive(kept_errors=(*block.frame.kept_errors, kept))

    def _keep(self, stream: Stream, value: object) -> None:
        """`-ErrorVariable`, `-WarningVariable`, `-InformationVariable`."""
        name = {
            Stream.ERROR: self._common.error_variable,
            Stream.WARNING: self._common.warning_variable,
            Stream.INFORMATION: self._common.information_variable,
        }.get(stream)
        if name:
            if stream not in self._kept:
                self._kept[stream] = self._frame.scope.keep(name, [])
            if isinstance(value, Chunk):
                self._keep_lines(self._kept[stream], value)
            else:
                self._kept[stream].append(value)

    def _keep_lines(self, kept: list[object], chunk: Chunk) -> None:
        if self._lines is None:
            from jobsh.runtime.kept import KeptLines

            self._lines = KeptLines(kept)
        self._lines.add(chunk)

    async def _is_halted(self, action: str, text: str) -> bool:
        """The action Inquire: whether the user wants no more."""
        if action != "inquire":
            return False
        from jobsh.runtime.confirming import may_go_on

        return not await may_go_on(text, self._frame)
