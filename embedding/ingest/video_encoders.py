"""The encoders that a workspace uses for whole videos: its own for frames, one of sound by its settings."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from embedding.ingest.current_encoder import need_model, open_encoder
from embedding.sound import onnx_sound, sound_encoder, sound_names
from embedding.sound.sound_encoder import LOG_MEL, SoundEncoder
from embedding.sound.sound_names import SoundNames
from errors import EncoderError
from store.workspace import Workspace, change_settings, project_settings, writing

SETTING, MARK = "sound_encoder", "sound_fingerprint"  # of the project: which one, and what it was when it was chosen
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
    """Let the project use another encoder of sound from now on; features by others stay.

    Its fingerprint is kept beside it, so that whoever reads features loads no model.

    Raises:
        EncoderError: it cannot be used.
    """
    chosen = absolute(spec)
    stamp = _stamp(chosen)
    mark = {"stamp": stamp, "fingerprint": _fingerprint(chosen, stamp)}
    with writing(workspace) as connection:
        change_settings(connection, **{SETTING: chosen, MARK: mark})


def sound_fingerprint(workspace: Workspace) -> str:
    """The fingerprint of the encoder of sound that the project uses.

    A file that was touched since it was chosen is loaded once more; of one that is gone the features are still read.

    Raises:
        EncoderError: it cannot be used, and was chosen by an older version that kept no fingerprint.
    """
    with workspace.read() as connection:
        settings = project_settings(connection)
    spec, mark = str(settings.get(SETTING) or LOG_MEL), settings.get(MARK)
    stamp = _stamp(spec)
    if isinstance(mark, dict) and (not stamp or mark["stamp"] == stamp) and spec != LOG_MEL:
        return str(mark["fingerprint"])
    return _fingerprint(spec, stamp)


@dataclass(frozen=True)
class NamedSounds:
    """The sounds that the project's encoder of sound can name; None with the reason where it can name none."""

    sounds: SoundNames | None
    reason: str = ""


def named_sounds(workspace: Workspace) -> NamedSounds:
    """The sounds that the encoder of sound of a project can name; a model is read once for each state of its file and its list."""
    with workspace.read() as connection:
        spec = str(project_settings(connection).get(SETTING) or LOG_MEL)
    path = Path(spec.partition(":")[2] if spec.partition(":")[0] in onnx_sound.FRONT_ENDS else spec)
    lists = "" if spec == LOG_MEL else " ".join(_stamp(str(each)) for each in sound_names.list_files(path))
    return _named(spec, f"{_stamp(spec)} {lists}")


@lru_cache(maxsize=4)
def _named(spec: str, stamp: str) -> NamedSounds:  # noqa: ARG001
    try:
        return NamedSounds(sound_names.read(spec))
    except EncoderError as error:
        return NamedSounds(None, str(error))


@lru_cache(maxsize=16)
def _fingerprint(spec: str, stamp: str) -> str:  # noqa: ARG001
    """The fingerprint of an encoder; `stamp` says which state of its file is meant."""
    return sound_encoder.load(spec).fingerprint


def _stamp(spec: str) -> str:
    """Size and time of the file of an encoder, "" where there is none."""
    kind, colon, path = spec.partition(":")
    try:
        known = os.stat(path if colon and kind in onnx_sound.FRONT_ENDS else spec)
    except OSError:
        return ""
    return f"{known.st_size} {known.st_mtime_ns}"


def absolute(spec: str) -> str:
    """A spec of an encoder of sound that means the same file from any folder."""
    if spec == LOG_MEL:
        return spec
    kind, colon, path = spec.partition(":")
    is_named = bool(colon) and kind in onnx_sound.FRONT_ENDS
    return f"{kind}:{os.path.abspath(path)}" if is_named else os.path.abspath(spec)
