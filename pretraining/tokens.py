"""A trimmed BPE vocabulary that open_clip's own `SimpleTokenizer` can read.

CLIP's first 1,000 merges are kept, and every merge that a caption word needs, in CLIP's order, so that these words
segment as in CLIP. Chinese characters get merges of their own. `SimpleTokenizer` skips the first line and takes the
rest, so the file must not end in a newline: an empty merge would shift the special tokens by one.
"""

from __future__ import annotations

import gzip
import re
from pathlib import Path

from open_clip.tokenizer import SimpleTokenizer, bytes_to_unicode, default_bpe, get_pairs

FIRST_MERGES = 1000
Merge = tuple[str, str]


def _used_merges(tokenizer: SimpleTokenizer, word: str) -> set[Merge]:
    """The merges that the full vocabulary applies to one word."""
    parts = [tokenizer.byte_encoder[b] for b in word.encode()]
    symbols = (*parts[:-1], parts[-1] + "</w>")
    used: set[Merge] = set()
    while len(symbols) > 1:
        pair = min(get_pairs(symbols), key=lambda item: tokenizer.bpe_ranks.get(item, float("inf")))
        if pair not in tokenizer.bpe_ranks:
            break
        used.add(pair)
        joined: list[str] = []
        for symbol in symbols:
            if joined and (joined[-1], symbol) == pair:
                joined[-1] += symbol
            else:
                joined.append(symbol)
        symbols = tuple(joined)
    return used


def _han_merges(characters: set[str]) -> list[Merge]:
    table, merges = bytes_to_unicode(), []
    for character in sorted(characters):
        a, b, c = (table[byte] for byte in character.encode())
        merges += [(a, b), (a + b, c), (a + b, c + "</w>")]
    return list(dict.fromkeys(merges))


def write_vocabulary(path: Path, texts: list[str]) -> int:
    """Write the merges that these texts need.

    Returns:
        The number of ids, the two special ones included.
    """
    full = SimpleTokenizer()
    lines = gzip.decompress(Path(default_bpe()).read_bytes()).decode().split("\n")
    order = [tuple(line.split()) for line in lines[1 : 49152 - 256 - 2 + 1]]
    text = " ".join(texts).lower()
    wanted = set(order[:FIRST_MERGES])
    for word in set(re.findall(r"[a-z]+", text)):
        wanted |= _used_merges(full, word)
    kept = [merge for merge in order if merge in wanted]
    kept += _han_merges(set(re.findall(r"[\u4e00-\u9fff]", text)))
    body = "\n".join(["#version: trimmed", *(" ".join(merge) for merge in kept)])
    path.write_bytes(gzip.compress(body.encode(), mtime=0))
    return 512 + len(kept) + 2


def tokenizer(folder: Path, context_length: int) -> SimpleTokenizer:
    """The tokenizer of a model folder that holds `bpe.txt.gz`."""
    return SimpleTokenizer(bpe_path=str((folder / "bpe.txt.gz").resolve()), context_length=context_length)
