"""Texts -> unit vectors, each text computed once.

A causal text tower reads nothing behind the end token, so the padding is cut off: 10 to 12 times faster and
exact. Towers that look both ways (MobileCLIP-S1, SigLIP) get the full length: there the padding matters.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import open_clip
import torch
from open_clip.transformer import TextTransformer, text_global_pool

from progress import Progress, silent

BATCH = 64
CACHED_TEXTS = 20_000

Vectors = npt.NDArray[np.float32]
Tokenizer = Callable[[list[str]], torch.Tensor]


class TextEncoder:
    """The text side of a model, with a bounded cache keyed by the text."""

    def __init__(self, model: torch.nn.Module, tokenizer: Tokenizer, device: torch.device) -> None:
        self._model = model
        self._tokenizer = tokenizer
        self._device = device
        self._tower = _causal_tower(model)
        self._cache: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def truncates(self) -> bool:
        """Whether the padding behind the end token is cut off."""
        return self._tower is not None

    def encode(self, texts: Sequence[str], progress: Progress = silent) -> Vectors:
        """float32 [n, d], rows of unit length, in the order of `texts`; `progress` is told of those that are computed."""
        with self._lock:
            known = {text: self._cache[text] for text in texts if text in self._cache}
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        if missing:
            known.update(zip(missing, self._compute(missing, progress), strict=True))
            self._remember(known)
        return np.stack([known[text] for text in texts])

    def _remember(self, vectors: dict[str, Vectors]) -> None:
        with self._lock:
            self._cache.update(vectors)
            while len(self._cache) > CACHED_TEXTS:
                self._cache.popitem(last=False)

    @torch.inference_mode()
    def _compute(self, texts: list[str], progress: Progress) -> Vectors:
        tokens = self._tokenizer(texts)
        lengths = tokens.argmax(dim=-1) + 1
        # Texts of like length share a batch, so that one long prompt does not stretch all others.
        order = torch.argsort(lengths) if self.truncates else torch.arange(len(texts))
        result: Vectors | None = None
        for start in range(0, len(texts), BATCH):
            chosen = order[start : start + BATCH]
            features = self._features(tokens[chosen].to(self._device), int(lengths[chosen].max()))
            unit = torch.nn.functional.normalize(features.float(), dim=-1).cpu().numpy()
            if result is None:
                result = np.empty((len(texts), unit.shape[1]), dtype=np.float32)
            result[chosen.numpy()] = unit
            progress(min(start + BATCH, len(texts)), len(texts), "Reading prompts")
        assert result is not None, "callers pass at least one text"
        return result

    def _features(self, tokens: torch.Tensor, length: int) -> torch.Tensor:
        if self._tower is None:
            features: torch.Tensor = self._model.encode_text(tokens)  # type: ignore[operator]
            return features
        tower, pool, end = self._tower, *_pooling(self._tower)
        tokens = tokens[:, :length]
        x = tower.token_embedding(tokens)  # [n, length, width]
        x = x + tower.positional_embedding[:length]
        x = tower.transformer(x, attn_mask=tower.attn_mask[:length, :length])
        x = text_global_pool(tower.ln_final(x), tokens, pool, eos_token_id=end)  # [n, width]
        projection = tower.text_projection
        if projection is None:
            projected = x
        else:
            projected = projection(x) if isinstance(projection, torch.nn.Linear) else x @ projection
        assert isinstance(projected, torch.Tensor)
        return projected


def _causal_tower(model: torch.nn.Module) -> Any:
    """The module whose sequence may be cut at the end token, or None.

    Only open_clip's own towers with a causal mask, pooled at the end token (the highest id), qualify.
    """
    tower: Any = getattr(model, "text", model)
    known = isinstance(tower, TextTransformer) or type(model) is open_clip.CLIP
    if not known or getattr(tower, "cls_emb", None) is not None:
        return None
    if getattr(tower, "attn_mask", None) is None or _pooling(tower)[0] != "argmax":
        return None
    return tower


def _pooling(tower: Any) -> tuple[str, int | None]:
    """Pool type and end token; `open_clip.CLIP` and `TextTransformer` name them differently."""
    if isinstance(tower, TextTransformer):
        return tower.pool_type, tower.eos_id
    return tower.text_pool_type, getattr(tower, "text_eos_id", None)
