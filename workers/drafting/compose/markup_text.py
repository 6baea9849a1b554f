"""What JSX and Vue's templates have in common: elements on lines of their own, text inline."""

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from workers.drafting.compose.components import Child, Each, Slot, Template, Use, Value
from workers.drafting.compose.markup import INDENT, VOID

ASSETS = "assets/"
FLAGS = {"checked", "disabled", "hidden", "readonly", "required", "selected"}


@dataclass
class TemplateText(ABC):
    """Writes templates; `assets` are the pictures that were named, for the file to import."""

    class_attribute: ClassVar[str] = "class"
    assets: list[str] = field(default_factory=list)

    def block(self, child: Child, depth: int) -> str:
        """A child on lines of its own."""
        pad = INDENT * depth
        if isinstance(child, Each):
            return "".join(f"{pad}{line}\n" for line in self.each(child))
        if not isinstance(child, Template):
            return f"{pad}{self.inline(child)}\n"
        opening = f"{pad}<{child.tag}{self.attributes(child)}"
        if child.tag in VOID or not child.children:
            return f"{opening} />\n"
        closing = f"</{child.tag}>"
        if any(isinstance(one, str | Slot) for one in child.children):
            return f"{opening}>{''.join(map(self.inline, child.children))}{closing}\n"
        inner = "".join(self.block(one, depth + 1) for one in child.children)
        return f"{opening}>\n{inner}{pad}{closing}\n"

    def inline(self, child: Child) -> str:
        """A child within a line."""
        if isinstance(child, Use):
            return f"<{child.component} />"
        if isinstance(child, Each):
            return "".join(line.strip() for line in self.each(child))
        if isinstance(child, str | Slot):
            return self.text(child)
        opening = f"<{child.tag}{self.attributes(child)}"
        if child.tag in VOID:
            return f"{opening} />"
        return f"{opening}>{''.join(map(self.inline, child.children))}</{child.tag}>"

    def attributes(self, template: Template) -> str:
        """As they follow the tag, each with a blank before it."""
        given: list[tuple[str, Value]] = []
        if template.classes:
            given.append((self.class_attribute, template.classes))
        given += template.attributes
        return "".join(f" {self.attribute(name, value)}" for name, value in given)

    @abstractmethod
    def attribute(self, name: str, value: Value) -> str:
        """One of them, with its value."""

    @abstractmethod
    def text(self, text: Value) -> str:
        """Plain text, in which a line feed is a forced break."""

    @abstractmethod
    def each(self, each: Each) -> list[str]:
        """The lines of a list that is gone through."""


def used_components(children: Sequence[Child]) -> list[str]:
    """The components that a template names, in order, each once."""
    found: dict[str, None] = {}
    for child in children:
        if isinstance(child, Use | Each):
            found[child.component] = None
        elif isinstance(child, Template):
            found |= dict.fromkeys(used_components(child.children))
    return list(found)


def lists_of(children: Sequence[Child]) -> list[Each]:
    """The lists that a template goes through, in order."""
    found: list[Each] = []
    for child in children:
        if isinstance(child, Each):
            found.append(child)
        elif isinstance(child, Template):
            found += lists_of(child.children)
    return found


def asset_name(path: str) -> str:
    """How code calls a picture: `assets/icon-2.png` is icon2."""
    first, *rest = path.removeprefix(ASSETS).rpartition(".")[0].split("-")
    return first + "".join(part.capitalize() for part in rest)


def asset_imports(assets: Sequence[str], to_source: str) -> list[str]:
    """`to_source` is the way from the file to `src`, as `./` or `../`."""
    return [f'import {asset_name(one)} from "{to_source}{one}";' for one in dict.fromkeys(assets)]


def data_list(each: Each, assets: list[str], type_name: str = "") -> list[str]:
    """A list of the rows as a constant; pictures in it are added to `assets`."""
    typed = f": {type_name}[]" if type_name else ""
    lines = [f"const {each.name}{typed} = ["]
    for row in each.rows:
        values = ", ".join(f"{name}: {data_value(value, assets)}" for name, value in row.items())
        one_line = f"  {{ {values} }},"
        if len(one_line) <= 100:
            lines.append(one_line)
            continue
        lines.append("  {")
        lines += [f"    {name}: {data_value(value, assets)}," for name, value in row.items()]
        lines.append("  },")
    return [*lines, "];"]


def data_value(value: str, assets: list[str]) -> str:
    """A value of code: text in quotes, or the name of a picture that is imported."""
    if value.startswith(ASSETS):
        assets.append(value)
        return asset_name(value)
    return script_text(value)


def script_text(value: str) -> str:
    """Text in quotes, as JavaScript has it."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def item_name(each: Each) -> str:
    """What one of a list is called while it is gone through."""
    words: list[str] = re.findall(r"[A-Z][a-z]*", each.component)
    return words[-1].lower()
