"""Grades that a person gave to drafts, and the pictures they were given on.

`bench/grades/README.md` says what the grades mean and how they were given.
"""

import hashlib
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from workers.imaging import Image

FILE = Path(__file__).resolve().parent / "grades" / "grades.toml"
BEST, WORST = 4, 1
SHOWN = 0.6  # of a pixel's length, on a picture to grade by
PIECE = 1280  # pixels of the pages' height on one picture
GAP = 16  # pixels between mockup and render


@dataclass(frozen=True)
class Grade:
    """What a person said of a page's draft: `grade` from 4, accepted, to 1, sent back.

    `draft` is the `digest` of the draft that was looked at: of another the grade says nothing.
    """

    page: str
    grade: int
    why: str
    draft: str


def grades(file: Path | None = None) -> dict[str, Grade]:
    """All grades by the name of their page."""
    file = file or FILE
    entries = tomllib.loads(file.read_text())["page"]
    found = {entry["page"]: Grade(**entry) for entry in entries}
    if len(found) != len(entries):
        raise ValueError(f"{file} has a page twice")
    return found


def digest(folder: Path) -> str:
    """Of a draft: of the names and bytes of all its files. Renders of one draft may differ by a
    shade in a few pixels, so they are no mark of it."""
    told = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        data = path.read_bytes()
        told.update(f"{path.relative_to(folder).as_posix()} {len(data)}\n".encode() + data)
    return told.hexdigest()[:16]


def side_by_side(mockup: Image, render: Image) -> Iterator[Image]:
    """Mockup left, render right, reduced; a long page in several pictures, from the top."""
    height = max(mockup.shape[0], render.shape[0])
    pair = [_as_tall(image, height) for image in (mockup, render)]
    both = np.hstack((pair[0], np.full((height, GAP, 3), 128, np.uint8), pair[1]))
    for top in range(0, height, PIECE):
        piece = both[top : top + PIECE]
        size = round(piece.shape[1] * SHOWN), max(1, round(piece.shape[0] * SHOWN))
        yield np.asarray(cv2.resize(piece, size, interpolation=cv2.INTER_AREA), np.uint8)


def _as_tall(image: Image, height: int) -> Image:
    """With grey below, where the other page is longer."""
    below = ((0, height - image.shape[0]), (0, 0), (0, 0))
    return np.asarray(np.pad(image, below, constant_values=128), np.uint8)
