"""Each threshold of ink, on crops drawn pixel by pixel."""

import numpy as np
import pytest

from tests.workers.drafting.perceive.thresholds import off_by_two, varied
from workers.drafting.perceive.text.ink import INK, InkThresholds, find_ink, text_mask
from workers.imaging import Box, Image, TextRun


def paper(width: int, height: int, grey: int = 200) -> Image:
    return np.full((height, width, 3), grey, np.uint8)


def text(image: Image, grey: int, top: int = 8, height: int = 8, left: int = 10) -> Image:
    """Four strokes two pixels wide with a blurred pixel on either side, half as strong."""
    for x in range(left, left + 24, 6):
        rows = image[top : top + height]
        rows[:, x + 1 : x + 3] = grey
        for side in (x, x + 3):
            rows[:, side] = (rows[:, side].astype(int) + grey) // 2
    return image


def with_block(image: Image, box: Box, grey: int) -> Image:
    image[box.y : box.bottom, box.x : box.right] = grey
    return image


def gradient(width: int, height: int, across: float, down: float = 0) -> Image:
    ys, xs = np.mgrid[0:height, 0:width]
    grey = 100 + across * xs / width + down * ys / height
    return np.repeat(np.rint(grey).astype(np.uint8)[:, :, None], 3, axis=2)


def noisy(image: Image, levels: int) -> Image:
    noise = np.random.default_rng(1).integers(-levels, levels + 1, image.shape[:2])
    return np.asarray(np.clip(image + noise[:, :, None], 0, 255), np.uint8)


def cloudy(image: Image, levels: int) -> Image:
    image[4:20, 5:25] += np.uint8(levels)
    return image


def framed(image: Image, box: Box) -> Image:
    """Two upright lines as high as the picture, joined by a bar."""
    for part in (Box(box.x, 0, 1, 24), Box(box.right - 1, 0, 1, 24), Box(box.x, 17, box.width, 5)):
        with_block(image, part, 40)
    return image


def rounded(image: Image, width: int) -> Image:
    """White beyond a round corner, which begins so far from the left."""
    for y in range(6):
        image[y, : width * (6 - y) // 6] = 255
    return image


def between_bars() -> Image:
    """Text under a strip, between two bars at its sides."""
    image = with_block(text(paper(28, 24), 40, top=10, left=2), Box(0, 0, 28, 2), 120)
    return with_block(with_block(image, Box(0, 0, 1, 15), 120), Box(27, 0, 1, 15), 120)


def pill(width: int) -> Image:
    """A pill with a block in it that is so wide."""
    image = with_block(paper(90, 24), Box(3, 3, 84, 18), 120)
    return with_block(image, Box(16, 8, width, 8), 40)


def clasp() -> Image:
    """A block that is open to the left, with a hole in its upper arm."""
    image = with_block(paper(90, 40), Box(20, 8, 50, 24), 120)
    return with_block(with_block(image, Box(20, 14, 44, 12), 200), Box(30, 9, 20, 2), 200)


def joined_letters() -> Image:
    """Four zeros that touch: their outline has holes in it, and is thin above and below."""
    image = with_block(paper(90, 40), Box(20, 12, 48, 16), 120)
    for left in range(20, 68, 12):
        with_block(image, Box(left + 3, 14, 6, 12), 200)
    return image


def corpus() -> dict[str, Image]:
    return {
        "text": text(paper(50, 24), 40),
        "faint": text(paper(50, 24), 184),
        "too faint": text(paper(50, 24), 189),
        "fainter by halves": text(text(paper(80, 24), 170), 187, left=45),
        "strong and weak": text(text(paper(80, 24, 255), 0), 185, left=45),
        "strong and weaker": text(text(paper(80, 24, 255), 0), 220, left=45),
        "slight gradient": text(gradient(50, 24, 16), 60),
        "gradient": text(gradient(50, 24, 24), 60),
        "steep gradient": text(gradient(50, 24, 60, 30), 60),
        "noise on a gradient": text(noisy(gradient(50, 24, 60, 30), 6), 20),
        "rough gradient": text(noisy(gradient(50, 24, 60, 30), 14), 20),
        "photograph": text(noisy(gradient(50, 24, 60, 30), 40), 0),
        "short rule": with_block(text(paper(80, 24), 40), Box(2, 19, 28, 1), 40),
        "rule": with_block(text(paper(80, 24), 40), Box(2, 19, 44, 1), 40),
        "bar": with_block(text(paper(80, 24), 40), Box(2, 18, 44, 4), 40),
        "thick bar": with_block(text(paper(80, 24), 40), Box(2, 16, 60, 6), 40),
        "border": with_block(text(paper(80, 24), 40), Box(60, 0, 4, 24), 40),
        "thin border": with_block(text(paper(80, 24), 40), Box(60, 0, 2, 24), 40),
        "pillar": with_block(text(paper(80, 24), 40), Box(60, 0, 8, 24), 40),
        "neighbour": with_block(text(paper(50, 24), 40), Box(20, 0, 6, 4), 40),
        "high neighbour": with_block(text(paper(50, 24), 40, top=4), Box(20, 16, 6, 8), 40),
        "beyond a round corner": rounded(text(paper(80, 24), 40, left=50), 17),
        "beyond a slanted edge": rounded(text(paper(80, 24), 40, left=50), 48),
        "specks": with_block(text(paper(50, 24), 140), Box(2, 2, 3, 3), 0),
        "few specks": with_block(text(paper(50, 24), 140), Box(2, 2, 2, 2), 0),
        "edge of a panel": with_block(text(gradient(50, 24, 8), 40), Box(0, 0, 2, 24), 150),
        "grain": text(noisy(paper(50, 24, 203), 3), 40),
        "rough strokes": noisy(text(paper(50, 24), 60), 20),
        "stained gradient": with_block(gradient(50, 24, 60), Box(10, 4, 24, 16), 132),
        "cloudy gradient": text(cloudy(gradient(50, 24, 60), 6), 20),
        "cloudier gradient": text(cloudy(gradient(50, 24, 60), 12), 20),
        "cut pill": with_block(text(paper(28, 24), 40, top=9, left=2), Box(0, 0, 28, 5), 120),
        "whole pill": text(with_block(paper(50, 24), Box(3, 3, 44, 18), 120), 40),
        "with little in it": pill(18),
        "with nearly nothing in it": pill(6),
        "narrow pill": text(with_block(paper(38, 28), Box(2, 2, 34, 24), 120), 40, left=7),
        "small pill": text(
            with_block(gradient(60, 40, 90, 60), Box(8, 8, 44, 18), 200), 40, top=13, left=18
        ),
        "words in the ground's colour": text(
            with_block(paper(90, 40), Box(22, 10, 44, 18), 120), 200, top=14, left=32
        ),
        "block in the ground's colour": with_block(
            with_block(paper(90, 40), Box(22, 10, 44, 18), 120), Box(30, 14, 24, 8), 200
        ),
        "clasp": clasp(),
        "joined letters": joined_letters(),
        "between two flat sides": with_block(
            with_block(cloudy(gradient(28, 24, 120), 40), Box(0, 0, 4, 24), 120),
            Box(24, 0, 4, 24),
            120,
        ),
        "between two bars": between_bars(),
        "frame": framed(text(paper(50, 24), 40), Box(1, 0, 48, 24)),
        "half a frame": framed(text(paper(80, 24), 40), Box(34, 0, 44, 24)),
    }


def found(limits: InkThresholds) -> dict[str, object]:
    results: dict[str, object] = {}
    for name, image in corpus().items():
        ink = find_ink(image, Box(0, 0, image.shape[1], image.shape[0]), limits)
        if ink is None:
            results[name] = None
        else:
            b = ink.box
            count = int((ink.coverage > 0).sum())
            results[name] = (b.x, b.y, b.width, b.height), count, ink.colour[0], ink.background[0]
    page = with_block(text(paper(50, 24), 40), Box(6, 10, 3, 4), 40)
    run = TextRun("", Box(10, 8, 22, 8), (0, 0, 0), (0, 0, 0))
    results["mask"] = int(text_mask(page, [run], limits).sum())
    return results


FOUND: dict[str, object] = {
    "text": ((10, 8, 22, 8), 128, 40, 200),
    "faint": ((11, 8, 20, 8), 64, 184, 200),
    "too faint": None,
    "fainter by halves": ((10, 8, 56, 8), 192, 170, 200),
    "strong and weak": ((10, 8, 56, 8), 192, 0, 255),
    "strong and weaker": ((10, 8, 22, 8), 128, 0, 255),
    "slight gradient": ((10, 8, 22, 8), 128, 60, 108),
    "gradient": ((10, 8, 22, 8), 128, 60, 110),
    "steep gradient": ((10, 8, 22, 8), 128, 60, 139),
    "noise on a gradient": ((10, 8, 22, 8), 128, 20, 139),
    "rough gradient": ((10, 8, 22, 8), 128, 20, 139),
    "photograph": ((10, 8, 22, 8), 125, 0, 138),
    "short rule": ((2, 8, 30, 12), 156, 40, 200),
    "rule": ((10, 8, 22, 8), 128, 40, 200),
    "bar": ((10, 8, 22, 8), 128, 40, 200),
    "thick bar": ((2, 8, 60, 14), 488, 40, 200),
    "border": ((10, 8, 22, 8), 128, 40, 200),
    "thin border": ((10, 8, 22, 8), 128, 40, 200),
    "pillar": ((10, 0, 58, 24), 320, 40, 200),
    "neighbour": ((10, 8, 22, 8), 128, 40, 200),
    "high neighbour": ((10, 4, 22, 20), 176, 40, 200),
    "beyond a round corner": ((50, 8, 22, 8), 128, 40, 200),
    "beyond a slanted edge": ((0, 0, 72, 16), 272, 40, 200),
    "specks": ((2, 2, 29, 14), 73, 140, 200),
    "few specks": ((2, 2, 30, 14), 132, 140, 200),
    "edge of a panel": ((10, 8, 22, 8), 128, 40, 106),
    "grain": ((10, 8, 22, 8), 128, 40, 203),
    "rough strokes": ((10, 8, 22, 8), 128, 46, 200),
    "stained gradient": ((10, 4, 7, 16), 112, 132, 116),
    "cloudy gradient": ((10, 8, 22, 8), 128, 20, 126),
    "cloudier gradient": ((10, 8, 22, 8), 128, 20, 125),
    "cut pill": ((2, 9, 22, 8), 128, 40, 200),
    "whole pill": ((10, 8, 22, 8), 128, 40, 120),
    "with little in it": ((16, 8, 18, 8), 144, 40, 120),
    "with nearly nothing in it": ((3, 3, 84, 18), 1512, 120, 200),
    "narrow pill": ((2, 2, 34, 24), 816, 60, 200),
    "small pill": ((8, 8, 32, 18), 307, 40, 160),
    "between two bars": ((0, 2, 28, 16), 150, 40, 179),
    "frame": ((10, 8, 22, 8), 128, 40, 200),
    "half a frame": ((10, 0, 68, 24), 386, 40, 200),
    "words in the ground's colour": ((32, 14, 22, 8), 128, 200, 120),
    "between two flat sides": ((8, 0, 16, 24), 312, 234, 137),
    "block in the ground's colour": ((30, 14, 24, 8), 192, 200, 120),
    "clasp": ((20, 8, 50, 24), 632, 120, 200),
    "joined letters": ((20, 12, 48, 16), 480, 120, 200),
    "mask": 312,
}


def test_ink_is_found() -> None:
    assert found(INK) == FOUND


@off_by_two(INK)
def test_each_threshold_matters(name: str, factor: float) -> None:
    assert found(varied(INK, name, factor)) != found(INK)


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_what_is_beyond_any_round_corner_is_no_ink(turns: int) -> None:
    image = corpus()["beyond a round corner"]
    image = image[:, ::-1] if turns in {1, 2} else image
    image = np.ascontiguousarray(image[::-1] if turns in {2, 3} else image)
    ink = find_ink(image, Box(0, 0, image.shape[1], image.shape[0]))
    assert ink is not None
    assert (ink.box.width, ink.box.height) == (22, 8)
