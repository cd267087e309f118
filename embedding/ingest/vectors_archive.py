"""Reading an `.npz` of vectors row by row: whatever its headers claim and however small it was packed, memory stays bounded."""

from __future__ import annotations

import io
import math
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

import reading
from errors import InputError

FORM = "It needs the arrays `path` (text) and `vector` (float32 [n, d]) and the scalar `encoder` (its name)."
MAX_HEADER = 10_000  # bytes of an array's header, as numpy's own limit
MAX_DIM = 65_536
MAX_NAME = 4096  # characters of a path
MAX_ENCODER = 200
STEP_BYTES = 64 * 2**20
TRANSPOSED_BYTES = 2**30  # an array that lies column by column is read whole
# Numbers pack to a half at best, padded paths to a hundredth; deflate itself ends at a thousandth.
VECTORS_PACKED, PATHS_PACKED, PACKED_BYTES = 50, 500, 256 * 2**20
_FAULTS = (OSError, ValueError, KeyError, EOFError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error)


@dataclass(frozen=True)
class _Array:
    """One array of the archive, before its content is read; `start` is where that begins, in bytes."""

    info: zipfile.ZipInfo
    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    transposed: bool
    start: int

    @property
    def row_bytes(self) -> int:
        return self.dtype.itemsize * math.prod(self.shape[1:])


@dataclass(frozen=True)
class VectorsFile:
    """What an `.npz` says of itself.

    Attributes:
        path: the file.
        encoder: the name of the encoder that made the vectors.
        rows: how many.
        dim: length of a vector.
    """

    path: Path
    encoder: str
    rows: int
    dim: int
    _names: _Array
    _vectors: _Array

    @property
    def folder(self) -> Path:
        """What relative paths start from."""
        return self.path.resolve().parent

    def steps(self, most: int) -> Iterator[tuple[list[str], npt.NDArray[np.float32]]]:
        """Paths as written in the file and vectors float32 [k, dim], not yet of unit length; at most `most` rows at once.

        Raises:
            InputError: the archive ends early or is damaged.
        """
        size = max(1, min(most, STEP_BYTES // max(1, self._vectors.row_bytes + self._names.row_bytes)))
        with (
            _explained(self.path),
            _archive(self.path) as archive,
            archive.open(self._names.info) as names,
            archive.open(self._vectors.info) as vectors,
        ):
            names.read(self._names.start)
            vectors.read(self._vectors.start)
            whole = _transposed(vectors, self._vectors) if self._vectors.transposed else None
            for start in range(0, self.rows, size):
                count = min(size, self.rows - start)
                part = _rows(vectors, self._vectors, count) if whole is None else whole[start : start + count]
                yield [str(name) for name in _rows(names, self._names, count)], part.astype(np.float32)


def read(path: Path) -> VectorsFile:
    """Check a vectors file by its headers; pickled content is refused, and nothing large is read yet.

    Raises:
        InputError: not an `.npz`, an array is missing, the shapes do not fit, or it claims what it cannot hold.
    """
    with _explained(path), _archive(path) as archive:
        names, vectors, encoder = (_array(archive, name) for name in ("path", "vector", "encoder"))
        kinds = (names.dtype.kind, vectors.dtype.kind, encoder.dtype.kind)
        if len(names.shape) != 1 or encoder.shape != () or kinds[0] != "U" or kinds[1] != "f" or kinds[2] not in "US":
            raise InputError(f"{path} has arrays of another kind. {FORM}")
        if len(vectors.shape) != 2 or vectors.shape[0] != names.shape[0]:
            raise InputError(f"{path} has {names.shape[0]} paths and vectors of shape {vectors.shape}. {FORM}")
        _bounded(path, names, vectors, encoder)
        with archive.open(encoder.info) as file:
            file.read(encoder.start)
            name = np.frombuffer(_exactly(file, encoder.dtype.itemsize), encoder.dtype)[0]
    encoder_name = name.decode() if isinstance(name, bytes) else str(name)
    if not encoder_name.strip() or not encoder_name.isprintable():
        raise InputError(f"{path} does not name its encoder. {FORM}")
    return VectorsFile(path, encoder_name, vectors.shape[0], vectors.shape[1], names, vectors)


def _bounded(path: Path, names: _Array, vectors: _Array, encoder: _Array) -> None:
    for array, name in ((names, "path"), (vectors, "vector"), (encoder, "encoder")):
        claimed, there = array.dtype.itemsize * math.prod(array.shape), array.info.file_size - array.start
        if claimed != there:
            raise InputError(
                f"{path}: the array {name!r} says that it has {claimed:,} bytes, and {there:,} are there. Write the file again."
            )
    if names.row_bytes > 4 * MAX_NAME or encoder.dtype.itemsize > 4 * MAX_ENCODER or vectors.shape[1] > MAX_DIM:
        raise InputError(
            f"{path}: a path has at most {MAX_NAME:,} characters, the encoder's name {MAX_ENCODER}, and a vector {MAX_DIM:,} "
            "numbers. Write the file again."
        )
    for array, most in ((vectors, VECTORS_PACKED), (names, PATHS_PACKED)):
        size = array.info.file_size
        if size > PACKED_BYTES and size > most * max(1, array.info.compress_size):
            raise InputError(
                f"{path} unpacks from {array.info.compress_size / 2**20:,.1f} MB to {size / 2**20:,.0f} MB, which no set of "
                "different vectors does. Nothing was read. Write the file again."
            )
    if vectors.transposed and vectors.info.file_size > TRANSPOSED_BYTES:
        raise InputError(
            f"{path}: the vectors lie column by column and are too large to be turned here. Save "
            "`np.ascontiguousarray(vector)` instead."
        )


@contextmanager
def _archive(path: Path) -> Iterator[zipfile.ZipFile]:
    with reading.opened(path) as file, zipfile.ZipFile(file) as archive:
        yield archive


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except InputError:
        raise
    except _FAULTS as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise InputError(f"{path} cannot be read as vectors ({reason}). {FORM}") from error


def _array(archive: zipfile.ZipFile, name: str) -> _Array:
    info = archive.getinfo(f"{name}.npy")
    with archive.open(info) as file:
        begin = _exactly(file, 8)
        version = np.lib.format.read_magic(io.BytesIO(begin))
        long = 2 if version == (1, 0) else 4
        size = _exactly(file, long)
        length = int.from_bytes(size, "little")
        if version not in ((1, 0), (2, 0)) or length > MAX_HEADER:
            raise ValueError(f"the array {name!r} has a header of another kind")
        header = io.BytesIO(size + _exactly(file, length))
    read_header = np.lib.format.read_array_header_1_0 if long == 2 else np.lib.format.read_array_header_2_0
    shape, transposed, dtype = read_header(header)
    if dtype.hasobject or any(side < 0 for side in shape):
        raise ValueError(f"the array {name!r} holds objects, which are never read")
    return _Array(info, dtype, shape, transposed and len(shape) > 1 and min(shape) > 1, 8 + long + length)


def _rows(file: IO[bytes], array: _Array, count: int) -> npt.NDArray[Any]:
    flat = np.frombuffer(_exactly(file, count * array.row_bytes), array.dtype)
    return flat.reshape(count, *array.shape[1:])


def _transposed(file: IO[bytes], array: _Array) -> npt.NDArray[Any]:
    flat = np.frombuffer(_exactly(file, array.row_bytes * array.shape[0]), array.dtype)
    return np.ascontiguousarray(flat.reshape(array.shape[::-1]).T)


def _exactly(file: IO[bytes], size: int) -> bytes:
    data = file.read(size)
    if len(data) != size:
        raise EOFError("it ends early")
    return data
