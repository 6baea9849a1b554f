"""Paragraphs: styled runs joined to lines, and lines that wrap joined to one text."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from math import ceil, floor

from workers.drafting.page import Alignment, Font, Line, Offset, Offsets, Paragraph, StyledRun, Text
from workers.drafting.perceive.fonts.installed import metrics, text_width
from workers.drafting.perceive.fonts.unify import common_font, unify_fonts
from workers.drafting.perceive.shapes.fills import distance
from workers.imaging import Box

SPACE = 0.6  # em: the widest gap between two runs of one line
SAME_LEFT = 5  # pixels
SAME_MIDDLE = 4
TIGHTEST, LOOSEST = 1.0, 2.1  # line height, em
FULL = 0.55  # share of the widest line that a line must reach before the text may go on
FEW = 3  # letters: too few to tell a size by
PROSE = 18  # characters a line needs before it may wrap


def read_paragraphs(
    runs: Iterable[StyledRun],
    offsets: Offsets | None = None,
    bullets: Sequence[Box] = (),
    grounds: Sequence[Box] = (),
) -> tuple[Text, ...]:
    """The texts of a mockup in reading order, each in the place its line boxes take up.

    A line behind one of the `bullets`, or a number with a stop, begins a text. No text goes on
    from one of the `grounds`, smallest first, to another.
    """
    open_paragraphs: list[list[Line]] = []
    for line in _lines(unify_fonts(runs)):
        follows = not _is_item(line, bullets)
        near = (
            lines
            for lines in open_paragraphs
            if follows
            and _goes_on(lines, line)
            and _ground(lines[-1], grounds) == _ground(line, grounds)
        )
        home = next(near, None)
        if home is None:
            open_paragraphs.append([line])
        else:
            home.append(line)
    known = offsets or {}
    found = [_paragraph(lines) for lines in open_paragraphs]
    return tuple(_text(each, known.get(each.ink, Offset())) for each in found)


def _ground(line: Line, grounds: Sequence[Box]) -> Box | None:
    return next((ground for ground in grounds if ground.contains(line.ink, 2)), None)


def _is_item(line: Line, bullets: Sequence[Box]) -> bool:
    if re.match(r"\d{1,2}[.)] ", line.text):
        return True
    ink = line.ink
    return any(
        ink.y <= bullet.y + bullet.height / 2 <= ink.bottom
        and 0 < ink.x - bullet.right < 2 * line.runs[0].font.size
        for bullet in bullets
    )


def _lines(runs: Iterable[StyledRun]) -> list[Line]:
    """Lines from top to bottom; runs on one baseline a space apart share one."""
    lines: list[list[StyledRun]] = []
    for run in sorted(runs, key=lambda each: (each.origin_x, each.baseline)):
        home = next((line for line in lines if _adjoins(line[-1], run)), None)
        if home is None:
            lines.append([run])
        else:
            home.append(run)
    return sorted(
        (Line(tuple(line)) for line in lines), key=lambda line: (line.runs[0].baseline, line.left)
    )


def _adjoins(left: StyledRun, right: StyledRun) -> bool:
    size = max(left.font.size, right.font.size)
    gap = right.run.ink.x - left.run.ink.right
    few = min(len(left.run.text), len(right.run.text)) <= FEW
    return (
        abs(left.baseline - right.baseline) <= max(1.5, 0.08 * size)
        and abs(left.font.size - right.font.size) <= (0.5 if few else 0.12) * size
        and -2 <= gap <= SPACE * size
        and distance(left.run.background, right.run.background) < 24
    )


def _goes_on(lines: list[Line], line: Line) -> bool:
    """Whether `line` continues the text of `lines`."""
    last, head = lines[-1].runs[-1], line.runs[0]
    size = max(last.font.size, head.font.size)
    step = head.baseline - last.baseline
    if abs(head.font.size - last.font.size) > max(1.5, 0.1 * size):
        return False
    if not TIGHTEST * size < step < LOOSEST * size:
        return False
    if len(lines) > 1 and abs(step - (last.baseline - lines[-2].runs[0].baseline)) > 3:
        return False
    return _same_look(lines[-1], line) and _aligned(lines, line) is not None and _wraps(lines, line)


def _same_look(first: Line, second: Line) -> bool:
    """Whether ground and ink agree. The face is not asked: it is least certain of all."""
    a, b = first.runs[-1], second.runs[0]
    mixed = len(first.runs) > 1 or len(second.runs) > 1
    return distance(a.run.background, b.run.background) < 12 and (
        mixed or distance(a.run.colour, b.run.colour) < 45
    )


def _aligned(lines: list[Line], line: Line) -> Alignment | None:
    boxes = [each.ink for each in lines]
    ink = line.ink
    if abs(line.left - lines[-1].left) < SAME_LEFT:
        return "left"
    if all(abs(2 * box.x + box.width - 2 * ink.x - ink.width) < 2 * SAME_MIDDLE for box in boxes):
        return "center"
    if len(line.text) > 3 and all(abs(box.right - ink.right) < SAME_MIDDLE for box in boxes):
        return "right"
    return None


def _wraps(lines: list[Line], line: Line) -> bool:
    """Whether the last of `lines` ends because the next word found no room."""
    last = lines[-1]
    widest = max(line.ink.width, *(each.ink.width for each in lines))
    if last.ink.width <= FULL * widest or len(last.text) <= PROSE:
        return False
    word = line.text.split(" ", 1)[0]
    space = 0.25 * line.runs[0].font.size
    return last.ink.width + space + text_width(word, line.runs[0].font) > widest - 4


def _paragraph(lines: list[Line]) -> Paragraph:
    runs = [run for line in lines for run in line.runs]
    font = common_font(runs)
    weights = Counter[tuple[int, int, int]]()
    for run in runs:
        weights[run.run.colour] += len(run.run.text)
    alignment = _aligned(lines[:-1], lines[-1]) if len(lines) > 1 else None
    if len(lines) > 1:
        height = (lines[-1].runs[0].baseline - lines[0].runs[0].baseline) / (len(lines) - 1)
    else:
        height = natural_line_height(font)
    return Paragraph(
        lines=tuple(lines),
        font=font,
        colour=weights.most_common(1)[0][0],
        line_height=round(
            round(height * len(lines)) / len(lines), 2
        ),  # a text is whole pixels tall
        alignment=alignment or "left",
        wrap_width=_wrap_width(lines, font),
    )


def natural_line_height(font: Font) -> int:
    """What CSS calls `normal`: ascent and descent, each rounded, as Chromium does."""
    ascent, descent = metrics(font)
    return round(ascent) + round(descent)


def _wrap_width(lines: list[Line], font: Font) -> float | None:
    """A width between the widest line and the first line that one more word would fit."""
    if len(lines) < 2:
        return None
    widest = max(max(text_width(line.text, font), line.ink.width) for line in lines)
    room = min(
        text_width(f"{line.text} {after.text.split(' ', 1)[0]}", font)
        for line, after in pairwise(lines)
    )
    return None if room - widest < 3 else ceil(widest + min(12.0, (room - widest) / 2))


def _text(paragraph: Paragraph, offset: Offset) -> Text:
    """The paragraph in its place. Half-leading is floored and metrics rounded, as in Chromium."""
    font, height = paragraph.font, paragraph.line_height
    ascent, descent = (round(v) for v in metrics(font))
    leading = floor((height - ascent - descent) / 2)
    top = paragraph.lines[0].runs[0].baseline - ascent - leading
    widths = [max(text_width(line.text, font), line.ink.width) for line in paragraph.lines]
    wrap = None if offset.broken else paragraph.wrap_width
    width = round(wrap if wrap is not None else max(widths))
    ink = paragraph.ink
    if paragraph.alignment == "center":
        left = ink.x + ink.width / 2 - width / 2
    elif paragraph.alignment == "right":
        left = ink.right - width
    else:
        left = min(line.left for line in paragraph.lines)
    across, down = floor(offset.dx), floor(offset.dy)
    tall = round(height * len(paragraph.lines))
    box = Box(round(left + across), round(top + down), width, tall)
    placed = replace(paragraph, wrap_width=wrap, letter_spacing=offset.letter_spacing)
    return Text(box, placed, (offset.dx - across, offset.dy - down))
