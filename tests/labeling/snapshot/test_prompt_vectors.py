"""Vectors of prompts on disk: the same as the encoder's, without the encoder."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from embedding.encoders.interface import Encoder
from errors import EncoderError
from labeling.scoring import zero_shot
from labeling.snapshot import loaded_vectors, prompt_vectors
from labeling.snapshot.prompt_vectors import Texts
from labeling.snapshot.snapshot import Snapshot
from settings import ROOT

ASKED = ["a photo of the sea", "a page of text"]


def refused() -> Encoder:
    raise EncoderError("the model is gone")


def test_what_was_asked_before_needs_no_model(demo_snapshot: Snapshot, tmp_path: Path) -> None:
    path, own = tmp_path / "index" / "texts.npz", demo_snapshot.encoder.fingerprint
    first = Texts(path, own, lambda: demo_snapshot.encoder)
    rows, scale = first.encode(ASKED), first.logit_scale
    np.testing.assert_array_equal(rows, demo_snapshot.encoder.encode_text(ASKED))
    again = Texts(path, own, refused)
    np.testing.assert_array_equal(again.encode(ASKED[::-1]), rows[::-1])
    assert again.logit_scale == scale == demo_snapshot.encoder.logit_scale
    with pytest.raises(EncoderError, match="gone"):
        again.encode(["new"])
    with pytest.raises(EncoderError, match="gone"):  # of another encoder nothing is taken
        Texts(path, "g", refused).encode(ASKED)


def test_what_another_encoder_says_is_neither_given_nor_kept(demo_snapshot: Snapshot, tmp_path: Path) -> None:
    """A workspace that was changed to another encoder while this one's vectors were in use."""
    path = tmp_path / "texts.npz"
    with pytest.raises(EncoderError, match="another encoder"):
        Texts(path, "f", lambda: demo_snapshot.encoder).encode(ASKED)
    assert not path.exists()


def test_classes_are_the_mean_of_their_prompts(demo_snapshot: Snapshot, tmp_path: Path) -> None:
    texts = Texts(tmp_path / "texts.npz", demo_snapshot.encoder.fingerprint, lambda: demo_snapshot.encoder)
    each = [demo_snapshot.encoder.encode_text(own) for own in (ASKED, ASKED[:1])]
    np.testing.assert_allclose(texts.class_vectors([ASKED, ASKED[:1]]), zero_shot.class_vectors(each), atol=1e-6)


def test_a_damaged_file_is_made_again(demo_snapshot: Snapshot, tmp_path: Path) -> None:
    path, own = tmp_path / "texts.npz", demo_snapshot.encoder.fingerprint
    rows = Texts(path, own, lambda: demo_snapshot.encoder).encode(ASKED)
    path.write_bytes(path.read_bytes()[:100])
    np.testing.assert_array_equal(Texts(path, own, lambda: demo_snapshot.encoder).encode(ASKED), rows)
    np.testing.assert_array_equal(Texts(path, own, refused).encode(ASKED), rows)


def test_the_oldest_give_way(demo_snapshot: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prompt_vectors, "KEPT", 2)
    path, own = tmp_path / "texts.npz", demo_snapshot.encoder.fingerprint
    texts = Texts(path, own, lambda: demo_snapshot.encoder)
    texts.encode(ASKED)
    texts.encode(["a game"])
    texts.encode(["a film"])
    again = Texts(path, own, refused)
    again.encode([ASKED[1], "a game", "a film"])
    with pytest.raises(EncoderError, match="gone"):
        again.encode(ASKED[:1])
    many = [f"a picture of {k}" for k in range(5)]  # one taxonomy has more prompts than that: it is kept whole
    texts.encode(many)
    texts.encode(["one more"])
    Texts(path, own, refused).encode([*many, "one more"])


def test_all_prompts_are_computed_in_one_pass_with_progress(
    demo_snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    reports: list[tuple[float, float]] = []

    def watch(done: float, total: float, message: str = "", losses: Sequence[float] = (), /) -> None:
        reports.append((done, total))

    every = [f"a page of {k} words" for k in range(200)]
    demo_snapshot.texts.encode(every, watch)
    assert reports == [(64, 200), (128, 200), (192, 200), (200, 200)]
    demo_snapshot.texts.encode(every, watch)
    assert len(reports) == 4, "each text is computed once"
    prompts = demo_snapshot.prompts
    monkeypatch.setattr(demo_snapshot.texts, "encode", lambda texts, progress: reports.append((len(texts), 0)))
    demo_snapshot.classifiers.prepare("zero-shot", watch)
    _, published = prompts.version()
    assert reports[-1][0] >= sum(len(published.categories[one.id]) for one in demo_snapshot.categories.tree)
    reports.clear()
    demo_snapshot.classifiers.prepare("head", watch)
    assert reports == [], "a head needs no prompts"


def test_a_workspace_proposes_without_its_model(demo_snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    linear, scored = demo_snapshot.classifiers.probabilities()
    monkeypatch.setattr(loaded_vectors, "open_model", lambda _workspace, _row: refused())
    again = Snapshot(demo_snapshot.workspace)
    assert again.classifiers.in_use().scorer.classes == linear.classes
    np.testing.assert_array_equal(again.classifiers.probabilities()[1], scored)


def test_ranking_and_training_import_no_model() -> None:
    """torch and open_clip take longer to import than most commands and jobs take to run."""
    asked = "import sys; from training import one_click; from training.heads import head_report; print(sorted({'torch', 'open_clip', 'torchvision'} & set(sys.modules)))"
    result = subprocess.run(
        [sys.executable, "-P", "-c", asked], env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"
