"""What Measure-Object knows of the values that have come so far: sums and extremes, in constant memory."""

from __future__ import annotations

from jobsh.command.comparison import total_order
from jobsh.command.conversion import parse_number


class Numbers:
    """Count, sum, mean and sample standard deviation of numbers (Welford's way)."""

    def __init__(self) -> None:
        self.sum: int | float = 0
        self._count = 0
        self._mean = 0.0
        self._squares = 0.0

    def add(self, number: int | float) -> None:
        """One more."""
        self.sum += number
        self._count += 1
        off = number - self._mean
        self._mean += off / self._count
        self._squares += off * (number - self._mean)

    @property
    def average(self) -> float | None:
        """The mean; None of nothing."""
        return self.sum / self._count if self._count else None

    @property
    def deviation(self) -> float:
        """How far the numbers are from their mean."""
        return (self._squares / (self._count - 1)) ** 0.5 if self._count > 1 else 0.0


class Extremes:
    """The smallest and the largest value. Text that is a number counts as one: the lines of a program are text."""

    def __init__(self) -> None:
        self.smallest: object = None
        self.largest: object = None
        self._is_empty = True

    def add(self, value: object) -> None:
        """One more."""
        if isinstance(value, str) and value.strip():
            number = parse_number(value)
            value = value if number is None else number
        elif isinstance(value, bool):
            value = int(value)
        if self._is_empty or _order(value, self.smallest) < 0:
            self.smallest = value
        if self._is_empty or _order(value, self.largest) > 0:
            self.largest = value
        self._is_empty = False


def _order(left: object, right: object) -> int:
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        return (left > right) - (left < right)
    return total_order(left, right, False)


class Texts:
    """Lines that are not empty, words and characters."""

    def __init__(self, *, without_white_space: bool) -> None:
        self.lines = self.words = self.characters = 0
        self._without_white_space = without_white_space

    def add(self, text: str) -> None:
        """One more."""
        words = text.split()
        self.lines += sum(bool(line.strip()) for line in text.splitlines())
        self.words += len(words)
        self.characters += sum(map(len, words)) if self._without_white_space else len(text)
