"""The stack `react`: components in TypeScript, built with Vite."""

import re
from collections.abc import Sequence

from workers.drafting.compose.component_project import ComponentWriter
from workers.drafting.compose.components import (
    Child,
    Component,
    Each,
    Slot,
    Value,
)
from workers.drafting.compose.markup_text import (
    ASSETS,
    FLAGS,
    TemplateText,
    asset_imports,
    asset_name,
    data_list,
    item_name,
    lists_of,
    script_text,
    used_components,
)

# the names that React gives to attributes of HTML; others are written as they are
RENAMED = {
    "for": "htmlFor",
    "value": "defaultValue",
    "checked": "defaultChecked",
    "colspan": "colSpan",
    "rowspan": "rowSpan",
    "tabindex": "tabIndex",
    "readonly": "readOnly",
    "maxlength": "maxLength",
    "autocomplete": "autoComplete",
}
PLAIN_TEXT = re.compile(r"[^\s{}<>&](?:[^{}<>&]*[^\s{}<>&])?")
PLAIN_ATTRIBUTE = re.compile(r'[^"&\\\n]*')


def _main(app: str, styles: str) -> str:
    return f"""import {{ StrictMode }} from "react";
import {{ createRoot }} from "react-dom/client";
import {{ {app} }} from "./{app}";
import "./{styles}";

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <{app} />
  </StrictMode>,
);
"""


def _module(component: Component, to_components: str, to_source: str) -> str:
    """A component's file. A template without a tag holds what it holds."""
    jsx = _Jsx()
    held: Sequence[Child] = (component.root,) if component.root.tag else component.root.children
    if len(held) == 1:
        body = jsx.block(held[0], 2)
    else:
        inner = "".join(jsx.block(one, 3) for one in held)
        body = f"    <>\n{inner}    </>\n"
    lists = lists_of(held)
    data = [data_list(one, jsx.assets, f"{one.component}Props") for one in lists]
    listed = {one.component for one in lists}
    imports = asset_imports(jsx.assets, to_source)
    for name in used_components(held):
        named = f"{name}, type {name}Props" if name in listed else name
        imports.append(f'import {{ {named} }} from "{to_components}{name}";')
    fields = [f"  {name}: string;" for name in component.fields]
    props = [f"export interface {component.name}Props {{", *fields, "}"] if fields else []
    given = f"{{ {', '.join(component.fields)} }}: {component.name}Props" if fields else ""
    function = f"export function {component.name}({given}) {{\n  return (\n{body}  );\n}}"
    parts = ["\n".join(part) for part in (imports, *data, props) if part]
    return "\n\n".join([*parts, function]) + "\n"


class _Jsx(TemplateText):
    class_attribute = "className"

    def attribute(self, name: str, value: Value) -> str:
        written = RENAMED.get(name, name)
        if isinstance(value, Slot):
            return f"{written}={{{value.name}}}"
        if name in FLAGS:
            return written
        if name == "src" and value.startswith(ASSETS):
            self.assets.append(value)
            return f"{written}={{{asset_name(value)}}}"
        plain = PLAIN_ATTRIBUTE.fullmatch(value)
        return f'{written}="{value}"' if plain else f"{written}={{{script_text(value)}}}"

    def text(self, text: Value) -> str:
        if isinstance(text, Slot):
            return f"{{{text.name}}}"
        return "<br />".join(map(_line, text.split("\n")))

    def each(self, each: Each) -> list[str]:
        item = item_name(each)
        given, key = (item, f"{item}.{each.key}") if each.key else (f"{item}, index", "index")
        return [
            f"{{{each.name}.map(({given}) => (",
            f"  <{each.component} key={{{key}}} {{...{item}}} />",
            "))}",
        ]


def _line(text: str) -> str:
    plain = not text or PLAIN_TEXT.fullmatch(text)
    return text if plain else f"{{{script_text(text)}}}"


compose = ComponentWriter("react", "root", ".tsx", ".tsx", "styles", _main, _module).compose
