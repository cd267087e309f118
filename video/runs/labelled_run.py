"""A kept run as labelled now, people's corrections laid over it, open labels beside it; nothing is decoded."""

from __future__ import annotations

from dataclasses import dataclass, replace

from errors import InputError
from labeling.snapshot.snapshot import Snapshot
from store.database.connection import Connection
from store.items import items
from store.items.item_rows import ItemRow
from store.project import video_runs
from store.project.video_runs import RunRow
from video.results.document import SegmentsJson, document, tag_json
from video.runs.class_tree import tree_of
from video.runs.run_tags import Tag, tagged
from video.segmenting import segments
from video.segmenting.aggregation import AGGREGATORS, Aggregator
from video.segmenting.analysis import Analysis
from video.segmenting.corrections import Correction, overlay, widened
from video.segmenting.segments import Segmentation, SegmentOptions
from video.segmenting.smoothing import AMOUNTS, SmoothOptions


@dataclass(frozen=True)
class View:
    """How a finished run is looked at; none of it needs decoding again.

    Attributes:
        aggregator: of `video.segmenting.aggregation`. switch_cost: in nats, 0 switches smoothing off.
        using: `auto` (the promoted head, else zero-shot), `zero-shot`, `head`, or `head:ID`.
    """

    aggregator: Aggregator = "log"
    switch_cost: float = SmoothOptions.switch_cost
    using: str = "auto"


def view_of(using: str = "auto", smoothing: str = "normal", aggregator: str = "log") -> View:
    """A view by the words for it: `none`, `light`, `normal` or `strong` smoothing, and `log`, `mean` or `top` as the score of a shot.

    Raises:
        InputError: there is no such smoothing or aggregator.
    """
    if smoothing not in AMOUNTS:
        raise InputError(f"There is no smoothing {smoothing!r}. Use one of {', '.join(AMOUNTS)}.")
    chosen = next((name for name in AGGREGATORS if name == aggregator), None)
    if chosen is None:
        raise InputError(f"There is no aggregator {aggregator!r}. Use one of {', '.join(AGGREGATORS)}.")
    return View(chosen, AMOUNTS[smoothing], using)


@dataclass(frozen=True)
class Labelled:
    """A run as labelled now, people's corrections laid over it.

    Attributes:
        run: its row. video: the row of its video.
        model: what labelled it, in words. source: `head` or `zero_shot`.
        classes: category ids in the order of the segmentation's names.
        tags: where each open label holds; None where the workspace has no open facet.
        notes: what else is to be said of the file or of its labels.
    """

    run: RunRow
    video: ItemRow
    model: str
    source: str
    classes: list[int]
    analysis: Analysis
    segmentation: Segmentation
    tags: list[Tag] | None
    notes: list[str]

    def document(self) -> SegmentsJson:
        """Plain data, from which every export starts."""
        content = document(self.video.name, self.model, self.analysis, self.segmentation)
        content["notes"] = self.notes
        if self.tags is not None:
            content["tags"] = [tag_json(tag.label, tag.facet, tag.extent) for tag in self.tags]
        return content


def labelled(snapshot: Snapshot, run_id: int, view: View | None = None) -> Labelled:
    """A run labelled with the asked aggregator, smoothing and head; nothing is decoded.

    Raises:
        InputError: no such run, or it was made with another encoder.
    """
    view = view or View()
    with snapshot.workspace.read() as connection:
        row = video_runs.get(connection, run_id)
        video = items.get(connection, row.item_id)
        corrections = _corrections(connection, row.item_id, snapshot.categories.facet_id())
    if row.encoder_id != snapshot.encoder_row.id:
        raise InputError("This run was made with another encoder. Run the video again.")
    analysis = analysis_of(snapshot, row.file)
    model, source, classes, segmentation = segmented(snapshot, analysis, view)
    # A class that the classifier does not know may still be what a person said.
    more = sorted({correction.category for correction in corrections} - set(classes))
    classes += more
    segmentation = widened(segmentation, snapshot.categories.path_names(more))
    segmentation = overlay(segmentation, analysis, classes, corrections)
    tags, notes = tagged(snapshot, analysis, smooth=view.switch_cost > 0)
    return Labelled(row, video, model, source, classes, analysis, segmentation, tags, [*analysis.notes, *notes])


def segmented(snapshot: Snapshot, analysis: Analysis, view: View) -> tuple[str, str, list[int], Segmentation]:
    """(model, source, category ids in the order of the names, segments) of an analysis."""
    if view.aggregator not in AGGREGATORS:
        raise InputError(f"There is no aggregator {view.aggregator!r}. Use one of {', '.join(AGGREGATORS)}.")
    used = snapshot.classifiers.choose(view.using)
    options = SegmentOptions(view.aggregator, replace(SmoothOptions(), switch_cost=view.switch_cost))
    classes, tree = tree_of(snapshot, used.scorer.classes)
    segmentation = segments.label(
        analysis, used.scorer.probabilities, snapshot.categories.path_names(used.scorer.classes), options, tree
    )
    return used.title, used.source, classes, segmentation


def analysis_of(snapshot: Snapshot, file: str) -> Analysis:
    return snapshot.cached(f"run {file}", file, lambda: Analysis.load(snapshot.workspace.folder("runs") / file))


def _corrections(connection: Connection, video_id: int, facet_id: int) -> list[Correction]:
    """People's classes of spans of a video, oldest first."""
    return [Correction(*span) for span in video_runs.labelled_spans(connection, video_id, facet_id)]


def contract(snapshot: Snapshot, run_id: int, view: View | None = None) -> SegmentsJson:
    """A run as the command line's contract: video, fps, duration_s, frames, model, segments, shots; end frames exclusive."""
    return labelled(snapshot, run_id, view).document()
