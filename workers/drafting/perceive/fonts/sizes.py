"""At which size a run is set, once its face is known."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from workers.drafting.perceive.fonts.installed import FontFace, text_extents
from workers.drafting.perceive.fonts.likeness import RunInk

BROWSER_SIZES = (10.72, 13.28, 13.333, 18.72)  # px: h6, h5, form controls, h3 by default


@dataclass(frozen=True)
class SizeMeasuring:
    """Sizes are CSS pixels per em."""

    rounding_px: float = 0.3  # by which ink is wider than the outlines, as pixels round out
    error_px: float = 1.5  # by which its width may be off
    short: int = 3  # letters: so few are measured by their height as well
    whole: float = 2  # times more likely is a size in whole pixels
    near: float = 0.006  # of the size: how far measurement may be from a likely size


SIZE_MEASURING = SizeMeasuring()


def measure_sizes(
    inks: Sequence[RunInk],
    faces: Sequence[FontFace],
    scale: float = 1,
    measuring: SizeMeasuring = SIZE_MEASURING,
) -> list[float]:
    """CSS pixels per em of each run: its own measure, or one near it that more of its family has.

    The inks have `scale` pixels per CSS pixel.
    """
    found = (_measure(*each, measuring) for each in zip(inks, faces, strict=True))
    measured = [(size / scale, error / scale) for size, error in found]
    votes: dict[str, dict[float, float]] = defaultdict(lambda: defaultdict(float))
    for ink, face, (size, _) in zip(inks, faces, measured, strict=True):
        likely = _likely(size, ink, measuring)
        votes[face.family][likely] += ink.box.width * (measuring.whole if likely % 1 == 0 else 1)
    sizes = []
    for ink, face, (size, error) in zip(inks, faces, measured, strict=True):
        near = {v: said for v, said in votes[face.family].items() if abs(v - size) <= error}
        sizes.append(max(near, key=lambda v: near[v], default=_likely(size, ink, measuring)))
    return sizes


def _measure(ink: RunInk, face: FontFace, measuring: SizeMeasuring) -> tuple[float, float]:
    """The size at which the face has the ink's width, and how far off that may be. Of a few
    letters the height says as much, and the two are weighed."""
    outlines = text_extents(face, ink.run.text)
    sides = [(ink.box.width, outlines.width)]
    if len(ink.run.text) <= measuring.short:
        sides.append((ink.box.height, outlines.height))
    sizes = [(side - measuring.rounding_px) / max(set_at, 0.05) for side, set_at in sides]
    sure = [max(side, 1) / max(size, 1e-3) for size, (side, _) in zip(sizes, sides, strict=True)]
    weights = [each**2 for each in sure]
    size = sum(s * w for s, w in zip(sizes, weights, strict=True)) / sum(weights)
    return size, measuring.error_px / sum(weights) ** 0.5


def _likely(measured: float, ink: RunInk, measuring: SizeMeasuring) -> float:
    """The size a style sheet would name, where one is near enough."""
    nearest = min((round(measured * 2) / 2, *BROWSER_SIZES), key=lambda v: abs(v - measured))
    pixel = 1 / max(ink.box.width, 1)
    if abs(nearest - measured) <= max(measuring.near, pixel) * measured:
        return nearest
    return round(measured, 1)
