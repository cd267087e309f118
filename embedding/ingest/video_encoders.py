"""The encoders that a workspace uses for whole videos: its own for frames, one of sound by its settings."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from embedding.ingest.current_encoder import need_model, open_encoder
from embedding.sound import onnx_sound, sound_encoder
from embedding.sound.sound_encoder import LOG_MEL, SoundEncoder
from store.workspace import Workspace, change_settings, project_settings, writing

SETTING = "sound_encoder"  # of the project
SAMPLING = "one frame a second, bars cropped, 1"  # counts up when sampling gives other frames
MOMENTS = "two frames a second, bars cropped, 1"
Embed = Callable[[list[npt.NDArray[np.uint8]]], npt.NDArray[np.float32]]


@dataclass(frozen=True)
class FrameEncoder:
    """The workspace's encoder as it looks at videos.

    Attributes:
        encoder_id: of its row. fingerprint: of encoder and sampling. moments: the same of two frames a second. embed: uint8 RGB pictures [h, w, 3] -> unit rows float32 [n, d].
    """

    encoder_id: int
    name: str
    fingerprint: str
    moments: str
    embed: Embed


def frames_fingerprint(encoder: str) -> str:
    """The fingerprint of features of frames, from that of the encoder of pictures."""
    return hashlib.sha256(f"{encoder} {SAMPLING}".encode()).hexdigest()


def moments_fingerprint(encoder: str) -> str:
    """The fingerprint of the moments by which fragments are looked up, from that of the encoder of pictures."""
    return hashlib.sha256(f"{encoder} {MOMENTS}".encode()).hexdigest()


def open_frames(workspace: Workspace) -> FrameEncoder:
    """The encoder of frames.

    Raises:
        EncoderError: there is none, or it cannot be used.
    """
    row, encoder = open_encoder(workspace)
    need_model(row)
    return FrameEncoder(
        row.id,
        encoder.name,
        frames_fingerprint(encoder.fingerprint),
        moments_fingerprint(encoder.fingerprint),
        encoder.encode_frames,
    )


def open_sound(workspace: Workspace, spec: str | None = None) -> SoundEncoder:
    """The encoder of sound that the project uses, or another one.

    Raises:
        EncoderError: it cannot be used.
    """
    if spec is not None:
        return sound_encoder.load(absolute(spec))
    with workspace.read() as connection:
        return sound_encoder.load(str(project_settings(connection).get(SETTING) or LOG_MEL))


def use_sound(workspace: Workspace, spec: str) -> None:
    """Let the project use another encoder of sound from now on; features by others stay."""
    with writing(workspace) as connection:
        change_settings(connection, **{SETTING: absolute(spec)})


def absolute(spec: str) -> str:
    """A spec of an encoder of sound that means the same file from any folder."""
    if spec == LOG_MEL:
        return spec
    kind, colon, path = spec.partition(":")
    is_named = bool(colon) and kind in onnx_sound.FRONT_ENDS
    return f"{kind}:{os.path.abspath(path)}" if is_named else os.path.abspath(spec)
