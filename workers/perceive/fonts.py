"""Which face, at which size, reproduces each run of text.

Each run is set in candidate faces and correlated with the ink. Three things speak for a face: the
glyphs look the same, the size that gives the ink's width also gives its height, and the rest of
the page uses it too.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from workers.elements import Box, Font, Image, StyledRun, TextRun
from workers.perceive.faces import Extent, Face, css_stack, extent, faces, metrics, text_width
from workers.perceive.ink import Floats, find_ink, grow

__all__ = ["css_stack", "metrics", "style_runs", "text_width"]

SAMPLE = 24  # runs from which the page's families are chosen
FAMILIES = 3  # families kept for every run
COMPARED = 40  # characters compared; longer runs say no more
PAGE_PRIOR = 0.5  # weight of the page's opinion of a family
GROUP_PRIOR = 0.5  # weight of like runs' opinion of a face
BROWSER_SIZES = (10.72, 13.28, 13.333, 18.72)  # px: h6, h5, form controls, h3 by default
SIZE_SNAP = 0.006  # of the size: how far measurement may be from a likely size


@dataclass(frozen=True)
class Specimen:
    """A run as it is compared: the head of its text, and the ink of that head."""

    run: TextRun
    box: Box
    coverage: Floats


Scores = dict[Face, float]


def style_runs(image: Image, runs: Sequence[TextRun]) -> tuple[StyledRun, ...]:
    """Each run with the installed font that reproduces it best. Sizes are image pixels."""
    specimens = [_specimen(image, run) for run in runs]
    chosen = _page_faces(specimens)
    scores = [{face: _likeness(s, face) for face in chosen} for s in specimens]
    faced = _agree(specimens, scores)
    return tuple(_set(s, face) for s, face in zip(specimens, faced, strict=True))


def _specimen(image: Image, run: TextRun) -> Specimen:
    ink = find_ink(image, grow(run.ink, 1, 1))
    if ink is None:
        return Specimen(run, run.ink, np.ones((run.ink.height, run.ink.width), np.float32))
    return Specimen(run, ink.box, ink.coverage)


def _page_faces(specimens: Sequence[Specimen]) -> list[Face]:
    """The faces of the families that fit a sample of the page's runs best."""
    telling = sorted(specimens, key=lambda s: -min(len(s.run.text), COMPARED))[:SAMPLE]
    fit: dict[str, float] = defaultdict(float)
    upright = [f for f in faces() if not f.italic and f.weight in (400, 700)] or list(faces())
    for s in telling:
        best: dict[str, float] = defaultdict(lambda: -1.0)
        for face in upright:
            best[face.family] = max(best[face.family], _likeness(s, face))
        for family, score in best.items():
            fit[family] += score
    kept = sorted(fit, key=lambda family: -fit[family])[:FAMILIES]
    return [f for f in faces() if f.family in kept and 300 <= f.weight <= 800] or upright


def _likeness(s: Specimen, face: Face) -> float:
    """Correlation of the face's glyphs with the ink, less the disagreement of width and height."""
    set_at = extent(face, s.run.text)
    if set_at.width <= 0 or set_at.height <= 0:
        return -1.0
    across, down = s.box.width / set_at.width, s.box.height / set_at.height
    disagreement = abs(np.log(across / down))
    if disagreement > 0.7:
        return -1.0
    glyphs = _glyphs(face, s.run.text, round((across if len(s.run.text) > 3 else down) * 2) / 2)
    if glyphs is None:
        return -1.0
    height, width = s.coverage.shape
    fitted = cv2.resize(glyphs, (width, height), interpolation=cv2.INTER_AREA)
    return _correlation(np.asarray(fitted, np.float32), s.coverage) - float(disagreement)


@lru_cache(maxsize=20_000)
def _glyphs(face: Face, text: str, size: float) -> Floats | None:
    """The tight coverage of `text` in `face`, (H, W) in 0..1; None for blank text."""
    mask = face.at(max(6.0, size)).getmask(text, mode="L")
    if 0 in mask.size:
        return None
    pixels = np.asarray(mask, np.float32).reshape(mask.size[1], mask.size[0]) / np.float32(255)
    ys, xs = np.nonzero(pixels > 0.25)
    if not xs.size:
        return None
    return pixels[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]


def _correlation(a: Floats, b: Floats) -> float:
    """Normalised cross-correlation of two equal-sized images, slightly blurred."""
    a, b = (np.asarray(cv2.GaussianBlur(m, (3, 3), 0)) for m in (a, b))
    a, b = a - a.mean(), b - b.mean()
    return float((a * b).sum() / np.sqrt((a * a).sum() * (b * b).sum() + 1e-6))


def _agree(specimens: Sequence[Specimen], scores: Sequence[Scores]) -> list[Face]:
    """The best face of each run, in the light of the page and of runs of like size and colour."""
    page = _page_opinion(specimens, scores)
    keys = [_group(s) for s in specimens]
    groups: dict[tuple[int, ...], list[Scores]] = defaultdict(list)
    for key, score in zip(keys, scores, strict=True):
        groups[key].append(score)
    faced = []
    for key, score in zip(keys, scores, strict=True):
        alike = groups[key]
        total = {
            face: value
            + PAGE_PRIOR * page[face.family]
            + GROUP_PRIOR * sum(other[face] for other in alike) / len(alike)
            - (0.015 if face.weight not in (400, 700) else 0)
            - (0.03 if face.italic else 0)
            for face, value in score.items()
        }
        faced.append(max(total, key=lambda face: total[face]))
    return faced


def _page_opinion(specimens: Sequence[Specimen], scores: Sequence[Scores]) -> dict[str, float]:
    """Mean likeness of each family over the page, longer runs counting more."""
    total: dict[str, float] = defaultdict(float)
    weight = 0.0
    for s, score in zip(specimens, scores, strict=True):
        telling = min(len(s.run.text), COMPARED) ** 0.5
        weight += telling
        best: dict[str, float] = defaultdict(lambda: -1.0)
        for face, value in score.items():
            best[face.family] = max(best[face.family], value)
        for family, value in best.items():
            total[family] += telling * value
    return defaultdict(float, {family: value / weight for family, value in total.items()})


def _group(s: Specimen) -> tuple[int, ...]:
    return (round(s.box.height / 4), *(channel // 28 for channel in s.run.colour))


def _set(s: Specimen, face: Face) -> StyledRun:
    set_at = extent(face, s.run.text)
    size = _size(s, set_at)
    baseline = s.box.bottom - set_at.bottom * size
    from_top = s.box.y - set_at.top * size
    font = Font(face.family, face.weight, size, face.italic)
    return StyledRun(s.run, font, round((baseline + from_top) / 2), s.box.x - set_at.left * size)


def _size(s: Specimen, set_at: Extent) -> float:
    """Pixels per em: from the width of words, from the height of a few letters."""
    across = s.box.width / max(set_at.width, 0.05)
    down = s.box.height / max(set_at.height, 0.05)
    measured = across if len(s.run.text) > 3 else down
    likely = [round(measured * 2) / 2, *BROWSER_SIZES]
    nearest = min(likely, key=lambda size: abs(size - measured))
    slack = max(SIZE_SNAP, 1.0 / max(s.box.width, 1)) * measured
    if len(s.run.text) <= 3 or abs(nearest - measured) <= slack:
        return nearest
    return round(measured, 1)
