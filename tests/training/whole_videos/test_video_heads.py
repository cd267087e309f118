"""Heads of whole videos in a workspace: labels to a head, its promotion, proposals, evaluation and explanation."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import video_project
from video_project import BRIEF, COUNT, LABELLED, TAGS, truth_of

from embedding.titles.title_encoder import TitleEncoder
from errors import CancelledError, InputError
from labeling.exchange import video_labels
from labeling.exchange.video_labels import RowLabel
from labeling.review import decisions
from labeling.scoring.multilabel import NO, UNKNOWN, YES
from labeling.snapshot.snapshot import Snapshot
from maintenance import doctor
from store import workspace
from store.items import items
from store.ledger import label_rows, labels
from store.ledger.events import Batch, Change
from store.project import heads, taxonomy
from store.project.taxonomy import VIDEO
from store.team import actors
from training.heads import transfer
from training.videos.candidate_comparison import Compared
from training.videos.open_words.adapter_candidate import Adapter
from training.videos.open_words.adapter_training import LearningOptions
from training.videos.pretraining.moco import MocoOptions
from training.videos.video_head import VideoMaterial
from training.videos.video_set import VideoSet
from training.whole_videos import (
    kept_heads,
    video_answers,
    video_evaluation,
    video_explanation,
    video_material,
    video_pretraining,
    video_proposals,
    video_scores,
    video_training,
)
from training.whole_videos.video_material import Fingerprints


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project; never write to it, copy it."""
    return video_project.build(tmp_path_factory.mktemp("videos"))


@pytest.fixture
def project(filled: Path, tmp_path: Path) -> Iterator[Snapshot]:
    """A copy of them."""
    shutil.copytree(filled, tmp_path / "ws")
    opened = workspace.open_workspace(tmp_path / "ws")
    yield Snapshot(opened)
    opened.engine.dispose()


@pytest.fixture(scope="module")
def trained(
    filled: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Snapshot, video_training.VideoTraining]]:
    """A copy with a promoted head, for tests that change nothing."""
    folder = tmp_path_factory.mktemp("trained") / "ws"
    shutil.copytree(filled, folder)
    opened = workspace.open_workspace(folder)
    snapshot = Snapshot(opened)
    yield snapshot, video_training.train(snapshot, actor="ann")
    opened.engine.dispose()


Trained = tuple[Snapshot, video_training.VideoTraining]


def test_training_compares_models_and_promotes_a_certain_gain(trained: Trained) -> None:
    snapshot, done = trained
    assert done["promoted"], done["reason"]
    assert "against zero-shot" in done["reason"]
    by_name = {(row["model"], row["modalities"]): row for row in done["table"]}
    assert {("late fusion", part) for part in ("V", "V+A", "V+T", "V+A+T")} <= by_name.keys()
    assert ("late fusion", "V+A+T, tested without title") in by_name
    assert ("zero-shot", "V+T") in by_name, "log-mel statistics name no sound"
    with snapshot.workspace.read() as connection:
        card = heads.get(connection, done["head"]).card
    assert card["table"] == done["table"], "the card keeps every figure"
    whole, seen = by_name["late fusion", "V+A+T"], by_name["late fusion", "V"]
    assert whole["map"] is not None and seen["map"] is not None  # noqa: PT018
    assert whole["map"] > 0.75
    assert whole["map"] > seen["map"] + 0.15
    assert whole["n"] == done["videos"] == 44  # those with a label at all
    low, high = whole["low"], whole["high"]
    assert low is not None and high is not None  # noqa: PT018
    assert low < whole["map"] <= high + 1e-6
    json.dumps(done)
    with snapshot.workspace.read() as connection:
        [row] = heads.every(connection)
    assert row.id == done["head"]
    assert row.card["subject"] == "video"


def test_answers_that_nobody_gave_are_told(trained: Trained) -> None:
    snapshot, done = trained
    with snapshot.workspace.read() as connection:
        [facet] = taxonomy.facets(connection, VIDEO)
    answers = video_answers.read(snapshot.workspace, facet)
    assert done["assumed"] == answers.assumed.sum() > 0
    assert (answers.truth[~answers.labelled] == UNKNOWN).all()
    assert set(np.unique(answers.truth[answers.labelled])) == {YES, NO}


def test_a_kept_head_gives_the_same_and_refuses_a_changed_file(trained: Trained) -> None:
    snapshot, done = trained
    with snapshot.workspace.read() as connection:
        row = heads.get(connection, done["head"])
    kept = kept_heads.read(snapshot.workspace, row)
    assert kept.titles is not None
    assert len(kept.held.items) == done["videos"]
    problems = doctor.workspace(snapshot.workspace)
    assert problems["problems"] == []
    with pytest.raises(InputError, match="one of whole videos"):
        transfer._wanted(snapshot, row.number, None)


def test_a_changed_head_is_not_used(project: Snapshot) -> None:
    done = video_training.train(project, actor="ann", promote="always")
    with project.workspace.read() as connection:
        path = project.workspace.folder("heads") / heads.get(connection, done["head"]).file
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(InputError, match="was changed"):
        video_proposals.propose(project, using="head")


def test_a_second_head_has_to_beat_the_first_on_answers_it_did_not_see(project: Snapshot) -> None:
    first = video_training.train(project, actor="ann")
    second = video_training.train(project, actor="ann")
    assert first["promoted"]
    assert not second["promoted"]
    assert "against head 1" in second["reason"]
    assert second["gain"] is not None
    assert second["gain"]["map"] == pytest.approx(0, abs=1e-6)


def test_the_same_seed_gives_the_same_table(project: Snapshot) -> None:
    one, two = (video_training.train(project, actor="ann", promote="never", seed=3) for _ in range(2))
    for first, second in zip(one["table"], two["table"], strict=True):
        assert {**first, "seconds": 0} == {**second, "seconds": 0}


def test_too_few_labels_are_said(project: Snapshot, tmp_path: Path) -> None:
    (tmp_path / "kinds.txt").write_text("news\nfilm\n")
    video_labels.add_classes(project.workspace, tmp_path / "kinds.txt", "kind", exclusive=True)
    with pytest.raises(InputError, match="needs a class with 2 yes and 2 no"):
        video_training.train(project, "kind", actor="ann")


def test_a_stop_saves_nothing(project: Snapshot) -> None:
    def stop(done: float, total: float, message: str = "", losses: object = ()) -> None:
        raise CancelledError("stop")

    with pytest.raises(CancelledError, match="Nothing was saved"):
        video_training.train(project, actor="ann", progress=stop)
    assert list(project.workspace.folder("heads").iterdir()) == []


def test_proposals_are_for_videos_without_labels_and_can_be_undone(project: Snapshot) -> None:
    video_training.train(project, actor="ann", promote="always")
    done = video_proposals.propose(project)
    assert done["skipped_human"] == 44
    right = proposed(project)
    wanted = {(f"{k}.mp4", tag) for k in range(LABELLED, COUNT) for tag in truth_of(k)}
    assert len(right & wanted) / len(wanted) > 0.8
    assert done["batch"] is not None
    assert video_proposals.propose(project)["batch"] is None
    decisions.undo_batch(project.workspace, "ann", done["batch"])
    assert proposed(project) == set()


def proposed(snapshot: Snapshot) -> set[tuple[str, str]]:
    with snapshot.workspace.read() as connection:
        tree = {one.id: one.path for one in taxonomy.categories(connection, subject=VIDEO)}
        rows = [row for row in label_rows.by_item_name(connection, ("yes",)) if row.source in ("head", "zero_shot")]
        names = {number: row.name for number, row in items.get_many(connection, [row.item_id for row in rows]).items()}
    return {(names[row.item_id], tree[row.category_id]) for row in rows}


def test_zero_shot_proposes_without_a_head(project: Snapshot) -> None:
    done = video_proposals.propose(project, using="zero-shot")
    assert done["labelled"] == sum(done["per_class"].values())
    with pytest.raises(InputError, match="No head of tags is promoted"):
        video_proposals.propose(project, using="head")


def test_evaluation_judges_by_fits_that_did_not_see_the_video(trained: Trained, tmp_path: Path) -> None:
    snapshot, done = trained
    table = tmp_path / "truth.csv"
    rows = [f"{k}.mp4,{tag}" for k in range(COUNT) for tag in truth_of(k)]
    table.write_text("\n".join(["file,class", *rows, "gone.mp4,seen", "1.mp4,what"]))
    judged = video_evaluation.evaluate(snapshot, table)
    assert judged["head"] is not None and judged["zero_shot"] is not None  # noqa: PT018
    assert judged["learned"] == done["videos"]
    assert judged["head"]["map"] is not None and judged["head"]["map"] > 0.8  # noqa: PT018
    assert set(judged["by_tag"]) == set(TAGS)
    assert set(judged["by_level"]) == {"1"}
    assert len(judged["unmatched"]) == len(judged["unknown_classes"]) == 1
    json.dumps(judged)
    bare = video_evaluation.evaluate(snapshot, table, without="title")
    assert bare["learned"] == 0
    assert bare["head"] is not None
    assert bare["head"]["n"] == len([k for k in range(LABELLED, COUNT) if truth_of(k)])


def test_an_explanation_says_which_modality_carries_a_tag_and_when(trained: Trained) -> None:
    snapshot, _ = trained
    by_tag = {tag["tag"]: tag for tag in video_explanation.explain(snapshot, "30.mp4")["tags"]}
    assert all(tag["is_over"] for tag in by_tag.values())
    for name, carrier in (("seen", "frames"), ("heard", "sound"), ("told", "title")):
        parts = {part: by_tag[name][part] or 0.0 for part in ("frames", "sound", "title")}
        assert max(parts, key=lambda part: parts[part]) == carrier, (name, parts)
    assert any(start <= BRIEF < end for start, end in by_tag["seen"]["when"])
    with pytest.raises(InputError, match="No whole video"):
        video_explanation.explain(snapshot, "gone.mp4")


def test_stretches_join_neighbours() -> None:
    times = np.array([0.0, 1.0, 2.0, 5.0, 6.0])
    assert video_explanation.stretches(times, np.array([True, True, False, False, True])) == [[0.0, 2.0], [6.0, 7.0]]
    assert video_explanation.stretches(times[:1], np.array([True])) == [[0.0, 1.0]]


def test_what_follows_from_labels_in_a_tree() -> None:
    above = [None, 0, 0, None]
    truth = np.array(
        [[UNKNOWN, YES, UNKNOWN, UNKNOWN], [NO, UNKNOWN, UNKNOWN, YES], [YES, UNKNOWN, UNKNOWN, UNKNOWN]], np.int8
    )
    open_facet = video_answers.followed(truth, above)
    assert open_facet.tolist() == [[YES, YES, UNKNOWN, UNKNOWN], [NO, NO, NO, YES], [YES, UNKNOWN, UNKNOWN, UNKNOWN]]
    one_answer = video_answers.followed(truth, above, exclusive=True)
    assert one_answer.tolist() == [[YES, YES, NO, NO], [NO, NO, NO, YES], [YES, UNKNOWN, UNKNOWN, NO]]
    scores = video_answers.coherent(np.array([[0.3, 0.9, 0.1, 0.5]], np.float32), above)
    assert scores.tolist() == [[pytest.approx(0.3), pytest.approx(0.3), pytest.approx(0.1), 0.5]]


def test_a_tag_that_is_newer_than_the_labels_is_unknown_and_a_no_is_taken_at_its_word(
    project: Snapshot, tmp_path: Path
) -> None:
    (tmp_path / "more.txt").write_text("new\n")
    video_labels.add_classes(project.workspace, tmp_path / "more.txt")
    video_labels.write(project.workspace, [RowLabel(2, "0.mp4", "new")], actor="ann", note="")
    with project.workspace.engine.begin() as connection:
        [facet] = taxonomy.facets(connection, VIDEO)
        seen = next(one.id for one in taxonomy.categories(connection, subject=VIDEO) if one.name == "seen")
        names = {row.name: row.id for row in items.videos(connection)}
        labels.write(
            connection, Batch(actors.id_of(connection, "bob"), "human", "label"), [Change(names["3.mp4"], seen, "no")]
        )
    answers = video_answers.read(project.workspace, facet)
    column = {one.name: k for k, one in enumerate(answers.classes)}
    row = {one.name: k for k, one in enumerate(answers.rows)}
    assert answers.truth[row["0.mp4"], column["new"]] == YES
    assert answers.truth[row["4.mp4"], column["new"]] == UNKNOWN
    assert answers.truth[row["3.mp4"], column["seen"]] == NO
    assert answers.truth[row["9.mp4"], column["seen"]] == UNKNOWN
    assert answers.truth[row["2.mp4"], column["heard"]] == NO


def test_a_head_of_videos_is_none_of_pictures(trained: Trained) -> None:
    snapshot, _ = trained
    assert snapshot.classifiers.head() is None
    assert [one.name for one in snapshot.categories.classes()] == ["nature"]


def test_a_class_that_is_named_later_is_scored_by_an_adapter_in_use(
    project: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = Adapter(learning=LearningOptions(steps=20))

    def candidates(default: object, which: str, material: VideoMaterial, pretrained: object) -> list[Adapter]:
        assert pretrained is None
        assert which == "all"
        assert material.texts is not None
        assert len(material.texts.tags) == len(TAGS)
        return [short]

    monkeypatch.setattr(video_training, "_candidates", candidates)
    done = video_training.train(project, candidates="all", promote="always", actor="ann")
    assert done["model"] == "text adapter"
    assert done["unseen"] is None, "three tags are too few to leave some out"
    video_labels.add_named_classes(project.workspace, ["a beach"], done["facet"], exclusive=False)
    with project.workspace.read() as connection:
        [facet] = taxonomy.facets(connection, VIDEO)
    answers = video_answers.read(project.workspace, facet)
    rows = list(answers.rows[:12])
    wanted = video_material.fingerprints(project.workspace)

    def source(titles: TitleEncoder | None) -> VideoSet:
        return video_material.load(project.workspace, rows, wanted, titles)

    scored = video_scores.score(project, answers, source, video_scores.choose(project, answers))
    [column] = scored.unlearned
    assert answers.classes[column].name == "a beach"
    plain = video_scores.score(project, answers, source, None).probabilities[:, column]
    assert ((scored.probabilities[:, column] > 0) & (scored.probabilities[:, column] < 1)).all()
    assert np.abs(scored.probabilities[:, column] - plain).max() > 0.001, "not by its text alone"
    explained = video_explanation.explain(project, rows[1].name)
    assert "text adapter" in explained["model"]
    assert len(explained["tags"]) == len(TAGS) + 1


def test_a_pretrained_vector_is_kept_only_where_it_beats_the_mean_and_then_compared(
    project: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = MocoOptions(steps=20, batch=32)
    wanted = video_material.fingerprints(project.workspace)
    done = video_pretraining.pretrain(project, options=short)
    assert not done["kept"], "one frame in four tells a tag here, and the mean has all of them"
    assert "not kept" in done["reason"]
    assert done["videos"] == COUNT
    assert done["labelled"] == 44
    assert done["error"] is not None
    assert done["lead"] <= done["error"]
    assert video_pretraining.kept(project.workspace, wanted) is None
    monkeypatch.setattr(Compared, "wins", property(lambda self: self.name == "pretrained vector, logistic"))
    done = video_pretraining.pretrain(project, options=short)
    assert done["kept"]
    assert done["reason"].endswith("it is kept, and Train compares it")
    assert f"{done['labelled']} labelled videos" in done["reason"]
    kept = video_pretraining.kept(project.workspace, wanted)
    assert kept is not None
    assert video_pretraining.kept(project.workspace, Fingerprints("others", wanted.sound)) is None
    trained = video_training.train(project, promote="never", actor="ann")
    assert trained["model"] == "pretrained vector, logistic"
    assert "pretrained vector, logistic" in {row["model"] for row in trained["table"]}
