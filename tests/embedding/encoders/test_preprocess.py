from __future__ import annotations

import numpy as np
import pytest
import torch
from open_clip.transform import PreprocessCfg, image_transform_v2
from PIL import Image

from embedding.encoders.preprocess import Preprocessing

MEAN, STD = (0.48, 0.45, 0.40), (0.26, 0.26, 0.27)


def _picture(width: int, height: int) -> Image.Image:
    cells = np.random.default_rng(width).integers(0, 255, (24, 32, 3), dtype=np.uint8)
    return Image.fromarray(cells).resize((width, height), Image.Resampling.BICUBIC)


def _tensor(image: Image.Image) -> torch.Tensor:
    return torch.from_numpy(np.asarray(image).copy()).permute(2, 0, 1)


@pytest.mark.parametrize("size", [64, (48, 80)])
@pytest.mark.parametrize("resize_mode", ["shortest", "longest", "squash"])
@pytest.mark.parametrize("interpolation", ["bicubic", "bilinear"])
@pytest.mark.parametrize("shape", [(640, 360), (333, 501), (40, 30), (257, 64)])
def test_agrees_with_open_clips_own_transform(
    size: int | tuple[int, int], resize_mode: str, interpolation: str, shape: tuple[int, int]
) -> None:
    config = PreprocessCfg(size, mean=MEAN, std=STD, interpolation=interpolation, resize_mode=resize_mode)
    image = _picture(*shape)
    expected = image_transform_v2(config, is_train=False)(image)
    ours = Preprocessing.of(vars(config))
    fitted = ours.fit(_tensor(image))
    assert fitted.dtype == torch.uint8
    result = ours.normalize(fitted[None], torch.float32)[0]
    assert result.shape == expected.shape
    rms = float(((result - expected) * torch.tensor(STD).view(3, 1, 1)).pow(2).mean().sqrt())
    assert rms < 0.006
    assert float(torch.nn.functional.cosine_similarity(result.flatten(), expected.flatten(), dim=0)) > 0.9995


def test_a_long_strip_stays_small() -> None:
    ours = Preprocessing(64, 64, MEAN, STD)
    strip = torch.zeros((3, 4, 200_000), dtype=torch.uint8)
    strip[:, :, 100_000 - 2 : 100_000 + 2] = 255
    fitted = ours.fit(strip)
    assert fitted.shape == (3, 64, 64)
    assert int(fitted[0, 32, 32]) == 255
    assert Preprocessing(64, 64, MEAN, STD, resize_mode="longest").fit(strip).shape == (3, 64, 64)
