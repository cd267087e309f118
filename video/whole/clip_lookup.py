"""A clip that is not in the workspace: what it is about, what carries that and when, and which videos it is a piece of."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from typing_extensions import TypedDict

from embedding.ingest import video_encoders
from embedding.pictures import images
from errors import AppError
from labeling.snapshot.snapshot import Snapshot
from progress import Progress, silent
from store.items import feature_sets
from store.items.video_features import Features
from store.project import taxonomy
from store.project.taxonomy import VIDEO, Facet
from training.whole_videos import video_answers, video_explanation, video_material, video_scores
from training.whole_videos.video_explanation import ExplainedTag
from video.whole import feature_extraction, fragment_origin
from video.whole.fragment_origin import FragmentMatch


class FacetOfClip(TypedDict):
    """What one facet says of a clip; without a model `tags` is empty and `reason` says why."""

    facet: int
    model: str | None
    reason: str
    tags: list[ExplainedTag]


class LookedUpClip(TypedDict):
    """A clip that was looked up.

    Attributes:
        name: of its file. sha256: of its bytes. title: as it was given. duration_s: in seconds. sound: a state of `store.items.video_features`.
        matches: stretches of videos of the workspace, the strongest first. programme: of the strongest one that has one.
        searched: videos that were looked through. without_moments: whole videos that were not.
    """

    name: str
    sha256: str
    title: str
    duration_s: float
    sound: str
    facets: list[FacetOfClip]
    matches: list[FragmentMatch]
    programme: str | None
    searched: int
    without_moments: int


def look_up(snapshot: Snapshot, path: Path, title: str = "", *, progress: Progress = silent) -> LookedUpClip:
    """Look up a clip, each of its streams decoded once; nothing of it is kept.

    Args:
        progress: called with seconds of the clip behind, seconds in all, and what is being read.

    Raises:
        InputError: the file is not a video that can be read. EncoderError: the workspace's model or that of sound cannot be used.
        StoreError: a file of features is damaged. CancelledError: `progress` stopped it.
    """
    frames, sound = video_encoders.open_frames(snapshot.workspace), video_encoders.open_sound(snapshot.workspace)
    seen, query = feature_extraction.see_and_ask(path, frames, _reading(progress, "Reading its frames"))
    heard = feature_extraction.hear(path, sound, _reading(progress, "Reading its sound"))
    digest = images.sha256(path)
    origin = fragment_origin.of_query(snapshot.workspace, query, frames.moments, digest)
    with snapshot.workspace.read() as connection:
        facets = taxonomy.facets(connection, VIDEO)
    return {
        "name": path.name, "sha256": digest, "title": title, "duration_s": round(seen.duration_s, 3), "sound": heard.state.value,
        "facets": [_facet(snapshot, facet, title, seen.frames, heard) for facet in facets], **origin,
    }  # fmt: skip


def _reading(progress: Progress, what: str) -> Progress:
    def report(done: float, total: float, message: str = "", losses: Sequence[float] = (), /) -> None:
        progress(done, total, message or what, losses)

    return report


def _facet(snapshot: Snapshot, facet: Facet, title: str, seen: Features, heard: Features) -> FacetOfClip:
    with snapshot.workspace.read() as connection:
        given = feature_sets.in_use(connection)
    if given is not None:
        reason = f"The project reads the features {given!r}, which are not computed here, so its models cannot read a new clip."
        return {"facet": facet.id, "model": None, "reason": reason, "tags": []}
    try:
        answers = video_answers.read(snapshot.workspace, facet)
        head = video_scores.choose(snapshot, answers)
        titles = video_scores.titles_of(answers, head)
        videos = video_material.assembled([seen], [heard], [title], None if titles is None else titles.encoder)
        tags = video_explanation.tags_of(snapshot, answers, videos, head)
    except AppError as error:
        return {"facet": facet.id, "model": None, "reason": str(error), "tags": []}
    return {"facet": facet.id, "model": video_explanation.model_of(head), "reason": "", "tags": tags}
