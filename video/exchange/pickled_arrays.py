"""NumPy's arrays in a pickle: the few names that stand for them, and arrays rebuilt from bytes without calling what was named."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

RECONSTRUCT, SCALAR, FROM_BUFFER = "_reconstruct", "scalar", "_frombuffer"
ARRAY, TYPE, ENCODE, NO_BYTES = "ndarray", "dtype", "encode", "bytes"
ALLOWED = {
    "numpy.core.multiarray _reconstruct": RECONSTRUCT,
    "numpy._core.multiarray _reconstruct": RECONSTRUCT,
    "numpy.core.multiarray scalar": SCALAR,
    "numpy._core.multiarray scalar": SCALAR,
    "numpy.core.numeric _frombuffer": FROM_BUFFER,
    "numpy._core.numeric _frombuffer": FROM_BUFFER,
    "numpy ndarray": ARRAY,
    "numpy dtype": TYPE,
    "_codecs encode": ENCODE,
    "__builtin__ bytes": NO_BYTES,  # how Python 3 writes b"" for Python 2, so the content of an array of no rows
    "builtins bytes": NO_BYTES,
}
LATIN_1 = ("latin1", "latin-1", "iso-8859-1")
MAX_SIDES = 4
_NUMBER = re.compile(r"[<>=|]?([biu][1248]|f[248])")


class Refused(Exception):  # noqa: N818 - it is not an error of the program
    """What a pickle asks for is not done; the text follows the file's name in a sentence."""


@dataclass
class Budget:
    """Bytes that may be copied beside what the file itself holds: as many as the file has."""

    left: int

    def take(self, count: int) -> None:
        """Take some bytes.

        Raises:
            Refused: no file of features needs that many.
        """
        self.left -= count
        if self.left < 0:
            raise Refused("unpacks to more than it holds, which no file of features does.")


@dataclass(frozen=True)
class Name:
    """A name that stands in the file, never looked up: one of the values of `ALLOWED`."""

    value: str


@dataclass
class PickledType:
    """The kind of an array's numbers: `u1`, `f4` and the like."""

    code: str
    order: str = "="

    def build(self, state: object, budget: Budget) -> None:
        """Take the byte order; records and text are refused."""
        del budget
        if not isinstance(state, tuple) or len(state) < 5 or state[1] not in ("<", ">", "=", "|"):
            raise Refused("is damaged: the type of an array cannot be read.")
        if any(part is not None for part in state[2:5]):
            raise Refused("holds an array of records, which is not read. Save plain numbers.")
        self.order = str(state[1])

    @property
    def dtype(self) -> np.dtype[np.generic]:
        """As NumPy knows it."""
        return np.dtype(f"{self.order}{self.code}")


@dataclass
class PickledArray:
    """An array that is announced first and filled later."""

    values: npt.NDArray[np.generic] | None = None

    def build(self, state: object, budget: Budget) -> None:
        """Fill it from NumPy's state: version, shape, type, Fortran order, bytes."""
        if not isinstance(state, tuple) or len(state) != 5:
            raise Refused("is damaged: an array has no content.")
        _, shape, kind, transposed, data = state
        if isinstance(data, list):
            raise Refused("holds an array of objects, which is never read. Save plain numbers.")
        if isinstance(data, str):  # bytes of Python 2
            data = _encoded(data, budget)
        self.values = _array(data, kind, shape, "F" if transposed is True else "C")

    def whole(self) -> npt.NDArray[np.generic]:
        """Its content.

        Raises:
            Refused: the file never filled it.
        """
        if self.values is None:
            raise Refused("is damaged: an array has no content.")
        return self.values


def named(name: str) -> Name:
    """A name in a pickle, `module name`.

    Raises:
        Refused: it is not one of those that stand for arrays.
    """
    if name not in ALLOWED:
        shown = ascii(name.replace(" ", ".", 1))[1:-1][:80]
        raise Refused(f"asks to run {shown}, which is never done: a file of features needs arrays and nothing else.")
    return Name(ALLOWED[name])


def result(name: Name, args: tuple[object, ...], budget: Budget) -> object:
    """What the call of an allowed name would give.

    Raises:
        Refused: with these arguments it stands for no array.
    """
    if name.value == ENCODE and len(args) == 2 and isinstance(args[0], str) and args[1] in LATIN_1:
        return _encoded(args[0], budget)
    if name.value == NO_BYTES and not args:
        return b""
    if name.value == TYPE and args:
        return _type(args[0])
    if name.value == RECONSTRUCT and len(args) == 3 and args[0] == Name(ARRAY):
        return PickledArray()
    if name.value == SCALAR and len(args) == 2:
        data = _encoded(args[1], budget) if isinstance(args[1], str) else args[1]
        return _array(data, args[0], (), "C").item()
    if name.value == FROM_BUFFER and len(args) == 4 and args[3] in ("C", "F"):
        return PickledArray(_array(args[0], args[1], args[2], str(args[3])))
    raise Refused("asks for something else than an array of numbers, which is never done.")


def _encoded(text: str, budget: Budget) -> bytes:
    budget.take(len(text))
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError as error:
        raise Refused("is damaged: bytes are written as text that has none.") from error


def _type(code: object) -> PickledType:
    match = _NUMBER.fullmatch(code) if isinstance(code, str) else None
    if match is None:
        kind = "objects" if isinstance(code, str) and "O" in code[:2] else "something else than numbers"
        raise Refused(f"holds an array of {kind}, which is never read. Save plain numbers.")
    return PickledType(match[1])


def _array(data: object, kind: object, shape: object, order: str) -> npt.NDArray[np.generic]:
    """The array of some bytes; no copy is made."""
    sides = (shape,) if isinstance(shape, int) else shape
    if not isinstance(data, bytes) or not isinstance(kind, PickledType) or not isinstance(sides, tuple):
        raise Refused("is damaged: an array has no content.")
    if len(sides) > MAX_SIDES:
        raise Refused(f"holds an array of more than {MAX_SIDES} dimensions, which is not read.")
    lengths = [side for side in sides if isinstance(side, int) and 0 <= side < 2**31]
    claimed = math.prod(lengths) * kind.dtype.itemsize
    if len(lengths) != len(sides) or claimed != len(data):
        raise Refused(f"is damaged: an array says that it has {claimed:,} bytes, and {len(data):,} are there.")
    values = np.frombuffer(data, kind.dtype)
    return values.reshape(lengths) if order == "C" else values.reshape(lengths[::-1]).T
