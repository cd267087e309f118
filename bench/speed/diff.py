"""From the last key stroke in a prompt to what a draft changes: counts per class, top images, moves.

Each stroke encodes a new text (ViT-B-32's text tower with random weights) and scores the draft against what is published, on
512-d fp16 vectors, 8 prompts a class. Beside it in the same run: a plain full re-score of the same, and encoding the images
again, as tools do that keep no vectors (model only, from one batch of 16; `ratio_reencode` is that against one stroke).

`end_to_end_p95_ms_100k_100` goes the whole way of the Prompts page at 100,000 images and 100 categories: the page's wait after the
last key, the request over HTTP in one process (built-in model, 8 prompts a category, the draft saved to disk), its answer in JSON, and
every picture in it fetched. What a browser needs to paint is not in it.
"""

from __future__ import annotations

import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import open_clip
import torch
from PIL import Image
from threadpoolctl import threadpool_limits

from bench.harness import Figures, Options, median_seconds
from bench.speed import app_routes
from embedding.encoders.text import TextEncoder
from embedding.ingest import encoder_change
from labeling.scoring.draft_scores import LiveScores
from labeling.scoring.zero_shot import Linear, class_vectors, softmax, top_two, unit
from store.items import items, vectors
from store.ledger import labels
from store.ledger.events import Batch, Change
from store.project import prompts, taxonomy
from store.project.prompt_set import Prompt, PromptSet
from store.team import actors
from store.workspace import Workspace, create

DIM, PROMPTS, SCALE, TOP = 512, 8, 100.0, 12
WAIT_S = 0.15  # what the page waits for after the last key
STROKES = 20
WORDS = ("a forest", "the sea", "a table", "a game", "a page", "clouds", "a road", "a city", "a bird", "a chart")
SIZES = {"6k": 6_000, "100k": 100_000, "1m": 1_000_000}
CLASSES = (20, 100)
Floats = npt.NDArray[np.float32]


def run(options: Options) -> Figures:
    """`p95_ms_SIZE_CLASSES`, `rescore_ms_...`, `ratio_...`; `--quick` leaves the million out."""
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    torch.set_float32_matmul_precision("medium")
    model = open_clip.create_model("ViT-B-32").eval()
    encoder = TextEncoder(model, open_clip.get_tokenizer("ViT-B-32"), torch.device("cpu"))
    per_image = _image_seconds(model)
    figures: Figures = {"encode_ms_per_image": 1e3 * per_image}
    with threadpool_limits(options.threads):
        for label, n in SIZES.items():
            if options.quick and n > 100_000:
                continue
            vectors = _items(n)
            for classes in CLASSES:
                timings = _one(vectors, classes, encoder, strokes=6 if options.quick or n > 100_000 else 20)
                figures |= {f"{key}_{label}_{classes}": value for key, value in timings.items()}
                figures[f"ratio_reencode_{label}_{classes}"] = 1e3 * per_image * n / float(timings["median_ms"] or 1)
            figures[f"reencode_s_{label}"] = per_image * n
        figures |= _end_to_end(10_000 if options.quick else 100_000)
    return figures


def _one(vectors: npt.NDArray[np.float16], classes: int, encoder: TextEncoder, *, strokes: int) -> Figures:
    random = np.random.default_rng(0)
    prompts = unit(random.standard_normal((classes, PROMPTS, DIM), dtype=np.float32))
    published = _linear(class_vectors(list(prompts)))
    begin = time.perf_counter()
    live = LiveScores(vectors, published)
    opened = time.perf_counter() - begin
    times, texts = [], []
    for stroke in range(strokes + 1):
        begin = time.perf_counter()
        text = encoder.encode([f"a photo of a harbour at dusk, {classes} {len(vectors)} {stroke}"])
        texts.append(time.perf_counter() - begin)
        draft = _edited(published, np.vstack([prompts[0], text]))
        now = live.draft(draft)
        _shown(live.published.best, now.best, now.confidence, now.margin, classes)
        _top(live.column(now, 0))
        times.append(time.perf_counter() - begin)
    first, rest = times[0], times[1:]  # the first stroke in a class looks at all others once

    again = iter(range(1_000))

    def plain() -> object:
        encoder.encode([f"a photo of a harbour at dawn, {classes} {len(vectors)} {next(again)}"])
        logits = draft.logits(vectors)
        best, confidence, margin = top_two(softmax(logits))
        return _shown(live.published.best, best, confidence, margin, classes), _top(logits[:, 0])

    full = median_seconds(plain, repeats=1 if len(vectors) > 6_000 else 3, warmup=0)
    return {
        "p95_ms": 1e3 * float(np.quantile(rest, 0.95)),
        "median_ms": 1e3 * float(np.median(rest)),
        "text_ms": 1e3 * float(np.median(texts[1:])),
        "first_ms": 1e3 * first,
        "open_ms": 1e3 * opened,
        "rescore_ms": 1e3 * full,
        "ratio": full / float(np.median(rest)),
    }


def _end_to_end(count: int) -> Figures:
    """The route with its pictures, `STROKES` edits in a row."""
    classes = CLASSES[-1]
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch) / "all"
        workspace = _project(root / "live", count, classes)
        client = app_routes.client(root)
        base = "/api/live"
        rows = client.get(f"{base}/prompts").json()["categories"]
        times, routes_only = [], []
        for stroke in range(STROKES + 1):
            rows[0]["prompts"][0]["text"] = f"a harbour at dusk {'and boats ' * (stroke % 4)}{stroke}"
            wish = {"categories": rows, "focus": rows[0]["id"], "save": True}
            begin = time.perf_counter()
            answer = client.post(f"{base}/draft", json=wish)
            routes_only.append(time.perf_counter() - begin)
            answer.raise_for_status()
            shown = answer.json()
            pictures = [t["id"] for t in [*shown["top"], *(t for move in shown["moves"][:3] for t in move["tiles"])]]
            for number in pictures:
                _thumbnail(workspace.thumb(number))
            begin = time.perf_counter()
            for number in pictures:
                client.get(f"/thumb/live/{number}.webp").raise_for_status()
            times.append(WAIT_S + routes_only[-1] + time.perf_counter() - begin)
        workspace.engine.dispose()
    label = "100k" if count == 100_000 else f"{count // 1000}k"
    return {
        f"end_to_end_p95_ms_{label}_{classes}": 1e3 * float(np.quantile(times[1:], 0.95)),
        f"end_to_end_median_ms_{label}_{classes}": 1e3 * float(np.median(times[1:])),
        f"end_to_end_first_ms_{label}_{classes}": 1e3 * times[0],
        f"route_p95_ms_{label}_{classes}": 1e3 * float(np.quantile(routes_only[1:], 0.95)),
    }


def _project(folder: Path, count: int, classes: int) -> Workspace:
    """A workspace of the built-in model with vectors out of a generator, 8 prompts a category, a thousand labels of a person."""
    workspace = create(folder)
    encoder_change.change_encoder(workspace, "built-in")
    random = np.random.default_rng(3)
    with workspace.engine.begin() as connection:
        encoder = vectors.current_encoder(connection)
        new = [items.NewItem("image", f"/x/{k}.jpg", f"{k}.jpg", sha256=f"{k:064d}") for k in range(count)]
        ids = items.add(connection, new)
        centres = random.standard_normal((200, encoder.dim), dtype=np.float32)
        rows = centres[random.integers(0, 200, count)] + 0.7 * random.standard_normal(
            (count, encoder.dim), dtype=np.float32
        )
        vectors.record(
            connection, encoder.id, vectors.write_shard(workspace.folder("vectors"), unit(rows).astype(np.float16)), ids
        )
        tree = [taxonomy.add(connection, f"category {number}") for number in range(classes)]
        texts = {
            n: tuple(Prompt(f"{WORDS[(n + k) % len(WORDS)]} number {n} {k}") for k in range(PROMPTS)) for n in tree
        }
        person = actors.id_of(connection, "ann")
        prompts.publish(connection, PromptSet(texts), note="", actor_id=person)
        chosen = random.choice(count, 1000, replace=False)
        labels.write(connection, Batch(person, "human"), [Change(ids[k], tree[k % classes]) for k in chosen])
    return workspace


def _thumbnail(path: Path) -> None:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        noise = np.random.default_rng(0).integers(0, 255, (144, 192, 3), np.uint8)
        Image.fromarray(noise).save(path, "WEBP", quality=80)


def _linear(vectors: Floats) -> Linear:
    return Linear(tuple(range(len(vectors))), SCALE * vectors, np.zeros(len(vectors), np.float32))


def _edited(published: Linear, prompts: Floats) -> Linear:
    weights = published.weights.copy()
    weights[0] = SCALE * class_vectors([prompts])[0]
    return replace(published, weights=weights)


def _shown(
    old: npt.NDArray[np.int64], new: npt.NDArray[np.int64], confidence: Floats, margin: Floats, classes: int
) -> object:
    """What the page shows beside the top images: in, out and contested per class, the largest moves and their images."""
    changed = np.flatnonzero(old != new)
    counts = [np.bincount(part, minlength=classes) for part in (new[changed], old[changed], new[margin < 0.1])]
    pairs, sizes = np.unique(old[changed] * classes + new[changed], return_counts=True)
    moves = []
    for place in np.argsort(-sizes)[:8]:
        a, b = divmod(int(pairs[place]), classes)
        rows = changed[(old[changed] == a) & (new[changed] == b)]
        moves.append(rows[np.argsort(-confidence[rows])][:5])
    return counts, moves


def _top(logits: Floats) -> npt.NDArray[np.int64]:
    return np.asarray(np.argpartition(-logits, TOP)[:TOP])


def _items(n: int) -> npt.NDArray[np.float16]:
    """Unit rows in clusters, made in pieces."""
    random = np.random.default_rng(1)
    centres = random.standard_normal((200, DIM), dtype=np.float32)
    vectors = np.empty((n, DIM), np.float16)
    for start in range(0, n, 50_000):
        count = min(50_000, n - start)
        piece = centres[random.integers(0, len(centres), count)]
        piece += 0.7 * random.standard_normal((count, DIM), dtype=np.float32)
        vectors[start : start + count] = unit(piece)
    return vectors


@torch.inference_mode()
def _image_seconds(model: torch.nn.Module) -> float:
    batch = torch.zeros(16, 3, 224, 224)
    return median_seconds(lambda: model.encode_image(batch), repeats=1) / len(batch)  # type: ignore[operator]
