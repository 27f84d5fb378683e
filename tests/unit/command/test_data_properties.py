"""What holds of CSV, tables, orders and comparisons for any data."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jobsh.cmdlets.compare_object import _Entry, compared
from jobsh.command.comparison import sort_key, sort_keys
from jobsh.command.csv_format import CsvReader, CsvWriter, Quotes
from jobsh.command.text_format import _shrunk, aligned, cells_of, cut, format_all, pieces
from jobsh.command.values import PropertyBag

CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=12)
ROWS = st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=5)
VALUES = st.one_of(
    st.lists(st.one_of(st.integers(), st.floats(allow_nan=False))),
    st.lists(st.text(max_size=3)),
    st.lists(st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=3))),
)
LISTS = st.lists(st.sampled_from("abcd"), max_size=8)


@given(ROWS, st.sampled_from(",;\t|"), st.sampled_from((Quotes.AS_NEEDED, Quotes.ALWAYS)))
def test_csv_comes_back_as_it_was(rows: list[list[str]], delimiter: str, quotes: Quotes) -> None:
    writer = CsvWriter(delimiter, quotes=quotes)
    text = [line for row in rows for line in writer.lines(PropertyBag(zip("abc", row, strict=True)))]
    reader = CsvReader(delimiter)
    lines = [part for line in text for part in line.split("\n")]
    found = [bag for line in lines for bag in reader.objects(line)] + list(reader.rest())
    assert [list(bag.properties.values()) for bag in found] == rows


@given(st.text(max_size=30), st.integers(1, 12))
def test_cells_are_kept_to(text: str, width: int) -> None:
    assert cells_of(cut(text, width)) <= max(width, 1)
    assert cells_of(aligned(cut(text, width), width, "right")) >= width - 1
    assert "".join("".join(pieces(text, width)).split()) == "".join(text.split())


@given(VALUES, st.booleans())
def test_keys_sort_as_comparisons_do(values: list[object], case_sensitive: bool) -> None:
    keys = sort_keys(values, case_sensitive=case_sensitive)
    places = sorted(range(len(values)), key=keys.__getitem__)
    slow = sort_key(case_sensitive=case_sensitive)
    assert places == sorted(range(len(values)), key=lambda n: slow(values[n]))


@given(ROWS, st.integers(12, 40))
def test_a_table_is_no_wider_than_it_may_be(rows: list[list[str]], width: int) -> None:
    bags = [PropertyBag(zip("abc", row, strict=True)) for row in rows]
    assert all(cells_of(line) <= width for line in format_all(bags, width).split("\n"))


@given(st.lists(st.integers(0, 30), min_size=1, max_size=5), st.integers(5, 60))
def test_the_widest_columns_give_first(wanted: list[int], limit: int) -> None:
    slow = list(wanted)
    while sum(slow) > limit - (len(slow) - 1) and max(slow) > 1:
        slow[slow.index(max(slow))] -= 1
    assert _shrunk(wanted, limit) == slow


@given(LISTS, LISTS, st.one_of(st.none(), st.integers(0, 9)))
def test_a_comparison_accounts_for_every_object(ours: list[str], theirs: list[str], window: int | None) -> None:
    sides = list(compared([_Entry(x, None, x) for x in ours], [_Entry(x, None, x) for x in theirs], window))
    both = [str(entry.item) for entry, side in sides if side == "=="]
    assert sorted(both + [str(e.item) for e, side in sides if side == "<="]) == sorted(ours)
    assert sorted(both + [str(e.item) for e, side in sides if side == "=>"]) == sorted(theirs)
    if window is None:
        assert not {e.item for e, side in sides if side == "<="} & {e.item for e, side in sides if side == "=>"}
