"""Variables by name: a chain of scopes, as functions and blocks nest while they run. Names do not mind their case."""

from __future__ import annotations

from collections.abc import Iterator

from jobsh.errors import BindingError


class Scope:
    """The variables of one function, block, file or session; `parent` is the scope of whoever called."""

    __slots__ = ("_empty", "_types", "_variables", "is_top", "parent")

    def __init__(self, parent: Scope | None = None, *, is_top: bool = False) -> None:
        self.parent = parent
        self.is_top = is_top
        """Whether `$script:` means this one: the shell's, a file's or a session's."""
        self._variables: dict[str, tuple[str, object]] = {}
        self._empty: set[str] = set()
        """Names that an empty pipeline was assigned to: `$null`, but nothing where they are piped on."""
        self._types: dict[str, str] = {}
        """What `[int]$x = …` asks of every later assignment, by name in lower case."""

    def get(self, name: str) -> object:
        """The value as stored, or None."""
        found = self.find(name)
        return found[1] if found else None

    def find(self, name: str) -> tuple[str, object] | None:
        """(spelling, value) from the nearest scope that has the name."""
        folded = name.casefold()
        for scope in self._chain():
            if folded in scope._variables:
                return scope._variables[folded]
        return None

    def constrain(self, name: str, type_name: str) -> None:
        """From now on the variable holds values of this type."""
        self._types[name.casefold()] = type_name

    def type_of(self, name: str) -> str | None:
        """The type the variable of this very scope is constrained to."""
        return self._types.get(name.casefold()) if self._types else None

    def set_nothing(self, name: str) -> None:
        """Assign what an empty pipeline gives."""
        self.set(name, None)
        self._empty.add(name.casefold())

    def is_nothing(self, name: str) -> bool:
        """Whether the variable was assigned an empty pipeline."""
        folded = name.casefold()
        holder = next((scope for scope in self._chain() if folded in scope._variables), None)
        return holder is not None and folded in holder._empty

    def set(self, name: str, value: object) -> None:
        """Assign in this very scope; the newest spelling counts."""
        folded = name.casefold()
        self._variables[folded] = (name, value)
        if self._empty:
            self._empty.discard(folded)

    def keep(self, name: str, values: list[object]) -> list[object]:
        """Let the variable be `values`, to which more will come; `+NAME` has them after what it holds (`-OutVariable`)."""
        name, adds = name.removeprefix("+"), name.startswith("+")
        before = self.get(name) if adds else None
        if before is not None:
            values[:0] = before if isinstance(before, list) else [before]
        self.set(name, values)
        return values

    def remove(self, name: str) -> bool:
        """Forget the nearest variable of that name; False when there was none."""
        folded = name.casefold()
        for scope in self._chain():
            if scope._variables.pop(folded, None) is not None:
                scope._types.pop(folded, None)
                return True
        return False

    def names(self) -> tuple[str, ...]:
        """All visible names, in the spelling they were assigned under."""
        seen: dict[str, str] = {}
        for scope in self._chain():
            for folded, (spelling, _) in scope._variables.items():
                seen.setdefault(folded, spelling)
        return tuple(seen.values())

    def has_exactly(self, name: str) -> bool:
        """Whether a variable was assigned under exactly this spelling: what shell text can name."""
        found = self.find(name)
        return found is not None and found[0] == name

    def at(self, scope: str) -> Scope:
        """The variables of one scope alone: Local, Script, Global, or how many scopes further out."""
        chain = tuple(self._chain())
        named = {"local": self, "private": self, "script": self.top(), "global": chain[-1]}
        found = named.get(scope.casefold())
        if found is None and scope.isdecimal() and int(scope) < len(chain):
            found = chain[int(scope)]
        if found is None:
            hint = f"scopes are Local, Script, Global and 0 to {len(chain) - 1}"
            raise BindingError(f"there is no scope {scope} here", hint=hint, error_id="UnknownScope")
        alone = Scope()
        alone._variables = found._variables
        return alone

    def top(self) -> Scope:
        """What `$script:` means."""
        *_, last = (scope for scope in self._chain() if scope.is_top or scope.parent is None)
        return next((scope for scope in self._chain() if scope.is_top), last)

    def _chain(self) -> Iterator[Scope]:
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.parent
