"""What things are, by rule: header, footer, sections, lists, buttons, fields."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from unicodedata import normalize

from workers.drafting.compose.looks import Looks
from workers.drafting.page import Crop, Flow, Frame, Node, Paragraph, Text, walk
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


def bare(flow: Flow, nodes: Sequence[Node]) -> Frame:
    """A frame just around its children."""
    return Frame(bounds(node.box for node in nodes), flow, tuple(nodes))


def landmarks(root: Frame, scale: float) -> tuple[list[Node], list[Node], list[Node]]:
    """The root's children as (header, main, footer)."""
    if root.flow != "column" or len(root.children) < 2:
        return [], list(root.children), []
    children = list(root.children)
    header: list[Node] = []
    footer: list[Node] = []
    first, last = children[0], children[-1]
    if first.box.bottom <= HEADER_HEIGHT * scale and isinstance(first, Frame):
        header = [children.pop(0)]
    if (
        len(children) > 1
        and isinstance(last, Frame)
        and last.box.height < FOOTER_SHARE * root.box.height
        and last.box.bottom > 0.9 * root.box.height
    ):
        footer = [children.pop()]
    return header, children, footer


def section_name(node: Node, looks: Looks, index: int) -> str:
    """A name after the largest heading inside, or the section's number."""
    texts = [each.paragraph for each in walk(node) if isinstance(each, Text)]
    headings = [text for text in texts if looks.heading_level(text)]
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


def is_button(frame: Frame, scale: float) -> bool:
    """A panel the size of a button around one line in its middle."""
    if frame.panel is None or len(frame.children) != 1:
        return False
    text, box = frame.children[0], frame.box
    if not isinstance(text, Text) or len(text.paragraph.lines) != 1:
        return False
    low, high = BUTTON_HEIGHT
    if not low * scale <= box.height <= high * scale or box.width > BUTTON_WIDTH * scale:
        return False
    return abs(2 * text.box.x + text.box.width - 2 * box.x - box.width) <= 8 * scale


def is_field(frame: Frame, scale: float) -> bool:
    """An outlined box of one line set against its left edge."""
    if frame.panel is None or frame.panel.border is None or len(frame.children) > 1:
        return False
    return 22 <= frame.box.height / scale <= 60 and frame.box.width >= 100 * scale


def is_sidebar(node: Node, page: Box) -> bool:
    """A tall, narrow part at one side of the page."""
    at_side = node.box.x < 0.1 * page.width or node.box.right > 0.9 * page.width
    narrow = node.box.width < 0.3 * page.width
    return isinstance(node, Frame) and at_side and narrow and node.box.height > 0.3 * page.height


def signature(node: Node, looks: Looks) -> tuple[object, ...]:
    """What repeated things have in common: kinds and looks, not texts and sizes."""
    if isinstance(node, Text):
        return ("text", looks.declarations(node.paragraph)[:3])
    if isinstance(node, Frame):
        kind = "frame" if node.panel is None else "panel"
        return (kind, node.flow, *(signature(child, looks)[0] for child in node.children))
    return ("picture",) if isinstance(node, Crop) else ("divider",)


def repeats(frame: Frame, looks: Looks) -> bool:
    """Whether the children are one thing several times: a list, a menu, a row of cards."""
    if len(frame.children) < FEWEST_ITEMS or frame.flow == "layers":
        return False
    first = signature(frame.children[0], looks)
    return all(signature(child, looks) == first for child in frame.children[1:])


def with_menu(frame: Frame, looks: Looks) -> Frame:
    """A row or column with its labels of one size gathered into a menu, beside the rest."""
    if frame.flow == "layers" or is_menu(frame):
        return frame
    groups: list[list[Node]] = []
    for child in frame.children:
        if groups and _are_entries(groups[-1][-1], child):
            groups[-1].append(child)
        else:
            groups.append([child])
    nodes = [bare(frame.flow, g) if len(g) >= FEWEST_ITEMS else g for g in groups]
    flat = [node for each in nodes for node in (each if isinstance(each, list) else [each])]
    return replace(frame, children=tuple(flat))


def is_menu(frame: Frame) -> bool:
    """Whether the children are the entries of a menu; the current one may stand on a panel."""
    pairs = pairwise(frame.children)
    return len(frame.children) >= FEWEST_ITEMS and all(_are_entries(a, b) for a, b in pairs)


def _are_entries(first: Node, second: Node) -> bool:
    """Whether two labels are of one size and near each other."""
    one, other = _label(first), _label(second)
    if one is None or other is None or round(one.font.size) != round(other.font.size):
        return False
    apart = max(second.box.x - first.box.right, second.box.y - first.box.bottom)
    return apart <= NEXT * one.font.size


def _label(node: Node) -> Paragraph | None:
    """The one short text that a node is, bare or on a panel."""
    if isinstance(node, Frame) and len(node.children) == 1:
        return _label(node.children[0])
    text = node.paragraph if isinstance(node, Text) else None
    return text if text is not None and is_short(text) else None


def is_short(text: Paragraph) -> bool:
    """Whether a text is a label and not a sentence."""
    return len(text.lines) == 1 and len(text.text) <= 30


def sections(main: Frame, looks: Looks) -> Frame:
    """`main` with what follows each heading gathered into one group."""
    groups: list[list[Node]] = []
    for node in main.children:
        heading = isinstance(node, Text) and (looks.heading_level(node.paragraph) or 9) <= 2
        band = isinstance(node, Frame) and node.panel is not None
        if not groups or heading or band or _is_band(groups[-1][0]):
            groups.append([node])
        else:
            groups[-1].append(node)
    if len(groups) < 2 or main.flow != "column":
        return main
    nodes = [group[0] if len(group) == 1 else bare("column", group) for group in groups]
    return Frame(main.box, "column", tuple(nodes))


def _is_band(node: Node) -> bool:
    return isinstance(node, Frame) and node.panel is not None
