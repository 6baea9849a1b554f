"""Composing: a layout tree becomes the files of a page, one module per stack."""

from collections.abc import Callable, Mapping, Sequence

from workers.drafting.compose.html_css import compose as html_css
from workers.drafting.compose.html_tailwind import compose as html_tailwind
from workers.drafting.compose.interactive import compose_interactive
from workers.drafting.compose.page_files import Asset, FontStack, PageFiles
from workers.drafting.compose.react import compose as react
from workers.drafting.compose.vue import compose as vue
from workers.drafting.interactions.values import Interactions
from workers.drafting.page import Container

Compose = Callable[[Sequence[Container], FontStack], PageFiles]

ComposeInteractive = Callable[[Sequence[Interactions], FontStack], PageFiles]

STACKS: Mapping[str, Compose] = {
    "html-css": html_css,
    "html-tailwind": html_tailwind,
    "react": react,
    "vue": vue,
}
INTERACTIVE: Mapping[str, ComposeInteractive] = {"html-css": compose_interactive}

__all__ = ["INTERACTIVE", "STACKS", "Asset", "Compose", "FontStack", "PageFiles"]
