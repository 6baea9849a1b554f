"""Which text of the mockup is which text of the render.

In three steps, each on what the one before left over:
1. runs that overlap on one line form a group, compared as one text, so that a run split or merged
   by OCR costs nothing; render runs whose pixels the mockup shows count as read without error;
2. render runs that OCR missed but the mockup's pixels show are matched with themselves;
3. the rest is assigned by similarity and nearness (Hungarian method), as Design2Code does
   (Si et al., "Design2Code", NAACL 2025, section 3.2; matches under similarity 0.5 are dropped).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from workers.imaging import Box, Colour, TextRun, bounds, to_colour
from workers.scoring.ink import ink_colours
from workers.scoring.page_view import PageView
from workers.scoring.pixel_match import PixelMatch, find_same, same_pixels
from workers.scoring.text_lines import covered, joined, overlap_groups, similarity

LEAST_SIMILARITY = 0.5  # Design2Code's threshold
NEARNESS = 0.1  # weight of a full page of distance against similarity


@dataclass(frozen=True)
class Match:
    """Text present on both sides. Areas are ink boxes' pixels; `shift` is pixels, box corners."""

    mockup: Box
    render: Box
    area: int
    similarity: float
    shift: float
    colours: tuple[tuple[Colour, Colour], ...]


@dataclass(frozen=True)
class Matching:
    """All text of both sides, matched or left over; `rasterised` is mockup text in a picture."""

    matches: tuple[Match, ...]
    missing: tuple[TextRun, ...]
    surplus: tuple[TextRun, ...]
    rasterised: tuple[TextRun, ...]


def match_text(mockup: PageView, render: PageView) -> Matching:
    """Matches the runs of two views of one scale and one coordinate system."""
    found = [find_same(render.image, run.ink, mockup.image, render.scale) for run in render.runs]
    matches: list[Match] = []
    missing: list[TextRun] = []
    surplus: list[TextRun] = []
    groups = overlap_groups([r.ink for r in mockup.runs], [r.ink for r in render.runs])
    for ours, theirs in groups:
        shown = [mockup.runs[i] for i in ours]
        drawn = [(render.runs[j], found[j]) for j in theirs]
        match = _group_match(mockup, shown, drawn) if shown and drawn else None
        if match is not None:
            matches.append(match)
            continue
        missing += shown
        for run, place in drawn:
            if place is None:
                surplus.append(run)
            else:
                matches.append(_self_match(mockup, run, place))
    assigned, missing, surplus = _assign(mockup, missing, surplus)
    rasterised, missing = _split_missing(mockup, render, missing)
    return Matching(tuple(matches + assigned), tuple(missing), tuple(surplus), tuple(rasterised))


def _group_match(
    mockup: PageView, shown: list[TextRun], drawn: list[tuple[TextRun, PixelMatch | None]]
) -> Match | None:
    runs = [run for run, _ in drawn]
    places = [place for _, place in drawn if place is not None]
    alike = similarity(joined(shown), joined(runs))
    proven = covered([run.ink for run in shown], [place.box for place in places])
    proven *= sum(run.ink.area for run, p in drawn if p) / sum(run.ink.area for run in runs)
    alike = max(alike, 1.0 if proven > 0.9 else proven)
    if alike < LEAST_SIMILARITY:
        return None
    here, there = bounds([run.ink for run in shown]), bounds([run.ink for run in runs])
    if len(places) == len(runs):
        shift = max(place.shift for place in places)
        colours = tuple(
            (ink_colours(mockup.image, place.box)[0], run.colour)
            for run, place in zip(runs, places, strict=True)
        )
    else:
        shift = _corner_shift(here, there)
        colours = ((_mean_colour(shown), _mean_colour(runs)),)
    area = sum(run.ink.area for run in [*shown, *runs])
    return Match(here, there, area, alike, shift, colours)


def _self_match(mockup: PageView, run: TextRun, place: PixelMatch) -> Match:
    colour = ink_colours(mockup.image, place.box)[0]
    area = run.ink.area + place.box.area
    return Match(place.box, run.ink, area, 1.0, place.shift, ((colour, run.colour),))


def _assign(
    mockup: PageView, missing: list[TextRun], surplus: list[TextRun]
) -> tuple[list[Match], list[TextRun], list[TextRun]]:
    """Matches what is left by likeness; returns the matches and what stays on either side."""
    if not missing or not surplus:
        return [], missing, surplus
    alike = np.array([[similarity(m.text, r.text) for r in surplus] for m in missing])
    far = np.array(
        [[_distance(m.ink, r.ink, mockup.width, mockup.height) for r in surplus] for m in missing]
    )
    rows, columns = linear_sum_assignment(NEARNESS * far - alike)
    pairs = [(i, j) for i, j in zip(rows, columns, strict=True) if alike[i, j] > LEAST_SIMILARITY]
    matches = [
        Match(
            missing[i].ink,
            surplus[j].ink,
            missing[i].ink.area + surplus[j].ink.area,
            float(alike[i, j]),
            _corner_shift(missing[i].ink, surplus[j].ink),
            ((missing[i].colour, surplus[j].colour),),
        )
        for i, j in pairs
    ]
    used, spent = {i for i, _ in pairs}, {j for _, j in pairs}
    return (
        matches,
        [run for i, run in enumerate(missing) if i not in used],
        [run for j, run in enumerate(surplus) if j not in spent],
    )


def _split_missing(
    mockup: PageView, render: PageView, missing: list[TextRun]
) -> tuple[list[TextRun], list[TextRun]]:
    """Splits missing runs into rasterised into a picture and truly missing.

    What the render shows pixel for pixel outside any picture was no text (an icon read as a
    letter) or is text the DOM does not tell of (`::before`): it is dropped from the count.
    """
    rasterised: list[TextRun] = []
    absent: list[TextRun] = []
    for run in missing:
        if not same_pixels(mockup.image, render.image, run.ink):
            absent.append(run)
        elif covered([run.ink], render.pictures) > 0.5:
            rasterised.append(run)
    return rasterised, absent


def _corner_shift(one: Box, other: Box) -> float:
    """The farthest any edge moved: zero only for the same place and the same size."""
    return float(
        max(
            abs(one.x - other.x),
            abs(one.y - other.y),
            abs(one.right - other.right),
            abs(one.bottom - other.bottom),
        )
    )


def _distance(one: Box, other: Box, width: int, height: int) -> float:
    """Design2Code's distance: the larger centre offset, as a share of the page."""
    dx = abs(one.x + one.width / 2 - other.x - other.width / 2) / width
    dy = abs(one.y + one.height / 2 - other.y - other.height / 2) / height
    return min(1.0, max(dx, dy))


def _mean_colour(runs: Sequence[TextRun]) -> Colour:
    weights = [run.ink.area for run in runs]
    return to_colour(np.average([run.colour for run in runs], axis=0, weights=weights))
