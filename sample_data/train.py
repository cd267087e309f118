"""`python -m sample_data.train`: trains the built-in CLIP on the rendered world.

The loss knows the exact truth: caption j is true of image i when the image has every fact that the caption claims, so
a caption that happens to fit another image of the batch is no negative. Runs on a CPU; stops and goes on (`--resume`).
"""

from __future__ import annotations

import argparse
import json
import math
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional as F

from sample_data import model_folder, renders
from sample_data.augment import augmented
from sample_data.captions import all_texts, caption, known_words
from sample_data.network import NetworkOptions, build, save
from sample_data.tokens import tokenizer, write_vocabulary
from sample_data.vocabulary import facts, held_out

FACTS = {fact: index for index, fact in enumerate(facts())}


@dataclass(frozen=True)
class TrainOptions:
    """How the network is trained.

    Attributes:
        scenes: rendered scenes.
        side: pixels at which they are kept.
        epochs: passes over them.
        batch: images a step, with one caption each.
        rate: highest learning rate of AdamW.
        decay: weight decay.
        seed: of weights, order, captions and augmentation.
    """

    scenes: int = 28_000
    side: int = 112
    epochs: int = 24
    batch: int = 128
    rate: float = 1.2e-3
    decay: float = 0.05
    seed: int = 0


def fact_rows(known: list[frozenset[str]]) -> torch.Tensor:
    """Facts as bool [n, facts]."""
    rows = torch.zeros(len(known), len(FACTS), dtype=torch.bool)
    for row, item in enumerate(known):
        rows[row, [FACTS[fact] for fact in item]] = True
    return rows


def truth(images: torch.Tensor, claims: torch.Tensor) -> torch.Tensor:
    """Bool [images, captions]: the image has every fact that the caption claims."""
    return (claims.float() @ (~images).float().T == 0).T


def contrastive(scale: torch.Tensor, images: torch.Tensor, texts: torch.Tensor, true: torch.Tensor) -> torch.Tensor:
    """Softmax cross-entropy both ways against all that is true (Khosla et al. 2020, supervised contrastive)."""
    logits = scale * images @ texts.T
    by_image = true.float() / true.sum(dim=1, keepdim=True)
    by_text = true.float() / true.sum(dim=0, keepdim=True)
    return (
        -(by_image * F.log_softmax(logits, dim=1)).sum(dim=1).mean()
        - (by_text * F.log_softmax(logits, dim=0)).sum(dim=0).mean()
    )


def rate_at(step: int, steps: int, top: float) -> float:
    """Short warm-up, then a cosine to zero."""
    warm = min(300, steps // 10)
    return (
        top * step / max(1, warm)
        if step < warm
        else top * 0.5 * (1 + math.cos(math.pi * (step - warm) / (steps - warm)))
    )


def at_side(pixels: NDArray[np.uint8], side: int) -> torch.Tensor:
    """Pictures uint8 [n, side, side, 3], reduced once with antialiasing."""
    out = torch.empty(len(pixels), side, side, 3, dtype=torch.uint8)
    for start in range(0, len(pixels), 500):
        part = torch.from_numpy(pixels[start : start + 500]).permute(0, 3, 1, 2).float()
        small = (
            F.interpolate(part, size=(side, side), mode="bilinear", antialias=True) if part.shape[-1] != side else part
        )
        out[start : start + 500] = small.round().clamp(0, 255).byte().permute(0, 2, 3, 1)
    return out


def train(
    options: TrainOptions, network_options: NetworkOptions, scratch: Path, out: Path, processes: int, resume: bool
) -> None:
    """Render what is missing, train, and write the model folder."""
    torch.manual_seed(options.seed)
    seeds = renders.prepare(scratch / "renders", 0, options.scenes, options.side, processes)
    pixels, known = renders.load(scratch / "renders", seeds)
    keep = [row for row, item in enumerate(known) if not held_out(item)]
    pixels, known = pixels[keep], [known[row] for row in keep]
    pictures, image_facts = at_side(pixels, round(network_options.image_size * 1.17)), fact_rows(known)
    out.mkdir(parents=True, exist_ok=True)
    vocab_size = write_vocabulary(out / "bpe.txt.gz", all_texts())
    (out / "words.txt").write_text("\n".join(known_words()) + "\n", encoding="utf-8")
    encode = tokenizer(out, network_options.context_length)
    network = build(network_options, vocab_size).to(memory_format=torch.channels_last)
    slow = [p for name, p in network.named_parameters() if p.ndim > 1]
    fast = [p for name, p in network.named_parameters() if p.ndim <= 1]
    optimiser = torch.optim.AdamW(
        [{"params": slow, "weight_decay": options.decay}, {"params": fast, "weight_decay": 0.0}],
        lr=options.rate,
        betas=(0.9, 0.98),
    )
    per_epoch = len(pictures) // options.batch
    steps, first, checkpoint = per_epoch * options.epochs, 0, scratch / f"{out.name}.pt"
    if resume and checkpoint.exists():
        kept = torch.load(checkpoint, weights_only=True)
        network.load_state_dict(kept["network"])
        optimiser.load_state_dict(kept["optimiser"])
        first = kept["epoch"]
    log = (out / "curve.csv").open("a" if first else "w")
    if not first:
        print("epoch,loss,seconds", file=log)
    start = time.perf_counter()
    for epoch in range(first, options.epochs):
        rng = np.random.default_rng((options.seed, epoch))
        torch.manual_seed(options.seed * 1000 + epoch)
        order, total = torch.from_numpy(rng.permutation(len(pictures))), 0.0
        for step in range(per_epoch):
            chosen = order[step * options.batch : (step + 1) * options.batch]
            captions = [caption(rng, known[i]) for i in chosen.tolist()]
            true = truth(image_facts[chosen], fact_rows([c.claims for c in captions]))
            batch = augmented(pictures[chosen], network_options.image_size).contiguous(
                memory_format=torch.channels_last
            )
            with torch.autocast("cpu", torch.bfloat16):
                image_vectors = network.visual(batch)
                text_vectors = network.encode_text(encode([c.text for c in captions]))
            image_vectors = F.normalize(image_vectors.float(), dim=-1)
            text_vectors = F.normalize(text_vectors.float(), dim=-1)
            loss = contrastive(network.logit_scale.exp().clamp(max=60), image_vectors, text_vectors, true)
            for group in optimiser.param_groups:
                group["lr"] = rate_at(epoch * per_epoch + step, steps, options.rate)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            total += float(loss.detach())
        print(f"{epoch + 1},{total / per_epoch:.4f},{time.perf_counter() - start:.0f}", file=log, flush=True)
        torch.save(
            {
                "network": network.state_dict(),
                "optimiser": optimiser.state_dict(),
                "epoch": epoch + 1,
            },
            checkpoint,
        )
    log.close()
    save(out, network, network_options, vocab_size)
    (out / "training.json").write_text(
        json.dumps({"training": asdict(options), "network": asdict(network_options)}, indent=2) + "\n"
    )


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(prog="python -m sample_data.train", description=__doc__)
    parser.add_argument(
        "--scratch", type=Path, default=Path(".scratch"), help="renders and checkpoints (not committed)"
    )
    parser.add_argument("--out", type=Path, default=model_folder())
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2, help="for rendering")
    parser.add_argument("--batch", type=int, default=TrainOptions.batch)
    parser.add_argument("--scenes", type=int, default=TrainOptions.scenes)
    parser.add_argument("--epochs", type=int, default=TrainOptions.epochs)
    parser.add_argument("--size", type=int, default=NetworkOptions.image_size)
    parser.add_argument("--resume", action="store_true")
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    torch.set_float32_matmul_precision("medium")
    options = TrainOptions(scenes=given.scenes, epochs=given.epochs, batch=given.batch)
    train(options, NetworkOptions(image_size=given.size), given.scratch, given.out, given.processes, given.resume)


if __name__ == "__main__":
    main()
