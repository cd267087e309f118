"""The sound of a file, streamed: mono at one rate, on the clock of its video, whatever tracks it has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import av.error
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet

from embedding.sound.sound_encoder import SoundBlock
from errors import CancelledError
from progress import Progress, silent
from reading import File
from video.decoding import source
from video.decoding.frame_reader import MAX_BAD_PACKETS, Bad
from video.decoding.sound_track import SoundState, SoundTrack


@dataclass
class SoundReading:
    """Sound as it is read: iterate `blocks`, then the rest is known.

    Attributes:
        blocks: in the order of their times; where one does not follow the one before, there is a gap.
        state: what there is to hear. start_s, end_s: time of the first and behind the last sample, on the clock.
        notes: what was wrong or chosen, in plain words.
    """

    blocks: Iterator[SoundBlock]
    state: SoundState = SoundState.ABSENT
    start_s: float = 0.0
    end_s: float = 0.0
    notes: list[str] = field(default_factory=list)


def read(path: File, rate: int = 16_000, progress: Progress = silent) -> SoundReading:
    """Start reading the sound of a file; memory does not grow with its length.

    Args:
        rate: samples a second to give.
        progress: called for each block with the seconds behind and 0 for those in all.

    Raises:
        InputError: while iterating, where the file cannot be opened (see `video.decoding.source.any_container`).
        CancelledError: while iterating, where `progress` stops it.
    """
    reading = SoundReading(iter(()))
    reading.blocks = _blocks(path, rate, progress, reading)
    return reading


def _blocks(path: File, rate: int, progress: Progress, reading: SoundReading) -> Iterator[SoundBlock]:
    with source.any_container(path) as container:
        stream = _stream(container, reading.notes)
        if stream is None:
            return
        track, bad = SoundTrack(source.origin_s(container), rate), Bad()
        reading.state = SoundState.UNREADABLE
        is_first = True
        for block in _placed(container, stream, track, bad):
            if is_first:
                reading.start_s, is_first = block.start_s, False
            reading.end_s, reading.state = block.start_s + len(block.samples) / rate, track.state
            try:
                progress(reading.end_s, 0.0)
            except CancelledError as error:
                raise CancelledError(f"Stopped. Nothing of the sound of {path.name} was kept.") from error
            yield block
        if bad.count:
            reading.notes.append(f"{bad.count} damaged parts of the sound were skipped.")
        if track.steps:
            reading.notes.append(f"The time stamps of the sound step at {track.steps} places; its clock goes on there.")


def _stream(container: InputContainer, notes: list[str]) -> AudioStream | None:
    """The track that a player would take, None without one."""
    tracks = [each for each in container.streams.audio if each.codec_context is not None]
    if not tracks:
        if container.streams.audio:
            notes.append("The sound is of a kind that cannot be decoded here.")
        return None
    default = [each for each in tracks if each.disposition & each.disposition.default]
    chosen = (default or tracks)[0]
    if len(container.streams.audio) > 1:
        number = list(container.streams.audio).index(chosen) + 1
        notes.append(f"The file has {len(container.streams.audio)} sound tracks; number {number} is used.")
    return chosen


def _placed(container: InputContainer, stream: AudioStream, track: SoundTrack, bad: Bad) -> Iterator[SoundBlock]:
    for packet in _packets(container, stream, bad):
        try:
            frames = packet.decode()
        except av.error.EOFError:
            break
        except av.error.FFmpegError:
            bad.count += 1
            continue
        for frame in frames:
            if isinstance(frame, AudioFrame):
                yield from track.take(frame)
    yield from track.finish()


def _packets(container: InputContainer, stream: AudioStream, bad: Bad) -> Iterator[Packet[AudioStream]]:
    """Packets in the order of the file, the empty one at the end too, until too much is damaged."""
    coming = container.demux(stream)
    while bad.count <= MAX_BAD_PACKETS:
        try:
            packet = next(coming, None)
        except (av.error.FFmpegError, IndexError):
            bad.count += 1
            coming = container.demux(stream)
            continue
        if packet is None:
            return
        yield packet
