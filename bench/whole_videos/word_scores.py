"""What the words of tags say of composed videos beside what the frames say: names of sounds, and words against titles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml

from bench.harness import Figures, Options
from bench.whole_videos.compositions import Pools
from embedding.sound import sound_names
from embedding.titles import title_encoder
from training.videos.open_words import text_scores
from training.videos.open_words.tag_texts import TagTexts, zero_shot_logits
from training.videos.open_words.text_scores import TextScores, TitleWords
from training.videos.video_head import VideoMaterial
from training.videos.video_metrics import average_precisions
from training.videos.video_set import FRAMES, SOUND, TITLE, VideoSet

TEXTS = Path(__file__).with_name("open_tags.yaml")
GROUPS = ("seen", "heard", "told", "joint")


@dataclass(frozen=True)
class Words:
    """The words of the tags of composed videos. columns: of each tag the sounds of the audio model that it stands for."""

    titles: TitleWords
    sounds: sound_names.SoundNames | None
    columns: list[list[int]]

    def scores(self, texts: TagTexts, videos: VideoSet) -> TextScores:
        """Scores of the tags by frames, sound (where an audio model is given) and title."""
        assert videos.texts is not None, "composed with their titles"
        parts = {FRAMES: zero_shot_logits(texts, videos)}
        sound = videos.modalities[SOUND]
        if self.sounds is not None:
            logits = np.zeros((len(sound.rows), len(self.columns)), np.float32)
            for k, some in enumerate(self.columns):
                if some:
                    logits[:, k] = self.sounds.logits(sound.rows, some).max(axis=1)
            parts[SOUND] = text_scores.heard(logits, sound, np.array([bool(some) for some in self.columns]))
        parts[TITLE] = self.titles.raised(videos.modalities[TITLE], videos.texts)
        return TextScores(parts)


def read(pools: Pools, options: Options) -> Words:
    """The words of all tags: a name, and what the list of texts says of titles and sounds."""
    known = yaml.safe_load(TEXTS.read_text(encoding="utf-8"))
    names = [tag.split(" ", 1)[1].replace("_", " ") for tag in pools.tags]
    bare = [name.replace(" ", "_") for name in names]
    own = [[name, *known["titles"].get(key, [])] for name, key in zip(names, bare, strict=True)]
    titles = tuple(text for text in pools.titles.texts if text)
    encoder = title_encoder.fit(titles)
    sounds = sound_names.read(options.sound) if options.sound else None
    heard = [known["sounds"].get(key, [name]) for name, key in zip(names, bare, strict=True)]
    columns = [[] if sounds is None else sound_names.matching(some, sounds.names) for some in heard]
    return Words(text_scores.title_words(own, titles, encoder), sounds, columns)


def figures(tags: Sequence[str], each: Sequence[tuple[TextScores, VideoMaterial]]) -> Figures:
    """Macro mAP of each group of tags by frames alone, and by all words; means over the seeds."""
    out: Figures = {}
    for group in GROUPS:
        chosen = [k for k, tag in enumerate(tags) if tag.startswith(group)]
        for name, scored in (
            ("frames", [scores.parts[FRAMES] for scores, _ in each]),
            ("words", [scores.total for scores, _ in each]),
        ):
            known = [
                average_precisions(logits, test.truth)[chosen] for logits, (_, test) in zip(scored, each, strict=True)
            ]
            out[f"{name}_{group}"] = float(np.nanmean(np.stack(known)))
    return out
