"""YouTube-8M: records as TFRecord and pickle, their checksums, and the prediction file."""

from __future__ import annotations

import contextlib
import csv
import pickle
import struct
import tracemalloc
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errors import InputError
from video.exchange import foreign_formats
from video.exchange.foreign_video import ImportReport, Reason
from video.exchange.youtube8m import crc32c, tfrecord, yt8m_predictions, yt8m_records

RNG = np.random.default_rng(0)


def varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out + bytes([value]))


def field(number: int, data: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(data)) + data


def entry(key: str, value: bytes) -> bytes:
    return field(1, field(1, key.encode()) + field(2, value))


def example(name: str, labels: list[int], frames: np.ndarray, sound: np.ndarray, *, packed: bool = True) -> bytes:
    """A SequenceExample as TensorFlow writes it."""
    numbers = field(1, b"".join(map(varint, labels))) if packed else b"".join(b"\x08" + varint(x) for x in labels)
    context = entry("id", field(1, field(1, name.encode()))) + entry("labels", field(3, numbers))
    lists = b""
    for key, rows in (("rgb", frames), ("audio", sound)):
        lists += entry(key, b"".join(field(1, field(1, field(1, row.tobytes()))) for row in rows))
    return field(1, context) + field(2, lists)


def record(data: bytes) -> bytes:
    head = struct.pack("<Q", len(data))
    return head + struct.pack("<I", crc32c.masked(head)) + data + struct.pack("<I", crc32c.masked(data))


def video(seconds: int = 7, sound: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    rows = RNG.integers(0, 256, (seconds, 1024), np.uint8)
    return rows, RNG.integers(0, 256, (seconds if sound is None else sound, 128), np.uint8)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", 0),
        (b"a", 0xC1D04330),
        (b"123456789", 0xE3069283),
        (bytes(32), 0x8A9136AA),  # RFC 3720, B.4
        (b"\xff" * 32, 0x62A8AB43),
        (bytes(range(32)), 0x46DD794E),
        (bytes(range(31, -1, -1)), 0x113FDB5C),
    ],
)
def test_checksums_are_those_of_the_standard(data: bytes, expected: int) -> None:
    assert crc32c.crc32c(data) == expected


@pytest.mark.parametrize("length", [crc32c.LONG, crc32c.LONG + 1, 5000, 8191, 8192, 100_003])
def test_a_checksum_in_lanes_is_that_byte_by_byte(length: int) -> None:
    data = RNG.bytes(length)
    crc = crc32c.ONES
    for byte in data:
        crc = int(crc32c.TABLE[(crc ^ byte) & 255]) ^ (crc >> 8)
    assert crc32c.crc32c(data) == crc ^ crc32c.ONES


@pytest.mark.parametrize("packed", [True, False])
def test_records_are_read_and_dequantised(tmp_path: Path, packed: bool) -> None:
    path, report = tmp_path / "train00.tfrecord", ImportReport()
    frames, sound = video()
    path.write_bytes(record(example("SjJ3", [11, 300, 3861], frames, sound, packed=packed)))
    one = next(yt8m_records.read_tfrecord(path, report))
    assert (one.row, one.name, one.labels) == (1, "SjJ3", (("11",), ("300",), ("3861",)))
    assert one.frames is not None
    assert one.sound is not None
    np.testing.assert_allclose(one.frames.rows, frames * (4 / 255) + 4 / 512 - 2, atol=1e-6)
    np.testing.assert_allclose(one.sound.rows, sound * (4 / 255) + 4 / 512 - 2, atol=1e-6)
    np.testing.assert_array_equal(one.frames.times, np.arange(7.0))
    assert not report.rows


def test_damaged_records_and_other_lengths_are_reported_by_row(tmp_path: Path) -> None:
    path, report = tmp_path / "train00.tfrecord", ImportReport()
    good = record(example("good", [1], *video()))
    damaged = bytearray(good)
    damaged[200] ^= 1
    rows = [np.zeros(1024, np.uint8), np.zeros(5, np.uint8)]
    parts = b"".join(field(1, field(1, field(1, row.tobytes()))) for row in rows)
    path.write_bytes(
        good
        + bytes(damaged)
        + record(example("short sound", [1], *video(20, 3)))
        + record(example("no sound", [1], *video(20, 0)))
        + record(field(1, entry("id", field(1, field(1, b"x")))) + field(2, entry("rgb", parts)))
        + record(b"\x0b")
        + record(example("", [1], *video()))
        + record(example("labels", [2**63], *video()))
        + record(example("narrow", [1], video()[0][:, :5], video()[1]))
        + record(example("x", [1], *video()))
    )
    names = [one.name for one in yt8m_records.read_tfrecord(path, report)]
    assert names == ["good", "short sound", "no sound", "narrow", "x"]
    assert report.rows == {
        Reason.DAMAGED_RECORD: [2, 5, 6, 7, 8],
        Reason.LENGTHS_DIFFER: [3],
        Reason.WITHOUT_SOUND: [4],
        Reason.ANOTHER_WIDTH: [9],
    }


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"no TFRecord at all", "is not a TFRecord file"),
        (b"short", "ends within record 1"),
        (record(b"abc")[:-1], "ends within record 1"),
        (record(b"") + b"damaged and long", "damaged at record 2"),
        (struct.pack("<QI", 2**40, crc32c.masked(struct.pack("<Q", 2**40))), "at most"),
        (struct.pack("<QI", 2**25, crc32c.masked(struct.pack("<Q", 2**25))), "ends within"),
    ],
)
def test_what_is_no_tfrecord_is_refused(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "x.tfrecord"
    path.write_bytes(data)
    with pytest.raises(InputError, match=words):
        list(tfrecord.records(path, ImportReport()))


def pickled(name: str, **other: object) -> dict[object, object]:
    frames, sound = video()
    columns = {
        "video": name.encode(),
        "feature": frames,
        "audio": sound,
        "label": [11],
        "nframes": np.int32(7),
        **other,
    }
    return {key.encode(): value for key, value in columns.items()}


@pytest.mark.parametrize("protocol", [2, 5])
def test_pickles_are_one_record_or_a_list_of_them(tmp_path: Path, protocol: int) -> None:
    path = tmp_path / "x.pkl"
    one = pickled("SjJ3")
    for content in (one, [one, one]):
        path.write_bytes(pickle.dumps(content, protocol))
        report = ImportReport()
        videos = list(yt8m_records.read_pickle(path, report))
        assert [(v.name, v.labels) for v in videos] == [("SjJ3", (("11",),))] * len(videos)
        assert len(videos) == (2 if isinstance(content, list) else 1)
        assert videos[0].frames is not None
        np.testing.assert_allclose(
            videos[0].frames.rows, one[b"feature"] * np.float64(4 / 255) + 4 / 512 - 2, atol=1e-6
        )
        assert not report.rows


def test_what_does_not_fit_in_a_pickle_is_reported_by_row(tmp_path: Path) -> None:
    path, report = tmp_path / "x.pkl", ImportReport()
    floats = RNG.normal(size=(7, 1024))
    holes = np.where(np.arange(7 * 1024).reshape(7, 1024) == 3, np.nan, floats)
    records = [
        pickled("a", nframes=9), pickled("b", feature=floats), pickled("c", feature=holes), pickled("d", label="x"),
        [], pickled("e", feature="none"), pickled("f", feature=np.zeros((2, 3, 4))), pickled("g", label=[-1]),
        pickled("h", audio=np.empty((0, 128), np.uint8)),
    ]  # fmt: skip
    path.write_bytes(pickle.dumps(records, 2))
    videos = list(yt8m_records.read_pickle(path, report))
    assert [v.name for v in videos] == ["a", "b", "c", "h"]
    assert report.rows == {
        Reason.LENGTHS_DIFFER: [1],
        Reason.NOT_QUANTISED: [2],
        Reason.NOT_FINITE: [3],
        Reason.DAMAGED_RECORD: [4, 5, 6, 7, 8],
        Reason.WITHOUT_SOUND: [9],
    }
    path.write_bytes(pickle.dumps({"x": 1}))
    with pytest.raises(InputError, match="is not a record of YouTube-8M"):
        list(yt8m_records.read_pickle(path, ImportReport()))


def test_a_folder_is_read_as_one_and_its_rows_count_on(tmp_path: Path) -> None:
    (tmp_path / "a.pkl").write_bytes(pickle.dumps([pickled("a"), pickled("b", nframes=9)], 2))
    (tmp_path / "b.pkl").write_bytes(b"cos\nsystem\n(S'x'\ntR.")
    (tmp_path / "c.tfrecord").write_bytes(record(example("c", [1], *video(9, 0))))
    source = foreign_formats.opened("yt8m", tmp_path)
    assert [(v.row, v.name) for v in source.videos] == [(1, "a"), (2, "b"), (4, "c")]
    assert source.report.rows == {Reason.LENGTHS_DIFFER: [2], Reason.DAMAGED_RECORD: [3], Reason.WITHOUT_SOUND: [4]}


def test_many_records_in_the_memory_of_one(tmp_path: Path) -> None:
    path = tmp_path / "x.tfrecord"
    one = record(example("x", [1], *video(300)))
    with path.open("wb") as out:
        for _ in range(15):
            out.write(one)
    tracemalloc.start()
    try:
        assert sum(1 for _ in yt8m_records.read_tfrecord(path, ImportReport())) == 15
        assert tracemalloc.get_traced_memory()[1] < 12 * 2**20
    finally:
        tracemalloc.stop()


def test_predictions_have_the_likeliest_classes_first(tmp_path: Path) -> None:
    path = tmp_path / "predictions.csv"
    scores = [("a", np.array([0.1, 0.9, 0.123456789], "f4")), ('b,"', np.array([0.5, 0.5, 0], "f4"))]
    assert yt8m_predictions.write(path, [7, 11, 3], scores, most=2) == 2
    assert path.read_text().splitlines() == [
        "VideoId,LabelConfidencePairs",
        "a,11 0.9 3 0.123457",
        '"b,""",7 0.5 11 0.5',
    ]
    with path.open(newline="") as file:
        assert [row["VideoId"] for row in csv.DictReader(file)] == ["a", 'b,"']
    with pytest.raises(InputError, match="NaN"):
        yt8m_predictions.write(path, [1], [("a", np.array([np.nan], "f4"))])
    assert path.read_text().startswith("VideoId")


MESSAGE = example("id", [1, 2], video(2)[0][:, :4], video(2)[1][:, :4])


def drained(values: Iterable[object]) -> None:
    for _ in values:
        pass


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(MESSAGE) - 1), st.integers(0, 255), st.integers(0, len(MESSAGE)))
def test_a_damaged_message_with_a_good_checksum_ends_in_a_row_of_the_report(
    tmp_path_factory: pytest.TempPathFactory, place: int, byte: int, end: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "x.tfrecord"
    data = bytearray(MESSAGE)
    data[place] = byte
    path.write_bytes(record(bytes(data[:end])))
    drained(yt8m_records.read_tfrecord(path, ImportReport()))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_end_in_a_sentence(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "x.tfrecord"
    path.write_bytes(data)
    with contextlib.suppress(InputError):
        drained(yt8m_records.read_tfrecord(path, ImportReport()))
    path.write_bytes(record(data))
    drained(yt8m_records.read_tfrecord(path, ImportReport()))
