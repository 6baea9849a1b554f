"""What a project has besides what is written of its mockups: the files of its tool."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from html import escape
from pathlib import Path

from workers.drafting.compose.page_files import Asset

TEMPLATES = Path(__file__).with_name("templates")
SOURCES = "src/"
INPUTS = "  // inputs\n"


def project_files(stack: str, pages: Sequence[tuple[str, str]]) -> dict[str, str]:
    """The files of a stack's template, made out to its `pages`: what each is called in its
    address, and its title."""
    folder = TEMPLATES / stack
    name = re.sub(r"[^a-z0-9]+", "-", pages[0][1].lower()).strip("-")[:60] or "page"
    files = {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    files["package.json"] = files["package.json"].replace('"name": ""', f'"name": "{name}"')
    files["README.md"] = files["README.md"].replace("{title}", pages[0][1])
    files["vite.config.ts"] = files["vite.config.ts"].replace(INPUTS, _inputs(pages))
    return files


def _inputs(pages: Sequence[tuple[str, str]]) -> str:
    """What Vite is told of pages besides index.html."""
    if len(pages) == 1:
        return ""
    inputs = ", ".join(json.dumps(f"{stem}.html") for stem, _ in pages)
    return f"  build: {{ rolldownOptions: {{ input: [{inputs}] }} }},\n"


def document(title: str, language: str, root: str, main: str) -> str:
    """The page that Vite begins with: an element, and the module that fills it."""
    return f"""<!doctype html>
<html lang="{language}">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>{escape(title, quote=False)}</title>
  </head>
  <body>
    <div id="{root}"></div>
    <script type="module" src="/src/{main}"></script>
  </body>
</html>
"""


def in_sources(asset: Asset) -> Asset:
    """The picture where modules import it from."""
    return replace(asset, path=f"{SOURCES}{asset.path}")
