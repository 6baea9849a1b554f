"""A folder of generated files, answered to the browser as a preview or a disk answers them.

The origin of a preview does not exist, and the folder lies as deep in it as in a real one: an
address that starts with a slash leads out of it, here as there.
"""

from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from webapp.previews.answer import Answer, answer, token_and_file
from webapp.previews.policy import Place
from webapp.studio.page_types import type_of

ORIGIN = "https://page.invalid"
PLACE = Place(ORIGIN, token="0" * 32)  # always the same, as pictures are to be
FILES = "file://"
DISK = f"{FILES}/page/"  # where a page lies that is opened as a file


class SiteFolder:
    """The files of one folder. Nothing outside it is ever read, not even through a symlink.

    `as_file` answers as if they lay on a disk: no policy stands around them, and every file is an
    origin of its own, so what is asked for across origins (modules, `crossorigin`) is not to be
    had. Chromium asks for those, and for nothing else, with an Origin.
    """

    def __init__(self, folder: Path, *, as_file: bool = False) -> None:
        self._root = folder.resolve()
        self._as_file = as_file

    def url(self, page: str, *, scripts: bool = True) -> str:
        if self._as_file:
            return f"{DISK}{quote(page)}"
        return f"{PLACE.url}{quote(page)}{'?scripts=1' if scripts else ''}"

    def answer(self, url: str, *, across_origins: bool = False) -> Answer | None:
        """The file that `url` names, or None: another origin, no such file, outside the folder."""
        if self._as_file:
            return None if across_origins else self._on_disk(url)
        if not url.startswith(f"{ORIGIN}/"):
            return None
        address = urlsplit(url)
        named = token_and_file(unquote(address.path))
        if named is None or named[0] != PLACE.token:
            return None
        path = self._inside(named[1])
        if path is None:
            return None
        return answer(named[1], path.read_bytes(), PLACE, address.query)

    def _on_disk(self, url: str) -> Answer | None:
        address = url.partition("#")[0].partition("?")[0]
        path = self._inside(unquote(address.removeprefix(DISK))) if url.startswith(DISK) else None
        if path is None:
            return None
        return Answer(path.read_bytes(), {"content-type": type_of(path.name)})

    def _inside(self, name: str) -> Path | None:
        """The file of that very name: a preview knows no other way to write it."""
        if "\0" in name or not all(part not in {"", ".", ".."} for part in name.split("/")):
            return None
        try:
            path = (self._root / name).resolve()
            inside = path.is_relative_to(self._root) and path.is_file()
        except (OSError, RuntimeError):  # a name too long, a loop of symlinks
            return None
        return path if inside else None


def shown(url: str) -> str:
    """`url` as a person reads it: a path for the site's own files, shortened if long.

    What is asked of the site outside its folder keeps the slash that led there.
    """
    own = without_place(url)
    return own if len(own) <= 200 else own[:199] + "…"


def without_place(text: str) -> str:
    """`text` with the addresses in it as the page itself would write them."""
    for place in (PLACE.url, ORIGIN, DISK, FILES):
        text = text.replace(place, "")
    return text
