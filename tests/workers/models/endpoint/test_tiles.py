"""Which parts of a long picture go beside it."""

from dataclasses import replace
from itertools import pairwise

import pytest

from workers.models.endpoint.tiles import LIMITS, TileLimits, fitted, tiles_of


@pytest.mark.parametrize(
    ("width", "height", "scale", "tiles"),
    [
        (1440, 900, 1.0, 0),
        (1440, 3900, 1.0, 0),  # .755 of its size
        (1440, 4000, 1.0, 2),  # .745
        (1440, 9000, 1.0, 5),
        (2880, 7800, 2.0, 0),  # .378 of its size, .756 for a CSS pixel
        (2880, 12_000, 2.0, 8),
        (9000, 1440, 1.0, 5),
        (4000, 3000, 1.0, 4),
        (20_000, 400, 1.0, 3),
    ],
)
def test_what_would_lose_its_small_print_is_shown_in_parts(
    width: int, height: int, scale: float, tiles: int
) -> None:
    assert len(tiles_of(width, height, scale, 8)) == tiles


def test_tiles_cover_the_picture_and_overlap_a_little() -> None:
    tiles = tiles_of(1440, 9000, 1.0, 8)
    assert (tiles[0].box.y, tiles[-1].box.bottom) == (0, 9000)
    for one, other in pairwise(tiles):
        assert one.box.bottom - other.box.y == LIMITS.overlap
    assert {(tile.box.x, tile.box.width) for tile in tiles} == {(0, 1440)}
    assert tiles[1].place == "rows 1787–3638 of 9000"


def test_tiles_of_a_wide_picture_are_columns() -> None:
    tiles = tiles_of(9000, 1440, 1.0, 8)
    assert (tiles[0].box.x, tiles[-1].box.right) == (0, 9000)
    assert tiles[1].place == "columns 1787–3638 of 9000"


def test_tiles_are_sent_at_their_own_size_where_there_may_be_enough_of_them() -> None:
    for tile in tiles_of(1440, 9000, 1.0, 8):
        assert (tile.width, tile.height) == (tile.box.width, tile.box.height)
    for tile in tiles_of(2880, 12_000, 2.0, 8):
        assert 0.8 < tile.width / tile.box.width < 0.95
        assert LIMITS.pixels * 0.98 < tile.width * tile.height <= LIMITS.pixels


@pytest.mark.parametrize("most", [0, 1])
def test_one_tile_would_be_the_picture_again(most: int) -> None:
    assert tiles_of(1440, 9000, 1.0, most) == ()


def test_no_more_tiles_than_may_be() -> None:
    assert len(tiles_of(1440, 60_000, 1.0, 4)) == 4


@pytest.mark.parametrize(
    "other",
    [
        replace(LIMITS, least_scale=0.4),
        replace(LIMITS, overlap=128),
        replace(LIMITS, pixels=LIMITS.pixels // 2),
        replace(LIMITS, fewest=6),
    ],
)
def test_each_limit_tells(other: TileLimits) -> None:
    assert tiles_of(1440, 9000, 1.0, 8, other) != tiles_of(1440, 9000, 1.0, 8)


def test_a_side_is_never_longer_than_a_model_reads() -> None:
    assert max(fitted(20_000, 10)) == LIMITS.side
    assert fitted(1440, 900) == (1440, 900)
    assert fitted(1440, 900, 1440 * 225) == (720, 450)
