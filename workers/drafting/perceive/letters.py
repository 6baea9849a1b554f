"""Lone letters and figures: initials, page numbers, counts. What looks like none is an icon."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from workers.drafting.page import Panel
from workers.drafting.perceive.fonts.likeness import best_likeness
from workers.imaging import Box, Image, TextRun, grow


@dataclass(frozen=True)
class LetterThresholds:
    """What is a letter, and where one is looked for. Px are CSS pixels."""

    like: float = 0.82  # likeness to itself in some face: of 40 letters .875 to .996, icons to .77
    lone: int = 1  # letters of a reading that is doubted
    smallest: int = 10  # px of a panel with a letter in it…
    largest: int = 64  # …and at most
    edge: float = 0.15  # of a panel's side at each end, which is its edge


LETTERS = LetterThresholds()

ReadInside = Callable[[Box], Sequence[TextRun]]


def is_letter(image: Image, run: TextRun, limits: LetterThresholds = LETTERS) -> bool:
    """Whether a reading can be believed: a lone letter that looks like itself in no face is an
    icon."""
    return len(run.text) > limits.lone or best_likeness(image, run) >= limits.like


def find_letters(
    panels: Iterable[Panel],
    runs: Iterable[TextRun],
    read: ReadInside,
    limits: LetterThresholds = LETTERS,
) -> tuple[TextRun, ...]:
    """What `read` finds in small panels that hold no run."""
    inks = [run.ink for run in runs]
    empty = [
        panel.box
        for panel in panels
        if _may_hold_one(panel.box, limits) and not any(_holds(panel.box, ink) for ink in inks)
    ]
    return tuple(run for box in empty for run in read(_inner(box, limits)))


def _inner(box: Box, limits: LetterThresholds) -> Box:
    return grow(box, -round(limits.edge * min(box.width, box.height)))


def _may_hold_one(box: Box, limits: LetterThresholds) -> bool:
    short, long = sorted((box.width, box.height))
    return limits.smallest <= short and long <= limits.largest


def _holds(box: Box, ink: Box) -> bool:
    middle_x, middle_y = ink.x + ink.width // 2, ink.y + ink.height // 2
    return box.x <= middle_x < box.right and box.y <= middle_y < box.bottom
