"""From a storyboard to pages with behaviour: which states are one page, and what differs in each.

A state is told by what it shows beyond another of its page, the one that it differs from least: so
nothing that stays is written twice.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from webapp.studio.storyboard import Action, Storyboard
from workers.drafting.interactions.changes import changed_boxes, changed_mask, dimming
from workers.drafting.interactions.groups import grouped, hovered, without_own
from workers.drafting.interactions.parts import (
    Content,
    Region,
    as_parts,
    regions_of,
    whole_panels,
)
from workers.drafting.interactions.patterns import is_checked, is_dragged, is_themed, unfolds
from workers.drafting.interactions.slots import settle, unfolded
from workers.drafting.interactions.steps import add_steps
from workers.drafting.interactions.tree_changes import Seen
from workers.drafting.interactions.values import Interactions, Part
from workers.drafting.interactions.views import Page, Scene, View, add_part
from workers.drafting.page import Container, Perception
from workers.drafting.perceive.shapes.shadows import shadow_over
from workers.imaging import Box, grow, nearest_box

NEW_PAGE = 0.5  # share of the window: where more has changed, it is another page
THEME = 0.3  # share of the window: where more has changed, it may be another theme
TYPED_EDGE = 6  # CSS pixels around a field that change as it is typed in: its ring
TreeOf = Callable[[str], Container]


def plan_pages(
    board: Storyboard, scenes: Mapping[str, Scene], tree_of: TreeOf
) -> tuple[Interactions, ...]:
    """The pages of a storyboard, the first state's first. `tree_of` lays out a state that a page
    begins with."""
    first = board.states[0].id
    pages = [Page.of(scenes[first], tree_of(first))]
    page_of = {first: pages[0]}
    ends_alone = {action.from_state for action in board.actions if action.kind == "wait"}
    for action in board.actions:
        if action.to_state in page_of:
            continue
        page = page_of.get(action.from_state)
        scene = scenes[action.to_state]
        if page is None or not _take_in(page, scene, action, ends_alone, tree_of):
            page = Page.of(scene, tree_of(scene.id))
            pages.append(page)
        page_of[scene.id] = page
    for page in pages:
        settled = settle(page.slots)
        page.root, page.variants = settled.root, settled.shown
        page.parts.update(settled.parts)
    add_steps(board, pages, page_of)
    return tuple(map(_finished, pages))


def _take_in(
    page: Page, scene: Scene, action: Action, ends_alone: set[str], tree_of: TreeOf
) -> bool:
    """Note what a state shows beyond another of the page; False where it is a page of its own."""
    if action.kind == "scroll":
        before = page.views[action.from_state]
        page.views[scene.id] = View(scene, list(before.parts), before.tree)
        return True
    if action.kind == "drag" and is_dragged(page, scene, action):
        return True
    if action.kind == "click" and unfolds(page, scene, action):
        return True
    if action.kind in ("click", "check") and is_checked(page, scene, action):
        return True
    near = _nearest(page, scene, action)
    if near is None or _area(near[1]) > THEME * _window(scene):
        before = page.views[action.from_state]
        view = View(scene, list(before.parts), before.tree)
        if not scene.down and is_themed(page, view, before):
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
            page.views[scene.id] = View(scene, tree=scene.id)
            return True
    view = page.views[scene.id] = View(scene, list(reference.parts), reference.tree)
    for part, place in found:
        add_part(page, view, _with_shadow(part, reference.scene, scene), place)
    return True


def _with_shadow(part: Part, before: Scene, scene: Scene) -> Part:
    """The part with the shadow that its panel throws on what was there before."""
    panel = part.content.panel
    if panel is None or part.kind not in ("overlay", "status"):
        return part
    window = replace(panel, box=replace(panel.box, y=panel.box.y - scene.down))
    shadow = shadow_over(before.image, scene.image, window) or panel.shadow
    thrown = replace(part.content, panel=replace(panel, shadow=shadow))
    return replace(part, content=thrown)


def _nearest(
    page: Page, scene: Scene, action: Action
) -> tuple[View, tuple[Region, ...], Perception] | None:
    """The view that a scene differs from least, where, and what is perceived there; None where all
    of it is other."""
    best: tuple[int, View, tuple[Region, ...], Perception] | None = None
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


def _is_known_dialog(page: Page, box: Box, scene: Scene) -> bool:
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


def _window(scene: Scene) -> int:
    return int(scene.image.shape[0] * scene.image.shape[1])


def _area(regions: Iterable[Region]) -> int:
    return sum(region.box.area for region in regions)


def _finished(page: Page) -> Interactions:
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
