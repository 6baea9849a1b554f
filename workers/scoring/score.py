"""One number for how alike two pages are, what is wrong by name, and the worst regions."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from webapp.studio.events import Deviation, Difference, DifferenceKind, PartName, RegionScore, Score
from workers.imaging import Box, Image, box_at_css_scale, to_rect
from workers.scoring.accessibility import accessibility_problems
from workers.scoring.canvas import on_one_canvas
from workers.scoring.deviations import without_deviations
from workers.scoring.heat_map import heat_map
from workers.scoring.item import Item
from workers.scoring.items import differences_of, items_of, length_items, loss_of, only, total_of
from workers.scoring.page_view import PageView
from workers.scoring.pictures import picture_penalty
from workers.scoring.regions import place_name, regions
from workers.scoring.source_lines import with_lines

MOST_REGIONS = 8
MOST_DIFFERENCES = 60
# which findings each part is made of: of text, and the last of all that is no text
PARTS: dict[PartName, frozenset[DifferenceKind]] = {
    "block": frozenset({"missing", "extra"}),
    "text": frozenset(
        {"letters", "size", "weight", "slant", "family", "tracking", "line_breaks", "shape"}
    ),
    "position": frozenset({"offset"}),
    "colour": frozenset({"colour", "contrast"}),
}

Parts = dict[PartName, float | None]


@dataclass(frozen=True)
class Comparison:
    """The score, and a picture of the mockup's size that shows where the difference is."""

    score: Score
    heat_map: Image

    @property
    def differences(self) -> tuple[Difference, ...]:
        """What is wrong, dearest first."""
        return self.score.differences


def compare(mockup: PageView, render: PageView, deviations: Sequence[Deviation] = ()) -> Comparison:
    """Measures how alike a render is to its mockup. Pure and deterministic; no ground truth needed.

    Both pages are cut into what a person sees of them (`items.items_of`); the score is made of what
    is wrong with each (`items.total_of`), less `pictures.picture_penalty`. Pages of different size
    are aligned at the top left. What deviates on purpose is left out of both.
    """
    canvas = on_one_canvas(mockup, render)
    items, text = items_of(canvas)
    items = without_deviations(items + length_items(mockup, render), deviations)
    penalty = picture_penalty(canvas, text.rasterised)
    named = differences_of(items)[:MOST_DIFFERENCES]
    named += [*render.problems, *accessibility_problems(mockup, render, text.items, deviations)]
    score = Score(
        total=_fraction(total_of(items) * (1 - penalty)),
        parts=_parts(items),
        picture_penalty=_fraction(penalty),
        regions=_regions(mockup, items),
        differences=tuple(with_lines(named, render.html)),
        unread_lines=text.unread,
    )
    return Comparison(score, heat_map(canvas, items, mockup.width, mockup.height))


def mean_score(scores: Sequence[Score]) -> Score:
    """The mean over pages; a part over the pages that have it, and unread lines of them all.

    Regions stay with their pages.
    """
    if len(scores) == 1:
        return scores[0]
    parts: Parts = {}
    for name in (*PARTS, STRUCTURE):
        values = [value for score in scores if (value := score.parts.get(name)) is not None]
        parts[name] = _fraction(sum(values) / len(values)) if values else None
    return Score(
        total=_fraction(sum(score.total for score in scores) / len(scores)),
        parts=parts,
        picture_penalty=_fraction(sum(score.picture_penalty for score in scores) / len(scores)),
        unread_lines=sum(score.unread_lines for score in scores),
    )


STRUCTURE: PartName = "structure"


def _parts(items: Sequence[Item]) -> Parts:
    """What the score would be were all but one kind of fault mended."""
    text = [item for item in items if item.is_text]
    rest = [item for item in items if not item.is_text]
    parts: Parts = {
        name: _fraction(1 - loss_of(only(text, kinds))) if text else None
        for name, kinds in PARTS.items()
    }
    parts[STRUCTURE] = _fraction(1 - loss_of(rest)) if rest else None
    return parts


def _regions(mockup: PageView, items: Sequence[Item]) -> tuple[RegionScore, ...]:
    """The regions that differ, worst first, named by their place."""
    scored = []
    for box in regions(mockup.image, mockup.scale):
        area = box_at_css_scale(box, mockup.scale)
        score = _fraction(total_of([item for item in items if _centre_in(item.box, area)]))
        if score < 1:
            scored.append((score, box))
    worst = sorted(scored, key=lambda one: one[0])[:MOST_REGIONS]
    return _named(worst, Box(0, 0, mockup.width, mockup.height), mockup.scale)


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


def _centre_in(one: Box, box: Box) -> bool:
    x, y = one.x + one.width / 2, one.y + one.height / 2
    return box.x <= x < box.right and box.y <= y < box.bottom


def _fraction(value: float) -> float:
    return round(min(1.0, max(0.0, value)), 4)
