"""How faithful a generated page is, told from both pages' HTML: a judge that the product lacks.

After Si et al., "Design2Code: Benchmarking Multimodal Code Generation for Automated Front-End
Engineering" (NAACL 2025), section 3.2, with text blocks from the DOM of both pages instead of from
coloured pixels. CLIP is left out: it needs a download.
Independent of `workers.scoring` on purpose: what the agent optimises must not be its only judge.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Indel
from scipy.optimize import linear_sum_assignment
from skimage.color import deltaE_ciede2000, rgb2lab

from webapp.studio.events import Rect

LEAST_SIMILARITY = 0.5
SAME_LINE = 0.6  # of the lower run's height in common
WORD_GAP = 0.55  # of the lower run's height between two runs of one line

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Run:
    """Text on one line; edges in CSS pixels of the page."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    colour: tuple[int, int, int]

    @property
    def area(self) -> float:
        return (self.right - self.left) * (self.bottom - self.top)


@dataclass(frozen=True)
class Page:
    """What is scored of one page: its text runs, its pictures, its size in CSS pixels."""

    runs: tuple[Run, ...]
    pictures: tuple[Rect, ...]
    width: int
    height: int


@dataclass(frozen=True)
class Fidelity:
    """Design2Code's four parts, words in common, and picture area beyond the reference's.

    `pictures` is a share of the page and may be negative. All others are 0–1, 1 best.
    """

    block: float
    text: float
    position: float
    colour: float
    word_recall: float
    word_precision: float
    pictures: float


def score(reference: Page, generated: Page) -> Fidelity:
    """block: matched area / all area, both sides. text: mean difflib ratio of matches. position:
    mean of 1 − max(|Δx| / width, |Δy| / height) of centres. colour: mean of 1 − ΔE00 / 100.

    Runs of one line are merged first; matches under a ratio of 0.5 do not count. Two pages without
    text are alike in all four; where one alone has text, or nothing matches, all four are 0.
    """
    ours, theirs = merged(_visible(reference)), merged(_visible(generated))
    recall, precision = _words(ours, theirs)
    excess = _covered(generated, reference) - _covered(reference, reference)
    if not ours and not theirs:
        return Fidelity(1, 1, 1, 1, recall, precision, excess)
    alike = _similarities(ours, theirs)
    offset = _offsets(ours, theirs, reference.width, reference.height)
    rows, columns = linear_sum_assignment(0.1 * offset - alike)
    matches = [(i, j) for i, j in zip(rows, columns, strict=True) if alike[i, j] > LEAST_SIMILARITY]
    if not matches:
        return Fidelity(0, 0, 0, 0, recall, precision, excess)
    matched = sum(ours[i].area + theirs[j].area for i, j in matches)
    return Fidelity(
        block=matched / sum(run.area for run in [*ours, *theirs]),
        text=float(np.mean([alike[i, j] for i, j in matches])),
        position=float(np.mean([1 - min(1.0, offset[i, j]) for i, j in matches])),
        colour=_colour([(ours[i], theirs[j]) for i, j in matches]),
        word_recall=recall,
        word_precision=precision,
        pictures=excess,
    )


def merged(runs: Sequence[Run]) -> list[Run]:
    """The runs with neighbours on one line joined, as a reader would read them."""
    left_over = sorted(runs, key=lambda run: (run.left, run.top))
    lines: list[Run] = []
    for run in left_over:
        before = [i for i, line in enumerate(lines) if _continues(line, run)]
        if not before:
            lines.append(run)
            continue
        nearest = max(before, key=lambda i: lines[i].right)
        lines[nearest] = _joined(lines[nearest], run)
    return lines


def _continues(line: Run, run: Run) -> bool:
    lower = min(line.bottom - line.top, run.bottom - run.top)
    shared = min(line.bottom, run.bottom) - max(line.top, run.top)
    return shared > SAME_LINE * lower and -3 < run.left - line.right < WORD_GAP * lower


def _joined(line: Run, run: Run) -> Run:
    return replace(
        line,
        text=f"{line.text} {run.text}",
        top=min(line.top, run.top),
        right=max(line.right, run.right),
        bottom=max(line.bottom, run.bottom),
    )


def _visible(page: Page) -> list[Run]:
    """Runs with a normalised text, at least a bit of them on the page."""
    spaced = (replace(run, text=" ".join(run.text.split())) for run in page.runs)
    return [
        run
        for run in spaced
        if run.text
        and run.right > 2
        and run.bottom > 2
        and run.left < page.width - 2
        and run.top < page.height - 2
    ]


def _similarities(ours: Sequence[Run], theirs: Sequence[Run]) -> Matrix:
    """difflib ratios; 0 where the ratio cannot reach a half, for which Indel is a cheap bound."""
    alike = np.zeros((len(ours), len(theirs)))
    matcher = SequenceMatcher(autojunk=False)
    for j, run in enumerate(theirs):
        matcher.set_seq2(run.text)
        for i, other in enumerate(ours):
            if Indel.normalized_similarity(other.text, run.text) > LEAST_SIMILARITY:
                matcher.set_seq1(other.text)
                alike[i, j] = matcher.ratio()
    return alike


def _offsets(ours: Sequence[Run], theirs: Sequence[Run], width: int, height: int) -> Matrix:
    a, b = _centres(ours)[:, None], _centres(theirs)[None]
    return np.asarray(np.abs((a - b) / np.array([width, height])).max(axis=2))


def _centres(runs: Sequence[Run]) -> Matrix:
    centres = [((run.left + run.right) / 2, (run.top + run.bottom) / 2) for run in runs]
    return np.array(centres, dtype=np.float64).reshape(-1, 2)


def _colour(pairs: Sequence[tuple[Run, Run]]) -> float:
    one, other = (
        rgb2lab(np.array([pair[side].colour for pair in pairs], dtype=np.float64) / 255)
        for side in (0, 1)
    )
    deltas = deltaE_ciede2000(one, other)  # type: ignore[no-untyped-call]
    return float(np.mean(1 - np.minimum(1, deltas / 100)))


def _words(ours: Sequence[Run], theirs: Sequence[Run]) -> tuple[float, float]:
    a, b = _bag(ours), _bag(theirs)
    common = sum((a & b).values())
    recall = common / a.total() if a else 1.0
    return recall, common / b.total() if b else 1.0


def _bag(runs: Sequence[Run]) -> Counter[str]:
    return Counter(word for run in runs for word in re.findall(r"\w+", run.text.lower()))


def _covered(page: Page, size: Page) -> float:
    """The share of a page of `size` under `page`'s pictures, overlaps counted once."""
    mask = np.zeros((size.height, size.width), dtype=bool)
    for rect in page.pictures:
        left, right = (max(0, round(x)) for x in (rect.x, rect.x + rect.width))
        top, bottom = (max(0, round(y)) for y in (rect.y, rect.y + rect.height))
        mask[top:bottom, left:right] = True
    return float(mask.mean())
