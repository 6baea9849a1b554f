"""What the renderer reads off a page: lines of text and pictures, as they are seen."""

import pytest

from tests.workers.browser.conftest import WritePage
from webapp.studio.events import Rect
from workers.browser.renderer import Renderer
from workers.shot import RenderRequest, Shot

pytestmark = pytest.mark.asyncio(loop_scope="session")

SVG = "<svg style='display:block' xmlns='http://www.w3.org/2000/svg' width='20' height='10'>"
DOT = f"{SVG}<rect width='9' height='9'/></svg>"


async def read(renderer: Renderer, write_page: WritePage, body: str, **files: str) -> Shot:
    return await renderer.render(write_page(body, **files), RenderRequest(width=400, height=300))


def words(shot: Shot) -> list[str]:
    return [text.text for text in shot.texts]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>one</p><p>two</p>", ["one", "two"]),
        ("<p style='width:60px'>first second</p>", ["first", "second"]),
        ("<p>line<br>break</p>", ["line", "break"]),
        ("<p>  much \n\n space  </p>", ["much space"]),
        ("<p>a <b>bold</b> word</p>", ["a bold word"]),
        ("<p>half<b>bold</b></p>", ["halfbold"]),
        ("<p>see <a href=x>here</a></p>", ["see", "here"]),
        ("<span>left</span><span style='margin-left:80px'>right</span>", ["left", "right"]),
        ("<pre>two\nlines</pre>", ["two", "lines"]),
        ("<p style='text-transform:uppercase'>loud</p>", ["LOUD"]),
        ("<p style='text-transform:capitalize'>two words</p>", ["Two Words"]),
        ("<svg><text y=20>drawn</text></svg>", ["drawn"]),
        ("<details><summary>open me</summary>inside</details>", ["open me"]),
        ("<p>shown</p><p style='display:none'>x</p>", ["shown"]),
        ("<p>shown</p><p style='visibility:hidden'>x</p>", ["shown"]),
        ("<p>shown</p><div style='opacity:0'><p>x</p></div>", ["shown"]),
        ("<p>shown</p><p style='color:transparent'>x</p>", ["shown"]),
        ("<p>shown</p><p style='text-indent:-9999px'>x</p>", ["shown"]),
        ("<p>shown</p><p style='position:absolute;left:900px'>x</p>", ["shown"]),
        ("<p>shown</p><div style='height:0;overflow:hidden'>x</div>", ["shown"]),
        ("<div style='height:20px;overflow:hidden'>seen<p>below</p></div>", ["seen"]),
        ("<input value=typed><input placeholder=hint>", ["typed", "hint"]),
        ("<input type=password value=abc><input type=checkbox value=x>", ["•••"]),
        ("<textarea>one\ntwo</textarea>", ["one", "two"]),
        ("<select><option>a<option selected>b</select>", ["b"]),
        ("<button>press</button><input type=submit>", ["press", "Submit"]),
    ],
)
async def test_text_is_read_line_by_line_as_it_is_seen(
    renderer: Renderer, write_page: WritePage, body: str, expected: list[str]
) -> None:
    assert words(await read(renderer, write_page, body)) == expected


COVER = "position:absolute;inset:0"
RULES = "#a#b{color:red!important;transition:1s}@layer x{p{color:red!important}}"


@pytest.mark.parametrize(
    "body",
    [
        "<p style='color:#0001;background:linear-gradient(red,red);background-clip:text'>x</p>",
        "<h1 style='background:linear-gradient(red,blue);background-clip:text'>"
        "<b style='-webkit-text-fill-color:transparent'>x</b></h1>",
        "<p style='color:#fff;text-shadow:0 0 4px #000'>x</p>",
        "<p style='color:#000;text-shadow:0 0 1px #000'>x</p>",
        "<p style='color:rgb(0 0 0/.3)'>x</p>",
        "<p style='opacity:.3'>x</p>",
        "<p style='color:#ddd;font-weight:300;font-size:13px'>x</p>",
        f"<img src=photo.svg width=400 style='{COVER}'>"
        "<p style='position:relative;color:#fff'>x</p>",
        "<p>x</p><i style='position:absolute;inset:0'></i>",
        f"<p>x</p><i style='{COVER};background:#fff9'></i>",
        f"<style>{RULES}</style><div id=a><p id=a>x</p></div>",
        "<p style='color:red!important;transition:all 1s'>x</p>",
        "<p>🙂</p>",
        "<svg><text y=20 stroke=red>x</text></svg>",
        "<style>::placeholder{color:#999;transition:1s}</style><input placeholder=x>",
        "<input value=x><span></span>",
        "<div><template shadowrootmode=open><style>p{color:red!important}</style><p>x</p>"
        "</template></div>",
        "<style>@media(scripting:none){noscript{color:red}}</style><p>x</p><noscript>y</noscript>",
        "<header style='position:sticky;top:0;background:#fff'>x</header>",
        "<div style='height:900px'></div><p>x</p>",
        "<header style='position:fixed;top:0'>x</header><div style='height:900px'></div>",
        "<p>.</p>",
        "<p style='letter-spacing:40px'>x</p>",
        "<p style='writing-mode:vertical-rl'>x</p>",
        "<p style='transform:rotate(-8deg)'>x</p>",
    ],
)
async def test_text_that_can_be_seen_is_read_however_it_is_drawn(
    renderer: Renderer, write_page: WritePage, body: str
) -> None:
    photo = f"{SVG}<rect width='20' height='10' fill='#357'/></svg>"
    assert len(words(await read(renderer, write_page, body, photo__svg=photo))) == 1


@pytest.mark.parametrize(
    "body",
    [
        f"<p>x</p><i style='{COVER};background:#fff'></i>",
        f"<p>x</p><i style='{COVER};background:#fff;pointer-events:none'></i>",
        f"<style>p::after{{content:'';background:#fff;{COVER}}}</style><p>x</p>",
        "<p style='color:#fff'>x</p>",
        "<p style='background:#fff;box-shadow:inset 0 0 0 99px #000'>x</p>",
        "<p style='clip-path:circle(0)'>x</p>",
        "<p style='transform:rotateY(90deg)'>x</p>",
        "<p>mostly covered</p><i style='position:absolute;inset:0 0 0 40px;background:#fff'></i>",
        f"<input value=x><select><option>x</select><i style='{COVER};background:#fff'></i>",
    ],
)
async def test_text_that_nobody_can_see_is_not_read(
    renderer: Renderer, write_page: WritePage, body: str
) -> None:
    assert words(await read(renderer, write_page, body)) == []


async def test_cut_text_ends_in_its_ellipsis(renderer: Renderer, write_page: WritePage) -> None:
    body = (
        "<div style='width:80px;overflow:hidden;white-space:nowrap;text-overflow:ellipsis'>"
        "a long line of words</div>"
    )
    (text,) = (await read(renderer, write_page, body)).texts
    assert text.text.startswith("a long")
    assert text.text.endswith("…")
    assert text.rect.width <= 80


async def test_a_region_lists_what_is_in_it_from_its_corner(
    renderer: Renderer, write_page: WritePage
) -> None:
    folder = write_page(
        f"<p>above</p><div style='position:absolute;left:100px;top:400px;width:200px'>in{DOT}</div>"
    )
    region = Rect(x=90, y=390, width=150, height=100)
    shot = await renderer.render(folder, RenderRequest(width=400, height=300, region=region))
    (text,) = shot.texts
    (picture,) = shot.pictures
    assert (text.text, text.rect.x, picture.x) == ("in", 10, 10)
    assert 10 <= text.rect.y < picture.y < 40


async def test_a_shadow_tree_is_read(renderer: Renderer, write_page: WritePage) -> None:
    body = "<div><template shadowrootmode=open><p>shadow</p><slot></slot></template>light</div>"
    assert sorted(words(await read(renderer, write_page, body))) == ["light", "shadow"]


async def test_a_line_knows_its_place_and_size(renderer: Renderer, write_page: WritePage) -> None:
    body = "<p style='position:absolute;margin:0;left:30px;top:600px;font:20px/40px Inter'>Hi</p>"
    (text,) = (await read(renderer, write_page, body)).texts
    assert text.font_size == 20
    assert text.rect.x == 30
    assert 600 < text.rect.y < text.rect.y + text.rect.height < 640
    assert 10 < text.rect.width < 40


@pytest.mark.parametrize(
    ("style", "colour"),
    [
        ("color:#102030", (16, 32, 48)),
        ("color:rgb(0 0 0 / 50%)", (128, 128, 128)),
        ("color:black;opacity:.5", (128, 128, 128)),
        ("color:rgb(255 255 255 / 50%);background:black", (128, 128, 128)),
        ("color:oklch(1 0 0);background:black", (255, 255, 255)),
        ("color:red;-webkit-text-fill-color:blue", (0, 0, 255)),
        (
            "color:transparent;background:linear-gradient(#000,#fff);background-clip:text",
            (128, 128, 128),
        ),
    ],
)
async def test_a_line_has_the_colour_that_is_seen(
    renderer: Renderer, write_page: WritePage, style: str, colour: tuple[int, int, int]
) -> None:
    (text,) = (await read(renderer, write_page, f'<p style="{style}">x</p>')).texts
    assert text.colour == colour


@pytest.mark.parametrize(
    "body",
    [
        "<img src=dot.svg style='width:20px;height:10px;display:block'>",
        DOT,
        "<canvas width=20 height=10 style='display:block'></canvas>",
        "<video style='display:block;width:20px;height:10px'></video>",
        "<iframe style='display:block;width:20px;height:10px;border:0'></iframe>",
        "<div style='width:20px;height:10px;background:url(dot.svg)'></div>",
        "<div style='height:90px;background:url(dot.svg) 0 0/20px 10px no-repeat'></div>",
        "<div style='width:20px;height:10px;overflow:hidden'><img src=dot.svg width=90></div>",
        "<style>b::before{content:'';background:url(dot.svg)}b{display:block;width:20px;"
        "height:10px}</style><b></b>",
    ],
)
async def test_a_picture_is_found_where_it_is_seen(
    renderer: Renderer, write_page: WritePage, body: str
) -> None:
    shot = await read(renderer, write_page, body, dot__svg=DOT)
    assert shot.pictures == (Rect(x=0, y=0, width=20, height=10),)


@pytest.mark.parametrize(
    "body",
    [
        "<img src=missing.png width=20 height=10>",
        "<div style='background:url(missing.png)'>x</div>",
        "<div style='background:linear-gradient(red,blue)'>x</div>",
        "<img src=dot.svg style='display:none'>",
        "<img src=dot.svg style='position:absolute;left:-500px'>",
    ],
)
async def test_what_shows_no_picture_counts_as_none(
    renderer: Renderer, write_page: WritePage, body: str
) -> None:
    assert (await read(renderer, write_page, body, dot__svg=DOT)).pictures == ()


async def test_what_is_wrong_with_a_page_is_listed(
    renderer: Renderer, write_page: WritePage
) -> None:
    shot = await read(
        renderer,
        write_page,
        "<img src=gone.png><img src=gone.png><script src=https://cdn.example/x.js></script>"
        "<script>console.error('said'); console.log('not said'); undefinedThing()</script>"
        "<div style='width:450px'>wide</div>",
    )
    assert set(shot.failed_requests) == {"gone.png", "https://cdn.example/x.js"}
    assert len(shot.failed_requests) == 2  # which is asked for first is the browser's affair
    assert shot.console_errors[0] == "said"
    assert "undefinedThing is not defined" in shot.console_errors[1]
    assert len(shot.console_errors) == 2
    assert shot.overflow_px == 50


async def test_what_the_policy_forbids_is_told_once_in_the_words_of_the_page(
    renderer: Renderer, write_page: WritePage
) -> None:
    body = (
        "<link rel=stylesheet href=/style.css><script>fetch('data.json').catch(() => {});"
        "localStorage.setItem('a', 1)</script>"
    )
    shot = await read(renderer, write_page, body, data__json="{}")
    assert shot.failed_requests == ("/style.css",)
    refused, uncaught = shot.console_errors
    assert refused.startswith("Connecting to 'data.json' violates")
    assert "localStorage" in uncaught


async def test_a_page_cannot_lie_about_what_it_shows(
    renderer: Renderer, write_page: WritePage
) -> None:
    body = (
        "<p>truth</p><script>document.createTreeWalker = () => { throw 0 };"
        "Range.prototype.getClientRects = () => []; window.getComputedStyle = null</script>"
    )
    assert words(await read(renderer, write_page, body)) == ["truth"]


async def test_a_long_page_is_read_in_short_time(renderer: Renderer, write_page: WritePage) -> None:
    rows = "<div><b>row</b></div>" * 500
    body = f"<div style='font-size:8px'>{'word ' * 20_000}{rows}</div>"
    shot = await read(renderer, write_page, body)
    assert "".join(words(shot)[:-500]).replace(" ", "") == "word" * 20_000
    assert words(shot)[-500:] == ["row"] * 500
