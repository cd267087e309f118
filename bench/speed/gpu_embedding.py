"""JPEGs (720p) to vectors on a GPU with random weights, against open_clip's transform in a DataLoader of many workers.

Both sides read the same generated files from the system's cache. The loop is what a user would write in ten lines: 16 workers,
batches of 256, autocast to bfloat16.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import embedding  # noqa: F401 - before torch, because it tells OpenMP how to wait

# isort: split
import numpy as np
import open_clip
import torch
from PIL import Image
from safetensors.torch import save_file
from torch.utils.data import DataLoader, Dataset

from bench.harness import Figures, Options
from embedding.encoders import encoder, interface
from errors import InputError

WIDTH, HEIGHT = 1280, 720
WORKERS, BATCH = 16, 256
UNLIKE = 64  # different files; each is read several times, from the system's cache
TAGS = {
    "ViT-B-32": "laion2b_s34b_b79k",
    "ViT-L-14": "laion2b_s32b_b82k",
}  # for the preprocessing; the weights are random
MOST_TURNS = 3


class _Files(Dataset[torch.Tensor]):
    def __init__(self, paths: list[Path], transform: Callable[[Image.Image], torch.Tensor]) -> None:
        self.paths = paths
        self.transform = transform

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, position: int) -> torch.Tensor:
        return self.transform(Image.open(self.paths[position]).convert("RGB"))


def measure(options: Options) -> Figures:
    """Images a second of ours, of the loop and of the GPU alone, for each model; ratios and the lowest cosine.

    Raises:
        InputError: there is no GPU.
    """
    if not torch.cuda.is_available():
        raise InputError("There is no GPU that torch can use here. Run it without --device cuda.")
    figures: Figures = {"gpu": torch.cuda.get_device_name(), "files": 512 if options.quick else 4096}
    with tempfile.TemporaryDirectory() as folder:
        unlike = photos(Path(folder), UNLIKE)
        paths = unlike * (int(figures["files"] or 0) // len(unlike))
        for name, tag in TAGS.items():
            if options.quick and name != "ViT-B-32":
                continue
            torch.manual_seed(0)
            model, _, transform = open_clip.create_model_and_transforms(name)
            ours = saved_and_loaded(model, f"{name}/{tag}", Path(folder), "cuda", options.threads)
            suffix = "" if name == "ViT-B-32" else "_" + name.lower().replace("-", "_")
            of_model = _compare(paths, len(unlike), model.eval().cuda(), transform, ours)
            figures |= {f"{key}{suffix}": value for key, value in of_model.items()}
            del model, ours
            torch.cuda.empty_cache()
    return figures


def saved_and_loaded(model: torch.nn.Module, spec: str, folder: Path, device: str, threads: int) -> interface.Encoder:
    """An open_clip model as the product loads it, with a published tag's preprocessing: random weights have none."""
    weights = folder / f"{spec.split('/')[0]}.safetensors"
    save_file(model.state_dict(), weights)
    return encoder.load(f"{spec}@{weights}", threads=threads, device=device)


def _compare(
    paths: list[Path],
    unlike: int,
    model: torch.nn.Module,
    transform: Callable[[Image.Image], torch.Tensor],
    ours: interface.Encoder,
) -> Figures:
    _, vectors = ours.encode_files(paths[:unlike])  # chooses the number format, starts what is slow to start
    fitted = [ours.fit(np.asarray(Image.open(path).convert("RGB"))).cuda() for path in paths[:unlike]]
    fitted = fitted * (len(paths) // unlike)
    loader = DataLoader(_Files(paths, transform), BATCH, num_workers=WORKERS, pin_memory=True)
    exact = torch.cat(
        [_plain(model, transform(Image.open(path))[None].cuda()).float().cpu() for path in paths[:unlike]]
    )
    mine, loop, alone = [], [], []
    for _ in range(MOST_TURNS):
        mine.append(_seconds(lambda: ours.encode_files(paths)))
        alone.append(_seconds(lambda: ours.encode_fitted(fitted)))
        loop.append(_seconds(lambda: _loop(model, loader)))
    return {
        "gpu_images_per_s": len(paths) / statistics.median(mine),
        "dataloader_images_per_s": len(paths) / statistics.median(loop),
        "gpu_ratio": statistics.median(b / a for a, b in zip(mine, loop, strict=True)),
        "gpu_model_only_images_per_s": len(paths) / statistics.median(alone),
        "gpu_of_limit": statistics.median(a / b for a, b in zip(alone, mine, strict=True)),
        "gpu_decodes": "on the GPU" if ours.gpu is not None else "on the processor",
        "gpu_cosine": float((torch.from_numpy(vectors) * exact).sum(dim=1).min()),
    }


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    torch.cuda.synchronize()
    return time.perf_counter() - start


@torch.inference_mode()
def _plain(model: torch.nn.Module, batch: torch.Tensor) -> torch.Tensor:
    features: torch.Tensor = model.encode_image(batch)  # type: ignore[operator]
    return torch.nn.functional.normalize(features, dim=-1)


def _loop(model: torch.nn.Module, loader: DataLoader[torch.Tensor]) -> None:
    with torch.autocast("cuda", torch.bfloat16):
        rows = [_plain(model, batch.cuda(non_blocking=True)).float().cpu() for batch in loader]
    torch.cat(rows)


def photos(folder: Path, count: int) -> list[Path]:
    """Smooth structure plus grain, so that the files are as large as photographs (about 300 kB)."""
    rng = np.random.default_rng(0)
    paths = []
    for number in range(count):
        cells = Image.fromarray(rng.integers(0, 255, (45, 80, 3), dtype=np.uint8))
        smooth = np.asarray(cells.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC), dtype=np.float32)
        grain = smooth + 10 * rng.standard_normal(smooth.shape, dtype=np.float32)
        path = folder / f"{number:03}.jpg"
        Image.fromarray(grain.clip(0, 255).astype(np.uint8)).save(path, quality=88)
        paths.append(path)
    return paths
