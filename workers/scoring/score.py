"""One number for how alike two pages are, with its parts and its worst regions."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from webapp.studio.events import PartName, RegionScore, Score
from workers.imaging import Box, Image, TextRun, to_rect
from workers.scoring.canvas import Canvas, on_one_canvas
from workers.scoring.heat_map import heat_map
from workers.scoring.match import Matching, match_text
from workers.scoring.page_view import PageView
from workers.scoring.parts import Parts, TextFacts, score_parts, total
from workers.scoring.pictures import penalised_text_area, picture_penalty
from workers.scoring.regions import place_name, regions
from workers.scoring.structure import Structure, structure

MOST_REGIONS = 8
PART_NAMES: tuple[PartName, ...] = ("block", "text", "position", "colour", "structure")


@dataclass(frozen=True)
class Comparison:
    """The score, and a picture of the mockup's size that shows where the difference is."""

    score: Score
    heat_map: Image


def compare(mockup: PageView, render: PageView) -> Comparison:
    """Measures how alike a render is to its mockup. Pure and deterministic; no ground truth needed.

    Formulas: `parts.score_parts`, `parts.total`, `structure.structure`, `pictures.picture_penalty`.
    Pages of different size are aligned at the top left; what only one has counts as different.
    """
    canvas = on_one_canvas(mockup, render)
    matching = match_text(canvas.mockup, canvas.render)
    shape = structure(canvas)
    width, height = canvas.mockup.width, canvas.mockup.height
    facts = TextFacts(
        matching.matches,
        _area(matching.missing) + penalised_text_area(canvas, matching),
        _area(matching.surplus),
    )
    parts = score_parts(facts, shape.within(), width, height)
    penalty = picture_penalty(canvas, matching)
    score = Score(
        total=_fraction(total(parts, penalty)),
        parts=_rounded(parts),
        picture_penalty=_fraction(penalty),
        regions=_regions(canvas, matching, shape),
    )
    return Comparison(score, heat_map(canvas, mockup.width, mockup.height))


def mean_score(scores: Sequence[Score]) -> Score:
    """The mean over pages; a part over the pages that have it. Regions stay with their pages."""
    if len(scores) == 1:
        return scores[0]
    parts: Parts = {}
    for name in PART_NAMES:
        values = [value for score in scores if (value := score.parts.get(name)) is not None]
        parts[name] = sum(values) / len(values) if values else None
    return Score(
        total=_fraction(sum(score.total for score in scores) / len(scores)),
        parts=_rounded(parts),
        picture_penalty=_fraction(sum(score.picture_penalty for score in scores) / len(scores)),
    )


def _regions(canvas: Canvas, matching: Matching, shape: Structure) -> tuple[RegionScore, ...]:
    """The regions that differ, worst first, named by their place."""
    page = Box(0, 0, canvas.mockup.width, canvas.mockup.height)
    scored: list[tuple[float, Box]] = []
    for box in regions(canvas.mockup.image, canvas.mockup.scale):
        facts = TextFacts(
            [match for match in matching.matches if _centre_in(match.mockup, box)],
            _area([run for run in matching.missing if _centre_in(run.ink, box)]),
            _area([run for run in matching.surplus if _centre_in(run.ink, box)]),
        )
        parts = score_parts(facts, shape.within(box), box.width, box.height)
        scored.append((_fraction(total(parts, 0.0)), box))
    worst = sorted((item for item in scored if item[0] < 1.0), key=lambda item: item[0])
    return _named(worst[:MOST_REGIONS], page, canvas.mockup.scale)


def _named(scored: list[tuple[float, Box]], page: Box, scale: float) -> tuple[RegionScore, ...]:
    """Regions of one place are numbered in reading order: "top left 1", "top left 2"."""
    names = {box: place_name(box, page) for _, box in scored}
    shared = {name for name, count in Counter(names.values()).items() if count > 1}
    seen: Counter[str] = Counter()
    for box in sorted(names, key=lambda box: (box.y, box.x)):
        name = names[box]
        if name in shared:
            seen[name] += 1
            names[box] = f"{name} {seen[name]}"
    return tuple(
        RegionScore(name=names[box], rect=to_rect(box, scale), score=score) for score, box in scored
    )


def _centre_in(ink: Box, box: Box) -> bool:
    x, y = ink.x + ink.width / 2, ink.y + ink.height / 2
    return box.x <= x < box.right and box.y <= y < box.bottom


def _area(runs: Sequence[TextRun]) -> int:
    return sum(run.ink.area for run in runs)


def _rounded(parts: Parts) -> Parts:
    return {name: None if value is None else _fraction(value) for name, value in parts.items()}


def _fraction(value: float) -> float:
    return round(min(1.0, max(0.0, value)), 4)
