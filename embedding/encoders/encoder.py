"""One interface for whatever turns images and texts into comparable unit vectors.

The model behind it, and with it torch and open_clip, is imported when one is loaded: together that takes seconds, and most work
(ranking, training, exports) is done on stored vectors.
"""

from __future__ import annotations

from embedding.encoders.external_vectors import PREFIX, PrecomputedVectors
from embedding.encoders.interface import Encoder
from progress import Progress, silent


def load(spec: str, *, threads: int = 0, device: str | None = None, progress: Progress = silent) -> Encoder:
    """Load an encoder.

    Args:
        spec: `vectors:NAME`, or one of those that `embedding.encoders.loading` lists.
        threads: compute threads of torch; 0 leaves its own choice.
        device: torch device; None takes a GPU when there is one.
        progress: told of a download.

    Raises:
        EncoderError: it cannot be loaded; the message says what to do.
        CancelledError: `progress` stopped a download.
    """
    if spec.startswith(PREFIX):
        return PrecomputedVectors(spec)
    from embedding.encoders import clip

    return clip.load(spec, threads=threads, device=device, progress=progress)
