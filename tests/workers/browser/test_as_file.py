"""A page opened from the disk, as who unpacked its zip opens it, beside the page as it is shown."""

import pytest

from tests.workers.browser.conftest import WritePage
from workers.browser.renderer import Renderer
from workers.scoring.problems import problems_of
from workers.shot import RenderRequest, Shot

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def both(
    renderer: Renderer, write_page: WritePage, body: str, **files: str
) -> tuple[Shot, Shot]:
    folder = write_page(body, **files)
    shown = await renderer.render(folder, RenderRequest(width=400, height=300))
    opened = await renderer.render(folder, RenderRequest(width=400, height=300, as_file=True))
    return shown, opened


def changes(shots: tuple[Shot, Shot]) -> list[str]:
    return [one.got for one in problems_of(*shots) if one.kind == "as_file"]


FILES = {
    "style.css": "p { color: rgb(200, 0, 0) }",
    "plain.js": "document.body.append('plain ')",
    "module.js": "document.body.append('module ')",
}


async def test_a_page_of_markup_style_and_plain_scripts_is_the_same(
    renderer: Renderer, write_page: WritePage
) -> None:
    page = "<link rel=stylesheet href=style.css><p>words</p><script src=plain.js></script>"
    shots = await both(renderer, write_page, page, **FILES)
    assert shots[1].texts[0].colour == (200, 0, 0)
    assert [text.text for text in shots[1].texts] == ["words", "plain"]
    assert shots[0].png == shots[1].png
    assert changes(shots) == []


@pytest.mark.parametrize(
    ("page", "change"),
    [
        ("<p>words</p><script type=module src=module.js></script>", "module.js does not load"),
        (
            "<link rel=stylesheet href=style.css crossorigin><p>words",
            "style.css does not load",
        ),
    ],
)
async def test_what_a_disk_does_not_give_is_told_and_so_is_what_that_looks_like(
    renderer: Renderer, write_page: WritePage, page: str, change: str
) -> None:
    told, seen = changes(await both(renderer, write_page, page, **FILES))
    assert told == change
    assert seen.endswith("% of its pixels differ")


async def test_what_is_missing_as_it_is_shown_is_not_told_again(
    renderer: Renderer, write_page: WritePage
) -> None:
    page = "<link rel=stylesheet href=/style.css><img src=missing.png><p>words"
    shots = await both(renderer, write_page, page, **FILES)
    for shot in shots:
        assert set(shot.failed_requests) == {"/style.css", "missing.png"}
    assert changes(shots) == []


async def test_what_a_preview_withholds_is_there_on_a_disk(
    renderer: Renderer, write_page: WritePage
) -> None:
    page = "<p>words<script>localStorage.n = 1; document.body.append('stored')</script>"
    shots = await both(renderer, write_page, page)
    assert [len(shot.console_errors) for shot in shots] == [1, 0]
    (seen,) = changes(shots)
    assert seen.endswith("% of its pixels differ")


async def test_a_page_on_a_disk_reaches_its_own_folder_alone(
    renderer: Renderer, write_page: WritePage
) -> None:
    sources = ("file:///etc/hostname", "../secret.svg", "https://example.com/a.png", "%2e%2e/b.svg")
    images = "".join(f"<img src='{source}'>" for source in sources)
    folder = write_page(images + "<iframe src='file:///etc/passwd'></iframe>")
    for name in ("secret.svg", "b.svg"):
        (folder.parent / name).write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    shot = await renderer.render(folder, RenderRequest(width=400, height=300, as_file=True))
    assert len(shot.failed_requests) == 5
    assert not shot.texts
