"""Arrays of others as rows of features: what they must be, and what is said of those that are something else."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Literal

import numpy as np
import numpy.typing as npt

import reading
from errors import InputError
from video.exchange.foreign_video import FeatureRows, Floats, ImportReport, Reason, Times

Numbers = npt.NDArray[np.generic]
FRAMES, SOUND = "frames", "sound"
MAX_ROWS, MAX_DIM = 200_000, 65_536
MAX_NUMBERS = 2**26  # 256 MB as float32
SLACK_ROWS, SLACK = 2, 0.1  # lengths and durations are rounded by whoever measured them
LEVELS = 256  # of YouTube-8M's quantisation to one byte
MAX_HEADER = 10_000  # bytes of an `.npy` file's header, as numpy's own limit
_NPY_HEADER = re.compile(
    rb"\{'descr': '([<>|=]?(?:b1|[iu][1248]|f[248]))', 'fortran_order': (True|False), 'shape': \((\d{1,12})L?, (\d{1,12})L?\), \}\s*"
)


def dequantised(values: Numbers) -> Floats:
    """float32 of bytes, by YouTube-8M's rule: x * 4 / 255 + 4 / 512 - 2."""
    return np.asarray(values, np.float32) * np.float32(4 / 255) + np.float32(4 / 512 - 2)


def is_quantised(rows: Numbers) -> bool:
    """Whether rows are whole numbers from 0 to 255 that no network gives: bytes, or floats with more than a few levels of them."""
    if rows.dtype == np.uint8 and rows.size:
        return True
    if rows.dtype.kind not in "iuf" or not rows.size:
        return False
    low, high = float(rows.min()), float(rows.max())
    return low >= 0 and 8 < high < LEVELS and bool((rows == np.floor(rows)).all())


def checked(values: object, what: str) -> Numbers:
    """An array of rows [t, d]; an empty array of any shape is [0, d].

    Raises:
        InputError: it is none, or is larger than that of any video.
    """
    if not isinstance(values, np.ndarray) or values.dtype.kind not in "biuf":
        raise InputError(f"its {what} are no array of numbers. Write them again.")
    if not values.size:
        return values.reshape(0, values.shape[-1] if values.ndim == 2 else 0)
    if values.ndim != 2:
        raise InputError(f"its {what} have the shape {values.shape}; one row a moment is needed. Write them again.")
    _bounded(values.shape, what)
    return values


def _bounded(shape: tuple[int, ...], what: str) -> None:
    if shape[0] > MAX_ROWS or shape[1] > MAX_DIM or shape[0] * shape[1] > MAX_NUMBERS:
        raise InputError(
            f"its {what} are {shape[0]:,} rows of {shape[1]:,} numbers; at most {MAX_NUMBERS:,} numbers are read for a video. "
            "Compute one row a second."
        )


@dataclass
class RowRules:
    """What rows of one set of files should be; what is found in the first file holds for the others.

    Attributes:
        report: where everything that does not fit is noted.
        widths: numbers that a row has, by modality; the first video sets those that are not given.
        quantised: whether the format is quantised. dequantise: turn quantised rows into floats, as the format's own reader does.
        hop_s: seconds between two rows, where that is known.
    """

    report: ImportReport
    widths: dict[str, int] = field(default_factory=dict)
    quantised: bool = False
    dequantise: bool = False
    hop_s: float | None = None

    def rows(self, what: str, values: Numbers, row: int) -> FeatureRows | None:
        """Rows of one modality as float32 with their times, or None where they cannot be used; the report says why."""
        if not len(values):
            self.report.note(Reason.WITHOUT_SOUND if what == SOUND else Reason.NO_FRAMES, row)
            return FeatureRows(np.empty((0, self.widths.get(what, 0)), np.float32), self._times(0))
        if values.shape[1] != self.widths.setdefault(what, values.shape[1]):
            detail = f"{what}: {values.shape[1]:,} numbers, not {self.widths[what]:,}"
            self.report.note(Reason.ANOTHER_WIDTH, row, detail)
            return None
        if values.dtype.kind == "f" and not np.isfinite(values).all():
            self.report.note(Reason.NOT_FINITE, row, what)
            return None
        floats = self._floats(what, values, row)
        if not np.isfinite(floats).all():  # a float64 that float32 cannot hold
            self.report.note(Reason.NOT_FINITE, row, what)
            return None
        if what == SOUND and not values.any():
            self.report.note(Reason.SILENT, row)
        return FeatureRows(floats, self._times(len(floats)))

    def _times(self, count: int) -> Times | None:
        return None if self.hop_s is None else np.arange(count, dtype=np.float64) * self.hop_s

    def _floats(self, what: str, values: Numbers, row: int) -> Floats:
        if is_quantised(values):
            if not self.quantised:
                self.report.note(Reason.QUANTISED, row, what)
            if self.dequantise:
                return dequantised(values)
        elif self.quantised:
            self.report.note(Reason.NOT_QUANTISED, row, what)
        with np.errstate(over="ignore"):
            return np.array(values, np.float32)

    def lengths(self, frames: FeatureRows | None, sound: FeatureRows | None, row: int) -> None:
        """Note sound of another length than the frames."""
        if frames is None or sound is None or not len(sound.rows):
            return
        if _apart(len(frames.rows), len(sound.rows)):
            detail = f"{len(frames.rows):,} rows of frames, {len(sound.rows):,} of sound"
            self.report.note(Reason.LENGTHS_DIFFER, row, detail)


def timed(rows: FeatureRows, duration_s: float, report: ImportReport, row: int) -> FeatureRows:
    """Rows with times, spread evenly over a video whose length is known; another hop than one a second is noted.

    Args:
        duration_s: in seconds, above 0.
    """
    count = len(rows.rows)
    if not count:
        return FeatureRows(rows.rows, np.empty(0))
    if not _apart(count, duration_s):
        return FeatureRows(rows.rows, np.arange(count, dtype=np.float64))
    hop = duration_s / count
    report.note(Reason.ANOTHER_HOP, row, f"{count:,} rows in {duration_s:.1f} s, so one every {hop:.2f} s")
    return FeatureRows(rows.rows, np.arange(count, dtype=np.float64) * hop)


def _apart(first: float, second: float) -> bool:
    return abs(first - second) > max(SLACK_ROWS, SLACK * max(first, second))


def read_npy(path: Path, what: str = FRAMES) -> Numbers:
    """The rows [t, d] of an `.npy` file; its header is checked before anything large is read, and objects are never read.

    Raises:
        InputError: it cannot be read, is something else, or says that it holds more than it has.
    """
    name = reading.readable(path.name)
    try:
        with reading.opened(path) as file:
            rows, width, dtype, order = _npy_header(file, name)
            _bounded((rows, width), what)
            claimed = rows * width * dtype.itemsize
            data = file.read(min(claimed, reading.size(path)))  # what a header claims is never reserved
    except OSError as error:
        raise InputError(f"{name} cannot be read ({error.strerror}). Check the path.") from error
    if len(data) != claimed:
        raise InputError(f"{name} says that it has {claimed:,} bytes, and {len(data):,} are there. Save it again.")
    return np.frombuffer(data, dtype).reshape(rows, width, order=order)


def _npy_header(file: BinaryIO, name: str) -> tuple[int, int, np.dtype[np.generic], Literal["C", "F"]]:
    """Rows, width, type and order. NumPy's own reader runs the header through Python's parser; here it has one form."""
    magic = file.read(8)
    if len(magic) < 8 or not magic.startswith(b"\x93NUMPY") or magic[6] not in (1, 2, 3):
        raise InputError(f"{name} is not a .npy file. Save it again with NumPy.")
    size = int.from_bytes(file.read(2 if magic[6] == 1 else 4), "little")
    match = _NPY_HEADER.fullmatch(file.read(min(size, MAX_HEADER)))
    if match is None:
        raise InputError(f"{name} holds no rows of numbers. Save an array [moments, numbers] of plain numbers.")
    code, transposed, rows, width = (part.decode("ascii") for part in match.groups())
    return int(rows), int(width), np.dtype(code), "F" if transposed == "True" else "C"
