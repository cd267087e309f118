"""A head over HTTP: labels and segments out, and every refusal in words with a status of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import anyio
import httpx
import jsonschema
import numpy as np
import pytest
from PIL import Image
from starlette.testclient import TestClient

import cli
import sample_data
from errors import EncoderError, InputError
from labeling.scoring import classifier_file
from labeling.snapshot.snapshot import Snapshot
from serving import endpoint, served_head
from serving.endpoint import Limits
from serving.served_head import ServedHead
from store import workspace

CLIP = sorted(sample_data.clips_folder().glob("*.mp4"))[0]
PICTURES = sorted(sample_data.images_folder().iterdir())[:3]


@pytest.fixture(scope="module")
def head_file(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The prompts of the demo as a head in a file."""
    folder = tmp_path_factory.mktemp("head")
    opened = workspace.open_workspace(Path(shutil.copytree(built, folder / "demo")))
    snapshot = Snapshot(opened)
    linear, row = snapshot.classifiers.choose("zero-shot").scorer, snapshot.encoder_row
    names = snapshot.categories.path_names(linear.classes)
    card = {
        "classes": [{"id": number, "name": name} for number, name in zip(linear.classes, names, strict=True)],
        "encoder": {"fingerprint": row.fingerprint, "name": row.name, "spec": row.spec},
    }
    classifier_file.write(folder / "demo.safetensors", linear, card)
    opened.engine.dispose()
    return folder / "demo.safetensors"


@pytest.fixture(scope="module")
def head(head_file: Path) -> ServedHead:
    return served_head.load(head_file)


@pytest.fixture
def client(head: ServedHead) -> Iterator[TestClient]:
    with TestClient(endpoint.app(head), base_url="http://localhost") as asked:
        yield asked


def schema(client: TestClient, path: str) -> dict[str, object]:
    described = client.get("/openapi.json").json()
    answer = described["paths"][path]["post"]["responses"]["200"]["content"]["application/json"]["schema"]
    return {**answer, "components": described["components"]}


def test_an_image_gets_the_label_that_the_head_gives(client: TestClient, head: ServedHead) -> None:
    for picture in PICTURES:
        answer = client.post("/image", content=picture.read_bytes())
        assert answer.status_code == 200
        given = answer.json()
        vectors = head.encoder.encode_files([picture])[1]
        wanted = dict(zip(head.classes, head.linear.probabilities(vectors)[0], strict=True))
        assert given["scores"] == pytest.approx(wanted, abs=1e-5)
        assert given["labels"] == [
            {"class": max(wanted, key=wanted.__getitem__), "score": max(given["scores"].values())}
        ]
        jsonschema.validate(given, schema(client, "/image"))


def test_a_video_gets_its_segments(client: TestClient) -> None:
    answer = client.post("/video?name=clip.mp4", content=CLIP.read_bytes())
    assert answer.status_code == 200, answer.text
    given = answer.json()
    assert given["video"] == "clip.mp4"
    assert given["segments"][0]["start_s"] == 0
    assert given["segments"][-1]["end_frame"] == given["frames"]
    jsonschema.validate(given, schema(client, "/video"))


def test_a_head_of_several_labels_gives_those_that_reach_their_threshold(head: ServedHead) -> None:
    several = replace(head, thresholds=tuple(0.0 if k else 1.1 for k in range(len(head.classes))))
    with TestClient(endpoint.app(several), base_url="http://localhost") as client:
        given = client.post("/image", content=PICTURES[0].read_bytes()).json()
        assert {label["class"] for label in given["labels"]} == set(head.classes[1:])
        scores = [label["score"] for label in given["labels"]]
        assert scores == sorted(scores, reverse=True)
        refused = client.post("/video", content=CLIP.read_bytes())
        assert (refused.status_code, "one class" in refused.json()["error"]) == (400, True)


def test_it_tells_what_it_is_and_that_it_is_well(client: TestClient, head: ServedHead) -> None:
    assert client.get("/health").json() == {"status": "ok", "held": 0}
    assert client.get("/").json()["classes"] == head.classes


def wide(folder: Path) -> bytes:
    """A picture of more pixels than are decoded, in few bytes."""
    Image.fromarray(np.zeros((1, 1), np.uint8)).resize((9000, 9000)).save(folder / "wide.png")
    return (folder / "wide.png").read_bytes()


def test_what_cannot_be_used_is_refused_in_words(client: TestClient, tmp_path: Path) -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'
    playlist = b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"
    cases = [
        ("/image", b"", 400), ("/image", b"no picture", 400), ("/image", svg, 400), ("/image", wide(tmp_path), 400),
        ("/image", PICTURES[0].read_bytes()[:900], 400), ("/video", b"", 400), ("/video", playlist, 400),
        ("/video", PICTURES[0].read_bytes()[:900], 400),
    ]  # fmt: skip
    for path, body, status in cases:
        answer = client.post(path, content=body)
        assert answer.status_code == status, (path, body[:20], answer.text)
        assert answer.json()["error"].endswith((".", "?")), answer.text
        assert "/tmp" not in answer.text, "where it lay is nobody's business"
    assert client.get("/image").status_code == 405
    assert "openapi.json" in client.get("/nothing").json()["error"]
    assert client.get("/health").json()["held"] == 0


def test_a_body_that_is_too_large_is_refused_with_and_without_a_length(head: ServedHead) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(64):
            yield bytes(2**18)

    with TestClient(endpoint.app(head, limits=Limits(image_mb=1)), base_url="http://localhost") as client:
        assert client.post("/image", content=bytes(2**20 + 1)).status_code == 413
        assert client.post("/image", content=chunks()).status_code == 413


def test_a_video_that_is_too_long_is_refused(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(served_head, "LONGEST_S", 2.0)
    answer = client.post("/video", content=CLIP.read_bytes())
    assert answer.status_code == 413
    assert "2 s are the most" in answer.json()["error"]


def test_only_so_many_requests_are_held(head: ServedHead) -> None:
    """Two that send nothing yet hold both places; the third is refused at once, and a place is free again after them."""
    application = endpoint.app(head, limits=Limits(at_once=1, waiting=1))

    async def ask() -> list[int]:
        go_on, statuses = anyio.Event(), []

        async def slowly() -> object:
            await go_on.wait()
            yield PICTURES[0].read_bytes()

        async def post(content: object) -> None:
            statuses.append((await client.post("/image", content=content)).status_code)  # type: ignore[arg-type]

        transport = httpx.ASGITransport(app=application)
        async with (
            httpx.AsyncClient(transport=transport, base_url="http://localhost") as client,
            anyio.create_task_group() as group,
        ):
            group.start_soon(post, slowly())
            group.start_soon(post, slowly())
            while (await client.get("/health")).json()["held"] < 2:
                await anyio.sleep(0.01)
            await post(b"x")
            go_on.set()
        return statuses

    assert anyio.run(ask) == [429, 200, 200]


def test_a_body_that_does_not_come_is_given_up(head: ServedHead, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "WAIT_FOR_BYTES_S", 0.05)

    async def ask() -> int:
        async def never() -> object:
            await anyio.sleep(5)
            yield b""

        transport = httpx.ASGITransport(app=endpoint.app(head))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return (await client.post("/image", content=never())).status_code  # type: ignore[arg-type]

    assert anyio.run(ask) == 408


def test_other_names_and_pages_of_other_sites_are_refused(client: TestClient, head: ServedHead) -> None:
    assert client.get("/health", headers={"host": "evil.example"}).status_code == 400
    crossing = client.post("/image", content=PICTURES[0].read_bytes(), headers={"sec-fetch-site": "cross-site"})
    assert crossing.status_code == 403
    with TestClient(endpoint.app(head, hosts=["label.example"]), base_url="http://label.example") as named:
        assert named.get("/health").status_code == 200


def test_a_changed_head_and_another_encoder_are_refused(head_file: Path, tmp_path: Path) -> None:
    kept = classifier_file.read(head_file)
    other = {**kept.card, "encoder": {**kept.card["encoder"], "fingerprint": "0" * 64}}
    classifier_file.write(tmp_path / "other.safetensors", kept.linear, other)
    with pytest.raises(EncoderError, match="not the one"):
        served_head.load(tmp_path / "other.safetensors")
    outside = {**kept.card, "encoder": {**kept.card["encoder"], "spec": "vectors:mine"}}
    classifier_file.write(tmp_path / "outside.safetensors", kept.linear, outside)
    with pytest.raises(EncoderError, match="no model"):
        served_head.load(tmp_path / "outside.safetensors")
    content = bytearray(head_file.read_bytes())
    content[-1] ^= 1
    (tmp_path / "changed.safetensors").write_bytes(content)
    with pytest.raises(InputError, match="changed"):
        served_head.load(tmp_path / "changed.safetensors")


def test_the_command_listens_on_this_machine_alone(
    head_file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []

    def run(server: object, sockets: list[object]) -> None:
        asked.append(sockets[0].getsockname()[0])  # type: ignore[attr-defined]
        raise KeyboardInterrupt

    monkeypatch.setattr("uvicorn.Server.run", run)
    assert cli.main(["serve", str(head_file), "--port", "0"]) == 0
    assert asked == ["127.0.0.1"]
    assert "answers on http://127.0.0.1:" in capsys.readouterr().err
    assert cli.main(["serve", str(head_file), "--address", "0.0.0.0", "--port", "0"]) == 1
    assert "--open" in capsys.readouterr().err
    assert cli.main(["serve", str(head_file), "--port", "99999"]) == 1
    assert len(asked) == 1, "nothing else was started"
