"""Each threshold of splitting lines, on lines whose letters are blocks."""

from dataclasses import dataclass

import numpy as np

from tests.workers.drafting.perceive.thresholds import off_by_two, varied
from workers.drafting.perceive.text.lines import LINES, LineSplitting, split_line
from workers.imaging import Box, Colour, Image

EM = 20  # pixels: as a line of LINE_HEIGHT with small letters and capitals is read
LINE_HEIGHT = 34
BASELINE = 36
INK, RED = (30, 30, 30), (170, 30, 30)


@dataclass(frozen=True)
class Block:
    """Letters as blocks of a height, two pixels apart, after a gap to what is before."""

    gap: int
    letters: int = 4
    height: int = 14
    colour: Colour = INK
    width: int = 7


def draw(*blocks: Block) -> Image:
    image = np.full((60, 900, 3), 255, np.uint8)
    x = 20
    for block in blocks:
        x += block.gap - 2
        for _ in range(block.letters):
            image[BASELINE - block.height : BASELINE, x : x + block.width] = block.colour
            x += block.width + 2
    return image


CASES: dict[str, tuple[Block, ...]] = {
    "a word": (Block(2),),
    "words": (Block(2), Block(6), Block(6)),
    "a gap of an em": (Block(2), Block(20)),
    "a gap of two thirds of an em": (Block(2), Block(13)),
    "a wide gap among narrow ones": (Block(2), Block(5), Block(5), Block(5), Block(14)),
    "a wide gap among wide ones": (Block(2), Block(9), Block(9), Block(9), Block(14)),
    "a gap among very narrow ones": (Block(2), Block(4), Block(4), Block(4), Block(9)),
    "a wide gap among few": (Block(2), Block(5), Block(5), Block(14)),
    "a wide gap among many": (Block(2), *[Block(5)] * 8, Block(14)),
    "another colour": (Block(2), Block(6, colour=RED), Block(6)),
    "nearly its colour": (Block(2), Block(6, colour=(60, 44, 30)), Block(6)),
    "hardly another colour": (Block(2), Block(6, colour=(66, 30, 30)), Block(6)),
    "a colour too near a word": (Block(2), Block(3, colour=RED), Block(6)),
    "a coloured letter": (Block(2), Block(6, 1, colour=RED), Block(6)),
    "a coloured mark": (Block(2), Block(6, 1, colour=RED, width=3), Block(6)),
    "paler": (Block(2), Block(6, colour=(140, 140, 140)), Block(6)),
    "hardly paler": (Block(2), Block(6, colour=(80, 80, 80)), Block(6)),
    "a pale short word": (Block(2), Block(6, 1, colour=(140, 140, 140)), Block(6)),
    "a pale word of three": (Block(2), Block(6, 3, colour=(140, 140, 140)), Block(6)),
    "small beside large": (Block(2, height=24, width=14), Block(8, height=11)),
    "hardly smaller": (Block(2, height=14, width=14), Block(8, height=10)),
    "small close to large": (Block(2, height=24, width=14), Block(3, height=11)),
    "small closer to large": (Block(2, height=24, width=14), Block(2, height=11)),
    "one small letter close to large": (Block(2, height=24, width=14), Block(3, 1, height=11)),
    "three small letters close": (Block(2, height=24, width=14), Block(3, 3, height=11)),
    "dots close to large": (Block(2, height=24, width=14), Block(3, 3, height=5)),
    "low letters close to large": (Block(2, height=24, width=14), Block(3, 3, height=9)),
    "a sign before a word": (Block(2, 1), Block(12)),
    "a letter before a word": (Block(2, 1), Block(8)),
    "a sign behind a word": (Block(2), Block(12, 1)),
    "neighbours": (Block(2), Block(2, 1, 24)),
}


def split(limits: LineSplitting) -> dict[str, list[tuple[int, int]]]:
    """The columns of each run, and of lines given more or less of what is around."""
    found = {}
    for name, blocks in CASES.items():
        image = draw(*blocks)
        columns = np.flatnonzero((image < 255).any(axis=(0, 2)))
        line = Box(int(columns[0]), 12, int(columns[-1]) + 1 - int(columns[0]), LINE_HEIGHT)
        found[name] = [(ink.box.x, ink.box.right) for ink in split_line(image, line, limits)]
    image = draw(Block(2), Block(20))
    for name, line in {
        "low": Box(20, 20, 65, 18),
        "high": Box(20, 2, 65, 56),
        "cut short": Box(22, 12, 60, 34),
        "cut shorter": Box(23, 12, 59, 34),
    }.items():
        found[name] = [(ink.box.x, ink.box.right) for ink in split_line(image, line, limits)]
    return found


SPLIT: dict[str, list[tuple[int, int]]] = {
    "a word": [(20, 54)],
    "words": [(20, 134)],
    "a gap of an em": [(20, 54), (74, 108)],
    "a gap of two thirds of an em": [(20, 101)],
    "a wide gap among narrow ones": [(20, 171), (185, 219)],
    "a wide gap among wide ones": [(20, 231)],
    "a gap among very narrow ones": [(20, 211)],
    "a wide gap among few": [(20, 180)],
    "a wide gap among many": [(20, 366), (380, 414)],
    "another colour": [(20, 54), (60, 94), (100, 134)],
    "nearly its colour": [(20, 134)],
    "hardly another colour": [(20, 94), (100, 134)],
    "a colour too near a word": [(20, 91), (97, 131)],
    "a coloured letter": [(20, 54), (60, 67), (73, 107)],
    "a coloured mark": [(20, 103)],
    "paler": [(20, 54), (60, 94), (100, 134)],
    "hardly paler": [(20, 134)],
    "a pale short word": [(20, 107)],
    "a pale word of three": [(20, 54), (60, 85), (91, 125)],
    "small beside large": [(20, 82), (90, 124)],
    "hardly smaller": [(20, 124)],
    "small close to large": [(20, 82), (85, 119)],
    "small closer to large": [(20, 82), (84, 118)],
    "one small letter close to large": [(20, 92)],
    "three small letters close": [(20, 82), (85, 110)],
    "dots close to large": [(20, 110)],
    "low letters close to large": [(20, 82), (85, 110)],
    "a sign before a word": [(20, 27), (39, 73)],
    "a letter before a word": [(20, 69)],
    "a sign behind a word": [(20, 54), (66, 73)],
    "neighbours": [(20, 63)],
    "low": [(20, 54), (74, 88)],
    "high": [(20, 87)],
    "cut short": [(20, 54), (74, 85)],
    "cut shorter": [(20, 54), (74, 85)],
}


def test_lines_are_split_where_the_style_changes() -> None:
    assert split(LINES) == SPLIT


# No ink is twice as high as an em, or a quarter of it; shorter words and single letters say less.
ONE_WAY = {"tallest_ink": 0.5, "lowest_ink": 2, "telling_width": 2, "glyphs": 2}


@off_by_two(LINES, ONE_WAY)
def test_each_threshold_of_splitting_matters(name: str, factor: float) -> None:
    assert split(varied(LINES, name, factor)) != SPLIT
