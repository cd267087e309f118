"""A tag that was typed a moment ago is scored by its words: against frames, against sound where a model names it, against titles."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import video_project
from sound_model import model
from video_project import COUNT, truth_of

from embedding.ingest import video_encoders
from errors import InputError
from labeling.exchange import video_labels
from labeling.snapshot.snapshot import Snapshot
from store import workspace
from store.items import items, video_features
from store.items.video_features import SOUND, Features, FeatureState
from store.project import prompts, taxonomy
from training.videos.open_words.text_scores import TextScores
from training.whole_videos import video_answers, video_explanation, video_material, video_scores, video_zero_shot
from training.whole_videos.video_answers import VideoAnswers

LOUD = 3  # the band that is loud where something is heard


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project without classes, its sound by a small model that names three sounds; never write to it, copy it."""
    folder = tmp_path_factory.mktemp("words")
    path = video_project.build(folder, classes=False)
    weights = np.zeros((64, 3), np.float32)
    weights[LOUD] = [0, 1, 0]
    weights[LOUD + 1] = [-5, -5, -5]  # what nothing is
    audio = model(
        folder / "yamnet_small.onnx", classes=weights, given={"names": json.dumps(["Speech", "Beep, bleep", "Rain"])}
    )
    opened = workspace.open_workspace(path)
    video_encoders.use_sound(opened, str(audio))
    mark = video_encoders.sound_fingerprint(opened)
    with opened.engine.begin() as connection:
        for number, video in enumerate(video_features.whole_videos(connection)):
            rows = np.zeros((6, 64), np.float32)
            rows[:, LOUD + 1] = 2
            rows[2, LOUD] = 14 if "heard" in truth_of(number) else 0
            times = np.arange(6) * 0.48 + 0.48
            heard = Features(SOUND, mark, "yamnet", FeatureState.PRESENT, rows, times)
            video_features.record(connection, video, heard, video_features.write(opened, heard))
    opened.engine.dispose()
    return path


@pytest.fixture
def project(filled: Path, tmp_path: Path) -> Iterator[Snapshot]:
    """A copy of them."""
    shutil.copytree(filled, tmp_path / "ws")
    opened = workspace.open_workspace(tmp_path / "ws")
    yield Snapshot(opened)
    opened.engine.dispose()


def named(snapshot: Snapshot, *lines: str) -> VideoAnswers:
    video_labels.add_named_classes(snapshot.workspace, lines, "tags", actor="ann")
    with snapshot.workspace.read() as connection:
        return video_answers.read(snapshot.workspace, video_labels.facet_of(connection))


def scored(snapshot: Snapshot, answers: VideoAnswers) -> TextScores:
    titles = video_scores.titles_of(answers, None)
    assert titles is not None
    wanted = video_material.fingerprints(snapshot.workspace)
    videos = video_material.load(snapshot.workspace, answers.rows, wanted, titles.encoder)
    scores = video_zero_shot.scores(snapshot, answers.classes, videos, titles)
    assert scores is not None
    return scores


def test_a_title_raises_a_tag_and_a_missing_one_changes_nothing(project: Snapshot) -> None:
    scores = scored(project, named(project, "told story", "dragon")).parts["title"]
    titled = np.array([number % 7 != 0 for number in range(COUNT)])
    is_told = np.array(["told" in truth_of(number) for number in range(COUNT)])
    assert (scores[titled & is_told, 0] > 1).all()
    assert not scores[~is_told, 0].any()
    assert not scores[~titled].any()
    assert not scores[:, 1].any(), "no title has a word like it"


def test_words_of_another_language_stand_for_a_tag(project: Snapshot) -> None:
    with project.workspace.engine.begin() as connection:
        for number, video in enumerate(video_features.whole_videos(connection)):
            title = "山间湖泊，放松心情" if number % 2 else f"城市夜景 {number}"
            items.set_meta(connection, {video: {"title": title}})
    scores = scored(project, named(project, "lake | 湖泊", "city")).parts["title"]
    odd = np.arange(COUNT) % 2 == 1
    assert (scores[odd, 0] > 0).all()
    assert not scores[~odd, 0].any()
    assert not scores[:, 1].any()


def test_a_named_sound_raises_a_tag_wherever_it_is_called_so(project: Snapshot) -> None:
    answers = named(project, "beep", "alarm | sound: Bleep", "wet", "title: Speech")
    heard = np.array(["heard" in truth_of(number) for number in range(COUNT)])
    scores = scored(project, answers).parts["sound"]
    for k in (0, 1):
        assert (scores[heard, k] > 2).all()
        assert not scores[~heard, k].any()
    assert not scores[:, 2:].any()
    sounds, reason = video_zero_shot.sounds_of(project, answers.classes)
    assert sounds[:3] == [["Beep, bleep"], ["Beep, bleep"], []]
    assert reason == ""
    number = int(np.flatnonzero(heard)[0])
    explained = video_explanation.explain(project, answers.rows[number].name)
    by_tag = {tag["tag"]: tag for tag in explained["tags"]}
    assert by_tag["beep"]["sounds"] == ["Beep, bleep"]
    assert (by_tag["beep"]["sound"] or 0) > 2
    assert by_tag["beep"]["frames"] is not None
    assert by_tag["wet"]["sound"] == 0
    assert explained["unheard"] == ""


def test_log_mel_statistics_say_that_they_name_nothing(project: Snapshot) -> None:
    video_encoders.use_sound(project.workspace, "log-mel")
    answers = named(project, "beep")
    assert "sound" not in scored(project, answers).parts
    explained = video_explanation.explain(project, answers.rows[0].name)
    assert "cannot name a sound" in explained["unheard"]
    assert explained["tags"][0]["sound"] is None


def test_words_behind_a_bar_are_published_and_a_refused_name_publishes_nothing(project: Snapshot) -> None:
    named(project, "rain | 下雨，wet street, sound: Rain", "fog")
    with project.workspace.read() as connection:
        tree = {one.name: one.id for one in taxonomy.categories(connection, subject=None)}
        first = prompts.published(connection)
    known = first.prompts
    assert set(known.categories) == {tree["rain"]}
    assert known.title_words(tree["rain"], "rain") == ["rain", "下雨", "wet street"]
    assert known.sound_words(tree["rain"], "rain") == ["Rain"]
    assert "sound: Rain" not in known.texts(tree["rain"], "rain")
    assert first.actor == "ann"
    with pytest.raises(InputError, match="line 2"):
        named(project, "snow | white", "x" * 300)
    with project.workspace.read() as connection:
        assert prompts.published(connection).number == first.number
