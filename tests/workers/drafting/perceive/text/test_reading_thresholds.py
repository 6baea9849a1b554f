"""Each threshold of tiling, pixel ratio, reading and bold words, below the networks."""

from dataclasses import astuple, dataclass

import numpy as np

from tests.workers.drafting.perceive.thresholds import off_by_two, varied
from workers.drafting.perceive.fonts.installed import (
    installed_faces,
    plain_of,
    rasterise,
    text_extents,
)
from workers.drafting.perceive.text.emphasis import BOLD, BoldDetection, split_by_weight
from workers.drafting.perceive.text.ink import Ink, find_ink
from workers.drafting.perceive.text.ocr import (
    PIXEL_RATIO,
    TILING,
    PixelRatioEstimate,
    Tiling,
    cut_tiles,
    estimate_pixel_ratio,
)
from workers.drafting.perceive.text.reader import (
    READING,
    ReadingLimits,
    input_box,
    is_text,
    read_share,
    without_icon,
    without_repeated,
)
from workers.imaging import Box, Image, TextRun

WHITE, BLACK = (255, 255, 255), (0, 0, 0)


def letters(
    height: int, width: int, count: int = 24, grey: int = 0, others: tuple[int, int] = (0, 0)
) -> Image:
    """A row of marks, and beside them `others`: how many of which height."""
    image = np.full((200, 1200, 3), 255, np.uint8)
    for index in range(count):
        image[10 : 10 + height, 10 + 40 * index : 10 + 40 * index + width] = grey
    for index in range(others[0]):
        image[90 : 90 + others[1], 10 + 40 * index : 14 + 40 * index] = 0
    return image


def in_band(image: Image, height: int) -> Image:
    """The first row of marks in white, on a dark band over the whole width."""
    band = np.roll(image[:height], 5, axis=0)
    image[:height] = np.where(band == 0, 255, 60)
    return image


RATIO_CASES = {
    "usual": letters(8, 4),
    "double": letters(15, 6),
    "triple": letters(22, 8),
    "quadruple": letters(29, 10),
    "sixfold": letters(50, 8),
    "pale": letters(15, 6, grey=200),
    "paler": letters(15, 6, grey=230),
    "few": letters(15, 6, count=18),
    "hairlines": letters(15, 1),
    "thin": letters(15, 3),
    "blocks": letters(25, 25),
    "letters in a band": in_band(letters(15, 6), 45),
    "wide": letters(15, 26),
    "wider": letters(15, 38),
    "dots among letters": letters(15, 6, others=(12, 4)),
    "low marks among letters": letters(15, 6, others=(12, 7)),
    "some small letters": letters(15, 6, others=(5, 8)),
    "more small letters": letters(15, 6, others=(12, 8)),
    "towers": letters(15, 6, count=18, others=(4, 55)),
    "high towers": letters(15, 6, count=18, others=(4, 80)),
}


def ratios(limits: PixelRatioEstimate) -> dict[str, int]:
    return {name: estimate_pixel_ratio(image, limits) for name, image in RATIO_CASES.items()}


RATIOS: dict[str, int] = {
    "usual": 1,
    "double": 2,
    "triple": 3,
    "quadruple": 3,
    "sixfold": 3,
    "pale": 2,
    "paler": 1,
    "few": 1,
    "hairlines": 1,
    "thin": 2,
    "blocks": 3,
    "letters in a band": 2,
    "wide": 2,
    "wider": 1,
    "dots among letters": 2,
    "low marks among letters": 1,
    "some small letters": 2,
    "more small letters": 1,
    "towers": 2,
    "high towers": 1,
}


def test_pixel_ratios_are_estimated() -> None:
    assert ratios(PIXEL_RATIO) == RATIOS


# A wider surrounding finds the same background; it costs time.
@off_by_two(PIXEL_RATIO, {"around_px": 0.5})
def test_each_threshold_of_the_pixel_ratio_matters(name: str, factor: float) -> None:
    assert ratios(varied(PIXEL_RATIO, name, factor)) != RATIOS


def stripes(rows: dict[range, int], height: int = 4400) -> Image:
    """A page busy all over, but for quiet rows: how many levels apart their pixels are."""
    image = np.full((height, 40, 3), 100, np.uint8)
    image[:, ::2] += 60
    for quiet, levels in rows.items():
        image[quiet.start : quiet.stop, ::2] = 100 + levels
    return image


def tiles(tiling: Tiling) -> dict[str, list[tuple[int, ...]]]:
    pages = {
        "not tall": stripes({}, 1700),
        "a little taller": stripes({}, 1900),
        "quiet near a tile's end": stripes({range(1040, 1060): 0}, 1900),
        "quieter farther off": stripes({range(1040, 1050): 0, range(830, 860): 0}, 1900),
        "thin gap": stripes({range(1060, 1065): 0, range(1300, 1309): 0}, 1900),
        "thin gap before a wide one": stripes({range(1060, 1069): 0, range(1300, 1320): 0}, 1900),
        "nearly quiet": stripes({range(1060, 1080): 12, range(1300, 1320): 0}, 1900),
        "less quiet": stripes({range(1060, 1080): 24, range(1300, 1320): 0}, 1900),
        "tall": stripes({}, 2900),
    }
    return {
        name: [astuple(tile) for tile in cut_tiles(page, tiling)] for name, page in pages.items()
    }


TILES: dict[str, list[tuple[int, ...]]] = {
    "not tall": [(0, 1700, 0, 1700)],
    "a little taller": [(0, 1000, 0, 1040), (1000, 1900, 960, 1900)],
    "quiet near a tile's end": [(0, 1044, 0, 1084), (1044, 1900, 1004, 1900)],
    "quieter farther off": [(0, 1044, 0, 1084), (1044, 1900, 1004, 1900)],
    "thin gap": [(0, 1304, 0, 1344), (1304, 1900, 1264, 1900)],
    "thin gap before a wide one": [(0, 1064, 0, 1104), (1064, 1900, 1024, 1900)],
    "nearly quiet": [(0, 1064, 0, 1104), (1064, 1900, 1024, 1900)],
    "less quiet": [(0, 1304, 0, 1344), (1304, 1900, 1264, 1900)],
    "tall": [(0, 1000, 0, 1040), (1000, 2000, 960, 2040), (2000, 2900, 1960, 2900)],
}


def test_tall_pictures_are_cut_at_quiet_rows() -> None:
    assert tiles(TILING) == TILES


@off_by_two(TILING)
def test_each_threshold_of_tiling_matters(name: str, factor: float) -> None:
    assert tiles(varied(TILING, name, factor)) != TILES


def run(text: str, width: int, height: int, confidence: float) -> TextRun:
    return TextRun(text, Box(0, 0, width, height), BLACK, WHITE, confidence)


READINGS = {
    "sure words": run("Words", 60, 12, 0.99),
    "unsure words": run("Words", 60, 12, 0.55),
    "guessed words": run("Words", 60, 12, 0.4),
    "sure letter": run("O", 15, 15, 0.95),
    "unsure letter": run("O", 15, 15, 0.7),
    "small letter": run("O", 7, 7, 0.95),
    "tiny letter": run("O", 4, 4, 0.95),
    "wide letter": run("O", 58, 48, 0.95),
    "wider letter": run("O", 62, 48, 0.95),
    "narrow letter": run("O", 38, 48, 0.95),
    "small wide letter": run("O", 10, 8, 0.95),
    "small wider letter": run("O", 11, 8, 0.95),
    "small widest letter": run("O", 12, 8, 0.95),
}


def columns(count: int) -> Ink:
    """Ink in so many columns."""
    coverage = np.zeros((10, 4 * count), np.float32)
    coverage[:, ::4] = 1
    return Ink(Box(0, 0, 4 * count, 10), coverage, BLACK, WHITE)


@dataclass(frozen=True)
class Labelled:
    """An icon so wide and, after a gap, strokes so many times as wide as the text is in the widest
    font. Lengths are heights of the strokes."""

    text: str
    times: float
    gap: float
    icon: float = 0.6
    behind: bool = False  # the text


LABELS = {
    "apart": Labelled("Settings", 1, 0.6),
    "apart behind its text": Labelled("Settings", 1, 0.6, behind=True),
    "near its text": Labelled("Settings", 1, 0.3),
    "of a text a little wider than any font": Labelled("Settings", 1.07, 0.6),
    "of a text wider than any font": Labelled("Settings", 1.15, 0.6),
    "as narrow as a letter": Labelled("Settings page", 1, 0.45, icon=0.2),
    "as wide as a word": Labelled("Settings page", 1, 0.6, icon=1),
}


def without_its_icon(label: Labelled, limits: ReadingLimits) -> bool:
    high = 20
    shapes = [text_extents(face, label.text) for face in plain_of(installed_faces())]
    wide = round(high * label.times * max(shape.width / shape.height for shape in shapes))
    icon, gap = round(high * label.icon), round(high * label.gap)
    image = np.full((high + 20, icon + gap + wide + 40, 3), 255, np.uint8)
    image[10 : 10 + high, 20 : 20 + icon] = 0
    left = 20 + icon + gap
    image[10 : 10 + high, left : left + wide : 3] = 0
    image[10 : 10 + high, left + wide - 1] = 0
    image = image[:, ::-1].copy() if label.behind else image
    ink = find_ink(image, Box(0, 0, image.shape[1], image.shape[0]))
    assert ink is not None
    left = 20 if label.behind else left
    return without_icon(image, ink, label.text, limits).box == Box(left, 10, wide, high)


def readings(limits: ReadingLimits) -> dict[str, object]:
    found: dict[str, object] = {name: is_text(run, limits) for name, run in READINGS.items()}
    for height in (4, 20):
        found[f"input of {height} px"] = input_box(Box(50, 50, 90, height), (), limits).height
    for shared in (20, 35, 60):
        inks = [
            Ink(Box(x, 0, 100, 10), np.ones((10, 100), np.float32), BLACK, WHITE)
            for x in (0, 100 - shared)
        ]
        found[f"{shared} % shared"] = len(without_repeated(inks, limits))
    for words in ("12", "日本", "とて", "“”"):
        found[f"share of {words}"] = read_share(columns(8), words, limits)
    for name, label in LABELS.items():
        found[f"icon: {name}"] = without_its_icon(label, limits)
    return found


READ: dict[str, object] = {
    "icon: apart": True,
    "icon: apart behind its text": True,
    "icon: near its text": False,
    "icon: of a text a little wider than any font": True,
    "icon: of a text wider than any font": False,
    "icon: as narrow as a letter": False,
    "icon: as wide as a word": True,
    "sure words": True,
    "unsure words": True,
    "guessed words": False,
    "sure letter": True,
    "unsure letter": False,
    "small letter": True,
    "tiny letter": False,
    "wide letter": False,
    "wider letter": False,
    "narrow letter": True,
    "small wide letter": True,
    "small wider letter": False,
    "small widest letter": False,
    "input of 4 px": 8,
    "input of 20 px": 28,
    "20 % shared": 2,
    "35 % shared": 2,
    "60 % shared": 1,
    "share of 12": 0.25,
    "share of 日本": 0.75,
    "share of とて": 0.75,
    "share of “”": 0.25,
}


def test_text_is_told_from_icons() -> None:
    assert readings(READING) == READ


@off_by_two(READING)
def test_each_threshold_of_reading_matters(name: str, factor: float) -> None:
    assert readings(varied(READING, name, factor)) != READ


def line(*words: tuple[str, float]) -> Ink:
    """Words in the first installed font, with some times the ink of regular ones."""
    face = installed_faces()[0]
    parts = []
    for word, weight in words:
        drawn = rasterise(face.at(20), word).astype(np.float32) / 255
        inked = np.flatnonzero(drawn.max(axis=0))
        part = np.zeros((30, inked[-1] - inked[0] + 21), np.float32)
        part[: drawn.shape[0], : part.shape[1] - 20] = drawn[:, inked[0] : inked[-1] + 1] * weight
        parts.append(part)
    coverage = np.concatenate(parts, axis=1)[:, :-20]
    return Ink(Box(0, 0, coverage.shape[1], 30), coverage, BLACK, WHITE)


BOLD_LINES = {
    "one weight": (("Home", 1), ("alone", 1.1)),
    "regular and bold": (("Home", 1), ("alone", 1.4)),
    "much heavier": (("Home", 1), ("alone", 3)),
    "uneven": (("Home", 1), ("alone", 1.3), ("more", 1.9)),
    "a bold word of two letters": (("Home", 1), ("up", 3), ("alone", 1)),
    "a bold word of four letters": (("Home", 1), ("open", 1.5), ("alone", 1)),
}


def parts(limits: BoldDetection) -> dict[str, list[str]]:
    return {
        name: [part for part, _ in split_by_weight(line(*words), _said(words), limits)]
        for name, words in BOLD_LINES.items()
    }


def _said(words: tuple[tuple[str, float], ...]) -> str:
    return " ".join(word for word, _ in words)


PARTS: dict[str, list[str]] = {
    "one weight": ["Home alone"],
    "regular and bold": ["Home", "alone"],
    "much heavier": ["Home", "alone"],
    "uneven": ["Home alone more"],
    "a bold word of two letters": ["Home up alone"],
    "a bold word of four letters": ["Home", "open", "alone"],
}


def test_lines_are_split_where_they_become_bold() -> None:
    assert parts(BOLD) == PARTS


@off_by_two(BOLD)
def test_each_threshold_of_bold_detection_matters(name: str, factor: float) -> None:
    assert parts(varied(BOLD, name, factor)) != PARTS
