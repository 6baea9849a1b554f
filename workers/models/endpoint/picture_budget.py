"""How many pictures one request holds, and how many bytes each may take.

Both are fixed by the task and by what is known of the endpoint, not by what has been said so far:
a conversation that goes on begins as it did, and servers keep what they have read.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from workers.agent.protocols import Mockup
from workers.models.endpoint.pictures import MOST_BYTES
from workers.models.endpoint.sizes import PIXELS_PER_TOKEN
from workers.models.endpoint.style import Style
from workers.models.endpoint.tiles import LIMITS, tiles_of

IMAGES = 9  # of tool results, for one mockup; a comparison brings three
MOCKUP_BYTES, RESULT_BYTES = 6_000_000, 9_000_000  # of all such pictures of a request together
TILES, PAGE_TILES = 8, 4  # of all mockups, and of all pages of the newest result
TILES_SHARE = 0.25  # of the window, that the mockups' tiles may take; the pages' half as much
RESERVED = 2  # of the pictures that an endpoint takes, at most, kept for what tools show

_LIMITS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"> ?(\d+)",
        r"at most (\d+)",
        r"image[s\"']* ?[=:] ?(\d+)",
        r"(?:max(?:imum)?|limit|up to|only|more than)\b[^\d]{0,40}(\d+)",
    )
)


@dataclass(frozen=True)
class PictureBudget:
    """`mockups`: how many are shown, the first ones. `results`: how many pictures of results, the
    newest. `mockup_tiles`: of each mockup in its order, `page_tiles`: of each page in the newest
    result. The bytes are those of one picture."""

    mockups: int
    results: int
    mockup_tiles: tuple[int, ...]
    page_tiles: int
    mockup_bytes: int
    result_bytes: int


def budget_of(
    style: Style, mockups: Sequence[Mockup], *, has_results: bool = False
) -> PictureBudget:
    """For a task of these mockups; `has_results`: a tool has shown pictures already."""
    count = len(mockups)
    shown, results = count, max(IMAGES, 4 * count)
    most = style.most_pictures
    if most is not None:
        shown = min(count, most - min(RESERVED, most // 2))
        if most == 1 and count > 1 and has_results:
            shown = 0  # the others can be looked at in turns
        results = min(results, most - shown)
    tiles, page_tiles = _tiles(style, count)
    shares = _shares(mockups, tiles)
    parts = sum(
        len(tiles_of(one.width, one.height, one.scale, share))
        for one, share in zip(mockups, shares, strict=True)
    )
    return PictureBudget(
        mockups=shown,
        results=results,
        mockup_tiles=shares,
        page_tiles=page_tiles,
        mockup_bytes=min(MOST_BYTES, MOCKUP_BYTES // max(1, shown + parts)),
        result_bytes=min(MOST_BYTES, RESULT_BYTES // max(1, results + count * page_tiles)),
    )


def pictures_in(refusal: str) -> int | None:
    """How many pictures a server says it takes, where it refuses more."""
    for pattern in _LIMITS:
        if (found := pattern.search(refusal)) is not None:
            return int(found.group(1))
    return None


def _tiles(style: Style, mockups: int) -> tuple[int, int]:
    """Tiles of all mockups together and of each page. A model that takes few pictures, or light
    ones, gets the whole alone."""
    if style.light or style.most_pictures is not None or not mockups:
        return 0, 0
    tiles, pages = TILES, PAGE_TILES
    if style.window is not None:
        fit = int(TILES_SHARE * style.window / (LIMITS.pixels / PIXELS_PER_TOKEN))
        tiles, pages = min(tiles, fit), min(pages, fit // 2)
    return tiles, pages // mockups


def _shares(mockups: Sequence[Mockup], tiles: int) -> tuple[int, ...]:
    """Of so many tiles, those of each mockup: as many of every one that is too long to be read as a
    whole; where that would be too few to be of use, the first ones have them."""
    long = [bool(tiles_of(one.width, one.height, one.scale, tiles)) for one in mockups]
    each = max(LIMITS.fewest, tiles // max(1, sum(long)))
    served = tiles // each
    return tuple(
        each if is_long and sum(long[:at]) < served else 0 for at, is_long in enumerate(long)
    )
