"""Features of whole videos: kept whole, known in the database, and a state where there is nothing to keep."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy.exc import IntegrityError

from errors import InputError, StoreError
from store import restore
from store.items import items, video_features
from store.items.items import NewItem
from store.items.video_features import FRAMES, SOUND, Features, FeatureState
from store.project import taxonomy
from store.project.taxonomy import VIDEO
from store.workspace import Workspace

SEEN = Features(
    FRAMES,
    "a" * 64,
    "clip",
    FeatureState.PRESENT,
    np.arange(6, dtype=np.float16).reshape(3, 2),
    np.array([0.0, 1.0, 2.0]),
)
HEARD = Features(SOUND, "b" * 64, "log-mel", FeatureState.SILENT, np.empty((0, 4), np.float32), np.empty(0))


def video(workspace: Workspace, name: str = "a.mp4") -> int:
    with workspace.engine.begin() as connection:
        [number] = items.add(connection, [NewItem("video", f"/v/{name}", name, sha256=name.ljust(64, "0"))])
    return number


def kept(workspace: Workspace, number: int, features: Features) -> str | None:
    file = video_features.write(workspace, features)
    with workspace.engine.begin() as connection:
        video_features.record(connection, number, features, file)
    return file


def test_rows_and_times_come_back_as_they_were(empty: Workspace) -> None:
    one, two = video(empty), video(empty, "b.mp4")
    kept(empty, one, SEEN)
    kept(empty, one, HEARD)
    loaded = video_features.load(empty, FRAMES, SEEN.fingerprint, [one, two])
    assert list(loaded) == [one]
    np.testing.assert_array_equal(loaded[one].rows, SEEN.rows)
    np.testing.assert_array_equal(loaded[one].times, SEEN.times)
    assert loaded[one].rows.dtype == np.float16
    with empty.read() as connection:
        assert video_features.whole_videos(connection) == [one]
        assert video_features.orphans(empty, connection) == []


def test_no_sound_silent_and_not_yet_computed_are_states_of_their_own(empty: Workspace) -> None:
    silent, mute, new = video(empty), video(empty, "b.mp4"), video(empty, "c.mp4")
    assert kept(empty, silent, HEARD) is None
    kept(empty, mute, replace(HEARD, state=FeatureState.ABSENT))
    with empty.read() as connection:
        states = video_features.states(connection, SOUND, HEARD.fingerprint, [silent, mute, new])
        other = video_features.states(connection, SOUND, "c" * 64, [silent])
    assert states == {silent: FeatureState.SILENT, mute: FeatureState.ABSENT, new: FeatureState.NOT_COMPUTED}
    assert other == {silent: FeatureState.NOT_COMPUTED}
    assert video_features.load(empty, SOUND, HEARD.fingerprint, [silent])[silent].rows.shape == (0, 4)


def test_computing_again_takes_the_place_of_what_was_and_other_encoders_stay(empty: Workspace) -> None:
    number = video(empty)
    old = kept(empty, number, SEEN)
    kept(empty, number, replace(SEEN, fingerprint="f" * 64))
    kept(empty, number, replace(SEEN, rows=SEEN.rows + 1))
    assert video_features.load(empty, FRAMES, SEEN.fingerprint, [number])[number].rows[0, 0] == 1
    assert video_features.load(empty, FRAMES, "f" * 64, [number])[number].rows[0, 0] == 0
    with empty.read() as connection:
        assert [path.name for path in video_features.orphans(empty, connection)] == [old]


@pytest.mark.parametrize("damage", ["gone", "cut", "other"])
def test_a_damaged_file_is_said_plainly(empty: Workspace, damage: str) -> None:
    number = video(empty)
    path = empty.folder("features") / str(kept(empty, number, SEEN))
    if damage == "gone":
        path.unlink()
    elif damage == "cut":
        path.write_bytes(path.read_bytes()[:40])
    else:
        longer = replace(SEEN, rows=np.vstack([SEEN.rows, SEEN.rows]), times=np.zeros(6))
        path.write_bytes((empty.folder("features") / str(video_features.write(empty, longer))).read_bytes())
    with pytest.raises(StoreError, match="videos add"):
        video_features.load(empty, FRAMES, SEEN.fingerprint, [number])


def test_features_of_no_item_are_refused(empty: Workspace) -> None:
    with pytest.raises(IntegrityError), empty.engine.begin() as connection:
        video_features.record(connection, 77, SEEN, None)


def test_a_full_disk_leaves_nothing_recorded(empty: Workspace, tmp_path: Path) -> None:
    empty.folder("features").rename(tmp_path / "away")
    with pytest.raises(StoreError, match="kept"):
        video_features.write(empty, SEEN)


def test_a_copied_workspace_names_its_features(empty: Workspace) -> None:
    path = empty.folder("features") / str(kept(empty, video(empty), SEEN))
    with empty.read() as connection:
        assert path in restore.named_files(empty, connection)


def test_a_facet_of_videos_is_none_of_images(empty: Workspace) -> None:
    with empty.engine.begin() as connection:
        topic = taxonomy.add(connection, "sport", facet="topic", exclusive=True, subject=VIDEO)
        below = taxonomy.add(connection, "football", parent_id=topic)
    with empty.engine.begin() as connection:
        assert taxonomy.main_facet(connection) is None
        assert taxonomy.facets(connection) == taxonomy.categories(connection) == []
        scene = taxonomy.add(connection, "nature")
        [images], [videos] = taxonomy.facets(connection), taxonomy.facets(connection, VIDEO)
        assert (images.subject, videos.subject, videos.name) == ("image", "video", "topic")
        assert taxonomy.main_facet(connection) == images.id
        assert [category.id for category in taxonomy.categories(connection)] == [scene]
        assert [category.key for category in taxonomy.categories(connection)] == ["1"]
        assert [category.id for category in taxonomy.categories(connection, subject=VIDEO)] == [topic, below]
        assert taxonomy.facet(connection, videos.id) == videos
        with pytest.raises(InputError, match="one of videos"):
            taxonomy.add(connection, "calm", facet="topic", exclusive=True)
