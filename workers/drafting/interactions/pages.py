"""From a storyboard to pages with behaviour: which states are one page, and what differs in each.

A state is told by what it shows beyond another of its page, the one that it differs from least: so
nothing that stays is written twice.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from webapp.studio.storyboard import Action, Storyboard
from workers.drafting.interactions.boards import board_at, is_moved
from workers.drafting.interactions.changes import changed_boxes, changed_mask, dimming, overlap
from workers.drafting.interactions.checks import (
    checked_at,
    checked_part,
    is_control,
    places_of,
    toggled,
    with_label,
)
from workers.drafting.interactions.disclosures import (
    disclosed,
    is_at,
    is_of,
    pushed,
    pushed_box,
    unpushed,
)
from workers.drafting.interactions.groups import grouped, hovered, without_own
from workers.drafting.interactions.insertions import insertion
from workers.drafting.interactions.parts import (
    SLACK,
    Content,
    Region,
    as_parts,
    extent,
    regions_of,
    whole_panels,
)
from workers.drafting.interactions.shadows import shadow_of
from workers.drafting.interactions.slots import Slots, settle, unfolded
from workers.drafting.interactions.targets import find_trigger
from workers.drafting.interactions.themes import is_darker, is_same_theme, theme_of
from workers.drafting.interactions.tree_changes import Seen
from workers.drafting.interactions.values import (
    Board,
    Interactions,
    Part,
    Step,
    Trigger,
    key_of,
)
from workers.drafting.page import Container, Perception
from workers.imaging import Box, Colour, Image, grow, nearest_box

NEW_PAGE = 0.5  # share of the window: where more has changed, it is another page
THEME = 0.3  # share of the window: where more has changed, it may be another theme
TYPED_EDGE = 6  # CSS pixels around a field that change as it is typed in: its ring
LEAST_WAIT = 1.5  # seconds that what goes by itself can be read


@dataclass(frozen=True)
class Scene:
    """A state as it was seen: its picture at one pixel a CSS pixel, what is on it, and how far
    down its page the window was."""

    id: str
    image: Image
    perception: Perception
    down: int = 0


@dataclass
class _View:
    """What is shown in one state of a page over its tree, by the ids of parts; the tree is as in
    the state `tree`."""

    scene: Scene
    parts: list[str] = field(default_factory=list)
    tree: str = ""


@dataclass
class _Page:
    root: Container
    views: dict[str, _View]
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
    def of(cls, scene: Scene, root: Container) -> "_Page":
        slots = Slots(Seen(unfolded(root), scene.image))
        return cls(root, {scene.id: _View(scene, tree=scene.id)}, slots)

    def names(self, state: str) -> tuple[str, ...]:
        """The ids of all parts that a state shows."""
        view = self.views[state]
        return (*self.variants.get(view.tree, ()), *view.parts)

    def shown(self, state: str) -> list[Part]:
        return [self.parts[each] for each in self.names(state)]


TreeOf = Callable[[str], Container]


def plan_pages(
    board: Storyboard, scenes: Mapping[str, Scene], tree_of: TreeOf
) -> tuple[Interactions, ...]:
    """The pages of a storyboard, the first state's first. `tree_of` lays out a state that a page
    begins with."""
    first = board.states[0].id
    pages = [_Page.of(scenes[first], tree_of(first))]
    page_of = {first: pages[0]}
    ends_alone = {action.from_state for action in board.actions if action.kind == "wait"}
    for action in board.actions:
        if action.to_state in page_of:
            continue
        page = page_of.get(action.from_state)
        scene = scenes[action.to_state]
        if page is None or not _take_in(page, scene, action, ends_alone, tree_of):
            page = _Page.of(scene, tree_of(scene.id))
            pages.append(page)
        page_of[scene.id] = page
    for page in pages:
        settled = settle(page.slots)
        page.root, page.variants = settled.root, settled.shown
        page.parts.update(settled.parts)
    _add_steps(board, pages, page_of)
    return tuple(map(_finished, pages))


def _take_in(
    page: _Page, scene: Scene, action: Action, ends_alone: set[str], tree_of: TreeOf
) -> bool:
    """Note what a state shows beyond another of the page; False where it is a page of its own."""
    if action.kind == "scroll":
        before = page.views[action.from_state]
        page.views[scene.id] = _View(scene, list(before.parts), before.tree)
        return True
    if action.kind == "drag" and _is_dragged(page, scene, action):
        return True
    if action.kind == "click" and _unfolds(page, scene, action):
        return True
    if action.kind in ("click", "check") and _is_checked(page, scene, action):
        return True
    near = _nearest(page, scene, action)
    if near is None or _area(near[1]) > THEME * _window(scene):
        before = page.views[action.from_state]
        view = _View(scene, list(before.parts), before.tree)
        if not scene.down and _is_themed(page, view, before):
            page.views[scene.id] = view
            return True
    if near is None:
        return False
    reference, regions, perception = near
    content = Content(page.root, perception, scene.down)
    shown = [page.parts[each] for each in reference.parts]
    found = list(as_parts(content, scene.id, regions, shown, goes=scene.id in ends_alone))
    over = any(part.kind != "swap" for part in (*shown, *(part for part, _ in found)))
    has_dialog = any(part.kind == "dialog" for part in (*shown, *(part for part, _ in found)))
    if found and not has_dialog and not scene.down:
        changed = _area(regions)
        seen = Seen(unfolded(tree_of(scene.id)), scene.image)
        if page.slots.take_in(scene.id, seen, changed, only_if_moved=over):
            page.views[scene.id] = _View(scene, tree=scene.id)
            return True
    view = page.views[scene.id] = _View(scene, list(reference.parts), reference.tree)
    for part, place in found:
        if part.kind == "overlay" or part.kind == "status":
            window = replace(place, y=place.y - scene.down)
            cast = shadow_of(reference.scene.image, scene.image, window)
            part = replace(part, shadow=cast)
        _add(page, view, part, place)
    return True


def _is_checked(page: _Page, scene: Scene, action: Action) -> bool:
    """Note that a box or a switch was acted on, and what else has changed."""
    before, first = page.views[action.from_state], page.views[page.base]
    if action.target is None or before.scene.down or scene.down:
        return False
    shown = [page.parts[each] for each in before.parts]
    at = unpushed(nearest_box(action.target), shown)
    node = checked_at(page.root, at)
    if node is None:
        return False
    name = next((one.id for one in page.parts.values() if is_control(one, node)), "")
    if not name:
        name, down = f"check-{len(page.parts) + 1}", pushed_box(at, shown).y - at.y
        pictures = first.scene.image, scene.image
        part = checked_part(name, scene.id, node, action.words, pictures, down)
        page.parts[name] = with_label(part, scene.perception, down)
    view = page.views[scene.id] = _View(scene, toggled(before.parts, name), before.tree)
    if _is_themed(page, view, before):
        return True
    is_plain = all(page.parts[each].kind in ("check", "swap", "overlay") for each in before.parts)
    reference = first if is_plain and before.tree == page.base else before
    held = [page.parts[each] for each in (*before.parts, name) if page.parts[each].checked]
    own = [grow(pushed_box(box, shown), SLACK) for part in held for box in places_of(part)]
    mask = changed_mask(reference.scene.image, scene.image)
    boxes = [box for box in changed_boxes(mask) if not any(one.contains(box) for one in own)]
    content = Content(page.root, scene.perception, 0)
    for box in boxes:
        regions = regions_of([box], page.root, scene.perception, 0)
        view.parts = [one for one in view.parts if not _lies_in(page.parts[one], box)]
        for part, place in as_parts(content, scene.id, regions, (), goes=False):
            _add(page, view, part, place)
    if reference is first:
        view.parts = [
            each for each in view.parts if page.parts[each].checked or _is_there(page, each, scene)
        ]
    return True


def _is_there(page: _Page, name: str, scene: Scene) -> bool:
    """Whether a part is to be seen in a state."""
    part = page.parts[name]
    box = extent(part.content)
    seen = page.views[part.state].scene.image
    return not changed_mask(seen[box.slices], scene.image[box.slices]).any()


def _lies_in(part: Part, box: Box) -> bool:
    placed = part.kind in ("swap", "overlay", "status")
    return placed and grow(box, SLACK).contains(extent(part.content))


def _is_themed(page: _Page, view: _View, before: _View) -> bool:
    """Note that a view has other colours than the one before, where that is all."""
    had = next((one for one in before.parts if page.parts[one].kind == "theme"), None)
    old, new = (before, view) if had is None else (view, before)
    pairs = [(one.scene.image, one.scene.perception) for one in (old, new)]
    colours = theme_of(page.root, pairs[0], pairs[1])
    if not colours:
        return False
    if had is not None:
        view.parts = [each for each in view.parts if each != had]
        return True
    known = [one for one in page.parts.values() if is_same_theme(one.colours, colours)]
    name = f"theme-{'dark' if is_darker(colours) else 'light'}"
    if not known:
        name = name if name not in page.parts else f"{name}-{len(page.parts) + 1}"
        content = Container(page.root.box, "column")
        page.parts[name] = Part(name, "theme", view.scene.id, content, colours=colours)
    view.parts.append(known[0].id if known else name)
    return True


def _window(scene: Scene) -> int:
    return scene.image.shape[0] * scene.image.shape[1]


def _area(regions: Iterable[Region]) -> int:
    return sum(region.box.area for region in regions)


def _is_dragged(page: _Page, scene: Scene, action: Action) -> bool:
    """Note that a card was dragged to another column."""
    board = page.board or board_at(page.root, action)
    if board is None or board_at(page.root, action) != board:
        return False
    if not is_moved(action, board, scene.perception):
        return False
    before = page.views[action.from_state]
    page.board = board
    page.views[scene.id] = _View(scene, list(before.parts), before.tree)
    return True


def _unfolds(page: _Page, scene: Scene, action: Action) -> bool:
    """Note what a click has unfolded, or folded, if that is all that it did."""
    before, first = page.views[action.from_state], page.views[page.base]
    if action.target is None or before.scene.down or scene.down:
        return False
    shown = [page.parts[each] for each in before.parts]
    at = unpushed(nearest_box(action.target), shown)
    content = Content(page.root, scene.perception, 0)
    for view in (before, first):  # or another is folded, so that one is open at a time
        held = [page.parts[each] for each in view.parts]
        target = pushed_box(at, held)
        found = insertion(view.scene.image, scene.image, target)
        part = disclosed(content, scene.id, found, target, held) if found else None
        if part is not None:
            known = next((one for one in page.parts.values() if is_of(one, part)), None)
            name = known.id if known else f"answer-{len(page.parts) + 1}"
            page.parts.setdefault(name, replace(part, id=name))
            page.views[scene.id] = _View(scene, [*view.parts, name], view.tree)
            return True
    folded = next((one for one in shown if is_at(one, at)), None)
    if folded is None or not insertion(scene.image, before.scene.image, nearest_box(action.target)):
        return False
    left = [each for each in before.parts if each != folded.id]
    page.views[scene.id] = _View(scene, left, before.tree)
    return True


def _add(page: _Page, view: _View, part: Part, place: Box) -> None:
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


def _nearest(
    page: _Page, scene: Scene, action: Action
) -> tuple[_View, tuple[Region, ...], Perception] | None:
    """The view that a scene differs from least, where, and what is perceived there; None where all
    of it is other."""
    best: tuple[int, _View, tuple[Region, ...], Perception] | None = None
    height, width = scene.image.shape[:2]
    for view in page.views.values():
        if view.scene.down != scene.down:
            continue
        dimmed, perception = dimming(view.scene.image, scene.image), scene.perception
        if dimmed is not None:
            regions: tuple[Region, ...] = (Region(dimmed[1], dimmed[0]),)
            if _is_known_dialog(page, dimmed[1], scene):
                return view, regions, perception
        else:
            mask = changed_mask(view.scene.image, scene.image)
            boxes = [box for box in changed_boxes(mask) if not _is_typing(box, action)]
            perception = whole_panels(perception, boxes, scene.image)
            regions = regions_of(boxes, page.root, perception, scene.down)
        area = _area(regions)
        if best is None or area < best[0]:
            best = area, view, regions, perception
    if best is None or best[0] > NEW_PAGE * width * height:
        return None
    return best[1:]


def _is_known_dialog(page: _Page, box: Box, scene: Scene) -> bool:
    """Whether a dialog looks as it did before."""
    before = [page.views[part.state].scene for part in page.parts.values() if part.kind == "dialog"]
    return any(
        not changed_mask(one.image[box.slices], scene.image[box.slices]).any() for one in before
    )


def _is_typing(box: Box, action: Action) -> bool:
    """Whether a change is what was typed, which the field shows by itself."""
    if action.kind != "type" or action.target is None:
        return False
    return grow(nearest_box(action.target), TYPED_EDGE).contains(box)


def _known(page: _Page, part: Part, scene: Scene) -> Part | None:
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


def _add_steps(board: Storyboard, pages: list[_Page], page_of: Mapping[str, _Page]) -> None:
    before: Action | None = None
    for action in board.actions:
        page, goal = page_of[action.from_state], page_of[action.to_state]
        old, new = page.names(action.from_state), goal.names(action.to_state)
        address = "" if goal is page else _address(pages.index(goal), new)
        seconds = 0.0
        if action.kind == "wait" and before is not None:
            rested = before.begins + before.seconds
            seconds = round(max(LEAST_WAIT, action.begins + action.seconds - rested), 1)
        before = action
        page.routed = page.routed or (action.kind == "back" and goal is page)
        if action.kind in ("scroll", "back"):
            continue
        trigger = ""
        if action.target is not None:
            toggled_now = set(old) ^ set(new)
            control = next(
                (page.parts[o] for o in toggled_now if o in page.parts and page.parts[o].checked),
                None,
            )
            trigger = _trigger(
                page, action, goal.views[action.to_state].scene.perception, control
            ).id
        shows = () if address else tuple(each for each in new if each not in old)
        hides = () if address else tuple(each for each in old if each not in new)
        step = Step(action.kind, trigger, action.text, shows, hides, seconds, address)
        if (address or shows or hides) and step not in page.steps:
            page.steps.append(step)


def _control(page: _Page, old: Sequence[str], new: Sequence[str]) -> Part | None:
    """The box or the switch that is in another state."""
    parts = (page.parts.get(name) for name in set(old) ^ set(new))
    return next((part for part in parts if part is not None and part.checked), None)


def _address(number: int, shown: Sequence[str]) -> str:
    return _file(number) + (f"#{'+'.join(shown)}" if shown else "")


def _file(number: int) -> str:
    return "index.html" if number == 0 else f"page-{number + 1}.html"


def _trigger(page: _Page, action: Action, after: Perception, control: Part | None) -> Trigger:
    view = page.views[action.from_state]
    shown = page.shown(action.from_state)
    moved = [*page.slots.moved(view.tree), *pushed(shown, page.root.box.width)]
    if control is not None and control.checked is not None:
        node = control.checked.node
        found = Trigger(control.id, node.box, control.checked.words, key_of(node))
    else:
        found = find_trigger(action, page.root, shown, moved, view.scene.down)
    for known in page.triggers:
        same = (known.key, known.inside) == (found.key, found.inside)
        if same and (known.key is not None or overlap(known.box, found.box)):
            return known
    taken = {each.id for each in page.triggers}
    name, number = found.id, 1
    while name in taken:
        number += 1
        name = f"{found.id}-{number}"
    ring = _ring(action, after) if found.typed else None
    ink = _ink(action, after) if found.typed else None
    trigger = replace(found, id=name, ring=ring, ink=ink)
    page.triggers.append(trigger)
    return trigger


def _ring(action: Action, after: Perception) -> Colour | None:
    """The colour of a field's border while it is typed in."""
    assert action.target is not None
    place = grow(nearest_box(action.target), SLACK)
    borders = [one.border for one in after.panels if one.border and place.contains(one.box)]
    return borders[0].colour if borders else None


def _ink(action: Action, after: Perception) -> Colour | None:
    """The colour of what was typed."""
    assert action.target is not None
    place = nearest_box(action.target)
    runs = [run.run for run in after.runs if place.contains(run.run.ink)]
    return runs[0].colour if runs and action.text else None


def _finished(page: _Page) -> Interactions:
    groups = grouped(page.parts, page.steps, list(map(page.names, page.views)))
    over = hovered(page.parts, page.steps)
    parts = {
        name: replace(part, group=part.group or groups.get(name, ""), hovered=over.get(name, ()))
        for name, part in page.parts.items()
    }
    steps = without_own(parts, page.steps)
    needed = {step.target for step in steps}.union(*over.values())
    return Interactions(
        state=page.base,
        root=page.root,
        parts=tuple(parts.values()),
        triggers=tuple(each for each in page.triggers if each.typed or each.id in needed),
        steps=steps,
        routed=page.routed,
        board=page.board,
    )
