"""What the eye gets from one page, mockup or render: pixels, text runs, pictures."""

from dataclasses import dataclass, field, replace

from webapp.studio.events import Difference
from workers.compression import without_compression_noise
from workers.imaging import Box, Image, TextRun, box_at_image_scale, clip, decode_png
from workers.scoring.glyphs import Look, look_of
from workers.scoring.ink import InkColours, ink_colours, tighten, without_cut
from workers.scoring.line_shape import LINES, LineLimits, in_lines, is_line
from workers.scoring.problems import problems_of
from workers.shot import AccessibilityCheck, DomBox, DomText, Shot


@dataclass(frozen=True)
class DrawnRun(TextRun):
    """A run of the render, with all that the browser knows of it."""

    dom: DomText | None = None


@dataclass(frozen=True)
class PageView:
    """A page as seen. `image` is RGB; runs and pictures are boxes in its pixels.

    `scale` is image pixels per CSS pixel. `pictures`, `boxes` and `problems` are empty for a
    mockup: nobody knows. `unread` are lines of a mockup that stand there and could not be read,
    `html` the file of a render, `accessibility` what axe said of it, where it was asked. `colours`
    are those of inks that were measured in `image`.
    """

    image: Image
    scale: float
    runs: tuple[TextRun, ...]
    pictures: tuple[Box, ...] = ()
    boxes: tuple[DomBox, ...] = ()
    problems: tuple[Difference, ...] = ()
    unread: tuple[Box, ...] = ()
    html: str = ""
    accessibility: AccessibilityCheck | None = None
    colours: dict[Box, InkColours] = field(default_factory=dict, init=False, compare=False)

    @property
    def width(self) -> int:
        return int(self.image.shape[1])

    @property
    def height(self) -> int:
        return int(self.image.shape[0])

    def look(self, box: Box) -> Look | None:
        """How the line in `box` looks; None outside the page. Its colours are measured once."""
        found = look_of(self.image, box, self.colours.get(box))
        if found is not None:
            self.colours[box] = found.colour, found.ground
        return found


def view_of_render(shot: Shot, as_file: Shot | None = None) -> PageView:
    """A render, its DOM text runs tightened to the ink they left on the screenshot.

    `as_file` is the same page opened from the disk: what differs there is one of its problems.
    Runs that left no ink (text in the colour of its background, outside the page) are not seen.
    """
    image = decode_png(shot.png)
    height, width = image.shape[:2]
    runs = (_seen_run(image, text, shot.scale) for text in shot.texts)
    boxes = (clip(box_at_image_scale(rect, shot.scale), width, height) for rect in shot.pictures)
    view = PageView(
        image=image,
        scale=shot.scale,
        runs=tuple(run for run in runs if run is not None),
        pictures=tuple(box for box in boxes if box is not None),
        boxes=shot.boxes,
        problems=problems_of(shot, as_file),
        html=shot.html,
        accessibility=shot.accessibility,
    )
    return _measured(view)


def view_of_mockup(
    image: Image, scale: float, runs: tuple[TextRun, ...], limits: LineLimits = LINES
) -> PageView:
    """A mockup with the runs that OCR found in it; their colours are measured anew.

    Both sides must use one measure of colour, or thin text would differ from itself. What
    compression left on the picture is nothing that a page could have.
    """
    image = without_compression_noise(image)
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
            colour, background = ink_colours(image, ink)
            whole = without_cut(image, ink, colour)
            if whole != ink:
                colour, background = ink_colours(image, whole)
            measured.append(replace(run, ink=whole, colour=colour, background=background))
    view = PageView(image=image, scale=scale, runs=tuple(measured), unread=in_lines(unread, limits))
    return _measured(view)


def _measured(view: PageView) -> PageView:
    """The view, knowing the colours of its runs, which were measured in its image."""
    view.colours.update((run.ink, (run.colour, run.background)) for run in view.runs)
    return view


def _seen_run(image: Image, text: DomText, scale: float) -> TextRun | None:
    box = without_cut(image, box_at_image_scale(text.rect, scale), text.colour)
    ink = tighten(image, box, text.colour)
    if ink is None or not text.text.strip():
        return None
    colour, background = ink_colours(image, ink)
    return DrawnRun(" ".join(text.text.split()), ink, colour, background, dom=text)
