"""What is a line of text by its shape alone, where nobody could read it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from workers.imaging import Box, Image, bounds
from workers.scoring.glyphs import look_of
from workers.scoring.ink import INK_SHARE


@dataclass(frozen=True)
class LineLimits:
    """When words that OCR found are its own, and what is a line all the same."""

    sure: float = 0.8  # confidence from which it is believed
    height: float = 5.0  # CSS pixels of ink; what is lower is a rule or dots
    aspect: float = 1.5  # widths of ink to its height; what is narrower is an icon
    columns: int = 3  # of ink with a gap between them: letters, or words of joined ones
    word_gap: float = 0.5  # heights of ink between parts of one line: bold words are found apart


LINES = LineLimits()


def in_lines(parts: Sequence[Box], limits: LineLimits = LINES) -> tuple[Box, ...]:
    """The parts that stand word by word beside each other as one line each."""
    lines: list[Box] = []
    for part in sorted(parts, key=lambda box: box.x):
        for at, line in enumerate(lines):
            high = min(part.bottom, line.bottom) - max(part.y, line.y)
            least = min(part.height, line.height)
            if high > least / 2 and part.x - line.right < limits.word_gap * least:
                lines[at] = bounds([line, part])
                break
        else:
            lines.append(part)
    return tuple(sorted(lines, key=lambda box: (box.y, box.x)))


def is_line(image: Image, ink: Box, scale: float, limits: LineLimits = LINES) -> bool:
    """Whether what could not be read looks like a line of text, and not like an icon or a rule."""
    if ink.height < limits.height * scale or ink.width < limits.aspect * ink.height:
        return False
    look = look_of(image, ink)
    if look is None:
        return False
    inked = (look.coverage > INK_SHARE).any(axis=0).astype(np.int8)
    return int((np.diff(inked, prepend=0) == 1).sum()) >= limits.columns
