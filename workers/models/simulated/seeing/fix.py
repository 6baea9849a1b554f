"""One thing that is to be changed of a page."""

from dataclasses import dataclass

ADD, ATTRIBUTE, TEXT, TRANSLATE = "add", "attribute", "text", "translate"


@dataclass(frozen=True)
class Fix:
    """A declaration for an element, or by its `name` something else: its words, how far it moves,
    an element that is written at the end of the page (`crop` is the part of the mockup that it
    shows, in CSS pixels), an attribute for the tag that begins on a line of the page's file, which
    `was` names like "img 7".
    """

    page: str
    selector: str
    name: str
    value: str
    was: str = ""
    crop: tuple[int, int, int, int] | None = None
