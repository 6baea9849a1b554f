"""Lone letters are told from icons, and looked for where a badge holds nothing that was read."""

import cv2
import numpy as np
import pytest

from tests.workers.drafting.perceive.thresholds import off_by_two, varied
from workers.drafting.page import Font, Panel
from workers.drafting.perceive.fonts.installed import nearest_face, rasterise
from workers.drafting.perceive.letters import LETTERS, LetterThresholds, find_letters, is_letter
from workers.imaging import Box, Image, TextRun

BLACK, WHITE = (0, 0, 0), (255, 255, 255)


def letter(text: str, family: str = "Inter", size: int = 14) -> Image:
    font = nearest_face(Font(family, 400, size)).at(size)
    pixels = np.pad(255 - rasterise(font, text), 4, constant_values=255)
    return np.repeat(pixels[:, :, None], 3, axis=2)


def person() -> Image:
    """Head and shoulders, which are read as 8."""
    image = np.full((26, 26, 3), 255, np.uint8)
    cv2.circle(image, (13, 8), 4, BLACK, 1, cv2.LINE_AA)
    cv2.ellipse(image, (13, 21), (7, 7), 0, 180, 360, BLACK, 1, cv2.LINE_AA)
    return image


def run(text: str, image: Image) -> TextRun:
    dark = image.max(axis=2) < 200
    rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
    x, y = int(columns[0]), int(rows[0])
    box = Box(x, y, int(columns[-1]) + 1 - x, int(rows[-1]) + 1 - y)
    return TextRun(text, box, BLACK, WHITE)


def judged(limits: LetterThresholds) -> dict[str, object]:
    """What is believed to be a letter, and which panels of which sides are looked into, where."""
    seen: list[Box] = []

    def read(box: Box) -> tuple[TextRun, ...]:
        seen.append(box)
        return ()

    pictures = {
        "a letter": ("8", letter("8")),
        "an icon": ("8", person()),
        "an icon read as two": ("88", person()),
    }
    sides = [(0, 8), (100, 12), (200, 40), (300, 100)]
    panels = [Panel(Box(x, 0, side, side), WHITE) for x, side in sides]
    panels.append(Panel(Box(500, 0, 40, 40), WHITE))
    find_letters(panels, [TextRun("JD", Box(510, 10, 20, 20), BLACK, WHITE)], read, limits)
    return {
        name: is_letter(image, run(text, image), limits) for name, (text, image) in pictures.items()
    } | {"looked into": [(box.x, box.y, box.width) for box in seen]}


JUDGED = {
    "a letter": True,
    "an icon": False,
    "an icon read as two": True,
    "looked into": [(102, 2, 8), (206, 6, 28)],
}


def test_a_letter_looks_like_itself_and_small_panels_without_text_are_looked_into() -> None:
    assert judged(LETTERS) == JUDGED


@off_by_two(LETTERS)
def test_each_threshold_of_letters_matters(name: str, factor: float) -> None:
    assert judged(varied(LETTERS, name, factor)) != JUDGED


@pytest.mark.parametrize("family", ["Inter", "Liberation Serif", "DejaVu Sans"])
@pytest.mark.parametrize("text", ["A", "I", "q", "1", "7"])
def test_letters_of_any_family_are_letters(text: str, family: str) -> None:
    image = letter(text, family)
    assert is_letter(image, run(text, image))
