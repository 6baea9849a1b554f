"""Which font, at which size, reproduces each run of text.

Browsers place glyphs at unrounded advances, so the ink's width gives the size of the right font to
a fraction of a percent. Each run is set in candidate fonts at that size and correlated with the
ink; runs of like style and the page as a whole then have their say, as a page uses few fonts.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.drafting.page import Font, StyledRun
from workers.drafting.perceive.fonts.installed import (
    PLAIN_WEIGHTS,
    FontFace,
    installed_faces,
    plain_of,
    rasterise,
    text_extents,
)
from workers.drafting.perceive.text.ink import Floats, find_ink_around
from workers.imaging import Box, Image, TextRun

BROWSER_SIZES = (10.72, 13.28, 13.333, 18.72)  # px: h6, h5, form controls, h3 by default


@dataclass(frozen=True)
class GlyphComparison:
    """How a run's ink is compared with the same text set in a face."""

    compared: int = 16  # characters; longer runs say no more
    supersampling: int = 4  # glyphs are drawn this much larger and averaged: undoes hinting
    size_step_px: float = 0.1  # between the sizes that glyphs are drawn at
    blank_px: int = 2  # around the glyphs that must be blank
    shift_px: int = 2  # that the glyphs may be off
    other_height: float = 2  # times: ink so much higher or lower is not of this face
    mass_weight: float = 0.15  # of a mismatch in the amount of ink, which tells weights apart


@dataclass(frozen=True)
class StyleGrouping:
    """How far runs of one style may differ in size and colour, as far as ink alone tells, and what
    more is said by those in one row or column."""

    size: float = 0.05  # share by which sizes of one style may be taken to differ
    aligned: float = 12.0  # times more that a run in the same row or column says
    flush_px: int = 2  # that two edges of one row or column may differ
    colour: int = 28  # levels


@dataclass(frozen=True)
class FamilyChoice:
    """Which families a page uses. Likeness is 1 for equal ink."""

    sample: int = 40  # runs looked at
    telling: int = 3  # letters a run needs to be looked at
    families: int = 4  # that a page may use
    clearly: float = 0.04  # how much more like its ink a run must be in another family to count
    worth: float = 0.25  # gain in likeness over the sample, by √letters, that adds a family


@dataclass(frozen=True)
class FaceChoice:
    """How runs share their evidence. Likeness is 1 for equal ink."""

    page_weight: float = 0.6  # of a family's mean likeness over the page
    style_weight: float = 0.7  # of a face's mean likeness over the runs of like style
    unusual_weight: float = 0.015  # likeness a run must gain to be neither regular nor bold…
    italic: float = 0.02  # …or italic
    lightest: int = 300  # CSS weight: thinner strokes are mostly pale ones…
    heaviest: int = 800  # CSS weight
    near_weight: int = 200  # CSS weight: how far from regular or bold another weight is tried


@dataclass(frozen=True)
class SizeMeasuring:
    """Sizes are CSS pixels per em."""

    rounding_px: float = 0.3  # by which ink is wider than the outlines, as pixels round out
    error_px: float = 1.5  # by which its width may be off
    near: float = 0.006  # of the size: how far measurement may be from a likely size


GLYPH_COMPARISON, STYLE_GROUPING = GlyphComparison(), StyleGrouping()
FAMILY_CHOICE, FACE_CHOICE, SIZE_MEASURING = FamilyChoice(), FaceChoice(), SizeMeasuring()


@dataclass(frozen=True)
class RunInk:
    """A run with its ink: `coverage` is (H, W) of `box`, in 0..1."""

    run: TextRun
    box: Box
    coverage: Floats


Likenesses = dict[FontFace, float]
StyleKey = tuple[int, ...]


def style_runs(image: Image, runs: Sequence[TextRun]) -> tuple[StyledRun, ...]:
    """Each run with the installed font that reproduces it best. Lengths are CSS pixels."""
    inks = [_ink_of(image, run) for run in runs]
    families = _page_families(inks)
    likenesses = [compare_candidates(ink, families) for ink in inks]
    faces = choose_faces(inks, likenesses)
    sizes = measure_sizes(inks, faces)
    return tuple(_styled(*each) for each in zip(inks, faces, sizes, strict=True))


def best_likeness(image: Image, run: TextRun) -> float:
    """How like its own text a run looks in the upright face that fits it best: at most 1."""
    ink = _ink_of(image, run)
    return max(likeness(ink, face) for face in plain_of(installed_faces()))


def _ink_of(image: Image, run: TextRun) -> RunInk:
    ink = find_ink_around(image, run.ink)
    if ink is None:
        return RunInk(run, run.ink, np.ones((run.ink.height, run.ink.width), np.float32))
    return RunInk(run, ink.box, ink.coverage)


def _page_families(inks: Sequence[RunInk]) -> list[str]:
    faces = plain_of(installed_faces())
    sample = sample_runs(inks)
    fits = [_best_by_family({face: likeness(ink, face) for face in faces}) for ink in sample]
    chosen = choose_families(fits, [_evidence(ink) for ink in sample])
    return chosen or [faces[0].family]


def sample_runs(
    inks: Sequence[RunInk],
    choice: FamilyChoice = FAMILY_CHOICE,
    grouping: StyleGrouping = STYLE_GROUPING,
) -> list[RunInk]:
    """The longest run of each style, then the next longest."""
    styles: dict[StyleKey, list[RunInk]] = defaultdict(list)
    for ink in sorted(inks, key=lambda ink: -_evidence(ink)):
        if len(ink.run.text) >= choice.telling:
            styles[style_key(ink, grouping)].append(ink)
    ranked = [(rank, ink) for alike in styles.values() for rank, ink in enumerate(alike)]
    return [ink for _, ink in sorted(ranked, key=lambda each: each[0])[: choice.sample]]


def style_key(ink: RunInk, grouping: StyleGrouping = STYLE_GROUPING) -> StyleKey:
    """What runs in one style share, before their font is known."""
    return (
        round(log(_size_by_height(ink)) / log(1 + grouping.size)),
        *(channel // grouping.colour for channel in ink.run.colour),
    )


def choose_families(
    fits: Sequence[dict[str, float]],
    evidence: Sequence[float],
    choice: FamilyChoice = FAMILY_CHOICE,
) -> list[str]:
    """The few families that explain a sample of the page's runs, the main one first.

    `fits` is each run's likeness in each family, `evidence` its weight. Families are added
    greedily while some runs look clearly better in one not yet taken.
    """
    kept: list[str] = []
    reached = [-choice.clearly] * len(fits)
    while fits and len(kept) < choice.families:
        gains = {
            family: sum(
                weight * max(0.0, fit[family] - best - choice.clearly)
                for fit, best, weight in zip(fits, reached, evidence, strict=True)
            )
            for family in dict.fromkeys(family for fit in fits for family in fit)
        }
        best_family = max(gains, key=lambda family: gains[family])
        if kept and gains[best_family] < choice.worth:
            break
        kept.append(best_family)
        reached = [max(r, fit[best_family]) for r, fit in zip(reached, fits, strict=True)]
    return kept


def compare_candidates(
    ink: RunInk, families: Sequence[str], choice: FaceChoice = FACE_CHOICE
) -> Likenesses:
    """Likeness of the run to each face that may be its own.

    Regular and bold of every family are tried; other weights and slopes of the best one only.
    """
    faces = [
        f
        for f in installed_faces()
        if f.family in families and choice.lightest <= f.weight <= choice.heaviest
    ]
    tried = {face: likeness(ink, face) for face in plain_of(faces)}
    best = max(tried, key=lambda face: tried[face])
    rest = [f for f in faces if f.family == best.family and f not in tried]
    near = [f for f in rest if abs(f.weight - best.weight) <= choice.near_weight]
    return tried | {face: likeness(ink, face) for face in near}


def _best_by_family(likenesses: Likenesses) -> dict[str, float]:
    best: dict[str, float] = defaultdict(lambda: -1.0)
    for face, value in likenesses.items():
        best[face.family] = max(best[face.family], value)
    return best


def likeness(ink: RunInk, face: FontFace, how: GlyphComparison = GLYPH_COMPARISON) -> float:
    """How well the face's glyphs cover the ink: at most 1, -1 where they do not."""
    text = ink.run.text
    set_at = text_extents(face, text)
    if set_at.width <= 0 or set_at.height <= 0:
        return -1.0
    size = ink.box.width / set_at.width
    if not 1 / how.other_height < ink.box.height / (set_at.height * size) < how.other_height:
        return -1.0
    step = how.size_step_px
    glyphs = _glyphs(face, text[: how.compared], round(size / step) * step, how.supersampling)
    if glyphs is None:
        return -1.0
    whole = len(text) <= how.compared
    width = max(glyphs.shape[1], ink.box.width) if whole else glyphs.shape[1]
    inked = ink.coverage[:, :width]
    rows = max(glyphs.shape[0], inked.shape[0])
    there = _framed(inked, rows, width, how.blank_px + how.shift_px)
    drawn = _framed(glyphs, rows, width, how.blank_px)
    match = float(cv2.matchTemplate(there, drawn, cv2.TM_CCOEFF_NORMED).max())
    mass = abs(float(np.log(inked.sum() / max(float(glyphs.sum()), 1e-3))))
    return match - how.mass_weight * min(mass, 1.0)


def _framed(pixels: Floats, rows: int, columns: int, margin: int) -> Floats:
    """`pixels`, blurred a little, at the centre left of a blank (rows, columns) with a margin."""
    framed = np.zeros((rows + 2 * margin, columns + 2 * margin), np.float32)
    top = margin + (rows - pixels.shape[0]) // 2
    framed[top : top + pixels.shape[0], margin : margin + pixels.shape[1]] = pixels
    return np.asarray(cv2.GaussianBlur(framed, (3, 3), 0), np.float32)


@lru_cache(maxsize=20_000)
def _glyphs(face: FontFace, text: str, size: float, supersampling: int) -> Floats | None:
    """The tight coverage of `text` in `face`, (H, W) in 0..1; None for blank text."""
    large = rasterise(face.at(size * supersampling), text)
    rows, columns = (np.flatnonzero(large.max(axis=axis)) for axis in (1, 0))
    if not rows.size:
        return None
    large = large[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height, width = (max(1, round(side / supersampling)) for side in large.shape)
    small = cv2.resize(large, (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32) / np.float32(255)


def choose_faces(
    inks: Sequence[RunInk],
    likenesses: Sequence[Likenesses],
    choice: FaceChoice = FACE_CHOICE,
    grouping: StyleGrouping = STYLE_GROUPING,
) -> list[FontFace]:
    """The best face of each run, in the light of the page and of runs of like style."""
    of_page = _family_means(inks, likenesses)
    chosen = []
    for near, own in zip(nearness(inks, grouping), likenesses, strict=True):
        total = {
            face: value
            + choice.page_weight * of_page[face.family]
            + choice.style_weight * _mean_of(face, likenesses, near)
            - (choice.unusual_weight if face.weight not in PLAIN_WEIGHTS else 0)
            - (choice.italic if face.italic else 0)
            for face, value in own.items()
        }
        chosen.append(max(total, key=lambda face: total[face]))
    return chosen


def nearness(inks: Sequence[RunInk], grouping: StyleGrouping = STYLE_GROUPING) -> Floats:
    """(N, N): how much each run's likenesses say of each other one: 1 where both seem set alike,
    less the more their sizes and colours differ, and the fewer letters the other has."""
    sizes = np.log([_size_by_height(ink) for ink in inks])
    colours = np.array([ink.run.colour for ink in inks], np.float32).reshape(-1, 3)
    apart = np.abs(colours[:, None] - colours[None]).max(axis=2) / grouping.colour
    larger = (sizes[:, None] - sizes[None]) / grouping.size
    evidence = np.array([_evidence(ink) for ink in inks])
    closer = 1 + grouping.aligned * _aligned(inks, grouping)
    return np.asarray(np.exp(-(larger**2) - apart**2) * closer * evidence[None], np.float32)


def _aligned(inks: Sequence[RunInk], grouping: StyleGrouping) -> NDArray[np.bool_]:
    """(N, N): which runs stand in one column, flush left or right, or in one row."""
    boxes = [ink.box for ink in inks]
    edges = (
        [box.x for box in boxes],
        [box.right for box in boxes],
        [box.y for box in boxes],
        [box.bottom for box in boxes],
    )
    flush = [np.abs(np.subtract.outer(edge, edge)) <= grouping.flush_px for edge in edges]
    return np.asarray(np.logical_or.reduce(flush), np.bool_)


def _size_by_height(ink: RunInk) -> float:
    """Pixels per em by the ink's height, which letters without ascenders measure as well."""
    in_em = text_extents(installed_faces()[0], ink.run.text).height
    return ink.box.height / in_em if in_em > 0 else 1.0


def _mean_of(face: FontFace, likenesses: Sequence[Likenesses], near: Floats) -> float:
    """Mean likeness over near runs; one that did not try the face counts its worst."""
    values = [each.get(face, min(each.values())) for each in likenesses]
    return float(np.average(values, weights=near))


def _family_means(inks: Sequence[RunInk], likenesses: Sequence[Likenesses]) -> dict[str, float]:
    """Mean likeness of each family over the page, longer runs counting more."""
    total: dict[str, float] = defaultdict(float)
    for ink, own in zip(inks, likenesses, strict=True):
        for family, value in _best_by_family(own).items():
            total[family] += _evidence(ink) * value
    weight = sum(_evidence(ink) for ink in inks)
    return {family: value / weight for family, value in total.items()}


def _evidence(ink: RunInk, how: GlyphComparison = GLYPH_COMPARISON) -> float:
    """How much a run's likeness says: the more letters are compared, the more."""
    return float(min(len(ink.run.text), how.compared) ** 0.5)


def measure_sizes(
    inks: Sequence[RunInk], faces: Sequence[FontFace], measuring: SizeMeasuring = SIZE_MEASURING
) -> list[float]:
    """Pixels per em of each run: its own measure, or one near it that more of its face has."""
    measured = [_measure(*each, measuring) for each in zip(inks, faces, strict=True)]
    votes: dict[FontFace, dict[float, int]] = defaultdict(lambda: defaultdict(int))
    for ink, face, (size, _) in zip(inks, faces, measured, strict=True):
        votes[face][_likely(size, ink, measuring)] += ink.box.width
    sizes = []
    for ink, face, (size, error) in zip(inks, faces, measured, strict=True):
        near = {v: width for v, width in votes[face].items() if abs(v - size) <= error}
        sizes.append(max(near, key=lambda v: near[v], default=_likely(size, ink, measuring)))
    return sizes


def _measure(ink: RunInk, face: FontFace, measuring: SizeMeasuring) -> tuple[float, float]:
    """The size at which the face has the ink's width, and how far off that may be."""
    outlines = max(text_extents(face, ink.run.text).width, 0.05)
    size = (ink.box.width - measuring.rounding_px) / outlines
    return size, size * measuring.error_px / max(ink.box.width, 1)


def _likely(measured: float, ink: RunInk, measuring: SizeMeasuring) -> float:
    """The size a style sheet would name, where one is near enough."""
    nearest = min((round(measured * 2) / 2, *BROWSER_SIZES), key=lambda v: abs(v - measured))
    pixel = 1 / max(ink.box.width, 1)
    if abs(nearest - measured) <= max(measuring.near, pixel) * measured:
        return nearest
    return round(measured, 1)


def _styled(ink: RunInk, face: FontFace, size: float) -> StyledRun:
    """The run set so that its outlines are in the middle of its ink."""
    outlines = text_extents(face, ink.run.text)
    from_bottom = ink.box.bottom - outlines.bottom * size
    from_top = ink.box.y - outlines.top * size
    font = Font(face.family, face.weight, size, face.italic)
    baseline = round((from_bottom + from_top) / 2)
    return StyledRun(ink.run, font, baseline, ink.box.x - outlines.left * size)
