"""Runs as lines of text: grouping across two pages, reading order, likeness."""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from workers.imaging import Box, Mask, TextRun

TYPOGRAPHIC = str.maketrans(
    {"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "−": "-", "…": "..."}
)

Edges = NDArray[np.float64]  # (n, 4) left, top, right, bottom


def similarity(one: str, other: str) -> float:
    """1 − Levenshtein distance / length of the longer, blanks and typographic variants aside.

    Design2Code takes difflib's ratio; unrelated sentences reach 0.5 there by common letters alone.
    """
    a, b = plain(one), plain(other)
    if not a and not b:
        return 1.0
    return Levenshtein.normalized_similarity(a, b)


@lru_cache(4096)  # every line is compared with many
def plain(text: str) -> str:
    """The letters that were read, in compatible form, without blanks: OCR is unsure of those."""
    return "".join(unicodedata.normalize("NFKC", text.translate(TYPOGRAPHIC)).split())


def overlap_groups(
    mockup: Sequence[Box], render: Sequence[Box]
) -> list[tuple[list[int], list[int]]]:
    """Connected components of "overlaps on one line" between both sides, as index lists."""
    rows, columns = np.nonzero(_on_one_line(_array(mockup), _array(render)))
    size = len(mockup) + len(render)
    links = coo_array(
        (np.ones(rows.size, dtype=np.int8), (rows, columns + len(mockup))), shape=(size, size)
    )
    count, labels = connected_components(links, directed=False)
    groups: list[tuple[list[int], list[int]]] = [([], []) for _ in range(count)]
    for index, label in enumerate(labels):
        ours, theirs = groups[label]
        if index < len(mockup):
            ours.append(index)
        else:
            theirs.append(index - len(mockup))
    return groups


def joined(runs: Sequence[TextRun]) -> str:
    """The texts in reading order: lines from the top, each from the left."""
    lines: list[list[TextRun]] = []
    for run in sorted(runs, key=lambda run: run.ink.y + run.ink.height / 2):
        middle = run.ink.y + run.ink.height / 2
        if lines and any(other.ink.y < middle < other.ink.bottom for other in lines[-1]):
            lines[-1].append(run)
        else:
            lines.append([run])
    return " ".join(run.text for line in lines for run in sorted(line, key=lambda run: run.ink.x))


def covered(boxes: Sequence[Box], by: Sequence[Box]) -> float:
    """The share of the boxes' area that lies under `by`, which should not overlap much."""
    area = sum(box.area for box in boxes)
    if area == 0 or not by:
        return 0.0
    a, b = _array(boxes)[:, None], _array(by)[None]
    width = np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0])
    height = np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1])
    inside = np.clip(width, 0, None) * np.clip(height, 0, None)
    return float(min(1.0, inside.sum() / area))


def _on_one_line(mockup: Edges, render: Edges) -> Mask:
    """(m, r) bool: at least half of the lower box's height and a bit of width in common."""
    a, b = mockup[:, None], render[None]
    width = np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0])
    height = np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1])
    lower = np.minimum(a[..., 3] - a[..., 1], b[..., 3] - b[..., 1])
    narrower = np.minimum(a[..., 2] - a[..., 0], b[..., 2] - b[..., 0])
    return (height >= 0.5 * lower) & (width >= np.minimum(0.3 * narrower, 0.5 * lower + 1))


def _array(boxes: Sequence[Box]) -> Edges:
    edges = [(box.x, box.y, box.right, box.bottom) for box in boxes]
    return np.array(edges, dtype=np.float64).reshape(-1, 4)
