from __future__ import annotations

import json
import shutil
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import open_clip
import pytest
import torch
from hub_server import Hub, playing
from huggingface_hub import constants
from PIL import Image
from safetensors.torch import load_file, save_file

import embedding.encoders.hub
import embedding.encoders.precision
import settings
from embedding.encoders import encoder, interface, loading
from embedding.encoders.clip import ClipEncoder
from embedding.pictures.images import BadImage
from embedding.published import download
from errors import CancelledError, EncoderError


@pytest.fixture(scope="module")
def clip(tiny: Path) -> interface.Encoder:
    return encoder.load(str(tiny), device="cpu")


def _reference(folder: Path, photos: list[Path]) -> np.ndarray[Any, Any]:
    """The plain open_clip loop."""
    model, _, transform = open_clip.create_model_and_transforms(f"local-dir:{folder}")
    with torch.inference_mode():
        batch = torch.stack([transform(Image.open(path)) for path in photos])
        return model.eval().encode_image(batch, normalize=True).numpy()


def test_files_and_frames_agree_with_open_clip(clip: interface.Encoder, tiny: Path, photos: list[Path]) -> None:
    kept, vectors = clip.encode_files(photos)
    assert kept == list(range(20))
    assert vectors.shape == (20, 32) == (20, clip.dim)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert (vectors * _reference(tiny, photos)).sum(axis=1).min() > 0.999
    frames = clip.encode_frames([np.asarray(Image.open(path)) for path in photos])
    assert (vectors * frames).sum(axis=1).min() > 0.999


def test_a_convolutional_tower_agrees_too(make_model: Any, photos: list[Path]) -> None:
    folder = make_model(vision={"layers": [1, 1, 1, 1], "width": 16, "head_width": 64, "patch_size": None})
    clip = encoder.load(str(folder), device="cpu")
    _, vectors = clip.encode_files(photos)
    assert (vectors * _reference(folder, photos)).sum(axis=1).min() > 0.999


def test_bad_files_are_reported_and_the_rest_goes_on(clip: interface.Encoder, photos: list[Path]) -> None:
    photos[3].write_bytes(b"<html>")
    bad: list[str] = []
    kept, vectors = clip.encode_files(photos, lambda error: bad.append(error.path.name))
    assert bad == ["03.jpg"]
    assert len(kept) == len(vectors) == 19
    assert 3 not in kept
    with pytest.raises(BadImage):
        clip.encode_files(photos)
    assert clip.encode_files([])[1].shape == (0, 32)


@pytest.mark.parametrize("text", [{}, {"no_causal_mask": True, "pool_type": "last"}, {"no_causal_mask": False}])
def test_texts_agree_with_open_clip(make_model: Any, text: dict[str, Any]) -> None:
    folder = make_model(text=text)
    clip = encoder.load(str(folder), device="cpu")
    assert isinstance(clip, ClipEncoder)
    texts = ["the sea", "a", "the page of the sea and the page of the sea and more", "the sea", "海"]
    model = open_clip.create_model(f"local-dir:{folder}").eval()
    tokenizer = open_clip.SimpleTokenizer(str(folder / "bpe.txt.gz"), context_length=16)
    with torch.inference_mode():
        expected = model.encode_text(tokenizer(texts), normalize=True).numpy()
    result = clip.encode_text(texts)
    np.testing.assert_allclose(result, expected, atol=2e-5)
    assert clip._text.truncates == (not text.get("no_causal_mask", False))
    np.testing.assert_array_equal(clip.encode_text(["the sea"])[0], result[0])
    assert clip.encode_text([]).shape == (0, 32)


def test_a_text_is_computed_once(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clip = encoder.load(str(tiny), device="cpu")
    assert isinstance(clip, ClipEncoder)
    first = clip.encode_text(["the sea", "the page"])
    monkeypatch.setattr(clip._text, "_compute", lambda texts: pytest.fail(f"computed again: {texts}"))
    np.testing.assert_array_equal(clip.encode_text(["the page", "the sea"]), first[::-1])


def test_unknown_words(clip: interface.Encoder) -> None:
    assert clip.unknown_words("A page of the Ocean, seas") == ["ocean", "seas"]
    assert clip.unknown_words("the sea") == []
    assert clip.unknown_words("the sea's 3d d") == [], "a letter alone is not a word"


def test_fingerprint_follows_weights_preprocessing_and_name(make_model: Any, tiny: Path, tmp_path: Path) -> None:
    def fingerprint(folder: Path) -> str:
        return encoder.load(str(folder), device="cpu").fingerprint

    mine = fingerprint(tiny)
    assert len(mine) == 64
    copy = tmp_path / "elsewhere" / tiny.name
    shutil.copytree(tiny, copy)
    assert fingerprint(copy) == mine
    weights = load_file(copy / "open_clip_model.safetensors")
    weights["visual.proj"][0, 0] += 1e-3
    save_file(weights, copy / "open_clip_model.safetensors")
    others = [
        copy,
        make_model(preprocess={"mean": [0.5, 0.5, 0.5]}),
        make_model(preprocess={"resize_mode": "squash"}),
    ]
    others.append(shutil.copytree(tiny, tmp_path / "another_name"))
    assert len({mine, *map(fingerprint, others)}) == 5


def test_a_bare_file_needs_its_configuration(tiny: Path, tmp_path: Path) -> None:
    weights = tiny / "open_clip_model.safetensors"
    beside = encoder.load(str(weights), device="cpu")
    np.testing.assert_array_equal(
        beside.encode_text(["the sea"]), encoder.load(str(tiny), device="cpu").encode_text(["the sea"])
    )
    alone = tmp_path / "alone.safetensors"
    shutil.copy(weights, alone)
    with pytest.raises(EncoderError, match="architecture and preprocessing"):
        encoder.load(str(alone))
    with pytest.raises(EncoderError, match="do not fit"):
        encoder.load(f"ViT-B-32/openai@{alone}")
    with pytest.raises(EncoderError, match="no architecture named 'Nonsense'"):
        encoder.load(f"Nonsense@{alone}")
    with pytest.raises(EncoderError, match="no weights file"):
        encoder.load("ViT-B-32@/nowhere/x.safetensors")


def test_an_architecture_with_several_preprocessings_is_refused(tmp_path: Path) -> None:
    differing = "ViT-SO400M-14-SigLIP-384"
    file = tmp_path / "w.safetensors"
    save_file({"x": torch.zeros(1)}, file)
    assert loading._shared_config("MobileCLIP-S2")["interpolation"] == "bilinear"
    with pytest.raises(EncoderError, match="TAG@FILE"):
        loading._shared_config("ViT-B-32")  # its openai checkpoint has another activation
    assert loading._shared_config(differing)["resize_mode"] == "squash"


def _damaged(tiny: Path, folder: Path, what: str) -> Path:
    shutil.copytree(tiny, folder)
    weights, config = folder / "open_clip_model.safetensors", folder / "open_clip_config.json"
    content = json.loads(config.read_text())
    if what == "cut":
        weights.write_bytes(weights.read_bytes()[:-1000])
    elif what == "not weights":
        weights.write_bytes(b"hello")
    elif what == "no weights":
        weights.unlink()
    elif what == "no preprocessing":
        del content["preprocess_cfg"]
        config.write_text(json.dumps(content))
    elif what == "wrong width":
        content["model_cfg"]["vision_cfg"]["width"] = 96
        config.write_text(json.dumps(content))
    elif what == "wrong size":
        content["model_cfg"]["vision_cfg"]["image_size"] = 96
        config.write_text(json.dumps(content))
    elif what == "no vocabulary":
        (folder / "bpe.txt.gz").unlink()
    elif what == "pickle":
        weights.unlink()
        torch.save({"state_dict": Path("/tmp")}, folder / "model.bin")
    elif what == "two":
        shutil.copy(weights, folder / "open_clip_pytorch_model.safetensors")
    else:
        config.write_text("{")
    return folder


DAMAGES = ["cut", "not weights", "no weights", "no preprocessing", "wrong width", "wrong size"]


@pytest.mark.parametrize("what", [*DAMAGES, "no vocabulary", "pickle", "two", "not json"])
def test_a_damaged_model_is_one_clear_error(tiny: Path, tmp_path: Path, what: str) -> None:
    with pytest.raises(EncoderError) as caught:
        encoder.load(str(_damaged(tiny, tmp_path / "model", what)))
    assert "\n" not in str(caught.value)
    assert str(caught.value).endswith(".")


def test_a_pickle_is_refused_without_advice_to_run_it(tiny: Path, tmp_path: Path) -> None:
    with pytest.raises(EncoderError) as caught:
        encoder.load(str(_damaged(tiny, tmp_path / "model", "pickle")))
    assert "weights_only" not in str(caught.value)
    assert ".safetensors" in str(caught.value)


@pytest.mark.parametrize(
    ("mean", "std"),
    [
        ([0.5, float("nan"), 0.5], [0.2, 0.2, 0.2]), ([0.5, 0.5, float("inf")], [0.2, 0.2, 0.2]), (0.5, 0.0),
        ([0.5, 0.5, 0.5], [0.2, 0.0, 0.2]), ([0.5, 0.5, 0.5], [0.2, -1, 0.2]), ([0.5, 0.5], [0.2, 0.2]),
        (["a", "b", "c"], [0.2, 0.2, 0.2]), (None, 0.2), ([0.5, 0.5, 0.5], [float("nan")] * 3), ({"r": 1}, 0.2),
    ],
)  # fmt: skip
def test_a_mean_or_deviation_that_is_none_is_refused(
    make_model: Any, mean: object, std: object, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(make_model(), tmp_path / "model"))
    config = folder / "open_clip_config.json"
    content = json.loads(config.read_text())
    content["preprocess_cfg"].update(mean=mean, std=std)
    config.write_text(json.dumps(content))
    with pytest.raises(EncoderError, match="deviation"):
        encoder.load(str(folder))


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
@pytest.mark.parametrize("key", ["visual.proj", "token_embedding.weight", "logit_scale"])
def test_weights_that_are_no_numbers_are_refused(tiny: Path, tmp_path: Path, key: str, value: float) -> None:
    folder = Path(shutil.copytree(tiny, tmp_path / "model"))
    tensors = load_file(folder / "open_clip_model.safetensors")
    tensors[key].reshape(-1)[-1] = value
    save_file(tensors, folder / "open_clip_model.safetensors")
    with pytest.raises(EncoderError, match=f"{key} holds values that are no finite numbers"):
        encoder.load(str(folder))


def test_unknown_names(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="NAME/TAG"):
        encoder.load("no-such-model")
    with pytest.raises(EncoderError, match="Published tags"):
        encoder.load("ViT-B-32/no_such_tag")
    (tmp_path / "notes.txt").write_text("x")
    with pytest.raises(EncoderError, match="not a weights file"):
        encoder.load(str(tmp_path / "notes.txt"))


def test_without_network_one_error_with_three_ways_out(hub_at: Callable[[str], None]) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        hub_at(f"http://127.0.0.1:{closed.getsockname()[1]}")
        start = time.monotonic()
        for _ in range(2):  # the second attempt asks the network again
            with pytest.raises(EncoderError, match="cannot be reached") as caught:
                encoder.load("ViT-B-32/laion2b_s34b_b79k")
        assert time.monotonic() - start < 10
    for way in ("connect", "By hand", "built-in"):
        assert way in str(caught.value)
    assert "Errno" not in str(caught.value)
    assert "--" not in str(caught.value), "words of the command line, which a page shows too"


def test_a_silent_host_is_given_up_within_seconds(
    hub_at: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "PROBE_SECONDS", 0.3)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(1)
        hub_at(f"http://127.0.0.1:{silent.getsockname()[1]}")
        start = time.monotonic()
        with pytest.raises(EncoderError, match="cannot be reached"):
            encoder.load("ViT-B-32/laion2b_s34b_b79k")
        assert time.monotonic() - start < 10


@pytest.mark.parametrize("status", [403, 407, 502, 503])
def test_a_proxy_that_refuses_is_no_network(hub_at: Callable[[str], None], status: int) -> None:
    with playing(Hub(otherwise=status)) as hub:
        hub_at(hub.address)
        with pytest.raises(EncoderError, match="cannot be reached"):
            encoder.load("ViT-B-32/laion2b_s34b_b79k")
        assert len(hub.asked) <= 2, "one question, and no retries"


def test_a_download_is_reported_and_can_be_stopped(hub_at: Callable[[str], None]) -> None:
    file = "/laion/CLIP-ViT-B-32-laion2B-s34B-b79K/resolve/main/open_clip_model.safetensors"
    with playing(Hub(files={file: bytes(40_000_000)})) as hub:
        hub_at(hub.address)
        reports: list[str] = []

        def stop(done: float, total: float, message: str = "", losses: Sequence[float] = (), /) -> None:
            assert (done, total) == (0, 0), "what comes after the download is counted in other units"
            reports.append(message)
            if "Downloading" in message:
                raise CancelledError

        with pytest.raises(CancelledError, match="What came is kept"):
            encoder.load("ViT-B-32/laion2b_s34b_b79k", progress=stop)
        assert reports[0].startswith("Looking for ViT-B-32/laion2b_s34b_b79k at 127.0.0.1")
        assert "of 40 MB" in reports[-1]
        path = embedding.encoders.hub.fetch("ViT-B-32", "laion2b_s34b_b79k")
        assert path.stat().st_size == 40_000_000
        assert hub.begins[-1] > 0, "what came is not fetched again"
    assert embedding.encoders.hub.fetch("ViT-B-32", "laion2b_s34b_b79k") == path, "from this machine, without a network"
    with pytest.raises(EncoderError, match="cannot be loaded"):  # it holds zeros
        encoder.load("ViT-B-32/laion2b_s34b_b79k")


@pytest.fixture
def hub_at(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[[str], None]]:
    """Points the hub's client to an address, with an empty cache."""

    def point(address: str) -> None:
        monkeypatch.setattr(constants, "ENDPOINT", address)
        template = f"{address}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
        monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
        monkeypatch.setenv("SCENELOOP_MODELS", str(tmp_path / "models"))
        settings.current.cache_clear()

    yield point
    monkeypatch.undo()
    settings.current.cache_clear()
