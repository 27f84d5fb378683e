"""Struct: immutable values with named fields."""

import pytest

from jobsh.model.struct import Struct


class Point(Struct):
    x: int
    y: int = 0


class Named(Point):
    name: str = "p"


def test_fields_are_given_by_position_or_name_and_defaults_fill_the_rest() -> None:
    assert Point(1) == Point(x=1, y=0)
    assert Named(1, 2, "q").astuple() == (1, 2, "q")


@pytest.mark.parametrize("wrong", [{}, {"x": 1, "z": 2}, {"y": 1}])
def test_a_missing_or_unknown_field_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(TypeError, match="Point takes x, y"):
        Point(**wrong)


def test_too_many_or_doubled_values_are_refused() -> None:
    with pytest.raises(TypeError):
        Point(1, 2, 3)  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        Point(1, x=2)  # type: ignore[misc]


def test_a_value_cannot_be_changed_but_replaced() -> None:
    point = Point(1)
    with pytest.raises(AttributeError, match=r"Point\.x cannot be changed"):
        point.x = 2  # type: ignore[misc]
    assert point.replace(y=5) == Point(1, 5)
    assert point == Point(1)


def test_values_of_different_types_differ_and_hashes_follow_equality() -> None:
    assert Named(1) != Point(1)
    assert len({Point(1), Point(1, 0), Point(2)}) == 2
    assert repr(Point(1)) == "Point(x=1, y=0)"
