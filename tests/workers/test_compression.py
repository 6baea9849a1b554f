"""What compression leaves on a picture: found where it is, and nothing else taken for it."""

import io
from pathlib import Path

import cv2
import numpy as np
import PIL.Image
import pytest

from workers.compression import compression_noise, without_compression_noise
from workers.imaging import Image, read_image

PAGES = Path(__file__).resolve().parents[2] / "webapp" / "studio" / "uploads" / "examples"
NAMES = sorted(path.stem for path in PAGES.glob("*.png"))


def compressed(image: Image, form: str = "JPEG", quality: int = 75) -> Image:
    file = io.BytesIO()
    PIL.Image.fromarray(image).save(file, form, quality=quality)
    return np.asarray(PIL.Image.open(file).convert("RGB"))


def page(name: str) -> Image:
    return read_image(PAGES / f"{name}.png")


def ripples(image: Image, clean: Image) -> int:
    """How many pixels next to which the page is flat are not so on the picture."""
    flat = np.abs(np.diff(clean.astype(int), axis=1)).max(axis=2) == 0
    return int((np.abs(np.diff(image.astype(int), axis=1)).max(axis=2)[flat] >= 5).sum())


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_that_was_never_compressed_stays_as_it_is(name: str) -> None:
    image = page(name)
    assert compression_noise(image) == 0.0
    assert without_compression_noise(image) is image


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("form", "quality"), [("JPEG", 60), ("JPEG", 95), ("WEBP", 80)])
def test_a_compressed_one_loses_its_ripples_and_no_more(name: str, form: str, quality: int) -> None:
    clean = page(name)
    noisy = compressed(clean, form, quality)
    assert compression_noise(noisy) > 0
    calm = without_compression_noise(noisy)
    assert ripples(calm, clean) < 0.5 * ripples(noisy, clean)
    away = np.abs(calm.astype(int) - clean).mean()
    assert away <= 1.05 * np.abs(noisy.astype(int) - clean).mean()


def test_the_worse_the_quality_the_stronger_the_noise() -> None:
    levels = [compression_noise(compressed(page("login"), quality=q)) for q in (98, 90, 75, 60)]
    assert levels == sorted(levels) and levels[0] > 0


def test_a_photo_on_a_clean_page_is_no_noise() -> None:
    image = page("pricing").copy()
    grain = np.random.default_rng(1).integers(0, 256, (500, 600, 3), np.uint8)
    image[400:900, 300:900] = grain
    assert compression_noise(image) == 0.0


@pytest.mark.parametrize("shape", [(1, 1), (5, 900), (64, 64)])
def test_a_small_or_empty_picture_has_none(shape: tuple[int, int]) -> None:
    blank = np.full((*shape, 3), 200, np.uint8)
    assert without_compression_noise(blank) is blank


def test_a_faint_border_of_a_dark_page_stays() -> None:
    clean = np.full((400, 640, 3), (20, 22, 27), np.uint8)
    for top in (60, 180, 300):
        clean[top : top + 60, 40:600] = (43, 48, 60)  # a border of one pixel, and the face in it
        clean[top + 1 : top + 59, 41:599] = (26, 29, 37)
        cv2.putText(clean, "Weekly digest", (60, top + 38), 0, 0.6, (230, 232, 238), 1, cv2.LINE_AA)
    noisy = compressed(clean, quality=80)
    assert compression_noise(noisy) > 10
    calm = without_compression_noise(noisy).astype(int)
    for top in (60, 180, 300):
        border, face = (calm[row, 300:580].mean(axis=0) for row in (top, top + 6))
        assert (border - face).max() > 14  # of 23
