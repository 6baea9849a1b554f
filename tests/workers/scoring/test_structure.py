"""Structural likeness against its formula, as another library computes it."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter
from skimage.color import deltaE_cie76, rgb2lab
from skimage.metrics import structural_similarity
from workers.scoring.structure import Structure, structure

from workers.imaging import Box, Image, TextRun
from workers.scoring.canvas import Canvas
from workers.scoring.page_view import PageView

HEIGHT, WIDTH = 40, 60
ONE_TO_ONE = 0.5  # image pixels per CSS pixel at which a sample is a pixel


def canvas(
    mockup: Image, render: Image, *inks: Box, scale: float = ONE_TO_ONE, shared: Box | None = None
) -> Canvas:
    runs = tuple(TextRun("Words", ink, (0, 0, 0), (255, 255, 255)) for ink in inks)
    whole = Box(0, 0, mockup.shape[1], mockup.shape[0])
    return Canvas(PageView(mockup, scale, runs), PageView(render, scale, ()), shared or whole)


def plain(height: int = HEIGHT, width: int = WIDTH, level: int = 200) -> Image:
    return np.full((height, width, 3), level, np.uint8)


def noisy(seed: int) -> Image:
    """Faint detail on a ground that goes from black to grey, so that no constant is drowned."""
    noise = np.random.default_rng(seed).normal(0, 5, (HEIGHT, WIDTH, 3))
    ground = np.linspace(3, 90, WIDTH)[None, :, None]
    return np.clip(np.round(ground + noise), 0, 255).astype(np.uint8)


def deviation(image: Image) -> NDArray[np.float64]:
    levels = image.astype(float)
    mean = uniform_filter(levels, (7, 7, 0), mode="reflect")
    square = uniform_filter(levels**2, (7, 7, 0), mode="reflect")
    return np.asarray(np.sqrt(np.maximum(square - mean**2, 0)))


def test_likeness_and_weight_are_ssim_colour_and_detail() -> None:
    one, other = noisy(1), (0.6 * noisy(1) + 0.4 * noisy(2)).astype(np.uint8)
    found = structure(canvas(one, other))

    _, ssim = structural_similarity(  # type: ignore[no-untyped-call]
        one, other, win_size=7, channel_axis=2, data_range=255,
        use_sample_covariance=False, full=True,
    )  # fmt: skip
    delta = deltaE_cie76(rgb2lab(one / 255), rgb2lab(other / 255))  # type: ignore[no-untyped-call]
    likeness = np.clip(ssim.mean(axis=2), 0, 1) * (1 - np.minimum(1, delta / 40))
    detail = np.maximum(deviation(one), deviation(other)).mean(axis=2) / 12
    weight = 0.1 + 0.9 * np.minimum(1, np.maximum(detail, delta / 20))
    assert found.shrink == 1
    assert np.abs(found.likeness - likeness).max() < 0.02
    assert np.abs(found.weight - weight).max() < 0.01


def test_a_sample_is_two_css_pixels() -> None:
    assert structure(canvas(plain(80, 120), plain(80, 120), scale=2.0)).likeness.shape == (20, 30)


@pytest.mark.parametrize(
    ("ink", "rows", "columns"),
    [
        (Box(40, 42, 20, 13), slice(17, 32), slice(16, 34)),
        (Box(0, 2, 7, 6), slice(0, 8), slice(0, 8)),
    ],
)
def test_text_weighs_nothing_nor_do_four_samples_around_it(
    ink: Box, rows: slice, columns: slice
) -> None:
    page = plain(2 * HEIGHT, 2 * WIDTH)
    silent = np.zeros((HEIGHT, WIDTH), bool)
    silent[rows, columns] = True
    assert ((structure(canvas(page, page, ink, scale=1.0)).weight == 0) == silent).all()


def test_what_only_one_page_covers_is_unlike_and_weighs_half() -> None:
    found = structure(canvas(plain(), plain(), shared=Box(0, 0, 30, 20)))
    assert (found.likeness[:20, :30] == pytest.approx(1)) and (found.likeness[20:] == 0).all()
    assert (found.likeness[:, 30:] == 0).all()
    assert (found.weight[:20, :30] == pytest.approx(0.1)) and (found.weight[20:] == 0.5).all()
    assert (found.weight[:, 30:] == 0.5).all()


def test_a_region_is_the_weighted_mean_of_its_samples() -> None:
    likeness = (np.arange(24).reshape(4, 6) / 24).astype(np.float32)
    weight = np.arange(24, dtype=np.float32)[::-1].reshape(4, 6)
    found = Structure(likeness, weight, 0.5)

    inside = (slice(1, 3), slice(2, 5))
    mean = np.average(likeness[inside], weights=weight[inside])
    assert found.within(Box(4, 2, 6, 4)) == pytest.approx(mean)
    assert found.within() == pytest.approx(np.average(likeness, weights=weight))
    assert found.within(Box(0, 0, 1, 1)) == 0.0  # less than a sample is still one
    assert Structure(likeness, 0 * weight, 0.5).within() is None
    assert Structure(likeness, (weight / 100).astype(np.float32), 0.5).within() is not None
