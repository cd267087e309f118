"""The demo's clips as whole videos: there at the first look, proposed by prompts, and labelled and learned from by example work."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from labeling.exchange.formats import format_export
from labeling.exchange.formats.gathering import Choice, Images
from labeling.snapshot.snapshot import Snapshot
from maintenance import demo_videos
from store.ledger import label_rows
from store.project import heads, prompts, taxonomy
from store.project.taxonomy import VIDEO
from training.video_review import video_meta
from training.whole_videos import video_answers
from video.whole import fragment_origin


def test_the_clips_are_there_with_proposals_of_their_genre(demo_snapshot: Snapshot) -> None:
    workspace = demo_snapshot.workspace
    counts = video_meta.counts(workspace)
    assert (counts["videos"], counts["untitled"], counts["silent"], counts["without_sound"]) == (60, 20, 1, 3)
    with workspace.read() as connection:
        genre, tags = taxonomy.facets(connection, VIDEO)
        assert [version.number for version in prompts.versions(connection)] == [1]
    assert (genre.name, genre.exclusive, tags.name, tags.exclusive) == ("genre", True, "video tags", False)
    answers = video_answers.read(workspace, genre)
    assert not answers.labelled.any(), "the machine proposes, it does not say"
    meta = video_meta.meta(demo_snapshot, genre.id)
    assert meta["model"] == "zero-shot"


def test_prompts_name_a_third_of_the_genres_by_chance_a_tenth(demo_snapshot: Snapshot) -> None:
    workspace = demo_snapshot.workspace
    with workspace.read() as connection:
        genre, _ = taxonomy.facets(connection, VIDEO)
        paths = {one.id: one.path for one in taxonomy.categories(connection, subject=VIDEO)}
        names = video_answers.read(workspace, genre).rows
        states = label_rows.states(connection, genre.id, [row.id for row in names])
    truth = {row["file"]: row["genre"] for row in demo_videos.truth()}
    files = {row.id: row.name for row in names}
    right = [
        truth[files[state.item_id]].startswith(paths[state.category_id]) for state in states if state.value == "yes"
    ]
    assert len(right) == 60
    assert np.mean(right) > 0.33


def test_example_work_answers_two_thirds_and_trains_a_head_for_each_question(demo_snapshot: Snapshot) -> None:
    workspace = demo_snapshot.workspace
    assert demo_videos.work(workspace, "robin") == 40 * 15
    with workspace.read() as connection:
        facets = taxonomy.facets(connection, VIDEO)
        trained = heads.every(connection)
    for facet in facets:
        assert int(video_answers.read(workspace, facet).labelled.sum()) == 40
    assert {head.facet_id for head in trained} == {facet.id for facet in facets}


def test_the_best_of_a_week_is_traced_to_its_clips(demo_snapshot: Snapshot) -> None:
    hits = fragment_origin.find(demo_snapshot.workspace, "v60.mp4")
    assert hits["programme"] == "Morning walk"
    assert [match["video"] for match in hits["matches"]][:2] == ["v60.mp4", "v01.mp4"]


@pytest.mark.parametrize("name", sorted(format_export.FORMATS))
def test_every_format_carries_the_pictures_beside_videos_that_have_labels(
    demo_snapshot: Snapshot, name: str, tmp_path: Path
) -> None:
    images = next(one for one in (Images.NONE, Images.LINK, Images.COPY) if format_export.fault(name, one) is None)
    planned = format_export.plan(demo_snapshot.workspace, name, Choice(images=images))
    assert len(planned.given.pictures) == 300
    assert {facet.name for facet in planned.given.facets} == {"scene"}
    format_export.write(planned, tmp_path / "out")
    assert any((tmp_path / "out").rglob("*"))
