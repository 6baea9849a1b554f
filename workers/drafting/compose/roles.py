"""What things are, by rule: header, footer, sections, lists, buttons, fields."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from unicodedata import normalize

from workers.drafting.compose.page_styles import PageStyles
from workers.drafting.page import Container, Crop, Flow, Node, Paragraph, Text, walk
from workers.imaging import Box, bounds

HEADER_HEIGHT = 170  # CSS pixels
FOOTER_SHARE = 0.35  # of the page's height
BUTTON_HEIGHT = (20, 72)
BUTTON_WIDTH = 520
FEWEST_ITEMS = 3
NEXT = 6  # em between two entries of a menu
SLUG_WORDS = 2
STOP_WORDS = frozenset(
    ("a", "an", "and", "at", "by", "for", "from", "in", "is", "of", "on", "or", "our", "the", "to")
)


def bare(flow: Flow, nodes: Sequence[Node]) -> Container:
    """A container just around its children."""
    return Container(bounds(node.box for node in nodes), flow, tuple(nodes))


def landmarks(root: Container) -> tuple[list[Node], list[Node], list[Node]]:
    """The root's children as (header, main, footer)."""
    if root.flow != "column" or len(root.children) < 2:
        return [], list(root.children), []
    children = list(root.children)
    header: list[Node] = []
    footer: list[Node] = []
    first, last = children[0], children[-1]
    if first.box.bottom <= HEADER_HEIGHT and isinstance(first, Container):
        header = [children.pop(0)]
    if (
        len(children) > 1
        and isinstance(last, Container)
        and last.box.height < FOOTER_SHARE * root.box.height
        and last.box.bottom > 0.9 * root.box.height
    ):
        footer = [children.pop()]
    return header, children, footer


def section_name(node: Node, styles: PageStyles, index: int) -> str:
    """A name after the largest heading inside, or the section's number."""
    texts = [each.paragraph for each in walk(node) if isinstance(each, Text)]
    headings = [text for text in texts if styles.heading_level(text)]
    for text in sorted(headings, key=lambda text: -text.font.size):
        slug = slug_of(text.text)
        if len(slug) > 3:
            return slug
    return f"section-{index}"


def slug_of(text: str) -> str:
    """The first words of a text as a class name; empty where it has none."""
    plain = normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = [w for w in re.findall(r"[a-z][a-z0-9]*", plain) if w not in STOP_WORDS]
    return "-".join(words[:SLUG_WORDS])


def is_button(container: Container) -> bool:
    """A panel the size of a button around one line in its middle."""
    if container.panel is None or len(container.children) != 1:
        return False
    text, box = container.children[0], container.box
    if not isinstance(text, Text) or len(text.paragraph.lines) != 1:
        return False
    low, high = BUTTON_HEIGHT
    if not low <= box.height <= high or box.width > BUTTON_WIDTH:
        return False
    return abs(2 * text.box.x + text.box.width - 2 * box.x - box.width) <= 8


def is_field(container: Container) -> bool:
    """An outlined box of one line set against its left edge."""
    if container.panel is None or container.panel.border is None or len(container.children) > 1:
        return False
    return 22 <= container.box.height <= 60 and container.box.width >= 100


def is_sidebar(node: Node, page: Box) -> bool:
    """A tall, narrow part at one side of the page."""
    at_side = node.box.x < 0.1 * page.width or node.box.right > 0.9 * page.width
    narrow = node.box.width < 0.3 * page.width
    return (
        isinstance(node, Container) and at_side and narrow and node.box.height > 0.3 * page.height
    )


def signature(node: Node, styles: PageStyles) -> tuple[object, ...]:
    """What repeated things have in common: kinds and looks, not texts and sizes."""
    if isinstance(node, Text):
        return ("text", styles.declarations(node.paragraph)[:3])
    if isinstance(node, Container):
        kind = "container" if node.panel is None else "panel"
        return (kind, node.flow, *(signature(child, styles)[0] for child in node.children))
    return ("picture",) if isinstance(node, Crop) else ("divider",)


def repeats(container: Container, styles: PageStyles) -> bool:
    """Whether the children are one thing several times: a list, a menu, a row of cards."""
    if len(container.children) < FEWEST_ITEMS or container.flow == "layers":
        return False
    first = signature(container.children[0], styles)
    return all(signature(child, styles) == first for child in container.children[1:])


def with_menu(container: Container, styles: PageStyles) -> Container:
    """A row or column with its labels of one size gathered into a menu, beside the rest."""
    if container.flow == "layers" or is_menu(container):
        return container
    groups: list[list[Node]] = []
    for child in container.children:
        if groups and _are_entries(groups[-1][-1], child):
            groups[-1].append(child)
        else:
            groups.append([child])
    nodes = [bare(container.flow, g) if len(g) >= FEWEST_ITEMS else g for g in groups]
    flat = [node for each in nodes for node in (each if isinstance(each, list) else [each])]
    return replace(container, children=tuple(flat))


def is_menu(container: Container) -> bool:
    """Whether the children are the entries of a menu; the current one may stand on a panel."""
    pairs = pairwise(container.children)
    return len(container.children) >= FEWEST_ITEMS and all(_are_entries(a, b) for a, b in pairs)


def _are_entries(first: Node, second: Node) -> bool:
    """Whether two labels are of one size and near each other."""
    one, other = _label(first), _label(second)
    if one is None or other is None or round(one.font.size) != round(other.font.size):
        return False
    apart = max(second.box.x - first.box.right, second.box.y - first.box.bottom)
    return apart <= NEXT * one.font.size


def _label(node: Node) -> Paragraph | None:
    """The one short text that a node is, bare or on a panel."""
    if isinstance(node, Container) and len(node.children) == 1:
        return _label(node.children[0])
    text = node.paragraph if isinstance(node, Text) else None
    return text if text is not None and is_short(text) else None


def is_short(text: Paragraph) -> bool:
    """Whether a text is a label and not a sentence."""
    return len(text.lines) == 1 and len(text.text) <= 30


def sections(main: Container, styles: PageStyles) -> Container:
    """`main` with what follows each heading gathered into one group."""
    groups: list[list[Node]] = []
    for node in main.children:
        heading = isinstance(node, Text) and (styles.heading_level(node.paragraph) or 9) <= 2
        band = isinstance(node, Container) and node.panel is not None
        if not groups or heading or band or _is_band(groups[-1][0]):
            groups.append([node])
        else:
            groups[-1].append(node)
    if len(groups) < 2 or main.flow != "column":
        return main
    nodes = [group[0] if len(group) == 1 else bare("column", group) for group in groups]
    return Container(main.box, "column", tuple(nodes))


def _is_band(node: Node) -> bool:
    return isinstance(node, Container) and node.panel is not None
