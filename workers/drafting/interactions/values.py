"""A page with its behaviour, as a composer writes it. Lengths are CSS pixels of the page."""

from dataclasses import dataclass
from typing import Literal

from webapp.studio.storyboard import ActionKind
from workers.drafting.page import Container, Node
from workers.imaging import Box, Colour

PartKind = Literal["variant", "disclosure", "theme", "check", "swap", "overlay", "dialog", "status"]
NodeKey = tuple[str, str, Box]  # the part that a node is in, none for the page; its kind and place


def key_of(node: Node, inside: str = "") -> NodeKey:
    return inside, type(node).__name__, node.box


@dataclass(frozen=True)
class Backdrop:
    """What lies over the page behind a dialog: a colour and how much it covers, 0–1."""

    colour: Colour
    alpha: float


@dataclass(frozen=True)
class Checked:
    """A box to tick or a switch, and whether it is on at first.

    It is called by `words` where nothing else names it. A switch has two `grounds`, at first and in
    its other state, and a knob's colour. In the part's state it is `down` CSS pixels lower, and the
    `label` has another colour or is struck through.
    """

    node: Node
    words: str
    is_on: bool
    grounds: tuple[Colour, Colour] | None = None
    knob: Colour = (255, 255, 255)
    down: int = 0
    label: Colour | None = None
    is_struck: bool = False


@dataclass(frozen=True)
class Disclosed:
    """What unfolds below the node `under`, `height` CSS pixels: a `gap`, the part and the `rest`.

    All below `top` on the page is pushed down. A `sign` beside what is clicked, a place on the
    page, looks otherwise meanwhile: `down` CSS pixels lower in the part's state.
    """

    under: Node
    top: int
    height: int
    gap: int
    rest: int
    sign: Box | None = None
    down: int = 0


@dataclass(frozen=True)
class Part:
    """What is shown at times and not at first: its pixels are those of `state`.

    An `overlay` covers what is under it, a `swap` stands in for the nodes that it `hides`, a
    `status` goes by itself. It lies in the dialog `inside`, where that is not empty. Of a `group`
    one part is shown at a time. A `variant` is in the page's flow, in place of its `slot`;
    a `disclosure` unfolds there. While a pointer is over one of the triggers `hovered` it is shown.
    A `theme` is no thing but what `colours` become, a `check` is a control in its other state.
    """

    id: str
    kind: PartKind
    state: str
    content: Container
    hides: tuple[NodeKey, ...] = ()
    inside: str = ""
    backdrop: Backdrop | None = None
    group: str = ""
    slot: Container | None = None
    disclosed: Disclosed | None = None
    hovered: tuple[str, ...] = ()
    colours: tuple[tuple[Colour, Colour], ...] = ()
    checked: Checked | None = None

    @property
    def is_native(self) -> bool:
        """Whether the browser shows and hides it without a script."""
        return bool(self.disclosed or self.checked or self.hovered)


@dataclass(frozen=True)
class Trigger:
    """What an action is done on: a node, of the page or of the part `inside`, or where there is
    none the place `box`, which gets a button of its own. `label` are its words. What is `typed` in
    has a `ring` meanwhile, where one was seen, and the typed text an `ink`, a `size` and the
    distance `inset` from the field's border."""

    id: str
    box: Box
    label: str
    key: NodeKey | None
    inside: str = ""
    typed: bool = False
    ring: Colour | None = None
    ink: Colour | None = None
    size: float = 0.0
    inset: int = 0


@dataclass(frozen=True)
class Step:
    """`on` the trigger `target` happens what shows some parts and hides others, by their ids.
    `text` is what has to be typed or chosen, or the key's name, `seconds` how long is waited,
    `page` another page's address."""

    on: ActionKind
    target: str = ""
    text: str = ""
    shows: tuple[str, ...] = ()
    hides: tuple[str, ...] = ()
    seconds: float = 0.0
    page: str = ""


@dataclass(frozen=True)
class Board:
    """Columns whose cards are dragged from one to another."""

    lanes: tuple[Container, ...]


@dataclass(frozen=True)
class Interactions:
    """One page: its layout tree as in `state`, where nothing was done on it yet, and what changes.

    `routed` says that what is shown has an address, so that one can go back to it."""

    state: str
    root: Container
    parts: tuple[Part, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    steps: tuple[Step, ...] = ()
    routed: bool = False
    board: Board | None = None

    def part(self, name: str) -> Part:
        """Raises KeyError where there is none."""
        return {each.id: each for each in self.parts}[name]
