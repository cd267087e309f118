"""A small film of a video, to lie inside a page that is mailed: H.264 without sound, on the same clock as the segments."""

from __future__ import annotations

import io
from fractions import Fraction

import av
from av.error import FFmpegError
from av.video.stream import VideoStream

from errors import InputError
from reading import File
from video.decoding.frames import DecodeOptions, Picture, decode

MAX_S = 180.0  # longer than this the film would be too large to be mailed, and somebody would wait too long for it
PICTURES_PER_S = 12
SIDE = 240  # shorter side, in pixels
CLOCK = Fraction(1, 1000)
ENCODING = {"preset": "veryfast", "crf": "29"}


def small_film(path: File) -> bytes:
    """Encode a small MP4 of a video.

    Raises:
        InputError: it is longer than `MAX_S`, cannot be decoded, or this build of FFmpeg has no H.264 encoder.
    """
    decoding = decode(path, DecodeOptions(small_side=16, sample_side=SIDE, samples_per_s=PICTURES_PER_S))
    target = io.BytesIO()
    try:
        with av.open(target, "w", format="mp4") as container:
            stream: VideoStream | None = None
            for frame in decoding.frames:
                if max(frame.time_s, decoding.info.duration_s) > MAX_S:
                    raise InputError(f"The video is longer than {MAX_S / 60:.0f} minutes.")
                if frame.sample is None:
                    continue
                if stream is None:
                    stream = _stream(container, frame.sample)
                container.mux(stream.encode(_encodable(frame.sample, stream, frame.time_s)))
            if stream is not None:
                container.mux(stream.encode())
    except FFmpegError as error:
        raise InputError(f"FFmpeg cannot make a small film of it ({error.strerror}).") from error
    return target.getvalue()


def _stream(container: av.container.OutputContainer, picture: Picture) -> VideoStream:
    height, width = (side - side % 2 for side in picture.shape[:2])
    stream = container.add_stream("libx264", rate=PICTURES_PER_S, options=ENCODING)
    stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
    stream.time_base = stream.codec_context.time_base = CLOCK
    return stream


def _encodable(picture: Picture, stream: VideoStream, time_s: float) -> av.VideoFrame:
    """A picture as a frame of the stream: H.264 takes even sides, and all pictures of one size."""
    frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
    if (frame.width, frame.height) != (stream.width, stream.height):
        frame = frame.reformat(stream.width, stream.height)
    frame.pts, frame.time_base = round(time_s / CLOCK), CLOCK
    return frame
