"""The stacks' compilers, which run in the browser as the pages do: sources come from a model.

They are `npm run build` of `frontend/compiler`: esbuild, Vue's and Tailwind's compilers, and the
packages that a project may import.
"""

import base64
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from playwright.async_api import Browser
from pydantic import BaseModel

from webapp.environment import COMPILER
from webapp.previews.answer import Answer
from webapp.studio.page_types import type_of
from workers.browser.capture import open_context
from workers.browser.guard import PageActivity, guarded_page

ORIGIN = "https://compiler.invalid"
WASM = "application/wasm"


class Problem(BaseModel):
    """What is wrong with a source file. `line` and `column` count from 1; 0 where unknown."""

    file: str
    line: int
    column: int
    text: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{place}: {self.text}" if place else self.text


class Compiled(BaseModel):
    """The files of a site, their bytes in base64, and what is wrong with the sources."""

    files: dict[str, str]
    problems: tuple[Problem, ...]


class CompilerFolder:
    """The compilers' own files. They are ours: no policy stands around them."""

    def __init__(self, folder: Path = COMPILER) -> None:
        self._root = folder.resolve()

    def answer(self, url: str, *, across_origins: bool = False) -> Answer | None:
        if not url.startswith(f"{ORIGIN}/"):
            return None
        name = urlsplit(url).path.lstrip("/")
        path = (self._root / name).resolve()
        if not path.is_relative_to(self._root) or not path.is_file():
            return None
        content_type = WASM if path.suffix == ".wasm" else type_of(name)
        return Answer(path.read_bytes(), {"content-type": content_type})


async def compile_sources(browser: Browser, sources: Mapping[str, bytes]) -> Compiled:
    """Raises Playwright's errors."""
    context = await open_context(browser, 800, 600)
    try:
        page = await guarded_page(context, CompilerFolder(), PageActivity())
        await page.goto(f"{ORIGIN}/index.html", timeout=0)
        given = {path: base64.b64encode(data).decode() for path, data in sources.items()}
        return Compiled.model_validate(await page.evaluate("files => build(files)", given))
    finally:
        await context.close()
