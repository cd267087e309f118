"""Pickled features of other programs, read without running anything.

Python's own unpickler calls whatever a file names, and can be made to reserve any amount of memory before it finds out that a
file is short. Here a small machine interprets the opcodes that plain data and NumPy's arrays need, calls nothing, and refuses
every other opcode and name. `pickletools` of the standard library reads the arguments of opcodes; it runs nothing either.
"""

from __future__ import annotations

import pickletools
import re
import struct
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, TypeAlias

import numpy as np
import numpy.typing as npt

import reading
from errors import InputError
from video.exchange import pickled_arrays
from video.exchange.pickled_arrays import Budget, Name, PickledArray, PickledType, Refused

MAX_BYTES = 256 * 2**20  # of a file
MAX_OPCODES = 500_000  # each makes an object of some 60 bytes at most, besides what it copies from the file
MAX_VALUES, MAX_DEPTH = 200_000, 32
_OPCODES = {info.code: info for info in pickletools.opcodes}
_READERS: dict[str, Callable[..., object]] = {info.code: info.arg.reader for info in pickletools.opcodes if info.arg}
_LITERALS = {
    "INT", "LONG", "LONG1", "LONG4", "BININT", "BININT1", "BININT2", "FLOAT", "BINFLOAT", "STRING", "BINSTRING",
    "SHORT_BINSTRING", "UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8", "BINBYTES", "SHORT_BINBYTES", "BINBYTES8",
}  # fmt: skip
_CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
_TUPLES = {"EMPTY_TUPLE": 0, "TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}
_NAMES = {"GLOBAL": 2, "INST": 2, "PERSID": 1}  # lines of each
_PASSED_OVER = {"PROTO", "FRAME"}
# A backslash in front of something that Python 2 does not write; without a way back, so that a long text costs no memory.
_BAD_ESCAPE = re.compile(rb"""(?<!\\)(?:\\\\)*+\\(?![\\'"abfnrtv]|x[0-9a-fA-F]{2}|[0-3]?[0-7]{1,2})""")
_MARK = object()

Plain: TypeAlias = "dict[str | bytes | int, Plain] | list[Plain] | tuple[Plain, ...] | npt.NDArray[np.generic] | str | bytes | float | int | None"


def read(path: Path) -> Plain:
    """What a pickle holds: numbers, texts, bytes, lists, tuples, dictionaries and arrays of numbers.

    Text of Python 2 is read as Latin-1, letter for byte.

    Raises:
        InputError: it cannot be read, is too large, too deep or damaged, or asks for anything but data.
    """
    name = reading.readable(path.name)
    try:
        size = reading.size(path)
        if size > MAX_BYTES:
            raise InputError(
                f"{name} has {size / 2**20:,.0f} MB; a pickle may have {MAX_BYTES / 2**20:,.0f}. Split it into one file a video, "
                "then try again."
            )
        with reading.opened(path) as file:
            return _Machine(_Bounded(file, size), Budget(size)).run()
    except OSError as error:
        raise InputError(f"{name} cannot be read ({error.strerror}). Check the path.") from error
    except Refused as error:
        raise InputError(f"{name} {error} Nothing of it was run or kept.") from error
    except (ValueError, OverflowError, struct.error) as error:
        reason = str(error).split("\n", 1)[0][:120]
        raise InputError(f"{name} is damaged or no pickle ({reason}). Write it again.") from error


class _Bounded:
    """A file that never reserves more memory than it has bytes left."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file, self._left = file, size

    def read(self, count: int = -1) -> bytes:
        data = self._file.read(self._left if count < 0 else min(count, self._left))
        self._left -= len(data)
        return data

    def readline(self, count: int = -1) -> bytes:
        data = self._file.readline(self._left if count < 0 else min(count, self._left))
        self._left -= len(data)
        return data


class _Machine:
    """The stack and the memo of a pickle."""

    def __init__(self, file: _Bounded, budget: Budget) -> None:
        self._file, self._budget = file, budget
        self._stack: list[object] = []
        self._memo: dict[int, object] = {}
        self._steps: dict[str, Callable[[], None]] = {
            "MARK": lambda: self._stack.append(_MARK),
            "POP": lambda: void(self._pop()),
            "POP_MARK": lambda: void(self._marked()),
            "EMPTY_LIST": lambda: self._stack.append([]),
            "EMPTY_DICT": lambda: self._stack.append({}),
            "LIST": lambda: self._stack.append(self._marked()),
            "TUPLE": lambda: self._stack.append(tuple(self._marked())),
            "DICT": lambda: self._new_dict(self._marked()),
            "APPEND": lambda: self._append([self._pop()]),
            "APPENDS": lambda: self._append(self._marked()),
            "SETITEM": lambda: self._set_items(self._last(2)),
            "SETITEMS": lambda: self._set_items(self._marked()),
            "MEMOIZE": lambda: self._remember(len(self._memo)),
            "STACK_GLOBAL": lambda: self._name(*self._last(2)),
            "REDUCE": lambda: self._reduce(*self._last(2)),
            "BUILD": lambda: self._build(self._pop()),
        }

    def run(self) -> Plain:
        """Interpret the file to its end."""
        for _ in range(MAX_OPCODES):
            code = self._file.read(1)
            info = _OPCODES.get(code.decode("latin-1")) if code else None
            if info is None:
                raise Refused("ends early." if not code else "is damaged or no pickle: it holds an unknown opcode.")
            if info.name == "STOP":
                return _Plain().of(self._pop(), 0)
            self._step(info)
        raise Refused(f"has more than {MAX_OPCODES:,} steps. Split it into one file a video.")

    def _step(self, info: pickletools.OpcodeInfo) -> None:
        name = info.name
        arg = self._argument(info)
        if name in _LITERALS:
            self._stack.append(arg)
        elif name == "BYTEARRAY8" and isinstance(arg, bytearray):
            self._stack.append(bytes(arg))
        elif name in _CONSTANTS:
            self._stack.append(_CONSTANTS[name])
        elif name in _TUPLES:
            self._stack.append(tuple(self._last(_TUPLES[name])))
        elif name in ("PUT", "BINPUT", "LONG_BINPUT") and isinstance(arg, int):
            self._remember(arg)
        elif name in ("GET", "BINGET", "LONG_BINGET") and isinstance(arg, int):
            if arg not in self._memo:
                raise Refused("is damaged: it refers to what is not there.")
            self._stack.append(self._memo[arg])
        elif name == "GLOBAL":
            self._name(*str(arg).split(" ", 1))
        elif name in self._steps:
            self._steps[name]()
        elif name not in _PASSED_OVER:
            raise Refused(f"asks for more than data (the opcode {name}), which is never done.")

    def _argument(self, info: pickletools.OpcodeInfo) -> object:
        if info.name == "STRING":  # `pickletools` takes ASCII alone, and Python 2 wrote bytes so
            text = self._file.readline().strip()
            if len(text) < 2 or text[:1] not in (b"'", b'"') or text[-1:] != text[:1] or _BAD_ESCAPE.search(text):
                raise Refused("is damaged: a text has no closing quote, or an unknown escape.")
            return text[1:-1].decode("unicode_escape")
        if info.name in _NAMES:  # `pickletools` undoes escapes in them, which no name has
            return " ".join(self._line() for _ in range(_NAMES[info.name]))
        reader = _READERS.get(info.code)
        return None if reader is None else reader(self._file)

    def _line(self) -> str:
        line = self._file.readline()
        if not line.endswith(b"\n"):
            raise Refused("is damaged: a name has no end.")
        return line[:-1].decode("ascii")

    def _pop(self) -> object:
        if not self._stack or self._stack[-1] is _MARK:
            raise Refused("is damaged: a value is missing.")
        return self._stack.pop()

    def _last(self, count: int) -> list[object]:
        return [self._pop() for _ in range(count)][::-1]

    def _marked(self) -> list[object]:
        for place in range(len(self._stack) - 1, -1, -1):
            if self._stack[place] is _MARK:
                values = self._stack[place + 1 :]
                del self._stack[place:]
                return values
        raise Refused("is damaged: a list has no beginning.")

    def _remember(self, place: int) -> None:
        value = self._pop()
        self._memo[place] = value
        self._stack.append(value)

    def _append(self, values: list[object]) -> None:
        target = self._stack[-1] if self._stack else None
        if not isinstance(target, list):
            raise Refused("is damaged: it appends to what is no list.")
        target.extend(values)

    def _new_dict(self, values: list[object]) -> None:
        self._stack.append({})
        self._set_items(values)

    def _set_items(self, values: list[object]) -> None:
        target = self._stack[-1] if self._stack else None
        if not isinstance(target, dict) or len(values) % 2:
            raise Refused("is damaged: it sets what is no dictionary.")
        for key, value in zip(values[::2], values[1::2], strict=True):
            if not isinstance(key, str | bytes | int):  # what nests could be hashed without end
                raise Refused("has a dictionary whose keys are neither texts nor numbers, which is not read.")
            target[key] = value

    def _name(self, *parts: object) -> None:
        self._stack.append(pickled_arrays.named(" ".join(str(part)[:200] for part in parts if isinstance(part, str))))

    def _reduce(self, target: object, args: object) -> None:
        if not isinstance(target, Name) or not isinstance(args, tuple):
            raise Refused("asks to run something, which is never done.")
        self._stack.append(pickled_arrays.result(target, args, self._budget))

    def _build(self, state: object) -> None:
        target = self._stack[-1] if self._stack else None
        if not isinstance(target, PickledArray | PickledType):
            raise Refused("asks for more than data (the state of an object), which is never done.")
        target.build(state, self._budget)


def void(_: object) -> None:
    """Drop a value."""


class _Plain:
    """The result as plain data; each visit of a value counts, so that what refers to itself comes to an end."""

    def __init__(self) -> None:
        self._left = MAX_VALUES

    def of(self, value: object, depth: int) -> Plain:
        self._left -= 1
        if depth > MAX_DEPTH:
            raise Refused(f"is nested more than {MAX_DEPTH} levels deep, which no file of features is.")
        if self._left < 0:
            raise Refused(f"holds more than {MAX_VALUES:,} values. Split it into one file a video.")
        if isinstance(value, PickledArray):
            return value.whole()
        if isinstance(value, list):
            return [self.of(each, depth + 1) for each in value]
        if isinstance(value, tuple):
            return tuple(self.of(each, depth + 1) for each in value)
        if isinstance(value, dict):
            return {key: self.of(each, depth + 1) for key, each in value.items()}
        if value is None or isinstance(value, str | bytes | int | float):
            return value
        raise Refused("holds something else than data, which is not read.")
