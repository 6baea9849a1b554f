"""Build a project's sources into a site that a browser shows without a server.

What is wrong with the sources is no exception: the site is then a page that says so, as a
development server's is. So it is rendered, measured, recorded and shown as any other.
"""

import base64
import html
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser
from playwright.async_api import Error as PlaywrightError

from webapp.studio.page_files import NameRefused, check_name, clean_path
from webapp.studio.sources import BUILD_FAILED
from workers.browser.errors import RenderCrashed, RenderMemory, RenderTimeout
from workers.browser.renderer import Renderer
from workers.building.compilers import compile_sources
from workers.building.prerender import prerender

MAX_BUILT = 32 * 2**20  # bytes of a built site
TOO_LARGE = f"The built site is larger than {MAX_BUILT // 2**20} MB. Use smaller pictures."
RENDERS = 3  # whose time a build may take
TOO_LONG = (
    "It took too long to build. Either this machine is busy: save it again later; "
    "or its scripts loop for ever: take those out."
)
FAILED = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
{title}
<style>
body {{ margin: 0; padding: 32px; font: 16px/1.5 ui-monospace, monospace }}
body {{ background: #1e1e1e; color: #f3f3f3 }}
h1 {{ margin: 0 0 16px; font: 600 20px system-ui, sans-serif; color: #ff8f8f }}
pre {{ margin: 0 0 12px; white-space: pre-wrap }}
</style>
</head>
<body>
<h1>The build failed</h1>
{problems}
<script>for (const problem of {told}) console.error(problem);</script>
</body>
</html>
"""


@dataclass(frozen=True)
class Builder:
    """Builds in the renderer's browser, in the memory of a render and the time of `RENDERS`: it
    compiles and draws, and a machine may be busy."""

    renderer: Renderer

    async def build(
        self, sources: Mapping[str, bytes], pages: Sequence[str] = ("index.html",)
    ) -> dict[str, bytes]:
        """The site of a project, with each of its `pages`. Raises RenderError where the browser
        does not start, and nothing for what the sources do."""
        try:
            return await self.renderer.within_limits(
                lambda browser: _build(browser, sources, pages), renders=RENDERS
            )
        except RenderTimeout:
            return _failed(sources, [TOO_LONG], pages)
        except (RenderMemory, RenderCrashed) as error:
            return _failed(sources, [str(error)], pages)


async def _build(
    browser: Browser, sources: Mapping[str, bytes], pages: Sequence[str]
) -> dict[str, bytes]:
    compiled = await compile_sources(browser, sources)
    files = {path: base64.b64decode(data) for path, data in compiled.files.items()}
    problems = [*map(str, compiled.problems), *_refused(files)]
    if problems:
        return _failed(sources, problems, pages)
    documents = tuple(path for path in files if path.endswith((".html", ".htm")))
    scripted = tuple(path for path in documents if b"<script" in files[path])
    with tempfile.TemporaryDirectory(prefix="mockwright-build-") as name:
        _write(Path(name), files)
        try:
            drawn = await prerender(browser, Path(name), scripted)
        except PlaywrightError:  # it never comes to rest: its render will say so
            return files
    return files | drawn


def _refused(files: Mapping[str, bytes]) -> list[str]:
    """Why these are not the files of a site."""
    if sum(map(len, files.values())) > MAX_BUILT:
        return [TOO_LARGE]
    try:
        for path in files:
            check_name(clean_path(path), ())
    except NameRefused as error:
        return [str(error)]
    return []


def _failed(
    sources: Mapping[str, bytes], problems: Sequence[str], pages: Sequence[str]
) -> dict[str, bytes]:
    """A page that says what is wrong, in place of each that the sources have or should have."""
    shown = "\n".join(f"<pre>{html.escape(one)}</pre>" for one in problems)
    told = json.dumps(problems).replace("<", "\\u003c")
    page = FAILED.format(title=BUILD_FAILED, problems=shown, told=told).encode()
    own = (path for path in sources if "/" not in path and path.endswith((".html", ".htm")))
    return dict.fromkeys({*own, *pages}, page)


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    for path, data in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
