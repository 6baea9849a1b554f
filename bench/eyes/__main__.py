"""What the built-in model misreads: `python -m bench.eyes [PAGES_DIR…] [--scales 1 2] [--wrong]`.

PAGES_DIR holds .html files; without one, the pages of `bench.eyes.pages` are drawn, those held out
told apart. Our browser draws each page and tells what is on it; perception gets the picture alone.
A page drawn by its own fonts must have them installed here, or the truth is that of the fonts drawn
instead, which is as good.
"""

import argparse
import asyncio
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from pathlib import Path

from bench.eyes.lines import MEASURES, Line, row, told
from bench.eyes.looking import Drawn, browser, draw, look, read_lines
from bench.eyes.pages import pages
from bench.eyes.things import THINGS, Seen, Tally
from workers.browser.renderer import Renderer
from workers.shot import RenderRequest

WIDTH, HEIGHT = 1280, 720  # CSS pixels of a page from a folder; it is as high as it likes


@dataclass(frozen=True)
class Looked:
    """A page of a group, its lines and what is no text."""

    group: str
    lines: Sequence[Line]
    tallies: dict[str, Tally]


async def look_at_folders(folders: Iterable[Path], scales: Sequence[float]) -> list[Looked]:
    """The .html files of folders, at any depth. They say nothing of what is no text."""
    renderer, found = Renderer(), list[Looked]()
    try:
        for html in (html for folder in folders for html in sorted(folder.rglob("*.html"))):
            for scale in scales:
                request = RenderRequest(WIDTH, HEIGHT, html.name, scale, scripts=False)
                shot = await renderer.render(html.parent, request)
                name = f"{html.parent.name}/{html.stem}@{scale:g}"
                found.append(_looked("all", Drawn(name, shot, ())))
    finally:
        await renderer.close()
    return found


async def look_at_pages(words: Sequence[str] = ()) -> list[Looked]:
    """The pages made for this, those alone whose name has one of `words` in it, if any."""
    found = []
    async with browser() as running:
        for page in pages():
            if not words or any(word in page.name for word in words):
                group = "held out" if page.held_out else "tuned on"
                found.append(_looked(group, await draw(running, page)))
    return found


def _looked(group: str, drawn: Drawn) -> Looked:
    seen = look(drawn)
    lines = read_lines(drawn.name, seen)
    print(row(drawn.name, lines), file=sys.stderr)
    return Looked(group, lines, tallies(seen))


def tallies(seen: Seen) -> dict[str, Tally]:
    """How much of each thing was found: of all, where the page says what it has."""
    told_by_page = {"controls", "icons", "icons not text", "badges", "underlines"}
    return {
        name: count(seen)
        for name, count in THINGS.items()
        if seen.things or name not in told_by_page
    }


def report(looked: Sequence[Looked]) -> str:
    """The lines of each page, and of each group what is right."""
    told_lines = [f"{'page':<32}{'lines':>6}" + "".join(f"{one:>9}" for one in MEASURES)]
    told_lines += [row(one.lines[0].page, one.lines) for one in looked if one.lines]
    for group in dict.fromkeys(one.group for one in looked):
        own = [one for one in looked if one.group == group]
        told_lines.append(row(group, [line for one in own for line in one.lines]))
        for name in THINGS:
            tally = reduce(add, (one.tallies[name] for one in own if name in one.tallies), Tally())
            told_lines.append(_row(name, tally))
    return "\n".join(told_lines)


def _row(name: str, tally: Tally) -> str:
    if name == "order":
        return f"  {name:<30}{tally.there:>6} τ {2 * tally.recall - 1:>6.3f}"
    shares = f"found {tally.recall:>6.3f}"
    precise = tally.found != tally.there or name in ("controls", "icons", "shadows", "underlines")
    return f"  {name:<30}{tally.there:>6} {shares}" + (
        f"  right {tally.precision:>6.3f}" if precise else ""
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", type=Path, nargs="*", help="folders of .html, at any depth")
    parser.add_argument("--scales", type=float, nargs="+", default=[1.0], help="of their pictures")
    parser.add_argument("--only", nargs="+", default=[], help="part of the names of made pages")
    parser.add_argument("--wrong", action="store_true", help="name each line that is misread")
    arguments = parser.parse_args()
    if arguments.pages:
        looked = asyncio.run(look_at_folders(arguments.pages, arguments.scales))
    else:
        looked = asyncio.run(look_at_pages(arguments.only))
    print(report(looked))
    if arguments.wrong:
        for line in (line for one in looked for line in one.lines):
            wrong = [name for name, right in line.right.items() if not right]
            if wrong:
                print(f"{line.page} {line.truth.text[:40]!r} {wrong}: {told(line)}")


if __name__ == "__main__":
    main()
