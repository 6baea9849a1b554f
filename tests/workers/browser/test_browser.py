"""The renderer: pixels at the right size and the same each time, and life after death."""

import asyncio
import hashlib
import io
from contextlib import suppress

import psutil
import pytest
from PIL import Image

from tests.workers.browser.conftest import WritePage, browser_processes
from webapp.studio.events import Rect
from workers.browser.errors import PageMissing
from workers.browser.reader import Reader
from workers.browser.renderer import Renderer
from workers.shot import RenderRequest

pytestmark = pytest.mark.asyncio(loop_scope="session")

STRIPES = "".join(
    f"<div style='height:100px;background:{c}'></div>" for c in ("red", "lime", "blue")
)


def pixels(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


async def test_a_full_page_is_as_tall_as_its_content(
    renderer: Renderer, write_page: WritePage
) -> None:
    shot = await renderer.render(write_page(STRIPES), RenderRequest(width=200, height=150))
    image = pixels(shot.png)
    assert image.size == (200, 300)
    assert [image.getpixel((100, y)) for y in (50, 150, 250)] == [
        (255, 0, 0),
        (0, 255, 0),
        (0, 0, 255),
    ]


async def test_a_viewport_is_as_tall_as_asked(renderer: Renderer, write_page: WritePage) -> None:
    shot = await renderer.render(
        write_page(STRIPES), RenderRequest(width=200, height=150, full_page=False)
    )
    assert pixels(shot.png).size == (200, 150)


async def test_a_page_shorter_than_the_viewport_fills_it(
    renderer: Renderer, write_page: WritePage
) -> None:
    shot = await renderer.render(write_page("short"), RenderRequest(width=200, height=150))
    assert pixels(shot.png).size == (200, 150)


async def test_a_scale_gives_more_pixels_and_the_same_css_lengths(
    renderer: Renderer, write_page: WritePage
) -> None:
    folder = write_page("<p style='font-size:20px'>Sharp</p>" + STRIPES)
    once = await renderer.render(folder, RenderRequest(width=200, height=150))
    twice = await renderer.render(folder, RenderRequest(width=200, height=150, scale=2))
    small, large = pixels(once.png), pixels(twice.png)
    assert large.size == (2 * small.width, 2 * small.height)
    assert twice.texts == once.texts
    assert large.tobytes() != small.resize(large.size).tobytes()


async def test_a_region_is_cut_out_of_the_page(renderer: Renderer, write_page: WritePage) -> None:
    region = Rect(x=10, y=180, width=50, height=40)
    shot = await renderer.render(
        write_page(STRIPES), RenderRequest(width=200, height=150, region=region, scale=2)
    )
    image = pixels(shot.png)
    assert image.size == (100, 80)
    assert image.getpixel((50, 10)) == (0, 255, 0)
    assert image.getpixel((50, 70)) == (0, 0, 255)


async def test_a_very_tall_page_is_cut_off(renderer: Renderer, write_page: WritePage) -> None:
    folder = write_page("<div style='height:90000px'></div>")
    shot = await renderer.render(folder, RenderRequest(width=100, height=100))
    assert pixels(shot.png).size == (100, 20_000)


async def test_three_renders_are_the_same_to_the_last_byte(
    renderer: Renderer, write_page: WritePage
) -> None:
    folder = write_page(
        """<style>@keyframes turn { to { transform: rotate(1turn) } }
        i { animation: turn 1s infinite; display: inline-block } p { transition: color 1s }</style>
        <input autofocus value='caret'><p>Text <i>turning</i></p>
        <div style='background:linear-gradient(red,blue);height:80px;border-radius:9px'></div>"""
    )
    shots = [await renderer.render(folder, RenderRequest(width=300, height=200)) for _ in range(3)]
    assert len({hashlib.sha256(shot.png).hexdigest() for shot in shots}) == 1


async def test_pages_that_load_late_are_captured_at_rest(
    renderer: Renderer, write_page: WritePage
) -> None:
    folder = write_page(
        "<div style='height:3000px'></div><img loading=lazy src=late.svg width=50 height=50>"
        "<script>setTimeout(() => document.body.append('appended'), 20)</script>",
        late__svg="<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'>"
        "<rect width='9' height='9' fill='red'/></svg>",
    )
    shot = await renderer.render(folder, RenderRequest(width=100, height=100))
    assert pixels(shot.png).getpixel((25, 3025)) == (255, 0, 0)
    assert "appended" in [text.text for text in shot.texts]


async def test_a_frame_that_never_loads_is_not_waited_for(
    renderer: Renderer, write_page: WritePage
) -> None:
    folder = write_page(
        "<p>there</p><iframe></iframe><script>frames[0].document.write('open')</script>"
    )
    shot = await renderer.render(folder, RenderRequest(width=300, height=200))
    assert [text.text for text in shot.texts] == ["there"]


async def test_a_page_that_leaves_while_it_is_captured_is_captured_where_it_arrives(
    renderer: Renderer, write_page: WritePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The picture is of one page, even when the browser would still give one of the page left."""
    capture = Reader.capture
    leaves = ["there.html"]

    async def capture_and_leave(reader: Reader, clip: Rect, *, beyond: bool = True) -> bytes:
        png = await capture(reader, clip, beyond=beyond)
        if leaves:
            where = {"expression": f"location.href = '{leaves.pop()}'", "contextId": reader.world}
            await reader.session.send("Runtime.evaluate", where)
            await asyncio.sleep(0.5)
        return png

    monkeypatch.setattr(Reader, "capture", capture_and_leave)
    folder = write_page("", there__html="arrived")
    shot = await renderer.render(folder, RenderRequest(width=200, height=150))
    assert [text.text for text in shot.texts] == ["arrived"]


async def test_scripts_can_be_off(renderer: Renderer, write_page: WritePage) -> None:
    folder = write_page(
        "<p>written</p><p style='font-family:Inter'>and read</p><input value='field'>"
        "<script>document.body.append('scripted')</script>"
    )
    shot = await renderer.render(folder, RenderRequest(width=300, height=100, scripts=False))
    assert [text.text for text in shot.texts] == ["written", "and read", "field"]


async def test_a_page_that_leaves_for_one_without_scripts_comes_to_rest(
    renderer: Renderer, write_page: WritePage
) -> None:
    """As in a preview, scripts are switched on for the page that is opened, not for its links."""
    there = "arrived<noscript> without</noscript><script>document.body.append('scripted')</script>"
    folder = write_page("<script>location.href = 'there.html'</script>", there__html=there)
    shot = await renderer.render(folder, RenderRequest(width=300, height=100))
    assert " ".join(text.text for text in shot.texts) == "arrived without"


async def test_another_page_of_the_folder_can_be_asked_for(
    renderer: Renderer, write_page: WritePage
) -> None:
    folder = write_page("first", **{"page-2__html": "second"})
    shot = await renderer.render(folder, RenderRequest(page="page-2.html", width=100, height=100))
    assert [text.text for text in shot.texts] == ["second"]


@pytest.mark.parametrize("page", ["page-9.html", "../secret.html"])
async def test_a_page_that_is_not_there_is_named(
    renderer: Renderer, write_page: WritePage, page: str
) -> None:
    folder = write_page("first")
    (folder.parent / "secret.html").write_text("secret")
    with pytest.raises(PageMissing, match=page):
        await renderer.render(folder, RenderRequest(page=page, width=100, height=100))


async def test_a_page_sees_nothing_beside_its_folder(
    renderer: Renderer, write_page: WritePage
) -> None:
    folder = write_page(
        "<iframe src='file:///etc/passwd'></iframe><img src='/../secret.svg'><img src='link.svg'>"
        "<script>fetch('/link.svg').then(r => r.text()).then(t => document.body.append(t))</script>"
    )
    (folder.parent / "secret.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (folder / "link.svg").symlink_to(folder.parent / "secret.svg")
    shot = await renderer.render(folder, RenderRequest(width=300, height=300))
    assert {"/secret.svg", "link.svg"} <= set(shot.failed_requests)
    assert shot.texts == ()


async def test_the_folder_is_left_as_it_was(renderer: Renderer, write_page: WritePage) -> None:
    folder = write_page(
        "<a download href=index.html>x</a><script>document.links[0].click()</script>"
    )
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    await renderer.render(folder, RenderRequest(width=100, height=100))
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


async def test_renders_at_the_same_time_do_not_mix(
    renderer: Renderer, write_page: WritePage
) -> None:
    folder = write_page("one", **{"page-2__html": "two"})
    pages = ["index.html", "page-2.html"] * 2
    shots = await asyncio.gather(
        *(
            renderer.render(folder, RenderRequest(page=page, width=100, height=100))
            for page in pages
        )
    )
    assert [shot.texts[0].text for shot in shots] == ["one", "two", "one", "two"]


async def test_the_browser_stays_between_renders(renderer: Renderer, write_page: WritePage) -> None:
    folder = write_page("hello")
    await renderer.render(folder, RenderRequest(width=100, height=100))
    before = browser_pids()
    await renderer.render(folder, RenderRequest(width=100, height=100))
    assert browser_pids() == before


async def test_a_browser_killed_while_idle_is_replaced(
    renderer: Renderer, write_page: WritePage
) -> None:
    folder = write_page("hello")
    await renderer.render(folder, RenderRequest(width=100, height=100))
    for process in browser_processes():
        with suppress(psutil.NoSuchProcess):  # its parent went, and took it along
            process.kill()
    shot = await renderer.render(folder, RenderRequest(width=100, height=100))
    assert [text.text for text in shot.texts] == ["hello"]


async def test_a_cancelled_render_leaves_a_renderer_that_works(
    renderer: Renderer, write_page: WritePage
) -> None:
    endless = write_page("<script>for (;;);</script>")
    job = asyncio.ensure_future(renderer.render(endless, RenderRequest(width=100, height=100)))
    await asyncio.sleep(0.5)
    job.cancel()
    with pytest.raises(asyncio.CancelledError):
        await job
    shot = await renderer.render(write_page("hello"), RenderRequest(width=100, height=100))
    assert [text.text for text in shot.texts] == ["hello"]


def browser_pids() -> set[int]:
    return {process.pid for process in browser_processes()}
