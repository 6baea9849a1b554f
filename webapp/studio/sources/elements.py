"""An element as a source writes it, in whatever language."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal as OneOf

from tree_sitter import Node

from webapp.studio.sources.syntax import Syntax


class SourceRefused(Exception):
    """What is asked cannot be read or written in the source: `str()` is a sentence of what stands
    there and what can be done."""

    def __init__(self, why: str, action: str = "change it in Code") -> None:
        super().__init__(f"{why}: {action}.")


@dataclass(frozen=True)
class Place:
    """A part of a file that can be replaced; `write` makes words fit to stand there. Before or
    behind it is a `separator` where it is one of a list."""

    path: str
    start: int
    end: int
    write: Callable[[str], str] = str
    separator: str = ""


@dataclass(frozen=True)
class Words:
    """Text that stands in a source as such, and where. `is_file`: it is a file of the project that
    is imported there."""

    text: str
    place: Place
    is_file: bool = False


@dataclass(frozen=True)
class Expression:
    syntax: Syntax
    node: Node

    @property
    def path(self) -> str:
        return self.syntax.path


Value = Words | Expression


@dataclass(frozen=True)
class Attribute:
    """`name` as the page has it, empty for what is spread. `value` None: a name alone."""

    name: str
    value: Value | None


@dataclass(frozen=True)
class Repeat:
    """Written once for each of a list: what one of them is called, and the list."""

    names: tuple[str, ...]
    source: Expression


Holding = OneOf["child", "root", "expression"]


@dataclass(frozen=True, eq=False)
class SourceElement:
    """`start` to `end` in its file, its name up to `name_end`. `holding`: whether another element
    of the file has it as a child, a component is it, or an expression comes to it. `component` is
    whose template this is, as others call it."""

    path: str
    name: str
    start: int
    name_end: int
    end: int
    holding: Holding
    component: str
    attributes: tuple[Attribute, ...]
    repeat: Repeat | None = None
    parent: "SourceElement | None" = None
    # what is said in it: words, expressions and elements, without the blanks between
    children: list["Value | SourceElement"] = field(default_factory=list)
    scope: Node | None = None  # of TSX: what it is written in

    def around(self) -> Iterator["SourceElement"]:
        one: SourceElement | None = self
        while one is not None:
            yield one
            one = one.parent


@dataclass(frozen=True)
class Module:
    """A source file: its elements in order, its script, and its blocks of style as places."""

    path: str
    text: str
    elements: tuple[SourceElement, ...]
    script: Syntax
    styles: tuple["StyleBlock", ...] = ()


@dataclass(frozen=True)
class StyleBlock:
    start: int
    end: int
    scoped: bool = False
