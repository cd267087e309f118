"""What the server gives out of an item's file: the picture that the model saw, of the type that is in it, and nothing else."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, PngImagePlugin
from starlette.testclient import TestClient

from embedding.ingest import adding
from embedding.pictures import images
from settings import ROOT
from store import workspace
from store.items import items
from store.items.items import NewItem
from store.workspace import Workspace
from web import resources

Add = Callable[[str, bytes], str]


@pytest.fixture
def here(root: Path) -> Iterator[Workspace]:
    opened = workspace.open_workspace(root / "demo")
    yield opened
    opened.engine.dispose()


@pytest.fixture
def add(here: Workspace, client: TestClient, tmp_path: Path) -> Add:
    """A function that adds a file of some name and bytes, and gives the address of its picture."""

    def added(name: str, data: bytes) -> str:
        path = tmp_path / "added" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        report = adding.add(here, [path])
        assert report.added == 1, report.quarantined
        with here.read() as connection:
            return f"/image/demo/{items.known(connection, 'image', [images.sha256(path)]).popitem()[1]}"

    return added


def _picture(seed: int = 3) -> Image.Image:
    cells = np.random.default_rng(seed).integers(0, 255, (9, 16, 3), dtype=np.uint8)
    return Image.fromarray(cells).resize((96, 64), Image.Resampling.BICUBIC)


def _bytes(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def test_what_is_also_a_web_page_is_sent_as_a_picture_only(client: TestClient, add: Add) -> None:
    page = b"<!doctype html><script>alert(document.cookie)</script>"
    bmp = _bytes(_picture(), "BMP")
    for number, data in enumerate((bmp + page, _bytes(_picture(4), "GIF") + page, _bytes(_picture(5), "JPEG") + page)):
        for name in ("x.html", "x.svg", "x.js"):
            answer = client.get(add(f"{number}{name}", data + name.encode()))
            assert answer.headers["content-type"] in ("image/png", "image/jpeg", "image/gif")
            assert Image.open(io.BytesIO(answer.content)).size == (96, 64)
    assert page not in client.get(add("last.bmp", bmp + page)).content


def _exif(turn: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = turn
    return exif


SENT_ANEW = {
    "a.tif": (_picture(), "TIFF", {"save_all": True, "append_images": [_picture(8)]}),
    "turned.webp": (_picture(), "WEBP", {"exif": _exif(6)}),
    "turned.png": (_picture(), "PNG", {"exif": _exif(3)}),
    "print.jpg": (_picture().convert("CMYK"), "JPEG", {}),
    "deep.png": (Image.fromarray((np.arange(6144).reshape(64, 96)).astype(np.uint16) // 2), "PNG", {}),
    "moving.gif": (_picture(), "GIF", {"save_all": True, "append_images": [_picture(9)]}),
    "clear.png": (_picture().convert("RGBA").rotate(20), "PNG", {}),
    "a.jp2": (_picture(), "JPEG2000", {}),
    "a.heic": (_picture(), "HEIF", {}),
    "a.jxl": (_picture(), "JXL", {}),
}


@pytest.mark.parametrize("name", SENT_ANEW)
def test_what_a_browser_shows_otherwise_is_sent_as_the_model_sees_it(
    client: TestClient, add: Add, name: str, tmp_path: Path
) -> None:
    image, kind, options = SENT_ANEW[name]
    answer = client.get(add(name, _bytes(image, kind, **options)))
    assert answer.status_code == 200
    with Image.open(io.BytesIO(answer.content)) as sent:
        assert f"image/{str(sent.format).lower()}" == answer.headers["content-type"]
        assert (sent.format in ("PNG", "JPEG"), getattr(sent, "n_frames", 1)) == (True, 1)
        seen = images.read(tmp_path / "added" / name).pixels.astype(int)
        assert np.abs(np.asarray(sent.convert("RGB")).astype(int) - seen).mean() < 3


def test_what_a_browser_shows_just_so_is_sent_as_it_is(client: TestClient, add: Add) -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("a", "b")
    for name, data in {
        "a.jpg": _bytes(_picture(), "JPEG", exif=_exif(6)), "b.png": _bytes(_picture(), "PNG", pnginfo=info),
        "c.webp": _bytes(_picture(), "WEBP"), "d.gif": _bytes(_picture().convert("P"), "GIF"),
        "e.avif": _bytes(_picture(), "AVIF"), "named.png": _bytes(_picture(7), "JPEG"),
    }.items():  # fmt: skip
        answer = client.get(add(name, data))
        assert answer.content == data
        kind = Image.open(io.BytesIO(data)).format
        assert answer.headers["content-type"] == f"image/{str(kind).lower()}"


def test_files_of_the_server_are_never_given_out(
    client: TestClient, here: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A vectors file may name whatever it wants; the server runs in the folder of its own code."""
    monkeypatch.chdir(ROOT)
    database = here.path / "sceneloop.db"
    secrets = [
        "app.py",
        "pyproject.toml",
        str(ROOT / "settings.py"),
        str(database),
        "../demo/sceneloop.db",
        "/etc/passwd",
    ]
    bytes_of = (ROOT / "app.py").read_bytes()
    with here.engine.begin() as connection:
        plain = items.add(connection, [NewItem("image", name, name) for name in secrets])
        # As of a database that somebody else made: noted with its bytes, but no picture.
        forged = NewItem(
            "image", str(ROOT / "app.py"), "forged", sha256=images.sha256(ROOT / "app.py"), bytes=len(bytes_of)
        )
        film = NewItem(
            "video", str(ROOT / "app.py"), "film", sha256=images.sha256(ROOT / "app.py"), bytes=len(bytes_of)
        )
        plain += items.add(connection, [forged, film])
    resources.workspace("demo")
    for number in plain:
        for route in ("image", "clip"):
            answer = client.get(f"/{route}/demo/{number}")
            assert 400 <= answer.status_code < 500, (route, number)
            assert "error" in answer.json()
            assert b"import " not in answer.content


def test_an_item_says_of_how_many_pages_the_first_is_used(client: TestClient, add: Add) -> None:
    image, kind, options = SENT_ANEW["a.tif"]
    number = add("a.tif", _bytes(image, kind, **options)).rsplit("/", 1)[1]
    item = client.get(f"/api/demo/item/{number}").json()
    assert (item["frames"], item["meta"]) == (2, {})
    single = add("b.tif", _bytes(_picture(6), "TIFF")).rsplit("/", 1)[1]
    assert client.get(f"/api/demo/item/{single}").json()["frames"] == 1
