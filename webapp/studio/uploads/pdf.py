"""Draw the pages of a PDF. Imports a large library: load it where it is needed."""

from collections.abc import Iterator

import pypdfium2
from PIL import Image

from webapp.studio.errors import BadImage

SCALES = (2, 1)  # pixels a point, the first at which the page is no larger than allowed
POINTS_AN_INCH = 72


def draw_pages(data: bytes, count: int, side: int) -> Iterator[tuple[Image.Image, int]]:
    """The first `count` pages, at most `side` pixels long, each with how many pages there are.

    A point is taken for a CSS pixel, as design programs write it; `dpi` tells the scale. Raises
    BadImage.
    """
    try:
        with pypdfium2.PdfDocument(data) as document:
            if not len(document):
                raise BadImage("image_truncated", "It has no pages.")
            document.init_forms()
            for number in range(min(len(document), count)):
                yield _draw(document[number], number + 1, side), len(document)
    except pypdfium2.PdfiumError as error:
        is_locked = error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD
        raise BadImage("pdf_locked" if is_locked else "image_truncated") from error


def _draw(page: pypdfium2.PdfPage, number: int, side: int) -> Image.Image:
    width, height = page.get_size()
    for scale in SCALES:
        if scale * max(width, height) <= side:
            image: Image.Image = page.render(scale=scale).to_pil()
            image.info["dpi"] = (scale * POINTS_AN_INCH, scale * POINTS_AN_INCH)
            return image
    raise BadImage("image_too_large", f"Page {number} has {width:,.0f} × {height:,.0f} points.")
