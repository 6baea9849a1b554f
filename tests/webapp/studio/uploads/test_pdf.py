"""A PDF's pages as mockups."""

import io
from dataclasses import replace

import pytest
from PIL import Image

from tests.webapp.studio.uploads.test_images import DATA
from webapp.studio.errors import BadImage
from webapp.studio.uploads.images import ImageLimits, Picture, read_pictures

LIMITS = ImageLimits(count=3, bytes=20 * 2**20, side=8000)


def pdf(*colours: str, size: tuple[int, int] = (300, 200)) -> bytes:
    """Pages of one colour each; `size` in points."""
    first, *others = (Image.new("RGB", size, colour) for colour in colours)
    buffer = io.BytesIO()
    first.save(buffer, "PDF", save_all=True, append_images=others, resolution=72)
    return buffer.getvalue()


def take(data: bytes, limits: ImageLimits = LIMITS) -> list[Picture]:
    return list(read_pictures(data, "page.pdf", limits))


def colour_of(picture: Picture) -> tuple[int, ...]:
    value = Image.open(io.BytesIO(picture.png)).getpixel((20, 20))
    assert isinstance(value, tuple)
    return tuple(round(one / 64) * 64 for one in value)


def refusal(data: bytes) -> BadImage:
    with pytest.raises(BadImage) as caught:
        take(data)
    return caught.value


def test_each_page_is_a_picture_of_two_pixels_a_point() -> None:
    pages = take(pdf("red", "blue"))
    assert [colour_of(page) for page in pages] == [(256, 0, 0), (0, 0, 256)]
    assert {(page.width, page.height, page.scale) for page in pages} == {(600, 400, 2)}
    assert {(page.format, page.notes) for page in pages} == {("PDF", ())}


def test_of_many_pages_as_many_are_taken_as_a_project_has() -> None:
    pages = take(pdf("red", "blue", "white", "black", "green"))
    assert [page.notes for page in pages] == [("It has 5 pages; the first 3 were taken.",), (), ()]


def test_a_page_too_large_for_two_pixels_a_point_has_one() -> None:
    (page,) = take(pdf("red", size=(300, 200)), replace(LIMITS, side=500))
    assert (page.width, page.height, page.scale) == (300, 200, 1)


def test_a_page_too_large_for_one_is_refused_with_its_size() -> None:
    error = refusal(pdf("red", size=(9000, 200)))
    assert (error.code, error.detail) == (
        "image_too_large",
        "Page 1 has 9,000 × 200 points.",
    )


def test_a_locked_pdf_is_refused() -> None:
    assert refusal((DATA / "locked.pdf").read_bytes()).code == "pdf_locked"


@pytest.mark.parametrize("kept", [0.1, 0.5])
def test_a_damaged_pdf_is_refused_or_repaired(kept: float) -> None:
    data = pdf("red")
    assert refusal(b"%PDF-1.7\n").code == "image_truncated"
    assert refusal(data[: int(kept * len(data))]).code == "image_truncated"


def test_a_pdf_may_begin_with_something_else() -> None:
    (page,) = take(b"\n\n" + pdf("red"))
    assert colour_of(page) == (256, 0, 0)
