"""Fewer fonts: what short runs measure badly is taken from the longer ones around them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median

from workers.drafting.page import Font, StyledRun
from workers.drafting.perceive.fonts.consensus import unify_aligned
from workers.drafting.perceive.shapes.fills import distance
from workers.imaging import Colour


@dataclass(frozen=True)
class FontUnifying:
    trusted: int = 24  # characters from which a run's own size is trusted
    same_colour: int = 12  # levels by which the colour of thin strokes may be off
    near: float = 0.05  # of the size: how far a measured size may be off


UNIFYING = FontUnifying()

Face = tuple[str, int, bool]  # family, weight, italic


def unify_fonts(runs: Iterable[StyledRun], limits: FontUnifying = UNIFYING) -> list[StyledRun]:
    """The runs, short ones at the nearby size that most of their face's letters have, and in
    the nearby colour that most letters have."""
    kept = unify_aligned(_recoloured(list(runs), limits))
    letters: dict[Face, Counter[float]] = defaultdict(Counter)
    for run in kept:
        letters[_face(run.font)][run.font.size] += len(run.run.text)
    return [
        run
        if len(run.run.text) >= limits.trusted
        else replace(run, font=replace(run.font, size=_size(run, letters[_face(run.font)], limits)))
        for run in kept
    ]


def _recoloured(runs: list[StyledRun], limits: FontUnifying) -> list[StyledRun]:
    """Each colour becomes the commonest of those it may be."""
    letters: Counter[Colour] = Counter()
    for run in runs:
        letters[run.run.colour] += len(run.run.text)
    common: dict[Colour, Colour] = {}
    for colour, _ in letters.most_common():
        near = (c for c in common.values() if distance(c, colour) <= limits.same_colour)
        common[colour] = next(near, colour)
    return [replace(run, run=replace(run.run, colour=common[run.run.colour])) for run in runs]


def common_font(runs: Sequence[StyledRun]) -> Font:
    """The face most letters have, at the median size of its runs."""
    letters: Counter[Face] = Counter()
    for run in runs:
        letters[_face(run.font)] += len(run.run.text)
    family, weight, italic = face = letters.most_common(1)[0][0]
    size = median(run.font.size for run in runs if _face(run.font) == face)
    return Font(family, weight, size, italic)


def _size(run: StyledRun, letters: Counter[float], limits: FontUnifying) -> float:
    own = run.font.size
    near = [size for size in letters if abs(size - own) <= limits.near * own]
    return max(near, key=lambda size: (letters[size], -abs(size - own)))


def _face(font: Font) -> Face:
    return font.family, font.weight, font.italic
