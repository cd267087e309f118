"""`python -m pretraining.train`: trains the built-in CLIP on the rendered world.

The loss knows the exact truth: caption j is true of image i when the image has every fact that the caption claims, so
a caption that happens to fit another image of the batch is not a negative. Runs on a GPU where there is one, else on a CPU; stops
and goes on (`--resume`); writes a card beside the weights.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from open_clip.model import CLIP
from open_clip.tokenizer import SimpleTokenizer
from torch.nn import functional as F

from pretraining import renders
from pretraining.augment import augmented
from pretraining.captions import KIND_NAMES, all_texts, caption, known_words, roll_call
from pretraining.card import judge, write_card
from pretraining.network import NetworkOptions, build, save, start_from
from pretraining.objective import contrastive, fact_rows, named, rate_at, truth, which
from pretraining.tokens import tokenizer, write_vocabulary
from pretraining.vocabulary import CLASS_NAMES, held_out
from pretraining.world import WorldOptions
from sample_data import model_folder

MARGIN = 1.17  # pictures are kept a little larger than the network's input, so that crops stay sharp
HIGHEST_SCALE = 60.0
CALM_CLOSEUPS = 0.25  # share of close-ups in the last epochs
MORE_SEED = 4_000_000
MORE_KINDS = (
    "cutscene",
    "cutscene",
    "cutscene",
    "character",
    "cartoon",
    "animal",
    "animal",
    "animal",
    "animal",
    "flower",
    "flower",
    "flower",
    "flower",
    "window",
    "window",
)


@dataclass(frozen=True)
class TrainOptions:
    """How the network is trained.

    Attributes:
        scenes: rendered scenes of all kinds, in thousands' steps.
        more: further scenes of the kinds in `MORE_KINDS` alone: what the renderers can draw in most ways.
        repeat: how often an epoch shows each picture of a folder with cards, if there is one.
        side: pixels at which they are kept on disk.
        epochs: passes over them.
        batch: images a step, with one caption each.
        rate: highest learning rate of AdamW.
        decay: weight decay.
        calm: last epochs in which few images are cropped to close-ups, so that training ends on pictures as they come
            (Touvron et al. 2019 on the gap between crops of training and of use).
        seed: of weights, order, captions and augmentation.
        bfloat16: compute in bfloat16: twice as fast where the processor has instructions for it, far slower elsewhere.
    """

    scenes: int = 60_000
    more: int = 0
    repeat: int = 1
    side: int = 112
    epochs: int = 14
    batch: int = 128
    rate: float = 1.2e-3
    decay: float = 0.05
    calm: int = 0
    seed: int = 0
    bfloat16: bool = False


@dataclass(frozen=True)
class Data:
    """What is trained on.

    Attributes:
        pictures: uint8 [n, side, side, 3].
        known: the facts of each picture.
        rows: the same as bool [n, facts].
    """

    pictures: torch.Tensor
    known: list[frozenset[str]]
    rows: torch.Tensor


@dataclass(frozen=True)
class Run:
    """A network in training; `bfloat16` as in `TrainOptions`."""

    network: CLIP
    optimiser: torch.optim.Optimizer
    encode: SimpleTokenizer
    size: int
    bfloat16: bool

    @property
    def device(self) -> torch.device:
        """Where the network is."""
        return torch.device(self.network.logit_scale.device)


def at_side(pixels: NDArray[np.uint8], side: int) -> torch.Tensor:
    """Pictures uint8 [n, side, side, 3], reduced once with antialiasing."""
    out = torch.empty(len(pixels), side, side, 3, dtype=torch.uint8)
    for start in range(0, len(pixels), 500):
        part = torch.from_numpy(pixels[start : start + 500]).permute(0, 3, 1, 2).float()
        small = F.interpolate(part, size=(side, side), mode="bilinear", antialias=True)
        out[start : start + 500] = small.round().clamp(0, 255).byte().permute(0, 2, 3, 1)
    return out


def load_data(options: TrainOptions, size: int, scratch: Path, processes: int, pictures: Path | None = None) -> Data:
    """Render what is missing, take in a folder of pictures with cards, and leave out the held-out combinations."""
    seeds = renders.prepare(scratch / "renders", 0, options.scenes, options.side, processes)
    pixels, known = renders.load(scratch / "renders", seeds)
    if options.more:
        folder, some = scratch / "more", WorldOptions(kinds=MORE_KINDS, heights=(options.side, 144))
        seeds = renders.prepare(folder, MORE_SEED, options.more, options.side, processes, some)
        further, facts = renders.load(folder, seeds)
        pixels, known = np.concatenate([pixels, further]), [*known, *facts]
    if pictures:
        further, facts = renders.load_cards(pictures, options.side)
        pixels = np.concatenate([pixels, *[further] * options.repeat])
        known = [*known, *facts * options.repeat]
    keep = [row for row, item in enumerate(known) if not held_out(item)]
    known = [known[row] for row in keep]
    return Data(at_side(pixels[keep], round(size * MARGIN)), known, fact_rows(known))


def optimiser_of(network: CLIP, options: TrainOptions) -> torch.optim.AdamW:
    """AdamW that decays matrices and kernels only."""
    decayed = [p for p in network.parameters() if p.ndim > 1]
    free = [p for p in network.parameters() if p.ndim <= 1]
    groups = [{"params": decayed, "weight_decay": options.decay}, {"params": free, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=options.rate, betas=(0.9, 0.98))


def step_loss(
    run: Run, data: Data, chosen: torch.Tensor, rng: np.random.Generator, closeups: float = 1.0
) -> torch.Tensor:
    """The loss of one batch: `chosen` rows of the data, a fresh caption for each, and the names of all kinds and classes."""
    captions = [caption(rng, data.known[row]) for row in chosen.tolist()]
    true = truth(data.rows[chosen], fact_rows([sentence.claims for sentence in captions])).to(run.device)  # [n, n]
    batch = augmented(data.pictures[chosen], run.size, closeups).to(run.device, memory_format=torch.channels_last)
    with torch.autocast(run.device.type, torch.bfloat16, enabled=run.bfloat16):
        images = run.network.visual(batch)  # [n, d]
        calls = [*roll_call(rng, KIND_NAMES), *roll_call(rng, CLASS_NAMES)]
        tokens = run.encode([*(sentence.text for sentence in captions), *calls]).to(run.device)
        texts = run.network.encode_text(tokens)  # [n + names, d]
    scale = run.network.logit_scale.exp().clamp(max=HIGHEST_SCALE)
    images, texts = F.normalize(images.float(), dim=-1), F.normalize(texts.float(), dim=-1)
    shown, kinds, classes = torch.split(texts, [len(captions), len(KIND_NAMES), len(CLASS_NAMES)])
    loss = contrastive(scale, images, shown, true)
    for word, names in (("kind", kinds), ("class", classes)):
        loss = loss + named(scale, images, names, which(data.rows[chosen], word).to(run.device))
    return loss


def train_epoch(run: Run, data: Data, options: TrainOptions, epoch: int) -> float:
    """One pass; returns the mean loss. The order depends on seed and epoch only, so a resumed run repeats it."""
    rng = np.random.default_rng((options.seed, epoch))
    torch.manual_seed(options.seed * 1000 + epoch)
    order = torch.from_numpy(rng.permutation(len(data.known)))
    count, total = len(order) // options.batch, 0.0
    closeups = CALM_CLOSEUPS if epoch >= options.epochs - options.calm else 1.0
    for step in range(count):
        for group in run.optimiser.param_groups:
            group["lr"] = rate_at(epoch * count + step, options.epochs * count, options.rate)
        loss = step_loss(run, data, order[step * options.batch : (step + 1) * options.batch], rng, closeups)
        run.optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(run.network.parameters(), 1.0)
        run.optimiser.step()
        total += float(loss.detach())
    return total / count


def _resumed(run: Run, checkpoint: Path) -> int:
    """Take up a run where it stopped; returns the number of epochs it has behind it."""
    kept = torch.load(checkpoint, map_location=run.device, weights_only=True)
    run.network.load_state_dict(kept["network"])
    run.optimiser.load_state_dict(kept["optimiser"])
    return int(kept["epoch"])


def _keep(run: Run, checkpoint: Path, epoch: int) -> None:
    state = {"network": run.network.state_dict(), "optimiser": run.optimiser.state_dict(), "epoch": epoch}
    torch.save(state, checkpoint)


def train(
    options: TrainOptions,
    network_options: NetworkOptions,
    scratch: Path,
    out: Path,
    *,
    processes: int = 1,
    resume: bool = False,
    start: Path | None = None,
    pictures: Path | None = None,
) -> None:
    """Render what is missing, train, and write the model folder.

    Args:
        pictures: a folder of pictures with cards to train on as well, as `python -m scenery` writes it.
        scratch: keeps renders and the checkpoint.
        out: the model folder to write.
        start: a model folder whose weights to start from, of the same vocabulary and any image size.
    """
    torch.manual_seed(options.seed)
    data = load_data(options, network_options.image_size, scratch, processes, pictures)
    out.mkdir(parents=True, exist_ok=True)
    vocab_size = write_vocabulary(out / "bpe.txt.gz", all_texts())
    (out / "words.txt").write_text("\n".join(known_words()) + "\n", encoding="utf-8")
    network = build(network_options, vocab_size)
    if start:
        start_from(network, start)
    network = network.to("cuda" if torch.cuda.is_available() else "cpu", memory_format=torch.channels_last)
    encode = tokenizer(out, network_options.context_length)
    run = Run(network, optimiser_of(network, options), encode, network_options.image_size, options.bfloat16)
    checkpoint, curve = scratch / f"{out.name}.pt", out / "curve.csv"
    first = _resumed(run, checkpoint) if resume and checkpoint.exists() else 0
    if not first:
        curve.write_text("epoch,loss,seconds\n")
    for epoch in range(first, options.epochs):
        begun = time.perf_counter()
        loss = train_epoch(run, data, options, epoch)
        with curve.open("a") as file:
            print(f"{epoch + 1},{loss:.4f},{time.perf_counter() - begun:.0f}", file=file)
        _keep(run, checkpoint, epoch + 1)
    save(out, network, network_options, vocab_size)
    settings = {"training": asdict(options), "network": asdict(network_options)}
    (out / "training.json").write_text(json.dumps(settings, indent=2) + "\n")
    accuracy = judge(network, encode, network_options.image_size)
    write_card(out / "card.md", settings, curve, accuracy, start.name if start else None, pictures is not None)


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(prog="python -m pretraining.train", description=__doc__)
    parser.add_argument("--scratch", type=Path, default=Path(".scratch"), help="renders and checkpoints")
    parser.add_argument("--out", type=Path, default=model_folder())
    parser.add_argument("--start", type=Path, help="model folder whose weights to start from")
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint of the same --out")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2, help="for rendering")
    parser.add_argument("--scenes", type=int, default=TrainOptions.scenes)
    parser.add_argument("--more", type=int, default=TrainOptions.more, help="further scenes of some kinds")
    parser.add_argument("--pictures", type=Path, help="further pictures with cards, as python -m scenery writes them")
    parser.add_argument(
        "--repeat", type=int, default=TrainOptions.repeat, help="how often an epoch shows each of those"
    )
    parser.add_argument("--epochs", type=int, default=TrainOptions.epochs)
    parser.add_argument("--batch", type=int, default=TrainOptions.batch)
    parser.add_argument("--rate", type=float, default=TrainOptions.rate)
    parser.add_argument("--calm", type=int, default=TrainOptions.calm, help="last epochs with few close-ups")
    parser.add_argument("--bfloat16", action="store_true", help="where the processor has instructions for it")
    parser.add_argument("--size", type=int, default=NetworkOptions.image_size)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    torch.set_float32_matmul_precision("medium")
    options = TrainOptions(
        given.scenes, given.more, given.repeat, epochs=given.epochs, batch=given.batch, rate=given.rate, calm=given.calm,
        bfloat16=given.bfloat16,
    )  # fmt: skip
    network_options = NetworkOptions(image_size=given.size)
    train(
        options,
        network_options,
        given.scratch,
        given.out,
        processes=given.processes,
        resume=given.resume,
        start=given.start,
        pictures=given.pictures,
    )


if __name__ == "__main__":
    main()
