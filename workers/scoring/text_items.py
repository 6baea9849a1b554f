"""Lines of text as items: each found again in the render, and what a person would say of it."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import cv2
import numpy as np
from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein
from scipy.optimize import linear_sum_assignment
from skimage.color import deltaE_ciede2000, rgb2lab

from workers.imaging import Box, Colour, Image, TextRun, bounds, clip, crop, grow
from workers.scoring.glyphs import (
    Coverage,
    Look,
    coverage,
    fitted,
    height_in_em,
    look_of,
    similarity_of,
    slant,
)
from workers.scoring.ink import tighten
from workers.scoring.item import Finding, Item
from workers.scoring.page_view import DrawnRun, PageView
from workers.scoring.pixel_match import same_pixels
from workers.scoring.text_lines import covered, joined, overlap_groups, plain, similarity
from workers.shot import DomText


Run = TypeVar("Run", bound=TextRun)


@dataclass(frozen=True)
class TextLimits:
    """From where a person sees a difference in text, and how much it is to them."""

    reach: int = 6  # CSS pixels that a line may have moved and still be matched by its pixels
    same: float = 0.84  # likeness of the shape of a stretch that shows the same letters
    least_similar: float = 0.5  # letters in common below which two texts are not one (Design2Code)
    nearness: float = 0.1  # weight of a page's diagonal against all letters
    far: int = 28  # CSS pixels, where it is not found so near
    certain: float = 0.985  # likeness that shows the same letters though OCR reads others
    part: float = 88.0  # per cent of a line's letters that a paragraph has, in order
    other_breaks: float = 0.22
    least_paragraph: int = 20  # letters of a paragraph that may break elsewhere
    stretch: float = 0.9  # line heights that are compared at a time
    free_in_pictures: float = 0.08  # of the page's text that may stand in pictures: logos, photos
    same_size: float = 0.02  # ratio of sizes that nobody sees, of small text a pixel's share
    same_weight: float = 0.12  # ratio of the ink's mass
    italic: float = 0.12  # tangent by which letters lean more than upright ones…
    upright: float = 0.06  # …and less than italic ones
    same_width: float = 0.025  # ratio of the widths of lines of one size
    same_colour: float = 4.0  # CIEDE2000
    other_colour: float = 50.0  # CIEDE2000 that is another colour altogether
    unreadable: float = 2.0  # contrast (WCAG) of text nobody reads
    mass_of_weight: float = 0.0016  # that a font gains with each unit of weight above regular


LIMITS = TextLimits()


@dataclass(frozen=True)
class _Pair:
    """Text on both sides that is one line to the eye."""

    shown: TextRun
    drawn: DrawnRun


@dataclass(frozen=True)
class TextItems:
    """`places` are where text stands on either page: what is there is no mark."""

    items: list[Item]
    places: list[Box]


def text_items(mockup: PageView, render: PageView, limits: TextLimits = LIMITS) -> TextItems:
    """Every line of text of two views of one scale and one coordinate system."""
    paragraphs, pairs, missing, surplus = _reflowed(*_paired(mockup, render, limits), limits)
    places: list[Box] = [run.ink for run in surplus]
    items = [_paired_item(mockup, render, pair, places, limits) for pair in pairs]
    for one in paragraphs:
        items.append(_reflowed_item(mockup, one, limits))
        places += [run.ink for run in (*one.shown, *one.drawn)]
    rasterised = [run for run in missing if _in_picture(mockup, render, run)]
    free = limits.free_in_pictures * sum(weight_of(r.ink, mockup.scale) for r in mockup.runs)
    if sum(weight_of(run.ink, mockup.scale) for run in rasterised) <= free:
        missing = [run for run in missing if run not in rasterised]
    items += [_missing(run, mockup.scale) for run in missing]
    places += [run.ink for run in missing]
    items += [_surplus(mockup, render, run, limits) for run in surplus]
    return TextItems(items, places)


def weight_of(box: Box, scale: float) -> float:
    """What is larger is seen more, by less than its area; CSS pixels."""
    return float((box.area / scale**2) ** 0.7)


def quoted(text: str, most: int = 40) -> str:
    return f"‘{text if len(text) <= most else text[: most - 1] + '…'}’"


def _paired(
    mockup: PageView, render: PageView, limits: TextLimits
) -> tuple[list[_Pair], list[TextRun], list[DrawnRun]]:
    pairs: list[_Pair] = []
    missing: list[TextRun] = []
    surplus: list[DrawnRun] = []
    drawn_runs = [run for run in render.runs if isinstance(run, DrawnRun)]
    groups = overlap_groups([r.ink for r in mockup.runs], [r.ink for r in drawn_runs])
    for ours, theirs in groups:
        shown, drawn = [mockup.runs[i] for i in ours], [drawn_runs[j] for j in theirs]
        alike = _alike(joined(shown), joined(drawn)) if shown and drawn else 0.0
        if alike < limits.least_similar and not _same_place(shown, drawn):
            missing += shown
            surplus += drawn
        else:
            pairs += _split_group(mockup, render, shown, drawn)
    assigned, missing, surplus = _assigned(mockup, missing, surplus, limits)
    return pairs + assigned, missing, surplus


def _same_letters(read: str, drawn: str) -> bool:
    """Whether OCR read what is drawn, perhaps with an icon beside it taken for a letter."""
    without_icon = re.sub(r"^\S\s+|\s+\S$", "", read)
    return _letters_of(drawn) in (_letters_of(read), _letters_of(without_icon))


def _alike(one: str, other: str) -> float:
    return similarity(_letters_of(one), _letters_of(other))


def _same_place(shown: Sequence[TextRun], drawn: Sequence[TextRun]) -> bool:
    """Whether one line stands for another, whatever the letters."""
    if not shown or not drawn:
        return False
    a, b = bounds([run.ink for run in shown]), bounds([run.ink for run in drawn])
    wide = min(a.right, b.right) - max(a.x, b.x)
    high = min(a.bottom, b.bottom) - max(a.y, b.y)
    return wide >= 0.5 * max(a.width, b.width) and high >= 0.5 * max(a.height, b.height)


def _split_group(
    mockup: PageView, render: PageView, shown: Sequence[TextRun], drawn: Sequence[DrawnRun]
) -> list[_Pair]:
    """One pair for each run of the side that has more, beside its part of the other side."""
    ours = sorted(shown, key=lambda run: (run.ink.x, run.ink.y))
    theirs = sorted(drawn, key=lambda run: (run.ink.x, run.ink.y))
    if len(ours) == 1 == len(theirs):
        return [_Pair(ours[0], theirs[0])]
    if len(ours) > len(theirs):
        texts = _segments([run.text for run in ours], "".join(run.text for run in theirs))
        return [
            _Pair(run, _part_of(_nearest(run, theirs), run, text, render.image))
            for run, text in zip(ours, texts, strict=True)
        ]
    texts = _segments([run.text for run in theirs], "".join(run.text for run in ours))
    return [
        _Pair(_part_of(_nearest(run, ours), run, text, mockup.image), run)
        for run, text in zip(theirs, texts, strict=True)
    ]


def _segments(parts: Sequence[str], whole: str) -> list[str]:
    """What of `whole` stands for each of the parts, by the fewest changes of letters."""
    source, target = "".join(plain(part) for part in parts), plain(whole)
    places = [0] * (len(source) + 1)
    for step in Levenshtein.opcodes(source, target):
        width = step.src_end - step.src_start
        for at in range(step.src_start, step.src_end + 1):
            share = (at - step.src_start) / width if width else 1.0
            places[at] = step.dest_start + round(share * (step.dest_end - step.dest_start))
    ends = np.cumsum([0, *(len(plain(part)) for part in parts)])
    cuts = [places[end] for end in ends[:-1]] + [len(target)]
    cuts[0] = 0
    return [
        part if plain(part) == target[one:other] else target[one:other]
        for part, one, other in zip(parts, cuts[:-1], cuts[1:], strict=True)
    ]


def _nearest(run: TextRun, others: Sequence[Run]) -> Run:
    def common(other: TextRun) -> int:
        return min(run.ink.right, other.ink.right) - max(run.ink.x, other.ink.x)

    return max(others, key=common)


def _part_of(run: Run, part: TextRun, text: str, image: Image) -> Run:
    """The stretch of `run` that has the letters `text`: in the columns of `part`, if it is there."""
    left, right = max(run.ink.x, part.ink.x), min(run.ink.right, part.ink.right)
    if right - left < 0.6 * part.ink.width:
        at = max(0, plain(run.text).find(plain(text)))
        letters = max(1, len(plain(run.text)))
        left = run.ink.x + round(run.ink.width * at / letters)
        right = left + max(1, round(run.ink.width * len(plain(text)) / letters))
    columns = Box(left, run.ink.y, max(1, right - left), run.ink.height)
    return replace(run, text=text, ink=tighten(image, columns, run.colour) or columns)


def _assigned(
    mockup: PageView, missing: list[TextRun], surplus: list[DrawnRun], limits: TextLimits
) -> tuple[list[_Pair], list[TextRun], list[DrawnRun]]:
    """Pairs of what is left by letters and nearness (Hungarian method), and what stays."""
    if not missing or not surplus:
        return [], missing, surplus
    alike = np.array([[similarity(m.text, r.text) for r in surplus] for m in missing])
    far = np.array([[_distance(m.ink, r.ink, mockup) for r in surplus] for m in missing])
    rows, columns = linear_sum_assignment(limits.nearness * far - alike)
    kept = [(i, j) for i, j in zip(rows, columns, strict=True) if alike[i, j] >= 0.75]
    pairs = [_Pair(missing[i], surplus[j]) for i, j in kept]
    ours, theirs = {i for i, _ in kept}, {j for _, j in kept}
    return (
        pairs,
        [run for i, run in enumerate(missing) if i not in ours],
        [run for j, run in enumerate(surplus) if j not in theirs],
    )


def _distance(one: Box, other: Box, page: PageView) -> float:
    across = (one.x + one.width / 2 - other.x - other.width / 2) / page.width
    down = (one.y + one.height / 2 - other.y - other.height / 2) / page.height
    return float(np.hypot(across, down))


def _in_picture(mockup: PageView, render: PageView, run: TextRun) -> bool:
    """Whether a picture of the render shows the very pixels."""
    return covered([run.ink], render.pictures) > 0.5 and same_pixels(
        mockup.image, render.image, run.ink
    )


def _missing(run: TextRun, scale: float) -> Item:
    finding = Finding("missing", run.text, "", 1.0)
    return Item(f"text {quoted(run.text)}", run.ink, weight_of(run.ink, scale), (finding,))


def _surplus(mockup: PageView, render: PageView, run: DrawnRun, limits: TextLimits) -> Item:
    """Text of the render that nobody read in the mockup: perhaps it stands there all the same."""
    item = Item(
        f"text {quoted(run.text)}", run.ink, weight_of(run.ink, mockup.scale), (), _selector(run)
    )
    drawn, shown = look_of(render.image, run.ink), look_of(mockup.image, run.ink)
    if drawn is not None and shown is not None:
        ground = _contrast(shown.colour, shown.ground)
        found = _found(mockup, drawn, shown, limits)
        if found.worst >= limits.same and ground > 1.05:
            return _placed(item, (-found.shift[0], -found.shift[1]), run.ink, mockup.scale)
    return item.with_finding(Finding("extra", "", run.text, 1.0))


def _selector(run: DrawnRun) -> str:
    return run.dom.selector if run.dom else ""


def _paired_item(
    mockup: PageView, render: PageView, pair: _Pair, places: list[Box], limits: TextLimits
) -> Item:
    run, dom = pair.drawn, pair.drawn.dom
    box = pair.shown.ink
    weight = weight_of(box, mockup.scale)
    item = Item(f"text {quoted(run.text)}", box, weight, (), _selector(run))
    places.append(run.ink)
    if _identical(mockup, render, run.ink):
        return item
    shown, drawn = look_of(mockup.image, box), look_of(render.image, run.ink)
    if dom is None or shown is None or drawn is None:
        places.append(box)
        return item
    found = _found(mockup, drawn, shown, limits)
    moved = -found.shift[0], -found.shift[1]
    other_letters = not _same_letters(pair.shown.text, run.text)
    if found.worst >= limits.same and not (other_letters and found.worst < limits.certain):
        ink = run.ink
        there = Box(ink.x + found.shift[0], ink.y + found.shift[1], ink.width, ink.height)
        places.append(there)
        item = _placed(item, moved, ink, mockup.scale)
        return _coloured(item, look_of(mockup.image, there) or shown, drawn, limits)
    places.append(box)
    if other_letters:
        item = item.with_finding(_letters(pair, found.share))
    if found.worst < limits.same:
        moved = _corner_shift(box, run.ink)
    item = _placed(item, moved, run.ink, mockup.scale)
    for finding in _styled(pair, shown, drawn, dom, mockup.scale, limits):
        item = item.with_finding(finding)
    item = _coloured(item, shown, drawn, limits)
    if found.worst < 0.7 and not item.findings:
        item = item.with_finding(Finding("shape", "", "", 0.5 * (0.7 - found.worst)))
    return item


def _identical(mockup: PageView, render: PageView, ink: Box) -> bool:
    around = grow(ink, 2)
    return np.array_equal(crop(mockup.image, around), crop(render.image, around))


LOOK_ALIKE = str.maketrans("lI|1O", "iiiio")


UNREAD = str.maketrans("", "", "•·●▪*")


def _letters_of(text: str) -> str:
    """The letters that OCR can tell apart."""
    return plain(text).translate(UNREAD).translate(LOOK_ALIKE).replace("0", "o")


@dataclass(frozen=True)
class Found:
    """Likeness of the worst stretch of a line, the share of it that is alike, and how far off."""

    worst: float
    share: float
    shift: tuple[int, int]


NOT_FOUND = Found(0.0, 0.0, (0, 0))


def _found(mockup: PageView, drawn: Look, shown: Look, limits: TextLimits) -> Found:
    """The mockup's ink most like the line: near its place, else a little further off."""
    near = _found_within(mockup, drawn, shown, limits.reach, limits)
    if near.worst >= limits.same:
        return near
    far = _found_within(mockup, drawn, shown, limits.far, limits)
    return far if far.worst >= limits.same or far.share > near.share + 0.3 else near


def _found_within(
    mockup: PageView, drawn: Look, shown: Look, reach: int, limits: TextLimits
) -> Found:
    window = clip(grow(drawn.box, round(reach * mockup.scale)), mockup.width, mockup.height)
    if window is None or drawn.mass == 0:
        return NOT_FOUND
    patch = crop(mockup.image, window)
    own = _sought(coverage(patch, drawn.colour, drawn.ground), drawn, window, limits)
    if own.worst >= limits.same:
        return own
    # in other colours, perhaps
    other = _sought(coverage(patch, shown.colour, shown.ground), drawn, window, limits)
    return max(own, other, key=lambda found: found.share)


def _sought(ink: Coverage, drawn: Look, window: Box, limits: TextLimits) -> Found:
    """Where in `ink`, the coverage of `window`, the line is most alike."""
    height, width = drawn.coverage.shape
    if ink.shape[0] < height or ink.shape[1] < width:
        return NOT_FOUND
    home = drawn.box.x - window.x, drawn.box.y - window.y
    there = ink[home[1] : home[1] + height, home[0] : home[0] + width]
    if there.shape == (height, width) and np.abs(there - drawn.coverage).max() < 0.02:
        return Found(1.0, 1.0, (0, 0))
    away = cv2.matchTemplate(ink, drawn.coverage, cv2.TM_SQDIFF)
    rows, columns = np.indices(away.shape)
    away = away + 1e-3 * np.hypot(columns - home[0], rows - home[1])  # ties go to no shift
    y, x = np.unravel_index(int(np.argmin(away)), away.shape)
    there = ink[y : y + height, x : x + width]
    alike = _stretches(drawn.coverage, there, limits)
    share = float(np.mean([one >= limits.same for one in alike]))
    return Found(min(alike), share, (int(x) - home[0], int(y) - home[1]))


def _stretches(one: Coverage, other: Coverage, limits: TextLimits) -> list[float]:
    """Likeness of two lines of one size, a letter or two at a time."""
    height, width = one.shape
    stretch = max(6, round(limits.stretch * height))
    starts = range(0, max(1, width - stretch // 2), max(3, stretch // 2))
    return [
        similarity_of(one[:, at : at + stretch], other[:, at : at + stretch]) for at in starts
    ]


def _corner_shift(one: Box, other: Box) -> tuple[int, int]:
    """How far the nearer end of the line moved, across, and its middle, down."""
    ends = [other.x - one.x, other.right - one.right]
    across = min([*ends, (sum(ends)) // 2], key=abs)
    down = min([other.y - one.y, other.bottom - one.bottom], key=abs)
    return across, down


def _placed(item: Item, shift: tuple[int, int], drawn: Box, scale: float) -> Item:
    far = float(np.hypot(*shift)) / scale
    line = max(8.0, drawn.height / scale)
    if far < 1.5:
        return item
    got = f"{shift[0] / scale:+.0f} px across, {shift[1] / scale:+.0f} px down"
    severity = 0.6 * min(1.0, (far - 1) / (3 * line)) ** 0.6
    return item.with_finding(Finding("offset", "0 px", got, severity))


def _letters(pair: _Pair, seen: float) -> Finding:
    """`seen` is the share of the line that the mockup's pixels show."""
    wrong = min(1 - _alike(pair.shown.text, pair.drawn.text), max(0.05, 1 - seen))
    severity = min(1.0, 0.14 + 0.86 * wrong**1.1)
    return Finding("letters", pair.shown.text, pair.drawn.text, severity)


def _styled(
    pair: _Pair, shown: Look, drawn: Look, dom: DomText, scale: float, limits: TextLimits
) -> list[Finding]:
    """Size, slant, weight, family and tracking, each only where those before do not explain it."""
    findings = []
    same_text = plain(pair.shown.text) == plain(pair.drawn.text)
    ratio = _size_ratio(pair, shown, drawn, same_text, limits)
    if abs(ratio - 1) > max(limits.same_size, 0.8 / drawn.box.height):
        size = dom.font_size * ratio
        severity = min(0.9, 1.5 * float(abs(np.log(ratio))))
        findings.append(Finding("size", f"{size:.3g} px", f"{dom.font_size:.3g} px", severity))
    lean, leans = slant(shown.coverage), slant(drawn.coverage)
    if dom.italic and leans - lean > limits.upright:
        return [*findings, Finding("slant", "upright", "italic", 0.16)]
    if not dom.italic and lean - leans > limits.italic:
        return [*findings, Finding("slant", "italic", "upright", 0.16)]
    mass = _mass_ratio(pair, shown, drawn, same_text) / ratio**2
    if same_text and abs(np.log(mass)) > limits.same_weight:
        weight = _weight(dom.weight, mass, limits)
        if weight != dom.weight:
            severity = min(0.35, 0.12 + 0.3 * float(abs(np.log(mass))))
            return [*findings, Finding("weight", f"{weight}", f"{dom.weight}", severity)]
    wide = shown.box.width / drawn.box.width / ratio
    if same_text and len(plain(pair.drawn.text)) > 2:
        scaled = fitted(drawn.coverage, shown.box.width, shown.box.height)
        alike = min(_stretches(scaled, shown.coverage, limits))
        if alike < 0.55 and not findings:
            expected = _family(pair.shown.text, shown, dom, scale)
            if expected != _class_of(dom.family):
                return [*findings, Finding("family", expected, _class_of(dom.family), 0.15)]
        if abs(wide - 1) > limits.same_width and abs(shown.box.width - drawn.box.width) > 2:
            gaps = len(pair.drawn.text) - 1
            spacing = dom.spacing + (shown.box.width / ratio - drawn.box.width) / gaps / scale
            severity = min(0.3, 1.5 * abs(wide - 1))
            findings.append(
                Finding("tracking", f"{spacing:.2g} px", f"{dom.spacing:.2g} px", severity)
            )
    return findings


def _size_ratio(
    pair: _Pair, shown: Look, drawn: Look, same_text: bool, limits: TextLimits
) -> float:
    """Font size of the mockup's line over that of the render's."""
    high = shown.box.height / height_in_em(pair.shown.text)
    high /= drawn.box.height / height_in_em(pair.drawn.text)
    if not same_text:
        within_a_pixel = abs(shown.box.height - drawn.box.height) <= 1
        return 1.0 if within_a_pixel else high
    wide = shown.box.width / drawn.box.width
    pixel = 1.5 / min(shown.box.height, drawn.box.height)
    if abs(wide - high) <= pixel + 0.03:  # widths are measured to a far smaller share
        as_size = fitted(drawn.coverage, shown.box.width, shown.box.height)
        if abs(high - 1) > pixel or similarity_of(as_size, shown.coverage) > limits.same - 0.1:
            return wide
    return high if abs(high - 1) > pixel else 1.0


def _mass_ratio(pair: _Pair, shown: Look, drawn: Look, same_text: bool) -> float:
    if not same_text or drawn.mass == 0 or shown.mass == 0:
        return 1.0
    return shown.mass / drawn.mass


def _weight(got: int, mass: float, limits: TextLimits) -> int:
    """The weight, in hundreds, of letters with `mass` times the ink of those of weight `got`."""
    stroke = (1 + limits.mass_of_weight * (got - 400)) * mass
    return int(np.clip(round((400 + (stroke - 1) / limits.mass_of_weight) / 100), 1, 9)) * 100


def _class_of(family: str) -> str:
    """serif, sans or mono, by the names that a CSS list of fonts has, the last one first."""
    for name in reversed(family.lower().replace('"', "").split(",")):
        if "mono" in name or "courier" in name or "consol" in name:
            return "mono"
        if "sans" in name or name.strip() in {"arial", "helvetica", "inter", "system-ui"}:
            return "sans"
        if "serif" in name or name.strip() in {"times", "georgia", "times new roman"}:
            return "serif"
    return "sans"


def _family(text: str, shown: Look, dom: DomText, scale: float) -> str:
    """The class of the mockup's letters: mono by an even pitch, serif by thin and thick strokes."""
    pitch = shown.box.width / scale / (dom.font_size * max(1, len(text)))
    got = _class_of(dom.family)
    if got != "mono" and 0.57 <= pitch <= 0.615:
        return "mono"
    if got == "sans":
        return "serif"
    return "sans"


def _coloured(item: Item, shown: Look, drawn: Look, limits: TextLimits) -> Item:
    ours, theirs = _contrast(shown.colour, shown.ground), _contrast(drawn.colour, drawn.ground)
    if theirs < limits.unreadable and ours > 1.6 * theirs:
        finding = Finding("contrast", f"{ours:.1f}:1", f"{theirs:.1f}:1", 0.9)
        return item.with_finding(finding)
    away = delta(shown.colour, drawn.colour)
    thinner = any(finding.kind in ("size", "weight", "family") for finding in item.findings)
    if away <= limits.same_colour * (3 if thinner else 1):  # thin strokes never reach their colour
        return item
    severity = min(0.7, 0.15 + away / limits.other_colour * 0.5)
    return item.with_finding(Finding("colour", hex_of(shown.colour), hex_of(drawn.colour), severity))


def delta(one: Colour, other: Colour) -> float:
    """CIEDE2000 of two sRGB colours."""
    if one == other:
        return 0.0
    a, b = (rgb2lab(np.array(side, dtype=np.float64) / 255) for side in (one, other))
    return float(deltaE_ciede2000(a, b))  # type: ignore[no-untyped-call]


def hex_of(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


def _contrast(one: Colour, other: Colour) -> float:
    """Contrast ratio, 1 to 21 (WCAG 2.2)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Colour) -> float:
    levels = np.array(colour) / 255
    linear = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))


@dataclass(frozen=True)
class _Paragraph:
    """A block of the render whose words the mockup has in other lines."""

    shown: list[TextRun]
    drawn: list[DrawnRun]


def _reflowed(
    pairs: list[_Pair], missing: list[TextRun], surplus: list[DrawnRun], limits: TextLimits
) -> tuple[list[_Paragraph], list[_Pair], list[TextRun], list[DrawnRun]]:
    """Paragraphs that are broken into lines elsewhere, and what is left without them."""
    wrong = [pair for pair in pairs if _alike(pair.shown.text, pair.drawn.text) < 0.9]
    loose = list(dict.fromkeys([*missing, *(pair.shown for pair in wrong)]))
    blocks: dict[str, list[DrawnRun]] = defaultdict(list)
    for run in dict.fromkeys([*surplus, *(pair.drawn for pair in wrong)]):
        if run.dom is not None:
            blocks[run.dom.paragraph].append(run)
    paragraphs = []
    for drawn in blocks.values():
        drawn = sorted(drawn, key=lambda run: (run.ink.y, run.ink.x))
        text = _letters_of("".join(run.text for run in drawn))
        shown = [run for run in loose if _is_part(_letters_of(run.text), text, limits)]
        have = sum(len(_letters_of(run.text)) for run in shown)
        lines = max(_lines([run.ink for run in side]) for side in (shown, drawn))
        if lines < 2 or not shown or len(text) < limits.least_paragraph or not 0.7 <= have / max(1, len(text)) <= 1.4:
            continue
        paragraphs.append(_Paragraph(shown, drawn))
        loose = [run for run in loose if run not in shown]
    ours = {run for one in paragraphs for run in one.shown}
    theirs = {run for one in paragraphs for run in one.drawn}
    kept = [pair for pair in pairs if pair.shown not in ours and pair.drawn not in theirs]
    broken = [pair for pair in pairs if (pair.shown in ours) != (pair.drawn in theirs)]
    missing = [run for run in missing if run not in ours]
    missing += [pair.shown for pair in broken if pair.shown not in ours]
    surplus = [run for run in surplus if run not in theirs]
    surplus += [pair.drawn for pair in broken if pair.drawn not in theirs]
    return paragraphs, kept, missing, surplus


def _is_part(line: str, text: str, limits: TextLimits) -> bool:
    return len(line) >= 4 and bool(fuzz.partial_ratio(line, text) >= limits.part)


def _lines(boxes: Sequence[Box]) -> int:
    """How many lines boxes stand on."""
    count, bottom = 0, -1.0
    for box in sorted(boxes, key=lambda box: box.y):
        if box.y + box.height / 2 > bottom:
            count, bottom = count + 1, box.bottom
    return count


def _reflowed_item(
    mockup: PageView, one: _Paragraph, limits: TextLimits
) -> Item:
    """One item of all its lines."""
    box = bounds([run.ink for run in one.shown])
    weight = sum(weight_of(run.ink, mockup.scale) for run in one.shown)
    first = one.drawn[0]
    item = Item(f"text {quoted(joined(one.drawn))}", box, weight, (), _selector(first))
    finding = Finding(
        "line_breaks", joined(one.shown[:1]), first.text, limits.other_breaks
    )
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
