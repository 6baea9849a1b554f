"""The parts of a score, and how they make one number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from skimage.color import deltaE_ciede2000, rgb2lab

from webapp.studio.events import PartName
from workers.imaging import Colour
from workers.scoring.match import Match

FAR_LINES = 4  # heights of the line, from where text is no nearer to its place than anywhere else
STRUCTURE_WEIGHT = 0.25  # of a page with text; without text, structure is all there is


@dataclass(frozen=True)
class TextFacts:
    """Matched text and the ink box area of what either side has alone, pixels."""

    matches: Sequence[Match]
    missing: int
    surplus: int


Parts = dict[PartName, float | None]


def score_parts(text: TextFacts, structure: float | None, width: int, height: int) -> Parts:
    """The five parts, after Si et al., "Design2Code" (NAACL 2025), in [0, 1] or None.

    With ink box area as weight w, over matches (m, r) of mockup and render:
    block     Σ w / (Σ w + area of missing + area of surplus text)
    text      mean similarity of the letters
    position  1 − ½ · d / page − ½ · min(1, d / 4 lines), d the farthest an edge moved
    colour    1 − min(1, ΔE / 100), ΔE by CIEDE2000 (Sharma et al. 2005)
    structure as in `structure.structure`
    Design2Code takes centres and the first half of the distance alone, and cannot see a wrong size.
    `width` and `height` of the page (or region) in pixels. No text on either side: all but
    structure are None. Text on one side only, or none that matches: they are 0.
    """
    matched = sum(match.area for match in text.matches)
    everything = matched + text.missing + text.surplus
    if everything == 0:
        return {**dict.fromkeys(_TEXT_PARTS, None), "structure": structure}
    if matched == 0:
        return {**dict.fromkeys(_TEXT_PARTS, 0.0), "structure": structure}
    weights = [match.area for match in text.matches]
    page = min(width, height)
    return {
        "block": matched / everything,
        "text": float(np.average([m.similarity for m in text.matches], weights=weights)),
        "position": float(np.average([_position(m, page) for m in text.matches], weights=weights)),
        "colour": float(np.average(_colour(text.matches), weights=weights)),
        "structure": structure,
    }


def total(parts: Mapping[PartName, float | None], picture_penalty: float) -> float:
    """(¼ · structure + ¾ · block · (1 + text + position + colour) / 4) · (1 − penalty).

    Text, position and colour are means over matched text, so block stands before them: without it
    a page that lacks nearly all text would be forgiven for what the rest looks like.
    """
    block, structure = parts["block"], parts["structure"]
    if block is None:
        return (1.0 if structure is None else structure) * (1 - picture_penalty)
    quality = (1 + sum(parts[name] or 0.0 for name in ("text", "position", "colour"))) / 4
    shape = block * quality if structure is None else structure
    likeness = STRUCTURE_WEIGHT * shape + (1 - STRUCTURE_WEIGHT) * block * quality
    return likeness * (1 - picture_penalty)


_TEXT_PARTS: tuple[PartName, ...] = ("block", "text", "position", "colour")


def _position(match: Match, page: int) -> float:
    line = min(match.mockup.height, match.render.height)
    far = min(1.0, match.shift / page)
    near = min(1.0, match.shift / (FAR_LINES * line))
    return 1 - (far + near) / 2


def _colour(matches: Sequence[Match]) -> list[float]:
    pairs = [pair for match in matches for pair in match.colours]
    deltas = iter(_ciede2000([one for one, _ in pairs], [other for _, other in pairs]))
    means = [np.mean([next(deltas) for _ in match.colours]) for match in matches]
    return [1 - min(1.0, float(mean) / 100) for mean in means]


def _ciede2000(ones: list[Colour], others: list[Colour]) -> list[float]:
    one, other = (rgb2lab(np.array(side, dtype=np.float64) / 255) for side in (ones, others))
    deltas = deltaE_ciede2000(one, other)  # type: ignore[no-untyped-call]
    return [float(delta) for delta in deltas]
