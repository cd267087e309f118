"""A head as a folder for a hub: its card says what was measured, and its own words load what lies beside it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from huggingface_hub import ModelCard
from PIL import Image
from sqlalchemy import update

from cli import main
from errors import InputError
from labeling.scoring import classifier_file
from labeling.snapshot.snapshot import Snapshot
from serving import served_head
from store.database import schema
from store.items import items
from training.publishing import model_card, model_folder


def test_the_card_is_one_of_the_hub_and_says_what_the_head_says(trained: Snapshot, tmp_path: Path) -> None:
    done = model_folder.write(trained, tmp_path / "hub", licence="apache-2.0")
    assert done["files"] == ["README.md", "classifier.onnx", "head.json", "head.safetensors"]
    assert (done["compared"], done["difference"] < 1e-3) == (32, True)
    card = ModelCard.load(tmp_path / "hub/README.md")
    kept = classifier_file.read(tmp_path / "hub/head.safetensors").card
    assert card.data.license == "apache-2.0"
    assert card.data.pipeline_tag == "image-classification"
    figures = {one.metric_name: one.metric_value for one in card.data.eval_results}
    assert figures["Accuracy"] == round(kept["metrics"]["new"]["accuracy"], 4)
    assert figures["Macro F1"] == round(kept["metrics"]["new"]["macro_f1"], 4)
    assert (
        f"Measured on {kept['held_out']['name']}. No image was judged by a fit that had learned from it." in card.text
    )
    assert all(f"- {name.replace('_', chr(92) + '_')}\n" in card.text for name in done["classes"])
    assert "licence of their own" in card.text
    written = (tmp_path / "hub/README.md").read_text()
    assert str(trained.workspace.path) not in written


def test_the_words_of_the_card_load_the_classifier(
    trained: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model_folder.write(trained, tmp_path / "hub")
    card = (tmp_path / "hub/README.md").read_text()
    assert model_card.NO_LICENCE in card
    monkeypatch.chdir(tmp_path / "hub")
    names: dict[str, object] = {}
    exec(re.findall(r"```python\n(.*?)```", card, re.DOTALL)[0], names)
    with trained.workspace.read() as connection:
        rows = items.labelable(connection)[:6]
    own = served_head.load(tmp_path / "hub/head.safetensors")
    probabilities = names["probabilities"]
    assert callable(probabilities)
    for row in rows:
        answer, scores = probabilities(row.path), own.picture(Path(row.path))["scores"]
        assert list(answer) == list(scores)
        assert np.abs(np.array(list(answer.values())) - np.array(list(scores.values()))).max() < 0.05


@pytest.mark.parametrize(("resize", "box"), [("squash", (0, 0)), ("longest", (7, 7)), ("shortest", (200, 200))])
def test_the_words_of_the_card_know_every_way_to_resize(
    tmp_path: Path, resize: str, box: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    Image.new("RGB", (40, 20), (200, 200, 200)).save(tmp_path / "x.png")
    start, end = model_card.ONNX_LOADING.index("def pixels"), model_card.ONNX_LOADING.index("def probabilities")
    names: dict[str, object] = {
        "shape": {"width": 8, "height": 8, "resize": resize, "interpolation": "bicubic", "fill": 7}
    }
    exec(f"import numpy as np\nfrom PIL import Image, ImageOps\n{model_card.ONNX_LOADING[start:end]}", names)
    pixels = names["pixels"]
    assert callable(pixels)
    result = pixels(tmp_path / "x.png")
    assert result.shape == (3, 8, 8)
    assert result[0, 0, 0] == (7 if resize == "longest" else 200)


def test_a_head_of_several_labels_and_odd_names_has_a_card(tmp_path: Path) -> None:
    scores = {"micro_f1": 0.81234, "macro_f1": 0.5, "map": None}
    card = {
        "classes": [{"id": 1, "name": "a | <b> *c*"}], "encoder": {"name": "mine", "spec": "mine", "fingerprint": "0"},
        "facet": {"name": "tags", "exclusive": False}, "labels": 1200, "metrics": {"new": scores},
    }  # fmt: skip
    published = model_card.Published("x: 'y' #1", "pictures & more", card, "", with_encoder=True)
    read = ModelCard(model_card.text(published))
    assert [(one.metric_name, one.metric_value) for one in read.data.eval_results] == [
        ("Macro F1", 0.5),
        ("Micro F1", 0.8123),
    ]
    assert read.data.license is None
    assert r"- a \| &lt;b&gt; \*c\*" in read.text
    assert "any number of labels of 1" in read.text
    assert 'card["thresholds"]["values"]' in read.text
    assert "--model FOLDER" in read.text


def test_an_offered_encoder_is_the_base_model(tmp_path: Path) -> None:
    one = model_card.OFFERS[1]
    card = {
        "classes": [], "encoder": {"name": one.title, "spec": one.spec, "fingerprint": "0"}, "metrics": {"new": {"accuracy": None}},
    }  # fmt: skip
    read = ModelCard(model_card.text(model_card.Published("m", "w", card, "mit", with_encoder=False)))
    assert read.data.base_model == one.repository
    assert read.data.eval_results is None
    assert "nothing was measured" in read.text
    assert "onnxruntime" not in read.text


def test_a_path_of_this_machine_stays_here(trained: Snapshot, tmp_path: Path) -> None:
    for spec in (str(tmp_path), f"ViT-B-32@{tmp_path}/x.pt", "./model", "vectors:mine"):
        assert model_folder.portable({"encoder": {"spec": spec, "name": "mine"}})["encoder"] == {
            "spec": "mine",
            "name": "mine",
        }
    for spec in ("built-in", "ViT-B-32/laion2b_s34b_b79k"):
        assert model_folder.portable({"encoder": {"spec": spec, "name": "mine"}})["encoder"] == {
            "spec": spec,
            "name": "mine",
        }
    with trained.workspace.engine.begin() as connection:
        connection.execute(update(schema.encoder).values(spec="vectors:mine"))
    again = Snapshot(trained.workspace)
    with pytest.raises(InputError, match="vectors and no encoder"):
        model_folder.write(again, tmp_path / "hub")
    assert not (tmp_path / "hub").exists(), "whole or not there"
    done = model_folder.write(again, tmp_path / "hub", with_encoder=False)
    assert done["files"] == ["README.md", "head.json", "head.safetensors"]


def test_the_command_writes_a_folder_and_replaces_only_its_own(
    trained: Snapshot, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place, hub = str(trained.workspace.path), tmp_path / "hub"
    arguments = ["head", "export", place, "--hub", str(hub), "--without-encoder", "--licence", "mit", "--json"]
    for _ in range(2):
        assert main(arguments) == 0
        assert json.loads(capsys.readouterr().out)["files"] == ["README.md", "head.json", "head.safetensors"]
    (hub / "mine.txt").write_text("mine")
    assert main(arguments) == 1
    assert (hub / "mine.txt").read_text() == "mine"
    assert main(["head", "export", place, "--out", str(tmp_path / "x.safetensors"), "--licence", "mit"]) == 1
    assert "belong to --hub" in capsys.readouterr().err
