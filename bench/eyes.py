"""What the built-in model misreads: `python -m bench.eyes PAGES_DIR [--scales 1 2] [--wrong]`.

PAGES_DIR holds .html files. Our browser draws each and tells its lines of text; perception gets the
picture alone. A page drawn by its own fonts must have them installed here, or the truth is that of
the fonts drawn instead, which is as good.
"""

import argparse
import asyncio
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from workers.browser.renderer import Renderer
from workers.drafting.page import StyledRun
from workers.drafting.perceive.fonts.installed import css_stack
from workers.drafting.perceive.pipeline import perceive
from workers.imaging import decode_png
from workers.scoring.text_style import class_of
from workers.shot import DomText, RenderRequest

WIDTH, HEIGHT = 1280, 720  # CSS pixels; a page is as high as it likes
SAME_SIZE = 0.04  # share of the size
BOLD = 600  # CSS weight from which a text is seen to be bold
MEASURES = ("words", "size", "weight", "slant", "family")


@dataclass(frozen=True)
class Line:
    """A line of text as the browser drew it, and what was read there: nothing where it is lost."""

    page: str
    truth: DomText
    read: tuple[StyledRun, ...]

    @property
    def right(self) -> dict[str, bool]:
        """Each measure of it; the style is that of its longest run."""
        said = " ".join(one.run.text for one in self.read)
        longest = max(self.read, key=lambda one: one.run.ink.width, default=None)
        if longest is None:
            return dict.fromkeys(MEASURES, False)
        font, truth = longest.font, self.truth
        return {
            "words": _plain(said) == _plain(truth.text),
            "size": abs(font.size / truth.font_size - 1) <= SAME_SIZE,
            "weight": all((one.font.weight >= BOLD) == (truth.weight >= BOLD) for one in self.read),
            "slant": all(one.font.italic == truth.italic for one in self.read),
            "family": class_of(css_stack(font.family)) == class_of(truth.family),
        }


def lines_of(page: str, texts: Sequence[DomText], runs: Iterable[StyledRun]) -> list[Line]:
    """Each line with the runs whose middle lies in it, from the left."""
    found: list[list[StyledRun]] = [[] for _ in texts]
    for run in sorted(runs, key=lambda one: one.run.ink.x):
        ink = run.run.ink
        x, y = ink.x + ink.width / 2, ink.y + ink.height / 2
        over = [i for i, text in enumerate(texts) if _holds(text, x, y)]
        if over:
            found[min(over, key=lambda i: texts[i].rect.width)].append(run)
    return [Line(page, text, tuple(own)) for text, own in zip(texts, found, strict=True)]


def _holds(text: DomText, x: float, y: float) -> bool:
    rect = text.rect
    return rect.x <= x <= rect.x + rect.width and rect.y <= y <= rect.y + rect.height


def _plain(text: str) -> str:
    return " ".join(text.split())


async def read_pages(pages: Sequence[Path], scales: Sequence[float]) -> list[Line]:
    renderer = Renderer()
    try:
        found = []
        for html in pages:
            for scale in scales:
                request = RenderRequest(WIDTH, HEIGHT, html.name, scale, scripts=False)
                shot = await renderer.render(html.parent, request)
                seen = perceive(decode_png(shot.png), scale)
                name = f"{html.parent.name}/{html.stem}@{scale:g}"
                found += lines_of(name, shot.texts, seen.runs)
                print(row(name, [one for one in found if one.page == name]), file=sys.stderr)
        return found
    finally:
        await renderer.close()


def row(name: str, lines: Sequence[Line]) -> str:
    shares = (sum(line.right[one] for line in lines) / max(len(lines), 1) for one in MEASURES)
    return f"{name:<32}{len(lines):>6}" + "".join(f"{share:>9.3f}" for share in shares)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", type=Path, nargs="+", help="folders of .html, at any depth")
    parser.add_argument("--scales", type=float, nargs="+", default=[1.0])
    parser.add_argument("--wrong", action="store_true", help="name each line that is misread")
    arguments = parser.parse_args()
    pages = [html for folder in arguments.pages for html in sorted(folder.rglob("*.html"))]
    lines = asyncio.run(read_pages(pages, arguments.scales))
    print(f"{'page':<32}{'lines':>6}" + "".join(f"{one:>9}" for one in MEASURES))
    for name in dict.fromkeys(line.page for line in lines):
        print(row(name, [line for line in lines if line.page == name]))
    print(row("all", lines))
    if arguments.wrong:
        for line in lines:
            wrong = [name for name, right in line.right.items() if not right]
            if wrong:
                print(f"{line.page} {line.truth.text[:40]!r} {wrong}: {_told(line)}")


def _told(line: Line) -> str:
    truth = line.truth
    wanted = f"{truth.font_size:g}px {truth.weight}{' italic' if truth.italic else ''}"
    got = " + ".join(
        f"{one.run.text!r} {one.font.family} {one.font.size:g}px {one.font.weight}"
        f"{' italic' if one.font.italic else ''}"
        for one in line.read
    )
    return f"{wanted} {truth.family[:30]} / {got or 'nothing'}"


if __name__ == "__main__":
    main()
