"""The stack `vue`: single-file components in TypeScript, built with Vite."""

from collections.abc import Sequence
from html import escape

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
    data_list,
    item_name,
    lists_of,
    script_text,
    used_components,
)


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

    def attribute(self, name: str, value: Value) -> str:
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


compose = ComponentWriter("vue", "app", ".vue", ".ts", "style", _main, _component).compose
