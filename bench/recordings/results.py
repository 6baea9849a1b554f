"""What was read of a recording, held to what truly happened in it."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from webapp.studio.storyboard import Action, State, Storyboard
from webapp.studio.values import Rect
from workers.imaging import Image, read_image
from workers.recording.difference import difference

SAME_SHARE = 0.004  # of the pixels that may differ visibly: the noise of the codec, a cursor
VISIBLE = 48  # levels
OVERLAP = 0.5  # of two boxes, intersection over union
LATE = 1.2  # seconds between an action and its truth


@dataclass(frozen=True)
class Match:
    """Counts of one recording. An action is right whose kind and target are; `kinds` counts
    those of the right kind alone."""

    true_states: int
    found_states: int
    right_states: int
    true_actions: int
    found_actions: int
    kinds: int
    right_actions: int

    @property
    def states_f1(self) -> float:
        return 2 * self.right_states / (self.true_states + self.found_states)

    @property
    def precision(self) -> float:
        return self.right_actions / self.found_actions if self.found_actions else 0.0

    @property
    def recall(self) -> float:
        return self.right_actions / self.true_actions


def match(truth: Storyboard, true_states: Path, found: Storyboard, found_states: Path) -> Match:
    """`true_states` and `found_states` hold `<id>.png` of each state. States are matched by their
    pictures, each at most once; actions by time, kind and target."""
    pairs = _pair_states(truth, true_states, found, found_states)
    kinds, right = _pair_actions(truth, found)
    return Match(
        len(truth.states), len(found.states), len(pairs), len(truth.actions), len(found.actions),
        kinds, right,
    )  # fmt: skip


def _pair_states(
    truth: Storyboard, true_states: Path, found: Storyboard, found_states: Path
) -> list[tuple[State, State]]:
    left = list(found.states)
    pairs = []
    for state in truth.states:
        picture = read_image(true_states / f"{state.id}.png")
        alike = [
            (_unlike(picture, read_image(found_states / f"{one.id}.png")), index)
            for index, one in enumerate(left)
        ]
        least, index = min(alike, default=(1.0, -1))
        if least <= SAME_SHARE:
            pairs.append((state, left.pop(index)))
    return pairs


def _unlike(a: Image, b: Image) -> float:
    """Share of the pixels that differ visibly; of long pictures, where both have some."""
    if a.shape[1] != b.shape[1] or not 0.9 <= len(a) / len(b) <= 1.1:
        return 1.0
    rows = min(len(a), len(b))
    levels = difference(np.ascontiguousarray(a[:rows]), np.ascontiguousarray(b[:rows]))
    return float((levels > VISIBLE).mean())


def _pair_actions(truth: Storyboard, found: Storyboard) -> tuple[int, int]:
    left = list(found.actions)
    kinds = right = 0
    for action in truth.actions:
        near = [one for one in left if abs(one.begins - action.begins) < LATE]
        near = [one for one in near if one.kind == action.kind] or near
        if not near:
            continue
        best = min(near, key=lambda one: (not same_target(action, one), _apart(action, one)))
        left.remove(best)
        kinds += best.kind == action.kind
        right += best.kind == action.kind and same_target(action, best)
    return kinds, right


def _apart(a: Action, b: Action) -> float:
    return abs(a.begins - b.begins)


def same_target(truth: Action, found: Action) -> bool:
    """Whether both boxes are one element: half of them is shared, or each has the other's middle.
    Scrolling has to go the same way, by a fifth more or less."""
    if truth.kind == "scroll":
        return abs(truth.scroll_by - found.scroll_by) <= 0.2 * abs(truth.scroll_by)
    if truth.target is None or found.target is None:
        return truth.target is found.target
    a, b = truth.target, found.target
    wide = min(a.x + a.width, b.x + b.width) - max(a.x, b.x)
    high = min(a.y + a.height, b.y + b.height) - max(a.y, b.y)
    shared = max(0.0, wide) * max(0.0, high)
    union = a.width * a.height + b.width * b.height - shared
    return shared >= OVERLAP * union or (_has_middle(a, b) and _has_middle(b, a))


def _has_middle(a: Rect, b: Rect) -> bool:
    x, y = b.x + b.width / 2, b.y + b.height / 2
    return a.x <= x <= a.x + a.width and a.y <= y <= a.y + a.height
