"""What a compressed mockup costs a page that is right: `python -m bench.score_compression`.

Each base page of `tests/data/distortions` is compared with its own picture: as it is, and as JPEG
and WebP of several qualities. Nothing differs but what compression did, so each score should be 1.
The second figure is with the noise left on, as before it was taken off.
"""

import asyncio
import io
from collections.abc import Iterator
from unittest.mock import patch

import numpy as np
import PIL.Image

from bench.distortions import page_options, pages
from workers.browser.renderer import Renderer
from workers.drafting.perceive.text.reader import find_text
from workers.imaging import Image, decode_png
from workers.scoring import PageView, compare, view_of_mockup, view_of_render

FORMS = (("JPEG", 60), ("JPEG", 75), ("JPEG", 90), ("JPEG", 95), ("WEBP", 80))


def compressed(image: Image, form: str, quality: int) -> Image:
    file = io.BytesIO()
    PIL.Image.fromarray(image).save(file, form, quality=quality)
    return np.asarray(PIL.Image.open(file).convert("RGB"))


def score_of(mockup: Image, scale: float, render: PageView) -> float:
    return compare(view_of_mockup(mockup, scale, find_text(mockup)), render).score.total


def scores(image: Image, scale: float, render: PageView) -> Iterator[str]:
    yield f"{score_of(image, scale, render):.3f}"
    for form, quality in FORMS:
        mockup = compressed(image, form, quality)
        taken_off = score_of(mockup, scale, render)
        with patch("workers.scoring.page_view.without_compression_noise", lambda image: image):
            yield f"{taken_off:.3f} ({score_of(mockup, scale, render):.3f})"


async def main() -> None:
    options = page_options("score_compression", __doc__ or "").parse_args()
    print("| page | PNG |", " | ".join(f"{form} {quality}" for form, quality in FORMS), "|")
    print("|---" * (2 + len(FORMS)), "|", sep="")
    renderer = Renderer()
    try:
        for page in pages(options.page):
            shot = await renderer.render(page.folder, page.request)
            row = scores(decode_png(shot.png), page.scale, view_of_render(shot))
            print(f"| {page.name} |", " | ".join(row), "|", flush=True)
    finally:
        await renderer.close()


if __name__ == "__main__":
    asyncio.run(main())
