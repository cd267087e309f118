"""PaddleVideo's `conf.txt`: the settings that are acted on, and a list of those that are not.

PaddleVideo runs each value as Python. Here a value is read as a literal (a number, a text, a list), or stays the text that it is.
"""

from __future__ import annotations

import ast
import configparser
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import reading
from errors import InputError
from video.exchange import text_lines

MAX_BYTES, MAX_VALUE = 2**18, 2_000
Setting: TypeAlias = "str | int | float | bool | tuple[Setting, ...] | None"
ACTED_ON = {
    "text_max_len", "feature_dims", "lstm_size_img", "lstm_size_audio", "num_classes", "top_n", "lstm_pool_mode", "drop_rate",
    "epoch", "learning_rate", "decay_gamma", "decay_epochs", "batch_size", "loss_type", "threshold", "filelist",
    "url_title_label_file", "class_name_file", "ernie_freeze",
}  # fmt: skip
NUMBERS = {
    "text_max_len", "lstm_size_img", "lstm_size_audio", "num_classes", "drop_rate", "epoch", "learning_rate", "decay_gamma",
    "batch_size", "threshold",
}  # fmt: skip
PATHS = ("filelist", "url_title_label_file", "class_name_file")


@dataclass(frozen=True)
class PaddleConfig:
    """Settings by section and name.

    Attributes:
        path: the file. settings: what is acted on, `{"MODEL": {"drop_rate": .5}}`. ignored: `SECTION.name` of the rest.
    """

    path: Path
    settings: dict[str, dict[str, Setting]]
    ignored: tuple[str, ...]

    def value(self, section: str, name: str) -> Setting:
        """A setting, or None where the file does not have it."""
        return self.settings.get(section, {}).get(name)

    def number(self, section: str, name: str) -> float | None:
        """A setting that is a number, or None."""
        value = self.value(section, name)
        return float(value) if isinstance(value, int | float) else None

    def place(self, section: str, name: str) -> Path | None:
        """A setting that names a file or folder, or None.

        A relative one starts from where PaddleVideo is run, the folder above that of its `conf`, or else from the file's own.
        """
        value = self.value(section, name)
        if not isinstance(value, str) or not value:
            return None
        places = [self.path.parent.parent / value, self.path.parent / value]
        return next((place for place in places if reading.is_bytes(place) and os.path.exists(place)), places[0])

    @property
    def widths(self) -> tuple[int, int] | None:
        """Numbers that a row of frames and one of sound have (`feature_dims`), or None."""
        dims = self.value("MODEL", "feature_dims")
        firsts = [part[0] for part in dims[:2] if isinstance(part, tuple) and part] if isinstance(dims, tuple) else []
        whole = [one for one in firsts if isinstance(one, int) and one > 0]
        return (whole[0], whole[1]) if len(whole) == 2 else None


def read(path: Path) -> PaddleConfig:
    """Read a configuration.

    Raises:
        InputError: it cannot be read, is not such a file, or a setting that is acted on has another kind.
    """
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(text_lines.read_whole(path, MAX_BYTES))
    except configparser.Error as error:
        line = getattr(error, "lineno", None)
        where = f", line {line}" if isinstance(line, int) else ""
        raise InputError(
            f"{path.name}{where}: this is not a `[SECTION]` with lines `name = value`. Correct it."
        ) from error
    settings: dict[str, dict[str, Setting]] = {}
    ignored: list[str] = []
    for section in parser.sections():
        for name, text in parser.items(section):
            if name not in ACTED_ON:
                ignored.append(f"{section.upper()}.{name}")
                continue
            settings.setdefault(section.upper(), {})[name] = _checked(path, section, name, text)
    if not settings:
        raise InputError(f"{path.name} has none of the settings that are read: {', '.join(sorted(ACTED_ON))}.")
    return PaddleConfig(path, settings, tuple(ignored))


def _checked(path: Path, section: str, name: str, text: str) -> Setting:
    if len(text) > MAX_VALUE:
        raise InputError(f"{path.name}: {name} has {len(text):,} characters; at most {MAX_VALUE:,} are read.")
    value = _literal(text)
    if name in NUMBERS and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise InputError(f"{path.name}: {name} in [{section}] must be a number, not {text[:40]!r}. Correct it.")
    if name in PATHS and (not isinstance(value, str) or "\0" in value):
        raise InputError(f"{path.name}: {name} in [{section}] must be a path in quotes, not {text[:40]!r}. Correct it.")
    return value


def _literal(text: str) -> Setting:
    try:
        return _setting(ast.literal_eval(text.strip()))
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return text


def _setting(value: object) -> Setting:
    if isinstance(value, list | tuple):
        return tuple(_setting(part) for part in value)
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise ValueError("no setting")
