"""From an address to what the browser gets: the same for a person's and for the renderer's."""

import codecs
from dataclasses import dataclass

from webapp.previews.picker import with_picker, word_in
from webapp.previews.policy import FOLDERS, RESOURCE, Place, page_headers
from webapp.previews.scripts_notice import with_notice
from webapp.studio.page_types import TYPES, type_of

DOCUMENTS = {TYPES[".html"], TYPES[".svg"]}  # what can run scripts when it is opened itself


@dataclass(frozen=True)
class Answer:
    """A file of a page, as it goes to the browser."""

    body: bytes
    headers: dict[str, str]

    @property
    def runs_scripts(self) -> bool:
        """Whether scripts run where this is opened itself."""
        return "script-src 'none'" not in self.headers.get("content-security-policy", "")


def token_and_file(path: str, folders: str = FOLDERS) -> tuple[str, str] | None:
    """What the path of an address, unescaped, names; None outside of any of the folders."""
    token, slash, file = path.removeprefix(folders).partition("/")
    if not path.startswith(folders) or not slash:
        return None
    return token, file or "index.html"


def answer(file: str, body: bytes, place: Place, query: str) -> Answer:
    """`body` is what is in `file`, a path in the folder at `place`, asked for with `query`."""
    content_type = type_of(file)
    is_document = content_type in DOCUMENTS
    scripts = is_document and "scripts=1" in query.split("&")
    word = word_in(query) if content_type == TYPES[".html"] and not scripts else ""
    if content_type == TYPES[".html"] and not scripts:
        body = with_notice(_as_utf8(body))
    if word:
        body = with_picker(body, query)
    headers = {**page_headers(place, scripts=scripts, nonce=word), "content-type": content_type}
    return Answer(body, headers if is_document else {**headers, **RESOURCE})


def _as_utf8(page: bytes) -> bytes:
    """A page as it is read below: a mark of UTF-16 at its beginning outdoes the header for a
    browser."""
    marked = page.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return page.decode("utf-16", "replace").encode("utf-8", "replace") if marked else page
