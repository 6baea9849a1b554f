"""All items of two pages, the one number they make, and what is wrong by name."""

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

from webapp.studio.events import Difference, DifferenceKind
from workers.imaging import Box, grow, to_rect
from workers.scoring.canvas import Canvas
from workers.scoring.grounds import LIMITS as GROUNDS
from workers.scoring.grounds import ground_items, residual_items
from workers.scoring.item import Finding, Item
from workers.scoring.mark_items import mark_items
from workers.scoring.marks import pages_of
from workers.scoring.moves import blocks_of, priced_together
from workers.scoring.page_view import PageView
from workers.scoring.text_items import TextItems, text_items

POWER = 2.5  # what is plainly wrong is not lost among much that is right
# What a loss is to a person: up to .03 nobody sees it, to .07 who is asked, from .08 everybody,
# and at .20 the page is sent back. Read off pages that were judged by eye before there was a score.
LOSSES = (0.0, 0.012, 0.11, 0.125, 0.24, 1.0)
POINTS = (0.0, 0.03, 0.07, 0.085, 0.20, 1.0)
LEAST_LENGTH = 8  # CSS pixels that a page may be longer
WORDS = frozenset({"missing", "extra", "letters"})


def items_of(canvas: Canvas) -> tuple[list[Item], TextItems]:
    """All that a person sees on either page, and the text of it."""
    text = text_items(canvas.mockup, canvas.render)
    mockup, render = pages_of(canvas, text.places)
    boxes = canvas.render.boxes
    blocks = blocks_of(text.items)
    moves = [(round(across), round(down)) for (across, down), _ in blocks]
    marks = mark_items(mockup, render, boxes, moves=moves)
    grounds = ground_items(mockup, render, boxes, moves=moves)
    marks, grounds = _named_once(marks, grounds)
    known = priced_together([*text.items, *marks, *grounds], blocks)
    rest = residual_items(mockup, render, boxes, marks + grounds)
    return known + rest, text


def length_items(mockup: PageView, render: PageView) -> list[Item]:
    """What one page is longer than the other, blank as it may be."""
    ours, theirs = (round(view.height / view.scale) for view in (mockup, render))
    longer = abs(ours - theirs)
    if longer < LEAST_LENGTH:
        return []
    width = round(mockup.width / mockup.scale)
    rest = Box(0, min(ours, theirs), width, longer)
    severity = min(0.6, 0.1 + longer / ours)
    kind: DifferenceKind = "missing" if ours > theirs else "extra"
    finding = Finding(kind, f"{ours} px long", f"{theirs} px long", severity)
    return [Item("page", rest, rest.area**0.7 / 4, (finding,))]


def _named_once(marks: Sequence[Item], grounds: Sequence[Item]) -> tuple[list[Item], list[Item]]:
    """Marks and grounds, where both say the same of one element only one of them.

    A mark knows how much of an outline is lost, the ground whether it is a border. The edges of a
    shadow are the shadow's.
    """
    outlined = {mark.selector for mark in marks if _of_kind(mark, "border")}
    borders = {item.selector: found for item in grounds for found in _of_kind(item, "border")}
    grounds = [_without(item, "border") if item.selector in outlined else item for item in grounds]
    told = {item.selector for item in grounds if item.findings}
    shades = [item.box for item in grounds if _of_kind(item, "shadow")]
    kept = []
    for mark in marks:
        if any(
            grow(box, GROUNDS.shadow_reach).contains(mark.box) and not box.contains(mark.box)
            for box in shades
        ):
            mark = replace(mark, findings=())
        elif mark.selector in told:
            mark = _without(mark, "border")
        elif mark.selector in borders:
            for found in _of_kind(mark, "border"):
                better = replace(
                    borders[mark.selector],
                    severity=max(found.severity, borders[mark.selector].severity),
                )
                mark = _without(mark, "border").with_finding(better)
        kept.append(mark)
    return kept, grounds


def _of_kind(item: Item, kind: DifferenceKind) -> list[Finding]:
    return [finding for finding in item.findings if finding.kind == kind]


def _without(item: Item, kind: DifferenceKind) -> Item:
    return replace(item, findings=tuple(f for f in item.findings if f.kind != kind))


def total_of(items: Sequence[Item]) -> float:
    """1 − L, where L is the power mean of the items' severities, weighted by their size, as points.

    A page with other words than the mockup's, or none, is no version of it: that takes up to half
    of what is left.
    """
    return (1 - loss_of(items)) * (1 - 0.5 * wordless(items) ** 4)


def loss_of(items: Sequence[Item]) -> float:
    shares = _shares(items)
    loss = float(sum(shares) ** (1 / POWER))
    return float(np.interp(loss, LOSSES, POINTS))


def _shares(items: Sequence[Item]) -> list[float]:
    weight = sum(item.weight for item in items)
    if weight == 0:
        return [0.0] * len(items)
    return [item.weight * item.severity**POWER / weight for item in items]


def wordless(items: Sequence[Item]) -> float:
    """The share of the text that is missing, extra or other words, by weight."""
    text = [item for item in items if item.is_text]
    weight = sum(item.weight for item in text)
    if weight == 0:
        return 0.0
    wrong = sum(
        item.weight * max((f.severity for f in item.findings if f.kind in WORDS), default=0.0)
        for item in text
    )
    return float(min(1.0, 1.2 * wrong / weight))


def only(items: Sequence[Item], kinds: Collection[DifferenceKind]) -> list[Item]:
    """The items with their findings of some kinds alone."""
    return [
        replace(item, findings=tuple(f for f in item.findings if f.kind in kinds)) for item in items
    ]


def differences_of(items: Sequence[Item]) -> list[Difference]:
    """Every finding by name, dearest first. Their costs add up to what the items take."""
    shares = _shares(items)
    everything = sum(shares)
    cost = 1 - total_of(items)
    found = []
    for item, share in zip(items, shares, strict=True):
        together = sum(finding.severity for finding in item.findings)
        for finding in item.findings:
            if finding.severity == 0 or share == 0:
                continue
            part = share / everything * finding.severity / together
            found.append(
                Difference(
                    item=item.name,
                    kind=finding.kind,
                    expected=finding.expected,
                    got=finding.got,
                    rect=to_rect(item.box, 1),
                    selector=item.selector,
                    cost=round(min(1.0, cost * part), 5),
                )
            )
    return sorted(found, key=lambda difference: -difference.cost)
