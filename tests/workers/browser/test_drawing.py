"""An SVG drawn as a picture: at its own size, and nothing of it runs or reaches out."""

import gzip
import io
import socket

import pytest
from PIL import Image

from webapp.studio.errors import BadImage
from workers.browser import drawing
from workers.browser.drawing import Drawing, draw, markup_of

SIDE = 8000
XMLNS = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'

XHTML = 'xmlns="http://www.w3.org/1999/xhtml"'


def svg(attributes: str, inside: str = '<rect width="100%" height="100%" fill="#00f"/>') -> bytes:
    return f"<svg {XMLNS} {attributes}>{inside}</svg>".encode()


def size_of(drawn: Drawing) -> tuple[int, int]:
    return Image.open(io.BytesIO(drawn.png)).size


def colour_at(drawn: Drawing, x: int, y: int) -> tuple[int, ...]:
    value = Image.open(io.BytesIO(drawn.png)).convert("RGB").getpixel((x, y))
    assert isinstance(value, tuple)
    return value


async def refusal(data: bytes, side: int = SIDE) -> tuple[str, str]:
    with pytest.raises(BadImage) as caught:
        await draw(data, side)
    return caught.value.code, caught.value.detail


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('width="390" height="844"', (390, 844)),
        ('width="390px" height="844px" viewBox="0 0 10 10"', (390, 844)),
        ('viewBox="0 0 390 844"', (390, 844)),
        ('viewBox="-5,-5,390,844"', (390, 844)),
        ('width="100%" height="100%" viewBox="0 0 390 844"', (390, 844)),
        ('width="195" viewBox="0 0 390 844"', (195, 422)),
        ('height="422" viewBox="0 0 390 844"', (195, 422)),
        ('width="3in" height="72pt"', (288, 96)),
        ('width="25.4mm" height="2.54cm"', (96, 96)),
        ('width="40q" height="2rem"', (37.8, 32)),
        ('width="10em" height="6pc"', (160, 96)),
    ],
)
def test_its_size_is_what_a_browser_takes_it_for(
    attributes: str, size: tuple[float, float]
) -> None:
    markup = markup_of(svg(attributes))
    assert (markup.width, markup.height) == pytest.approx(size, abs=0.01)


@pytest.mark.parametrize(
    "attributes",
    [
        'width="NaN" height="20"',
        'width="20" height="1e999"',
        'width="inf" height="inf"',
        'viewBox="0 0 nan 10"',
        'viewBox="0 0 10 Infinity"',
        'width="1e308" viewBox="0 0 1e-300 1e300"',
    ],
)
async def test_a_size_that_is_none_is_refused(attributes: str) -> None:
    assert (await refusal(svg(attributes)))[0] in {"file_svg", "image_too_large"}


async def test_it_is_drawn_at_two_pixels_a_css_pixel_to_its_edges() -> None:
    drawn = await draw(svg('viewBox="0 0 300 200"'), SIDE)
    assert (drawn.scale, size_of(drawn), drawn.notes) == (2, (600, 400), ())
    assert {colour_at(drawn, x, y) for x in (0, 599) for y in (0, 399)} == {(0, 0, 255)}


async def test_a_large_one_has_one_pixel_a_css_pixel_and_a_larger_one_is_refused() -> None:
    drawn = await draw(svg('width="600" height="20"'), 1000)
    assert (drawn.scale, size_of(drawn)) == (1, (600, 20))
    assert await refusal(svg('width="1001" height="20"'), 1000) == (
        "image_too_large",
        "It is 1,001 × 20 pixels.",
    )


async def test_what_it_leaves_open_is_white() -> None:
    drawn = await draw(svg('width="30" height="20"', '<rect width="10" height="20"/>'), SIDE)
    assert (colour_at(drawn, 5, 5), colour_at(drawn, 50, 5)) == ((0, 0, 0), (255, 255, 255))


async def test_a_packed_one_is_drawn_too() -> None:
    assert size_of(await draw(gzip.compress(svg('width="30" height="20"')), SIDE)) == (60, 40)


async def test_one_that_unpacks_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "MOST_BYTES", 10_000)
    bomb = gzip.compress(svg('width="30" height="20"', " " * 10_000))
    assert (await refusal(bomb))[0] == "image_too_heavy"
    assert (await refusal(gzip.compress(svg(""))[:-20]))[0] == "image_truncated"


@pytest.mark.parametrize(
    "inside",
    ["<rect", '<rect width="10">', "<rect/></svg><svg>", "&nothing;", '<use xlink:x="1" y:z="2"/>'],
)
async def test_broken_markup_is_told(inside: str) -> None:
    code, detail = await refusal(svg('width="30" height="20"', inside))
    assert (code, bool(detail)) == ("image_truncated", True)


async def test_one_that_is_no_svg_to_a_browser_is_told() -> None:
    assert await refusal(b'<svg width="30" height="20"/>') == (
        "image_truncated",
        "No browser can draw it.",
    )


@pytest.mark.parametrize("attributes", ["", 'width="100%"', 'viewBox="0 0 0 0"', 'width="many"'])
async def test_one_without_a_size_is_told(attributes: str) -> None:
    code, detail = await refusal(svg(attributes))
    assert (code, "viewBox" in detail) == ("file_svg", True)


async def test_entities_that_grow_without_end_are_refused() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    doctype = f'<!DOCTYPE svg [<!ENTITY l0 "ha">{laughs}]>'
    data = doctype.encode() + svg('width="30" height="20"', "<text>&l9;</text>")
    assert (await refusal(data))[0] == "image_truncated"


async def test_its_scripts_do_not_run() -> None:
    script = '<script>document.documentElement.innerHTML = ""; for (;;);</script>'
    drawn = await draw(svg('width="30" height="20"', f'<rect width="30" height="20"/>{script}'), 99)
    assert colour_at(drawn, 5, 5) == (0, 0, 0)
    assert drawn.notes == ("Its scripts were not run.",)


async def test_it_reaches_nothing() -> None:
    """Not the machine's ports, not its files: what it names is left out, and that is said."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        inside = "".join(
            [
                f'<style>@import "{url}/a.css"; @font-face {{font-family: a; src: url({url}/a)}}'
                " text {font-family: a}</style><text>words</text>",
                f'<image href="{url}/a.png" width="9" height="9"/>',
                '<image xlink:href="file:///etc/hostname" width="9" height="9"/>',
                f'<use href="{url}/a.svg#a"/>',
                f"<foreignObject><iframe {XHTML} src='{url}'/></foreignObject>",
            ]
        )
        drawn = await draw(svg('width="30" height="20"', inside), SIDE)
        server.setblocking(False)
        with pytest.raises(BlockingIOError):  # nobody waits to be heard
            server.accept()
    assert drawn.notes == ("Pictures that it loads from elsewhere are not in it.",)


async def test_a_picture_inside_is_drawn() -> None:
    inside = (
        '<image width="30" height="20" preserveAspectRatio="none" href="data:image/svg+xml,'
        "%3Csvg xmlns='http://www.w3.org/2000/svg' width='9' height='9'%3E"
        "%3Crect width='9' height='9' fill='red'/%3E%3C/svg%3E\"/>"
    )
    drawn = await draw(svg('width="30" height="20"', inside), SIDE)
    assert (colour_at(drawn, 30, 20), drawn.notes) == ((255, 0, 0), ())


async def test_one_that_takes_too_long_is_refused() -> None:
    blur = '<filter id="f"><feTurbulence numOctaves="900" baseFrequency=".01"/></filter>'
    inside = f'{blur}<rect width="100%" height="100%" filter="url(#f)"/>'
    code, _ = await refusal(svg('width="4000" height="4000"', inside))
    assert code == "image_too_complex"
