"""A page's states on their way to a plan: what each shows, of which parts."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from workers.drafting.interactions.changes import changed_mask
from workers.drafting.interactions.parts import (
    SLACK,
    extent,
)
from workers.drafting.interactions.slots import Slots, unfolded
from workers.drafting.interactions.tree_changes import Seen
from workers.drafting.interactions.values import (
    Board,
    Part,
    Step,
    Trigger,
)
from workers.drafting.page import Container, Perception
from workers.imaging import Box, Image, grow


@dataclass(frozen=True)
class Scene:
    """A state as it was seen: its picture at one pixel a CSS pixel, what is on it, and how far
    down its page the window was."""

    id: str
    image: Image
    perception: Perception
    down: int = 0


@dataclass
class View:
    """What is shown in one state of a page over its tree, by the ids of parts; the tree is as in
    the state `tree`."""

    scene: Scene
    parts: list[str] = field(default_factory=list)
    tree: str = ""


@dataclass
class Page:
    root: Container
    views: dict[str, View]
    slots: Slots
    variants: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # by the ids of states
    parts: dict[str, Part] = field(default_factory=dict)
    triggers: list[Trigger] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    routed: bool = False
    board: Board | None = None

    @property
    def base(self) -> str:
        return next(iter(self.views))

    @classmethod
    def of(cls, scene: Scene, root: Container) -> "Page":
        root = unfolded(root)
        slots = Slots(Seen(root, scene.image))
        return cls(root, {scene.id: View(scene, tree=scene.id)}, slots)

    def names(self, state: str) -> tuple[str, ...]:
        """The ids of all parts that a state shows."""
        view = self.views[state]
        return (*self.variants.get(view.tree, ()), *view.parts)

    def shown(self, state: str) -> list[Part]:
        return [self.parts[each] for each in self.names(state)]


def add_part(page: Page, view: View, part: Part, place: Box) -> None:
    """Show a part in a view, or one that is known."""
    known = _known(page, part, view.scene)
    name = known.id if known else f"{part.kind}-{len(page.parts) + 1}"
    under = [each for each in view.parts if _is_under(page.parts[each], part, place)]
    held = [key for each in under for key in page.parts[each].hides]
    hides = dict.fromkeys((*(known.hides if known else ()), *part.hides, *held))
    page.parts[name] = replace(known or part, id=name, hides=tuple(hides))
    view.parts = [each for each in view.parts if each not in under]
    if name not in view.parts:
        view.parts.append(name)


def _is_under(old: Part, new: Part, box: Box) -> bool:
    """Whether a part gives way to another in its place."""
    both = "dialog" not in (old.kind, new.kind)
    return both and grow(box, SLACK).contains(extent(old.content))


def _known(page: Page, part: Part, scene: Scene) -> Part | None:
    """A part of the same look in the same place."""
    box = part.content.box
    for other in page.parts.values():
        if other.kind != part.kind or not other.content.box.contains(box, 2):
            continue
        if not box.contains(other.content.box, 2):
            continue
        place = Box(box.x, box.y - scene.down, box.width, box.height).slices
        old = page.views[other.state].scene.image
        if not changed_mask(old[place], scene.image[place]).any():
            return other
    return None
