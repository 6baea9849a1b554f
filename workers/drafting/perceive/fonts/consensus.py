"""Peers: texts in one row or one column, of one look but for what short words measure badly.

The entries of a menu, the cells of a table's column and the labels under a chart share a style.
Of a word of three letters neither weight nor size nor colour is sure, so peers vote by width.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from workers.drafting.page import Font, StyledRun
from workers.drafting.perceive.shapes.fills import distance
from workers.imaging import Colour

DILUTED = 24  # levels by which antialiasing may pale thin strokes
SAME_GROUND = 12  # levels
LEVEL = 1.5  # pixels two baselines of one row may differ
FLUSH = 2  # pixels two edges of one column may differ
NEIGHBOURING = 6  # em between two entries of one column
SIMILAR, SIMILAR_IF_SHORT = 0.08, 0.2  # share by which sizes of one style may differ
SHORT = 3  # letters
HEAVY = 600  # from here on, weights are hard to tell apart


def agreed(runs: Sequence[StyledRun]) -> list[StyledRun]:
    """The runs, each in the face, size and colour that most of its row or column has, where its
    own are so near that they may be mistaken."""
    return [_joined(run, peers) if peers else run for run, peers in _with_peers(runs)]


def _with_peers(runs: Sequence[StyledRun]) -> Iterable[tuple[StyledRun, list[StyledRun]]]:
    places: dict[tuple[str, int], list[int]] = defaultdict(list)
    for index, run in enumerate(runs):
        for name, at in _lines_through(run):
            places[name, round(at)].append(index)
    for index, run in enumerate(runs):
        near = {
            other
            for name, at in _lines_through(run)
            for step in (-2, -1, 0, 1, 2)
            for other in places.get((name, round(at) + step), ())
        }
        yield run, [runs[i] for i in sorted(near - {index}) if _is_peer(run, runs[i])]


def _lines_through(run: StyledRun) -> Iterable[tuple[str, float]]:
    ink = run.run.ink
    yield "baseline", run.baseline
    yield "left", ink.x
    yield "right", ink.right


def _is_peer(run: StyledRun, other: StyledRun) -> bool:
    if distance(run.run.background, other.run.background) > SAME_GROUND:
        return False
    if distance(run.run.colour, other.run.colour) > DILUTED:
        return False
    if not _may_be_one(run.font, other.font):
        return False
    small, large = sorted((run.font.size, other.font.size))
    short = min(len(run.run.text), len(other.run.text)) <= SHORT
    if large - small > (SIMILAR_IF_SHORT if short else SIMILAR) * large:
        return False
    a, b = run.run.ink, other.run.ink
    if abs(run.baseline - other.baseline) <= LEVEL:
        return True
    flush = abs(a.x - b.x) <= FLUSH or abs(a.right - b.right) <= FLUSH
    return flush and abs(run.baseline - other.baseline) <= NEIGHBOURING * large


def _may_be_one(font: Font, other: Font) -> bool:
    """Whether two measured faces may be one: neighbouring weights, or both of them heavy."""
    if (font.family, font.italic) != (other.family, other.italic):
        return False
    heavy = min(font.weight, other.weight) >= HEAVY
    return abs(font.weight - other.weight) <= (200 if heavy else 100)


def _joined(run: StyledRun, peers: Sequence[StyledRun]) -> StyledRun:
    weights: Counter[int] = Counter()
    sizes: Counter[float] = Counter()
    for each in (run, *peers):
        weights[each.font.weight] += each.run.ink.width
        sizes[each.font.size] += each.run.ink.width
    weight, size = weights.most_common(1)[0][0], sizes.most_common(1)[0][0]
    font = replace(run.font, weight=weight, size=size)
    colour = max((each.run.colour for each in (run, *peers)), key=lambda c: _contrast(run, c))
    return replace(run, font=font, run=replace(run.run, colour=colour))


def _contrast(run: StyledRun, colour: Colour) -> int:
    return distance(colour, run.run.background)
