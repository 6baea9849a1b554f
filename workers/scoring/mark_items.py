"""Marks as items: what became of each, by the name of what draws it."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from webapp.studio.events import DifferenceKind
from workers.imaging import Box, grow, nearest_box
from workers.scoring.colour import hex_of
from workers.scoring.item import Finding, Item
from workers.scoring.marks import LIMITS, Mark, MarkLimits, PagePixels, Shift, marks_of
from workers.shot import DomBox


def mark_items(
    mockup: PagePixels,
    render: PagePixels,
    boxes: Sequence[DomBox],
    limits: MarkLimits = LIMITS,
    moves: Sequence[Shift] = (),
) -> list[Item]:
    """The marks of both pages. What is in one place on both and unlike is named once.

    `moves` are where blocks of text went, from the mockup to the render.
    """
    back = [(-across, -down) for across, down in moves]
    ours, theirs = marks_of(mockup, render, limits, moves), marks_of(render, mockup, limits, back)
    strange = [mark for mark in theirs if mark.severity > 0]
    items = []
    for mark in ours:
        same = max(strange, key=lambda other: _iou(other.box, mark.box), default=None)
        if same is not None and _iou(same.box, mark.box) > 0.3:
            strange.remove(same)
            worse = max(mark.severity, same.severity)
            both = replace(mark, severity=worse, seen=max(mark.seen, same.seen))
            items.append(_item(both, boxes, limits, True))
        else:
            items.append(_item(mark, boxes, limits, False))
        if mark.severity > 0:  # what is left of it there is no other fault
            strange = [o for o in strange if not grow(mark.box, 3).contains(o.box)]
    items += [_extra(mark, boxes, limits) for mark in strange]
    return items


def _item(mark: Mark, boxes: Sequence[DomBox], limits: MarkLimits, both: bool) -> Item:
    """`both` says whether the other page has something else in its place."""
    severity = mark.severity
    place = mark.where if severity > 0 else mark.box
    source = _source(place, boxes)
    name = _kind(place, source, limits)
    item = Item(name, place, _weight(mark), (), source.selector if source else "")
    item = replace(item, moved=mark.shift)
    far = float(np.hypot(*mark.shift))
    if far >= 2 and severity < 0.8:
        got = f"{mark.shift[0]:+d} px across, {mark.shift[1]:+d} px down"
        item = item.with_finding(Finding("offset", "0 px", got, min(0.5, 0.04 + 0.012 * far)))
    if severity == 0:
        return item
    if mark.colours is not None:
        expected, drawn = (hex_of(colour) for colour in mark.colours)
        kind: DifferenceKind = KINDS[name] if name in LINES else "colour"
        return item.with_finding(Finding(kind, expected, drawn, severity))
    if not both and (severity > 0.95 or (mark.gone and source is None)):
        much = min(mark.seen, limits.line if name == "rule" else 1.0)
        return item.with_finding(Finding("missing", name, "", much * severity))
    much = min(mark.seen, limits.line if name == "box" else 1.0)
    return item.with_finding(Finding(KINDS[name], name, "unlike it", much * severity))


def _extra(mark: Mark, boxes: Sequence[DomBox], limits: MarkLimits) -> Item:
    source = _source(mark.box, boxes)
    name = _kind(mark.box, source, limits)
    finding = Finding("extra", "", name, mark.seen * mark.severity)
    return Item(name, mark.box, _weight(mark), (finding,), source.selector if source else "")


def _weight(mark: Mark) -> float:
    """As text of its size, where it is full of edges; less where it is an outline."""
    return float(min(mark.box.area, 4 * mark.pixels) ** 0.7)


def _iou(one: Box, other: Box) -> float:
    wide = min(one.right, other.right) - max(one.x, other.x)
    high = min(one.bottom, other.bottom) - max(one.y, other.y)
    if wide <= 0 or high <= 0:
        return 0.0
    return wide * high / (one.area + other.area - wide * high)


def _source(box: Box, boxes: Sequence[DomBox]) -> DomBox | None:
    """The element whose box is most like the mark's, or the smallest picture it lies in."""
    best, found = 0.5, None
    for one in boxes:
        rect = nearest_box(one.rect)
        if one.picture and grow(rect, 3).contains(box):
            return one
        alike = _iou(rect, box)
        if alike > best:
            best, found = alike, one
    return found


def _kind(box: Box, source: DomBox | None, limits: MarkLimits) -> str:
    short, long = sorted((box.width, box.height))
    if source is not None and source.picture:
        return "icon" if long <= limits.icon else "picture"
    if short <= limits.thin and long >= 4 * limits.thin:
        return "rule"
    if source is not None:
        return "box"
    if long <= limits.icon:
        return "icon"
    return "drawing"


LINES = frozenset({"rule", "box"})  # whose colour is that of their line
KINDS: dict[str, DifferenceKind] = {
    "icon": "icon",
    "rule": "rule",
    "box": "border",
    "picture": "picture",
    "drawing": "picture",
}
