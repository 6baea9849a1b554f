"""Sources as syntax trees, by tree-sitter, which reads on behind what is wrong."""

from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property

import tree_sitter_html
import tree_sitter_typescript
from tree_sitter import Language, Node, Parser

TSX = Language(tree_sitter_typescript.language_tsx())
HTML = Language(tree_sitter_html.language())


class Syntax:
    """The tree of a text that stands in file `path` from `base` on, in its line `first_line`.
    Places are characters of the file."""

    def __init__(
        self, path: str, text: str, language: Language, base: int = 0, first_line: int = 1
    ) -> None:
        self.path, self.text, self.base = path, text, base
        self._first_line = first_line
        self._bytes = text.encode()
        self.root: Node = Parser(language).parse(self._bytes).root_node

    @cached_property
    def _wide(self) -> list[int]:
        """The bytes that begin no character."""
        return [at for at, byte in enumerate(self._bytes) if byte & 0xC0 == 0x80]

    def _character(self, byte: int) -> int:
        return byte - bisect_right(self._wide, byte - 1)

    def start(self, node: Node) -> int:
        return self.base + self._character(node.start_byte)

    def end(self, node: Node) -> int:
        return self.base + self._character(node.end_byte)

    def line(self, node: Node) -> int:
        return self._first_line + int(node.start_point[0])

    def said(self, node: Node) -> str:
        return self._bytes[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def field(self, node: Node, name: str) -> str:
        """The text of a child; empty where there is none."""
        child = node.child_by_field_name(name)
        return self.said(child) if child is not None else ""


def descendants(node: Node) -> Iterator[Node]:
    """The node and all in it, in order."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        waiting += reversed(one.children)


def ancestors(node: Node) -> Iterator[Node]:
    """What a node stands in, outwards."""
    around = node.parent
    while around is not None:
        yield around
        around = around.parent
