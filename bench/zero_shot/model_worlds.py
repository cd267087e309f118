"""Parts of `bench model`: held-out renders, prompt tests, and label errors of CIFAR-10N."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray
from PIL import Image
from sklearn.metrics import roc_auc_score

import sample_data
from bench.harness import Figures
from embedding.encoders.clip import ClipEncoder
from labeling.scoring import zero_shot
from pretraining.camera import SHIFTS, shifted
from pretraining.card import unseen_scenes
from pretraining.vocabulary import CATEGORIES, KINDS
from pretraining.world import Scene, WorldOptions, scene

FIRST_SEED = 800_000
Vectors = NDArray[np.float32]
PromptSets = dict[str, dict[str, list[str]]]


def shifted_scenes(count: int) -> dict[str, list[Scene]]:
    """Ordinary scenes of the three classes under each shift."""
    drawn = [scene(FIRST_SEED + 10_000 + i, WorldOptions((1 / 3, 1 / 3, 1 / 3, 0.0))) for i in range(count)]
    return {
        shift: [Scene(shifted(np.random.default_rng(i), s.image, shift), s.facts) for i, s in enumerate(drawn)]
        for shift in ("none", *SHIFTS)
    }


def embed(model: ClipEncoder, scenes: list[Scene]) -> Vectors:
    """Vectors float32 [n, d] of scenes."""
    return model.encode_frames([np.asarray(s.image.convert("RGB")) for s in scenes])


def _right(vectors: Vectors, scenes: list[Scene], rows: Vectors) -> float:
    truth = np.array([CATEGORIES.index(s.category) for s in scenes])
    return float(((vectors @ rows.T).argmax(axis=1) == truth).mean())


def _rows(model: ClipEncoder, prompts: dict[str, list[str]]) -> Vectors:
    return zero_shot.class_vectors([model.encode_text(prompts[name]) for name in CATEGORIES[:3]])


def figures(model: ClipEncoder, count: int) -> Figures:
    """Unseen combinations, shifted renders and the prompt tests.

    Args:
        count: scenes of each set.
    """
    sets: PromptSets = yaml.safe_load(Path(__file__).with_name("prompt_tests.yaml").read_text(encoding="utf-8"))
    demo = {e["name"]: e["prompts"] for e in yaml.safe_load(sample_data.taxonomy_file().read_text())["categories"]}
    classes = _rows(model, demo)
    unseen = unseen_scenes(FIRST_SEED, count)
    vectors = embed(model, unseen)
    kinds = list(dict.fromkeys(name for name, kind in KINDS.items() if kind.category != "other"))
    by_kind = zero_shot.class_vectors([model.encode_text(list(KINDS[name].names[:2])) for name in kinds])
    predicted = (vectors @ by_kind.T).argmax(axis=1)
    result: Figures = {
        "unseen": _right(vectors, unseen, classes),
        "unseen_kinds": float(np.mean([kinds[i] == s.kind for i, s in zip(predicted, unseen, strict=True)])),
    }
    worlds = shifted_scenes(count // 2)
    embedded = {shift: embed(model, scenes) for shift, scenes in worlds.items()}
    plain = worlds["none"]
    result["world"] = _right(embedded["none"], plain, classes)
    for shift in SHIFTS:
        result[f"shifted_{shift}"] = _right(embedded[shift], worlds[shift], classes)
    result["shifted"] = float(np.mean([_right(embedded[shift], worlds[shift], classes) for shift in SHIFTS]))
    vectors = np.concatenate([embedded["none"], *(embedded[shift] for shift in SHIFTS)])
    scenes = [*plain, *(s for shift in SHIFTS for s in worlds[shift])]
    score = {name: _right(vectors, scenes, _rows(model, prompts)) for name, prompts in sets.items()}
    named = [(vectors @ _rows(model, sets[name]).T).argmax(axis=1) for name in ("plain", "chinese")]
    return result | {
        "nonsense": score["nonsense"],
        "narrow_loss": score["plain"] - score["narrow"],
        "plural_loss": score["plain"] - score["plural"],
        "paraphrase_loss": score["plain"] - score["paraphrase"],
        "chinese_agreement": float((named[0] == named[1]).mean()),
    }


def knn_auroc(model: ClipEncoder, folder: Path, count: int, neighbours: int = 20) -> float:
    """AUROC of "the share of the 20 nearest images with another label" for the errors among the aggregate labels."""
    with np.load(folder / "cifar10n_train_labels.npz") as labels:
        given, clean = labels["aggre_label"][:count], labels["clean_label"][:count]
    with zipfile.ZipFile(folder / "train_10000.zip") as archive:
        names = sorted(name for name in archive.namelist() if name.endswith(".jpg"))[:count]
        frames = [np.asarray(Image.open(io.BytesIO(archive.read(name))).convert("RGB")) for name in names]
    vectors = model.encode_frames(frames)
    score = np.empty(count)
    for start in range(0, count, 1000):
        similar = vectors[start : start + 1000] @ vectors.T
        similar[np.arange(len(similar)), np.arange(start, start + len(similar))] = -1
        near = np.argpartition(-similar, neighbours, axis=1)[:, :neighbours]
        score[start : start + 1000] = (given[near] != given[start : start + 1000, None]).mean(axis=1)
    return float(roc_auc_score(given != clean, score))
