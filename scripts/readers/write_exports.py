"""Write a workspace that readers trip over in every format, twice, and what is in it as `FORMAT.truth.json`."""

from __future__ import annotations

import json
import sys
import tempfile
from fractions import Fraction
from pathlib import Path

import odd_workspace

from labeling.exchange.formats import format_export
from labeling.exchange.formats.format_export import FORMATS
from labeling.exchange.formats.label_set import Choice
from labeling.exchange.formats.notices import Extent
from video.results import export_formats
from video.results.document import SegmentJson, SegmentsJson

RATES = {"23.976": Fraction(24000, 1001), "25": Fraction(25), "29.97": Fraction(30000, 1001)}


def main(folder: Path) -> None:
    """Exports of images and of a video at three rates."""
    with tempfile.TemporaryDirectory() as place, odd_workspace.built(Path(place)) as opened:
        for name, form in FORMATS.items():
            planned = format_export.plan(opened, name, Choice(splits=True))
            for out in (folder / name, folder / f"{name}-again"):
                format_export.write(planned, out)
            first, second = (
                {p.relative_to(folder / n): p.read_bytes() for p in sorted((folder / n).rglob("*")) if p.is_file()}
                for n in (name, f"{name}-again")
            )
            if name != "lance" and first != second:  # its reader compares the rows
                raise SystemExit(f"{name}: twice is not the same bytes")
            given = planned.given
            main_facet = given.main.name if given.main else ""
            truth = [
                {
                    "id": picture.id, "name": picture.name, "place": picture.place, "split": picture.split, "facet": answer.facet,
                    "class": answer.name, "proposed": answer.source == "zero_shot",
                    "index": None if answer.category is None else given.index[answer.category.id],
                }
                for picture in given.pictures
                for answer in picture.answers
                if (form.carries.none or answer.category is not None)
                and (form.carries.labels is Extent.ALL or answer.facet == main_facet)
            ]  # fmt: skip
            (folder / f"{name}.truth.json").write_text(json.dumps(truth, ensure_ascii=False))
    for title, rate in RATES.items():
        for form, (ending, _) in export_formats.FORMATS.items():
            if form in ("otio", "fcp7", "edl"):
                (folder / f"film-{title}{ending}").write_text(
                    export_formats.written(form, film(rate)), encoding="utf-8"
                )


def film(rate: Fraction) -> SegmentsJson:
    """Three segments with odd names, frame by frame."""
    ends = (96, 1001, 54_321)
    names = ('nature/<b>sea</b> & "sky"', "森林 🌲", "one, two")
    segments: list[SegmentJson] = [
        {
            "start_frame": first, "end_frame": end, "start_s": round(float(first / rate), 6), "end_s": round(float(end / rate), 6),
            "label": name, "score": 0.5, "scores": {}, "keyframes_s": [],
        }
        for first, end, name in zip((0, *ends[:-1]), ends, names, strict=True)
    ]  # fmt: skip
    return {
        "video": "a film, 1.mp4", "fps": round(float(rate), 6), "duration_s": float(ends[-1] / rate), "frames": ends[-1],
        "model": "head 1", "segments": segments, "shots": [],
    }  # fmt: skip


main(Path(sys.argv[1]).resolve())
