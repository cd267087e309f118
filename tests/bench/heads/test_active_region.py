"""Where the model looks, and the views that are made from it."""

from __future__ import annotations

import numpy as np
from open_clip.transformer import VisionTransformer

import sample_data
from bench.heads import active_region
from embedding.encoders import encoder
from embedding.pictures import images
from labeling.categories import taxonomy_file
from labeling.scoring import zero_shot


def test_the_region_hangs_together_around_the_greatest_activity() -> None:
    activity = np.zeros((8, 8), np.float32)
    activity[1:3, 1:4] = 0.7
    activity[2, 2] = 1.0
    activity[6, 6] = 0.9  # as active, but apart
    active = active_region.region(activity, 16)
    assert active.sum() == 2 * 3 * 4
    assert active[2:6, 2:8].all()


def test_views_erase_the_region_and_zoom_into_it() -> None:
    image = np.full((100, 100, 3), 200, np.uint8)
    image[10:30, 60:80] = 10
    active = np.zeros((100, 100), np.bool_)
    active[10:30, 60:80] = True
    assert (active_region.dropped(image, active) == 200).all()
    assert (image[10:30, 60:80] == 10).all(), "the image itself stays"
    near = active_region.cropped(image, active)
    assert near.shape == (40, 40, 3)
    assert (near == 10).all(axis=2).sum() == 400
    random = np.random.default_rng(0)
    assert active_region.moved(active, random).sum() == active.sum()
    assert active_region.cropped(image, active, random).shape == near.shape


def test_erasing_what_is_active_hurts_more_than_erasing_as_much_elsewhere() -> None:
    model, look = encoder.load("built-in", threads=1), active_region.Attention("built-in")
    texts = {e["name"]: e["prompts"] for e in taxonomy_file.read_taxonomy(sample_data.taxonomy_file())["categories"]}
    classes = zero_shot.class_vectors([model.encode_text(one) for one in texts.values()])
    paths = sorted(sample_data.images_folder().glob("*.jpg"))[::5]
    squares = [active_region.square(images.read(path, 224).pixels) for path in paths]
    maps = look.maps(squares, classes)
    assert maps.shape == (len(paths), *model.image_size)
    assert np.allclose(maps.max(axis=(1, 2)), 1)
    linear = zero_shot.classifier(range(3), classes, scale=model.logit_scale)
    before = linear.probabilities(model.encode_frames(squares))
    chosen = before.argmax(axis=1)
    random = np.random.default_rng(0)
    regions = [active_region.region(one, len(image)) for one, image in zip(maps, squares, strict=True)]

    def left(erased: list[np.ndarray]) -> float:
        views = [active_region.dropped(image, active) for image, active in zip(squares, erased, strict=True)]
        return float(linear.probabilities(model.encode_frames(views))[np.arange(len(paths)), chosen].mean())

    assert left(regions) < left([active_region.moved(one, random) for one in regions]) - 0.01


def test_a_transformer_is_asked_at_its_patches() -> None:
    look = active_region.Attention("built-in")
    look._tower = VisionTransformer(64, 8, width=64, layers=2, heads=2, mlp_ratio=2.0, output_dim=256).eval()
    random = np.random.default_rng(0)
    texts = zero_shot.unit(random.normal(size=(3, 256)))
    maps = look.maps([random.integers(0, 255, (80, 80, 3), np.uint8) for _ in range(2)], texts)
    assert maps.shape == (2, 64, 64)
    assert np.allclose(maps.max(axis=(1, 2)), 1)
    assert maps.std(axis=(1, 2)).min() > 0
