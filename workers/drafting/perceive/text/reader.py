"""Reading text: find lines, cut them into runs of one style, recognise the characters.

All lengths are pixels of the picture given, which may have several to a CSS pixel.
"""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from workers.drafting.perceive.fonts.installed import (
    installed_faces,
    plain_of,
    text_extents,
    with_letters_of,
)
from workers.drafting.perceive.text.cache import cached
from workers.drafting.perceive.text.emphasis import split_by_weight
from workers.drafting.perceive.text.ink import Ink, find_ink, find_ink_around
from workers.drafting.perceive.text.languages import Reading, read_other_scripts
from workers.drafting.perceive.text.lines import columns_of, ink_columns, split_line
from workers.drafting.perceive.text.ocr import detect_lines, recognise_lines
from workers.imaging import Box, Image, TextRun, crop, grow, legible


@dataclass(frozen=True)
class ReadingLimits:
    """Confidence is the recognition network's, 0..1."""

    crop_margin: float = 0.2  # of the ink height, around what is given to the recogniser…
    least_margin: int = 2  # …and pixels
    repeated: float = 0.5  # share of an ink's area that another has: both are of one line
    legible: float = 0.5  # confidence below this is not text
    wide_letter: int = 0x2E80  # the first character of the scripts whose letters fall apart…
    wide_columns: int = 3  # …in as many columns of ink
    sure_letter: float = 0.9  # confidence a lone character needs, or it is an icon…
    letter_height: int = 5  # …and pixels…
    letter_aspect: float = 0.12  # …and the proportions of the character, within this share
    icon_gap: float = 0.4  # of an ink's height: the narrowest gap between an icon and its text
    too_wide: float = 0.15  # share by which an ink is off the text's own proportions in any font…
    as_wide: float = 0.1  # …and without the icon is not
    letter_edge: float = 1  # pixels, besides, that antialiasing may add to either side


READING = ReadingLimits()


OnLocated = Callable[[list[Box]], None]


def _unheard(boxes: list[Box]) -> None:
    """Nobody waits for where text is."""


def read_text(image: Image, on_located: OnLocated = _unheard) -> tuple[TextRun, ...]:
    """Every legible run of text in `image`, top to bottom, left to right.

    Takes seconds of CPU per megapixel, unless `find_text` has found it before.
    """
    return legible(find_text(image, on_located))


def find_text(image: Image, on_located: OnLocated = _unheard) -> tuple[TextRun, ...]:
    """All that was taken for a run of text, top to bottom, left to right, read or not.

    Where text is, which is known long before what it says, `on_located` hears on the way. What is
    not legible has no `text`: an icon, a texture, or a line in letters that the recogniser does not
    know. $MOCKWRIGHT_TEXT_CACHE is a folder of earlier readings; without one, they are remembered
    for the life of the process.
    """
    return cached(image, lambda picture: _read(picture, on_located))


def _read(image: Image, on_located: OnLocated) -> tuple[TextRun, ...]:
    lines = detect_lines(image)
    inks = without_repeated(ink for line in lines for ink in split_line(image, line))
    on_located([ink.box for ink in inks])
    boxes = [ink.box for ink in inks]
    readings = _recognise([crop(image, input_box(box, boxes)) for box in boxes], inks)
    runs = [
        run
        for ink, (text, confidence) in zip(inks, readings, strict=True)
        for run in _runs(image, ink, _in_plain_characters(text), confidence)
    ]
    return tuple(sorted(runs, key=lambda run: (run.ink.y, run.ink.x)))


def _recognise(lines: Sequence[Image], inks: Sequence[Ink]) -> list[Reading]:
    """What stands on lines, given with their inks: in Latin letters, or in another script."""
    readings = recognise_lines(lines)
    doubts = [
        (text, s * read_share(ink, text)) for ink, (text, s) in zip(inks, readings, strict=True)
    ]
    others = read_other_scripts(lines, doubts)
    return [other or reading for other, reading in zip(others, readings, strict=True)]


def read_inside(image: Image, box: Box) -> tuple[TextRun, ...]:
    """What stands in a box that holds little: the detector overlooks lone letters and figures."""
    ink = find_ink(image, box)
    if ink is None:
        return ()
    ((text, confidence),) = recognise_lines([crop(image, input_box(ink.box))])
    return legible(_runs(image, ink, _in_plain_characters(text), confidence))


def _runs(image: Image, ink: Ink, text: str, confidence: float) -> list[TextRun]:
    """The runs of a reading: one, or several where bold words stand among regular ones."""
    ink = without_icon(image, ink, text)
    whole = TextRun(text, ink.box, ink.colour, ink.background, confidence * read_share(ink, text))
    if not is_text(whole):
        return [replace(whole, text="")]
    parts = split_by_weight(ink, text)
    if len(parts) == 1:
        return [whole]
    runs = []
    for words, span in parts:
        found = find_ink_around(image, columns_of(ink.box, *span))
        if found is not None:
            part = TextRun(words, found.box, found.colour, found.background, whole.confidence)
            runs.append(part if is_text(part) else replace(part, text=""))
    return runs


def without_icon(image: Image, ink: Ink, text: str, limits: ReadingLimits = READING) -> Ink:
    """The ink less what stands before or behind it that `text` has no letters for: it has a word
    too many, or is so wide as the text is in no font."""
    gap = limits.icon_gap * ink.box.height
    words = _parted(ink_columns(ink), gap)
    extra = len(words) > len(text.split())
    misfit = _misfit(ink.box, text)
    if len(words) < 2 or not (extra or misfit > limits.too_wide):
        return ink
    spans = (words[1][0], words[-1][1]), (words[0][0], words[-2][1])
    found = [find_ink_around(image, columns_of(ink.box, *span)) for span in spans]
    rest = min(
        (one for one in found if one is not None),
        key=lambda one: _misfit(one.box, text),
        default=ink,
    )
    return rest if _misfit(rest.box, text) <= min(limits.as_wide, misfit) else ink


def _parted(columns: Sequence[tuple[int, int]], gap: float) -> list[tuple[int, int]]:
    """Spans of columns, those joined that are nearer than `gap`."""
    joined = [columns[0]]
    for left, right in columns[1:]:
        if left - joined[-1][1] < gap:
            joined[-1] = joined[-1][0], right
        else:
            joined.append((left, right))
    return joined


def _misfit(ink: Box, text: str) -> float:
    """By what share a box's proportions are off those of the text in the upright font that is
    nearest."""
    faces = with_letters_of(plain_of(installed_faces()), text)
    shapes = [text_extents(face, text) for face in faces]
    ratios = [shape.width / shape.height for shape in shapes if shape.height > 0]
    return min((abs(ink.width / ink.height / ratio - 1) for ratio in ratios), default=1.0)


def read_share(ink: Ink, text: str, limits: ReadingLimits = READING) -> float:
    """The share 0–1 of an ink's columns that `text` has letters for.

    Of a line in letters that it does not know the recogniser tells the digits, and of those it is
    sure: “12”, where “Подписка активна до 12 мая” stands.
    """
    letters = "".join(text.split())
    wide = sum(ord(letter) >= limits.wide_letter for letter in letters)
    columns = len(letters) + (limits.wide_columns - 1) * wide
    return min(1.0, columns / len(ink_columns(ink)))


def input_box(ink: Box, others: Iterable[Box] = (), limits: ReadingLimits = READING) -> Box:
    """What the recogniser is given of a picture to read an ink: a margin, but nothing of what else
    stands on its line."""
    margin = max(limits.least_margin, round(limits.crop_margin * ink.height))
    box = grow(ink, margin)
    level = [one for one in others if one.y < ink.bottom and one.bottom > ink.y]
    left = max([box.x, *(one.right for one in level if one.right <= ink.x)])
    right = min([box.right, *(one.x for one in level if one.x >= ink.right)])
    return Box(left, box.y, right - left, box.height)


def without_repeated(inks: Iterable[Ink], limits: ReadingLimits = READING) -> list[Ink]:
    """`inks` less those that mostly repeat another: neighbouring tiles and loose boxes overlap."""
    kept: list[Ink] = []
    for ink in sorted(inks, key=lambda ink: -ink.box.area):
        most = limits.repeated * ink.box.area
        if not any(_shared_area(ink.box, other.box) > most for other in kept):
            kept.append(ink)
    return kept


def _shared_area(a: Box, b: Box) -> int:
    width = min(a.right, b.right) - max(a.x, b.x)
    height = min(a.bottom, b.bottom) - max(a.y, b.y)
    return max(0, width) * max(0, height)


def _in_plain_characters(text: str) -> str:
    """The reader's text in the characters a page would use: full-width forms become plain ones."""
    plain = "".join(
        unicodedata.normalize("NFKC", c) if "\uff01" <= c <= "\uff5e" or c == "\u3000" else c
        for c in text
    )
    return " ".join(plain.split())


def is_text(run: TextRun, limits: ReadingLimits = READING) -> bool:
    """Whether a reading is text, and not an icon or a texture taken for a letter."""
    if not run.text or run.confidence < limits.legible:
        return False
    if len(run.text) > 1:
        return True
    sure = run.confidence >= limits.sure_letter and run.ink.height >= limits.letter_height
    return sure and run.text.isalnum() and _has_shape_of(run.text, run.ink, limits)


def _has_shape_of(letter: str, ink: Box, limits: ReadingLimits) -> bool:
    """Whether a box is as wide for its height as `letter` is in some upright font."""
    slack = limits.letter_aspect + limits.letter_edge / min(ink.width, ink.height)
    return _misfit(ink, letter) < slack
