"""Pretraining on all videos of a workspace: an aggregator by momentum contrast, kept where it beats the mean vector on the project's labels."""

from __future__ import annotations

import time
from pathlib import Path
from typing import cast

from typing_extensions import TypedDict

from errors import CancelledError
from labeling.exchange import video_labels
from labeling.snapshot.snapshot import Snapshot
from progress import Progress, silent
from store.restore import PRETRAINED
from store.workspace import Workspace
from training.videos import candidate_comparison
from training.videos.pooled_candidates import Pooled
from training.videos.pretraining import aggregator, moco
from training.videos.pretraining.aggregator import Aggregator
from training.videos.pretraining.moco import MocoOptions
from training.videos.pretraining.pretrained_candidate import Pretrained
from training.whole_videos import video_lesson, video_material
from training.whole_videos.comparison_table import rounded
from training.whole_videos.video_material import Fingerprints
from written.json_values import Json


class VideoPretraining(TypedDict):
    """Result of a pretraining.

    Attributes:
        kept: whether `train` compares it from now on. videos: that it learned from. labelled: that it was judged on.
        mean, pretrained: macro mAP by fold of a logistic regression on the mean vector and on the pretrained one, None where too few are labelled.
        lead, error: of the pretrained one, and its standard error. seconds: of the pretraining alone.
    """

    kept: bool
    reason: str
    facet: str
    videos: int
    labelled: int
    mean: float | None
    pretrained: float | None
    lead: float
    error: float | None
    seconds: float


def pretrain(
    snapshot: Snapshot,
    facet: str | None = None,
    *,
    options: MocoOptions | None = None,
    seed: int = 0,
    progress: Progress = silent,
) -> VideoPretraining:
    """Learn from all videos without their labels, and keep what came out where it beats the mean vector by a standard error.

    The labels judge it alone. It saw the frames and sound of the videos that it is judged on, as it will of those that it is used on.

    Raises:
        InputError: too few videos, or too few labels to compare by. CancelledError: `progress` stopped it; what was kept before stays.
    """
    snapshot.workspace.must_write()
    with snapshot.workspace.read() as connection:
        of = video_labels.facet_of(connection, facet)
    wanted = video_material.fingerprints(snapshot.workspace)
    lesson = video_lesson.read(snapshot, of, wanted, seed)  # first: without labels there is nothing to judge by
    answers = lesson.answers
    videos = video_material.load(snapshot.workspace, answers.rows, wanted, None)
    begin = time.perf_counter()
    try:
        learned = moco.pretrain(videos, answers.group, options or MocoOptions(), seed=seed, progress=progress)
        compared = candidate_comparison.select(lesson.material, [Pooled(top=False), Pretrained(learned)])
    except CancelledError as error:
        raise CancelledError("Stopped. Nothing was kept; what was kept before stays.") from error
    plain, own = compared.candidates
    done: VideoPretraining = {
        "kept": own.wins, "reason": "", "facet": of.name, "videos": len(answers.rows), "labelled": len(lesson.rows),
        "mean": rounded(plain.mean), "pretrained": rounded(own.mean), "lead": round(own.lead, 4), "error": rounded(own.error),
        "seconds": round(time.perf_counter() - begin, 1),
    }  # fmt: skip
    done["reason"] = _reason(done)
    if own.wins:
        card: dict[str, Json] = {
            "frames": wanted.frames,
            "sound": wanted.sound,
            "seed": seed,
            "figures": cast(Json, done),
        }
        aggregator.write(_path(snapshot.workspace), learned, card)
    return done


def _reason(done: VideoPretraining) -> str:
    if done["mean"] is None or done["error"] is None:
        return f"too few labelled videos ({done['labelled']}) to compare it by; it is not kept"
    words = f"{done['lead']:+.3f} mAP against the mean vector (standard error {done['error']:.3f}, {done['labelled']} labelled videos)"
    return f"{words}: it is {'kept, and Train compares it' if done['kept'] else 'not kept, for it has to lead by more than one'}"


def kept(workspace: Workspace, wanted: Fingerprints) -> Aggregator | None:
    """What was kept, None where nothing was or where it reads features of other encoders."""
    path = _path(workspace)
    if not path.is_file():
        return None
    learned, card = aggregator.read(path)
    return learned if (card["frames"], card["sound"]) == (wanted.frames, wanted.sound) else None


def _path(workspace: Workspace) -> Path:
    return workspace.folder("heads") / PRETRAINED
