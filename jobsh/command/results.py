"""What verbs for objects give besides the objects they were given, with how it looks. Loaded by the verbs that need it."""

from __future__ import annotations

from jobsh.command import property_tables, views
from jobsh.command.text import Textual
from jobsh.model.struct import Struct


class GroupInfo(Struct):
    """Objects that agree."""

    count: int
    name: str
    group: list[object]
    values: list[object]


class GroupInfoNoElement(Struct):
    """How many objects agree."""

    count: int
    name: str
    values: list[object]


class ProcessInfo(Struct):
    """A process that was started."""

    id: int
    process_name: str
    computer_name: str
    start_time: object
    exit_code: int | None = None
    """Where somebody waited for it."""


class MatchContext(Struct):
    """The lines around one that was found."""

    pre_context: tuple[str, ...]
    post_context: tuple[str, ...]


class MatchInfo(Textual):
    """A line in which something was found."""

    line_number: int
    line: str
    path: str
    """The whole path; empty for what came through the pipeline."""
    shown_path: str
    """The path as people see it: from the current directory on."""
    pattern: str
    matches: tuple[object, ...]
    ignore_case: bool = True
    computer_name: str = ""
    context: MatchContext | None = None

    def shown(self) -> str:
        """As grep writes it: file and number before a line of a file, the lines around it set off."""
        if self.context is None:
            return self._placed(self.line_number, ":", self.line)
        before, after = self.context.pre_context, self.context.post_context
        lines = [(n - len(before), "-", "  ", line) for n, line in enumerate(before)]
        lines.append((0, ":", "> ", self.line))
        lines += [(n, "-", "  ", line) for n, line in enumerate(after, 1)]
        return "\n".join(mark + self._placed(self.line_number + n, sign, line) for n, sign, mark, line in lines)

    def _placed(self, number: int, sign: str, line: str) -> str:
        host = f"{self.computer_name}: " if self.computer_name else ""
        return f"{host}{self.shown_path}{sign}{number}{sign}{line}" if self.path else host + line


_COUNT = ("Count", 5, "right")

_MATCH: property_tables.Properties = {
    "IgnoreCase": lambda match: match.ignore_case,
    "LineNumber": lambda match: match.line_number,
    "Line": lambda match: match.line,
    "Filename": lambda match: match.path.rpartition("/")[2] or "InputStream",
    "Path": lambda match: match.path or "InputStream",
    "Pattern": lambda match: match.pattern,
    "Context": lambda match: match.context,
    "Matches": lambda match: match.matches,
    "ComputerName": lambda match: match.computer_name,
}

property_tables.register(MatchInfo, _MATCH, {})
views.register(GroupInfo, views.View(views.columns(_COUNT, ("Name", 25), ("Group", 0))))
views.register(GroupInfoNoElement, views.View(views.columns(_COUNT, ("Name", 25))))
views.register(
    ProcessInfo,
    views.View(views.columns(("Id", 7, "right"), ("ProcessName", 15), ("ComputerName", 15), ("StartTime", 19))),
)
