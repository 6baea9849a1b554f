"""Things of one kind with the same measures: each was measured apart, to a pixel or so."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from workers.drafting.page import Container, Crop, Font, Node, Paragraph, Text
from workers.drafting.perceive.shapes.fills import distance
from workers.imaging import Box, Colour, bounds


@dataclass(frozen=True)
class LookThresholds:
    """When two texts at the same place of two things have one look, read apart."""

    size: float = 1.0  # CSS pixels between the sizes
    weight: int = 200  # CSS weight between them: unread mail is bolder by more
    colour: int = 24  # levels between the colours: thin strokes are diluted


LOOKS = LookThresholds()


def spread(of: Sequence[float]) -> float:
    """How far the farthest of them is from the middle one."""
    middle = median(of) if of else 0.0
    return max((abs(each - middle) for each in of), default=0.0)


def regular(items: Sequence[Container], near: int) -> tuple[Container, ...]:
    """The items with what is at one place in each of them, give or take `near` CSS pixels, in
    the same place and look in all."""
    tops = [item.box.y for item in items]
    made = _children([item.children for item in items], tops, near)
    return tuple(
        replace(item, children=children) for item, children in zip(items, made, strict=True)
    )


def _children(
    rows: Sequence[Sequence[Node]], tops: Sequence[int], near: int
) -> list[tuple[Node, ...]]:
    columns = [_aligned(nodes, tops, near) for nodes in zip(*rows, strict=True)]
    return [tuple(each) for each in zip(*columns, strict=True)]


def _aligned(nodes: Sequence[Node], tops: Sequence[int], near: int) -> list[Node]:
    texts = [node for node in nodes if isinstance(node, Text)]
    if len(texts) == len(nodes):
        paragraphs = one_look([text.paragraph for text in texts])
        boxes = _placed([_sized(t.box, p) for t, p in zip(texts, paragraphs, strict=True)],
                        tops, near)  # fmt: skip
        return [
            replace(text, box=box, paragraph=paragraph, shift=(0.0, 0.0))
            for text, box, paragraph in zip(texts, boxes, paragraphs, strict=True)
        ]
    groups = [node for node in nodes if isinstance(node, Container)]
    if len(groups) == len(nodes) and not any(group.panel or group.picture for group in groups):
        made = _children([group.children for group in groups], tops, near)
        return [
            replace(group, box=bounds(child.box for child in children), children=children)
            for group, children in zip(groups, made, strict=True)
        ]
    boxes = _placed([node.box for node in nodes], tops, near)
    return [_moved(node, box) for node, box in zip(nodes, boxes, strict=True)]


def _placed(boxes: Sequence[Box], tops: Sequence[int], near: int) -> list[Box]:
    """The boxes at one height of their items, and under one another where they nearly are."""
    down = round(median(box.y - top for box, top in zip(boxes, tops, strict=True)))
    lefts, rights = [box.x for box in boxes], [box.right for box in boxes]
    left, right = round(median(lefts)), round(median(rights))
    from_left = spread(lefts) <= min(near, spread(rights))
    found = []
    for box, top in zip(boxes, tops, strict=True):
        x = box.x
        if from_left:
            x = left
        elif spread(rights) <= near:
            x = right - box.width
        off = abs(box.y - top - down)
        found.append(replace(box, x=x, y=top + down if off <= near else box.y))
    return found


def _moved(node: Node, box: Box) -> Node:
    """A picture or a panel, with all that it holds, at another place."""
    across, down = box.x - node.box.x, box.y - node.box.y
    if not (across or down) or isinstance(node, Crop):
        return node  # a picture is cut out where it is
    if isinstance(node, Text):
        return replace(node, box=box)
    if not isinstance(node, Container) or node.picture:
        return node
    panel = node.panel and replace(node.panel, box=box)
    held = (
        _moved(child, replace(child.box, x=child.box.x + across, y=child.box.y + down))
        for child in node.children
    )
    return replace(node, box=box, panel=panel, children=tuple(held))


def _sized(box: Box, paragraph: Paragraph) -> Box:
    return replace(box, height=round(paragraph.line_height * len(paragraph.lines)))


def one_look(texts: Sequence[Paragraph], limits: LookThresholds = LOOKS) -> list[Paragraph]:
    """The paragraphs, those that nearly look like most of them like these."""
    looks = Counter[tuple[Font, Colour, float]]()
    for text in texts:
        looks[text.font, text.colour, text.line_height] += len(text.text)
    font, colour, height = looks.most_common(1)[0][0]
    return [
        replace(text, font=font, colour=colour, line_height=height)
        if abs(text.font.size - font.size) <= limits.size
        and abs(text.font.weight - font.weight) <= limits.weight
        and distance(text.colour, colour) <= limits.colour
        and len(text.lines) == 1
        else text
        for text in texts
    ]
