"""Pages spoilt on purpose, each by how much a person minds: reading them, applying them.

`tests/data/distortions/README.md` says what the bands mean and how they were judged.
"""

import argparse
import json
import os
import re
import shutil
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from workers.shot import RenderRequest

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "data" / "distortions"
BANDS = ("untouched", "noticed_when_asked", "noticed_unasked", "send_it_back", "void")
KINDS = frozenset(
    {
        "letters", "size", "weight", "slant", "family", "tracking", "line_breaks", "colour",
        "contrast", "offset", "missing", "extra", "icon", "picture", "fill", "border", "radius",
        "shadow", "rule", "gradient", "chart", "layout",
    }
)  # fmt: skip
MOCKUP = "mockup.png"  # the base page's picture, beside every spoilt page

# a vowel becomes the next vowel, a consonant the next but one, a digit the next but two
PLAIN = "aeiouyAEIOUYbcdfghjklmnpqrstvwxzBCDFGHJKLMNPQRSTVWXZ0123456789"
OTHER = "eiouyaEIOUYAdfghjklmnpqrstvwxzbcDFGHJKLMNPQRSTVWXZBC3456789012"
TURNED = str.maketrans(PLAIN, OTHER)


class EditMissing(ValueError):
    """A text that an edit replaces does not occur exactly once in the page."""


@dataclass(frozen=True)
class Edit:
    """What is done to a page: rules after its own, texts replaced, every so manieth word turned."""

    css: str = ""
    replace: tuple[tuple[str, str], ...] = ()
    wrong_words: float = 0.0  # share of the words whose letters become others, 0–1


@dataclass(frozen=True)
class Distortion:
    """One way to spoil a page, and the band that its score belongs in."""

    name: str
    kind: str
    band: str
    edit: Edit

    @property
    def rank(self) -> int:
        """0 for what nobody can see, 4 for a page that is no answer."""
        return BANDS.index(self.band)


@dataclass(frozen=True)
class Page:
    """A base page. `width` and `height` are its viewport in CSS pixels; a series names
    distortions of it, each worse to the eye than the one before."""

    name: str
    folder: Path
    width: int
    height: int
    scale: float
    distortions: tuple[Distortion, ...]
    series: Mapping[str, tuple[str, ...]]

    @property
    def request(self) -> RenderRequest:
        return RenderRequest(width=self.width, height=self.height, scale=self.scale)


def pages(only: str | None = None) -> list[Page]:
    """All base pages by name, or the one named `only`."""
    names = sorted(path.parent.name for path in FOLDER.glob("*/page.json"))
    return [page_in(FOLDER / name) for name in names if only in (None, name)]


def page_options(program: str, about: str) -> argparse.ArgumentParser:
    """The options of every benchmark over base pages."""
    parser = argparse.ArgumentParser(prog=program, description=about)
    parser.add_argument("--page", help="only the base page of this name")
    parser.add_argument("--json", type=Path, help="write all that was found there")
    parser.add_argument("--workers", type=int, default=max(1, (os.cpu_count() or 1) // 2))
    return parser


def page_in(folder: Path) -> Page:
    about = json.loads((folder / "page.json").read_text())
    listed = tomllib.loads((folder / "distortions.toml").read_text())
    return Page(
        folder.name,
        folder,
        about["width"],
        about["height"],
        about["scale"],
        tuple(_distortion(entry) for entry in listed["distortion"]),
        {name: tuple(members) for name, members in listed["series"].items()},
    )


def _distortion(entry: Mapping[str, object]) -> Distortion:
    known = {"name", "kind", "band", "css", "replace", "wrong_words"}
    if unknown := set(entry) - known:
        raise ValueError(f"{entry['name']}: {', '.join(sorted(unknown))} means nothing here")
    pairs = entry.get("replace", [])
    assert isinstance(pairs, list)
    share = entry.get("wrong_words", 0.0)
    assert isinstance(share, float | int)
    edit = Edit(
        str(entry.get("css", "")), tuple((str(old), str(new)) for old, new in pairs), float(share)
    )
    return Distortion(str(entry["name"]), str(entry["kind"]), str(entry["band"]), edit)


def spoilt(html: str, css: str, edit: Edit) -> tuple[str, str]:
    """HTML and stylesheet of a page after an edit. Raises EditMissing."""
    for old, new in edit.replace:
        if html.count(old) != 1:
            raise EditMissing(f"{old!r} occurs {html.count(old)} times")
        html = html.replace(old, new)
    return with_wrong_words(html, edit.wrong_words), f"{css}\n{edit.css}\n"


def with_wrong_words(html: str, share: float) -> str:
    """`share` of the words of the body with other letters, evenly spread and as long as before."""
    if not share:
        return html
    head, opening, body = html.partition("<body")
    debt = 0.0

    def word(found: re.Match[str]) -> str:
        nonlocal debt
        debt += share
        if debt < 0.999:
            return found[0]
        debt -= 1
        return found[0].translate(TURNED)

    def text(found: re.Match[str]) -> str:
        return re.sub(r"(?<![&\w])\w+", word, found[0])

    shown = r'(?<=>)[^<>]+(?=<)|(?<= value=")[^"]+'
    return head + opening + re.sub(shown, text, body)


def write_spoilt(page: Page, edit: Edit, folder: Path, mockup_png: bytes | None = None) -> None:
    """The whole page with an edit, in an empty or missing folder. Raises EditMissing."""
    shutil.copytree(page.folder, folder, dirs_exist_ok=True)
    html, css = spoilt(
        (page.folder / "index.html").read_text(), (page.folder / "style.css").read_text(), edit
    )
    (folder / "index.html").write_text(html)
    (folder / "style.css").write_text(css)
    if mockup_png is not None:
        (folder / MOCKUP).write_bytes(mockup_png)
