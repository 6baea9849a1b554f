"""The stack `vue`: single-file components in TypeScript, built with Vite."""

from collections.abc import Sequence
from html import escape

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
    data_list,
    item_name,
    lists_of,
    script_text,
    used_components,
)
from workers.drafting.compose.page_files import FontStack, PageFiles
from workers.drafting.compose.project import SOURCES, document, in_sources, project_files
from workers.drafting.page import Container

FLAGS = {"checked", "disabled", "hidden", "readonly", "required", "selected"}
ROOT = "#app {\n  display: contents;\n}\n"


def compose(roots: Sequence[Container], font_stack: FontStack) -> PageFiles:
    """A project with a page, an app, its components and one stylesheet for each mockup."""
    pages = list(write_pages(roots, font_stack))
    files = project_files("vue", [(page.stem, page.title) for page in pages])
    for page in pages:
        files |= _page_files(page)
    assets = [asset for page in pages for asset in page.assets]
    return PageFiles(files, tuple(map(in_sources, assets)))


def _page_files(page: WrittenPage) -> dict[str, str]:
    number = str(page.index + 1) if page.index else ""
    app, styles, main = f"App{number}", f"style{number}.css", f"main{number}.ts"
    folder = f"components/page{number}" if page.index else "components"
    tree = componentise(page.body, taken=RESERVED | {app})
    files = {
        f"{page.stem}.html": document(page.title, "app", main),
        f"{SOURCES}{main}": _main(app, styles),
        f"{SOURCES}{app}.vue": _component(
            Component(app, Template("", "", (), tree.children)), f"./{folder}/", "./"
        ),
        f"{SOURCES}{styles}": f"{page.sheet.to_css(tags_of(page.body))}\n{ROOT}",
    }
    to_source = "../" * (1 + folder.count("/"))
    for one in tree.components:
        files[f"{SOURCES}{folder}/{one.name}.vue"] = _component(one, "./", to_source)
    return files


def _main(app: str, styles: str) -> str:
    return f"""import {{ createApp }} from "vue";
import {app} from "./{app}.vue";
import "./{styles}";

createApp({app}).mount("#app");
"""


def _component(component: Component, to_components: str, to_source: str) -> str:
    """A component's file. A template without a tag holds what it holds."""
    template = _Template(to_source=to_source)
    held: Sequence[Child] = (component.root,) if component.root.tag else component.root.children
    body = "".join(template.block(one, 1) for one in held)
    in_data: list[str] = []
    data = [data_list(one, in_data) for one in lists_of(held)]
    used = used_components(held)
    imports = asset_imports(in_data, to_source)
    imports += [f'import {name} from "{to_components}{name}.vue";' for name in used]
    fields = [f"  {name}: string;" for name in component.fields]
    props = ["defineProps<{", *fields, "}>();"] if fields else []
    script = "\n\n".join("\n".join(part) for part in (imports, *data, props) if part)
    opening = f'<script setup lang="ts">\n{script}\n</script>\n\n' if script else ""
    return f"{opening}<template>\n{body}</template>\n"


class _Template(TemplateText):
    def __init__(self, to_source: str) -> None:
        super().__init__()
        self._to_source = to_source

    def attributes(self, template: Template) -> str:
        given: list[tuple[str, Value]] = []
        if template.classes:
            given.append(("class", template.classes))
        given += template.attributes
        return "".join(f" {self._attribute(name, value)}" for name, value in given)

    def _attribute(self, name: str, value: Value) -> str:
        if isinstance(value, Slot):
            return f':{name}="{value.name}"'
        if name in FLAGS:
            return name
        if name == "src" and value.startswith(ASSETS):
            value = f"{self._to_source}{value}"
        return f'{name}="{escape(value)}"'

    def text(self, text: Value) -> str:
        if isinstance(text, Slot):
            return f"{{{{ {text.name} }}}}"
        return "<br />".join(map(_line, text.split("\n")))

    def each(self, each: Each) -> list[str]:
        item = item_name(each)
        given, key = (item, f"{item}.{each.key}") if each.key else (f"({item}, index)", "index")
        through = f'v-for="{given} in {each.name}" :key="{key}"'
        return [f'<{each.component} {through} v-bind="{item}" />']


def _line(text: str) -> str:
    if "{{" in text:
        return f"{{{{ {escape(script_text(text), quote=False)} }}}}"
    return escape(text, quote=False)
