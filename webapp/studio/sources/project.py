"""The source files of a project: what they write, and what they import."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from posixpath import dirname, join, normpath

from tree_sitter import Node

from webapp.studio.sources.elements import Module, SourceElement, StyleBlock
from webapp.studio.sources.jsx import read_jsx
from webapp.studio.sources.marks import Mark
from webapp.studio.sources.syntax import Syntax, descendants
from webapp.studio.sources.vue import read_vue

SCRIPTS = (".tsx", ".ts", ".jsx", ".js", ".mjs")
SOURCES = (*SCRIPTS, ".vue")
IMPORT = re.compile(r"""@import\s+(?:url\(\s*)?["']([^"']+)["']""")
TRIED = ("", *SOURCES, *(f"/index{suffix}" for suffix in SOURCES), ".css")


@dataclass(frozen=True)
class Import:
    """`name` is what it is called in its file, `default` or what it exports; `specifier` is the
    string that says from where, with its quotes."""

    name: str
    exported: str
    path: str
    specifier: Node


@dataclass(frozen=True)
class Sheet:
    """Rules of a project: a file, or a block of one. `scope` is the attribute of the elements that
    they are for."""

    path: str
    text: str
    start: int = 0
    scope: str = ""


class Project:
    """`files` are texts by their paths."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.files = files
        self._modules: dict[str, Module | None] = {}

    def module(self, path: str) -> Module | None:
        if path not in self._modules:
            text = self.files.get(path)
            if text is None or not path.endswith(SOURCES):
                self._modules[path] = None
            else:
                self._modules[path] = _read(path, text)
        return self._modules[path]

    def element(self, mark: Mark) -> SourceElement | None:
        """The element that begins where a mark says: compilers count columns in bytes or letters,
        so that it is the nearest of its line."""
        module = self.module(mark.path)
        if module is None:
            return None
        on_line = [one for one in module.elements if line_of(module.text, one.start) == mark.line]
        return min(
            on_line,
            key=lambda one: abs(column_of(module.text, one.start) - mark.column),
            default=None,
        )

    def imports(self, module: Module) -> list[Import]:
        return [
            Import(name, exported, path, specifier)
            for statement in module.script.root.named_children
            if statement.type == "import_statement"
            and (specifier := statement.child_by_field_name("source")) is not None
            and (path := self.resolve(module.path, module.script.said(specifier)[1:-1]))
            for name, exported in _imported(module.script, statement)
        ]

    def resolve(self, importer: str, specifier: str) -> str:
        """The file that is imported; empty where it is none of the project."""
        if specifier.startswith("@/"):
            path = join("src", specifier[2:])
        elif specifier.startswith("/"):
            path = specifier[1:]
        else:
            path = join(dirname(importer), specifier)
        path = normpath(path.split("?")[0])
        return next((path + end for end in TRIED if path + end in self.files), "")

    def sheets(self, entries: list[str]) -> Iterator[Sheet]:
        """The style sheets that files load, in the order in which they hold; what stands in
        components comes last, as their scripts put it into the page."""
        paths = list(self._loaded(entries))
        for path in paths:
            if path.endswith(".css"):
                yield Sheet(path, self.files[path])
        for path in paths:
            module = self.module(path)
            if module is not None:
                yield from (_of_block(module, block) for block in module.styles)

    def _loaded(self, entries: list[str]) -> Iterator[str]:
        """All that files import, what is imported before what imports it."""
        seen: set[str] = set()

        def follow(path: str) -> Iterator[str]:
            if path in seen or path not in self.files:
                return
            seen.add(path)
            for each in self._named(path):
                yield from follow(each)
            yield path

        for entry in entries:
            yield from follow(entry)

    def _named(self, path: str) -> list[str]:
        if path.endswith(".css"):
            return [
                found
                for name in IMPORT.findall(self.files[path])
                if (found := self.resolve(path, name)).endswith(".css")
            ]
        module = self.module(path)
        if module is None:
            return []
        statements = (
            one for one in module.script.root.named_children if one.type == "import_statement"
        )
        specifiers = (one.child_by_field_name("source") for one in statements)
        names = (module.script.said(one)[1:-1] for one in specifiers if one is not None)
        return [found for name in names if (found := self.resolve(path, name))]

    def identifiers(self, module: Module, name: str) -> list[Node]:
        """Where a script names something."""
        kinds = ("identifier", "shorthand_property_identifier")
        return [
            one
            for one in descendants(module.script.root)
            if one.type in kinds and module.script.said(one) == name
        ]


def _read(path: str, text: str) -> Module:
    return read_vue(path, text) if path.endswith(".vue") else read_jsx(path, text)


def _imported(script: Syntax, statement: Node) -> Iterator[tuple[str, str]]:
    clause = next((one for one in statement.named_children if one.type == "import_clause"), None)
    for one in clause.named_children if clause is not None else ():
        if one.type == "identifier":
            yield script.said(one), "default"
        for each in one.named_children if one.type == "named_imports" else ():
            name = script.field(each, "name")
            yield script.field(each, "alias") or name, name


def _of_block(module: Module, block: StyleBlock) -> Sheet:
    scope = f"data-v-{scope_id(module.path)}" if block.scoped else ""
    return Sheet(module.path, module.text[block.start : block.end], block.start, scope)


def scope_id(path: str) -> str:
    """What the compiler calls the elements of a component: `hash` of `frontend/compiler/vue.ts`."""
    value = 0x811C9DC5
    for letter in path:
        value = (value ^ ord(letter)) * 0x01000193 & 0xFFFFFFFF
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    written = ""
    while value:
        value, digit = divmod(value, 36)
        written = digits[digit] + written
    return written or "0"


def line_of(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def column_of(text: str, offset: int) -> int:
    return offset - text.rfind("\n", 0, offset)
