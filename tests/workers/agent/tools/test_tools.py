"""Each tool, on a real workspace, browser and OCR."""

import io
import json
import re

import numpy as np
import pytest
from PIL import Image

from tests.workers.agent.kit import Bench, MakeBench
from webapp.studio.events import (
    ComparisonFinished,
    FileWritten,
    ImagePart,
    LineRange,
    RenderFinished,
    TextPart,
    ToolCall,
)
from workers.agent.protocols import ToolResult
from workers.agent.runner import run_call
from workers.agent.tools.registry import build_toolbox
from workers.browser.errors import NoBrowser
from workers.imaging import Box, TextRun

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def use(bench: Bench, name: str, **arguments: object) -> ToolResult:
    """Call a tool as the loop does."""
    tools = build_toolbox(bench.context)
    call = ToolCall(id="1", name=name, arguments=json.dumps(arguments))
    result, _ = await run_call(call, tools)
    return result


def text_of(result: ToolResult) -> str:
    return "".join(part.text for part in result.for_model if isinstance(part, TextPart))


def images_of(bench: Bench, result: ToolResult) -> list[Image.Image]:
    parts = [part for part in result.for_model if isinstance(part, ImagePart)]
    pictures: list[Image.Image] = [
        Image.open(io.BytesIO(bench.blobs.get(part.sha256))) for part in parts
    ]
    assert [picture.size for picture in pictures] == [(one.width, one.height) for one in parts]
    return pictures


def size_of(bench: Bench, path: str) -> tuple[int, int]:
    with Image.open(bench.workspace.root / path) as picture:
        return picture.size


async def test_write_file_writes_and_reports_the_changed_lines(bench: Bench) -> None:
    await use(bench, "write_file", path="a.html", content="one\ntwo\n")
    result = await use(bench, "write_file", path="a.html", content="one\n2\n")
    (event,) = result.events
    assert isinstance(event, FileWritten)
    assert event.changed == (LineRange(first=2, last=2),)
    assert bench.blobs.get(event.file.sha256) == b"one\n2\n"


async def test_write_file_refuses_to_leave_the_workspace(bench: Bench) -> None:
    result = await use(bench, "write_file", path="../a.html", content="")
    assert not result.ok
    assert "leads out of the workspace" in text_of(result)


async def test_edit_file_applies_several_edits_in_order(bench: Bench) -> None:
    await use(bench, "write_file", path="a.css", content="a { color: red }\nb { top: 1px }\n")
    edits = [{"search": "red", "replace": "blue"}, {"search": "blue", "replace": "green"}]
    result = await use(bench, "edit_file", path="a.css", edits=edits)
    assert result.ok
    assert bench.workspace.read_text("a.css").startswith("a { color: green }")
    assert text_of(result) == "Applied 2 edits to a.css. Changed lines: 1–1."
    nothing = await use(
        bench, "edit_file", path="a.css", edits=[{"search": "1px", "replace": "1px"}]
    )
    assert text_of(nothing) == "Applied 1 edit to a.css. Changed lines: none."


async def test_edit_file_changes_nothing_where_one_edit_does_not_fit(bench: Bench) -> None:
    content = "header { color: red }\nfooter { color: red }\n"
    await use(bench, "write_file", path="a.css", content=content)
    edits = [{"search": "header", "replace": "nav"}, {"search": "foter {", "replace": "x"}]
    result = await use(bench, "edit_file", path="a.css", edits=edits)
    assert not result.ok
    assert bench.workspace.read_text("a.css") == content
    assert "Edit 2" in text_of(result)


async def test_edit_file_shows_the_nearest_lines(bench: Bench) -> None:
    content = "".join(f"p:nth-child({n}) {{ top: {n}px }}\n" for n in range(40))
    await use(bench, "write_file", path="a.css", content=content + "footer { color: red }\n")
    edits = [{"search": "footer { colour: red }", "replace": ""}]
    result = await use(bench, "edit_file", path="a.css", edits=edits)
    assert "41: footer { color: red }" in text_of(result)


async def test_edit_file_names_the_lines_of_an_ambiguous_search(bench: Bench) -> None:
    await use(bench, "write_file", path="a.css", content="red\nblue\nred\n")
    edits = [{"search": "red", "replace": "green"}]
    result = await use(bench, "edit_file", path="a.css", edits=edits)
    assert not result.ok
    assert "2 times, on lines 1, 3" in text_of(result)


async def test_read_file_numbers_the_lines(bench: Bench) -> None:
    await use(bench, "write_file", path="a.txt", content="one\ntwo\nthree\n")
    result = await use(bench, "read_file", path="a.txt", first_line=2, last_line=3)
    assert text_of(result) == "a.txt, 3 lines:\n2\ttwo\n3\tthree"


async def read_whole(bench: Bench, path: str) -> tuple[str, int]:
    """A file put together from its parts, and how many there were."""
    text, parts, where = "", 0, {"first_line": 1}
    while where:
        told = text_of(await use(bench, "read_file", path=path, **where))
        assert len(told) <= 50_000 + 200
        head, _, shown = told.partition(":\n")
        begins = where.get("first_column", 1) == 1
        for line in shown.split("\n"):
            text += ("\n" if begins and text else "") + line.partition("\t")[2]
            begins = True
        where = {name: int(at) for name, at in re.findall(r"(first_\w+) (\d+)", head)}
        parts += 1
    return text, parts


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        ("x" * 49_998, 1),  # a number and a tab come before it
        ("x" * 49_999, 2),
        ("x" * 120_000, 3),
        ("x" * 30_000 + "\n" + "y" * 30_000 + "\n" + "z" * 19_000, 2),
        ("short\n" + "".join(map(str, range(20_000))) + "\nshort", 3),
        ("\n".join(["line"] * 10_000), 2),
    ],
)
async def test_read_file_tells_where_to_read_on_in_what_is_too_long(
    bench: Bench, content: str, parts: int
) -> None:
    await use(bench, "write_file", path="a.txt", content=content)
    assert await read_whole(bench, "a.txt") == (content, parts)


async def test_list_files_gives_paths_and_sizes(bench: Bench) -> None:
    await use(bench, "write_file", path="a.txt", content="12345")
    assert text_of(await use(bench, "list_files")) == "a.txt\t5 bytes"


async def test_render_gives_the_picture_the_texts_and_the_problems(bench: Bench) -> None:
    page = (
        "<body style='margin:0'><p style='width:400px'>Words</p><img src=missing.png>"
        "<script>console.error('wrong')</script>"
    )
    await use(bench, "write_file", path="index.html", content=page)
    result = await use(bench, "render")
    (picture,) = images_of(bench, result)
    assert picture.size == (320, 200)
    report = json.loads(text_of(result))
    assert report["overflow_px"] == 80
    assert any("wrong" in line for line in report["console_errors"])
    assert any("missing.png" in line for line in report["failed_requests"])
    assert report["texts"][0][0] == "Words"
    (event,) = result.events
    assert isinstance(event, RenderFinished)
    assert event.overflow_px == 80


async def test_render_takes_a_viewport_and_a_region(bench: Bench) -> None:
    await use(bench, "write_file", path="index.html", content="<p>Words")
    wide = await use(bench, "render", width=640, height=100, full_page=False)
    assert images_of(bench, wide)[0].size == (640, 100)
    region = {"x": 0, "y": 0, "width": 50, "height": 20}
    part = await use(bench, "render", region=region)
    refused = await use(bench, "render", region={**region, "width": 4096, "height": 20_000})
    assert not refused.ok
    assert "4096 × 20000 is too large" in text_of(refused)
    assert images_of(bench, part)[0].size == (50, 20)


async def test_render_is_at_the_mockups_own_size_and_pixel_ratio(make_bench: MakeBench) -> None:
    bench = make_bench(scale=2.0)
    await use(bench, "write_file", path="index.html", content="<p>Words")
    assert images_of(bench, await use(bench, "render"))[0].size == (320, 200)


async def test_render_of_a_missing_page_says_so(bench: Bench) -> None:
    result = await use(bench, "render")
    assert not result.ok
    assert "no page 'index.html'" in text_of(result)


async def test_compare_gives_score_parts_and_worst_regions(bench: Bench) -> None:
    await use(bench, "write_file", path="index.html", content="<p>Other words")
    result = await use(bench, "compare")
    assert len(images_of(bench, result)) == 3  # the page, the heat map and the close-ups
    report = json.loads(text_of(result))
    assert 0 <= report["score"]["total"] < 0.5
    assert set(report["score"]) >= {"block", "text", "position", "colour", "structure"}
    costs = [one["cost"] for one in report["pages"][0]["differences"]]
    assert costs and costs == sorted(costs, reverse=True)
    regions = report["pages"][0]["worst_regions"]
    assert regions == sorted(regions, key=lambda region: region["score"])
    (event,) = result.events
    assert isinstance(event, ComparisonFinished)
    assert event.score.total == pytest.approx(report["score"]["total"], abs=1e-4)


async def test_compare_always_tells_what_the_browser_complained_of(bench: Bench) -> None:
    words = "".join(f"<p>Words {number} nobody asked for" for number in range(40))
    page = f"{words}<script type=module src=module.js></script><img src=missing.png>"
    await use(bench, "write_file", path="module.js", content="document.title = 'run'")
    await use(bench, "write_file", path="index.html", content=page)
    report = json.loads(text_of(await use(bench, "compare")))
    told = [(one["kind"], one["got"]) for one in report["pages"][0]["differences"]]
    assert len(told) == 22
    assert told[20:] == [
        ("failed_request", "missing.png"),
        ("as_file", "module.js does not load"),
    ]


@pytest.mark.parametrize(("lines", "said"), [(1, "1 line could"), (0, None)])
async def test_compare_tells_of_lines_that_could_not_be_read(
    bench: Bench, lines: int, said: str | None
) -> None:
    hello = TextRun("", Box(16, 84, 66, 22), (0, 0, 0), (255, 255, 255), 0.1)
    bench.context.find_text = lambda image: (hello,) * lines
    await use(bench, "write_file", path="index.html", content="<p>Other words")
    (page,) = json.loads(text_of(await use(bench, "compare")))["pages"]
    assert page.get("note", "").startswith(said or "") and ("note" in page) == bool(said)


async def test_compare_uses_a_fresh_render_of_the_same_files_again(bench: Bench) -> None:
    await use(bench, "write_file", path="index.html", content="<p>One")
    tools = build_toolbox(bench.context)
    rendered, _ = await run_call(ToolCall(id="1", name="render", arguments="{}"), tools)
    known = dict(bench.context._shots)
    await run_call(ToolCall(id="2", name="compare", arguments="{}"), tools)
    assert bench.context._shots.items() >= known.items()
    await use(bench, "write_file", path="index.html", content="<p>Two")
    again, _ = await run_call(ToolCall(id="3", name="render", arguments="{}"), tools)
    assert images_of(bench, again)[0].tobytes() != images_of(bench, rendered)[0].tobytes()


async def test_inspect_mockup_enlarges_a_part(bench: Bench) -> None:
    result = await use(bench, "inspect_mockup", x=200, y=70, width=50, height=20, zoom=4)
    (picture,) = images_of(bench, result)
    assert picture.size == (200, 80)
    assert picture.convert("RGB").getpixel((8, 40)) == (0xC0, 0x50, 0x20)


async def test_inspect_mockup_outside_of_it_says_how_large_it_is(bench: Bench) -> None:
    result = await use(bench, "inspect_mockup", x=400, y=0, width=10, height=10)
    assert not result.ok
    assert "320×200" in text_of(result)


async def test_read_text_reads_the_mockup_in_its_own_pixels(bench: Bench) -> None:
    ((text, x, y, width, height, colour),) = json.loads(text_of(await use(bench, "read_text")))
    assert text == "Hello"
    assert 14 <= x <= 20 and 80 <= y <= 95 and 50 <= width <= 90 and 15 <= height <= 30
    assert int(colour[1:3], 16) < 60


async def test_read_text_of_a_region_keeps_the_mockups_coordinates(bench: Bench) -> None:
    region = {"x": 10, "y": 60, "width": 150, "height": 80}
    ((text, x, *_),) = json.loads(text_of(await use(bench, "read_text", region=region)))
    assert text == "Hello"
    assert 14 <= x <= 20


async def test_crop_asset_cuts_several_pictures_in_one_call(bench: Bench) -> None:
    crop = {"x": 200, "y": 70, "width": 100, "height": 100}
    crops = [{**crop, "path": "assets/a.png"}, {**crop, "path": "assets/b.png", "width": 999}]
    result = await use(bench, "crop_asset", crops=crops)
    written = [event.file.path for event in result.events if isinstance(event, FileWritten)]
    assert written == ["assets/a.png", "assets/b.png"]
    sizes = [size_of(bench, path) for path in bench.workspace.list()]
    assert sizes == [(100, 100), (120, 100)]  # the second is clipped to the mockup


async def test_crop_asset_writes_nothing_where_one_crop_is_wrong(bench: Bench) -> None:
    crop = {"x": 0, "y": 0, "width": 10, "height": 10}
    crops = [{**crop, "path": "a.png"}, {**crop, "path": "b.png", "x": 5000}]
    assert not (await use(bench, "crop_asset", crops=crops)).ok
    assert bench.workspace.list() == ()


async def test_crop_asset_paints_text_over(bench: Bench) -> None:
    crop = {"x": 0, "y": 60, "width": 160, "height": 80, "path": "a.png"}
    await use(bench, "crop_asset", crops=[{**crop, "erase_text": True}])
    with Image.open(bench.workspace.root / "a.png") as picture:
        darkest = np.asarray(picture.convert("L")).min()
    assert darkest > 240  # no ink is left on the white


async def test_a_misspelt_argument_is_an_error_that_names_it(bench: Bench) -> None:
    result = await use(bench, "write_file", path="a", contents="x")
    assert not result.ok
    assert "contents" in text_of(result)


async def test_an_unknown_tool_is_an_error_that_offers_the_nearest(bench: Bench) -> None:
    assert "Did you mean 'write_file'?" in text_of(await use(bench, "writefile"))


async def test_only_what_no_model_can_mend_leaves_the_runner(bench: Bench) -> None:
    class Broken:
        def __init__(self, error: Exception) -> None:
            self.error = error

        async def render(self, *_: object, **__: object) -> None:
            raise self.error

    await use(bench, "write_file", path="index.html", content="")
    bench.context.renderer = Broken(ZeroDivisionError("0"))  # type: ignore[assignment]
    assert not (await use(bench, "render")).ok
    bench.context.renderer = Broken(NoBrowser("none"))  # type: ignore[assignment]
    with pytest.raises(NoBrowser):
        await use(bench, "render")
