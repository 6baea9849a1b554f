"""What can go wrong while rendering.

RenderError
├── NoBrowser       no_browser       no Chromium on this machine
├── BrowserFailed   browser_failed   a Chromium is here and does not start
├── PageMissing     page_missing     the page asked for is not in the folder
├── RenderTimeout   render_timeout   the page did not come to rest
├── RenderMemory    render_memory    the page ate more memory than allowed
└── RenderCrashed   render_crashed   the page or the browser died

Codes are stable; messages name the cause and one next action.
"""

from typing import ClassVar


class RenderError(Exception):
    """A page could not be rendered."""

    code: ClassVar[str] = "render_error"


class NoBrowser(RenderError):
    code = "no_browser"


class BrowserFailed(RenderError):
    code = "browser_failed"


class PageMissing(RenderError):
    code = "page_missing"


class RenderTimeout(RenderError):
    code = "render_timeout"


class RenderMemory(RenderError):
    code = "render_memory"


class RenderCrashed(RenderError):
    code = "render_crashed"
