"""What the eye gets from one page, mockup or render: pixels, text runs, pictures."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from webapp.studio.events import Difference
from workers.imaging import Box, Image, TextRun, bounds, box_at_image_scale, clip, decode_png
from workers.scoring.glyphs import look_of
from workers.scoring.ink import ink_colours, tighten, without_cut
from workers.scoring.problems import problems_of
from workers.shot import DomBox, DomText, Shot


@dataclass(frozen=True)
class LineLimits:
    """When words that OCR found are its own, and what is a line all the same."""

    sure: float = 0.8  # confidence from which it is believed
    height: float = 5.0  # CSS pixels of ink; what is lower is a rule or dots
    aspect: float = 1.5  # widths of ink to its height; what is narrower is an icon
    columns: int = 3  # of ink with a gap between them: letters, or words of joined ones
    word_gap: float = 0.5  # heights of ink between parts of one line: bold words are found apart
    inked: float = 0.35  # coverage from which a pixel is ink


LINES = LineLimits()


@dataclass(frozen=True)
class DrawnRun(TextRun):
    """A run of the render, with all that the browser knows of it."""

    dom: DomText | None = None


@dataclass(frozen=True)
class PageView:
    """A page as seen. `image` is RGB; runs and pictures are boxes in its pixels.

    `scale` is image pixels per CSS pixel. `pictures`, `boxes` and `problems` are empty for a
    mockup: nobody knows. `unread` are lines of a mockup that stand there and could not be read.
    """

    image: Image
    scale: float
    runs: tuple[TextRun, ...]
    pictures: tuple[Box, ...] = ()
    boxes: tuple[DomBox, ...] = ()
    problems: tuple[Difference, ...] = ()
    unread: tuple[Box, ...] = ()

    @property
    def width(self) -> int:
        return int(self.image.shape[1])

    @property
    def height(self) -> int:
        return int(self.image.shape[0])


def view_of_render(shot: Shot, as_file: Shot | None = None) -> PageView:
    """A render, its DOM text runs tightened to the ink they left on the screenshot.

    `as_file` is the same page opened from the disk: what differs there is one of its problems.
    Runs that left no ink (text in the colour of its background, outside the page) are not seen.
    """
    image = decode_png(shot.png)
    height, width = image.shape[:2]
    runs = (_seen_run(image, text, shot.scale) for text in shot.texts)
    boxes = (clip(box_at_image_scale(rect, shot.scale), width, height) for rect in shot.pictures)
    return PageView(
        image=image,
        scale=shot.scale,
        runs=tuple(run for run in runs if run is not None),
        pictures=tuple(box for box in boxes if box is not None),
        boxes=shot.boxes,
        problems=problems_of(shot, as_file),
    )


def view_of_mockup(
    image: Image, scale: float, runs: tuple[TextRun, ...], limits: LineLimits = LINES
) -> PageView:
    """A mockup with the runs that OCR found in it; their colours are measured anew.

    Both sides must use one measure of colour, or thin text would differ from itself.
    """
    height, width = image.shape[:2]
    measured: list[TextRun] = []
    unread: list[Box] = []
    for run in runs:
        ink = clip(run.ink, width, height)
        if ink is None:
            continue
        if run.confidence < limits.sure and is_line(image, ink, scale, limits):
            unread.append(ink)
        elif run.text.strip():
            ink = without_cut(image, ink, ink_colours(image, ink)[0])
            colour, background = ink_colours(image, ink)
            measured.append(replace(run, ink=ink, colour=colour, background=background))
    return PageView(image=image, scale=scale, runs=tuple(measured), unread=in_lines(unread, limits))


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
    inked = (look.coverage > limits.inked).any(axis=0).astype(np.int8)
    return int((np.diff(inked, prepend=0) == 1).sum()) >= limits.columns


def _seen_run(image: Image, text: DomText, scale: float) -> TextRun | None:
    box = without_cut(image, box_at_image_scale(text.rect, scale), text.colour)
    ink = tighten(image, box, text.colour)
    if ink is None or not text.text.strip():
        return None
    colour, background = ink_colours(image, ink)
    return DrawnRun(" ".join(text.text.split()), ink, colour, background, dom=text)
