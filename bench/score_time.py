"""What a comparison costs: `python -m bench.score_time PAGES --before REV`, an earlier version.

Each page (as for `bench.fidelity`) is rendered from its HTML and compared with its picture, by this
version and by the one at REV, in turns: the seconds from the shot and the text that was read to the
score, and the seconds of the render and that together, as the agent waits for them. Least of three.
"""

import argparse
import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from bench.corpus import samples
from workers.browser.renderer import Renderer
from workers.drafting.perceive.text import reader
from workers.imaging import read_image
from workers.scoring import compare, view_of_mockup, view_of_render
from workers.shot import RenderRequest

ROOT = Path(__file__).resolve().parent.parent
TIMES = 3  # that each page is rendered and compared; the least counts
# An earlier version reads only lines that it can spell.
read = getattr(reader, "find_text", reader.read_text)

Seconds = tuple[float, float]  # of the comparison, of render and comparison


async def seconds_of(folder: Path, name: str) -> Seconds:
    """What one page costs in this version."""
    [sample] = [one for one in samples(folder) if one.name == name]
    if sample.html is None:
        raise SystemExit(f"{name} has no HTML to render")
    image = read_image(sample.png)
    runs = read(image)
    request = RenderRequest(sample.width, sample.height, sample.html.name)
    renderer = Renderer()
    spent = []
    try:
        await renderer.render(folder, request)  # starts the browser
        for _ in range(TIMES):
            started = time.perf_counter()
            shot = await renderer.render(folder, request)
            rendered = time.perf_counter()
            compare(view_of_mockup(image, 1.0, runs), view_of_render(shot))
            ended = time.perf_counter()
            spent.append((ended - rendered, ended - started))
    finally:
        await renderer.close()
    return min(one for one, _ in spent), min(both for _, both in spent)


def measured_in(tree: Path, folder: Path, name: str) -> Seconds:
    """What one page costs in the version in `tree`."""
    command = [sys.executable, "-m", "bench.score_time", str(folder), "--page", name]
    ran = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=True)
    alone, both = json.loads(ran.stdout)
    return alone, both


def against(revision: str, folder: Path, names: list[str]) -> list[tuple[str, Seconds, Seconds]]:
    """Page, seconds before, seconds now."""
    with tempfile.TemporaryDirectory(prefix="mockwright-before-") as place:
        tree = Path(place) / "tree"
        git = ["git", "-C", str(ROOT), "worktree"]
        subprocess.run([*git, "add", "--quiet", "--detach", tree, revision], check=True)
        try:
            shutil.copy(__file__, tree / "bench")
            return [
                (name, measured_in(tree, folder, name), measured_in(ROOT, folder, name))
                for name in names
            ]
        finally:
            subprocess.run([*git, "remove", "--force", tree], check=True)


def report(rows: list[tuple[str, Seconds, Seconds]]) -> str:
    lines = [f"{'seconds':16} {'compared':^21} {'rendered and compared':^23}"]
    lines += [
        f"{'':16} {'before':>6} {'now':>6} {'ratio':>6}  {'before':>8} {'now':>6} {'ratio':>6}"
    ]
    together = ("together", _sum(row[1] for row in rows), _sum(row[2] for row in rows))
    for name, (was, was_both), (now, now_both) in [*rows, together]:
        lines.append(
            f"{name:16} {was:6.2f} {now:6.2f} {now / was:6.2f}"
            f"  {was_both:8.2f} {now_both:6.2f} {now_both / was_both:6.2f}"
        )
    return "\n".join(lines)


def _sum(rows: Iterable[Seconds]) -> Seconds:
    alone, both = zip(*rows, strict=True)
    return sum(alone), sum(both)


def main(given: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="bench.score_time", description="What comparing costs")
    parser.add_argument("pages", type=Path)
    parser.add_argument("--before", metavar="REV", help="the version to measure against")
    parser.add_argument("--page", help="only that page; prints its seconds as JSON")
    parser.add_argument("--limit", type=int, default=20)
    arguments = parser.parse_args(given)
    folder = arguments.pages.resolve()
    os.environ.setdefault("MOCKWRIGHT_TEXT_CACHE", str(ROOT / "var" / "score_time"))
    if arguments.page:
        print(json.dumps(asyncio.run(seconds_of(folder, arguments.page))))
        return 0
    if not arguments.before:
        parser.error("give --before REV, the version to measure against")
    names = [sample.name for sample in samples(folder) if sample.html][: arguments.limit]
    print(report(against(arguments.before, folder, names)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
