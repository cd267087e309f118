"""The committed demo images and video agree with their truth and with the generator."""

import csv
import itertools
import json

import av
import numpy as np
import yaml
from PIL import Image

import sample_data
from pretraining.vocabulary import KINDS
from scenery import catalogue, demo, takes
from scenery.plans import PIXEL_KINDS
from scenery.view import View


def _truth() -> list[dict[str, str]]:
    with sample_data.truth_file().open() as file:
        return list(csv.DictReader(file))


def test_every_image_has_one_row_with_a_kind_of_its_class() -> None:
    rows = _truth()
    assert {row["file"] for row in rows} == {path.name for path in sample_data.images_folder().iterdir()}
    assert len(rows) == demo.COUNT
    assert all(KINDS[row["subclass"]].category == row["class"] for row in rows)


def test_classes_are_balanced_and_names_say_nothing() -> None:
    classes = [row["class"] for row in _truth()]
    assert {classes.count(name) for name in set(classes)} == {demo.COUNT // 3}
    assert classes != sorted(classes)
    assert classes[::3] != [classes[0]] * len(classes[::3])


def test_truth_is_the_plan_of_the_world_and_what_needs_no_blender_is_drawn_as_before() -> None:
    rows = demo.planned()
    assert [(f"{k:03d}.jpg", each.category, each.kind) for k, each in enumerate(rows)] == [
        (row["file"], row["class"], row["subclass"]) for row in _truth()
    ]
    flat = [(k, each) for k, each in enumerate(rows) if each.kind in PIXEL_KINDS][:3]
    assert len(flat) == 3
    for number, each in flat:
        with Image.open(sample_data.images_folder() / f"{number:03d}.jpg") as picture:
            kept = np.asarray(picture.convert("RGB"), np.float32)
        drawn = catalogue.painter(each.kind)(each, View(kept.shape[1], kept.shape[0]))
        # Fonts differ between machines; the picture as a whole does not.
        assert np.abs(kept - np.asarray(drawn.convert("RGB"), np.float32)).mean() < 12


def test_the_film_is_as_it_was_planned() -> None:
    assert json.loads(sample_data.video_truth_file().read_text(encoding="utf-8")) == takes.truth()


def test_images_have_the_size_that_a_page_shows_and_are_small_in_all() -> None:
    paths = sorted(sample_data.images_folder().iterdir())
    for path in paths[::10]:
        with Image.open(path) as picture:
            assert picture.size == (480, 360)
    assert sum(path.stat().st_size for path in paths) < 15_000_000


def test_taxonomy_names_the_classes_of_the_truth() -> None:
    categories = yaml.safe_load(sample_data.taxonomy_file().read_text())["categories"]
    assert {entry["name"] for entry in categories} == {row["class"] for row in _truth()}
    assert all(entry["prompts"] for entry in categories)


def test_video_s_segments_cover_it_and_cuts_lie_at_their_borders() -> None:
    truth = json.loads(sample_data.video_truth_file().read_text())
    segments, cuts = truth["segments"], truth["cuts"]
    assert segments[0]["start_frame"] == 0
    assert segments[-1]["end_frame"] == truth["frames"]
    for before, after in itertools.pairwise(segments):
        assert before["end_frame"] == after["start_frame"]
        assert before["label"] != after["label"]
    faded = {fade["start_frame"] for fade in truth["fades"]}
    starts = {segment["start_frame"] for segment in segments[1:]}
    assert len(faded) == 1
    assert starts - faded <= set(cuts)
    assert not faded & set(cuts)
    inside = set(cuts) - starts
    pages = [s for s in segments if s["label"] == "document"]
    assert any(s["start_frame"] < cut < s["end_frame"] for cut in inside for s in pages)


def test_video_has_the_frames_and_the_cuts_that_its_truth_says() -> None:
    truth = json.loads(sample_data.video_truth_file().read_text())
    with av.open(str(sample_data.video_file())) as container:
        stream = container.streams.video[0]
        assert stream.codec_context.name == "h264"
        assert float(stream.average_rate or 0) == truth["fps"]
        assert [stream.width, stream.height] == truth["size"]
        frames = [
            frame.to_ndarray(width=64, height=36, format="gray").astype(int) for frame in container.decode(stream)
        ]
    assert len(frames) == truth["frames"]
    jumps = np.array([0, *(np.abs(b - a).mean() for a, b in itertools.pairwise(frames))])
    quiet = np.delete(jumps, truth["cuts"])
    assert jumps[truth["cuts"]].min() > quiet.max()
