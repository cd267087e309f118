"""A clip that is not in the workspace: its tags, the video that it is a piece of, and what is said where neither is known."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from whole_films import film, show, tone

import sample_data
from embedding.ingest import encoder_change
from errors import CancelledError, InputError
from jobs import work
from labeling.exchange import video_labels
from labeling.snapshot.snapshot import Snapshot
from store import workspace
from store.items import items, video_features
from store.team import actors, job_rows
from store.workspace import Workspace
from video.decoding import frames
from video.whole import clip_lookup, feature_extraction, video_adding

PICTURES = sorted(sample_data.images_folder().glob("*.jpg"))


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """Two films of eight pictures each, one of a programme, and three tags."""
    folder = tmp_path_factory.mktemp("looked")
    films = folder / "films"
    films.mkdir()
    for k in range(2):
        show(films / f"{k}.mp4", list(range(10 * k, 10 * k + 8)))
    (folder / "titles.csv").write_text("file,title,programme\n1.mp4,one,The evening\n")
    opened = workspace.create(folder / "ws")
    encoder_change.change_encoder(opened, "built-in")
    video_adding.add(opened, [films], titles=folder / "titles.csv", actor="ann")
    video_labels.add_named_classes(opened, ["nature", "document", "game"])
    yield opened
    opened.engine.dispose()


def test_a_clip_gets_tags_and_the_video_that_it_is_a_piece_of(target: Workspace, tmp_path: Path) -> None:
    seen: list[tuple[float, str]] = []
    piece = show(tmp_path / "piece.mp4", [12, 13, 14, 15])
    done = clip_lookup.look_up(
        Snapshot(target), piece, "A piece", progress=lambda at, _, what="", losses=(), /: seen.append((at, what))
    )
    [facet] = done["facets"]
    assert (facet["model"], facet["reason"]) == ("zero-shot", "")
    assert {tag["tag"] for tag in facet["tags"]} == {"nature", "document", "game"}
    assert facet["tags"][0]["score"] == max(tag["score"] for tag in facet["tags"])
    [match] = done["matches"]
    with target.read() as connection:
        assert items.get(connection, match["item"]).name == match["video"] == "1.mp4"
    assert (done["programme"], done["title"], done["sound"]) == ("The evening", "A piece", "no sound")
    assert match["start_s"] == pytest.approx(3, abs=0.7)
    assert done["duration_s"] == pytest.approx(6, abs=0.2)
    assert {what for _, what in seen} >= {"Reading its frames"}


def test_pictures_are_decoded_once(target: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Path] = []
    decode = feature_extraction.decode
    monkeypatch.setattr(feature_extraction, "decode", lambda path, *rest: opened.append(path) or decode(path, *rest))
    piece = show(tmp_path / "piece.mp4", [2, 3])
    clip_lookup.look_up(Snapshot(target), piece)
    assert opened == [piece]
    assert frames.decode is decode


def test_seeing_and_asking_at_once_give_what_each_gives(target: Workspace, tmp_path: Path) -> None:
    encoder = clip_lookup.video_encoders.open_frames(target)
    piece = show(tmp_path / "piece.mp4", [2, 3, 4])
    seen, query = feature_extraction.see_and_ask(piece, encoder)
    alone, asked = feature_extraction.see(piece, encoder), feature_extraction.query(piece, encoder)
    np.testing.assert_array_equal(seen.frames.rows, alone.frames.rows)
    np.testing.assert_array_equal(seen.moments.rows, alone.moments.rows)
    np.testing.assert_array_equal(query.mirror, asked.mirror)
    np.testing.assert_array_equal(query.moments.hashes, asked.moments.hashes)
    assert (seen.width, seen.height, seen.duration_s) == (alone.width, alone.height, alone.duration_s)


def test_a_strange_clip_has_tags_and_no_origin(target: Workspace, tmp_path: Path) -> None:
    film(tmp_path / "strange.mkv", PICTURES[60], 3, tone(3))
    done = clip_lookup.look_up(Snapshot(target), tmp_path / "strange.mkv")
    assert (done["matches"], done["programme"], done["searched"], done["without_moments"]) == ([], None, 2, 0)
    assert done["sound"] == "present"
    assert done["facets"][0]["tags"]


def test_what_is_no_video_and_a_wish_to_stop_are_said(target: Workspace, tmp_path: Path) -> None:
    (tmp_path / "no.mp4").write_bytes(b"no video at all" * 100)
    with pytest.raises(InputError, match=r"no\.mp4"):
        clip_lookup.look_up(Snapshot(target), tmp_path / "no.mp4")

    def stop(*_: object) -> None:
        raise CancelledError("Cancelled.")

    with pytest.raises(CancelledError):
        clip_lookup.look_up(Snapshot(target), show(tmp_path / "piece.mp4", [2]), progress=stop)


def test_the_job_keeps_the_answer_and_the_clip_is_added_with_its_title(target: Workspace, tmp_path: Path) -> None:
    piece = show(tmp_path / "piece.mp4", [12, 13, 14, 15])

    def do(kind: str, arguments: job_rows.JobArguments) -> job_rows.JobRow:
        with target.engine.begin() as connection:
            number = job_rows.add(connection, kind, arguments, actors.id_of(connection, "ann"))
        assert work.do(target.path, number) == 0
        with target.read() as connection:
            return job_rows.get(connection, number)

    looked = do("look_up", {"path": str(piece), "titled": "A  piece"})
    assert looked.result is not None
    assert clip_lookup.LookedUpClip(**looked.result)["matches"]  # type: ignore[typeddict-item]
    with target.read() as connection:
        before = video_features.whole_videos(connection)
    do("add_videos", {"paths": [str(piece)], "titled": "A  piece"})
    with target.read() as connection:
        [new] = set(video_features.whole_videos(connection)) - set(before)
        assert items.get(connection, new).meta["title"] == "A piece"
