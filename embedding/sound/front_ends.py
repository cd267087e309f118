"""From sound to what an audio model takes: the log-mel patches of YAMNet and VGGish."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np

from embedding.sound.mel import Floats, MelOptions, log_mel
from embedding.sound.sound_encoder import window_count


@dataclass(frozen=True)
class FrontEnd:
    """Patches of a log-mel spectrogram.

    Attributes:
        name: the model that was trained with it. frames: of a patch. hop: frames from one to the next.
    """

    name: str
    mel: MelOptions
    frames: int
    hop: int

    @property
    def hop_s(self) -> float:
        """Step from patch to patch in seconds."""
        return self.hop * self.mel.step / self.mel.rate

    @property
    def window_s(self) -> float:
        """Length of the sound in a patch in seconds."""
        return self.mel.samples(self.frames) / self.mel.rate

    @property
    def card(self) -> Mapping[str, str | int | float]:
        """Everything that decides a patch."""
        return {"front_end": self.name, "frames": self.frames, "hop_frames": self.hop, **asdict(self.mel)}

    def patches(self, samples: Floats) -> Floats:
        """Patches float32 [t, frames, bands] of mono sound float32 [n]; short ones are padded with silence."""
        window, hop = self.mel.samples(self.frames), self.hop * self.mel.step
        count = window_count(len(samples), window, hop)
        if not count:
            return np.empty((0, self.frames, self.mel.bands), np.float32)
        needed = (count - 1) * hop + window
        if len(samples) < needed:
            samples = np.pad(samples, (0, needed - len(samples)))
        rows = np.lib.stride_tricks.sliding_window_view(log_mel(samples[:needed], self.mel), self.frames, axis=0)
        return np.ascontiguousarray(rows[:: self.hop].transpose(0, 2, 1))


# Plakal and Ellis, "YAMNet", 2020 (tensorflow/models, research/audioset): patches of .96 s, half overlapping.
YAMNET = FrontEnd("yamnet", MelOptions(offset=1e-3), frames=96, hop=48)
# Hershey et al., "CNN architectures for large-scale audio classification", 2017: patches of .96 s side by side.
VGGISH = FrontEnd("vggish", MelOptions(offset=1e-2), frames=96, hop=96)
