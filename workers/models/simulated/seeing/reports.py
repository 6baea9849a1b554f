"""What a comparison's report says, without the parts that are hidden."""

import json
import re
from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from workers.imaging import Box
from workers.models.simulated.seeing.conversation import Done

# differences: the list of them; missing: those of what the page lacks; complaints: those of what is
# wrong whatever the mockup shows; regions: the worst ones; numbers: every figure of the score, and
# what a difference expects, got and costs; close_ups: the last picture; notes: what is said after
# the report of revisions, of the score that rises no more and of calls that are left
Part = Literal["differences", "missing", "complaints", "regions", "numbers", "close_ups", "notes"]
PARTS: tuple[Part, ...] = get_args(Part)

# the kinds of what costs no score and is to be mended all the same
COMPLAINTS = frozenset({"overflow", "low_contrast", "accessibility"})
_REVISION = re.compile(r"This is revision (\d+)\.")
_CALLS_LEFT = re.compile(r"(\d+) tool calls? are left")
_PLATEAU = "did not raise the score"
_REPEATED = "gave nothing that was not known already"

Rect = tuple[float, float, float, float]  # x, y, width, height in CSS pixels


@dataclass(frozen=True)
class Told:
    """A difference, as far as it is told: empty or None for what is not."""

    page: str
    item: str
    kind: str
    rect: Rect
    selector: str = ""
    expected: str = ""
    got: str = ""
    line: int | None = None


@dataclass(frozen=True)
class Report:
    """`differences` None: the report has no list of them. `regions` likewise. `complaints` is how
    many elements are wrong whatever the mockup shows."""

    score: float | None = None
    differences: tuple[Told, ...] | None = None
    regions: Mapping[str, tuple[Rect, ...]] | None = None
    revision: int | None = None
    calls_left: int | None = None
    complaints: int = 0
    is_over: bool = False  # by its notes there is nothing to gain
    screenshots: tuple[bytes | None, ...] = field(default=(), repr=False)


def read_report(done: Done, pages: int, hidden: Set[str] = frozenset()) -> Report | None:
    """What a `compare` told; None where it failed, or where the report is no longer whole."""
    try:
        body, end = json.JSONDecoder().raw_decode(done.result)
    except ValueError:
        return None
    if not isinstance(body, dict) or not isinstance(body.get("pages"), list):
        return None
    told = [page for page in body["pages"] if isinstance(page, dict)]
    notes = "" if "notes" in hidden else done.result[end:]
    number, left = _REVISION.search(notes), _CALLS_LEFT.search(notes)
    total = body.get("score", {}).get("total")
    return Report(
        score=None if "numbers" in hidden else total,
        differences=_differences(told, hidden),
        regions=_regions(told, hidden),
        revision=int(number[1]) if number else None,
        calls_left=int(left[1]) if left else None,
        complaints=0 if "complaints" in hidden else sum(map(_complaints, told)),
        is_over=_PLATEAU in notes or _REPEATED in notes,
        screenshots=done.pictures[:pages],
    )


def _differences(pages: list[dict[str, object]], hidden: Set[str]) -> tuple[Told, ...] | None:
    if "differences" in hidden:
        return None
    found = []
    for page in pages:
        for one in _listed(page):
            kind = str(one.get("kind"))
            part = "complaints" if kind in COMPLAINTS else kind
            if part not in hidden:
                told = _told(str(page.get("page")), one)
                is_bare = "numbers" in hidden and kind not in COMPLAINTS
                found.append(replace(told, expected="", got="") if is_bare else told)
    return tuple(found)


def _told(page: str, one: Mapping[str, object]) -> Told:
    line = one.get("line")
    return Told(
        page,
        str(one.get("item")),
        str(one.get("kind")),
        _rect(one.get("rect")),
        str(one.get("selector") or ""),
        str(one.get("expected", "")),
        str(one.get("got", "")),
        line if isinstance(line, int) else None,
    )


def _complaints(page: Mapping[str, object]) -> int:
    counts = (one.get("count", 1) for one in _listed(page) if one.get("kind") in COMPLAINTS)
    return sum(count for count in counts if isinstance(count, int))


def _listed(page: Mapping[str, object]) -> list[dict[str, object]]:
    listed = page.get("differences")
    return listed if isinstance(listed, list) else []


def away(box: Box, rect: Rect) -> float:
    """How far the sides of a box are from those of a difference's place, together."""
    x, y, width, height = rect
    sides = abs(box.x - x) + abs(box.y - y)
    return sides + abs(box.width - width) + abs(box.height - height)


def _regions(
    pages: list[dict[str, object]], hidden: Set[str]
) -> Mapping[str, tuple[Rect, ...]] | None:
    if "regions" in hidden:
        return None
    found = {}
    for page in pages:
        regions = page.get("worst_regions")
        listed = regions if isinstance(regions, list) else []
        found[str(page.get("page"))] = tuple(_rect(region.get("rect")) for region in listed)
    return found


def _rect(sides: object) -> Rect:
    match sides:
        case [int(x), int(y), int(width), int(height)]:
            return (x, y, width, height)
    return (0.0, 0.0, 0.0, 0.0)
