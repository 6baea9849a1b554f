"""Which node of a page an action was done on."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from webapp.studio.storyboard import Action
from workers.drafting.interactions.changes import overlap
from workers.drafting.interactions.values import NodeKey, Part, Trigger, key_of
from workers.drafting.page import Container, Field, Node, paragraphs, parts
from workers.imaging import Box, nearest_box

ALIKE = 0.55  # of the area of both that a node and a target share, at least
EDGE = 2  # CSS pixels by which a line of text is taller than its letters
NAME = 24  # letters of an id at most


def find_trigger(
    action: Action,
    root: Container,
    shown: Sequence[Part],
    moved: Sequence[tuple[Box, int]],
    down: int,
) -> Trigger:
    """The node under an action's target, the topmost first; without one, its place alone. `moved`
    says what of the page lies further down than in its tree."""
    assert action.target is not None
    target = nearest_box(action.target)
    target = Box(target.x, target.y + down, max(1, target.width), max(1, target.height))
    typed = action.kind == "type"
    words = action.words.strip()
    hidden = [key for part in shown for key in part.hides]
    hidden += [key_of(part.slot) for part in shown if part.slot is not None]
    best: tuple[float, NodeKey, str] | None = None
    for tree, inside in (*((p.content, p.id) for p in reversed(shown)), (root, "")):
        for node in _visible(tree, hidden, inside):
            by = 0 if inside else _moved_by(node.box, moved)
            likeness = _likeness(node, replace(target, y=target.y - by), words, typed=typed)
            if likeness >= ALIKE and (best is None or likeness > best[0]):
                best = likeness, key_of(node, inside), inside
        if best is not None:
            break
    name = _name(words or action.kind)
    if best is None:
        inside = next((p.id for p in reversed(shown) if p.kind == "dialog"), "")
        return Trigger(name, target, words, None, inside, typed)
    return Trigger(name, target, words, best[1], best[2], typed)


def _moved_by(box: Box, moved: Sequence[tuple[Box, int]]) -> int:
    return next((by for place, by in reversed(moved) if place.contains(box, EDGE)), 0)


def _visible(node: Node, hidden: Sequence[NodeKey], inside: str) -> Iterator[Node]:
    if key_of(node, inside) in hidden:
        return
    yield node
    if not isinstance(node, Field):
        for child in parts(node):
            yield from _visible(child, hidden, inside)


def _likeness(node: Node, target: Box, words: str, *, typed: bool) -> float:
    """How much a node is what the target bounds, 0–1; more than 1 where its words are those too."""
    box = node.control if isinstance(node, Field) else node.box
    if typed and not isinstance(node, Field):
        return 0.0
    shared = overlap(box, target)
    likeness = shared / max(1, box.area + target.area - shared)
    said = " ".join(text.text for text in paragraphs(node))
    same = bool(words) and said.strip().casefold() == words.casefold()
    if same and shared:
        return 1 + likeness
    return likeness


def _name(words: str) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:NAME].strip("-")
    return slug if slug and slug[0].isalpha() else f"target-{slug}".rstrip("-")
