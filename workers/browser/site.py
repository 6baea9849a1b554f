"""A folder of generated files, served to the browser under an origin that does not exist."""

import mimetypes
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

ORIGIN = "https://page.invalid"
TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".woff2": "font/woff2",
}


@dataclass(frozen=True)
class Answer:
    """A file of the site, as it goes to the browser."""

    body: bytes
    content_type: str


class Site:
    """The files of one folder. Nothing outside it is ever read, not even through a symlink."""

    def __init__(self, folder: Path) -> None:
        self._root = folder.resolve()

    def url(self, page: str) -> str:
        return f"{ORIGIN}/{quote(page)}"

    def answer(self, url: str) -> Answer | None:
        """The file that `url` names, or None: another origin, no such file, outside the folder."""
        if not url.startswith(f"{ORIGIN}/"):
            return None
        path = self._inside(unquote(urlsplit(url).path).lstrip("/"))
        if path is None:
            return None
        suffix = path.suffix.lower()
        guessed = TYPES.get(suffix) or mimetypes.guess_type(path.name)[0]
        content_type = guessed or "application/octet-stream"
        if content_type.startswith("text/"):
            content_type += "; charset=utf-8"
        return Answer(path.read_bytes(), content_type)

    def _inside(self, name: str) -> Path | None:
        if "\0" in name:
            return None
        try:
            path = (self._root / name).resolve()
            inside = path.is_relative_to(self._root) and path.is_file()
        except (OSError, RuntimeError):  # a name too long, a loop of symlinks
            return None
        return path if inside else None


def shown(url: str) -> str:
    """`url` as a person reads it: a path for the site's own files, shortened if long."""
    own = url.removeprefix(f"{ORIGIN}/")
    return own if len(own) <= 200 else own[:199] + "…"
