"""Labels as a notebook gives them, classes by file or a table, as the rows that an import takes."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from errors import InputError


def numbered(labels: Mapping[str, str] | pd.DataFrame) -> list[tuple[int, dict[str, str]]]:
    """Rows, counted from 1, for `labeling.exchange.label_import.label_rows`.

    Args:
        labels: classes by file, or a table with the columns `file` and `class`, and perhaps `value` and `sha256`.

    Raises:
        InputError: a column is missing, or a cell holds no text.
    """
    if isinstance(labels, pd.DataFrame):
        missing = [name for name in ("file", "class") if name not in labels.columns]
        if missing:
            raise InputError(f"The table has no column {missing[0]!r}. Labels need the columns file and class.")
        columns = [name for name in ("file", "class", "value", "sha256") if name in labels.columns]
        rows = [dict(zip(columns, cells, strict=True)) for cells in labels[columns].itertuples(index=False, name=None)]
    else:
        rows = [{"file": file, "class": name} for file, name in labels.items()]
    for number, row in enumerate(rows, 1):
        for column, cell in row.items():
            if not isinstance(cell, str):
                raise InputError(f"Row {number}: {column} is {cell!r:.40}, not a text. Nothing was labelled.")
    return list(enumerate(rows, 1))
