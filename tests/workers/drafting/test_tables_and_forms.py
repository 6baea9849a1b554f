"""A table and a form drawn by a browser, perceived, written again and drawn again."""

import asyncio
import io
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import PIL.Image

from tests.workers.drafting.compose.test_html_css import tags
from workers.browser.renderer import Renderer
from workers.drafting.compose import STACKS
from workers.drafting.layout.tree import lay_out
from workers.drafting.page import Container, Field, Table, Text, walk
from workers.drafting.perceive.fonts.installed import css_stack
from workers.drafting.perceive.pipeline import perceive
from workers.imaging import Image
from workers.shot import RenderRequest, Shot

APART = 3  # CSS pixels a text may be from where it was
ROWS = (
    ("North quay", "Albatross", "120.50"),
    ("South quay", "Cormorant", "98.00"),
    ("East jetty", "Kittiwake", "1,240.00"),
    ("West jetty", "Guillemot", "75.25"),
)
STYLE = """
*{box-sizing:border-box;margin:0;padding:0}
body{font:16px/24px Inter,sans-serif;color:#1c2430;background:#fff;padding:40px}
h1{font-size:32px;line-height:40px;margin-bottom:24px}
h2{font-size:22px;line-height:30px;margin:40px 0 16px}
table{width:800px;border-spacing:0}
td,th{height:44px;padding:0 16px;border-bottom:1px solid #c8d0dc;text-align:left;font-size:15px}
th{font-weight:600;color:#5a6676;font-size:13px}
td:nth-child(3),th:nth-child(3){text-align:right}
label{display:block;font-size:14px;line-height:20px;margin-bottom:6px}
input,select{display:block;width:360px;height:44px;padding:0 12px;border:1px solid #aab4c2;
border-radius:6px;font:15px Inter,sans-serif;color:#1c2430;background:#fff;margin-bottom:20px}
::placeholder{color:#8a94a2}
button{height:44px;width:160px;border:0;border-radius:6px;background:#1e5ae6;color:#fff;
font:600 15px Inter,sans-serif}
"""
BODY = "<h1>Harbour office</h1><table><tr><th>Berth</th><th>Vessel</th><th>Fee per day</th></tr>"
BODY += "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in ROWS)
BODY += """</table><h2>Book a berth</h2><form>
<label>Full name</label><input value="Ada Lovelace">
<label>Email address</label><input type=email placeholder="ada@example.org">
<label>Season</label><select><option>Summer</option></select>
<button>Send request</button></form>"""


@dataclass(frozen=True)
class Drawn:
    """The page as it was, what was understood of it, and what was written for that."""

    before: Shot
    tree: Container
    html: str
    after: Shot
    narrow: Shot


def pixels(shot: Shot) -> Image:
    return np.asarray(PIL.Image.open(io.BytesIO(shot.png)).convert("RGB"))


async def _draw() -> Drawn:
    renderer, wide = Renderer(), RenderRequest(width=1280, height=800)
    try:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            head = f"<!doctype html><meta charset=utf-8><style>{STYLE}</style>"
            (folder / "index.html").write_text(head + BODY)
            before = await renderer.render(folder, wide)
            tree = lay_out(perceive(pixels(before), 1.0))
            draft = STACKS["html-css"]([tree], css_stack)
            (folder / "assets").mkdir()
            for path, content in draft.files.items():
                (folder / path).write_text(content)
            for asset in draft.assets:
                cut = pixels(before)[asset.box.slices]
                PIL.Image.fromarray(cut).save(folder / asset.path)
            after = await renderer.render(folder, wide)
            narrow = await renderer.render(folder, RenderRequest(width=390, height=800))
    finally:
        await renderer.close()
    return Drawn(before, tree, draft.files["index.html"], after, narrow)


@cache
def drawn() -> Drawn:
    return asyncio.run(_draw())


def test_texts_are_where_they_were() -> None:
    texts = drawn().after.texts
    off = {}
    for was in drawn().before.texts:
        near = (each for each in texts if each.text == was.text)
        off[was.text] = [
            (round(now.rect.x - was.rect.x, 1), round(now.rect.y - was.rect.y, 1)) for now in near
        ]
    assert len(off) == 24
    wrong = {
        words: places
        for words, places in off.items()
        if len(places) != 1 or max(map(abs, places[0])) > APART
    }
    assert wrong == {}


def test_the_table_is_one_with_its_header() -> None:
    (table,) = (node for node in walk(drawn().tree) if isinstance(node, Table))
    assert table.header
    assert [each.alignment for each in table.columns] == ["left", "left", "right"]
    cells = [
        [cell.paragraph.text for cell in row.cells if isinstance(cell, Text)] for row in table.rows
    ]
    assert cells[1:] == [list(row) for row in ROWS]
    made = tags(drawn().html)
    counts = {tag: made.count(tag) for tag in ("table", "thead", "tbody", "tr", "th", "td")}
    assert counts == {"table": 1, "thead": 1, "tbody": 1, "tr": 5, "th": 3, "td": 12}


def test_the_form_has_its_fields_and_button() -> None:
    kinds = [node.kind for node in walk(drawn().tree) if isinstance(node, Field)]
    assert kinds == ["input", "input", "select"]
    html = drawn().html
    form = html[html.index("<form") : html.index("</form>")]
    made = tags(f"{form}</form>")
    assert [tag for tag in made if tag in ("label", "input", "select", "button")] == [
        "label", "input", "label", "input", "label", "select", "button",
    ]  # fmt: skip
    assert 'type="email"' in form
    assert 'placeholder="ada@example.org"' in form
    assert 'value="Ada Lovelace"' in form
    assert "<option>Summer</option>" in form
    assert 'type="submit"' in form


def test_fields_are_as_large_as_they_were() -> None:
    def boxes(shot: Shot) -> list[tuple[float, float]]:
        return [
            (each.rect.width, each.rect.height)
            for each in shot.boxes
            if each.border is not None and each.radius
        ]

    assert boxes(drawn().after) == boxes(drawn().before) == [(360, 44)] * 3


def test_the_page_fits_a_telephone() -> None:
    assert drawn().narrow.overflow_px == drawn().after.overflow_px == 0
