"""A type scale: the few sizes, weights and line heights that a page's texts were set in.

Each text is measured apart, to half a pixel or so, and short ones worse than long ones. A page is
designed with a handful of sizes, in whole pixels nearly always.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from workers.drafting.page import Font, Paragraph
from workers.drafting.perceive.fonts.installed import natural_line_height


@dataclass(frozen=True)
class ScaleThresholds:
    """What is one step of a scale. Px are CSS pixels, shares of the size."""

    near: float = 0.45  # px that a text of one line may be off its step…
    near_share: float = 0.06  # …and share: a small text is seen to be off sooner
    wrapped: float = 0.015  # the same share of a text of lines, which would break elsewhere
    weight: int = 100  # CSS weight between two that are measured of one
    rarer: float = 0.5  # times the letters of a weight that one taken for it has less than
    leading: float = 1.5  # px between the line heights of two lines that are set alike


SCALE = ScaleThresholds()
USUAL = frozenset((400, 600, 700))  # CSS weights that pages are set in; others are often misread


def on_scale(
    texts: Iterable[Paragraph], thresholds: ScaleThresholds = SCALE
) -> tuple[Paragraph, ...]:
    """The texts, each at a step of the scale that they have together."""
    found = tuple(texts)
    steps = _steps(found, thresholds)
    sized = [_sized(text, steps, thresholds) for text in found]
    weights = _weights(sized, thresholds)
    weighted = [replace(text, font=weights[text.font]) for text in sized]
    heights = _line_heights(weighted)
    return tuple(_leaded(text, heights, thresholds) for text in weighted)


def _steps(texts: Sequence[Paragraph], thresholds: ScaleThresholds) -> tuple[float, ...]:
    """The sizes, CSS pixels, that of most letters first."""
    letters: Counter[float] = Counter()
    wrapped: set[float] = set()
    for text in texts:
        letters[text.font.size] += len(text.text)
        if len(text.lines) > 1:
            wrapped.add(text.font.size)
    steps: list[float] = []
    for size, _ in letters.most_common():
        if not any(_is_near(size, step, thresholds) for step in steps):
            whole = float(round(size))
            kept = size in wrapped and abs(whole - size) > thresholds.wrapped * size
            steps.append(size if kept else whole)
    return tuple(steps)


def _is_near(size: float, step: float, thresholds: ScaleThresholds) -> bool:
    return abs(size - step) <= min(thresholds.near, thresholds.near_share * size)


def _sized(text: Paragraph, steps: Sequence[float], thresholds: ScaleThresholds) -> Paragraph:
    """A text at the first step that its size may be of."""
    size, lines = text.font.size, len(text.lines)
    step = next((step for step in steps if _is_near(size, step, thresholds)), size)
    if step == size or (lines > 1 and abs(step - size) > thresholds.wrapped * size):
        return text
    font = replace(text.font, size=step)
    if lines == 1:
        return replace(text, font=font, line_height=natural_line_height(font))
    width = text.wrap_width and text.wrap_width * step / size
    wraps = text.wraps and (text.wraps[0] * step / size, text.wraps[1] * step / size)
    return replace(text, font=font, wrap_width=width, wraps=wraps)


def _weights(texts: Sequence[Paragraph], thresholds: ScaleThresholds) -> dict[Font, Font]:
    """For each font the one that it is taken for: of the same family, hardly bolder or lighter,
    and in a weight that is far more used."""
    letters: Counter[tuple[str, int]] = Counter()
    for text in texts:
        letters[text.font.family, text.font.weight] += len(text.text)
    found: dict[Font, Font] = {}
    for font in {text.font for text in texts}:
        alike = [
            weight
            for (family, weight), more in letters.items()
            if family == font.family
            and font.weight not in USUAL
            and abs(weight - font.weight) <= thresholds.weight
            and letters[family, font.weight] < thresholds.rarer * more
        ]
        weight = max(alike, key=lambda each: letters[font.family, each], default=font.weight)
        found[font] = replace(font, weight=weight)
    return found


def _line_heights(texts: Iterable[Paragraph]) -> dict[Font, float]:
    """The line height that most single lines of a font have, CSS pixels."""
    found: defaultdict[Font, Counter[float]] = defaultdict(Counter)
    for text in texts:
        if len(text.lines) == 1:
            found[text.font][text.line_height] += 1
    return {font: heights.most_common(1)[0][0] for font, heights in found.items()}


def _leaded(text: Paragraph, heights: dict[Font, float], thresholds: ScaleThresholds) -> Paragraph:
    """A single line at the height of those like it."""
    height = heights.get(text.font, text.line_height)
    near = len(text.lines) == 1 and abs(height - text.line_height) <= thresholds.leading
    return replace(text, line_height=height) if near else text
