"""What is meant to be otherwise than on the mockup, taken out of the comparison."""

from collections.abc import Sequence
from dataclasses import replace

from webapp.studio.events import Deviation, DifferenceKind
from webapp.studio.values import Aspect
from workers.scoring.item import Item

# what an aspect takes from a text; `colours` takes all that is no text too, whose edges are told by
# their colours
KINDS: dict[Aspect, frozenset[DifferenceKind]] = {
    "colours": frozenset({"colour", "contrast"}),
    "words": frozenset({"missing", "extra", "letters", "line_breaks", "offset"}),
    "type": frozenset(
        {"size", "weight", "slant", "family", "tracking", "line_breaks", "shape", "offset"}
    ),
}


def without_deviations(items: Sequence[Item], deviations: Sequence[Deviation]) -> list[Item]:
    """The items that are to be as on the mockup, each with the findings that still count."""
    kept = list(items)
    for one in deviations:
        kept = [left for item in kept if (left := _left_of(item, one)) is not None]
    return kept


def are_colours_meant(item: Item, deviations: Sequence[Deviation]) -> bool:
    """Whether the colours of an item are meant to be otherwise than on the mockup."""
    return any(one.aspect in {None, "colours"} and _is_meant(item, one) for one in deviations)


def _left_of(item: Item, deviation: Deviation) -> Item | None:
    if not _is_meant(item, deviation):
        return item
    if deviation.aspect is None or (deviation.aspect == "colours" and not item.is_text):
        return None
    if not item.is_text:
        return item
    ignored = KINDS[deviation.aspect]
    return replace(item, findings=tuple(f for f in item.findings if f.kind not in ignored))


def _is_meant(item: Item, deviation: Deviation) -> bool:
    """Whether the middle of the item is in the region, where there is one."""
    region = deviation.region
    if region is None:
        return True
    x, y = item.box.x + item.box.width / 2, item.box.y + item.box.height / 2
    inside = region.x <= x < region.x + region.width
    return inside and region.y <= y < region.y + region.height
