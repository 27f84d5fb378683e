"""What a copy takes from the words of a host."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from jobsh.engine.file_copy import part_name
from jobsh.engine.tree_walk import leads_out
from jobsh.model.files import FileInfo

NAMES = ("a", "b", "l", "m")
PLACES = st.sampled_from([f"{directory}{name}" for directory in ("", "a/", "a/b/") for name in ("l", "m", "n")])
TARGETS = st.lists(st.sampled_from((*NAMES, "..", ".", "")), min_size=1, max_size=6).map("/".join)


@given(st.dictionaries(PLACES, TARGETS, max_size=6))
@settings(max_examples=300)
def test_no_link_that_is_made_leads_out_of_the_tree_whatever_other_links_do(links: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory, "root")
        (root / "a" / "b").mkdir(parents=True)
        for place, target in links.items():
            if not leads_out(place, target):
                (root / place).symlink_to(target or ".")
        for place in links:
            try:
                reached = os.path.realpath(root / place, strict=True)
            except OSError:  # it leads nowhere, or in a circle
                continue
            assert reached.startswith(os.path.realpath(root)), (place, links)


def test_a_part_belongs_to_one_state_of_one_source_and_one_host() -> None:
    info = FileInfo("x", 0o100644, 10, 5.0)
    name = part_name("x", "web01:/x", "", info)
    assert name == part_name("x", "web01:/x", "", info.replace(modified=5.9))
    others = [
        part_name("x", "web02:/x", "", info),
        part_name("x", "web01:/x", "web03", info),
        part_name("x", "web01:/x", "", info.replace(size=11)),
        part_name("y", "web01:/x", "", info),
    ]
    assert len({name, *others}) == 5
    assert len(os.fsencode(part_name("\N{SNOWMAN}" * 85, "web01:/x", "", info))) <= 255
