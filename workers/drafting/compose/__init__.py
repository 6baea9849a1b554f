"""Composing: a layout tree becomes the files of a page, one module per stack."""

from collections.abc import Callable, Mapping, Sequence

from workers.drafting.compose.html_css import compose as html_css
from workers.drafting.compose.interactive import compose_interactive
from workers.drafting.compose.page_files import Asset, FontStack, PageFiles
from workers.drafting.interactions.values import Interactions
from workers.drafting.page import Container

Compose = Callable[[Sequence[Container], FontStack], PageFiles]

ComposeInteractive = Callable[[Sequence[Interactions], FontStack], PageFiles]

STACKS: Mapping[str, Compose] = {"html-css": html_css}
INTERACTIVE: Mapping[str, ComposeInteractive] = {"html-css": compose_interactive}

__all__ = ["INTERACTIVE", "STACKS", "Asset", "Compose", "FontStack", "PageFiles"]
