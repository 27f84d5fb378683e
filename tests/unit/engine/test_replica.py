"""The copy of a job's output: its length is the offset, whatever comes twice, late or half."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobsh.engine import replica as replica_module
from jobsh.engine.replica import Replica, remove_old_replicas, remove_replica, replica_sizes, skip_to
from jobsh.model.job import Gap
from jobsh.model.records import Stream


def test_bytes_are_appended_where_they_belong(tmp_path: Path) -> None:
    replica = Replica(str(tmp_path / "r"))
    replica.append(Stream.OUTPUT, 0, b"hello ")
    replica.append(Stream.ERROR, 0, b"\0\xff")
    replica.append(Stream.OUTPUT, 6, b"world")
    assert replica.sizes == (11, 2)
    replica.close()
    assert (tmp_path / "r" / "out").read_bytes() == b"hello world"
    assert (tmp_path / "r" / "err").read_bytes() == b"\0\xff"
    assert replica_sizes(str(tmp_path / "r")) == (11, 2)


def test_what_is_here_is_skipped_and_a_gap_is_refused(tmp_path: Path) -> None:
    replica = Replica(str(tmp_path))
    replica.append(Stream.OUTPUT, 0, b"0123")
    replica.append(Stream.OUTPUT, 2, b"2345")
    replica.append(Stream.OUTPUT, 0, b"01")
    with pytest.raises(ValueError, match="only 6"):
        replica.append(Stream.OUTPUT, 7, b"7")
    replica.close()
    assert (tmp_path / "out").read_bytes() == b"012345"


def test_a_new_replica_goes_on_where_the_last_one_was_killed(tmp_path: Path) -> None:
    first = Replica(str(tmp_path))
    first.append(Stream.OUTPUT, 0, b"abc")
    first.close()
    second = Replica(str(tmp_path))
    assert second.sizes == (3, 0)
    second.append(Stream.OUTPUT, 3, b"d")
    second.close()
    assert (tmp_path / "out").read_bytes() == b"abcd"


@given(data=st.binary(max_size=300), cuts=st.lists(st.tuples(st.integers(0, 300), st.integers(1, 60)), max_size=40))
def test_any_order_of_repeated_pieces_gives_the_bytes(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, cuts: list[tuple[int, int]]
) -> None:
    directory = str(tmp_path_factory.mktemp("r"))
    replica = Replica(directory)
    for start, length in [*cuts, (0, len(data) + 1)]:
        start = min(start, replica.sizes[0])
        replica.append(Stream.OUTPUT, start, data[start : start + length])
    replica.close()
    assert Path(directory, "out").read_bytes() == data


def test_a_full_disk_leaves_what_fitted(tmp_path: Path) -> None:
    replica = Replica(str(tmp_path))
    os.close(replica._descriptors[0])
    replica._descriptors[0] = os.open("/dev/full", os.O_WRONLY)
    with pytest.raises(OSError, match="No space"):
        replica.append(Stream.OUTPUT, 0, b"x" * 100)
    assert replica.sizes == (0, 0)
    replica.close()


def test_the_index_tells_when_and_in_which_order_the_streams_grew(tmp_path: Path) -> None:
    replica = Replica(str(tmp_path))
    replica.append(Stream.OUTPUT, 0, b"one")
    replica.append(Stream.ERROR, 0, b"two")
    replica.append(Stream.OUTPUT, 3, b"three")
    replica.close()
    lines = [line.split() for line in (tmp_path / "index").read_text().splitlines()]
    assert [(int(out), int(err)) for _, out, err in lines] == [(3, 0), (3, 3), (8, 3)]
    times = [float(at) for at, _, _ in lines]
    assert times == sorted(times)


def test_much_growth_of_one_stream_shares_lines(tmp_path: Path) -> None:
    replica = Replica(str(tmp_path))
    began = time.monotonic()
    for n in range(5000):
        replica.append(Stream.OUTPUT, n, b"x")
    replica.close()
    lines = (tmp_path / "index").read_text().splitlines()
    intervals = (time.monotonic() - began) / replica_module._INDEX_INTERVAL
    assert len(lines) <= 2 * intervals + 3
    assert lines[-1].endswith(" 5000 0")


def test_removing_what_is_not_there_is_no_error(tmp_path: Path) -> None:
    remove_replica(str(tmp_path / "none"))
    Replica(str(tmp_path / "r")).close()
    remove_replica(str(tmp_path / "r"))
    assert not (tmp_path / "r").exists()


def test_only_old_copies_of_forgotten_jobs_are_deleted(tmp_path: Path) -> None:
    for name, age in (("kept", 100), ("old", 100), ("grown", 100), ("new", 1)):
        Replica(str(tmp_path / name)).close()
        for path in (tmp_path / name / "out", tmp_path / name / "err", tmp_path / name):
            os.utime(path, (1000 - age, 1000 - age))
    os.utime(tmp_path / "grown" / "out", (999, 999))
    remove_old_replicas(str(tmp_path), {"kept"}, 950)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["grown", "kept", "new"]
    remove_old_replicas(str(tmp_path / "none"), set(), 950)


def test_what_somebody_else_received_does_not_travel(tmp_path: Path) -> None:
    skip_to(str(tmp_path / "r"), 5, 0, Gap(5, 0, 3))
    assert replica_sizes(str(tmp_path / "r")) == (5, 0)
    assert (tmp_path / "r" / "gap.5.0.3").exists()
    replica = Replica(str(tmp_path / "r"))
    replica.append(Stream.OUTPUT, 5, b"rest")
    replica.close()
    assert (tmp_path / "r" / "out").read_bytes()[5:] == b"rest"
    skip_to(str(tmp_path / "r"), 7, 0, None)
    assert replica_sizes(str(tmp_path / "r")) == (9, 0)  # what is here stays
