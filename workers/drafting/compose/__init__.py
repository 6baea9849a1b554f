"""Composing: a layout tree becomes the files of a page, one module per stack."""

from collections.abc import Callable, Mapping, Sequence

from workers.drafting.compose.draft import Asset, Draft, FontStack
from workers.drafting.compose.html_css import compose as html_css
from workers.drafting.page import Frame

Compose = Callable[[Sequence[Frame], Sequence[float], FontStack], Draft]

STACKS: Mapping[str, Compose] = {"html-css": html_css}

__all__ = ["STACKS", "Asset", "Compose", "Draft", "FontStack"]
