"""How help is laid out."""

from __future__ import annotations

from jobsh.command.layout import table


def test_a_word_that_is_too_long_for_its_column_has_a_line_to_itself() -> None:
    rows = [("-Id", "Sessions by id."), ("-IdleTimeoutSec, -IdleTimeout", "After so long.")]
    assert list(table(rows, indent="  ", width=10)) == [
        "  -Id         Sessions by id.",
        "  -IdleTimeoutSec, -IdleTimeout",
        "              After so long.",
    ]
