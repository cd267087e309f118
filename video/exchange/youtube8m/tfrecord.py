"""TFRecord files and the protocol-buffer messages in them, read without TensorFlow.

Own code and no library: those on the package index that read TFRecord bring TensorFlow or PyTorch readers of their own, have not
been kept for years, or want generated message classes and `protobuf` for the three kinds of field that these messages have.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import reading
from errors import InputError
from video.exchange.foreign_video import ImportReport, Reason
from video.exchange.youtube8m import crc32c

MAX_RECORD = 64 * 2**20  # bytes; one of YouTube-8M has some 350,000
VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
MAX_VARINT = 10  # bytes


class DamagedMessageError(ValueError):
    """Bytes that are no message of protocol buffers."""


def records(path: Path, report: ImportReport) -> Iterator[tuple[int, bytes]]:
    """(place from 1, bytes) of each record, one in memory at a time. One whose checksum does not fit is noted and left out.

    Raises:
        InputError: it cannot be read, ends early, or a length's own checksum does not fit, so that no further record can be reached.
    """
    name = reading.readable(path.name)
    number = 0
    try:
        with reading.opened(path) as file:
            while head := file.read(12):
                number += 1
                if len(head) < 12:
                    raise InputError(f"{name} ends within record {number:,}. Copy or download it again.")
                size, check = struct.unpack("<QI", head)
                if crc32c.masked(head[:8]) != check:
                    what = "is not a TFRecord file" if number == 1 else f"is damaged at record {number:,}"
                    raise InputError(f"{name} {what}: a checksum does not fit. Copy or download it again.")
                if size > MAX_RECORD:
                    raise InputError(f"{name}: record {number:,} has {size:,} bytes; at most {MAX_RECORD:,} are read.")
                data, foot = file.read(size), file.read(4)
                if len(data) < size or len(foot) < 4:
                    raise InputError(f"{name} ends within record {number:,}. Copy or download it again.")
                if crc32c.masked(data) != struct.unpack("<I", foot)[0]:
                    report.note(Reason.DAMAGED_RECORD, number, "its checksum does not fit")
                    continue
                yield number, data
    except OSError as error:
        raise InputError(f"{name} cannot be read ({error.strerror}). Check the path.") from error


def fields(data: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """(number, value) of each field of a message: a whole number, or the bytes of a text, a message or a fixed-width number.

    Raises:
        DamagedMessageError: they are no message.
    """
    place = 0
    while place < len(data):
        tag, place = varint(data, place)
        kind, number = tag & 7, tag >> 3
        if number == 0:
            raise DamagedMessageError("a field has no number")
        if kind == VARINT:
            value, place = varint(data, place)
            yield number, value
            continue
        if kind == BYTES:
            size, place = varint(data, place)
        elif kind in (FIXED64, FIXED32):
            size = 8 if kind == FIXED64 else 4
        else:
            raise DamagedMessageError(f"a field has the unknown kind {kind}")
        if size > len(data) - place:
            raise DamagedMessageError("a field is longer than its message")
        yield number, data[place : place + size]
        place += size


def varint(data: memoryview, place: int) -> tuple[int, int]:
    """A whole number of 64 bits and the place behind it."""
    value = 0
    for step in range(MAX_VARINT):
        if place + step >= len(data):
            raise DamagedMessageError("a number ends early")
        byte = data[place + step]
        value |= (byte & 127) << (7 * step)
        if byte < 128:
            return value & (2**64 - 1), place + step + 1
    raise DamagedMessageError("a number is too long")
