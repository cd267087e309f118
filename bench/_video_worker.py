"""`python -m bench._video_worker MODE FILE THREADS`: one video in a process of its own, so that its memory can be read.

Modes: `decode` decodes and scales only; `full` goes from file to labelled segments. Prints one JSON line.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path


def main() -> None:
    """Measure one run; CPU seconds of imports and model load are reported apart from the work."""
    mode, path, threads = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    import cv2

    cv2.setNumThreads(threads)
    if mode == "decode":
        from video.decode import DecodeOptions, decode

        loaded, wall = time.process_time(), time.perf_counter()
        frames = sum(1 for _ in decode(path, DecodeOptions(threads=threads)).frames)
    else:
        from embedding import encoder
        from labeling import zero_shot  # noqa: F401  (its import is part of what a user waits for)
        from video.analysis import AnalysisOptions, analyse
        from video.decode import DecodeOptions
        from video.segment import label

        model = encoder.load("built-in", threads=threads)
        classes = model.encode_text(["nature", "a video game", "a document"])

        def score(vectors):  # type: ignore[no-untyped-def]
            import numpy as np

            odds = np.exp(model.logit_scale * (vectors @ classes.T))
            return odds / odds.sum(axis=1, keepdims=True)

        loaded, wall = time.process_time(), time.perf_counter()
        analysis = analyse(path, model.encode_frames, AnalysisOptions(decoding=DecodeOptions(threads=threads)))
        label(analysis, score, ["nature", "animation_game", "document"])
        frames = analysis.frames
    print(
        json.dumps(
            {
                "frames": frames,
                "load_cpu_s": loaded,
                "cpu_s": time.process_time() - loaded,
                "wall_s": time.perf_counter() - wall,
                "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            }
        )
    )


if __name__ == "__main__":
    main()
