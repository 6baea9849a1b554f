"""A page with its behaviour, as a composer writes it. Lengths are CSS pixels of the page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from webapp.studio.storyboard import ActionKind
from workers.drafting.page import Container, Node
from workers.imaging import Box, Colour

PartKind = Literal["swap", "overlay", "dialog", "status"]
NodeKey = tuple[str, str, Box]  # the part that a node is in, none for the page; its kind and place
Views = tuple[str, ...]  # names of states


def key_of(node: Node, inside: str = "") -> NodeKey:
    return inside, type(node).__name__, node.box


@dataclass(frozen=True)
class Backdrop:
    """What lies over the page behind a dialog: a colour and how much it covers, 0–1."""

    colour: Colour
    alpha: float


@dataclass(frozen=True)
class Part:
    """What is shown in some `views` and not in the page's first: its pixels are those of `state`.

    An `overlay` covers what is under it, a `swap` stands in for what is hidden meanwhile, a
    `status` goes by itself. It lies in the dialog `inside`, where that is not empty.
    """

    id: str
    kind: PartKind
    state: str
    content: Container
    views: Views
    inside: str = ""
    backdrop: Backdrop | None = None


@dataclass(frozen=True)
class Trigger:
    """What an action is done on: a node, of the page or of the part `inside`, or where there is
    none the place `box`, which gets a button of its own. `label` are its words. What is `typed` in
    has a `ring` meanwhile, where one was seen, and the typed text an `ink`."""

    id: str
    box: Box
    label: str
    key: NodeKey | None
    inside: str = ""
    typed: bool = False
    ring: Colour | None = None
    ink: Colour | None = None


@dataclass(frozen=True)
class Step:
    """`on` the trigger `target` happens what leads from a view to another; `text` is what has to be
    typed or chosen, or the key's name, `seconds` how long is waited, `page` another page's file."""

    on: ActionKind
    source: str
    view: str
    target: str = ""
    text: str = ""
    drop: str = ""
    seconds: float = 0.0
    page: str = ""


@dataclass(frozen=True)
class Interactions:
    """One page: its layout tree in its first view, which is that of `state`, and what changes.

    `hidden` says which nodes are away in which views; `routed`, that each view has an address, so
    that one can go back to it."""

    view: str
    state: str
    root: Container
    parts: tuple[Part, ...] = ()
    hidden: Mapping[NodeKey, Views] = field(default_factory=dict)
    triggers: tuple[Trigger, ...] = ()
    steps: tuple[Step, ...] = ()
    routed: bool = False
