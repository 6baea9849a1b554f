"""Which text of the mockup is which text of the render."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeVar

import numpy as np
from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein
from scipy.optimize import linear_sum_assignment

from workers.imaging import Box, Image, TextRun, bounds, crop, grow
from workers.scoring.ink import tighten
from workers.scoring.page_view import DrawnRun, PageView
from workers.scoring.text_lines import joined, overlap_groups, plain, similarity

LOOK_ALIKE = str.maketrans("lI|1O", "iiiio")  # what OCR takes for one another
NOT_READ = str.maketrans("", "", "•·●▪*")
# what OCR reads as Latin letters of one shape with them
SAME_SHAPE = str.maketrans(
    "АВЕЁЗКМНОРСТУХаеёокрсухіїјѕвмнтΑΒΕΖΗΘΙΚΜΝΟΡΤΥΧάαέεήηίικνόορτύυχ",
    "ABEË3KMHOPCTYXaeëokpcyxiïjsBMHTABEZHOIKMNOPTYXáaéeńníikvóoptúux",
)

Run = TypeVar("Run", bound=TextRun)


@dataclass(frozen=True)
class PairingLimits:
    """Shares of letters in common, 0–1 where nothing else is said."""

    least_similar: float = 0.5  # below which two texts on one line are not one (Design2Code)
    least_elsewhere: float = 0.75  # …and two texts in different places
    nearness: float = 0.1  # weight of a page's diagonal against all letters
    part: float = 88.0  # per cent of a line's letters that a paragraph has, in order
    least_paragraph: int = 14  # letters of a paragraph that may break elsewhere
    least_words: float = 0.7  # of a paragraph's letters that the mockup has…
    most_words: float = 1.4  # …and no more than that
    telling: int = 4  # letters of a line that says where its block went
    lines: int = 2  # that say so of a block


PAIRING = PairingLimits()


@dataclass(frozen=True)
class Pair:
    """Text on both sides that is one line to the eye."""

    shown: TextRun
    drawn: DrawnRun


@dataclass(frozen=True)
class Paragraph:
    """A block of the render whose words the mockup has in other lines."""

    shown: list[TextRun]
    drawn: list[DrawnRun]


def paired(
    mockup: PageView, render: PageView, limits: PairingLimits
) -> tuple[list[Pair], list[TextRun], list[DrawnRun]]:
    pairs: list[Pair] = []
    missing: list[TextRun] = []
    surplus: list[DrawnRun] = []
    drawn_runs = [run for run in render.runs if isinstance(run, DrawnRun)]
    in_place: list[tuple[list[TextRun], list[DrawnRun]]] = []
    groups = overlap_groups([r.ink for r in mockup.runs], [r.ink for r in drawn_runs])
    for ours, theirs in groups:
        shown, drawn = [mockup.runs[i] for i in ours], [drawn_runs[j] for j in theirs]
        alike = alike_letters(joined(shown), joined(drawn)) if shown and drawn else 0.0
        if shown and drawn and _identical_group(mockup, render, shown, drawn):
            pairs += [Pair(run, run) for run in drawn]  # the same, whatever was read
        elif alike >= limits.least_similar:
            pairs += _split_group(mockup, render, shown, drawn)
        else:
            missing += shown
            surplus += drawn
            if _same_place(shown, drawn):
                in_place.append((shown, drawn))
    moved, missing, surplus = _moved(mockup, render, missing, surplus, limits)
    for shown, drawn in in_place:  # other letters, unless a block went from there or to there
        if all(run in missing for run in shown) and all(run in surplus for run in drawn):
            pairs += _split_group(mockup, render, shown, drawn)
            missing = [run for run in missing if run not in shown]
            surplus = [run for run in surplus if run not in drawn]
    assigned, missing, surplus = _assigned(mockup, missing, surplus, limits)
    return pairs + moved + assigned, missing, surplus


def _identical_group(
    mockup: PageView, render: PageView, shown: Sequence[TextRun], drawn: Sequence[DrawnRun]
) -> bool:
    return identical(mockup, render, bounds([run.ink for run in (*shown, *drawn)]))


def identical(mockup: PageView, render: PageView, ink: Box) -> bool:
    """Whether both pages have the very same pixels there, and not one colour alone."""
    one, other = (crop(view.image, grow(ink, 2)) for view in (mockup, render))
    return np.array_equal(one, other) and bool((one != one[:1, :1]).any())


def reflowed(
    pairs: list[Pair], missing: list[TextRun], surplus: list[DrawnRun], limits: PairingLimits
) -> tuple[list[Paragraph], list[Pair], list[TextRun], list[DrawnRun]]:
    """Paragraphs that are broken into lines elsewhere, and what is left without them."""
    wrong = [pair for pair in pairs if alike_letters(pair.shown.text, pair.drawn.text) < 0.9]
    loose = list(dict.fromkeys([*missing, *(pair.shown for pair in wrong)]))
    blocks: dict[str, list[DrawnRun]] = defaultdict(list)
    for run in dict.fromkeys([*surplus, *(pair.drawn for pair in wrong)]):
        if run.dom is not None and _has_letters(run.text):
            blocks[run.dom.paragraph].append(run)
    paragraphs = []
    for drawn in blocks.values():
        drawn = sorted(drawn, key=lambda run: (run.ink.y, run.ink.x))
        text = letters_of("".join(run.text for run in drawn))
        shown = [run for run in loose if _is_part(letters_of(run.text), text, limits)]
        have = sum(len(letters_of(run.text)) for run in shown)
        lines = max(_lines([run.ink for run in side]) for side in (shown, drawn))
        if lines < 2 or not shown or _is_other(have, len(text), limits):
            continue
        paragraphs.append(Paragraph(sorted(shown, key=lambda run: (run.ink.y, run.ink.x)), drawn))
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


def _has_letters(text: str) -> bool:
    return any(letter.isalnum() for letter in text)


def _is_part(line: str, text: str, limits: PairingLimits) -> bool:
    return len(line) >= 4 and bool(fuzz.partial_ratio(line, text) >= limits.part)


def _lines(boxes: Sequence[Box]) -> int:
    """How many lines boxes stand on."""
    count, bottom = 0, -1.0
    for box in sorted(boxes, key=lambda box: box.y):
        if box.y + box.height / 2 > bottom:
            count, bottom = count + 1, box.bottom
    return count


def same_letters(read: str, drawn: str) -> bool:
    """Whether OCR read what is drawn, perhaps with an icon beside it taken for a letter."""
    without_icon = re.sub(r"^\S\s+|\s+\S$", "", read)
    return letters_of(drawn) in (letters_of(read), letters_of(without_icon))


def alike_letters(one: str, other: str) -> float:
    return similarity(letters_of(one), letters_of(other))


@lru_cache(4096)  # every line is compared with many
def letters_of(text: str) -> str:
    """The letters that OCR can tell apart."""
    letters = plain(text).translate(NOT_READ).translate(SAME_SHAPE)
    return letters.translate(LOOK_ALIKE).replace("0", "o")


def _same_place(shown: Sequence[TextRun], drawn: Sequence[TextRun]) -> bool:
    """Whether one line stands for another, whatever the letters."""
    if not shown or not drawn:
        return False
    a, b = bounds([run.ink for run in shown]), bounds([run.ink for run in drawn])
    wide = min(a.right, b.right) - max(a.x, b.x)
    high = min(a.bottom, b.bottom) - max(a.y, b.y)
    inside = wide >= 0.8 * min(a.width, b.width)  # what OCR could not read stands beside it
    return (inside or wide >= 0.5 * max(a.width, b.width)) and high >= 0.5 * max(a.height, b.height)


def _split_group(
    mockup: PageView, render: PageView, shown: Sequence[TextRun], drawn: Sequence[DrawnRun]
) -> list[Pair]:
    """One pair for each run of the side that has more, beside its part of the other side."""
    ours = sorted(shown, key=lambda run: (run.ink.x, run.ink.y))
    theirs = sorted(drawn, key=lambda run: (run.ink.x, run.ink.y))
    if len(ours) == 1 == len(theirs):
        return [Pair(ours[0], theirs[0])]
    if len(ours) > len(theirs):
        texts = _segments([run.text for run in ours], "".join(run.text for run in theirs))
        return [
            Pair(run, _part_of(_nearest(run, theirs), run, text, render.image))
            for run, text in zip(ours, texts, strict=True)
        ]
    texts = _segments([run.text for run in theirs], "".join(run.text for run in ours))
    return [
        Pair(_part_of(_nearest(run, ours), run, text, mockup.image), run)
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
    """The stretch of `run` with the letters `text`: in the columns of `part` where it has ink."""
    left, right = max(run.ink.x, part.ink.x), min(run.ink.right, part.ink.right)
    if right - left < 0.6 * part.ink.width:
        at = max(0, plain(run.text).find(plain(text)))
        letters = max(1, len(plain(run.text)))
        left = run.ink.x + round(run.ink.width * at / letters)
        right = left + max(1, round(run.ink.width * len(plain(text)) / letters))
    columns = Box(left, run.ink.y, max(1, right - left), run.ink.height)
    return replace(run, text=text, ink=tighten(image, columns, run.colour) or columns)


def _moved(
    mockup: PageView,
    render: PageView,
    missing: list[TextRun],
    surplus: list[DrawnRun],
    limits: PairingLimits,
) -> tuple[list[Pair], list[TextRun], list[DrawnRun]]:
    """Pairs of what stands on one line where a block of text went, and what stays."""
    pairs: list[Pair] = []
    for across, down in _moves(missing, surplus, limits):
        found: set[int] = set()
        led = [replace(run.ink, x=run.ink.x - across, y=run.ink.y - down) for run in surplus]
        for ours, theirs in overlap_groups([run.ink for run in missing], led):
            shown, drawn = [missing[i] for i in ours], [surplus[j] for j in theirs]
            alike = alike_letters(joined(shown), joined(drawn)) if shown and drawn else 0.0
            if alike >= limits.least_elsewhere:
                pairs += _split_group(mockup, render, shown, drawn)
                found |= {*map(id, shown), *map(id, drawn)}
        missing = [run for run in missing if id(run) not in found]
        surplus = [run for run in surplus if id(run) not in found]
    return pairs, missing, surplus


def _moves(
    missing: Sequence[TextRun], surplus: Sequence[DrawnRun], limits: PairingLimits
) -> list[tuple[int, int]]:
    """How far blocks went, across and down, by lines of the same letters; the largest first."""
    letters: dict[str, list[Box]] = defaultdict(list)
    for drawn in surplus:
        letters[letters_of(drawn.text)].append(drawn.ink)
    votes: Counter[tuple[int, int]] = Counter()
    for shown in missing:
        same = letters.get(letters_of(shown.text), [])
        if len(letters_of(shown.text)) >= limits.telling and len(same) == 1:
            votes[same[0].x - shown.ink.x, same[0].y - shown.ink.y] += 1
    return [move for move, count in votes.most_common() if count >= limits.lines]


def _assigned(
    mockup: PageView, missing: list[TextRun], surplus: list[DrawnRun], limits: PairingLimits
) -> tuple[list[Pair], list[TextRun], list[DrawnRun]]:
    """Pairs of what is left by letters and nearness (Hungarian method), and what stays."""
    if not missing or not surplus:
        return [], missing, surplus
    alike = np.array([[similarity(m.text, r.text) for r in surplus] for m in missing])
    far = np.array([[_distance(m.ink, r.ink, mockup) for r in surplus] for m in missing])
    rows, columns = linear_sum_assignment(limits.nearness * far - alike)
    kept = [
        (i, j) for i, j in zip(rows, columns, strict=True) if alike[i, j] >= limits.least_elsewhere
    ]
    pairs = [Pair(missing[i], surplus[j]) for i, j in kept]
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


def _is_other(have: int, letters: int, limits: PairingLimits) -> bool:
    """Whether so many letters are no version of a paragraph."""
    least, most = limits.least_words * letters, limits.most_words * letters
    return letters < limits.least_paragraph or not least <= have <= most
