"""Heads on their way out of and into a workspace, and predictions for new images."""

from __future__ import annotations

import json
import os
import pickle
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from safetensors import safe_open
from safetensors.numpy import save_file
from sqlalchemy import update

import sample_data
from embedding.encoders.preprocess import Preprocessing
from embedding.ingest import new_items
from errors import EncoderError, InputError
from labeling.cleaning.label_table import SOURCES
from labeling.scoring import classifier_file
from labeling.scoring.zero_shot import Linear, unit
from labeling.search import held_back
from labeling.snapshot.snapshot import Snapshot
from maintenance import doctor
from store import workspace
from store.database import schema
from store.items import items
from store.project import prompts
from store.team import actors
from training.fitting import onnx_classifier, onnx_export
from training.heads import head_report, head_training, prediction, promotion, transfer


def test_what_the_lane_holds_back_gets_no_proposal_of_a_head_either(trained: Snapshot) -> None:
    promotion.propose(trained, "Ann")
    _number, old = trained.prompts.version()
    plain, background = held_back.logits(trained, replace(old, background=("a blank picture",)))
    reject = float(np.median(plain.max(axis=1) - background))
    lane = replace(old, background=("a blank picture",), options=replace(old.options, reject=reject))
    with trained.workspace.engine.begin() as connection:
        prompts.publish(connection, lane, note="", actor_id=actors.id_of(connection, "Ann"))
    promotion.propose(trained, "Ann")
    held, board = held_back.holds(trained, trained.prompts.version()[1]), trained.labels.board()
    by_head = board.labelled & (board.source == SOURCES.index("head"))
    assert by_head.any()
    assert held.sum() > 100
    assert not (by_head & held).any()


@pytest.mark.parametrize("centred", [False, True])
def test_an_onnx_head_says_what_the_head_says(tmp_path: Path, centred: bool) -> None:
    random = np.random.default_rng(1)
    mean = 0.2 * random.normal(size=16).astype(np.float32) if centred else None
    linear = Linear((3, 5), 9 * random.normal(size=(2, 16)).astype(np.float32), np.ones(2, np.float32), mean)
    assert onnx_export.write(tmp_path / "head.onnx", linear, {"classes": []}) < 1e-3
    vectors = unit(random.normal(size=(40, 16)))
    answer = onnx_export.run((tmp_path / "head.onnx").read_bytes(), vectors)
    assert np.allclose(answer, linear.probabilities(vectors), atol=1e-3)


def test_tower_and_head_are_one_file_that_takes_pixels(trained: Snapshot, tmp_path: Path) -> None:
    out = tmp_path / "whole.onnx"
    exported = transfer.export_head(trained, out, with_encoder=True)
    assert (exported["compared"], exported["difference"] < 1e-3) == (32, True)
    content = out.read_bytes()
    properties = {entry.key: json.loads(entry.value) for entry in onnx.load_from_string(content).metadata_props}
    assert [one["name"] for one in properties["card"]["classes"]] == exported["classes"]
    size = (properties["preprocessing"]["height"], properties["preprocessing"]["width"])
    assert size == trained.encoder.image_size
    with trained.workspace.read() as connection:
        rows = items.labelable(connection)[-5:]
    fitted = [trained.encoder.fit(new_items.added(row, 352).pixels) for row in rows]
    vectors, probabilities = onnx_classifier.run(content, torch.stack(fitted).float().numpy())
    head = trained.classifiers.head()
    assert head is not None
    assert np.abs(probabilities - head[1].probabilities(trained.vectors[-5:])).max() < 0.02  # the store keeps float16
    assert (vectors * trained.vectors[-5:]).sum(axis=1).min() > 0.999
    with pytest.raises(InputError, match=r"as \.onnx alone"):
        transfer.export_head(trained, tmp_path / "whole.safetensors", with_encoder=True)


@pytest.mark.parametrize("several", [False, True])
def test_a_tower_with_a_centred_head_says_the_same_in_onnx(tmp_path: Path, several: bool) -> None:
    torch.manual_seed(0)
    tower = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(3 * 8 * 8, 16)).eval()
    random = np.random.default_rng(1)
    linear = Linear(
        (3, 5), 9 * random.normal(size=(2, 16)).astype(np.float32), np.ones(2, np.float32),
        0.2 * random.normal(size=16).astype(np.float32),
    )  # fmt: skip
    shape = Preprocessing(8, 8, (0.5,) * 3, (0.2,) * 3)
    pictures = [torch.randint(0, 255, (3, 8, 8), dtype=torch.uint8) for _ in range(5)]
    out = tmp_path / "whole.onnx"
    assert onnx_classifier.write(out, tower, shape, linear, {"classes": []}, pictures, several=several) < 1e-3
    before = out.read_bytes()
    tower[1].weight.data[:] = float("nan")
    with pytest.raises(InputError, match="differs from the head"):
        onnx_classifier.write(out, tower, shape, linear, {"classes": []}, pictures, several=several)
    assert out.read_bytes() == before, "what does not agree replaces nothing"


def test_a_head_goes_out_and_comes_back(trained: Snapshot, tmp_path: Path) -> None:
    out = tmp_path / "head.safetensors"
    exported = transfer.export_head(trained, out)
    assert exported["classes"] == ["nature", "animation_game", "document"]
    number = transfer.import_head(trained, out, "Bob")["number"]
    assert number == exported["head"] + 1
    again = Snapshot(trained.workspace)
    head = again.classifiers.head()
    assert head is not None
    assert head[0].number == exported["head"], "an imported head waits for its promotion"
    promotion.promote(trained.workspace, head_report.heads(trained.workspace)[0]["id"], "Bob", "same as before")
    now = again.classifiers.head()
    assert now is not None
    assert np.array_equal(now[1].weights, head[1].weights)


def test_a_changed_artifact_is_refused(trained: Snapshot, tmp_path: Path) -> None:
    out = tmp_path / "head.safetensors"
    transfer.export_head(trained, out)
    with safe_open(out, framework="numpy") as file:
        tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 - not a dict
        metadata = file.metadata()
    tensors["weights"][0] += 0.5
    save_file(tensors, out, metadata=metadata)
    with pytest.raises(InputError, match="changed after it was written"):
        transfer.import_head(trained, out)
    inside = next(trained.workspace.folder("heads").glob("*.safetensors"))
    shutil.copy(out, inside)
    fresh = Snapshot(trained.workspace)
    with pytest.raises(InputError, match="changed after it was trained"):
        fresh.classifiers.head()
    with pytest.raises(InputError, match="changed after it was trained"):
        transfer.export_head(fresh, tmp_path / "again.onnx")


def test_a_pickle_is_refused_unread(trained: Snapshot, tmp_path: Path) -> None:
    for name in ("head.pkl", "head.safetensors"):
        (tmp_path / name).write_bytes(pickle.dumps({"weights": [1.0]}))
        with pytest.raises(InputError):
            transfer.import_head(trained, tmp_path / name)


WRONG_CARDS: dict[str, object] = {
    "nothing at all": None,
    "a list": [1, 2],
    "classes as text": {"classes": "nature"},
    "classes without names": {"classes": [{"id": 1}, {"id": 2}, {"id": 3}]},
    "a name that is a number": {"classes": [{"id": 1, "name": 7}, {"id": 2, "name": 8}, {"id": 3, "name": 9}]},
    "ids as text": {"class_ids": ["1", "2", "3"]},
    "ids that are no numbers": {"class_ids": [None, {}, []]},
    "one id thrice": {"class_ids": [1, 1, 1]},
    "an encoder that is a list": {"encoder": ["clip"]},
    "a facet that is text": {"facet": "content"},
    "a facet without a kind": {"facet": {"name": "content"}},
    "labels as text": {"labels": "many"},
    "labels beyond any number": {"labels": 10**30},
    "metrics as a list": {"metrics": [1]},
    "an accuracy as text": {"metrics": {"new": {"accuracy": "good"}}},
    "a gain without ends": {"gain": {"accuracy": 1}},
    "thresholds as text": {"thresholds": {"values": ["a"], "shared": 0.5}},
    "candidates as text": {"candidates": ["prompts"]},
    "a loss that is not a number": {"losses": [None]},
    "a list for what was before": {"before": [[]]},
    "a list for the calibration": {"calibration": [[]]},
    "a surrogate": {"reason of mine": "\ud800"},
    "an endless number": {"more": float("inf")},
}


@pytest.mark.parametrize("wrong", WRONG_CARDS)
def test_a_card_of_wrong_kinds_is_a_sentence(trained: Snapshot, tmp_path: Path, wrong: str) -> None:
    result = trained.classifiers.head()
    assert result is not None
    change = WRONG_CARDS[wrong]
    tensors = {"weights": result[1].weights, "bias": result[1].bias}
    sound = {"format": 1, **result[0].card, "class_ids": list(result[1].classes)}
    card = {**sound, **change} if isinstance(change, dict) else change
    save_file(tensors, tmp_path / "head.safetensors", metadata={"card": json.dumps(card)})
    with pytest.raises((InputError, EncoderError)) as caught:
        transfer.import_head(trained, tmp_path / "head.safetensors")
    assert "head.safetensors" in str(caught.value)
    assert str(caught.value).endswith(".")


def test_a_card_nested_without_end_and_a_file_that_never_ends(trained: Snapshot, tmp_path: Path) -> None:
    tensors = {"weights": np.ones((3, 8), np.float32)}
    save_file(tensors, tmp_path / "a.safetensors", metadata={"card": "[" * 100_000})
    os.mkfifo(tmp_path / "b.safetensors")
    (tmp_path / "c.safetensors").symlink_to("c.safetensors")
    (tmp_path / "d.safetensors").mkdir()
    (tmp_path / "e.safetensors").write_bytes(b"\xff" * 64)
    for name in "abcde":
        with pytest.raises(InputError, match=f"{name}.safetensors"):
            transfer.import_head(trained, tmp_path / f"{name}.safetensors")


@pytest.mark.parametrize("part", ["weights", "bias", "mean"])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_numbers_that_are_none_are_refused_where_they_are_read(
    trained: Snapshot, tmp_path: Path, part: str, value: float
) -> None:
    result = trained.classifiers.head()
    assert result is not None
    arrays = {
        "weights": result[1].weights.copy(),
        "bias": result[1].bias.copy(),
        "mean": np.zeros(result[1].weights.shape[1], np.float32),
    }
    arrays[part].reshape(-1)[0] = value
    broken = Linear(result[1].classes, arrays["weights"], arrays["bias"], arrays["mean"])
    digest = classifier_file.write(tmp_path / "head.safetensors", broken, result[0].card)
    with pytest.raises(InputError, match=f"its {part} holds values that are no finite numbers"):
        transfer.import_head(trained, tmp_path / "head.safetensors")
    # As of a head that an earlier version took in: the workspace's own file holds it.
    path = trained.workspace.folder("heads") / result[0].file
    shutil.copy(tmp_path / "head.safetensors", path)
    with trained.workspace.engine.begin() as connection:
        connection.execute(update(schema.head).where(schema.head.c.id == result[0].id).values(sha256=digest))
    message = doctor.workspace(trained.workspace)["problems"]
    assert any(f"its {part} holds" in problem and "head 1" in problem for problem in message), message


def test_a_head_of_another_encoder_is_refused(trained: Snapshot, tmp_path: Path) -> None:
    result = trained.classifiers.head()
    assert result is not None
    foreign = tmp_path / "foreign.safetensors"
    classifier_file.write(
        foreign, result[1], {**result[0].card, "encoder": {"fingerprint": "0" * 64, "name": "another"}}
    )
    with pytest.raises(EncoderError, match="another"):
        transfer.import_head(trained, foreign)


def test_a_head_with_an_unknown_class_is_refused(trained: Snapshot, tmp_path: Path) -> None:
    result = trained.classifiers.head()
    assert result is not None
    file = tmp_path / "more.safetensors"
    classifier_file.write(
        file, result[1], {**result[0].card, "classes": [{"id": k, "name": f"class {k}"} for k in range(3)]}
    )
    with pytest.raises(InputError, match="class 0"):
        transfer.import_head(trained, file)


def test_the_same_workspace_seed_and_labels_give_the_same_weights(trained: Snapshot, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(trained.workspace.path, tmp_path / "copy"))
    head_training.train(trained, promote="always")
    other = workspace.open_workspace(copy)
    head_training.train(Snapshot(other), promote="always")
    here, there = Snapshot(trained.workspace).classifiers.head(), Snapshot(other).classifiers.head()
    assert here is not None
    assert there is not None
    assert here[1].weights.tobytes() == there[1].weights.tobytes()
    other.engine.dispose()


@pytest.mark.parametrize("suffix", [".csv", ".json", ".parquet"])
def test_predictions_are_those_of_the_head(trained: Snapshot, tmp_path: Path, suffix: str) -> None:
    import pandas

    folder = tmp_path / "new"
    folder.mkdir()
    for path in sorted(sample_data.images_folder().glob("*.jpg"))[:5]:
        shutil.copy(path, folder / path.name)
    (folder / "broken.jpg").write_bytes(b"<html>")
    out = tmp_path / f"out{suffix}"
    done = prediction.predict(trained, [folder], out)
    assert done["predicted"] == 5
    assert [Path(bad["path"]).name for bad in done["bad"]] == ["broken.jpg"]
    readers = {".csv": pandas.read_csv, ".json": pandas.read_json, ".parquet": pandas.read_parquet}
    frame = readers[suffix](out, **({"dtype": {"file": str}} if suffix != ".parquet" else {}))
    assert list(frame.columns) == ["file", "class", "score", "nature", "animation_game", "document"]
    probabilities = frame[["nature", "animation_game", "document"]].to_numpy()
    assert np.allclose(probabilities.sum(axis=1), 1, atol=1e-4)
    assert np.allclose(probabilities.max(axis=1), frame["score"], atol=1e-6)
    assert sorted(path.name for path in tmp_path.glob(".out*")) == []


def test_a_killed_prediction_goes_on(trained: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prediction, "BLOCK", 2)
    files = sorted(sample_data.images_folder().glob("*.jpg"))[:6]
    out = tmp_path / "out.json"

    def die(done: float, *_: object) -> None:
        if done >= 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        prediction.predict(trained, files, out, progress=die)
    assert not out.exists()
    with (tmp_path / ".out.json.journal").open("ab") as journal:
        journal.write(b'{"path": "cut sh')
    done = prediction.predict(trained, files, out)
    assert (done["resumed"], done["predicted"]) == (4, 6)
    rows = json.loads(out.read_text(encoding="utf-8"))
    assert [row["file"] for row in rows] == [path.name for path in files]
    whole = tmp_path / "whole.json"
    prediction.predict(trained, files, whole)
    assert json.loads(whole.read_text(encoding="utf-8")) == rows


def test_a_journal_of_another_model_is_not_mixed_in(trained: Snapshot, tmp_path: Path) -> None:
    file = sorted(sample_data.images_folder().glob("*.jpg"))[0]
    (tmp_path / ".out.csv.journal").write_text('{"model": "head 9"}\n', encoding="utf-8")
    with pytest.raises(InputError, match="another model"):
        prediction.predict(trained, [file], tmp_path / "out.csv")


def test_nothing_to_predict_says_so(trained: Snapshot, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no image"):
        prediction.predict(trained, [tmp_path / "absent"], tmp_path / "out.csv")
    with pytest.raises(InputError, match="parquet"):
        prediction.predict(trained, [tmp_path], tmp_path / "out.xlsx")
