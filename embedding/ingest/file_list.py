"""Lists of files to add: a text with a path or URI on each line, or a Parquet file with a column of them."""

from __future__ import annotations

from pathlib import Path

import reading
from errors import InputError
from reading import Elsewhere, File
from store.blobs import blob

COLUMNS = ("uri", "path", "url", "file")
MOST = 2**30  # bytes of a text


def read(path: Path) -> list[File]:
    """The files that a list names. A path that does not begin at the root begins at the list's folder; empty lines and those that begin
    with `#` are left out.

    Raises:
        InputError: the list cannot be read, or has no such column.
    """
    try:
        texts = _column(path) if path.suffix.lower() in (".parquet", ".pq") else _lines(path)
    except OSError as error:
        raise InputError(
            f"{path} cannot be read ({error.strerror or error}). Give a text or a Parquet file."
        ) from error
    named = (blob.named(text) for text in texts)
    return [one if isinstance(one, Elsewhere) else path.parent / one for one in named]


def _lines(path: Path) -> list[str]:
    try:
        text = reading.content(path, MOST).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path.name} is not UTF-8 text. Give one path or URI on each line.") from error
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _column(path: Path) -> list[str]:
    import pyarrow as arrow
    import pyarrow.parquet

    with reading.opened(path) as file:
        try:
            parquet = arrow.parquet.ParquetFile(file)
            column = next((name for name in COLUMNS if name in parquet.schema_arrow.names), None)
            if column is None:
                raise InputError(
                    f"{path.name} has no column {', '.join(COLUMNS[:-1])} or {COLUMNS[-1]}. Name one of its columns so."
                )
            values = parquet.read(columns=[column]).column(0).to_pylist()
        except arrow.ArrowException as error:
            raise InputError(f"{path.name} is not a Parquet file that can be read ({error}).") from error
    return [value for value in values if isinstance(value, str) and value]
