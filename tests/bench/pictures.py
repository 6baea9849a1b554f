"""Pictures of pages that tests wrote, as a corpus has them."""

import asyncio
from pathlib import Path

from workers.browser.renderer import Renderer
from workers.shot import RenderRequest


def picture(html: Path) -> None:
    """<name>.png of a page beside its <name>.html, 600 × 300 CSS pixels."""

    async def capture() -> bytes:
        renderer = Renderer()
        try:
            shot = await renderer.render(html.parent, RenderRequest(600, 300, html.name))
        finally:
            await renderer.close()
        return shot.png

    html.with_suffix(".png").write_bytes(asyncio.run(capture()))
