"""Fewer fonts: what short runs measure badly is settled by the longer ones around them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from statistics import median

from workers.drafting.page import Font, StyledRun
from workers.drafting.perceive.fonts.consensus import agreed
from workers.drafting.perceive.shapes.fills import distance
from workers.imaging import Colour

CERTAIN = 24  # characters from which a run's own size is trusted
SAME_INK = 12  # levels
NEAR = 0.05  # of the size: how far a measured size may be from the settled one

Face = tuple[str, int, bool]


def settled(runs: Iterable[StyledRun]) -> list[StyledRun]:
    """The runs, short ones at the nearby size that most of their face's letters have, and in
    the nearby colour that most letters have."""
    kept = agreed(_recoloured(list(runs)))
    letters: dict[Face, Counter[float]] = defaultdict(Counter)
    for run in kept:
        letters[_face(run.font)][run.font.size] += len(run.run.text)
    return [
        run
        if len(run.run.text) >= CERTAIN
        else replace(run, font=replace(run.font, size=_size(run, letters[_face(run.font)])))
        for run in kept
    ]


def _recoloured(runs: list[StyledRun]) -> list[StyledRun]:
    """Colours measured on thin strokes vary by a few levels; each goes to its commonest kin."""
    letters: Counter[Colour] = Counter()
    for run in runs:
        letters[run.run.colour] += len(run.run.text)
    kin: dict[Colour, Colour] = {}
    for colour, _ in letters.most_common():
        near = (other for other in kin.values() if distance(other, colour) <= SAME_INK)
        kin[colour] = next(near, colour)
    return [replace(run, run=replace(run.run, colour=kin[run.run.colour])) for run in runs]


def common_font(runs: Sequence[StyledRun]) -> Font:
    """The face most letters have, at the median size of its runs."""
    letters: Counter[Face] = Counter()
    for run in runs:
        letters[_face(run.font)] += len(run.run.text)
    family, weight, italic = face = letters.most_common(1)[0][0]
    size = median(run.font.size for run in runs if _face(run.font) == face)
    return Font(family, weight, size, italic)


def _size(run: StyledRun, letters: Counter[float]) -> float:
    own = run.font.size
    near = [size for size in letters if abs(size - own) <= NEAR * own]
    return max(near, key=lambda size: (letters[size], -abs(size - own)))


def _face(font: Font) -> Face:
    return font.family, font.weight, font.italic
