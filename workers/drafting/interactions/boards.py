"""Cards that are dragged from one column to another."""

from collections.abc import Iterator

from webapp.studio.storyboard import Action
from workers.drafting.interactions.changes import overlap
from workers.drafting.interactions.values import Board
from workers.drafting.page import Container, Node, Perception, paragraphs, walk
from workers.imaging import Box, nearest_box

LANES = 2  # columns beside one another, at least
ALIKE = 0.5  # of a card and a target that both share


def board_at(root: Container, action: Action) -> Board | None:
    """The columns between which an action drags a card of the page; None where it is no such."""
    if action.target is None or action.to is None:
        return None
    target, goal = nearest_box(action.target), nearest_box(action.to)
    middle = Box(goal.x + goal.width // 2, goal.y + goal.height // 2, 1, 1)
    for node in walk(root):
        if not isinstance(node, Container) or node.flow != "row":
            continue
        lanes = tuple(child for child in node.children if _is_lane(child))
        if len(lanes) < LANES or not any(overlap(lane.box, middle) for lane in lanes):
            continue
        if any(_is_meant(card, action.words, target) for card in cards_of(lanes)):
            return Board(tuple(lane for lane in lanes if isinstance(lane, Container)))
    return None


def cards_of(lanes: tuple[Node, ...]) -> Iterator[Container]:
    for lane in lanes:
        if isinstance(lane, Container):
            yield from (one for one in lane.children if isinstance(one, Container) and is_card(one))


def is_card(node: Node) -> bool:
    return isinstance(node, Container) and node.panel is not None


def is_moved(action: Action, board: Board, after: Perception) -> bool:
    """Whether a card's words are in the column that it was dragged to."""
    assert action.to is not None
    goal = nearest_box(action.to)
    middle = Box(goal.x + goal.width // 2, goal.y + goal.height // 2, 1, 1)
    lane = next(one for one in board.lanes if overlap(one.box, middle))
    there = " ".join(run.run.text for run in after.runs if lane.box.contains(run.run.ink))
    return all(word in there.split() for word in action.words.split())


def _is_lane(node: Node) -> bool:
    if not isinstance(node, Container) or node.flow != "column" or node.panel is None:
        return False
    held = [is_card(child) for child in node.children]
    return held == sorted(held)  # what is above the cards, then they alone


def _is_meant(card: Container, words: str, target: Box) -> bool:
    if words:
        return " ".join(text.text for text in paragraphs(card)).split() == words.split()
    shared = overlap(card.box, target)
    return shared >= ALIKE * max(card.box.area, target.area)
