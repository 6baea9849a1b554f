"""The reader: rapidocr's two networks, finding lines of text and naming their characters.

PP-OCRv6 small, detection and recognition, from inside the rapidocr 3.10 wheel: nothing is fetched.
The networks are loaded once per process, on first use.
"""

import math
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray
from rapidocr import RapidOCR

from workers.imaging import Box, Image

TILE = 1200  # rows read at a time; the detector loses small text on taller pictures
OVERLAP = 40
SMALLEST_READABLE = 0.5  # recognition confidence below this is not text
SMALL_LETTER = 7  # px: the lowest small letters the detector finds with certainty
FEWEST_LETTERS = 20  # below this their height says nothing about the picture
LINE_HEIGHT = 48  # rows of the recognition network's input
NARROWEST = 96  # columns it is padded to; the default of 320 doubles the cost of short words
BATCH = 2  # crops recognised together; larger batches pad more and gain nothing on a CPU


@cache
def engine() -> RapidOCR:
    return RapidOCR(
        params={
            "Global.use_cls": False,
            "Global.max_side_len": 4000,
            "Global.log_level": "error",
            "EngineConfig.onnxruntime.enable_cpu_mem_arena": True,
            "Rec.rec_batch_num": BATCH,
            "Rec.rec_img_shape": [3, LINE_HEIGHT, NARROWEST],
        }
    )


def find_lines(image: Image) -> list[Box]:
    """Loose boxes around lines of text, top to bottom. Tall pictures are read in tiles.

    HiDPI pictures are searched at the size the detector knows, which costs a quarter or a ninth.
    """
    factor = _enlargement(image)
    if factor > 1:
        size = (image.shape[1] // factor, image.shape[0] // factor)
        image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
    height = image.shape[0]
    found: list[Box] = []
    for top, bottom in pairwise(_cuts(image)):
        start, end = max(0, top - OVERLAP), min(height, bottom + OVERLAP)
        for box in _detect(image[start:end]):
            middle = start + box.y + box.height / 2
            if top <= middle < bottom:
                found.append(Box(box.x, start + box.y, box.width, box.height))
    return [Box(*(factor * v for v in (b.x, b.y, b.width, b.height))) for b in found]


def name_lines(crops: Sequence[Image]) -> list[tuple[str, float]]:
    """The text of each one-line crop, with the network's confidence in 0..1."""
    keys = [(crop.shape, crop.tobytes()) for crop in crops]
    once = dict(zip(keys, crops, strict=True))  # rows of a table repeat their buttons
    if not once:
        return []
    read = engine().recognize_txt([np.ascontiguousarray(c[:, :, ::-1]) for c in once.values()])
    texts, scores = read.txts or (), read.scores or ()
    named = dict(zip(once, zip(texts, map(float, scores), strict=True), strict=True))
    return [named[key] for key in keys]


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


def _enlargement(image: Image) -> int:
    """How many times larger than usual the small letters of the picture are drawn: 1, 2 or 3."""
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    marks = (cv2.absdiff(grey, cv2.medianBlur(grey, 31)) > 40).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(marks, connectivity=8)
    widths, heights = stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT]
    letters = heights[(heights >= 5) & (heights <= 60) & (widths <= 2 * heights) & (widths >= 2)]
    if letters.size < FEWEST_LETTERS:
        return 1
    return int(np.clip(np.percentile(letters, 25) // SMALL_LETTER, 1, 3))


def _cuts(image: Image) -> list[int]:
    """Rows at which to cut a tall picture: the quietest near each multiple of TILE."""
    height = image.shape[0]
    if height <= TILE * 1.5:
        return [0, height]
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.int16)
    edges = (np.abs(np.diff(grey, axis=1)) > 16).sum(axis=1)
    busy = np.convolve(edges, np.ones(9), mode="same")
    cuts = [0]
    while height - cuts[-1] > TILE * 1.5:
        start = cuts[-1] + TILE - 200
        cuts.append(start + int(np.argmin(busy[start : start + 400])))
    return [*cuts, height]
