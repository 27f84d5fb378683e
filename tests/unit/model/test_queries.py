"""Wildcards as PowerShell's -like reads them."""

import pytest

from jobsh.model.queries import has_wildcard, matches, matches_case


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("job*", "Job1", True),
        ("job?", "Job12", False),
        ("[a-c]at", "Bat", True),
        ("[a-c]at", "rat", False),
        ("a`*b", "a*b", True),
        ("a`*b", "axb", False),
        ("[", "[", True),
        ("[z-a]", "[z-a]", True),
        ("a.c", "abc", False),
        ("*", "two\nlines", True),
        ("", "", True),
    ],
)
def test_like(pattern: str, text: str, expected: bool) -> None:
    assert matches(pattern, text) is expected


def test_clike_heeds_case() -> None:
    assert matches_case("Job*", "Job1")
    assert not matches_case("job*", "Job1")


def test_a_literal_name_is_no_pattern() -> None:
    assert [has_wildcard(text) for text in ("up", "up*", "u?", "[u]p")] == [False, True, True, True]
