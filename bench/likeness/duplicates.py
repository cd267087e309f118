"""Near-duplicates: the app's own groups beside perceptual hashes alone and beside a cosine alone.

Every picture of `scene3` with an altered copy (saved again as JPEG 85, 50 or 20, half the size, trimmed by 2 % on every side, darker,
brighter, with a logo), and neighbouring frames from the middle of the shots of the clips in `video` and `copies`; all below the
data folder, added to a workspace with the built-in model. A pair of the same source is right. A pair of two sources is
wrong, but for frames of one clip and for clips of one scene, of which nothing is known. The figures are of every second source (`--long`
reports the others too, as `tuning_*`). They flatter a little: the widest hash distance and the least likeness of thumbnails were chosen
with all pictures of `scene3` in view; the limits of frames and of colour were not tuned. Two originals of `scene3` may be alike by themselves:
`natural_pairs` are counted as wrong in `precision` and left out of `precision_without_natural`.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
from PIL import Image

from bench.harness import Figures, Options
from bench.likeness import picture_copies
from bench.videos.shots import plain_cuts
from embedding.ingest import adding, encoder_change
from labeling.cleaning import duplicate_candidates
from labeling.neighbours import near_duplicates
from labeling.snapshot.snapshot import Snapshot
from store.items import items
from store.workspace import create

FRAME = "frame"
SHOTS_A_CLIP = 12
SHORTEST_SHOT = 12  # frames
HASH_BITS = 4  # of the plain rule beside
COSINE = 0.995  # likewise
MANY = 100_000

Pair = tuple[int, int]


@dataclass(frozen=True)
class Source:
    """A picture and its copy, or two neighbouring frames.

    Attributes:
        kind: how the copy was altered, or `frame`. scene: sources of one scene say nothing of each other.
    """

    kind: str
    scene: str
    files: tuple[str, str]


def run(options: Options) -> Figures:
    """Recall (over all and by kind), precision, and seconds for 100,000 items."""
    options.need("scene3")
    data = options.need("video").parent
    figures: Figures = {}
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "pictures").mkdir()
        sources = [
            *_pictures(data, folder / "pictures", options.quick),
            *_frames(data, folder / "pictures", options.quick),
        ]
        workspace = create(folder / "workspace")
        encoder_change.change_encoder(workspace, "built-in")
        adding.add(workspace, [folder / "pictures"])
        snapshot = Snapshot(workspace)
        begun = time.perf_counter()
        groups = [snapshot.ids[rows].tolist() for rows in near_duplicates.groups(snapshot)]
        figures |= {"items": len(snapshot.ids), "seconds": time.perf_counter() - begun}
        figures["largest_group"] = max(map(len, groups), default=0)
        linked = {
            "ours": [pair for group in groups for pair in combinations(sorted(group), 2)],
            **_plain_rules(snapshot),
        }
        with workspace.read() as connection:
            names = {row.id: row.name for row in items.get_many(connection, snapshot.ids.tolist()).values()}
        workspace.engine.dispose()
    halves = {"": 1, "tuning_": 0} if options.long else {"": 1}
    for prefix, half in halves.items():
        for rule, pairs in linked.items():
            figures |= {f"{prefix}{key}_{rule}": value for key, value in judged(sources, half, pairs, names).items()}
    return figures | _of_many(options)


def judged(sources: list[Source], half: int, pairs: list[Pair], names: dict[int, str]) -> Figures:
    """Figures of linked pairs of item ids, on every second source."""
    own = {file: number for number, source in enumerate(sources) for file in source.files}
    right: set[int] = set()
    wrong: set[Pair] = set()
    natural: set[Pair] = set()
    for pair in pairs:
        one, other = (own[names[item]] for item in pair)
        if one % 2 != half or other % 2 != half:
            continue
        if one == other:
            right.add(one)
        elif sources[one].scene != sources[other].scene:
            both = min(one, other), max(one, other)
            wrong.add(both)
            if {names[item] for item in pair} == {sources[one].files[0], sources[other].files[0]}:
                natural.add(both)
    chosen = [number for number in range(len(sources)) if number % 2 == half]
    kinds = {sources[number].kind for number in chosen}
    by_kind = {kind: [number in right for number in chosen if sources[number].kind == kind] for kind in sorted(kinds)}
    return {
        "sources": len(chosen),
        "recall": len(right) / max(len(chosen), 1),
        "precision": len(right) / max(len(right) + len(wrong), 1),
        "precision_without_natural": len(right) / max(len(right) + len(wrong - natural), 1),
        "natural_pairs": len(natural),
        **{f"recall_{kind}": float(np.mean(hits)) for kind, hits in by_kind.items()},
    }


def _pictures(data: Path, out: Path, quick: bool) -> Iterator[Source]:
    kinds = list(picture_copies.ALTERATIONS)
    files = sorted((data / "scene3").rglob("*.jpg"))[:: 8 if quick else 1]
    for number, file in enumerate(files):
        kind = kinds[number // 2 % len(kinds)]  # every kind in both halves
        names = f"{file.parent.name}-{file.name}", f"{file.parent.name}-{file.stem}-{kind}.jpg"
        (out / names[0]).write_bytes(file.read_bytes())
        picture_copies.write(file, kind, out / names[1])
        yield Source(kind, names[0], names)


def _frames(data: Path, out: Path, quick: bool) -> Iterator[Source]:
    clips = sorted(path for name in ("video", "copies") for path in (data / name).glob("*.*") if path.suffix != ".json")
    for clip in clips[:: 4 if quick else 1]:
        scene = clip.stem.split("-")[0]
        wanted = _middles(plain_cuts(clip)["content"], clip)
        kept: dict[int, str] = {}
        with av.open(str(clip)) as container:
            for number, frame in enumerate(container.decode(video=0)):
                if number in wanted or number - 1 in wanted:
                    kept[number] = f"{clip.stem}-{number:05d}.jpg"
                    Image.fromarray(frame.to_ndarray(format="rgb24")).save(out / kept[number], quality=95)
        yield from (Source(FRAME, scene, (kept[at], kept[at + 1])) for at in wanted if at + 1 in kept)


def _middles(cuts: list[int], clip: Path) -> list[int]:
    """The middle frames of the longest shots."""
    with av.open(str(clip)) as container:
        count = sum(1 for _ in container.decode(video=0))
    borders = [0, *cuts, count]
    shots = [(end - start, start) for start, end in pairwise(borders)]
    longest = sorted((shot for shot in shots if shot[0] >= SHORTEST_SHOT), reverse=True)[:SHOTS_A_CLIP]
    return sorted(start + length // 2 for length, start in longest)


def _plain_rules(snapshot: Snapshot) -> dict[str, list[Pair]]:
    """Pairs by perceptual hash alone, and pairs by cosine alone."""
    with snapshot.workspace.read() as connection:
        rows = items.get_many(connection, snapshot.ids.tolist())
    codes = np.array([int(rows[number].phash or "0", 16) for number in snapshot.ids.tolist()], np.uint64)
    vectors = np.asarray(snapshot.vectors, np.float32)
    by_hash, by_cosine = [], []
    for start in range(len(codes)):
        later = slice(start + 1, None)
        near = np.flatnonzero(np.bitwise_count(codes[later] ^ codes[start]) <= HASH_BITS) + start + 1
        by_hash += [(int(snapshot.ids[start]), int(snapshot.ids[other])) for other in near]
        near = np.flatnonzero(vectors[later] @ vectors[start] >= COSINE) + start + 1
        by_cosine += [(int(snapshot.ids[start]), int(snapshot.ids[other])) for other in near]
    return {"hash_alone": by_hash, "cosine_alone": by_cosine}


def _of_many(options: Options) -> Figures:
    """Seconds to find the candidates among many items by their hashes: a tenth copies, and a hundredth one blank picture."""
    count = MANY // 10 if options.quick else MANY
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 256, (count, 8)).astype(np.uint8)
    copies = rng.choice(count, count // 10, replace=False)
    codes[copies] = codes[rng.permutation(copies)] ^ _few_bits(rng, len(copies))
    codes[: count // 100] = codes[0]
    begun = time.perf_counter()
    pairs = duplicate_candidates.by_hash(codes, threads=options.threads)
    return {"many": count, "many_s": time.perf_counter() - begun, "many_candidates": len(pairs)}


def _few_bits(rng: np.random.Generator, count: int) -> npt.NDArray[np.uint8]:
    """Codes uint8 [count, 8] with up to four bits set."""
    bits = np.zeros((count, 64), np.uint8)
    np.put_along_axis(bits, rng.integers(0, 64, (count, 4)), 1, axis=1)
    return np.packbits(bits, axis=1)
