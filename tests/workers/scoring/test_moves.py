"""What moves with most of a page is one thing to the eye, and is followed to where it went."""

from dataclasses import replace

from tests.workers.drafting.perceive.thresholds import off_by_two, varied
from workers.imaging import Box
from workers.scoring.item import Finding, Item, Move
from workers.scoring.moves import MOVES, Block, MoveLimits, blocks_of, priced_together

OFFSET = Finding("offset", "0 px", "+8 px down", 0.4)


def line(n: int, moved: Move, weight: float = 10.0) -> Item:
    return Item(f"line {n}", Box(0, 20 * n, 100, 12), weight, (OFFSET,), "", True, moved)


def test_lines_that_moved_alike_are_a_block_and_what_stayed_is_none() -> None:
    text = [line(n, (0, 40 + n % 2)) for n in range(6)] + [line(n, (0, 0)) for n in range(6, 10)]
    (block,) = blocks_of(text)
    assert abs(block.move[1] - 40) <= 1
    assert block.share == 0.6


def test_two_blocks_are_told_apart_the_larger_first() -> None:
    text = [line(n, (0, 40)) for n in range(4)] + [line(n, (12, 0)) for n in range(4, 10)]
    assert [block.move for block in blocks_of(text)] == [(12, 0), (0, 40)]


def test_what_moved_with_most_of_the_page_costs_half_of_what_moved_alone() -> None:
    together, alone = line(1, (8, 0)), line(2, (0, 8))
    told = priced_together([together, alone], [Block((8, 0), 0.9)])
    assert [item.findings[0].severity for item in told] == [0.2, 0.4]
    assert priced_together([together], [Block((8, 0), 0.3)]) == [together]
    size = replace(together, findings=(replace(OFFSET, kind="size"),))
    assert priced_together([size], [Block((8, 0), 0.9)]) == [size]


def everything(limits: MoveLimits) -> object:
    """Blocks on both sides of each threshold, and what they cost."""
    found: list[object] = []
    for moves in (
        [(1, 0)] * 4, [(2, 0)] * 4, [(8, 0), (9.5, 0), (11, 0)], [(8, 0), (11, 0), (14, 0)],
        [(8, 0)], [(8, 0)] * 2, [(8, 0)] * 4, [(0, 9)] * 7, [(7, 0)] * 5,
    ):  # fmt: skip
        for rest in (0, 40, 90):
            text = [line(n, move) for n, move in enumerate(moves)]
            text += [line(n, (0, 0)) for n in range(rest)]
            blocks = blocks_of(text, limits)
            found += [blocks, priced_together(text, blocks, limits)]
    scattered = [line(n, (20 * (n // 3), 0)) for n in range(3, 60)]
    found.append(blocks_of(scattered, limits))
    for share in (0.2, 0.5, 0.9):
        found.append(priced_together([line(1, (8, 0))], [Block((8, 0), share)], limits))
    return found


@off_by_two(MOVES)
def test_each_threshold_of_moves_off_by_two_prices_others(name: str, factor: float) -> None:
    assert everything(varied(MOVES, name, factor)) != everything(MOVES)
