"""Videos as files of other systems give them, and a report of everything in those files that did not fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Times = npt.NDArray[np.float64]
LabelPath = tuple[str, ...]


@dataclass(frozen=True)
class FeatureRows:
    """Vectors of one modality of one video, in the order of time.

    Attributes:
        rows: float32 [t, d], finite; no rows where the file says that there is nothing, as for a video without sound.
        times: float64 [t], when each row holds, in seconds; None where the file does not say how far apart they are.
    """

    rows: Floats
    times: Times | None = None


@dataclass(frozen=True)
class ForeignVideo:
    """A video of another system.

    Attributes:
        row: where it stands in its file: a line, or a record; counted from 1.
        name: as the file calls it: a file's name, an address or an identifier.
        title: empty where there is none.
        labels: each a path of names, from the top of its tree; one name where there is no tree.
        programme: the series or channel that it comes from; empty where the file does not say.
        frames, sound: None where they are not computed yet or could not be read; no rows where there is nothing to compute.
    """

    row: int
    name: str
    title: str = ""
    labels: tuple[LabelPath, ...] = ()
    programme: str = ""
    frames: FeatureRows | None = None
    sound: FeatureRows | None = None


class Reason(StrEnum):
    """What can be wrong with a row. `ROW_TEXTS` says it in words."""

    SECOND_LINE = "second_line"
    NOT_A_ROW = "not_a_row"
    LINE_TOO_LONG = "line_too_long"
    NOT_UTF8 = "not_utf8"
    UNFIT_TEXT = "unfit_text"
    UNKNOWN_LABEL = "unknown_label"
    WITHOUT_KNOWN_LABEL = "without_known_label"
    TITLE_READ_AS_EMPTY = "title_read_as_empty"
    LONE_QUOTE = "lone_quote"
    TAB_INSIDE = "tab_inside"
    UNTITLED = "untitled"
    CLASS_TWICE = "class_twice"
    CLASS_INDEX = "class_index"
    SAME_FEATURE_FILE = "same_feature_file"
    MISSING_FEATURES = "missing_features"
    UNREADABLE_FEATURES = "unreadable_features"
    OUTSIDE = "outside"
    OTHER_VIDEO = "other_video"
    WITHOUT_SOUND = "without_sound"
    SILENT = "silent"
    NO_FRAMES = "no_frames"
    NOT_FINITE = "not_finite"
    QUANTISED = "quantised"
    NOT_QUANTISED = "not_quantised"
    LENGTHS_DIFFER = "lengths_differ"
    ANOTHER_HOP = "another_hop"
    ANOTHER_WIDTH = "another_width"
    TOO_MANY_ROWS = "too_many_rows"
    DAMAGED_RECORD = "damaged_record"
    OTHER_TEXTS = "other_texts"


ROW_TEXTS: Mapping[Reason, str] = {
    Reason.SECOND_LINE: "a second line of the same video; the first one holds",
    Reason.NOT_A_ROW: "a line without the columns that are needed; it was left out",
    Reason.LINE_TOO_LONG: "a line that is too long to be one video; it was left out",
    Reason.NOT_UTF8: "a line that is not UTF-8; it was left out",
    Reason.UNFIT_TEXT: "a text with a character that cannot be stored; it was left out",
    Reason.UNKNOWN_LABEL: "a label that the list of classes does not have; the label was left out",
    Reason.WITHOUT_KNOWN_LABEL: "no label that is known; the video is kept without one",
    Reason.TITLE_READ_AS_EMPTY: "a title such as NA, which PaddleVideo reads as empty; here it is kept",
    Reason.LONE_QUOTE: "a quote that never ends, behind which PaddleVideo loses lines; here it is a letter like any other",
    Reason.TAB_INSIDE: "a tab inside the title, where PaddleVideo reads the labels wrongly; here it is a space",
    Reason.UNTITLED: "no title",
    Reason.CLASS_TWICE: "a class that the list has already; the first one holds",
    Reason.CLASS_INDEX: "a class whose number is none, or belongs to another one; it was left out",
    Reason.SAME_FEATURE_FILE: "a video whose features lie under the name of another one's; it got none",
    Reason.MISSING_FEATURES: "no features; they are not computed yet",
    Reason.UNREADABLE_FEATURES: "features that cannot be read; the video is kept without them",
    Reason.OUTSIDE: "features that lie outside of their folder, which are not read",
    Reason.OTHER_VIDEO: "features that say that they are those of another video",
    Reason.WITHOUT_SOUND: "no sound",
    Reason.SILENT: "sound that is all zeros, so silent",
    Reason.NO_FRAMES: "features without a single frame",
    Reason.NOT_FINITE: "features that hold NaN or infinity; that modality was left out",
    Reason.QUANTISED: "features that are whole numbers from 0 to 255, as YouTube-8M quantises them; do not mix them with others",
    Reason.NOT_QUANTISED: "features that are not quantised, as this format has them; they were taken as they are",
    Reason.LENGTHS_DIFFER: "another number of rows of sound than of frames",
    Reason.ANOTHER_HOP: "rows that lie further apart, or closer, than one a second",
    Reason.ANOTHER_WIDTH: "rows of another length than those before or than the format has; that modality was left out",
    Reason.TOO_MANY_ROWS: "more rows than the format has; all were taken",
    Reason.DAMAGED_RECORD: "a damaged record; it was left out",
    Reason.OTHER_TEXTS: "recognised speech or writing, which is not taken over",
}


@dataclass
class ImportReport:
    """Rows by what is wrong with them, in the order in which that turned up.

    Attributes:
        rows: numbers of rows, each once, in the order of the file. details: what was said of the first one, where that says more.
    """

    rows: dict[Reason, list[int]] = field(default_factory=dict)
    details: dict[Reason, str] = field(default_factory=dict)

    def note(self, reason: Reason, row: int, detail: str = "") -> None:
        """Say that something is wrong with a row, counted from 1."""
        rows = self.rows.setdefault(reason, [])
        if not rows or rows[-1] != row:
            rows.append(row)
        if detail:
            self.details.setdefault(reason, detail)

    def counts(self) -> dict[str, int]:
        """How many rows each reason has, as JSON gives it."""
        return {reason.value: len(rows) for reason, rows in self.rows.items()}

    def sentences(self) -> list[str]:
        """One line a reason: how many rows, which ones, and what is wrong."""
        return [
            f"{len(rows):,} x {ROW_TEXTS[reason]} ({'row' if len(rows) == 1 else 'rows'} {_listed(rows)})"
            for reason, rows in self.rows.items()
        ]


def _listed(rows: list[int], most: int = 10) -> str:
    shown = ", ".join(f"{row:,}" for row in rows[:most])
    return shown if len(rows) <= most else f"{shown} and {len(rows) - most:,} more"
