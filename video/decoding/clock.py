"""The clock of a video: the container's own presentation times, as a player shows them.

Zero is the container's zero, which a browser's `currentTime` counts from: a picture that starts two seconds after the sound
starts at 2. Streams that begin before zero are moved up to it, as browsers do. Transport streams and other formats that count
from anywhere, and that no browser plays, start at their first picture or sound.

Where stamps step back, as in recordings that were joined, the clock goes on from the picture before. A step ahead is kept,
since a player waits there too; only a senseless one is closed.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from av.packet import Packet
from av.video.stream import VideoStream

from video.decoding.source import VideoInfo

# A step back of less is the carelessness of some muxers, not another recording.
BACK_S = 0.5
# A longer step ahead is another recording: in a format that counts from anywhere, and in one that browsers play.
AHEAD_S, AHEAD_PLAYED_S = 60.0, 24 * 3600.0
APART_S = 10.0
# Frames that are further apart leave a hole that is worth a word; more where pictures may rightly stand still.
HOLE_S, HOLE_PLAYED_S, HOLE_FRAMES = 1.0, 5.0, 20


@dataclass(frozen=True)
class Join:
    """Where the time stamps step and the clock does not.

    Attributes:
        time_s: on the clock, of the first picture behind it.
        step_s: what the stamps step by, in seconds; below 0 is back.
        offset: what is added to stamps behind it, in ticks of the stream.
        pos: where its first packet lies in the file, in bytes; None where the format does not say.
    """

    time_s: float
    step_s: float
    offset: int
    pos: int | None


@dataclass(frozen=True)
class Break:
    """Where a video does not go on from frame to frame: a shot ends there.

    Attributes:
        frame: the first one behind it.
        time_s: its time on the clock.
        step_s: below 0: the stamps step back by so much, and the clock goes on. Above: no picture came for so long; or, where
            `closed`, they step ahead by so much and the clock goes on.
        closed: whether the clock goes on as if nothing was between.
    """

    frame: int
    time_s: float
    step_s: float
    closed: bool


class Stamps:
    """Brings the stamps of a stream's packets, in the order of the file, onto the clock.

    Args:
        offset: what is added to the first stamps, in ticks.
    """

    def __init__(self, stream: VideoStream, info: VideoInfo, offset: int = 0) -> None:
        self.joins: list[Join] = []
        base = stream.time_base or Fraction(1, 1_000_000)
        self._base, self._info, self._offset = base, info, offset
        self._nominal = max(1, round(1 / info.fps / base))
        self._back, self._apart = -round(BACK_S / base), round(APART_S / base)
        self._ahead = round((AHEAD_PLAYED_S if info.played else AHEAD_S) / base)
        self._last: int | None = None
        self._shown: int | None = None  # the latest presentation stamp so far
        self._length = self._nominal

    def settle(self, packet: Packet[VideoStream]) -> None:
        """Rewrite a packet's stamps, still counted in ticks from the container's own zero."""
        stamp = packet.dts if packet.dts is not None else packet.pts
        if stamp is None:
            return
        if self._last is not None and not self._back <= stamp + self._offset - self._last <= self._ahead:
            self._join(packet, stamp)
        self._last = stamp + self._offset
        if packet.pts is not None and packet.dts is not None and abs(packet.pts - packet.dts) > self._apart:
            packet.pts = packet.dts  # damage: no format reorders pictures over so long
        self._length = packet.duration if packet.duration and packet.duration < self._ahead else self._nominal
        if self._offset:
            if packet.pts is not None:
                packet.pts += self._offset
            if packet.dts is not None:
                packet.dts += self._offset
        if packet.pts is not None:
            self._shown = packet.pts if self._shown is None else max(self._shown, packet.pts)

    def _join(self, packet: Packet[VideoStream], stamp: int) -> None:
        """Let the clock go on: what a packet shows follows what was shown last."""
        assert self._last is not None
        step = stamp + self._offset - self._last - self._length
        if packet.pts is None or self._shown is None:
            self._offset -= step
            shown = stamp + self._offset
        else:
            shown = self._shown + self._length
            self._offset = shown - packet.pts
        self.joins.append(Join(self.seconds(shown), float(step * self._base), self._offset, packet.pos))

    def seconds(self, ticks: int) -> float:
        """Time on the clock of settled ticks."""
        return float(ticks * self._base) - self._info.origin_s


class Clock:
    """Times of decoded pictures: strictly ascending, with the places where the video does not go on."""

    def __init__(self, stamps: Stamps, info: VideoInfo) -> None:
        self._stamps, self._info = stamps, info
        self._nominal_s = 1 / info.fps
        self._hole_s = max(HOLE_PLAYED_S if info.played else HOLE_S, HOLE_FRAMES * self._nominal_s)
        self._last_s: float | None = None
        self._joins = 0

    def read(self, stamp_s: float | None, index: int) -> tuple[float, Break | None]:
        """(time in seconds, the break before this picture) of the next one.

        Args:
            stamp_s: its presentation time in seconds, settled; None where there is none.
            index: of the frame.
        """
        last = self._last_s
        if last is None:
            now = max(0.0, stamp_s - self._info.origin_s) if stamp_s is not None else 0.0
        else:
            now = last + self._nominal_s if stamp_s is None else max(stamp_s - self._info.origin_s, last + 1e-3)
        self._last_s = now
        jump = None
        while self._joins < len(self._stamps.joins) and self._stamps.joins[self._joins].time_s <= now + 1e-6:
            jump = Break(index, now, self._stamps.joins[self._joins].step_s, closed=True)
            self._joins += 1
        if jump is None and last is not None and now - last > self._hole_s:
            jump = Break(index, now, now - last, closed=False)
        return now, jump if index else None


def described(breaks: list[Break], shown: int = 3) -> list[str]:
    """The breaks in plain words, the first few one by one."""
    notes = [_one(each) for each in breaks[:shown]]
    if len(breaks) > shown:
        notes.append(f"So it is at {len(breaks) - shown} more places.")
    return notes


def _one(jump: Break) -> str:
    at = clock(jump.time_s)
    if not jump.closed:
        return (
            f"From {clock(jump.time_s - jump.step_s)} to {at} no new picture comes ({jump.step_s:.1f} s): "
            "a new shot begins behind it."
        )
    way = "back" if jump.step_s < 0 else "ahead"
    return (
        f"At {at} the file's time stamps jump {way} by {abs(jump.step_s):.1f} s, as where recordings were joined: "
        "a new shot begins there, and the times shown go on."
    )


def clock(seconds: float) -> str:
    """m:ss.s, as the page writes times."""
    tenths = round(seconds * 10)
    minutes, rest = divmod(tenths, 600)
    return f"{minutes}:{rest // 10:02d}.{rest % 10}"
