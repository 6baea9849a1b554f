"""What is in the files of a revision."""

from pathlib import PurePosixPath

from webapp.studio.errors import BadRequest, NotFound
from webapp.studio.events import Selection
from webapp.studio.inspector import (
    ElementUnknown,
    Inspection,
    element_at,
    element_source,
    inspect_element,
)
from webapp.studio.models import Revision
from webapp.studio.page_files import TEXT_SUFFIXES
from webapp.studio.sources import BUILD_FAILED, BUILT, SUFFIX, is_marked_page
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
    """Its pages and style sheets, by their paths. Where they are built from sources, those, other
    files by their names alone, and under `dist/` what the build marked. Raises NotFound, and
    BadRequest where the build failed."""
    if not revision.site:
        return {path: text(revision, path) for path in revision.files if _is_a(path, MARKUP)}
    sources = {
        path: text(revision, path) if _is_a(path, TEXT_SUFFIXES) else "" for path in revision.files
    }
    return sources | _built(revision)


def _built(revision: Revision) -> dict[str, str]:
    built = {
        BUILT + path.removesuffix(SUFFIX): stored(digest).decode("utf-8", "replace")
        for path, digest in revision.site.items()
        if is_marked_page(path) or (path.endswith(".css") and "/" not in path)
    }
    for path in revision.site:
        if path.endswith((".html", ".htm")) and BUILD_FAILED.encode() in stored(
            revision.site[path]
        ):
            raise BadRequest("build_failed")
    return built


def _is_a(path: str, suffixes: set[str]) -> bool:
    return PurePosixPath(path).suffix.lower() in suffixes


def selection(revision: Revision, page: str, selector: str) -> Selection:
    """What a person selected, as a file writes it. Raises NotFound and BadRequest."""
    files = markup(revision)
    if page not in files:
        raise NotFound(detail=f"There is no file {page!r} in this revision.")
    try:
        place = element_source(files, page, selector)
    except ElementUnknown:
        raise NotFound("element_unknown") from None
    return Selection(
        page=page,
        selector=selector,
        path=place.path,
        first_line=place.first_line,
        last_line=place.last_line,
        source=place.text[:MOST_SOURCE],
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
