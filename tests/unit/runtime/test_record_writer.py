"""What a job writes to its streams, in a file: in order, whole, and what of it counts when the writer was killed."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from jobsh.errors import OperationError
from jobsh.model.ids import InstanceId
from jobsh.model.record_file import HEAD_SIZE, FrameKind, beginning, frame, read_head, whole_size
from jobsh.model.records import Chunk, ErrorRecord, Line, Origin, Stream
from jobsh.runtime.record_writer import RecordWriter, open_record_file

ID = InstanceId("0123456789abcdef" * 2)


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[RecordWriter]:
    writer = open_record_file(str(tmp_path), ID, lambda _: None, lambda _at, _value: None)
    yield writer
    writer.close()


def frames(path: Path) -> list[tuple[Stream, FrameKind, bytes]]:
    data = path.read_bytes()
    found, at = [], len(beginning(ID))
    assert data.startswith(beginning(ID))
    while at < len(data):
        head = read_head(data[at : at + HEAD_SIZE])
        found.append((head.stream, head.kind, data[at + HEAD_SIZE : at + HEAD_SIZE + head.length]))
        at += HEAD_SIZE + head.length
    return found


def test_bytes_stay_bytes_and_values_are_coded(writer: RecordWriter, tmp_path: Path) -> None:
    writer.add(Stream.OUTPUT, Chunk(b"a\n\xff", Stream.OUTPUT, Origin()))
    writer.add(Stream.ERROR, Chunk(b"oops", Stream.ERROR, Origin()))
    writer.add(Stream.OUTPUT, Line.of(b"line", Origin()))
    writer.add(Stream.OUTPUT, {"a": 1}["a"])
    writer.add(Stream.WARNING, "w\udcff")
    assert frames(tmp_path / "out") == [
        (Stream.OUTPUT, FrameKind.RAW, b"a\n\xff"),
        (Stream.ERROR, FrameKind.RAW, b"oops"),
        (Stream.OUTPUT, FrameKind.RAW, b"line\n"),
        (Stream.OUTPUT, FrameKind.VALUE, b"1"),
        (Stream.WARNING, FrameKind.VALUE, b'"w\\udcff"'),
    ]
    assert writer.size == (tmp_path / "out").stat().st_size


def test_objects_are_kept_by_the_offset_of_their_frame(tmp_path: Path) -> None:
    kept: dict[int, object] = {}
    writer = open_record_file(str(tmp_path), ID, lambda _: None, kept.__setitem__)
    record = ErrorRecord("bad", target=object())
    writer.add(Stream.OUTPUT, "text")
    at = writer.size
    writer.add(Stream.ERROR, record)
    writer.close()
    assert kept == {at: record}


def test_on_a_full_disk_nothing_half_is_left(writer: RecordWriter, tmp_path: Path) -> None:
    writer.add(Stream.OUTPUT, "before")
    size = writer.size
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 10, limits[1]))
    try:
        with pytest.raises(OperationError, match="its output could not be written: File too large"):
            writer.add(Stream.OUTPUT, "x" * 100)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert (tmp_path / "out").stat().st_size == writer.size == size


@pytest.mark.parametrize("cut", range(HEAD_SIZE + 3))
def test_what_was_being_written_when_the_writer_was_killed_does_not_count(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "out"
    whole = beginning(ID) + frame(Stream.OUTPUT, FrameKind.RAW, 1.0, b"whole")
    path.write_bytes(whole + frame(Stream.OUTPUT, FrameKind.RAW, 1.0, b"cut")[:cut])
    with path.open("rb") as file:
        assert whole_size(file, 0) == whole_size(file, len(beginning(ID))) == len(whole)


def test_what_is_no_frame_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="9 is not a valid Stream"):
        read_head(b"\x09" * HEAD_SIZE)
    with pytest.raises(ValueError, match="1 GiB"):
        read_head(b"\x01\x00" + b"\xff" * (HEAD_SIZE - 2))
    (tmp_path / "out").write_bytes(beginning(ID)[:20])
    with (tmp_path / "out").open("rb") as file:
        assert whole_size(file, 0) == 20
