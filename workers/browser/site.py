"""A folder of generated files, served to the browser as the preview serves them.

The origin does not exist, and the folder lies as deep in it as in a preview: an address that starts
with a slash leads out of it, here as there.
"""

from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from webapp.previews.answer import Answer, answer, token_and_file
from webapp.previews.policy import Place

ORIGIN = "https://page.invalid"
PLACE = Place(ORIGIN, token="0" * 32)  # always the same, as pictures are to be


class Site:
    """The files of one folder. Nothing outside it is ever read, not even through a symlink."""

    def __init__(self, folder: Path) -> None:
        self._root = folder.resolve()

    def url(self, page: str, *, scripts: bool = True) -> str:
        return f"{PLACE.url}{quote(page)}{'?scripts=1' if scripts else ''}"

    def answer(self, url: str) -> Answer | None:
        """The file that `url` names, or None: another origin, no such file, outside the folder."""
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
    own = url.removeprefix(PLACE.url).removeprefix(ORIGIN)
    return own if len(own) <= 200 else own[:199] + "…"


def without_place(text: str) -> str:
    """`text` with the addresses in it as the page itself would write them."""
    return text.replace(PLACE.url, "").replace(ORIGIN, "")
