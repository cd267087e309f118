"""Clips of five seconds against ten reference videos: re-encoded, rescaled, brighter copies, and clips from none of them.

References and strangers are composed from different pictures of `scene3`, which must lie below the data folder. Ours is the
time-offset vote of `video.segmenting.programme`; beside it the mean vector of each video. The threshold was chosen on the tuning seed,
which `--long` reports too.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from bench.harness import Figures, Options
from bench.videos.composition import picture_show
from bench.videos.film_parts import SIZE
from embedding.encoders import encoder
from video.decoding.frames import DecodeOptions, Picture, decode
from video.decoding.letterbox import crop
from video.segmenting.analysis import Embed
from video.segmenting.programme import MatchOptions, References

REFERENCES = 10
STRANGERS = 5
CLIP_S = 5.0
STEP_S = 4.0
SEED = 500
TUNING_SEED = 900

Samples = tuple[NDArray[np.float64], NDArray[np.float32]]


def run(options: Options) -> Figures:
    """Recall@1 of ours and of mean vectors over all clips, and the share of strangers' clips that get a match."""
    figures = measure(options, SEED)
    if options.long:
        figures |= {f"tuning_{name}": value for name, value in measure(options, TUNING_SEED).items()}
    return figures


def measure(options: Options, seed: int) -> Figures:
    """The figures of one seed."""
    data = options.need("scene3").parent
    model = encoder.load("built-in", threads=options.threads)
    count = 4 if options.quick else REFERENCES
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        films = [picture_show(data, seed + k, folder, k, REFERENCES + STRANGERS) for k in range(count)]
        strangers = [
            picture_show(data, seed + 100 + k, folder, REFERENCES + k, REFERENCES + STRANGERS) for k in range(STRANGERS)
        ]
        known = [_samples(film, model.encode_frames, options.threads) for film in films]
        copies = [_samples(_copy(film, k), model.encode_frames, options.threads) for k, film in enumerate(films)]
        others = [_samples(film, model.encode_frames, options.threads) for film in strangers]
    videos = np.concatenate([np.full(len(times), k) for k, (times, _) in enumerate(known)])
    vectors = np.concatenate([rows for _, rows in known])
    references = References(videos, np.concatenate([times for times, _ in known]), vectors)
    best = [(k, start, references.best(*clip)) for k, copy in enumerate(copies) for start, clip in _clips(copy)]
    pooled = [
        (k, pooled_match(videos, vectors, clip[1])[0]) for k, copy in enumerate(copies) for _, clip in _clips(copy)
    ]
    strange = [references.best(*clip).score for copy in others for _, clip in _clips(copy)]
    least = MatchOptions.least
    right = [m.video == k and m.score >= least for k, _, m in best]
    near = [abs(m.offset_s - start) <= 1.0 for (_, start, m), ok in zip(best, right, strict=True) if ok]
    return {
        "clips": len(best),
        "stranger_clips": len(strange),
        "recall_1": float(np.mean(right)),
        "recall_1_pooled": float(np.mean([video == k for k, video in pooled])),
        "recall_1_without_threshold": float(np.mean([m.video == k for k, _, m in best])),
        "right_time": float(np.mean(near)) if near else 0.0,
        "false_match": float(np.mean([score >= least for score in strange])),
        "score_of_copies_p5": float(np.quantile([m.score for _, _, m in best], 0.05)),
        "score_of_strangers_p95": float(np.quantile(strange, 0.95)),
    }


def _samples(path: Path, embed: Embed, threads: int) -> Samples:
    taken = [
        (f.time_s, crop(f.sample)) for f in decode(path, DecodeOptions(threads=threads)).frames if f.sample is not None
    ]
    return np.array([t for t, _ in taken]), embed([picture for _, picture in taken])


def _clips(samples: Samples) -> list[tuple[float, Samples]]:
    """Clips of five seconds, with the time they start at."""
    times, vectors = samples
    clips = []
    for start in np.arange(0.2, times[-1] - CLIP_S, STEP_S):
        inside = (times >= start) & (times < start + CLIP_S)
        clips.append((float(start), (times[inside] - start, vectors[inside])))
    return clips


def _copy(film: Path, number: int) -> Path:
    """The film at half the size, brighter or darker, strongly compressed, and a little later."""
    path = film.with_name(f"copy_{film.name}")
    width, height = SIZE[0] // 2, SIZE[1] // 2
    shift = 25 if number % 2 == 0 else -25
    with av.open(str(film)) as source, av.open(str(path), "w") as output:
        stream = output.add_stream("libx264", rate=25, options={"preset": "superfast", "crf": "34"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for frame in source.decode(video=0):
            picture: Picture = np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)
            small = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA).astype(np.int16) + shift
            output.mux(
                stream.encode(av.VideoFrame.from_ndarray(np.clip(small, 0, 255).astype(np.uint8), format="rgb24"))
            )
        output.mux(stream.encode(None))
    return path


def pooled_match(
    videos: NDArray[np.int64], vectors: NDArray[np.float32], clip: NDArray[np.float32]
) -> tuple[int, float]:
    """The plain way to compare with: (video, cosine) of the mean vectors."""
    numbers = np.unique(videos)
    means = np.stack([vectors[videos == number].mean(axis=0) for number in numbers])
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    query = clip.mean(axis=0)
    cosines = means @ (query / np.linalg.norm(query))
    return int(numbers[int(cosines.argmax())]), float(cosines.max())
