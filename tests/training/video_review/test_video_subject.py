"""What judges labels of images judges those of whole videos: second opinions, disagreements, practice, the stop meter."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from video_project import COUNT

from errors import InputError
from labeling.review import decisions, guidelines, history, second_opinion, stop_meter
from labeling.review.tile import VideoTile
from labeling.snapshot.snapshot import Snapshot
from labeling.snapshot.subject import Images
from labeling.team import adjudication
from store.ledger import labels
from store.ledger.events import Batch, Change
from store.project import taxonomy
from store.project.taxonomy import VIDEO
from store.team import actors
from training.video_review import video_detail, video_subject, video_tiles
from training.video_review.video_query import VideoQuery

CHECKED, WRONG = 30, 6


def facet_and_classes(project: Snapshot) -> tuple[int, int, int]:
    with project.workspace.read() as connection:
        facet = next(one for one in taxonomy.facets(connection, VIDEO) if one.exclusive)
        by_name = {one.name: one.id for one in taxonomy.categories(connection, subject=VIDEO)}
    return facet.id, by_name["day"], by_name["night"]


def shown(project: Snapshot, **query: object) -> list[VideoTile]:
    facet, _, _ = facet_and_classes(project)
    return video_tiles.page(project, VideoQuery(facet=facet, limit=500, **query))["tiles"]  # type: ignore[arg-type]


def label(project: Snapshot, actor: str, videos: Sequence[int], category: int, order: str = "newest") -> None:
    """One press of a key each."""
    ops = [
        {"id": f"{actor}-{video}-{category}-{order}", "kind": "label", "category": category, "items": [{"id": video}], "order": order}
        for video in videos
    ]  # fmt: skip
    for ack in decisions.apply(project, ops, actor)["acks"]:
        assert ack["status"] == "saved", ack


def test_a_second_opinion_hides_the_first_and_a_disagreement_waits_to_be_settled(project: Snapshot) -> None:
    facet, day, night = facet_and_classes(project)
    [one, two, three, own] = [tile["id"] for tile in shown(project, order="newest")][:4]
    label(project, "ann", [one, two, three], day)
    label(project, "bea", [own], day)
    page = video_tiles.page(project, VideoQuery(facet=facet, order="newest", blind="opinion", actor="bea"))
    assert [tile["id"] for tile in page["tiles"]] == [one, two, three], "not what nobody or oneself has labelled"
    for tile in page["tiles"]:
        assert (tile["category"], tile["proposed"], tile["actor"], tile["source"]) == (None, None, None, None)
        assert (tile["state"], tile["blind"]) == ("none", "opinion")
    assert page["counts"] == {}
    label(project, "bea", [one], day, "filtered")
    label(project, "bea", [two], night, "filtered")
    agreement = second_opinion.of(project.workspace, facet)["all"]
    assert agreement is not None
    assert (agreement["items"], agreement["share"], agreement["ids"]) == (2, 0.5, [two])
    assert second_opinion.of(project.workspace)["all"] is None, "nothing of it is about images"
    [waiting] = shown(project, order=adjudication.ORDER)
    assert (waiting["id"], waiting["value"]) == (two, None)
    answers = video_detail.detail(project, two, facet)["apart"]
    assert [(answer["person"], answer["category"]) for answer in answers] == [("ann", day), ("bea", night)]
    label(project, "cleo", [two], night, adjudication.ORDER)
    assert shown(project, order=adjudication.ORDER) == []
    assert video_detail.detail(project, two, facet)["apart"] == []


def test_practice_hides_what_is_agreed_scores_the_answer_and_labels_nothing(project: Snapshot) -> None:
    facet, day, night = facet_and_classes(project)
    [chosen, agreed, other] = [tile["id"] for tile in shown(project, order="newest")][:3]
    guidelines.show(project, night, chosen, "practice", "ann")
    for who in ("ann", "bea"):
        label(project, who, [agreed], day)
    label(project, "ann", [other], day)
    tiles = shown(project, order="newest", blind="practice", actor="dan")
    assert [tile["id"] for tile in tiles] == [chosen, agreed]
    assert all(tile["practice"] and tile["category"] is None and tile["actor"] is None for tile in tiles)
    assert [tile["id"] for tile in shown(project, order="newest", blind="practice", actor="ann")] == [chosen]
    ops = [
        {"id": f"dan-{video}", "kind": "practice", "category": day, "items": [{"id": video}]}
        for video in (chosen, agreed)
    ]
    acks = decisions.apply(project, ops, "dan")["acks"]
    assert [ack["items"][0]["practice"] for ack in acks] == [  # type: ignore[typeddict-item]
        {"right": False, "category": night}, {"right": True, "category": day},
    ]  # fmt: skip
    assert shown(project, order="newest", blind="practice", actor="dan") == []
    assert {tile["state"] for tile in shown(project, ids=(chosen,))} != {"person"}
    subject = video_subject.of(project, facet)
    score = history.recent(subject, "dan")["practice"]
    assert score is not None
    assert (score["answered"], score["right"]) == (2, 1)
    assert history.recent(subject, "bea")["practice"] is None


def test_the_stop_meter_bounds_the_errors_among_videos_that_nobody_looked_at(project: Snapshot) -> None:
    facet, day, night = facet_and_classes(project)
    drawn = [tile["id"] for tile in shown(project, order="random")]
    assert len(drawn) == COUNT
    with project.workspace.engine.begin() as connection:
        machine = Batch(actors.id_of(connection, "machine"), "zero_shot")
        labels.write(connection, machine, [Change(video, day) for video in drawn])
    subject = video_subject.of(project, facet)
    fresh = stop_meter.remaining(subject)
    assert (fresh["unseen"], fresh["audited"], fresh["estimate"]) == (COUNT, 0, None)
    assert "20 random videos" in fresh["advice"]
    label(project, "ann", drawn[WRONG:CHECKED], day, "random")
    for who in ("ann", "bea"):  # a check that differs counts when somebody decides the same again
        label(project, who, drawn[:WRONG], night, "random")
    after = stop_meter.remaining(video_subject.of(project, facet))
    left = COUNT - CHECKED
    assert (after["unseen"], after["pending"]) == (left, 0)
    assert after["audited"] >= stop_meter.ENOUGH
    estimate = after["estimate"]
    assert estimate is not None
    assert abs(estimate - left * WRONG / CHECKED) <= 3
    assert after["low"] <= estimate <= after["high"] < left
    assert stop_meter.remaining(video_subject.of(project, facet)) == after


def test_where_any_number_of_labels_holds_there_is_no_one_answer_to_compare(project: Snapshot) -> None:
    with pytest.raises(InputError, match="any number of these tags"):
        video_subject.of(project, 0)
    with pytest.raises(InputError, match="any number of these tags"):
        video_tiles.page(project, VideoQuery(blind="opinion", actor="ann"))
    with pytest.raises(InputError, match="any number of these tags"):
        video_tiles.page(project, VideoQuery(order=adjudication.ORDER))
    assert not Images(project).of_videos
