"""The domain of Kimi mini: simple pages, drawn from a seed. Standard library only.

A page is a list of vocabulary tokens in which an `int` stands for the words of that text, in
document order. Which split a page belongs to is a matter of its layout, so no two splits share one.
"""

import hashlib
import html
import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal

from modelserver.mini import vocabulary as v

WIDTH, HEIGHT = 448, 616  # CSS px of a mockup
Split = Literal["train", "validation", "test"]
Piece = str | int

_WORDS = files(__package__).joinpath("words.txt").read_text("utf-8").split()
_SECTIONS = {"hero": 0.75, "cards": 0.7, "form": 0.45, "table": 0.45}


@dataclass(frozen=True)
class Page:
    """A page and the words of its texts. `simple` pages are learnt first."""

    pieces: tuple[Piece, ...]
    texts: tuple[str, ...]
    sections: tuple[str, ...]

    @property
    def simple(self) -> bool:
        return len(self.sections) <= 2 and len(self.texts) <= 12

    @property
    def split(self) -> Split:
        """By the layout alone: the same tags and styles are always in the same split."""
        layout = "\0".join("" if isinstance(piece, int) else piece for piece in self.pieces)
        bucket = hashlib.sha256(layout.encode()).digest()[0]
        return "validation" if bucket < 8 else "test" if bucket < 32 else "train"

    def document(self) -> str:
        """The page as HTML, its style sheet inline."""
        words = [html.escape(text, quote=False) for text in self.texts]
        joined = "".join(
            v.escaped(words[piece]) if isinstance(piece, int) else piece for piece in self.pieces
        )
        source: str = json.loads(v.DOCUMENT_BEGIN + joined + v.DOCUMENT_END)["content"]
        sheet = f"<style>\n{v.STYLE_SHEET}</style>"
        return source.replace('<link rel="stylesheet" href="style.css">', sheet)

    def answer(self, numbers: Mapping[int, int]) -> list[str]:
        """The tokens of the calls that write this page; text `i` is line `numbers[i]`, and where
        no line was read, nothing."""
        body: list[str] = []
        for piece in self.pieces:
            if isinstance(piece, str):
                body.append(piece)
            elif piece in numbers:
                body.append(v.line(numbers[piece]))
        return [
            "<|tool_calls_section_begin|>",
            *_call(v.WRITE_PAGE, v.DOCUMENT_BEGIN, *body, v.DOCUMENT_END),
            *_call(v.WRITE_SHEET, v.SHEET),
            *_call(v.FINISH, v.SUMMARY),
            "<|tool_calls_section_end|>",
            "<|im_end|>",
        ]

    def thought(self) -> list[str]:
        return [f" {section}" for section in self.sections]


def pages(split: Split, start: int = 0) -> Iterator[Page]:
    """Pages of one split, from seed `start` on, without end."""
    seed = start
    while True:
        page = draw(seed)
        if page.split == split:
            yield page
        seed += 1


def draw(seed: int) -> Page:
    """The page of a seed. It may be too tall for the mockup: only its render tells."""
    return _Pen(random.Random(seed)).page()  # noqa: S311  data, no secret


def _call(name: str, *arguments: str) -> Iterator[str]:
    yield from ("<|tool_call_begin|>", name, "<|tool_call_argument_begin|>")
    yield from arguments
    yield "<|tool_call_end|>"


class _Pen:
    """Writes one page. What nothing on the page would show is left at its first value."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.pieces: list[Piece] = []
        self.texts: list[str] = []
        self.accent = dice.choice(list(v.PALETTE))
        self.uses_accent = False
        self.button_kind = dice.randrange(len(v.BUTTONS))

    def page(self) -> Page:
        dice = self.dice
        ground = dice.choice(list(v.GROUNDS))
        large = dice.random() < 0.4
        sections = self.sections()
        for section in sections:
            getattr(self, section)()
        opening = ([v.LARGE] if large else []) + [v.ground(ground)]
        if self.uses_accent:
            opening.append(v.accent(self.accent))
        head: list[Piece] = [0, v.HEAD_END, *opening, v.escaped('"'), v.escaped(">\n")]
        return Page((*head, *self.pieces), tuple(self.texts), tuple(sections))

    def sections(self) -> list[str]:
        """One to five of them, the header first, the footer last."""
        dice = self.dice
        weight = 0.6 if dice.random() < 0.35 else 1.0
        middle = [name for name, share in _SECTIONS.items() if dice.random() < share * weight]
        if not middle:
            middle = [dice.choice(list(_SECTIONS))]
        rest = [name for name in middle if name != "hero"]
        dice.shuffle(rest)
        header = ["header"] if dice.random() < 0.8 * weight else []
        footer = ["footer"] if dice.random() < 0.6 * weight else []
        return header + (["hero"] if "hero" in middle else []) + rest + footer

    def header(self) -> None:
        self.put(self.dice.choice(v.HEADERS))
        self.band(0.6)
        self.put(">\n", "<b>")
        self.text(1, 1)
        for index in range(self.dice.randint(1, 4)):
            self.put('</a> <a href="#">' if index else '</b>\n<nav><a href="#">')
            self.text(1, 1)
        self.put("</a></nav>\n</header>\n")

    def hero(self) -> None:
        dice = self.dice
        self.put(dice.choice(v.HEROES))
        has_band = self.band(0.5)
        self.put(">\n", "<h1>")
        self.text(1, 3)
        self.put("</h1>\n")
        if dice.random() < 0.75:
            self.put("<p>")
            self.text(3, 5)
            self.put("</p>\n")
        if dice.random() < 0.7:
            # an outline in the accent would not be seen on a band
            self.button(self.button_kind & 1 if has_band else self.button_kind)
            self.put("</button>\n")
        self.put("</section>\n")

    def cards(self) -> None:
        dice = self.dice
        self.put(dice.choice(v.CARDS))
        has_image, has_line, has_button = (dice.random() < share for share in (0.5, 0.7, 0.45))
        for _ in range(dice.randint(2, 4)):
            self.put("<article>")
            if has_image:
                self.put(v.swatch(dice.choice(list(v.PALETTE))))
            self.put("<h3>")
            self.text(1, 1)
            self.put("</h3>")
            if has_line:
                self.put("<p>")
                self.text(1, 1)
                self.put("</p>")
            if has_button:
                self.button(self.button_kind)
                self.put("</button>")
            self.put("</article>\n")
        self.put("</section>\n")

    def form(self) -> None:
        self.put(self.dice.choice(v.FORMS))
        for _ in range(self.dice.randint(1, 3)):
            self.put("<label>")
            self.text(1, 2)
            self.put(" <input></label>\n")
        self.button(self.button_kind)
        self.put("</button>\n", "</form>\n")

    def table(self) -> None:
        self.put(self.dice.choice(v.TABLES))
        self.uses_accent = True
        columns = self.dice.randint(2, 4)
        for row in range(self.dice.randint(2, 5)):
            cell = "h" if row == 0 else "d"
            for column in range(columns):
                self.put(f"</t{cell}><t{cell}>" if column else f"<tr><t{cell}>")
                self.text(1, 1)
            self.put(f"</t{cell}></tr>\n")
        self.put("</table>\n")

    def footer(self) -> None:
        self.put(self.dice.choice(v.FOOTERS))
        self.band(0.6)
        self.put(">")
        self.text(2, 4)
        self.put("</footer>\n")

    def put(self, *pieces: str) -> None:
        self.pieces += [piece if piece in v.ID else v.escaped(piece) for piece in pieces]

    def text(self, least: int, most: int) -> None:
        words = self.dice.choices(_WORDS, k=self.dice.randint(least, most))
        form = self.dice.choice((str.lower, str.capitalize, str.title))
        self.pieces.append(len(self.texts))
        self.texts.append(form(" ".join(words)))

    def button(self, kind: int) -> None:
        self.uses_accent = True
        self.put(v.BUTTONS[kind])
        self.text(1, 2) if self.dice.random() < 0.3 else self.text(1, 1)

    def band(self, share: float) -> bool:
        """A coloured band, never in the accent: its buttons would not be seen."""
        if self.dice.random() >= share:
            return False
        self.put(v.band(self.dice.choice([name for name in v.PALETTE if name != self.accent])))
        return True
