"""The stack `react`: components in TypeScript, built with Vite."""

import re
from collections.abc import Sequence

from workers.drafting.compose.components import (
    RESERVED,
    Child,
    Component,
    Each,
    Slot,
    Template,
    Value,
    componentise,
)
from workers.drafting.compose.html_css import WrittenPage, write_pages
from workers.drafting.compose.markup import tags_of
from workers.drafting.compose.markup_text import (
    ASSETS,
    TemplateText,
    asset_imports,
    asset_name,
    data_list,
    item_name,
    lists_of,
    script_text,
    used_components,
)
from workers.drafting.compose.page_files import FontStack, PageFiles
from workers.drafting.compose.project import SOURCES, document, in_sources, project_files
from workers.drafting.page import Container

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
FLAGS = {"checked", "disabled", "hidden", "readonly", "required", "selected"}
PLAIN_TEXT = re.compile(r"[^\s{}<>&](?:[^{}<>&]*[^\s{}<>&])?")
PLAIN_ATTRIBUTE = re.compile(r'[^"&\\\n]*')
ROOT = "#root {\n  display: contents;\n}\n"


def compose(roots: Sequence[Container], font_stack: FontStack) -> PageFiles:
    """A project with a page, an app, its components and one stylesheet for each mockup."""
    pages = list(write_pages(roots, font_stack))
    files = project_files("react", [(page.stem, page.title) for page in pages])
    for page in pages:
        files |= _page_files(page)
    assets = [asset for page in pages for asset in page.assets]
    return PageFiles(files, tuple(map(in_sources, assets)))


def _page_files(page: WrittenPage) -> dict[str, str]:
    number = str(page.index + 1) if page.index else ""
    app, styles, main = f"App{number}", f"styles{number}.css", f"main{number}.tsx"
    folder = f"components/page{number}" if page.index else "components"
    tree = componentise(page.body, taken=RESERVED | {app})
    to_source = "../" * (1 + folder.count("/"))
    files = {
        f"{page.stem}.html": document(page.title, "root", main),
        f"{SOURCES}{main}": _main(app, styles),
        f"{SOURCES}{app}.tsx": _module(
            Component(app, Template("", "", (), tree.children)), f"./{folder}/", "./"
        ),
        f"{SOURCES}{styles}": f"{page.sheet.to_css(tags_of(page.body))}\n{ROOT}",
    }
    for one in tree.components:
        files[f"{SOURCES}{folder}/{one.name}.tsx"] = _module(one, "./", to_source)
    return files


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
    def attributes(self, template: Template) -> str:
        given: list[tuple[str, Value]] = []
        if template.classes:
            given.append(("className", template.classes))
        given += template.attributes
        return "".join(f" {self._attribute(name, value)}" for name, value in given)

    def _attribute(self, name: str, value: Value) -> str:
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
