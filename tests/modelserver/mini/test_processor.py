"""The image processor that checkpoints carry, against what Kimi K2.5's own does."""

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from modelserver.mini.processor import FILES, SHIPPED, install, media_settings

Processor = Any  # Processor, which only a checkpoint's folder has


def made(**limits: int) -> Processor:
    (file,) = SHIPPED.glob("*_vision_processing.py")
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.KimiK25VisionProcessor(media_settings(**limits))


@pytest.fixture
def processor() -> Processor:
    return made()


def media(width: int, height: int) -> dict[str, object]:
    return {"type": "image", "image": Image.new("RGB", (width, height))}


@pytest.mark.parametrize(
    ("width", "height", "tokens"),
    [(1280, 800, 1334), (1440, 900, 1716), (1920, 1080, 2691), (390, 844, 434)],
)
def test_screens_take_as_many_tokens_as_in_kimi_k25(
    processor: Processor, width: int, height: int, tokens: int
) -> None:
    assert processor.media_tokens_calculator(media(width, height)) == tokens


@pytest.mark.parametrize(
    "size", [(1, 1), (27, 29), (4000, 3000), (9000, 20), (14, 7168), (448, 616)]
)
def test_the_grid_holds_four_patches_for_every_token(
    processor: Processor, size: tuple[int, int]
) -> None:
    inputs = processor.preprocess([media(*size)])
    time, down, across = inputs["grid_thws"][0].tolist()
    assert (time, down % 2, across % 2) == (1, 0, 0)
    assert down * across == 4 * processor.media_tokens_calculator(media(*size))
    assert inputs["pixel_values"].shape == (down * across, 3, 14, 14)
    assert max(down, across) <= 512
    assert down * across <= 16384 + 2 * (down + across)  # padding may pass the limit


def test_patches_are_the_normalised_pixels_in_reading_order(
    processor: Processor,
) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (28, 56, 3), dtype=np.uint8)
    patches = processor.preprocess([{"type": "image", "image": Image.fromarray(pixels)}])
    expected = torch.from_numpy(pixels[14:28, 42:56]).permute(2, 0, 1) / 127.5 - 1
    torch.testing.assert_close(patches["pixel_values"][7], expected)  # second row, fourth column


def test_what_is_padded_is_black(processor: Processor) -> None:
    white = Image.new("RGB", (14, 14), "white")
    patches = processor.preprocess([{"type": "image", "image": white}])["pixel_values"]
    assert patches[0].eq(1).all()
    assert patches[1:].eq(-1).all()


def test_a_page_for_kimi_mini_takes_88_tokens() -> None:
    small = made(patches=352)
    assert small.media_tokens_calculator(media(448, 616)) == 88


def test_the_files_that_a_checkpoint_carries_import_nothing_of_mockwright(tmp_path: Path) -> None:
    install(tmp_path, patches=352)
    for name in FILES:
        assert "modelserver" not in (tmp_path / name).read_text()


def test_something_that_is_no_image_is_refused(processor: Processor) -> None:
    with pytest.raises(TypeError, match="PIL image, got str"):
        processor.media_tokens_calculator({"type": "image", "image": "a path"})
