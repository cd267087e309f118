"""A training on 1,000 videos with 50 tags: what one press of *Train head* takes, comparison, table and final head included.

The videos are drawn numbers: 20 frames and 20 stretches of sound a video, a third of the tags seen in a quarter of the frames, a third heard, a
third told in the title. They say how long a training takes and how much memory it holds, not how good it is.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from bench.harness import Figures, Options
from embedding.ingest import encoder_change, video_encoders
from labeling.exchange import video_labels
from labeling.snapshot.snapshot import Snapshot
from store import workspace
from store.items import items, video_features
from store.items.items import NewItem
from store.items.video_features import FRAMES, SOUND, Features, FeatureState
from store.project import taxonomy
from store.project.taxonomy import VIDEO
from store.workspace import Workspace
from training.whole_videos import video_training

VIDEOS, TAGS, SHARE = 1000, 50, 0.06
SMALL = (120, 6)
STEPS = 20
MARK = 0.5
"""How far a tag moves the rows in which it is, in lengths of a row."""


def run(options: Options) -> Figures:
    """Seconds of wall and of processor, the largest memory in MB, and the mAP of what was chosen.

    Raises:
        InputError: nothing can be learned from the labels.
    """
    count, tags = SMALL if options.quick else (VIDEOS, TAGS)
    with tempfile.TemporaryDirectory() as folder, threadpool_limits(options.threads):
        opened = workspace.create(Path(folder) / "ws")
        encoder_change.change_encoder(opened, "built-in")
        fill(opened, count, tags)
        wall, processor = time.perf_counter(), time.process_time()
        done = video_training.train(Snapshot(opened), actor="bench", promote="never")
        wall, processor = time.perf_counter() - wall, time.process_time() - processor
        opened.engine.dispose()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    return {
        "videos": done["videos"], "tags": tags, "seconds": wall, "processor_seconds": processor, "memory_mb": most,
        "map": done["table"][0]["map"],
    }  # fmt: skip


def fill(opened: Workspace, count: int, tags: int) -> None:
    """Add drawn videos with their labels: each of `tags` holds for some 6 in a hundred of them, and for two at least."""
    snapshot = Snapshot(opened)
    random, dim = np.random.default_rng(0), snapshot.encoder_row.dim
    frames, sound = (
        video_encoders.frames_fingerprint(snapshot.encoder_row.fingerprint),
        video_encoders.open_sound(opened),
    )
    holds = random.random((count, tags)) < SHARE
    holds[np.arange(2 * tags) % count, np.arange(2 * tags) % tags] = True
    looks, sounds = (random.normal(0, 1, (tags, size)).astype(np.float32) for size in (dim, sound.dim))
    times = np.arange(float(STEPS))
    video_labels.add_named_classes(opened, [f"tag {k:03d}" for k in range(tags)])
    labels: dict[int, list[int]] = {}
    with opened.engine.begin() as connection:
        classes = [one.id for one in taxonomy.categories(connection, subject=VIDEO)]
        for number in range(count):
            own = np.flatnonzero(holds[number])
            words = " ".join(f"word{k}" for k in own if k % 3 == 2)
            new = NewItem(
                "video", f"/v/{number}.mp4", f"{number}.mp4", sha256=f"{number:064d}", meta={"title": f"clip {words}"}
            )
            [video] = items.add(connection, [new])
            labels[video] = [classes[k] for k in own]
            seen = random.normal(0, 1, (STEPS, dim)).astype(np.float32)
            for k in own[own % 3 == 0]:
                seen[random.permutation(STEPS)[: STEPS // 4]] += MARK * looks[k]
            heard = random.normal(0, 1, (STEPS, sound.dim)).astype(np.float32) + MARK * sounds[own[own % 3 == 1]].sum(
                axis=0
            )
            seen /= np.linalg.norm(seen, axis=1, keepdims=True)
            for modality, name, rows in ((FRAMES, frames, seen.astype(np.float16)), (SOUND, sound.fingerprint, heard)):
                each = Features(modality, name, "drawn", FeatureState.PRESENT, rows, times)
                video_features.record(connection, video, each, video_features.write(opened, each))
    video_labels.write_known(opened, labels, exclusive=False, actor="bench", note="drawn")
