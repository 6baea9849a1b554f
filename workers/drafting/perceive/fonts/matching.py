"""Which font, at which size, reproduces each run of text.

Browsers place glyphs at unrounded advances, so the ink's width gives the size of the right font to
a fraction of a percent. Each run is set in candidate fonts at that size and correlated with the
ink; runs of like style and the page as a whole then have their say, as a page uses few fonts.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import log

import numpy as np
from numpy.typing import NDArray

from workers.drafting.page import Font, StyledRun
from workers.drafting.perceive.fonts.installed import (
    PLAIN_WEIGHTS,
    FontFace,
    installed_faces,
    plain_of,
    text_extents,
)
from workers.drafting.perceive.fonts.likeness import (
    RunInk,
    evidence,
    ink_of,
    likeness,
    share_compared,
)
from workers.drafting.perceive.fonts.readings import readings_of
from workers.drafting.perceive.fonts.sizes import measure_sizes
from workers.drafting.perceive.text.ink import Floats
from workers.imaging import Image, TextRun, box_at_image_scale


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

    alone: float = 0.4  # of its own likeness, which counts more the longer a run is…
    page_weight: float = 0.6  # …of a family's mean likeness over the page
    style_weight: float = 0.7  # of a face's mean likeness over the runs of like style
    unusual_weight: float = 0.015  # likeness a run must gain to be neither regular nor bold…
    italic: float = 0.03  # …or italic
    other_reading: float = 0.01  # likeness by which another reading must be better to be believed
    lightest: int = 300  # CSS weight: thinner strokes are mostly pale ones…
    heaviest: int = 800  # CSS weight
    near_weight: int = 200  # CSS weight: how far from regular or bold another weight is tried


STYLE_GROUPING, FAMILY_CHOICE, FACE_CHOICE = StyleGrouping(), FamilyChoice(), FaceChoice()

Likenesses = dict[FontFace, float]
StyleKey = tuple[int, ...]


def style_runs(
    image: Image, runs: Sequence[TextRun], fine: Image | None = None, scale: float = 1
) -> tuple[StyledRun, ...]:
    """Each run with the installed font that reproduces it best. Lengths are CSS pixels.

    `image` has one pixel per CSS pixel; `fine`, where there is one, `scale` of them.
    """
    coarse = [ink_of(image, run) for run in runs]
    inks = coarse if fine is None else [ink_of(fine, _at_scale(run, scale)) for run in runs]
    families = _page_families(inks)
    inks = [with_best_reading(ink, families) for ink in inks]
    likenesses = [compare_candidates(ink, families) for ink in inks]
    faces = choose_faces(inks, likenesses)
    sizes = measure_sizes(inks, faces, scale)
    told = (
        replace(one, run=replace(one.run, text=ink.run.text))
        for one, ink in zip(coarse, inks, strict=True)
    )
    return tuple(_styled(*each) for each in zip(told, faces, sizes, strict=True))


def _at_scale(run: TextRun, scale: float) -> TextRun:
    return replace(run, ink=box_at_image_scale(run.ink, scale))


def with_best_reading(
    ink: RunInk, families: Sequence[str], choice: FaceChoice = FACE_CHOICE
) -> RunInk:
    """The ink with that of the texts it may be taken for which looks most like it."""
    texts = readings_of(ink.run.text)
    if len(texts) == 1:
        return ink
    faces = [face for face in plain_of(installed_faces()) if face.family in families]
    tried = [replace(ink, run=replace(ink.run, text=text)) for text in texts]
    fits = [max(likeness(one, face) for face in faces) for one in tried]
    best = max(range(len(texts)), key=lambda at: fits[at])
    return tried[best] if fits[best] > fits[0] + choice.other_reading else ink


def _page_families(inks: Sequence[RunInk]) -> list[str]:
    faces = plain_of(installed_faces())
    sample = sample_runs(inks)
    fits = [_best_by_family({face: likeness(ink, face) for face in faces}) for ink in sample]
    chosen = choose_families(fits, [evidence(ink) for ink in sample])
    return chosen or [faces[0].family]


def sample_runs(
    inks: Sequence[RunInk],
    choice: FamilyChoice = FAMILY_CHOICE,
    grouping: StyleGrouping = STYLE_GROUPING,
) -> list[RunInk]:
    """The longest run of each style, then the next longest."""
    styles: dict[StyleKey, list[RunInk]] = defaultdict(list)
    for ink in sorted(inks, key=lambda ink: -evidence(ink)):
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


def choose_faces(
    inks: Sequence[RunInk],
    likenesses: Sequence[Likenesses],
    choice: FaceChoice = FACE_CHOICE,
    grouping: StyleGrouping = STYLE_GROUPING,
) -> list[FontFace]:
    """The best face of each run, in the light of the page and of runs of like style."""
    of_page = _family_means(inks, likenesses)
    chosen = []
    for ink, near, own in zip(inks, nearness(inks, grouping), likenesses, strict=True):
        sure = choice.alone + (1 - choice.alone) * share_compared(ink)
        total = {
            face: sure * value
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
    says = np.array([evidence(ink) for ink in inks])
    closer = 1 + grouping.aligned * _aligned(inks, grouping)
    return np.asarray(np.exp(-(larger**2) - apart**2) * closer * says[None], np.float32)


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
            total[family] += evidence(ink) * value
    weight = sum(evidence(ink) for ink in inks)
    return {family: value / weight for family, value in total.items()}


def _styled(ink: RunInk, face: FontFace, size: float) -> StyledRun:
    """The run set so that its outlines are in the middle of its ink."""
    outlines = text_extents(face, ink.run.text)
    from_bottom = ink.box.bottom - outlines.bottom * size
    from_top = ink.box.y - outlines.top * size
    font = Font(face.family, face.weight, size, face.italic)
    baseline = round((from_bottom + from_top) / 2)
    return StyledRun(ink.run, font, baseline, ink.box.x - outlines.left * size)
