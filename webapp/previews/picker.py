"""A page in which a person selects elements, or whose width is measured: a script of ours tells the
interface which, or how much it is.

The page's own scripts stay off. The word that lets ours run is the interface's, new each time. It
is in the page's address and nowhere else, and no page reads its address without scripts: who speaks
to the interface and knows the word is our script.
"""

import re
from pathlib import Path

_HERE = Path(__file__).parent
ELEMENTS = (_HERE / "elements.js").read_text()
_PICKER = (_HERE / "picker.js").read_text()
_MEASURE = (_HERE / "measure.js").read_text()
_SCRIPTS = {
    asked: f"(() => {{\n{ELEMENTS}\n{script}\n}})();"
    for asked, script in {"select": _PICKER, "measure": _MEASURE}.items()
}

_WORD = re.compile(r"(?:^|&)(select|measure)=([\w-]{22,64})(?:&|$)", re.ASCII)
# what may stand before a page's first element
_BEGINNING = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:\s+|<!--.*?-->)*(?:<!doctype[^>]*>)?", re.DOTALL | re.IGNORECASE
)
# a page that may run our script may lead itself elsewhere by this, one without scripts may not
_LEADS_AWAY = re.compile(rb"http-equiv", re.IGNORECASE)


def word_in(query: str) -> str:
    """The interface's word in a page's address, empty where nothing is asked of the page."""
    found = _WORD.search(query)
    return found[2] if found else ""


def with_picker(page: bytes, query: str) -> bytes:
    """`page` with the script that `query` asks for before its first element, if it does; the script
    takes itself out again."""
    found = _WORD.search(query)
    if not found:
        return page
    page = _LEADS_AWAY.sub(b"data-equiv", page)
    beginning = _BEGINNING.match(page)
    at = beginning.end() if beginning else 0
    script = f'<script nonce="{found[2]}">{_SCRIPTS[found[1]]}</script>'
    return page[:at] + script.encode() + page[at:]
