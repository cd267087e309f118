"""Videos composed from real pictures, sounds and titles, with what is seen, heard and told in each.

Of each video: one long scene of twelve pictures of one source, in 60 % a brief one of one or two of another; a sound of ten kinds, 15 % are
silent; a headline of ten classes, 20 % have none. Tags: what is seen (15), heard (10), told (10), and 8 that join two of them: the kind of
the long scene with a living sound, and with a headline of a light class. What nobody can see, hear or read is not a tag.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bench.whole_videos.material import Pool
from labeling.scoring.multilabel import Tri
from training.videos.video_head import VideoMaterial
from training.videos.video_set import FRAMES, SOUND, TITLE, Floats, VideoSet, modality

LONG, BRIEF_SHARE, SILENT_SHARE, UNTITLED_SHARE = 12, 0.6, 0.15, 0.2
LIVING = {"baby_cry", "dog_bark", "person_sneeze", "rooster"}
LIGHT = {"entertainment", "game", "sports", "education", "society"}
SCENES = {
    "game": ("game_atari", "game_pcfx", "raylib"),
    "document": ("slide", "sroie_receipt", "ui_screenshot"),
    "nature": ("intel150_forest", "intel150_glacier", "intel150_mountain", "intel150_sea", "sun_sky"),
    "town": ("clothing", "intel150_buildings", "intel150_street", "sun_kitchen"),
}
COMPOSED = "every video is composed of pictures, sounds and titles; none is real"


@dataclass(frozen=True)
class Pools:
    """Material by modality."""

    pictures: Pool
    sounds: Pool
    titles: Pool

    @property
    def tags(self) -> list[str]:
        """Names of the tags, in the order of the columns."""
        seen = [f"seen {name}" for name in self.pictures.names]
        heard = [f"heard {name}" for name in self.sounds.names]
        topics = [f"told {name}" for name in self.titles.names]
        return [
            *seen,
            *heard,
            *topics,
            *(f"joint {kind} and {what}" for kind in SCENES for what in ("living sound", "light title")),
        ]


def compose(pools: Pools, count: int, seed: int, *, test: bool) -> VideoMaterial:
    """So many videos with every tag known; test videos share no picture, clip or title with the others."""
    random = np.random.default_rng([seed, int(test)])
    frames: list[Floats] = []
    sounds: list[Floats] = []
    titles: list[Floats] = []
    texts: list[str] = []
    tags = pools.tags
    truth: Tri = np.zeros((count, len(tags)), np.int8)
    for k in range(count):
        facts, parts, text = _video(pools, random, test)
        texts.append(text)
        for rows, part in zip((frames, sounds, titles), parts, strict=True):
            rows.append(part)
        truth[k, [tags.index(fact) for fact in facts]] = 1
    videos = VideoSet(
        {
            FRAMES: modality(
                frames, [np.arange(len(part), dtype=np.float64) for part in frames], dim=frames[0].shape[1]
            ),
            SOUND: modality(
                sounds,
                [np.asarray(0.48 * np.arange(len(part)), np.float64) for part in sounds],
                dim=pools.sounds.rows[0].shape[1],
            ),
            TITLE: modality(titles, dim=pools.titles.rows[0].shape[1]),
        },
        tuple(texts) if pools.titles.texts else None,
    )
    return VideoMaterial(videos, truth, np.arange(count, dtype=np.int64), seed=seed)


def _video(
    pools: Pools, random: np.random.Generator, test: bool
) -> tuple[set[str], tuple[Floats, Floats, Floats], str]:
    """(tags, rows of frames, sound and title, title as text) of one video."""
    pictures, halves = pools.pictures, (1,) if test else (0,)
    long, brief = random.permutation(len(pictures.names))[:2]
    drawn = random.permutation(pictures.of(int(long), halves))[:LONG].tolist()
    facts = {f"seen {pictures.names[long]}"}
    if random.random() < BRIEF_SHARE:
        few = random.permutation(pictures.of(int(brief), halves))[: int(random.integers(1, 3))].tolist()
        place = int(random.integers(len(drawn) + 1))
        drawn[place:place] = few
        facts.add(f"seen {pictures.names[brief]}")
    kind = next(name for name, sources in SCENES.items() if pictures.names[long] in sources)
    frames = np.concatenate([pictures.rows[k] for k in drawn])
    sound = np.empty((0, pools.sounds.rows[0].shape[1]), np.float32)
    if random.random() >= SILENT_SHARE:
        heard = int(random.integers(len(pools.sounds.names)))
        sound = pools.sounds.rows[int(random.choice(pools.sounds.of(heard, (3,) if test else (1, 2))))]
        facts.add(f"heard {pools.sounds.names[heard]}")
        facts |= {f"joint {kind} and living sound"} if pools.sounds.names[heard] in LIVING else set()
    title, text = np.empty((0, pools.titles.rows[0].shape[1]), np.float32), ""
    if random.random() >= UNTITLED_SHARE:
        topic = int(random.integers(len(pools.titles.names)))
        piece = int(random.choice(pools.titles.of(topic, halves)))
        title, text = pools.titles.rows[piece], pools.titles.texts[piece] if pools.titles.texts else ""
        facts.add(f"told {pools.titles.names[topic]}")
        facts |= {f"joint {kind} and light title"} if pools.titles.names[topic] in LIGHT else set()
    return facts, (frames, sound, title), text
