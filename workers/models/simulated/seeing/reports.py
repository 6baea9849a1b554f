"""What a comparison's report says, without the parts that are hidden."""

import json
import re
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from typing import Literal, get_args

from workers.models.simulated.seeing.conversation import Done

# differences: the list of them; regions: the worst ones; numbers: every figure of the score, and
# what a difference expects, got and costs; close_ups: the last picture; notes: what is said after
# the report of revisions, of the score that rises no more and of calls that are left
Part = Literal["differences", "regions", "numbers", "close_ups", "notes"]
PARTS: tuple[Part, ...] = get_args(Part)

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


@dataclass(frozen=True)
class Report:
    """`differences` None: the report has no list of them. `regions` likewise."""

    score: float | None = None
    differences: tuple[Told, ...] | None = None
    regions: Mapping[str, tuple[Rect, ...]] | None = None
    revision: int | None = None
    calls_left: int | None = None
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
        is_over=_PLATEAU in notes or _REPEATED in notes,
        screenshots=done.pictures[:pages],
    )


def _differences(pages: list[dict[str, object]], hidden: Set[str]) -> tuple[Told, ...] | None:
    if "differences" in hidden:
        return None
    found = []
    for page in pages:
        listed = page.get("differences")
        for one in listed if isinstance(listed, list) else ():
            told = Told(
                str(page.get("page")),
                str(one.get("item")),
                str(one.get("kind")),
                _rect(one.get("rect")),
                str(one.get("selector") or ""),
            )
            if "numbers" not in hidden:
                numbers = str(one.get("expected", "")), str(one.get("got", ""))
                told = Told(told.page, told.item, told.kind, told.rect, told.selector, *numbers)
            found.append(told)
    return tuple(found)


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
