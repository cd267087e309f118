"""The built-in CLIP: its folder loads through open_clip, its vocabulary fits, and it knows the demo world."""

import csv
from collections.abc import Callable
from functools import cache

import open_clip
import pytest
import torch
import yaml
from PIL import Image
from safetensors.torch import load_file

import sample_data
from pretraining.captions import all_texts, known_words
from pretraining.network import NetworkOptions, build, save
from pretraining.tokens import tokenizer, write_vocabulary

Loaded = tuple[torch.nn.Module, Callable[[Image.Image], torch.Tensor]]


@cache
def _loaded() -> Loaded:
    folder = sample_data.model_folder()
    model, _, preprocess = open_clip.create_model_and_transforms(f"local-dir:{folder}")
    return model.eval(), preprocess


def _text_config() -> dict[str, int]:
    return open_clip.get_model_config(f"local-dir:{sample_data.model_folder()}")["text_cfg"]


def test_weights_are_half_precision_and_at_most_ten_megabytes() -> None:
    file = sample_data.model_folder() / "model.safetensors"
    assert file.stat().st_size <= 10_000_000
    assert {value.dtype for value in load_file(file).values() if value.is_floating_point()} == {torch.float16}


def test_vocabulary_has_the_size_of_the_text_tower_and_the_special_tokens_last() -> None:
    config = _text_config()
    encode = tokenizer(sample_data.model_folder(), config["context_length"])
    assert encode.vocab_size == config["vocab_size"]
    assert encode.all_special_ids == [config["vocab_size"] - 2, config["vocab_size"] - 1]


def test_every_text_of_the_world_stays_inside_the_vocabulary_and_the_context() -> None:
    config = _text_config()
    encode = tokenizer(sample_data.model_folder(), config["context_length"])
    ids = encode([*all_texts(), "xyzzy ☃ 未知"])
    assert int(ids.max()) == config["vocab_size"] - 1
    assert ids.shape[1] == config["context_length"]


def test_english_words_segment_as_in_clip() -> None:
    small, full = tokenizer(sample_data.model_folder(), 24), open_clip.SimpleTokenizer()
    for text in ("a waterfall", "screenshots of software", "mountains at night"):
        pieces = [[one.decoder[i] for i in one.encode(text)] for one in (small, full)]
        assert pieces[0] == pieces[1]


def test_word_list_has_what_captions_use() -> None:
    words = (sample_data.model_folder() / "words.txt").read_text(encoding="utf-8").split()
    assert words
    assert set(words) <= set(known_words())
    assert {"mountain", "mountains", "receipt", "森林"} <= set(words)


def test_preprocessing_is_the_folder_s_own() -> None:
    _, preprocess = _loaded()
    size = open_clip.get_model_config(f"local-dir:{sample_data.model_folder()}")["vision_cfg"]["image_size"]
    white = preprocess(Image.new("RGB", (300, 200), (255, 255, 255)))
    assert white.shape == (3, size, size)
    assert white[0, 0, 0].item() == pytest.approx((1 - 0.48) / 0.28, abs=1e-4)


def test_zero_shot_on_the_demo_images_leaves_work_to_do() -> None:
    model, preprocess = _loaded()
    encode = tokenizer(sample_data.model_folder(), _text_config()["context_length"])
    categories = yaml.safe_load(sample_data.taxonomy_file().read_text())["categories"]
    with sample_data.truth_file().open() as file:
        rows = list(csv.DictReader(file))
    images = torch.stack([preprocess(Image.open(sample_data.images_folder() / row["file"])) for row in rows])
    with torch.inference_mode():
        vectors = model.encode_image(images, normalize=True)  # type: ignore[operator]
        texts = [model.encode_text(encode(c["prompts"]), normalize=True).mean(dim=0) for c in categories]  # type: ignore[operator]
    classes = torch.nn.functional.normalize(torch.stack(texts), dim=-1)
    names = [entry["name"] for entry in categories]
    truth = torch.tensor([names.index(row["class"]) for row in rows])
    share = float(((vectors @ classes.T).argmax(dim=1) == truth).float().mean())
    assert 0.70 <= share <= 0.93


def test_a_fresh_network_survives_its_folder(tmp_path: object) -> None:
    from pathlib import Path

    folder = Path(str(tmp_path))
    options = NetworkOptions(image_size=64, layers=(1, 1, 1, 1), width=16, embed_dim=64, text_width=64, text_layers=1)
    torch.manual_seed(0)
    size = write_vocabulary(folder / "bpe.txt.gz", ["a forest", "森林"])
    network = build(options, size).eval()
    save(folder, network, options, size)
    model, _, _ = open_clip.create_model_and_transforms(f"local-dir:{folder}")
    ids = tokenizer(folder, options.context_length)(["a forest", "森林"])
    with torch.inference_mode():
        torch.testing.assert_close(model.encode_text(ids), network.encode_text(ids), rtol=0.05, atol=0.02)
