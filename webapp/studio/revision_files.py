"""What is in the files of a revision."""

from pathlib import PurePosixPath

from webapp.studio.errors import BadRequest, NotFound
from webapp.studio.events import Selection
from webapp.studio.inspector import ElementUnknown, Inspection, element_at, inspect_element
from webapp.studio.models import Revision
from webapp.studio.page_source import PageSource
from webapp.studio.storage import blobs

MOST_SOURCE = 4000  # characters of a selected element
MARKUP = {".html", ".htm", ".css"}


def stored(sha256: str) -> bytes:
    """Raises NotFound."""
    try:
        return blobs().get(sha256)
    except KeyError:
        raise NotFound(detail="The file is no longer stored.") from None


def text(revision: Revision, path: str) -> str:
    """Raises NotFound."""
    digest = revision.files.get(path)
    if digest is None:
        raise NotFound(detail=f"There is no file {path!r} in this revision.")
    return stored(digest).decode("utf-8", "replace")


def contents(revision: Revision) -> dict[str, bytes]:
    """What is in each that a browser shows, by their paths. Raises NotFound where one is no longer
    stored."""
    return {path: stored(digest) for path, digest in revision.shown.items()}


def markup(revision: Revision) -> dict[str, str]:
    """Its pages and style sheets, by their paths. Raises NotFound, and BadRequest where they are
    built from sources: no line of those is known to be that of an element."""
    if revision.site:
        raise BadRequest("page_is_built")
    paths = (path for path in revision.files if PurePosixPath(path).suffix.lower() in MARKUP)
    return {path: text(revision, path) for path in paths}


def selection(revision: Revision, page: str, selector: str) -> Selection:
    """What a person selected, as a page's file writes it. Raises NotFound and BadRequest."""
    if revision.site:
        raise BadRequest("page_is_built")
    html = text(revision, page)
    found = PageSource(html).find(selector)
    if found is None:
        raise NotFound("element_unknown")
    return Selection(
        page=page,
        selector=selector,
        first_line=found.first_line,
        last_line=found.last_line,
        source=html[found.start : found.end][:MOST_SOURCE],
    )


def inspection(revision: Revision, page: str, selector: str) -> Inspection:
    """What the one element of a page looks like that a selector names, and why. Raises NotFound."""
    try:
        return inspect_element(markup(revision), tuple(revision.files), page, selector)
    except ElementUnknown:
        raise NotFound("element_unknown") from None


def selector_at(revision: Revision, page: str, path: str, line: int) -> str:
    """A selector of the element of a page that a line of a file is about. Raises NotFound."""
    try:
        return element_at(markup(revision), page, path, line)
    except ElementUnknown:
        raise NotFound("element_unknown") from None
