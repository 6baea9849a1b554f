"""Texts in one row or one column, of one style but for what short words measure badly.

The entries of a menu, the cells of a table's column and the labels under a chart share a style.
Of a word of three letters neither weight nor size nor colour is sure, so they vote by width.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from workers.drafting.page import Font, StyledRun
from workers.drafting.perceive.shapes.fills import distance


@dataclass(frozen=True)
class Alignment:
    """Which texts stand in one row or column and may be of one style. Lengths are CSS pixels."""

    diluted: int = 24  # levels by which antialiasing may pale thin strokes
    same_background: int = 12  # levels
    same_baseline: float = 1.5  # pixels two baselines of one row may differ
    flush: int = 2  # pixels two edges of one column may differ
    column_gap: float = 6  # em between the baselines of two entries of one column
    similar: float = 0.08  # share by which sizes of one style may differ…
    similar_if_short: float = 0.2  # …and if either text is short
    short: int = 3  # letters
    weight_error: int = 100  # CSS weight by which a measured weight may be off…
    heavy_weight_error: int = 200  # …and if both are heavy, which are hard to tell apart:
    heavy: int = 600  # CSS weight


ALIGNMENT = Alignment()


def unify_aligned(runs: Sequence[StyledRun], limits: Alignment = ALIGNMENT) -> list[StyledRun]:
    """The runs, each in the weight, size and colour that most of its row or column has, where its
    own are so near that they may be mistaken."""
    return [_joined(run, alike) if alike else run for run, alike in _with_alike(runs, limits)]


def _with_alike(
    runs: Sequence[StyledRun], limits: Alignment
) -> Iterable[tuple[StyledRun, list[StyledRun]]]:
    """Each run with those aligned with it and like it."""
    places: dict[tuple[str, int], list[int]] = defaultdict(list)
    for index, run in enumerate(runs):
        for name, at in _lines_through(run):
            places[name, round(at)].append(index)
    reach = round(max(limits.same_baseline, limits.flush))
    for index, run in enumerate(runs):
        near = {
            other
            for name, at in _lines_through(run)
            for step in range(-reach, reach + 1)
            for other in places.get((name, round(at) + step), ())
        }
        yield run, [runs[i] for i in sorted(near - {index}) if _is_alike(run, runs[i], limits)]


def _lines_through(run: StyledRun) -> Iterable[tuple[str, float]]:
    ink = run.run.ink
    yield "baseline", run.baseline
    yield "left", ink.x
    yield "right", ink.right


def _is_alike(run: StyledRun, other: StyledRun, limits: Alignment) -> bool:
    if distance(run.run.background, other.run.background) > limits.same_background:
        return False
    if distance(run.run.colour, other.run.colour) > limits.diluted:
        return False
    if not _may_be_one(run.font, other.font, limits):
        return False
    small, large = sorted((run.font.size, other.font.size))
    short = min(len(run.run.text), len(other.run.text)) <= limits.short
    if large - small > (limits.similar_if_short if short else limits.similar) * large:
        return False
    below = abs(run.baseline - other.baseline)
    if below <= limits.same_baseline:
        return True
    a, b = run.run.ink, other.run.ink
    aside = min(abs(a.x - b.x), abs(a.right - b.right))
    return aside <= limits.flush and below <= limits.column_gap * large


def _may_be_one(font: Font, other: Font, limits: Alignment) -> bool:
    """Whether two measured fonts may be one: neighbouring weights, or both of them heavy."""
    if (font.family, font.italic) != (other.family, other.italic):
        return False
    heavy = min(font.weight, other.weight) >= limits.heavy
    error = limits.heavy_weight_error if heavy else limits.weight_error
    return abs(font.weight - other.weight) <= error


def _joined(run: StyledRun, alike: Sequence[StyledRun]) -> StyledRun:
    """The run as most of the width of those alike is; the strongest colour is the least diluted."""
    weights: Counter[int] = Counter()
    sizes: Counter[float] = Counter()
    for each in (run, *alike):
        weights[each.font.weight] += each.run.ink.width
        sizes[each.font.size] += each.run.ink.width
    weight, size = weights.most_common(1)[0][0], sizes.most_common(1)[0][0]
    font = replace(run.font, weight=weight, size=size)
    background = run.run.background
    colours = (each.run.colour for each in (run, *alike))
    colour = max(colours, key=lambda colour: distance(colour, background))
    return replace(run, font=font, run=replace(run.run, colour=colour))
