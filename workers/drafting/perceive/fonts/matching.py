"""Which face, at which size, reproduces each run of text.

Browsers place glyphs at unrounded advances, so the ink's width gives the size of the right face to
a fraction of a percent. Each run is set in candidate faces at that size and correlated with the
ink; runs of like look and the page as a whole then have their say, as a page uses few faces.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from workers.drafting.page import Font, StyledRun
from workers.drafting.perceive.fonts.installed import (
    Extent,
    Face,
    css_stack,
    drawn,
    extent,
    faces,
    metrics,
    text_width,
)
from workers.drafting.perceive.text.ink import Floats, find_ink
from workers.imaging import Box, Image, TextRun, grow

__all__ = ["css_stack", "metrics", "style_runs", "text_width"]

SAMPLE = 20  # runs from which the page's families are chosen
FAMILIES = 4  # families a page may use
CLEARLY = 0.04  # how much better a run must look in another family for it to count
WORTH_A_FAMILY = 0.25  # the gain over the sample, times the root of the length, that adds one
COMPARED = 16  # characters compared; longer runs say no more
SUPERSAMPLED = 4  # glyphs are drawn this much larger and averaged down, which undoes hinting
BLANK, SLIP = 2, 2  # px around the glyphs that must be blank; px they may be off
MASS = 0.15  # weight of a mismatch in the amount of ink, which tells weights apart
PAGE_PRIOR = 0.6  # weight of the page's opinion of a family
GROUP_PRIOR = 1.0  # weight of like runs' opinion of a face
RARE_WEIGHT, RARE_SLOPE = 0.01, 0.02  # what a run must gain to be set in an unusual face
BROWSER_SIZES = (10.72, 13.28, 13.333, 18.72)  # px: h6, h5, form controls, h3 by default
EDGE = 0.3  # px by which the ink box is wider than the outlines, from rounding out
EDGE_SLACK = 1.5  # px by which it may be
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
    families = _page_families(specimens)
    scores = [_scores(s, families) for s in specimens]
    faced = _agree(specimens, scores)
    sizes = _sizes(specimens, faced)
    return tuple(_set(*each) for each in zip(specimens, faced, sizes, strict=True))


def _specimen(image: Image, run: TextRun) -> Specimen:
    ink = find_ink(image, grow(run.ink, 1))
    if ink is None:
        return Specimen(run, run.ink, np.ones((run.ink.height, run.ink.width), np.float32))
    return Specimen(run, ink.box, ink.coverage)


def _page_families(specimens: Sequence[Specimen]) -> list[str]:
    """The few families that explain a sample of the page's runs, the main one first.

    Families are added greedily while some runs look clearly better in one not yet taken.
    """
    upright = [f for f in faces() if not f.italic and f.weight in (400, 700)] or list(faces())
    sample = [s for s in _sample(specimens) if len(s.run.text) >= 3]
    fits = [_best_by_family(_score_all(s, upright)) for s in sample]
    weights = [min(len(s.run.text), COMPARED) ** 0.5 for s in sample]
    kept: list[str] = []
    reached = [-CLEARLY] * len(fits)
    while len(kept) < FAMILIES:
        gains = {
            family: sum(
                weight * max(0.0, fit[family] - best - CLEARLY)
                for fit, best, weight in zip(fits, reached, weights, strict=True)
            )
            for family in dict.fromkeys(f.family for f in upright)
        }
        best_family = max(gains, key=lambda family: gains[family])
        if kept and gains[best_family] < WORTH_A_FAMILY:
            break
        kept.append(best_family)
        reached = [max(r, fit[best_family]) for r, fit in zip(reached, fits, strict=True)]
    return kept


def _sample(specimens: Sequence[Specimen]) -> list[Specimen]:
    """The longest run of each look, then the next longest, up to SAMPLE."""
    looks: dict[tuple[int, ...], list[Specimen]] = defaultdict(list)
    for s in sorted(specimens, key=lambda s: -min(len(s.run.text), COMPARED)):
        looks[_look(s)].append(s)
    ranked = [(rank, s) for alike in looks.values() for rank, s in enumerate(alike)]
    return [s for _, s in sorted(ranked, key=lambda each: each[0])[:SAMPLE]]


def _look(s: Specimen) -> tuple[int, ...]:
    """What runs in one style share, before their face is known."""
    return (round(s.box.height / 4), *(channel // 28 for channel in s.run.colour))


def _scores(s: Specimen, families: Sequence[str]) -> Scores:
    """Likeness of the run to each face that may be its own.

    Regular and bold of every family are tried; other weights and slopes of the best one only.
    """
    candidates = [f for f in faces() if f.family in families and 300 <= f.weight <= 800]
    plain = [f for f in candidates if not f.italic and f.weight in (400, 700)] or candidates
    scores = _score_all(s, plain)
    best = max(scores, key=lambda face: scores[face])
    rest = [f for f in candidates if f.family == best.family and f not in scores]
    near = [f for f in rest if abs(f.weight - best.weight) <= 200]
    return scores | _score_all(s, near)


def _score_all(s: Specimen, candidates: Sequence[Face]) -> Scores:
    return {face: _likeness(s, face) for face in candidates}


def _best_by_family(scores: Scores) -> dict[str, float]:
    best: dict[str, float] = defaultdict(lambda: -1.0)
    for face, value in scores.items():
        best[face.family] = max(best[face.family], value)
    return best


def _likeness(s: Specimen, face: Face) -> float:
    """How well the face's glyphs cover the ink: at most 1."""
    text = s.run.text
    set_at = extent(face, text)
    if set_at.width <= 0 or set_at.height <= 0:
        return -1.0
    size = s.box.width / set_at.width
    if not 0.5 < s.box.height / (set_at.height * size) < 2.0:
        return -1.0
    glyphs = _glyphs(face, text[:COMPARED], round(size, 1))
    if glyphs is None:
        return -1.0
    width = glyphs.shape[1] if len(text) > COMPARED else max(glyphs.shape[1], s.box.width)
    ink = s.coverage[:, :width]
    rows = max(glyphs.shape[0], ink.shape[0])
    there = _framed(ink, rows, width, BLANK + SLIP)
    drawn = _framed(glyphs, rows, width, BLANK)
    match = float(cv2.matchTemplate(there, drawn, cv2.TM_CCOEFF_NORMED).max())
    mass = abs(float(np.log(ink.sum() / max(float(glyphs.sum()), 1e-3))))
    return match - MASS * min(mass, 1.0)


def _framed(pixels: Floats, rows: int, columns: int, margin: int) -> Floats:
    """`pixels`, blurred a little, at the centre left of a blank (rows, columns) with a margin."""
    framed = np.zeros((rows + 2 * margin, columns + 2 * margin), np.float32)
    top = margin + (rows - pixels.shape[0]) // 2
    framed[top : top + pixels.shape[0], margin : margin + pixels.shape[1]] = pixels
    return np.asarray(cv2.GaussianBlur(framed, (3, 3), 0), np.float32)


@lru_cache(maxsize=20_000)
def _glyphs(face: Face, text: str, size: float) -> Floats | None:
    """The tight coverage of `text` in `face`, (H, W) in 0..1; None for blank text."""
    large = drawn(face.at(size * SUPERSAMPLED), text)
    rows, columns = (np.flatnonzero(large.max(axis=axis)) for axis in (1, 0))
    if not rows.size:
        return None
    large = large[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height, width = (max(1, round(side / SUPERSAMPLED)) for side in large.shape)
    small = cv2.resize(large, (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32) / np.float32(255)


def _agree(specimens: Sequence[Specimen], scores: Sequence[Scores]) -> list[Face]:
    """The best face of each run, in the light of the page and of runs of like look."""
    page = _page_opinion(specimens, scores)
    keys = [_look(s) for s in specimens]
    groups: dict[tuple[int, ...], list[Scores]] = defaultdict(list)
    for key, score in zip(keys, scores, strict=True):
        groups[key].append(score)
    faced = []
    for key, score in zip(keys, scores, strict=True):
        total = {
            face: value
            + PAGE_PRIOR * page[face.family]
            + GROUP_PRIOR * _mean_of(face, groups[key])
            - (RARE_WEIGHT if face.weight not in (400, 700) else 0)
            - (RARE_SLOPE if face.italic else 0)
            for face, value in score.items()
        }
        faced.append(max(total, key=lambda face: total[face]))
    return faced


def _mean_of(face: Face, alike: Sequence[Scores]) -> float:
    """Mean likeness over like runs; one that did not try the face counts its worst."""
    return sum(score.get(face, min(score.values())) for score in alike) / len(alike)


def _page_opinion(specimens: Sequence[Specimen], scores: Sequence[Scores]) -> dict[str, float]:
    """Mean likeness of each family over the page, longer runs counting more."""
    total: dict[str, float] = defaultdict(float)
    weight = 0.0
    for s, score in zip(specimens, scores, strict=True):
        telling = min(len(s.run.text), COMPARED) ** 0.5
        weight += telling
        for family, value in _best_by_family(score).items():
            total[family] += telling * value
    return defaultdict(float, {family: value / weight for family, value in total.items()})


def _sizes(specimens: Sequence[Specimen], faced: Sequence[Face]) -> list[float]:
    """Pixels per em of each run: its own measure, settled by longer runs in the same face."""
    measured = [_measure(s, face) for s, face in zip(specimens, faced, strict=True)]
    votes: dict[Face, dict[float, int]] = defaultdict(lambda: defaultdict(int))
    for s, face, (size, _) in zip(specimens, faced, measured, strict=True):
        votes[face][_likely(size, s)] += s.box.width
    settled = []
    for s, face, (size, slack) in zip(specimens, faced, measured, strict=True):
        near = {v: width for v, width in votes[face].items() if abs(v - size) <= slack}
        settled.append(max(near, key=lambda v: near[v], default=_likely(size, s)))
    return settled


def _measure(s: Specimen, face: Face) -> tuple[float, float]:
    """The size at which the face has the ink's width, and how far off that may be."""
    set_at = extent(face, s.run.text)
    across = (s.box.width - EDGE) / max(set_at.width, 0.05)
    return across, across * EDGE_SLACK / max(s.box.width, 1)


def _likely(measured: float, s: Specimen) -> float:
    """The size a style sheet would name, where one is near enough."""
    nearest = min((round(measured * 2) / 2, *BROWSER_SIZES), key=lambda v: abs(v - measured))
    if abs(nearest - measured) <= max(SIZE_SNAP, 1 / max(s.box.width, 1)) * measured:
        return nearest
    return round(measured, 1)


def _set(s: Specimen, face: Face, size: float) -> StyledRun:
    set_at: Extent = extent(face, s.run.text)
    from_bottom = s.box.bottom - set_at.bottom * size
    from_top = s.box.y - set_at.top * size
    font = Font(face.family, face.weight, size, face.italic)
    return StyledRun(s.run, font, round((from_bottom + from_top) / 2), s.box.x - set_at.left * size)
