from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from huggingface_hub import constants

import cli
import settings
from embedding.encoders import trial
from embedding.published import catalogue
from errors import CancelledError, EncoderError


def test_the_list_says_what_to_know_and_what_is_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setenv("SCENELOOP_MODELS", str(tmp_path / "models"))
    settings.current.cache_clear()
    part = tmp_path / "models" / "ViT-B-32--laion2b_s34b_b79k" / "open_clip_model.safetensors.abc.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(bytes(3_000_000))
    assert cli.main(["models", "--json"]) == 0
    models = {model["model"]: model for model in json.loads(capsys.readouterr().out)["models"]}
    assert list(models) == [offer.spec for offer in catalogue.OFFERS]
    entry = models["ViT-B-32/laion2b_s34b_b79k"]
    assert entry["here"] is False
    assert entry["came_mb"] == 3
    assert entry["mb"] == 605
    assert entry["licence"] == "MIT"
    assert str(part.parent) in entry["without_network"]
    monkeypatch.undo()
    settings.current.cache_clear()


def test_a_trial_measures_and_can_be_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "SECONDS", 0.2)
    monkeypatch.setattr(trial, "BATCH", 2)
    offer = min(catalogue.OFFERS, key=lambda one: one.parameters)
    reports: list[str] = []

    def watch(done: float, total: float, message: str = "", losses: Sequence[float] = (), /) -> None:
        reports.append(message)

    done = trial.measure(offer.architecture, offer.parameters, progress=watch)
    assert done.images_per_s > 0
    assert done.memory_mb > offer.bytes / 1e6, "both towers are in memory"
    assert reports[0].startswith("Building")
    assert "Measuring" in reports

    def stop(*_: object) -> None:
        raise CancelledError("Cancelled.")

    with pytest.raises(CancelledError):
        trial.measure(offer.architecture, offer.parameters, progress=stop)


def test_a_model_that_does_not_fit_into_memory_is_not_built() -> None:
    with pytest.raises(EncoderError, match=r"needs about 6.*GB of memory"):
        trial.measure("ViT-B-32", 10**12)


def test_only_what_is_listed_is_tried(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["models", "--trial", "ViT-B-32/openai"]) == 1
    assert "not in the list of models" in capsys.readouterr().err
