"""A page as one HTML file: its style sheets, scripts, pictures and fonts in it.

What is not replaced is as it was written, byte for byte.
"""

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser

from webapp.studio.exports.embedding import Folder

_ATTRIBUTE = re.compile(
    r"""(?P<before>\s*)(?P<name>[^\s"'>/=]+)(?P<is>\s*=\s*)(?P<value>"[^"]*"|'[^']*'|[^\s"'>]+)"""
)
_SOURCES = {  # what a browser loads of itself
    "img": {"src"},
    "source": {"src"},
    "video": {"src", "poster"},
    "audio": {"src"},
    "track": {"src"},
    "input": {"src"},
    "image": {"href", "xlink:href"},
    "body": {"background"},
}
_FRAMES = {"iframe", "object", "embed", "frame"}
_HINTS = {"preload", "modulepreload", "prefetch", "dns-prefetch", "preconnect"}
_CANDIDATE = re.compile(r"\s*(\S*[^\s,])(\s[^,]*)?(?:,|\Z)")  # of a srcset
_PAGE = re.compile(r"[^:?#]*\.html?(?=$|[?#])", re.IGNORECASE)


@dataclass(frozen=True)
class SingleFile:
    """`left_out` says in sentences what the file does not hold."""

    html: str
    left_out: tuple[str, ...]


def single_file(files: Mapping[str, bytes], page: str) -> SingleFile:
    """The page `page` of these files by their paths, which holds it, as one file."""
    folder = Folder(files)
    embedder = _Embedder(folder, page)
    text = embedder.embed()
    others = sorted(path for path in files if path != page and _PAGE.fullmatch(path))
    linked = ", ".join(path for path in others if path in embedder.linked)
    if linked:
        folder.left_out[f"It is {page} alone: links to {linked} lead nowhere."] = None
    elif others:
        folder.left_out[f"It is {page} alone, without {', '.join(others)}."] = None
    return SingleFile(text, tuple(folder.left_out))


class _Embedder(HTMLParser):
    """Reads a page and notes what is to stand in the place of what."""

    def __init__(self, folder: Folder, page: str) -> None:
        super().__init__(convert_charrefs=False)
        self.linked: set[str] = set()  # other pages
        self._folder = folder
        self._page = page
        self._text = folder.text(page)
        self._lines = [0]
        for line in self._text.split("\n")[:-1]:
            self._lines.append(self._lines[-1] + len(line) + 1)
        self._edits: list[tuple[int, int, str]] = []

    def embed(self) -> str:
        self.feed(self._text)
        self.close()
        parts, at = [], 0
        for start, end, text in sorted(self._edits):
            parts += [self._text[at:start], text]
            at = end
        return "".join((*parts, self._text[at:]))

    # called by the parser

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "link":
            self._link(given)
        elif tag == "script":
            self._script(given)
        else:
            self._element(tag, given)

    handle_startendtag = handle_starttag

    # what is written instead

    @property
    def _written(self) -> str:
        """The tag as the page has it."""
        return self.get_starttag_text() or ""

    def _start(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def _tag(self, text: str) -> None:
        if text != self._written:
            start = self._start()
            self._edits.append((start, start + len(self._written), text))

    def _content(self, tag: str, change: Callable[[str, str], str]) -> None:
        """Change the raw text in an element that holds no other."""
        start = self._start() + len(self._written)
        end = re.compile(rf"</{tag}|\Z", re.IGNORECASE).search(self._text, start)
        text = self._text[start : end.start() if end else start]
        new = change(text, self._page)
        if new != text:
            self._edits.append((start, start + len(text), _closed(tag, new)))

    def _link(self, given: dict[str, str]) -> None:
        kinds = set(given.get("rel", "").lower().split())
        address = given.get("href", "")
        loads_late = given.get("as") == "style" and "onload" in given
        if kinds & _HINTS and not loads_late:
            self._tag("")  # what it announces is here
        elif "stylesheet" in kinds or loads_late:
            path = self._folder.find(address, self._page)
            if path is not None and "alternate" not in kinds:
                css = self._folder.style(self._folder.text(path), path)
                kept = "".join(
                    f' {name}="{html.escape(given[name])}"'
                    for name in ("media", "id", "nonce")
                    if name in given
                )
                self._tag(f"<style{kept}>\n{_closed('style', css)}</style>")
        elif kinds & {"icon", "apple-touch-icon", "mask-icon"}:
            self._replace({"href"})
        elif "manifest" in kinds:
            self._folder.left_out[f"{address}, the manifest, stays outside."] = None

    def _script(self, given: dict[str, str]) -> None:
        is_module = given.get("type", "").strip().lower() == "module"
        if "src" not in given:
            if is_module:
                self._content("script", self._folder.module)
            return
        path = self._folder.find(given["src"], self._page)
        if path is None:
            return
        if is_module or {"defer", "async"} & given.keys():
            self._replace({"src"})  # in its own time, which only one with an address has
            return
        kept = _ATTRIBUTE.sub(
            lambda found: "" if found["name"].lower() == "src" else found[0],
            self._written,
        )
        code = self._folder.text(path)
        opening = re.sub(r"\s+>$", ">", kept)
        self._tag(f"{opening}\n{_closed('script', code)}")

    def _element(self, tag: str, given: dict[str, str]) -> None:
        if tag in _FRAMES and (inner := given.get("src") or given.get("data")):
            self._folder.left_out[f"{inner}, shown in a frame, stays outside."] = None
        drawing = given.get("href") or given.get("xlink:href") or "#"
        if tag == "use" and not drawing.startswith("#"):
            self._folder.left_out[f"{drawing}, a part of another drawing, stays outside."] = None
        if tag == "style":
            self._content("style", self._folder.style)
        if tag == "a" and (other := _PAGE.match(given.get("href", ""))):
            self.linked.add(other[0].removeprefix("./"))
        self._replace(_SOURCES.get(tag, set()))

    def _replace(self, names: set[str]) -> None:
        """Embed what these attributes of the tag name, and what its style and srcset do."""
        self._tag(_ATTRIBUTE.sub(lambda found: self._attribute(found, names), self._written))

    def _attribute(self, found: re.Match[str], names: set[str]) -> str:
        name, written = found["name"].lower(), found["value"]
        value = html.unescape(written[1:-1] if written[0] in "\"'" else written)
        if name in names:
            new = self._folder.embedded(value, self._page)
        elif name in {"srcset", "imagesrcset"}:
            new = self._srcset(value)
        elif name == "style":
            new = self._folder.style(value, self._page)
        else:
            return found[0]
        if new is None or new == value:
            return found[0]
        return f'{found["before"]}{found["name"]}{found["is"]}"{html.escape(new)}"'

    def _srcset(self, value: str) -> str:
        candidates = []
        for found in _CANDIDATE.finditer(value):
            address, density = found[1], (found[2] or "").strip()
            uri = self._folder.embedded(address, self._page) or address
            candidates.append(f"{uri} {density}".strip())
        return ", ".join(candidates)


def _closed(tag: str, text: str) -> str:
    """Raw text of an element, which must not end that: `\\/` is a slash in CSS and in scripts."""
    text = re.sub(rf"</(?={tag})", r"<\\/", text, flags=re.IGNORECASE)
    opens = tag == "script" and "<script" in text.lower()  # behind that, only a comment's end ends
    return text.replace("<!--", "<\\!--") if opens else text
