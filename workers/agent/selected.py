"""What changed besides the element that a person selected."""

import re
from collections.abc import Callable, Mapping

from webapp.studio.events import Selection
from webapp.studio.page_source import PageSource

_STYLE = re.compile(
    r"(?<!\s)(\s*)(?:(?:<style\b.*?(?:</style\s*>|\Z)|<link\b[^<>]*\bstylesheet\b[^<>]*>)(\s*))+",
    re.DOTALL | re.IGNORECASE,
)

Read = Callable[[str], str]  # the text of a page's file by its path


def changed_outside(selection: Selection, before: Mapping[str, str], read: Read) -> list[str]:
    """The pages whose markup changed outside of the selection, by their paths.

    `before` are the texts of the pages when it was selected. Rules may stand anywhere, so style
    sheets, `style` elements and links to sheets are not judged.
    """
    return [path for path, text in before.items() if _is_changed(selection, path, text, read(path))]


def _is_changed(selection: Selection, path: str, before: str, after: str) -> bool:
    kept = PageSource(before).find(selection.selector) if path == selection.page else None
    if kept is None:
        return _markup(before) != _markup(after)
    head, tail = _markup(before[: kept.start]), _markup(before[kept.end :])
    now = _markup(after)
    is_around = now.startswith(head) and now.endswith(tail)
    return not (is_around and len(now) >= len(head) + len(tail))


def _markup(html: str) -> str:
    return _STYLE.sub(lambda found: found[2] or found[1], html)
