"""The next batch of whole videos: two people get different ones, with checks, second labels and practice as for images."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from video_project import COUNT

from errors import InputError
from labeling.review import decisions
from labeling.snapshot.snapshot import Snapshot
from labeling.team import double_labels
from store.items import items
from store.items.items import NewItem
from store.ledger import label_rows
from store.project import taxonomy
from store.project.taxonomy import VIDEO
from store.team import actors, leases
from training.video_review import video_deal, video_tiles
from training.video_review.video_deal import NextVideos
from training.video_review.video_query import VideoQuery
from training.whole_videos import video_proposals

SIZE = 10


def facet_of(project: Snapshot, *, exclusive: bool = True) -> int:
    with project.workspace.read() as connection:
        return next(one.id for one in taxonomy.facets(connection, VIDEO) if one.exclusive == exclusive)


def dealt(
    project: Snapshot, who: str, *, exclusive: bool = True, fresh: bool = False, states: tuple[str, ...] = ("none", "machine")
) -> NextVideos:  # fmt: skip
    query = VideoQuery(facet=facet_of(project, exclusive=exclusive), order="next", states=states, limit=SIZE)
    return video_deal.deal(project, query, who, fresh=fresh)


def ids(batch: NextVideos) -> list[int]:
    return [tile["id"] for tile in batch["tiles"]]


def label(project: Snapshot, who: str, videos: Sequence[int], name: str, kind: str = "label") -> None:
    with project.workspace.read() as connection:
        category = next(one.id for one in taxonomy.categories(connection, subject=VIDEO) if one.name == name)
    ops = [
        {"id": f"{who}-{video}-{name}-{kind}", "kind": kind, "category": category, "items": [{"id": video}]} for video in videos
    ]  # fmt: skip
    for ack in decisions.apply(project, ops, who)["acks"]:
        assert ack["status"] == "saved", ack


@pytest.mark.parametrize("exclusive", [True, False])
def test_two_people_get_different_videos_and_a_reload_the_same(project: Snapshot, exclusive: bool) -> None:
    mine = dealt(project, "ann", exclusive=exclusive)
    assert len(set(ids(mine))) == len(mine["tiles"]) > 0
    assert mine["leased_by_others"] == 0
    hers = dealt(project, "bea", exclusive=exclusive)
    assert hers["leased_by_others"] == len(mine["tiles"])
    assert not set(ids(mine)) & set(ids(hers))
    assert ids(dealt(project, "ann", exclusive=exclusive)) == ids(mine)


def test_what_is_decided_leaves_the_batch_and_a_fresh_one_has_none_of_it(project: Snapshot) -> None:
    mine = ids(dealt(project, "ann"))
    label(project, "ann", mine[:3], "day")
    assert ids(dealt(project, "ann")) == mine[3:]
    fresh = ids(dealt(project, "ann", fresh=True))
    assert len(fresh) == SIZE
    assert not set(fresh) & set(mine)


def test_a_batch_of_videos_lies_beside_one_of_images(project: Snapshot) -> None:
    videos = ids(dealt(project, "ann"))
    with project.workspace.engine.begin() as connection:
        ann = actors.id_of(connection, "ann")
        image = items.add(connection, [NewItem("image", "/i/1.png", "1.png", sha256="1" * 64)])
        assert leases.claim(connection, ann, image) == image
        assert leases.held(connection, ann, of_videos=True) == (videos, set())
        assert leases.held(connection, ann) == (image, set())
    assert ids(dealt(project, "ann")) == videos
    label(project, "ann", videos, "day")
    assert ids(dealt(project, "ann", fresh=True))
    with project.workspace.read() as connection:
        assert leases.held(connection, ann) == (image, set()), "another batch of videos gives back videos alone"


def test_a_round_of_proposals_leaves_a_batch_alone(project: Snapshot) -> None:
    batch = ids(dealt(project, "ann", exclusive=False))
    done = video_proposals.propose(project, "tags")
    assert done["labelled"] > 0
    facet = facet_of(project, exclusive=False)
    rows = video_tiles.page(project, VideoQuery(facet=facet, order="newest", limit=500))["tiles"]
    with project.workspace.read() as connection:
        changed = {state.item_id for state in label_rows.states(connection, facet, [row["id"] for row in rows])
                   if state.source == "head"}  # fmt: skip
    assert changed
    assert not changed & set(batch)


def test_second_labels_and_practice_are_mixed_in(project: Snapshot) -> None:
    double_labels.change(project.workspace, 50)
    page = video_tiles.page(project, VideoQuery(facet=facet_of(project), order="newest", limit=COUNT))
    twice, agreed = [tile["id"] for tile in page["tiles"]][:30], [tile["id"] for tile in page["tiles"]][30:36]
    label(project, "ann", [*twice, *agreed], "day")
    label(project, "cy", agreed, "day")
    batch = dealt(project, "bea")
    blind = {tile["id"] for tile in batch["tiles"] if tile.get("blind")}
    assert len(blind) == int(SIZE * double_labels.OF_A_BATCH)
    assert blind <= set(twice)
    practice = [tile for tile in batch["tiles"] if tile.get("practice")]
    assert {tile["id"] for tile in practice} <= set(agreed)
    assert len(practice) == 2
    for tile in batch["tiles"]:
        assert tile["category"] is None, "what stands is hidden or not there"
        assert tile["actor"] is None


def test_a_facet_of_tags_has_neither_and_none_of_images_is_dealt(project: Snapshot) -> None:
    double_labels.change(project.workspace, 50)
    batch = dealt(project, "bea", exclusive=False, states=())
    assert not any(tile.get("blind") or tile.get("practice") for tile in batch["tiles"])
    with pytest.raises(InputError, match="no facet 999"):
        video_deal.deal(project, VideoQuery(facet=999, order="next"), "ann")
