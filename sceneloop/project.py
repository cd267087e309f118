"""A workspace as a notebook holds it: everything that `sceneloop.open` gives back can do."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from os import PathLike
from pathlib import Path
from types import TracebackType

import pandas as pd

from labeling.exchange import any_export, label_export, label_import
from labeling.exchange.formats.label_set import Choice
from labeling.exchange.label_import import Labelled
from labeling.proposals import pseudo_labels
from labeling.snapshot.snapshot import Snapshot
from maintenance import intake
from maintenance.intake import Intake, Tables
from progress import Progress, silent
from sceneloop import given_labels
from store.blobs import blob
from store.items import vectors
from store.workspace import Workspace
from training import one_click
from training.heads import prediction, promotion
from training.heads.head_training import HeadTraining, TrainSettings
from training.heads.promotion import ProposalRound
from training.tags.tag_training import TagSettings, TagTraining
from video.results.document import SegmentsJson
from video.runs import labelled_run, segmentation

Place = str | PathLike[str]
NOTEBOOK = "Python"  # what the history says of labels that no file brought


class Project:
    """An open workspace and the name that its changes carry. Threads may share it; `close` it, or use it in `with`.

    Attributes:
        workspace: the workspace, for what these calls leave out.
        actor: the person whose name stands on labels.
    """

    def __init__(self, workspace: Workspace, actor: str) -> None:
        self.workspace = workspace
        self.actor = actor
        self._held: tuple[tuple[int, int, int], Snapshot] | None = None

    def __repr__(self) -> str:
        return f"Project({self.workspace.name!r})"

    def __enter__(self) -> Project:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Give back its database connections."""
        self._held = None
        self.workspace.engine.dispose()

    @property
    def snapshot(self) -> Snapshot:
        """The workspace in memory, loaded again once vectors were added; EncoderError without an encoder, StoreError without its vectors."""
        with self.workspace.read() as connection:
            encoder, newest, born = vectors.vectors_in_use(connection)
        key = (encoder.id, newest, born)
        if self._held is None or self._held[0] != key:
            self._held = (key, Snapshot(self.workspace))
        return self._held[1]

    def add(self, paths: Iterable[Place], tables: Tables | None = None, *, progress: Progress = silent) -> Intake:
        """Add images, folders of them, and stills of videos; as `sceneloop add`.

        Args:
            paths: files, folders, objects and prefixes (`s3://bucket/prefix`). What is there already by its bytes is not added again.
            tables: CSV files with labels and metadata, or vectors that others computed (`maintenance.intake.Tables`).

        Returns:
            `files` with the counts `added` and `duplicates`, and `quarantined` with a reason for each file that was refused;
            `labels` and `meta` where `tables` gave some.

        Raises:
            InputError: none of the paths exists, or a table is refused. EncoderError: the model cannot be used.
            StoreError: the disk refuses; what was committed is kept.

        >>> done = project.add(["pictures"])
        >>> done.files.added, done.files.duplicates
        (0, 30)
        """
        given = [blob.named(str(path)) for path in paths]
        return intake.take_in(self.workspace, given, tables, actor=self.actor, progress=progress)

    def propose(self, using: str = "auto", *, facet: str | None = None, progress: Progress = silent) -> ProposalRound:
        """Let the machine propose a label for each item that nobody has labelled; as `sceneloop pseudo-label`.

        Args:
            using: `head`, `zero-shot` (the prompts), `neighbours`, or `auto`: the promoted head where there is one.
            facet: name of a facet that takes any number of labels.

        Returns:
            A mapping with `labelled` and `skipped_human` (numbers of labels), `per_class` (by path) and `batch`, the id that undoes it.

        Raises:
            InputError: there is no such head or facet, or no class. EncoderError: the encoder has no text side.

        >>> project.propose("zero-shot")["labelled"]
        30
        """
        return promotion.propose(self.snapshot, using=using, facet=facet, progress=progress)

    def suspects(self, limit: int = 100, *, humans: bool = False) -> pd.DataFrame:
        """The most suspicious labels first; as `sceneloop suspects`.

        Args:
            limit: the most rows.
            humans: labels of people too.

        Returns:
            At most `limit` rows with `file` (str), `category` and `proposed` (str, path of a class, None where there is none) and
            `score` (float64 in [0, 1]).

        Raises:
            EncoderError: there is neither a head nor a text side.

        >>> list(project.suspects(limit=3).columns)
        ['file', 'category', 'proposed', 'score']
        """
        rows = pseudo_labels.suspects(self.snapshot, limit=limit, humans=humans)
        return pd.DataFrame(rows, columns=["file", "category", "proposed", "score"])

    def label(
        self, labels: Mapping[str, str] | pd.DataFrame | Place, *, source: str = "human", order: str | None = None
    ) -> Labelled:
        """Label items, as one batch that can be undone; as `sceneloop label`.

        Args:
            labels: classes by file; or a table with the columns `file` and `class`, and perhaps `value` (yes or no); or the path of
                a CSV with these columns. A file is named as `frame` and `suspects` name it.
            source: `human`, or `import`, which never replaces what a person decided.
            order: `random` or `next` where the files are those that the command of that name listed; else they count as chosen.

        Returns:
            `labelled` (a number) and the rows that labelled nothing: `unmatched`, `ambiguous`, `conflicts`. Rows count from 1, in a
            CSV lines.

        Raises:
            InputError: an unknown class, value or source, or a column is missing; nothing is written then.

        >>> frame = project.frame()
        >>> nature = frame[frame["class"] == "nature"]["file"]
        >>> project.label({file: "nature" for file in nature}).labelled == len(nature)
        True
        """
        if isinstance(labels, str | PathLike):
            return label_import.label_csv(self.workspace, Path(labels), source=source, actor=self.actor, order=order)
        rows = given_labels.numbered(labels)
        return label_import.label_rows(self.workspace, rows, NOTEBOOK, source=source, actor=self.actor, order=order)

    def train(
        self, *, facet: str | None = None, promote: str = "auto", options: TrainSettings | TagSettings | None = None,
        progress: Progress = silent,
    ) -> HeadTraining | TagTraining:  # fmt: skip
        """Train a head on people's labels; as `sceneloop train`.

        Args:
            facet: name of a facet that takes any number of labels; by default the one with a single class.
            promote: `auto` (where the gain is certain), `always` or `never`.
            options: of the training, see `training.fitting.candidates.TrainOptions`.

        Returns:
            A mapping with `head` (id), `number`, `promoted`, `why`, and `metrics` of the new head and of zero-shot.

        Raises:
            InputError: too few labels, or no such facet or word. CancelledError: `progress` stopped it.

        >>> names = project.frame().groupby("class")["file"].head(4)
        >>> project.label(project.frame()[lambda rows: rows["file"].isin(names)]).conflicts
        []
        >>> project.train(promote="always")["promoted"]
        True
        """
        return one_click.train_facet(
            self.snapshot, facet, actor=self.actor, promote=promote, options=options, progress=progress
        )

    def predict(
        self, paths: Iterable[Place], using: str = "auto", *, facet: str | None = None, progress: Progress = silent
    ) -> pd.DataFrame:
        """Predict classes of images that need not be in the workspace; as `sceneloop predict`.

        Args:
            paths: images and folders.
            using: `head`, `zero-shot`, or `auto`: the promoted head where there is one.
            facet: name of a facet that takes any number of labels.

        Returns:
            A row an image: `file`, `class` (str) and `score` (float32), then a probability for each class (float32, named by its
            path). Of an open facet `file`, `labels` (str, joined by "; ") and a score for each label. `attrs` of the frame says
            which `model` it was, and lists `bad`: path and reason of each file that was not read.

        Raises:
            InputError: there is no image, no such head or facet.

        >>> predicted = project.predict(["pictures"])
        >>> predicted.shape[0], predicted.attrs["model"]
        (30, 'head 1')
        """
        given = [Path(path) for path in paths]
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "predictions.parquet"
            done = prediction.predict(self.snapshot, given, out, using=using, facet=facet, progress=progress)
            frame = pd.read_parquet(out)
        frame.attrs = {"model": done["model"], "bad": done["bad"]}
        return frame

    def segment(
        self, video: Place, using: str = "auto", *, smoothing: str = "normal", aggregator: str = "log",
        progress: Progress = silent,
    ) -> SegmentsJson:  # fmt: skip
        """A video as labelled segments; as `sceneloop segment`. One that was analysed before is not decoded again.

        Args:
            video: the file.
            using: `head`, `zero-shot`, or `auto`: the promoted head where there is one.
            smoothing: `none`, `light`, `normal` or `strong`.
            aggregator: the score of a shot: `log` (mean log-probability), `mean`, or `top` (its best frame).
            progress: told of seconds of video.

        Returns:
            What `docs/segments.schema.json` describes: `segments` with `start_s` and `end_s` (seconds), `start_frame` and
            `end_frame` (the end exclusive), `label`, `score` and `scores`; `shots`, `fps`, `duration_s`, `model`.

        Raises:
            InputError: the file is no video that can be read, or there is no such head or word.
            CancelledError: `progress` stopped it; nothing is kept.

        >>> film = project.segment("clip.mp4")
        >>> film["segments"][0]["start_s"], film["model"]
        (0.0, 'head 1')
        """
        view = labelled_run.view_of(using, smoothing, aggregator)
        snapshot = self.snapshot
        run_id = segmentation.run_of(snapshot, blob.named(str(video)), using=using, actor=self.actor, progress=progress)
        return labelled_run.contract(snapshot, run_id, view)

    def export(
        self,
        kind: str,
        out: Place,
        *,
        negatives: bool = False,
        choice: Choice | None = None,
        view: str = "",
        dry_run: bool = False,
    ) -> dict[str, object]:
        """Write labels, and images where the format holds them; as `sceneloop export`. It is there as a whole or not at all.

        Args:
            kind: `csv`, `parquet`, `folders`, or the name of another tool's format as `--format` has it.
            out: a file for csv and parquet, else a folder. An earlier export there is replaced.
            negatives: csv and parquet: what is not so as well, with a column `value`.
            choice: formats of other tools: what of the workspace, and what becomes of the images
                (`labeling.exchange.formats.label_set.Choice`).
            view: name of a saved view; only what it lets through now is written.
            dry_run: formats of other tools: say what would be lost, and write nothing.

        Returns:
            `out` and `labels` (a number); of other tools' formats also what is `not_carried` (what, count), `missing` or `changed`.

        Raises:
            InputError: an unknown format, facet or view, options of another kind of format, or a folder that holds anything else.
            StoreError: the disk refuses; what was there before stays.

        >>> project.export("csv", "labels.csv")
        {'out': 'labels.csv', 'labels': 30}
        """
        return any_export.export(
            self.workspace, kind, Path(out), negatives=negatives, choice=choice, view=view, dry_run=dry_run
        )

    def frame(self, *, negatives: bool = False) -> pd.DataFrame:
        """All labels of images that stand, people's and the machine's.

        Args:
            negatives: what is not so as well, with a column `value` (yes or no).

        Returns:
            A row a label, by file: `file` (str, which `label` takes back), `class` (str), `source` (str: human, neighbour, import,
            head or zero_shot), `actor` (str), `at` (str, ISO 8601), `confidence` (float64 in [0, 1], NaN where there is none) and
            `item` (int64, its id).

        >>> frame = project.frame()
        >>> len(frame), frame["source"].unique().tolist()
        (30, ['human', 'zero_shot'])
        """
        return label_export.label_frame(self.workspace, negatives=negatives)
