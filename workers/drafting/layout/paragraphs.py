"""Paragraphs: styled runs joined to lines, and lines that wrap joined to one text."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil, floor

from workers.drafting.layout.type_scale import on_scale
from workers.drafting.page import Alignment, Font, Line, Offset, Offsets, Paragraph, StyledRun, Text
from workers.drafting.perceive.fonts.installed import metrics, natural_line_height, text_width
from workers.drafting.perceive.fonts.unify import common_font, unify_fonts
from workers.drafting.perceive.shapes.fills import distance
from workers.imaging import Box


@dataclass(frozen=True)
class ParagraphThresholds:
    """When runs share a line, and lines a text. Em is the larger font's size; px, CSS pixels."""

    inside: int = 2  # px a line may stick out of the panel it is on: ink is measured to a pixel
    bullet_gap: float = 2  # em from a bullet to its line: lists are indented by no more
    level: float = 1.5  # px between baselines of one line: as baselines are measured…
    level_em: float = 0.08  # …and em, of large text
    line_size: float = 0.12  # share by which sizes in one line may differ: they are measured apart
    short_size: float = 0.5  # the same where a run is short and its size uncertain
    short: int = 3  # letters: too few to tell a size by, or a right edge
    overlap: int = 2  # px two runs of one line may share: italics lean over
    space: float = 0.6  # em: the widest gap between two runs of one line
    line_ground: int = 24  # levels the grounds of two runs of one line differ by less than
    text_size: float = 1.5  # px by which the sizes of a text's lines may differ…
    text_size_em: float = 0.1  # …and share, of large text
    tightest: float = 1.0  # em between baselines: tighter lines would touch
    loosest: float = 2.1  # em between baselines: looser lines are texts of their own
    step: float = 3  # px by which the steps of one text may differ: baselines are rounded
    ground: int = 12  # levels the grounds of two lines differ by less than
    ink: int = 45  # levels the inks of two lines differ by less than: thin strokes are diluted
    same_left: float = 5  # px left edges are less than apart: side bearings differ
    same_middle: float = 4  # px middles or right edges are less than apart
    full: float = 0.55  # share of the widest line a line must reach before the text may go on
    prose: int = 18  # characters a line must have more than to wrap: labels are shorter
    word_space: float = 0.25  # em between two words
    ragged: float = 4  # px a line may be wider than the room: its ink is no text width
    least_room: float = 3  # px between the widths that break alike: less is rounding
    most_room: float = 12  # px a text is made wider than its widest line, to break alike


PARAGRAPHS = ParagraphThresholds()


def read_paragraphs(
    runs: Iterable[StyledRun],
    offsets: Offsets | None = None,
    bullets: Sequence[Box] = (),
    grounds: Sequence[Box] = (),
    rules: Sequence[Box] = (),
    thresholds: ParagraphThresholds = PARAGRAPHS,
) -> tuple[Text, ...]:
    """The texts of a mockup in reading order, each in the place its line boxes take up.

    A line behind one of the `bullets`, or a number with a stop, begins a text. No text goes on
    from one of the `grounds`, smallest first, to another, or across one of the `rules`.
    """
    open_paragraphs: list[list[Line]] = []
    for line in _lines(unify_fonts(runs), thresholds):
        follows = not _is_item(line, bullets, thresholds)
        near = (
            lines
            for lines in open_paragraphs
            if follows
            and _goes_on(lines, line, thresholds)
            and _ground(lines[-1], grounds, thresholds) == _ground(line, grounds, thresholds)
            and not any(_divides(rule, lines[-1], line) for rule in rules)
        )
        home = next(near, None)
        if home is None:
            open_paragraphs.append([line])
        else:
            home.append(line)
    known = offsets or {}
    found = on_scale(_paragraph(lines, thresholds) for lines in open_paragraphs)
    return tuple(_text(each, known.get(each.ink, Offset())) for each in found)


def _ground(line: Line, grounds: Sequence[Box], thresholds: ParagraphThresholds) -> Box | None:
    return next(
        (ground for ground in grounds if ground.contains(line.ink, thresholds.inside)), None
    )


def _divides(rule: Box, above: Line, below: Line) -> bool:
    """Whether a rule lies between two lines, along all of the lower one."""
    one, other = above.ink, below.ink
    between = one.y < rule.y and rule.bottom <= other.y + other.height // 2
    return between and rule.x <= other.x and other.right <= rule.right


def _is_item(line: Line, bullets: Sequence[Box], thresholds: ParagraphThresholds) -> bool:
    if re.match(r"\d{1,2}[.)] ", line.text):
        return True
    ink, indent = line.ink, thresholds.bullet_gap * line.runs[0].font.size
    return any(
        ink.y <= bullet.y + bullet.height / 2 <= ink.bottom and 0 < ink.x - bullet.right < indent
        for bullet in bullets
    )


def _lines(runs: Iterable[StyledRun], thresholds: ParagraphThresholds) -> list[Line]:
    """Lines from top to bottom; runs on one baseline a space apart share one."""
    lines: list[list[StyledRun]] = []
    for run in sorted(runs, key=lambda each: (each.origin_x, each.baseline)):
        home = next((line for line in lines if _adjoins(line[-1], run, thresholds)), None)
        if home is None:
            lines.append([run])
        else:
            home.append(run)
    return sorted(
        (Line(tuple(line)) for line in lines), key=lambda line: (line.runs[0].baseline, line.left)
    )


def _adjoins(left: StyledRun, right: StyledRun, thresholds: ParagraphThresholds) -> bool:
    size = max(left.font.size, right.font.size)
    gap = right.run.ink.x - left.run.ink.right
    short = min(len(left.run.text), len(right.run.text)) <= thresholds.short
    off = thresholds.short_size if short else thresholds.line_size
    return (
        abs(left.baseline - right.baseline) <= max(thresholds.level, thresholds.level_em * size)
        and abs(left.font.size - right.font.size) <= off * size
        and -thresholds.overlap <= gap <= thresholds.space * size
        and distance(left.run.background, right.run.background) < thresholds.line_ground
    )


def _goes_on(lines: list[Line], line: Line, thresholds: ParagraphThresholds) -> bool:
    """Whether `line` continues the text of `lines`."""
    last, head = lines[-1].runs[-1], line.runs[0]
    size = max(last.font.size, head.font.size)
    step = head.baseline - last.baseline
    before = last.baseline - lines[-2].runs[0].baseline if len(lines) > 1 else step
    unlike = abs(head.font.size - last.font.size)
    return (
        unlike <= max(thresholds.text_size, thresholds.text_size_em * size)
        and thresholds.tightest * size < step < thresholds.loosest * size
        and abs(step - before) <= thresholds.step
        and _same_look(lines[-1], line, thresholds)
        and _aligned(lines, line, thresholds) is not None
        and _wraps(lines, line, thresholds)
    )


def _same_look(first: Line, second: Line, thresholds: ParagraphThresholds) -> bool:
    """Whether ground and ink agree. The face is not asked: it is least certain of all."""
    a, b = first.runs[-1], second.runs[0]
    mixed = len(first.runs) > 1 or len(second.runs) > 1
    return distance(a.run.background, b.run.background) < thresholds.ground and (
        mixed or distance(a.run.colour, b.run.colour) < thresholds.ink
    )


def _aligned(lines: list[Line], line: Line, thresholds: ParagraphThresholds) -> Alignment | None:
    boxes = [each.ink for each in lines]
    ink, middle = line.ink, thresholds.same_middle
    if abs(line.left - lines[-1].left) < thresholds.same_left:
        return "left"
    if all(abs(2 * box.x + box.width - 2 * ink.x - ink.width) < 2 * middle for box in boxes):
        return "center"
    if len(line.text) > thresholds.short and all(
        abs(box.right - ink.right) < middle for box in boxes
    ):
        return "right"
    return None


def _wraps(lines: list[Line], line: Line, thresholds: ParagraphThresholds) -> bool:
    """Whether the last of `lines` ends because the next word found no room."""
    last = lines[-1]
    widest = max(line.ink.width, *(each.ink.width for each in lines))
    if last.ink.width <= thresholds.full * widest or len(last.text) <= thresholds.prose:
        return False
    word = line.text.split(" ", 1)[0]
    space = thresholds.word_space * line.runs[0].font.size
    return last.ink.width + space + text_width(word, line.runs[0].font) > widest - thresholds.ragged


def _paragraph(lines: list[Line], thresholds: ParagraphThresholds) -> Paragraph:
    runs = [run for line in lines for run in line.runs]
    font = common_font(runs)
    weights = Counter[tuple[int, int, int]]()
    for run in runs:
        weights[run.run.colour] += len(run.run.text)
    alignment = _aligned(lines[:-1], lines[-1], thresholds) if len(lines) > 1 else None
    if len(lines) > 1:
        height = (lines[-1].runs[0].baseline - lines[0].runs[0].baseline) / (len(lines) - 1)
    else:
        height = natural_line_height(font)
    wraps = _wraps_within(lines, font, thresholds)
    return Paragraph(
        lines=tuple(lines),
        font=font,
        colour=weights.most_common(1)[0][0],
        line_height=round(
            round(height * len(lines)) / len(lines), 2
        ),  # a text is whole pixels tall
        alignment=alignment or "left",
        wrap_width=_wrap_width(wraps, thresholds),
        wraps=wraps,
    )


def _wraps_within(
    lines: list[Line], font: Font, thresholds: ParagraphThresholds
) -> tuple[float, float] | None:
    """The width of the widest line, and that of the first line that one more word would fit."""
    if len(lines) < 2:
        return None
    widest = max(max(text_width(line.text, font), line.ink.width) for line in lines)
    room = min(
        text_width(f"{line.text} {after.text.split(' ', 1)[0]}", font)
        for line, after in pairwise(lines)
    )
    return (widest, room) if room - widest >= thresholds.least_room else None


def _wrap_width(wraps: tuple[float, float] | None, thresholds: ParagraphThresholds) -> float | None:
    """A width at which the lines break alike, not too far from the widest."""
    if wraps is None:
        return None
    widest, room = wraps
    return ceil(widest + min(thresholds.most_room, (room - widest) / 2))


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
    wraps = None if offset.broken else paragraph.wraps
    spacing = offset.letter_spacing
    placed = replace(paragraph, wrap_width=wrap, wraps=wraps, letter_spacing=spacing)
    return Text(box, placed, (offset.dx - across, offset.dy - down))
