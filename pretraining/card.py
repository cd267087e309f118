"""The card that training writes beside the weights: data, seed, curve, figures on renders that it never saw, limits."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import open_clip
import torch
from open_clip.model import CLIP
from open_clip.tokenizer import SimpleTokenizer
from torch.nn import functional as F

from pretraining.network import MEAN, STD
from pretraining.vocabulary import HELD_OUT, KINDS, OTHER
from pretraining.world import Scene, WorldOptions, scene

FIRST_SEED = 700_000  # drawn neither by training nor by a benchmark
COUNT = 320
BATCH = 64
NAMES = 2  # of a kind, averaged


@dataclass(frozen=True)
class Accuracy:
    """Zero-shot on combinations of kind and attribute that training leaves out, in [0, 1].

    Attributes:
        kinds: the right one of all kinds of the three classes. classes: a kind of the right class.
    """

    kinds: float
    classes: float
    scenes: int
    choices: int


def unseen_scenes(first_seed: int, count: int) -> list[Scene]:
    """Scenes of combinations that training leaves out, in turn."""
    pairs = list(HELD_OUT.items())
    return [
        scene(first_seed + i, WorldOptions(kinds=(kind,), forced=fact))
        for i, (kind, fact) in ((i, pairs[i % len(pairs)]) for i in range(count))
    ]


def judge(network: CLIP, encode: SimpleTokenizer, size: int, count: int = COUNT) -> Accuracy:
    """Tell `count` renders of combinations never trained among all kinds.

    Args:
        size: pixels of the network's input.
    """
    scenes = unseen_scenes(FIRST_SEED, count)
    names = [name for name, kind in KINDS.items() if kind.category != OTHER]
    shown = open_clip.image_transform(
        size, is_train=False, mean=MEAN, std=STD, interpolation="bicubic", resize_mode="shortest"
    )
    device = network.logit_scale.device
    was = network.training
    network.eval()
    with torch.inference_mode():
        texts = (encode(list(KINDS[name].names[:NAMES])).to(device) for name in names)
        rows = F.normalize(
            torch.stack([network.encode_text(part, normalize=True).mean(dim=0) for part in texts]), dim=-1
        )
        lots = [scenes[start : start + BATCH] for start in range(0, count, BATCH)]
        pixels = (torch.stack([shown(one.image.convert("RGB")) for one in lot]).to(device) for lot in lots)
        images = torch.cat([network.encode_image(lot, normalize=True) for lot in pixels])
        predicted = [names[k] for k in (images @ rows.T).argmax(dim=1).tolist()]
    network.train(was)
    return Accuracy(
        float(np.mean([guess == true.kind for guess, true in zip(predicted, scenes, strict=True)])),
        float(np.mean([KINDS[guess].category == true.category for guess, true in zip(predicted, scenes, strict=True)])),
        count, len(names),
    )  # fmt: skip


def write_card(
    path: Path,
    settings: Mapping[str, Mapping[str, object]],
    curve: Path,
    accuracy: Accuracy,
    started_from: str | None,
    with_pictures: bool = False,
) -> None:
    """Write the card as Markdown.

    Args:
        settings: options of training and network by name. curve: CSV of epoch, loss and seconds.
        started_from: whose weights training began with; None for random ones.
        with_pictures: whether pictures of `scenery/` were trained on as well.
    """
    with curve.open(encoding="utf-8") as file:
        epochs = list(csv.DictReader(file))
    listed = [f"- {part}: {', '.join(f'{k} {v}' for k, v in options.items())}" for part, options in settings.items()]
    lines = [
        "# Card of this training", "",
        f"Trained only on renders of `sample_data/world.py`{' and `scenery/`' if with_pictures else ''} and captions of "
        "`sample_data/captions.py`: no photograph, no weights of others.",
        f"Seeds of the renders: 0 up to the number of scenes; of those that `more` counts from `MORE_SEED` of `sample_data/train.py` on. Started from {started_from or 'random weights'}.",
        f"{len(KINDS)} kinds; {len(HELD_OUT)} combinations of kind and attribute (`HELD_OUT`) were left out.", "",
        *listed, "",
        f"Loss by epoch: {', '.join(row['loss'] for row in epochs)}; {sum(float(row['seconds']) for row in epochs) / 60:.0f} minutes.", "",
        f"On {accuracy.scenes} renders of the combinations left out (seeds from {FIRST_SEED}), zero-shot: kind {accuracy.kinds:.3f} of {accuracy.choices}, "
        f"class {accuracy.classes:.3f}. Figures on real pictures: `python -m bench model --data DIR`.", "",
        "Limits: a demonstration. It knows the rendered world; on real pictures it tells coarse classes apart and little more.",
    ]  # fmt: skip
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
