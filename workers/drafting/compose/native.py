"""What a browser does by itself: what unfolds, what is ticked or switched, and cards to drag."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise

from workers.drafting.compose.html_css import PageWriter
from workers.drafting.compose.leaves import WRITING, Scope, width_of
from workers.drafting.compose.markup import (
    Element,
    elements_of,
    replaced,
    with_attributes,
)
from workers.drafting.compose.merging import Declarations, Look
from workers.drafting.compose.page_files import FontStack
from workers.drafting.compose.page_styles import hex_colour
from workers.drafting.compose.placement import px
from workers.drafting.interactions.boards import cards_of, is_card
from workers.drafting.interactions.checks import control_of
from workers.drafting.interactions.parts import without
from workers.drafting.interactions.values import (
    Interactions,
    NodeKey,
    Part,
)
from workers.drafting.page import Container, Node, Panel
from workers.imaging import Box, Colour, bounds, grow

GAP = 12  # CSS pixels between cards, where no two were seen in a column
KNOB_GAP = 4  # CSS pixels between a switch's edge and its knob


@dataclass
class Used:
    """What of a page's triggers has been written: the ids that their elements have."""

    ids: dict[str, str] = field(default_factory=dict)
    links: set[str] = field(default_factory=set)


class NativeWriter(PageWriter):
    """Writes one page with what needs no script of steps."""

    def __init__(
        self,
        page: Interactions,
        font_stack: FontStack,
        index: int,
        same: Mapping[Look, Look] | None = None,
    ) -> None:
        trees = [part.content for part in page.parts if part.content.children]
        super().__init__([page.root, *trees], font_stack, index, WRITING, same)
        self._own = "" if index == 0 else page.state  # what its pictures are cut from
        self.leaves.state = self._own
        self._page = page
        self._inside = ""
        self._used = Used()
        self._hidden: dict[NodeKey, list[str]] = {}
        for part in page.parts:
            for key in part.hides:
                self._hidden.setdefault(key, []).append(part.id)
        for part in page.parts:
            for colour, _ in part.colours:
                self.styles.colours.setdefault(colour, f"colour-{len(self.styles.colours) + 1}")
        self._goes = {step.target: step.page for step in page.steps if step.page and step.target}

    def _node(self, node: Node, place: Declarations, scope: Scope, tag: str | None) -> Element:
        if self._inside:
            return super()._node(node, place, scope, tag)
        lanes = self._page.board.lanes if self._page.board is not None else ()
        if isinstance(node, Container) and node in lanes:
            return self._lane(node, lanes, super()._node(_listed(node), place, scope, tag))
        if is_card(node) and any(node in lane.children for lane in lanes):
            return self._card(super()._node(node, (), scope, tag))
        for part in self._page.parts:
            if part.checked is not None and part.checked.node == node:
                return self._check(part, place, scope, tag)
            if part.disclosed is not None and part.disclosed.under == node:
                return self._details(part, place, scope, tag)
        return super()._node(node, place, scope, tag)

    def _details(self, part: Part, place: Declarations, scope: Scope, tag: str | None) -> Element:
        """What is clicked, and what unfolds below it."""
        assert part.disclosed is not None
        node, about = part.disclosed.under, part.disclosed
        panel = node.panel if isinstance(node, Container) else None
        look = (*width_of(node, scope), *(self.leaves.paint(panel) if panel else ()), *place)
        self.sheet.add("summary", (("cursor", "pointer"), ("list-style", "none")))
        border = panel.border.width if panel is not None and panel.border else 0
        node = without(node, about.sign) if about.sign is not None else node
        inner = replace(scope, area=grow(node.box, -border))
        if isinstance(node, Container):
            bare = panel and Panel(inner.area or node.box, None)
            held = replace(node, box=inner.area or node.box, panel=bare)
            base = f"{scope.name}-question"
            summary = self._container(held, (), inner, tag="summary", base=base)
        else:
            summary = Element("summary", children=(super()._node(node, (), inner, "span"),))
        if about.sign is not None:
            summary = self._signed(summary, part, node.box, border)
        self.leaves.state, self._inside = part.state, part.id
        left = part.content.box.x - node.box.x - border
        off = ("margin-left", left), ("margin-top", about.gap), ("margin-bottom", about.rest)
        around = tuple((name, px(by)) for name, by in off if by)
        unfolded = replace(scope, area=part.content.box)
        answer = self._container(
            part.content, around, unfolded, tag="div", base=f"{scope.name}-answer"
        )
        self.leaves.state, self._inside = self._own, ""
        named = (("id", part.id), *((("name", part.group),) if part.group else ()))
        classes = (self.sheet.name(f"{scope.name}-details", look),)
        details = Element("details", classes, named, (summary, answer))
        return Element(tag, children=(details,)) if tag else details

    def _signed(self, summary: Element, part: Part, box: Box, border: int) -> Element:
        """A summary with a picture of the sign at its end, and of what it is while unfolded."""
        assert part.disclosed is not None and part.disclosed.sign is not None
        sign, name = part.disclosed.sign, self.sheet.name("signed", (("position", "relative"),))
        path = self.leaves.asset(sign)
        self.leaves.state = part.state
        other = self.leaves.asset(replace(sign, y=sign.y + part.disclosed.down))
        self.leaves.state = self._own
        look = (
            ("position", "absolute"),
            ("left", px(sign.x - box.x - border)),
            ("top", px(sign.y - box.y - border)),
            ("width", px(sign.width)),
            ("height", px(sign.height)),
            ("background", "var(--sign) 0 0 / 100% 100%"),
        )
        mark = Element("span", (self.sheet.name("sign", look),))
        self.sheet.add(f"#{part.id}", (("--sign", f"url({path})"),))
        self.sheet.add(f"#{part.id}[open]", (("--sign", f"url({other})"),))
        children = (*summary.children, mark)
        return Element("summary", (*summary.classes, name), summary.attributes, children)

    def _check(self, part: Part, place: Declarations, scope: Scope, tag: str | None) -> Element:
        """A control that shows by itself whether it is on."""
        assert part.checked is not None
        node, about = part.checked.node, part.checked
        self._used.ids[part.id] = part.id
        on = (("checked", ""),) if about.is_on else ()
        other = ":not(:checked)" if about.is_on else ":checked"
        if isinstance(node, Container) and about.grounds is not None:
            box = node.box
            looks = [
                (("background", _switch(box, about.knob, self.styles.colour(fill), on=on)),)
                for fill, on in zip(about.grounds, (about.is_on, not about.is_on), strict=True)
            ]
            size = ("width", px(box.width)), ("height", px(box.height))
            shape = ("appearance", "none"), ("border-radius", px(box.height)), ("flex-shrink", "0")
            name = self.sheet.name("switch", (*size, *shape, *looks[0], *place))
            self.sheet.add(f"#{part.id}{other}", looks[1])
            called = (("aria-label", about.words),) if about.words else ()
            kind = (("type", "checkbox"), ("role", "switch"), ("id", part.id))
            control = Element("input", (name,), (*kind, *called, *on))
            return Element(tag, children=(control,)) if tag else control
        element = super()._node(node, place, scope, tag)
        own = next(one for one in elements_of(element) if one.tag == "input")
        self.leaves.state = part.state
        box = control_of(node)
        path = self.leaves.asset(replace(box, y=box.y + about.down))
        self.leaves.state = self._own
        shown = (
            ("border-color", "transparent"),
            ("background", f"url({path}) border-box 0 0 / 100% 100%"),
        )
        self.sheet.add(f"#{part.id}{other}", shown)
        label: list[tuple[str, str]] = []
        if about.label is not None:
            label.append(("color", self.styles.colour(about.label)))
        if about.is_struck:
            label.append(("text-decoration", "line-through"))
        self.sheet.add(f"#{part.id}{other} + span", tuple(label))
        return replaced(element, own, with_attributes(own, (("id", part.id),)))

    def _lane(self, lane: Container, lanes: tuple[Container, ...], element: Element) -> Element:
        """A column that takes cards: as tall as it was, its cards as far apart as in any other."""
        inset = min((card.box.x - lane.box.x for card in cards_of(lanes)), default=0)
        height = (("min-height", px(lane.box.height)), ("padding-bottom", px(max(0, inset))))
        gaps = [
            after.box.y - before.box.bottom
            for one in lanes
            for before, after in pairwise(list(cards_of((one,))))
        ]
        gap = min(gaps, default=GAP)
        self.sheet.add("div[data-lane]", (("gap", px(gap)), ("min-height", px(GAP))))
        self.sheet.add("div[data-column]", height)
        held = element.children[-1]
        if not isinstance(held, Element):
            return element
        marked = with_attributes(held, (("data-lane", ""),))
        children = (*element.children[:-1], marked)
        return with_attributes(replace(element, children=children), (("data-column", ""),))

    def _card(self, element: Element) -> Element:
        look = (("cursor", "grab"), ("touch-action", "none"), ("user-select", "none"))
        self.sheet.add("[data-card]", look)
        return with_attributes(element, (("data-card", ""), ("tabindex", "0")))


def _switch(box: Box, knob: Colour, ground: str, *, on: bool) -> str:
    """The background of a switch: its knob as far from its end as from its top."""
    radius = box.height / 2
    at = f"calc(100% - {radius:g}px)" if on else f"{radius:g}px"
    size = px(radius - KNOB_GAP)
    return f"radial-gradient(circle {size} at {at}, {hex_colour(knob)} 96%, transparent) {ground}"


def _listed(lane: Container) -> Container:
    """A column with its cards in a container of their own."""
    cards = tuple(child for child in lane.children if is_card(child))
    above = lane.children[: len(lane.children) - len(cards)]
    top = above[-1].box.bottom + GAP if above else lane.box.y
    box = bounds(card.box for card in cards) if cards else replace(lane.box, y=top, height=0)
    return replace(lane, children=(*above, Container(box, "column", cards)))
