"""Composing: a layout tree becomes the files of a page, one module per stack."""

from collections.abc import Callable, Mapping, Sequence

from workers.drafting.compose.html_css import compose as html_css
from workers.drafting.compose.html_tailwind import compose as html_tailwind
from workers.drafting.compose.page_files import Asset, FontStack, PageFiles
from workers.drafting.compose.react import compose as react
from workers.drafting.compose.vue import compose as vue
from workers.drafting.page import Container

Compose = Callable[[Sequence[Container], FontStack], PageFiles]

STACKS: Mapping[str, Compose] = {
    "html-css": html_css,
    "html-tailwind": html_tailwind,
    "react": react,
    "vue": vue,
}

__all__ = ["STACKS", "Asset", "Compose", "FontStack", "PageFiles"]
