"""The frames of a clip, put together from its drawn pictures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from PIL import Image

from scenery.clips import sounds
from scenery.clips.plan import FADE_S, FPS, HELD, MOUTHS, OPENING_S, SIZE, Clip, Programme, Take
from scenery.flat.gameplay import alive
from scenery.flat.overlays import letterbox
from scenery.flat.sheet import Sheet

Picture = Image.Image
NEAREST = 0.8
"""Share of a still that is seen when the camera has come near it."""


def picture_path(folder: Path, clip: str, take: int, picture: int) -> Path:
    """Where a drawn picture of a clip lies."""
    return folder / f"{clip}-{take:02d}-{picture:03d}.png"


def card_path(folder: Path, programme: Programme) -> Path:
    """Where the card of a programme lies."""
    return folder / f"card-{programme.mark}.png"


def frames(folder: Path, clip: Clip, clips: Mapping[str, Clip]) -> Iterator[Picture]:
    """All frames of a clip.

    Raises:
        FileNotFoundError: a picture of it was not drawn yet.
    """
    for picture in _bare(folder, clip, clips):
        if clip.look == "letterbox":
            yield letterbox(picture.copy(), 0.13)
        elif clip.look == "logo" and clip.programme is not None:
            yield marked(picture, clip.programme)
        else:
            yield picture


def _bare(folder: Path, clip: Clip, clips: Mapping[str, Clip]) -> Iterator[Picture]:
    last: Picture | None = None
    if clip.programme is not None:
        whole = _open(card_path(folder, clip.programme))
        for frame in range(round(OPENING_S * FPS)):
            yield opening(whole, clip.programme, frame / (OPENING_S * FPS))
    for number, take in enumerate(clip.takes):
        before, fade = last, round(FADE_S * FPS)
        for frame, shown in enumerate(_taken(folder, clip, number, before, clips)):
            last = shown
            if take.fade and before is not None and frame < fade:
                last = Image.blend(before, shown, (frame + 1) / (fade + 1))
            yield last


def _taken(
    folder: Path, clip: Clip, number: int, before: Picture | None, clips: Mapping[str, Clip]
) -> Iterator[Picture]:
    take = clip.takes[number]
    if take.clip:
        first = round(take.start * FPS)
        yield from list(_bare(folder, clips[take.clip], clips))[first : first + take.frames]
        return
    drawn = [_open(picture_path(folder, clip.name, number, k)) for k in range(take.drawn)]
    if take.motion == "dolly":
        yield from (drawn[frame // HELD] for frame in range(take.frames))
    elif take.motion == "talk":
        yield from (drawn[mouth] for mouth in mouths(clip, take))
    else:
        for frame in range(take.frames):
            share = frame / max(1, take.frames - 1)
            yield _moved(drawn[0], take, share, before)


def _open(path: Path) -> Picture:
    with Image.open(path) as picture:
        return picture.convert("RGB")


def _moved(still: Picture, take: Take, share: float, before: Picture | None) -> Picture:
    wide, high = SIZE
    if take.motion == "pan":
        over, down = still.width - wide, (still.height - high) / 2
        left = over * (share if take.seed % 2 else 1 - share)
        return still.transform(SIZE, Image.Transform.AFFINE, (1, 0, left, 0, 1, down), Image.Resampling.BICUBIC)
    if take.motion == "zoom":
        part = 1 - (1 - NEAREST) * share
        scale = part * still.width / wide
        left, top = still.width * (1 - part) / 2, still.height * (1 - part) / 2
        return still.transform(SIZE, Image.Transform.AFFINE, (scale, 0, left, 0, scale, top), Image.Resampling.BICUBIC)
    if take.motion == "turn" and before is not None:
        return turned(before, still, min(1.0, share * take.seconds / FADE_S))
    if take.motion == "type":
        return typed(still, share)
    if take.motion == "play":
        return alive(still, take.kind, take.seed, share * take.seconds)
    return still


def turned(before: Picture, after: Picture, share: float) -> Picture:
    """A page that slides over the one before, from the right, with a shadow at its edge."""
    if share >= 1:
        return after
    left = round(before.width * (1 - share))
    picture = before.copy()
    shadow = picture.crop((max(0, left - 12), 0, left, before.height)).point(lambda tone: tone * 0.6)
    picture.paste(shadow, (max(0, left - 12), 0))
    picture.paste(after, (left, 0))
    return picture


def typed(still: Picture, share: float) -> Picture:
    """A screen that is written from top to bottom: what is not written yet has the colour of the ground."""
    picture = still.copy()
    top = round(still.height * (0.25 + 0.75 * share))
    pixels, counts = np.unique(np.asarray(still).reshape(-1, 3), axis=0, return_counts=True)
    red, green, blue = map(int, pixels[counts.argmax()])
    picture.paste((red, green, blue), (0, top, still.width, still.height))
    return picture


def mouths(clip: Clip, take: Take) -> list[int]:
    """Which of `MOUTHS` each frame of a talking figure shows, after the voice of the clip."""
    step = sounds.RATE // FPS
    n = int(clip.seconds * sounds.RATE)
    loud = sounds.loudness(sounds.chance(clip.name, "speech"), n)
    first = round((OPENING_S if clip.programme else 0.0) * FPS)
    for each in clip.takes[: clip.takes.index(take)]:
        first += each.frames
    means = [float(loud[k * step : (k + 1) * step].mean()) for k in range(first, first + take.frames)]
    widest = sorted(range(len(MOUTHS)), key=MOUTHS.__getitem__)
    return [widest[0 if mean < 0.2 else 1 if mean < 0.5 else 2] for mean in means]


def card(programme: Programme) -> Picture:
    """What a programme opens with, whole: its mark above its names. The Chinese one needs a font that has it."""
    wide, high = SIZE
    sheet = Sheet(wide, high, programme.ground)
    sheet.disc(wide / 2, high * 0.34, high * 0.2, programme.ink)
    sheet.text(wide / 2, high * 0.34, programme.mark, 17, programme.ground, "heavy", "mm")
    sheet.text(wide / 2, high * 0.69, programme.name, 13, programme.ink, "bold", "mm")
    sheet.chinese = True
    sheet.text(wide / 2, high * 0.84, programme.chinese, 11, programme.ink, anchor="mm")
    return sheet.image


def opening(whole: Picture, programme: Programme, share: float) -> Picture:
    """A frame of a programme's opening: its card rises from below, and a line grows."""
    wide, high = SIZE
    sheet = Sheet(wide, high, programme.ground)
    sheet.image.paste(whole, (0, round(high * 0.5 * (1 - min(1.0, share * 3)))))
    sheet.box(0, high * 0.94, wide * share, high * 0.06, programme.ink)
    return sheet.image


def marked(picture: Picture, programme: Programme) -> Picture:
    """A frame with the mark of its programme in the corner."""
    sheet = Sheet(*SIZE)
    sheet.image.paste(picture)
    sheet.disc(SIZE[0] - 16, SIZE[1] - 16, 11, programme.ground)
    sheet.text(SIZE[0] - 16, SIZE[1] - 16, programme.mark, 7, programme.ink, "heavy", "mm")
    return sheet.image


def soundtrack(clip: Clip, frames: int) -> sounds.Samples | None:
    """The sound of a clip of so many frames, float32 at `sounds.RATE`; None for a file without a stream of it."""
    n = frames * sounds.RATE // FPS
    if clip.sound == ("none",):
        return None
    if clip.sound == ("silent",):
        return np.zeros(n, np.float32)
    heard = sounds.mixed(clip.sound, clip.name, n)
    if clip.programme is not None:
        size = round(OPENING_S * sounds.RATE)
        heard[:size] *= 0.15
        heard[:size] += sounds.jingle(sounds.chance(clip.programme.name), size)
    return np.asarray(np.clip(heard, -1, 1), np.float32)
