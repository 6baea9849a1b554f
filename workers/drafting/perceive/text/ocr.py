"""OCR: rapidocr's two networks, detecting lines of text and recognising their characters.

PP-OCRv6 small, detection and recognition, from inside the rapidocr 3.10 wheel: nothing is fetched.
The networks are loaded once per process, on first use. Pictures come at the resolution they were
uploaded in: all lengths here are image pixels.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray
from rapidocr import RapidOCR

from workers.imaging import Box, Image

# How the recognition network is fed
INPUT_HEIGHT = 48  # rows
INPUT_WIDTH = 96  # columns padded to; the default of 320 doubles the cost of short words
BATCH = 2  # crops recognised together; larger batches pad more and gain nothing on a CPU
INPUT_SIDE = 4000  # pixels to which a larger picture would be shrunk before detection


@dataclass(frozen=True)
class Tiling:
    """How tall pictures are cut for the detector, which loses small text on them."""

    tile_px: int = 1200  # rows of a tile
    whole: float = 1.5  # tiles that are not cut in two
    search_px: int = 200  # rows up and down in which the quietest place to cut is looked for
    quiet_px: int = 9  # rows that should be quiet around a cut
    edge: int = 16  # levels between neighbouring pixels that make a row busy
    overlap_px: int = 40  # rows of the next tile that the detector sees too


@dataclass(frozen=True)
class Tile:
    """Rows `top` to `bottom`, which the detector sees with those from `start` to `end`."""

    top: int
    bottom: int
    start: int
    end: int


@dataclass(frozen=True)
class PixelRatioEstimate:
    """How the letters of a HiDPI picture are told from the headings of a usual one."""

    contrast: int = 40  # levels off the background: a mark
    around_px: int = 15  # on each side of a pixel in which most is its background
    lowest_px: int = 5  # height of the marks that may be letters…
    highest_px: int = 60
    narrowest_px: int = 2
    widest: float = 2  # …and width, in heights
    fewest: int = 20  # letters; of fewer the height says nothing about the picture
    small: float = 0.25  # share of the letters that are taken for small ones
    small_letter_px: int = 7  # the lowest small letters the detector finds with certainty
    most: int = 3  # CSS knows no higher ratio in wide use


TILING, PIXEL_RATIO = Tiling(), PixelRatioEstimate()


@cache
def engine() -> RapidOCR:
    return RapidOCR(
        params={
            "Global.use_cls": False,
            "Global.max_side_len": INPUT_SIDE,
            "Global.log_level": "error",
            "EngineConfig.onnxruntime.enable_cpu_mem_arena": True,
            "Rec.rec_batch_num": BATCH,
            "Rec.rec_img_shape": [3, INPUT_HEIGHT, INPUT_WIDTH],
        }
    )


@cache
def known_characters() -> frozenset[str]:
    """What the recognition network can read."""
    network = engine()._load_rec_model()  # type: ignore[no-untyped-call]
    return frozenset("".join(network.postprocess_op.character))


def detect_lines(image: Image, tiling: Tiling = TILING) -> list[Box]:
    """Loose boxes around lines of text, top to bottom. Tall pictures are read in tiles.

    HiDPI pictures are searched at the size the detector knows, which costs a quarter or a ninth.
    """
    ratio = estimate_pixel_ratio(image)
    if ratio > 1:
        size = (image.shape[1] // ratio, image.shape[0] // ratio)
        image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
    found: list[Box] = []
    for tile in cut_tiles(image, tiling):
        for box in _detect(image[tile.start : tile.end]):
            middle = tile.start + box.y + box.height / 2
            if tile.top <= middle < tile.bottom:
                found.append(Box(box.x, tile.start + box.y, box.width, box.height))
    return [Box(*(ratio * v for v in (b.x, b.y, b.width, b.height))) for b in found]


def recognise_lines(crops: Sequence[Image]) -> list[tuple[str, float]]:
    """The text of each one-line crop, with the network's confidence in 0..1."""
    keys = [(crop.shape, crop.tobytes()) for crop in crops]
    once = dict(zip(keys, crops, strict=True))  # rows of a table repeat their buttons
    if not once:
        return []
    read = engine().recognize_txt([np.ascontiguousarray(c[:, :, ::-1]) for c in once.values()])
    texts, scores = read.txts or (), read.scores or ()
    recognised = dict(zip(once, zip(texts, map(float, scores), strict=True), strict=True))
    return [recognised[key] for key in keys]


def estimate_pixel_ratio(image: Image, limits: PixelRatioEstimate = PIXEL_RATIO) -> int:
    """How many times larger than usual the small letters of the picture are drawn: 1, 2 or 3."""
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    away = cv2.absdiff(grey, cv2.medianBlur(grey, 2 * limits.around_px + 1))
    marks = (away > limits.contrast).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(marks, connectivity=8)
    widths, heights = stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT]
    upright = (widths >= limits.narrowest_px) & (widths <= limits.widest * heights)
    letters = heights[upright & (heights >= limits.lowest_px) & (heights <= limits.highest_px)]
    if letters.size < limits.fewest:
        return 1
    small = np.percentile(letters, 100 * limits.small)
    return int(np.clip(small // limits.small_letter_px, 1, limits.most))


def cut_tiles(image: Image, tiling: Tiling = TILING) -> list[Tile]:
    """The picture in tiles, cut at the quietest rows near each multiple of a tile's height."""
    height = image.shape[0]
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.int16)
    edges = (np.abs(np.diff(grey, axis=1)) > tiling.edge).sum(axis=1)
    busy = np.convolve(edges, np.ones(tiling.quiet_px), mode="same")
    cuts = [0]
    while height - cuts[-1] > tiling.whole * tiling.tile_px:
        start = cuts[-1] + tiling.tile_px - tiling.search_px
        cuts.append(start + int(np.argmin(busy[start : start + 2 * tiling.search_px])))
    overlap = tiling.overlap_px
    return [
        Tile(top, bottom, max(0, top - overlap), min(height, bottom + overlap))
        for top, bottom in pairwise([*cuts, height])
    ]


def _detect(image: Image) -> list[Box]:
    reader = engine()
    pixels = np.ascontiguousarray(image[:, :, ::-1])
    prepared, record = reader.preprocess_img(pixels)
    lines = reader._load_det_model()(prepared)  # type: ignore[no-untyped-call]
    if lines.boxes is None:
        return []
    ratio = np.array([record["preprocess"]["ratio_w"], record["preprocess"]["ratio_h"]])
    return [_bounds(quad * ratio) for quad in lines.boxes]


def _bounds(quad: NDArray[np.float64]) -> Box:
    left, top = (math.floor(v) for v in quad.min(axis=0))
    right, bottom = (math.ceil(v) for v in quad.max(axis=0))
    return Box(left, top, right - left, bottom - top)
