import http.server
import os
import threading
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from errors import InputError
from video.decoding import source
from video.decoding.frames import decode


def refused(path, match):
    with pytest.raises(InputError, match=match):
        list(decode(path).frames)


def test_header(three_scenes):
    info = source.probe(three_scenes)
    assert (info.width, info.height, info.fps) == (320, 180, 25.0)
    assert info.duration_s == pytest.approx(3.6, abs=0.05)


def test_folder(tmp_path):
    refused(tmp_path, "is a folder")


def test_missing(tmp_path):
    refused(tmp_path / "nothing.mp4", "There is no file")


def test_empty(tmp_path):
    path = tmp_path / "empty.mp4"
    path.touch()
    refused(path, "0 bytes")


@pytest.mark.parametrize("content", [b"<!doctype html><title>404</title>", b"\x00" * 5000, os.urandom(5000)])
def test_not_a_video(tmp_path, content):
    path = tmp_path / "page.mp4"
    path.write_bytes(content)
    refused(path, "cannot be read as a video|can be decoded")


def test_an_image_is_not_a_video(tmp_path, films):
    cv2 = pytest.importorskip("cv2")
    path = tmp_path / "still.mp4"
    path.write_bytes(cv2.imencode(".png", films.scene(1))[1].tobytes())
    refused(path, "cannot be read as a video")


def test_header_missing_at_the_end(tmp_path, three_scenes):
    path = tmp_path / "cut.mp4"
    path.write_bytes(three_scenes.read_bytes()[:-3000])
    refused(path, "cut short")


def test_sound_only(tmp_path):
    path = tmp_path / "sound.mp4"
    with av.open(str(path), "w") as output:
        stream = output.add_stream("aac", rate=44100)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        frame.sample_rate = 44100
        output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    refused(path, "no video stream")


def test_encrypted(tmp_path, films):
    key = {"encryption_scheme": "cenc-aes-ctr", "encryption_key": "00" * 16, "encryption_kid": "11" * 16}
    path = films.write(tmp_path / "locked.mp4", films.moving(films.scene(1), 30), codec="libx264", container=key)
    refused(path, "encrypted")


@pytest.mark.parametrize("name", ["list.mp4", "list.m3u8", "list.txt"])
def test_a_playlist_reaches_neither_another_file_nor_the_network(tmp_path, three_scenes, name):
    asked = []

    class Recorder(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *args):
            del args

    server = http.server.HTTPServer(("127.0.0.1", 0), Recorder)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/secret.ts"
    path = tmp_path / name
    try:
        path.write_text(
            f"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{address}\n#EXTINF:5,\n{three_scenes}\n#EXT-X-ENDLIST\n"
        )
        refused(path, "cannot be read as a video")
        path.write_text(f"ffconcat version 1.0\nfile '{three_scenes}'\n")
        refused(path, "cannot be read as a video")
    finally:
        server.shutdown()
        server.server_close()
    assert asked == []


def test_a_name_is_never_read_as_a_protocol(tmp_path, three_scenes, monkeypatch):
    monkeypatch.chdir(tmp_path)
    strange = tmp_path / f"concat:{three_scenes.name}|x.mp4"
    strange.write_bytes(b"not a video")
    refused(strange.relative_to(tmp_path), "cannot be read as a video")


def test_huge_pictures_are_refused_before_decoding(tmp_path):
    path = tmp_path / "huge.mkv"
    with av.open(str(path), "w") as output:
        stream = output.add_stream("ffv1", rate=Fraction(25))
        stream.width, stream.height, stream.pix_fmt = 10_000, 6_000, "gray"
        frame = av.VideoFrame.from_ndarray(np.zeros((6_000, 10_000), np.uint8), format="gray")
        output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    refused(path, "10000 x 6000")


def test_neither_a_pipe_nor_a_device_is_read(tmp_path):
    pipe = tmp_path / "pipe.mp4"
    os.mkfifo(pipe)
    refused(pipe, "named pipe")
    refused(Path("/dev/zero"), "device")


@pytest.mark.parametrize("name", ["film.jpg", "film.txt", "film"])
def test_the_extension_does_not_matter(tmp_path, three_scenes, name):
    path = tmp_path / name
    path.write_bytes(three_scenes.read_bytes())
    assert len(list(decode(path).frames)) == 90


def test_a_video_that_is_no_regular_file_or_has_no_name_in_text(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")
    (tmp_path / "loop.mp4").symlink_to("loop.mp4")
    strange = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.mp4"))
    strange.write_bytes(b"x")
    for path, word in {
        tmp_path / "pipe.mp4": "named pipe", tmp_path / "loop.mp4": "symbolic links", Path("/dev/zero"): "device",
        strange: "UTF-8", tmp_path / ("x" * 400): "cannot be read",
    }.items():  # fmt: skip
        with pytest.raises(InputError, match=word) as caught:
            source.probe(path)
        str(caught.value).encode()
