"""Lines of text as items: each found again in the render, and what a person would say of it."""

from dataclasses import dataclass, replace

import numpy as np

from workers.imaging import Box, TextRun, bounds, box_at_css_scale
from workers.scoring.colour import contrast
from workers.scoring.glyphs import (
    Look,
    fitted,
    height_in_em,
    ink_of,
    similarity_of,
    without_rim,
)
from workers.scoring.item import Finding, Item
from workers.scoring.page_view import DrawnRun, PageView
from workers.scoring.text_lines import covered, joined
from workers.scoring.text_pairs import (
    PAIRING,
    Pair,
    Paragraph,
    alike_letters,
    identical,
    paired,
    reflowed,
    same_letters,
)
from workers.scoring.text_search import SEARCH, find_line, same_pixels
from workers.scoring.text_style import (
    Inks,
    slant_findings,
    style_findings,
    with_colour,
    with_weight,
)
from workers.scoring.unread import is_drawn, is_pictured, matched, other_letters


@dataclass(frozen=True)
class TextLimits:
    """What text costs, severities 0–1 where nothing else is said."""

    certain: float = 0.985  # likeness that shows the same letters though OCR reads others
    free_in_pictures: float = 0.08  # of the page's text that may stand in pictures: logos, photos
    sign: int = 2  # letters that may have been read into an icon…
    other_sign: float = 0.6  # …which their pixels tell at less likeness
    other_breaks: float = 0.22
    other_shape: float = 0.7  # likeness under which a line looks other, and nothing says how


LIMITS = TextLimits()
NOT_READ = "text that could not be read"
Rasterised = tuple[TextRun, ...]  # text of the mockup that the render shows in a picture


@dataclass(frozen=True)
class TextItems:
    """`places` are where text stands on either page: what is there is no mark.

    `unread` is how many lines of the mockup could not be read.
    """

    items: list[Item]
    places: list[Box]
    rasterised: Rasterised
    unread: int = 0


def text_items(mockup: PageView, render: PageView, limits: TextLimits = LIMITS) -> TextItems:
    """Every line of text of two views of one scale and one coordinate system."""
    paragraphs, pairs, missing, surplus = reflowed(*paired(mockup, render, PAIRING), PAIRING)
    unread = matched(mockup, surplus)
    surplus = unread.surplus
    places: list[Box] = [run.ink for run in surplus]
    items = [_paired_item(mockup, render, pair, places, limits) for pair in (*pairs, *unread.pairs)]
    for one in paragraphs:
        items.append(_reflowed_item(mockup, one, limits))
        places += [run.ink for run in (*one.shown, *one.drawn)]
    no_text = [run for run in unread.absent if _is_no_text(mockup, render, run)]
    missing += [run for run in unread.absent if run not in no_text]
    missing = [run for run in missing if not _is_icon(render, run)]
    rasterised = [run for run in missing if _in_picture(mockup, render, run)]
    text = [*(run.ink for run in mockup.runs), *mockup.unread]
    free = limits.free_in_pictures * sum(weight_of(ink, mockup.scale) for ink in text)
    if sum(weight_of(run.ink, mockup.scale) for run in rasterised) <= free:
        missing = [run for run in missing if run not in rasterised]
        rasterised = []
    items += [_missing(run, mockup.scale) for run in missing]
    places += [run.ink for run in missing]
    items += [_surplus(mockup, render, run, places) for run in surplus]
    seen = [
        replace(item, box=box_at_css_scale(item.box, mockup.scale), is_text=True) for item in items
    ]
    lines = len(mockup.unread) - len({run.ink for run in no_text} & set(mockup.unread))
    return TextItems(seen, places, tuple(rasterised), lines)


def _is_icon(render: PageView, run: TextRun) -> bool:
    """Whether one letter was read where the render draws a picture: that is held against pixels."""
    return len(run.text) == 1 and is_pictured(render, run)


def _is_no_text(mockup: PageView, render: PageView, line: TextRun) -> bool:
    return not is_pictured(render, line) and is_drawn(mockup, render, line)


def weight_of(box: Box, scale: float) -> float:
    """What is larger is seen more, by less than its area; CSS pixels."""
    return float((box.area / scale**2) ** 0.7)


def quoted(text: str, most: int = 40) -> str:
    return f"‘{text if len(text) <= most else text[: most - 1] + '…'}’"


def _in_picture(mockup: PageView, render: PageView, run: TextRun) -> bool:
    """Whether a picture of the render shows the very pixels; has the place, where nobody read."""
    if not run.text:
        return is_pictured(render, run)
    return covered([run.ink], render.pictures) > 0.5 and same_pixels(
        mockup.image, render.image, run.ink
    )


def _missing(run: TextRun, scale: float) -> Item:
    finding = Finding("missing", run.text, "", 1.0)
    name = f"text {quoted(run.text)}" if run.text else NOT_READ
    return Item(name, run.ink, weight_of(run.ink, scale), (finding,))


def _surplus(mockup: PageView, render: PageView, run: DrawnRun, places: list[Box]) -> Item:
    """Text of the render that nobody read in the mockup: perhaps it stands there all the same."""
    item = Item(
        f"text {quoted(run.text)}", run.ink, weight_of(run.ink, mockup.scale), (), _selector(run)
    )
    drawn, shown = render.look(run.ink), mockup.look(run.ink)
    if drawn is not None and shown is not None:
        ground = contrast(shown.colour, shown.ground)
        found = find_line(mockup, drawn, shown, SEARCH)
        if found.worst >= SEARCH.same and ground > 1.05:
            x, y = run.ink.x + found.shift[0], run.ink.y + found.shift[1]
            places.append(Box(x, y, run.ink.width, run.ink.height))
            return _placed(item, (-found.shift[0], -found.shift[1]), run.ink, mockup.scale)
    return item.with_finding(Finding("extra", "", run.text, 1.0))


def _selector(run: DrawnRun) -> str:
    return run.dom.selector if run.dom else ""


def _paired_item(
    mockup: PageView, render: PageView, pair: Pair, places: list[Box], limits: TextLimits
) -> Item:
    run, dom = pair.drawn, pair.drawn.dom
    box = pair.shown.ink
    weight = max(weight_of(side, mockup.scale) for side in (box, run.ink))  # as it is seen most
    item = Item(f"text {quoted(run.text)}", box, weight, (), _selector(run))
    places.append(run.ink)
    if identical(mockup, render, run.ink):
        return item
    shown, drawn = mockup.look(box), render.look(run.ink)
    if dom is None or shown is None or drawn is None:
        places.append(box)
        return item
    found = find_line(mockup, drawn, shown, SEARCH)
    moved = -found.shift[0], -found.shift[1]
    unread = not pair.shown.text
    other = not unread and not same_letters(pair.shown.text, run.text)
    if found.worst >= SEARCH.same and not (other and found.worst < limits.certain):
        ink = run.ink
        there = Box(ink.x + found.shift[0], ink.y + found.shift[1], ink.width, ink.height)
        places.append(there)
        item = _placed(item, moved, ink, mockup.scale)
        shown = mockup.look(there) or shown
        inks = Inks(ink_of(mockup.image, shown), ink_of(render.image, drawn))
        if found.worst < limits.certain:
            leaning = slant_findings(shown, drawn, dom)
            for finding in leaning:
                item = item.with_finding(finding)
            if not leaning:
                item = with_weight(item, shown, drawn, dom, inks)
        return with_colour(item, shown, drawn, dom, inks)
    places.append(box)
    if other:
        item = item.with_finding(_letters(pair, found.share))
    if found.worst < SEARCH.same:
        moved = _corner_shift(box, run.ink)
    item = _placed(item, moved, run.ink, mockup.scale)
    wrong = other_letters(shown, drawn) if unread else 0.0
    if not unread and not other and len(run.text) <= limits.sign:
        wrong = _other_sign(shown, drawn, limits)
    if wrong:
        item = item.with_finding(Finding("letters", "", run.text, _severity_of_letters(wrong)))
    else:  # of an unread line the letters are the render's, as far as anybody can tell
        alike = replace(pair, shown=replace(pair.shown, text=run.text)) if unread else pair
        for finding in style_findings(alike, shown, drawn, dom, mockup.scale):
            item = item.with_finding(finding)
    inks = Inks(ink_of(mockup.image, shown), ink_of(render.image, drawn))
    item = with_colour(item, shown, drawn, dom, inks)
    if found.worst < limits.other_shape and not item.findings:
        severity = 0.5 * (limits.other_shape - found.worst) * (1 - found.share)
        item = item.with_finding(Finding("shape", "", "", severity))
    return item


def _other_sign(shown: Look, drawn: Look, limits: TextLimits) -> float:
    """How much a letter or two look like others, 0–1: OCR reads letters into icons."""
    shown, drawn = without_rim(shown), without_rim(drawn)
    scaled = fitted(drawn.coverage, shown.box.width, shown.box.height)
    alike = similarity_of(scaled, shown.coverage)
    return 1 - alike if alike < limits.other_sign else 0.0


def _corner_shift(one: Box, other: Box) -> tuple[int, int]:
    """How far the nearer end of the line moved, across, and its middle, down."""
    ends = [other.x - one.x, other.right - one.right]
    across = min([*ends, (sum(ends)) // 2], key=abs)
    down = min([other.y - one.y, other.bottom - one.bottom], key=abs)
    return across, down


def _placed(item: Item, shift: tuple[int, int], drawn: Box, scale: float) -> Item:
    far = float(np.hypot(*shift)) / scale
    line = max(8.0, drawn.height / scale)
    item = replace(item, moved=(shift[0] / scale, shift[1] / scale))
    if far < 1.5:
        return item
    got = f"{shift[0] / scale:+.0f} px across, {shift[1] / scale:+.0f} px down"
    severity = 0.6 * min(1.0, (far - 1) / (3 * line)) ** 0.6
    return item.with_finding(Finding("offset", "0 px", got, severity))


def _letters(pair: Pair, seen: float) -> Finding:
    """`seen` is the share of the line that the mockup's pixels show."""
    wrong = min(1 - alike_letters(pair.shown.text, pair.drawn.text), max(0.05, 1 - seen))
    return Finding("letters", pair.shown.text, pair.drawn.text, _severity_of_letters(wrong))


def _severity_of_letters(wrong: float) -> float:
    """Of a share 0–1 of a line's letters that are wrong."""
    return min(1.0, 0.14 + 0.86 * float(wrong**1.1))


def _reflowed_item(mockup: PageView, one: Paragraph, limits: TextLimits) -> Item:
    """One item of all its lines."""
    box = bounds([run.ink for run in one.shown])
    weight = sum(weight_of(run.ink, mockup.scale) for run in one.shown)
    first = one.drawn[0]
    item = Item(f"text {quoted(joined(one.drawn))}", box, weight, (), _selector(first))
    finding = Finding("line_breaks", joined(one.shown[:1]), first.text, limits.other_breaks)
    item = item.with_finding(finding)
    high = [
        float(np.median([run.ink.height / height_in_em(run.text) for run in side]))
        for side in (one.shown, one.drawn)
    ]
    ratio = high[0] / high[1]
    if first.dom is not None and abs(ratio - 1) > max(0.06, 1.2 / first.ink.height):
        size = first.dom.font_size
        severity = min(0.9, 1.5 * abs(float(np.log(ratio))))
        item = item.with_finding(
            Finding("size", f"{size * ratio:.3g} px", f"{size:.3g} px", severity)
        )
    moved = bounds([run.ink for run in one.drawn])
    return _placed(item, (moved.x - box.x, moved.y - box.y), first.ink, mockup.scale)
