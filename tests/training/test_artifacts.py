"""Heads on their way out of and into a workspace, and predictions for new images."""

from __future__ import annotations

import json
import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import save_file

import sample_data
from errors import EncoderError, InputError
from labeling import artifact
from labeling.pipeline import exchange
from labeling.pipeline import scene as scenes
from labeling.pipeline.scene import Scene
from labeling.zero_shot import Linear, unit
from store import workspace
from training import onnx_export, pipeline
from training.pipeline import prediction


@pytest.fixture
def trained(demo_scene: Scene, tmp_path: Path) -> Scene:
    """The demo workspace with 60 labels from the truth and a promoted head."""
    lines = sample_data.truth_file().read_text(encoding="utf-8").splitlines()
    answers = tmp_path / "answers.csv"
    answers.write_text(
        "file,class\n" + "\n".join(",".join(line.split(",")[:2]) for line in lines[1:61]), encoding="utf-8"
    )
    exchange.label_csv(demo_scene.workspace, answers, actor="Ann")
    pipeline.train(demo_scene, promote="always")
    return demo_scene


@pytest.mark.parametrize("centred", [False, True])
def test_an_onnx_head_says_what_the_head_says(tmp_path: Path, centred: bool) -> None:
    random = np.random.default_rng(1)
    mean = 0.2 * random.normal(size=16).astype(np.float32) if centred else None
    linear = Linear((3, 5), 9 * random.normal(size=(2, 16)).astype(np.float32), np.ones(2, np.float32), mean)
    assert onnx_export.write(tmp_path / "head.onnx", linear, {"classes": []}) < 1e-3
    vectors = unit(random.normal(size=(40, 16)))
    said = onnx_export.run((tmp_path / "head.onnx").read_bytes(), vectors)
    assert np.allclose(said, linear.probabilities(vectors), atol=1e-3)


def test_a_head_goes_out_and_comes_back(trained: Scene, tmp_path: Path) -> None:
    out = tmp_path / "head.safetensors"
    exported = pipeline.export_head(trained, out)
    assert exported["classes"] == ["nature", "animation_game", "document"]
    number = pipeline.import_head(trained, out, "Bob")["number"]
    assert number == exported["head"] + 1
    again = scenes.load(trained.workspace)
    head = again.head()
    assert head is not None
    assert head[0].number == exported["head"], "an imported head waits for its promotion"
    pipeline.promote(trained.workspace, pipeline.heads(trained.workspace)[0]["id"], "Bob", "same as before")
    now = again.head()
    assert now is not None
    assert np.array_equal(now[1].weights, head[1].weights)


def test_a_changed_artifact_is_refused(trained: Scene, tmp_path: Path) -> None:
    out = tmp_path / "head.safetensors"
    pipeline.export_head(trained, out)
    with safe_open(out, framework="numpy") as file:
        tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 - not a dict
        metadata = file.metadata()
    tensors["weights"][0] += 0.5
    save_file(tensors, out, metadata=metadata)
    with pytest.raises(InputError, match="changed after it was written"):
        pipeline.import_head(trained, out)
    inside = next(trained.workspace.folder("heads").glob("*.safetensors"))
    shutil.copy(out, inside)
    fresh = scenes.load(trained.workspace)
    with pytest.raises(InputError, match="changed after it was trained"):
        fresh.head()
    with pytest.raises(InputError, match="changed after it was trained"):
        pipeline.export_head(fresh, tmp_path / "again.onnx")


def test_a_pickle_is_refused_unread(trained: Scene, tmp_path: Path) -> None:
    for name in ("head.pkl", "head.safetensors"):
        (tmp_path / name).write_bytes(pickle.dumps({"weights": [1.0]}))
        with pytest.raises(InputError):
            pipeline.import_head(trained, tmp_path / name)


def test_a_head_of_another_encoder_is_refused(trained: Scene, tmp_path: Path) -> None:
    found = trained.head()
    assert found is not None
    foreign = tmp_path / "foreign.safetensors"
    artifact.write(foreign, found[1], {**found[0].card, "encoder": {"fingerprint": "0" * 64, "name": "another"}})
    with pytest.raises(EncoderError, match="another"):
        pipeline.import_head(trained, foreign)


def test_a_head_with_an_unknown_class_is_refused(trained: Scene, tmp_path: Path) -> None:
    found = trained.head()
    assert found is not None
    file = tmp_path / "more.safetensors"
    artifact.write(file, found[1], {**found[0].card, "classes": [{"id": k, "name": f"class {k}"} for k in range(3)]})
    with pytest.raises(InputError, match="class 0"):
        pipeline.import_head(trained, file)


def test_the_same_workspace_seed_and_labels_give_the_same_weights(trained: Scene, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(trained.workspace.path, tmp_path / "copy"))
    pipeline.train(trained, promote="always")
    other = workspace.open_workspace(copy)
    pipeline.train(scenes.load(other), promote="always")
    here, there = scenes.load(trained.workspace).head(), scenes.load(other).head()
    assert here is not None
    assert there is not None
    assert here[1].weights.tobytes() == there[1].weights.tobytes()
    other.engine.dispose()


@pytest.mark.parametrize("suffix", [".csv", ".json", ".parquet"])
def test_predictions_are_those_of_the_head(trained: Scene, tmp_path: Path, suffix: str) -> None:
    import pandas

    folder = tmp_path / "new"
    folder.mkdir()
    for path in sorted(sample_data.images_folder().glob("*.jpg"))[:5]:
        shutil.copy(path, folder / path.name)
    (folder / "broken.jpg").write_bytes(b"<html>")
    out = tmp_path / f"out{suffix}"
    done = pipeline.predict(trained, [folder], out)
    assert done["predicted"] == 5
    assert [Path(bad["path"]).name for bad in done["bad"]] == ["broken.jpg"]
    readers = {".csv": pandas.read_csv, ".json": pandas.read_json, ".parquet": pandas.read_parquet}
    frame = readers[suffix](out, **({"dtype": {"file": str}} if suffix != ".parquet" else {}))
    assert list(frame.columns) == ["file", "class", "score", "nature", "animation_game", "document"]
    probabilities = frame[["nature", "animation_game", "document"]].to_numpy()
    assert np.allclose(probabilities.sum(axis=1), 1, atol=1e-4)
    assert np.allclose(probabilities.max(axis=1), frame["score"], atol=1e-6)
    assert sorted(path.name for path in tmp_path.glob(".out*")) == []


def test_a_killed_prediction_goes_on(trained: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prediction, "BLOCK", 2)
    files = sorted(sample_data.images_folder().glob("*.jpg"))[:6]
    out = tmp_path / "out.json"

    def die(done: int, total: int, message: str) -> None:
        if done >= 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pipeline.predict(trained, files, out, progress=die)
    assert not out.exists()
    with (tmp_path / ".out.json.journal").open("ab") as journal:
        journal.write(b'{"path": "cut sh')
    done = pipeline.predict(trained, files, out)
    assert (done["resumed"], done["predicted"]) == (4, 6)
    rows = json.loads(out.read_text(encoding="utf-8"))
    assert [row["file"] for row in rows] == [path.name for path in files]
    whole = tmp_path / "whole.json"
    pipeline.predict(trained, files, whole)
    assert json.loads(whole.read_text(encoding="utf-8")) == rows


def test_a_journal_of_another_model_is_not_mixed_in(trained: Scene, tmp_path: Path) -> None:
    file = sorted(sample_data.images_folder().glob("*.jpg"))[0]
    (tmp_path / ".out.csv.journal").write_text('{"model": "head 9"}\n', encoding="utf-8")
    with pytest.raises(InputError, match="another model"):
        pipeline.predict(trained, [file], tmp_path / "out.csv")


def test_nothing_to_predict_says_so(trained: Scene, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no image"):
        pipeline.predict(trained, [tmp_path / "absent"], tmp_path / "out.csv")
    with pytest.raises(InputError, match="parquet"):
        pipeline.predict(trained, [tmp_path], tmp_path / "out.xlsx")
