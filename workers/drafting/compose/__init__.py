"""Composing: a layout tree becomes the files of a page, one module per stack."""

from collections.abc import Callable, Mapping, Sequence

from workers.drafting.compose.html_css import compose as html_css
from workers.drafting.compose.page_files import Asset, FontStack, PageFiles
from workers.drafting.page import Container

Compose = Callable[[Sequence[Container], FontStack], PageFiles]

STACKS: Mapping[str, Compose] = {"html-css": html_css}

__all__ = ["STACKS", "Asset", "Compose", "FontStack", "PageFiles"]
