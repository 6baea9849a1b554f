"""The one file, opened from the disk, looks and runs as the folder does."""

from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from tests.webapp.conftest import picture
from webapp.studio.exports.single_file import single_file
from workers.browser.renderer import Renderer
from workers.shot import RenderRequest

PAGE = """<!doctype html><meta charset="utf-8"><title>Café</title>
<link rel="stylesheet" href="css/site.css">
<script defer src="js/later.js"></script><script type="module" src="js/main.js"></script>
<h1>Café</h1><div class="framed"></div>
<img srcset="img/red.png 1x, img/blue.png 2x" src="img/red.png">
<p style="background: url('img/green.png')">words</p><p id="now">before</p><p id="next">before</p>
<p id="later">before</p>
<script src="js/now.js"></script>
"""
FILES: dict[str, str | bytes] = {
    "index.html": PAGE,
    "css/site.css": "@import 'base.css';\n.framed{height:40px;background:url(../img/blue.png)}"
    "\np::after{content:'</style> url(x)'}",
    "css/base.css": "h1{color:#a00} p{background-size:8px}",
    "js/now.js": "now.textContent = '</script>' + (later.textContent === 'before')",
    "js/later.js": "later.textContent = document.querySelectorAll('p').length + ' later'",
    "js/main.js": "import { say } from './say.js';\nnext.textContent = say",
    "js/say.js": "export const say = 'from a module ü'",
    "img/red.png": picture(colour="red"),
    "img/blue.png": picture(colour="blue"),
    "img/green.png": picture(8, 8, "green"),
}


def pixels(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(png)).convert("RGB"))


async def test_it_is_drawn_as_the_folder_is(tmp_path: Path) -> None:
    data = {path: one.encode() if isinstance(one, str) else one for path, one in FILES.items()}
    whole, single = tmp_path / "whole", tmp_path / "single"
    for path, content in data.items():
        (whole / path).parent.mkdir(parents=True, exist_ok=True)
        (whole / path).write_bytes(content)
    single.mkdir()
    made = single_file(data, "index.html")
    assert made.left_out == ()
    (single / "index.html").write_text(made.html, "utf-8")
    renderer = Renderer()
    try:
        expected = await renderer.render(whole, RenderRequest(500, 400))
        shown = await renderer.render(single, RenderRequest(500, 400, as_file=True))
    finally:
        await renderer.close()
    assert {"</script>true", "from a module ü", "4 later"} <= {one.text for one in shown.texts}
    assert shown.failed_requests == ()
    assert np.array_equal(pixels(shown.png), pixels(expected.png))
