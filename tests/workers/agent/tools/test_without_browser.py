"""What each tool says and how much of it, with renders made by hand."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.workers.agent.kit import Bench, MakeBench
from webapp.studio.events import (
    Difference,
    DifferenceKind,
    FileWritten,
    ImagePart,
    PageResult,
    Rect,
    RenderFinished,
    Score,
    TextPart,
    ToolCall,
)
from webapp.studio.values import RegionScore
from workers.agent.protocols import ToolResult
from workers.agent.runner import run_call
from workers.agent.tools.compare import _report as compared
from workers.agent.tools.compare import _worth_telling
from workers.agent.tools.context import request_for
from workers.agent.tools.registry import build_toolbox
from workers.agent.workspace import WorkspaceError
from workers.imaging import Box, Image, TextRun, encode_png
from workers.shot import (
    AccessibilityCheck,
    AccessibilityFinding,
    DomText,
    RenderRequest,
    Shot,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")

PLACE = Rect(x=1.26, y=2, width=3, height=4)
PICTURE = ImagePart(sha256="a" * 64, width=1, height=1)


class Painter:
    """Renders white pages of the size asked for, with what it is told to complain of."""

    def __init__(self, **more: object) -> None:
        self.more = more
        self.asked: list[RenderRequest] = []

    async def render(self, folder: Path, request: RenderRequest) -> Shot:
        self.asked.append(request)
        size = round(request.height * request.scale), round(request.width * request.scale), 3
        return Shot(encode_png(np.full(size, 255, np.uint8)), request.scale, **self.more)  # type: ignore[arg-type]


def painted(bench: Bench, *pages: str, **more: object) -> Painter:
    """A workspace with such pages, and what renders them."""
    for page in pages or ("index.html",):
        bench.workspace.write(page, page.encode())
    bench.context.renderer = painter = Painter(**more)
    return painter


async def use(bench: Bench, name: str, **arguments: object) -> ToolResult:
    call = ToolCall(id="1", name=name, arguments=json.dumps(arguments))
    result, _ = await run_call(call, build_toolbox(bench.context))
    return result


def text_of(result: ToolResult) -> str:
    return "".join(part.text for part in result.for_model if isinstance(part, TextPart))


async def test_a_page_is_rendered_as_its_own_mockup_is(make_bench: MakeBench) -> None:
    bench = make_bench(mockups=2)
    first, second = bench.task.mockups
    task = replace(bench.task, mockups=(first, replace(second, width=200, height=90, scale=2.0)))
    bench.context.task = task
    painter = painted(bench, "index.html", "page-2.html", "other.html")
    for page in ("index.html", "page-2.html", "other.html"):
        assert (await use(bench, "render", page=page)).for_ui == f"Rendered {page}"
    sizes = [(one.page, one.width, one.height, one.scale) for one in painter.asked]
    assert sizes == [
        ("index.html", 320, 200, 1.0),
        ("page-2.html", 100, 45, 2.0),
        ("other.html", 320, 200, 1.0),
    ]


async def test_a_page_of_two_widths_is_rendered_as_the_one_that_is_asked_for(
    make_bench: MakeBench,
) -> None:
    bench = make_bench(mockups=2)
    first, second = bench.task.mockups
    phone = replace(second, width=200, height=90, scale=2.0, role="width")
    bench.context.task = replace(bench.task, mockups=(first, phone))
    painter = painted(bench, "index.html")
    for width in (None, 100, 150):
        await use(bench, "render", **({} if width is None else {"width": width}))
    sizes = [(one.page, one.width, one.height, one.scale) for one in painter.asked]
    assert sizes == [
        ("index.html", 320, 200, 1.0),
        ("index.html", 100, 45, 2.0),
        ("index.html", 150, 200, 1.0),
    ]


async def test_a_mockup_smaller_than_a_css_pixel_has_one(bench: Bench) -> None:
    request = request_for(
        replace(bench.task.mockups[0], width=1, height=1, scale=4.0), "index.html"
    )
    assert (request.width, request.height) == (1, 1)


async def test_a_render_tells_four_hundred_texts_and_twenty_problems_of_each_kind(
    bench: Bench,
) -> None:
    problems = tuple(f"no {number}" for number in range(21))
    texts = (DomText("Words", PLACE, (0, 0, 0), 16.0),) * 401
    painted(
        bench, texts=texts, console_errors=problems, failed_requests=problems, overflow_px=9,
        seconds=0.12345,
    )  # fmt: skip
    result = await use(bench, "render")
    report = json.loads(text_of(result))
    assert report["texts"] == [["Words", 1.3, 2.0, 3.0, 4.0]] * 400
    assert report["console_errors"] == report["failed_requests"] == list(problems[:20])
    (event,) = result.events
    assert isinstance(event, RenderFinished)
    assert event.console_errors == event.failed_requests == problems[:20]
    assert (event.overflow_px, event.seconds, event.page) == (9, 0.123, "index.html")


async def test_the_same_files_are_rendered_once_each_way_and_changed_ones_anew(
    bench: Bench,
) -> None:
    painter = painted(bench)
    for _ in range(2):
        await use(bench, "render")
        await use(bench, "render", width=100)
    assert len(painter.asked) == 2
    bench.workspace.write("style.css", b"p {}")
    await use(bench, "render")
    assert len(painter.asked) == 3
    assert len(bench.context._shots) == 1  # renders of files that are gone are not kept


async def test_a_mockup_is_read_once_however_often_it_is_compared(bench: Bench) -> None:
    read: list[Image] = []

    def find_text(image: Image) -> tuple[TextRun, ...]:
        read.append(image)
        return ()

    bench.context.find_text = find_text
    painted(bench)
    compare = build_toolbox(bench.context)["compare"]
    for _ in range(2):
        result = await compare(compare.params())
    assert len(read) == 1
    assert result.for_ui.startswith("Match ") and result.for_ui.endswith("%")


def difference(kind: DifferenceKind, number: int = 0) -> Difference:
    return Difference(
        item="box", kind=kind, expected="a", got=str(number), rect=PLACE, selector="p", cost=0.123
    )


async def test_the_twenty_dearest_are_told_and_every_complaint_wherever_it_stands() -> None:
    seen = [difference("fill", number) for number in range(21)]
    complaints = [difference("overflow"), *(difference("as_file", n) for n in range(30))]
    told = _worth_telling([complaints[0], *seen, *complaints[1:]])
    assert told == seen[:20] + complaints
    assert _worth_telling(complaints) == complaints
    assert _worth_telling([]) == []


async def test_a_comparison_is_told_in_whole_pixels_and_few_decimals() -> None:
    regions = tuple(
        RegionScore(name=f"r{number}", rect=PLACE, score=0.12345) for number in range(5)
    )
    score = Score(
        total=0.123456,
        parts={"text": 0.98765432, "colour": None},
        picture_penalty=0.111111,
        regions=regions,
        differences=(difference("fill"),),
        unread_lines=2,
    )
    page = PageResult(
        mockup_index=0, page="index.html", screenshot=PICTURE, heat_map=PICTURE, score=score
    )
    report = json.loads(compared(score, (page,), (), ()))
    numbers = {"total": 0.1235, "text": 0.9877, "colour": None, "picture_penalty": 0.1111}
    assert report["score"] == numbers
    (told,) = report["pages"]
    assert (told["page"], told["score"]) == ("index.html", numbers)
    assert told["note"].startswith("2 lines could not be read: only pixels were compared.")
    assert told["worst_regions"] == [
        {"name": f"r{number}", "score": 0.123, "rect": [1, 2, 3, 4]} for number in range(4)
    ]
    assert told["differences"] == [
        {
            "item": "box", "kind": "fill", "expected": "a", "got": "0", "selector": "p",
            "line": None, "rect": [1, 2, 3, 4], "cost": 0.123,
        }
    ]  # fmt: skip


async def test_a_mockup_is_named_by_its_number_and_others_are_refused(
    make_bench: MakeBench,
) -> None:
    context = make_bench(mockups=2).context
    assert context.mockup(0) is context.task.mockups[0]
    assert context.mockup(1) is context.task.mockups[1]
    for index in (-1, 2):
        with pytest.raises(WorkspaceError, match=f"no mockup {index}; they are numbered 0 to 1"):
            context.mockup(index)


async def test_a_part_is_enlarged_up_to_two_thousand_pixels(bench: Bench) -> None:
    result = await use(bench, "inspect_mockup", x=0, y=0, width=320, height=100, zoom=8)
    assert text_of(result) == "Mockup 0 at (0, 0), 320×100 image pixels, shown at 2000×625."
    assert result.for_ui == "Looked at 320×100 px of mockup 1"
    thin = await use(bench, "inspect_mockup", x=319, y=0, width=9, height=200)
    assert "(319, 0), 1×200 image pixels, shown at 1×200" in text_of(thin)


async def test_what_is_done_to_files_is_said_in_numbers(bench: Bench) -> None:
    assert text_of(await use(bench, "list_files")) == "There are no files yet."
    wrote = await use(bench, "write_file", path="./é.txt", content="é\ntwo")
    assert text_of(wrote) == "Wrote é.txt: 2 lines, 6 bytes."
    assert wrote.for_ui == "Wrote é.txt, 2 lines"
    assert (await use(bench, "list_files")).for_ui == "Listed 1 files"
    read = await use(bench, "read_file", path="é.txt")
    assert (text_of(read), read.for_ui) == ("é.txt, 2 lines:\n1\té\n2\ttwo", "Read é.txt, 2 lines")
    part = await use(bench, "read_file", path="é.txt", first_line=2)
    assert (text_of(part), part.for_ui) == ("é.txt, 2 lines:\n2\ttwo", "Read é.txt, 1 line")
    edits = [{"search": "two", "replace": "2"}]
    assert (await use(bench, "edit_file", path="é.txt", edits=edits)).for_ui == (
        "Edited é.txt, 1 edit"
    )


async def test_crops_are_counted_and_named(bench: Bench) -> None:
    crop = {"x": 0, "y": 0, "width": 10, "height": 10}
    one = await use(bench, "crop_asset", crops=[{**crop, "path": "top.PNG"}])
    assert (text_of(one), one.for_ui) == (
        "Cut 1 picture out of the mockup: top.PNG.", "Cut out 1 picture",
    )  # fmt: skip
    two = await use(
        bench, "crop_asset", crops=[{**crop, "path": "a.png"}, {**crop, "path": "b.png"}]
    )
    assert text_of(two) == "Cut 2 pictures out of the mockup: a.png, b.png."
    wrong = await use(bench, "crop_asset", crops=[{**crop, "path": "a.jpg"}])
    assert not wrong.ok and "must end in .png" in text_of(wrong)


async def test_finish_names_every_page_that_is_missing(make_bench: MakeBench) -> None:
    bench = make_bench(mockups=2)
    early = await use(bench, "finish", summary="Done")
    assert (early.ok, early.finished) == (False, False)
    assert "there is no index.html and no page-2.html. Write it first." in text_of(early)
    painted(bench, "index.html", "page-2.html")
    done = await use(bench, "finish", summary=" All there. ")
    assert (done.ok, done.finished, done.for_ui) == (True, True, "All there.")
    assert (await use(bench, "finish")).for_ui == "Finished"


async def test_text_is_read_with_its_colour_and_counted(bench: Bench) -> None:
    run = TextRun("Words", Box(3, 4, 20, 10), (1, 2, 255), (255, 255, 255))
    for count, said in ((0, "0 lines"), (1, "1 line"), (2, "2 lines")):
        bench.context.find_text = lambda image, count=count: (run,) * count  # type: ignore[misc]
        region = {"x": 10, "y": 20, "width": 50, "height": 50}
        result = await use(bench, "read_text", region=region)
        assert json.loads(text_of(result)) == [["Words", 13, 24, 20, 10, "#0102ff"]] * count
        assert result.for_ui == f"Read {said} of text"


@pytest.mark.parametrize(
    ("before", "changed"), [(b"one\n2\n", [(2, 2)]), (b"\0" + b"one\n", [(1, 2)])]
)
async def test_of_a_file_that_was_no_text_every_line_has_changed(
    bench: Bench, before: bytes, changed: list[tuple[int, int]]
) -> None:
    bench.workspace.write("a", before)
    written: FileWritten = bench.context.write("a", b"one\ntwo\n")
    assert [(span.first, span.last) for span in written.changed] == changed


async def test_overflow_of_narrower_windows_is_told_of_pages_that_are_wider(bench: Bench) -> None:
    painter = painted(bench, overflow_px=5)
    width = bench.task.mockups[0].width  # 320 at scale 1
    bench.context.widths = (200, width, 390)
    report = json.loads(text_of(await use(bench, "compare")))
    told = [one["item"] for one in report["pages"][0]["differences"] if one["kind"] == "overflow"]
    assert told == ["page", "page at 200 px"]
    assert {(one.width, one.scale) for one in painter.asked} == {(width, 1.0), (200, 1.0)}


async def test_a_comparison_looks_for_accessibility_where_it_is_to(bench: Bench) -> None:
    rule = AccessibilityFinding("Images must have alternative text", "img", PLACE, "img", count=2)
    painter = painted(bench, accessibility=AccessibilityCheck((rule,)))
    bench.context.accessibility = True
    report = json.loads(text_of(await use(bench, "compare")))
    told = report["pages"][0]["differences"][-1]
    assert (told["kind"], told["item"], told["got"]) == ("accessibility", "img", rule.rule)
    assert (told["count"], told["cost"]) == (2, 0)
    assert [(one.accessibility, one.as_file) for one in painter.asked] == [
        (True, False), (False, True),
    ]  # fmt: skip


async def test_unasked_a_comparison_costs_no_look_at_accessibility(bench: Bench) -> None:
    painter = painted(bench)
    await use(bench, "compare")
    assert {one.accessibility for one in painter.asked} == {False}
