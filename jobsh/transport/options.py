"""A Route's ssh options as the values that count, with our defaults where the user has set none."""

from __future__ import annotations

from jobsh.ports.transport import Route

CONNECT_TIMEOUT = 10.0
KEEPALIVE_INTERVAL = 15.0
KEEPALIVE_COUNT = 3


class Settings:
    """Reads the options of one Route."""

    def __init__(self, route: Route) -> None:
        self.route = route
        self.label = route.address.label
        """The host as the user named it."""
        self.host_name = route.host_name
        self.port = route.port
        self._options = dict(route.options)

    def all(self, option: str) -> tuple[str, ...]:
        """All values of an option."""
        return self._options.get(option, ())

    def first(self, option: str) -> str:
        """Its first value; empty when it is not set."""
        return self._options.get(option, ("",))[0]

    def list(self, option: str) -> tuple[str, ...]:
        """A comma list as a tuple."""
        return tuple(word for word in self.first(option).split(",") if word)

    def is_on(self, option: str, *, default: bool = False) -> bool:
        """A yes or no."""
        value = self.first(option).lower()
        return value in ("yes", "true") if value else default

    def number(self, option: str, default: int) -> int:
        """A count or a number of seconds; `none` and nothing are the default."""
        value = self.first(option)
        return int(value) if value.isascii() and value.isdigit() else default

    @property
    def connect_timeout(self) -> float:
        """Seconds for TCP, handshake and login together, not counting a person who is asked."""
        return self.route.address.connect_timeout or float(self.number("connecttimeout", 0)) or CONNECT_TIMEOUT

    @property
    def keepalive(self) -> tuple[float, int]:
        """Seconds of silence before the host is asked for a sign of life, and how many it may leave unanswered."""
        interval = self.number("serveraliveinterval", 0)
        if not interval:
            return KEEPALIVE_INTERVAL, KEEPALIVE_COUNT
        return float(interval), max(1, self.number("serveralivecountmax", KEEPALIVE_COUNT))
