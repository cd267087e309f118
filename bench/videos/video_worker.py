"""`python -m bench.videos.video_worker MODE FILE THREADS`: one video in a process of its own, so that its memory can be read.

Modes: `decode` decodes and scales only; `full` goes from file to labelled segments. Prints one JSON line. CPU seconds of imports
and model load are reported apart from the work.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import cv2

from video.decoding.frames import DecodeOptions, decode

NAMES = ["nature", "animation_game", "document"]
TEXTS = ["nature", "a video game", "a document"]


def main() -> None:
    """Measure one run."""
    mode, path, threads = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    cv2.setNumThreads(threads)
    work = decoding(path, threads) if mode == "decode" else segmenting(path, threads)
    loaded, start = time.process_time(), time.perf_counter()
    frames = work()
    measured = {
        "frames": frames,
        "load_cpu_s": loaded,
        "cpu_s": time.process_time() - loaded,
        "wall_s": time.perf_counter() - start,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(measured))


def decoding(path: Path, threads: int) -> Callable[[], int]:
    """Decode and scale, as segmenting does, and nothing else."""
    return lambda: sum(1 for _ in decode(path, DecodeOptions(threads=threads)).frames)


def segmenting(path: Path, threads: int) -> Callable[[], int]:
    """Load the built-in model; the work is from file to segments."""
    # Imported here, so that the time and memory of torch are not in the other mode.
    from embedding.encoders import encoder
    from labeling.scoring import zero_shot
    from video.segmenting.analysis import AnalysisOptions, analyse
    from video.segmenting.segments import label

    model = encoder.load("built-in", threads=threads)
    texts = zero_shot.class_vectors([model.encode_text([text]) for text in TEXTS])
    classifier = zero_shot.classifier(range(len(NAMES)), texts, scale=model.logit_scale)
    options = AnalysisOptions(decoding=DecodeOptions(threads=threads))

    def work() -> int:
        analysis = analyse(path, model.encode_frames, options)
        label(analysis, classifier.probabilities, NAMES)
        return analysis.frames

    return work


if __name__ == "__main__":
    main()
