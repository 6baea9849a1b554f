"""How a mockup gets in: dropped, pasted, browsed, or taken from the examples."""

import base64
import re
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Dialog, Page, Route, expect

from bench.stack import Stack
from tests.e2e.conftest import EXAMPLES
from tests.webapp.conftest import picture
from tests.webapp.studio.uploads.test_images import DATA
from tests.webapp.studio.uploads.test_pdf import pdf

pytestmark = pytest.mark.e2e

RUN_MS = 180_000  # a draft on a busy machine
HAND_OVER = """([kind, name, type, data]) => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], name, { type }));
  const options = { bubbles: true, cancelable: true };
  if (kind === "drop") {
    for (const step of ["dragenter", "dragover", "drop"])
      document.body.dispatchEvent(new DragEvent(step, { ...options, dataTransfer: transfer }));
  } else {
    const paste = new ClipboardEvent("paste", { ...options, clipboardData: transfer });
    document.body.dispatchEvent(paste);
  }
}"""


def hand_over(page: Page, kind: str, path: Path) -> None:
    """Drop or paste a file as the browser does: an event with the file in it."""
    data = base64.b64encode(path.read_bytes()).decode()
    page.evaluate(HAND_OVER, [kind, path.name, "image/png", data])


def expect_measured_page(page: Page) -> None:
    """The run has ended and a page with a score and real text stands in the preview."""
    run = page.get_by_role("region", name="Run")
    expect(run.get_by_role("status")).to_contain_text("Done", timeout=RUN_MS)
    score = page.locator(".score-strip").get_by_role("img", name="Score ")
    assert float(score.inner_text().removesuffix("%")) > 80


def test_a_dropped_mockup_becomes_a_measured_page(page: Page, stack: Stack) -> None:
    page.goto(stack.origin)
    hand_over(page, "drop", EXAMPLES / "login.png")
    expect(page.get_by_role("listitem", name="login.png")).to_contain_text("1280 × 800")
    page.get_by_role("button", name="Generate").click()
    page.wait_for_url("**/p/**")
    expect_measured_page(page)
    preview = page.frame_locator("iframe:visible").first
    expect(preview.get_by_text("Plan the season before")).to_be_visible()
    expect(preview.get_by_text("Forgot password?")).to_be_visible()


def test_a_pasted_hidpi_mockup_keeps_its_pixel_ratio(page: Page, stack: Stack) -> None:
    page.goto(stack.origin)
    hand_over(page, "paste", EXAMPLES / "mobile-list.png")
    tile = page.get_by_role("listitem", name="mobile-list.png")
    expect(tile.get_by_role("radio", name="2×")).to_be_checked()
    expect(tile).to_contain_text("390 × 844")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/p/**")
    expect_measured_page(page)
    expect(page.frame_locator("iframe:visible").first.get_by_text("Near you")).to_be_visible()


def test_a_refused_file_says_why_and_the_others_stay(
    page: Page, stack: Stack, tmp_path: Path
) -> None:
    broken = tmp_path / "notes.png"
    broken.write_text("these are notes")
    page.goto(stack.origin)
    page.get_by_label("Mockup files").set_input_files([broken, EXAMPLES / "pricing.png"])
    expect(page.get_by_role("listitem", name="notes.png").get_by_role("alert")).to_contain_text(
        "not a picture"
    )
    expect(page.get_by_role("listitem", name="pricing.png")).to_contain_text("1280 × 1245")
    expect(page.get_by_role("button", name="Generate")).to_be_enabled()


def test_what_a_phone_or_a_design_program_writes_is_taken(
    page: Page, stack: Stack, tmp_path: Path
) -> None:
    brochure = tmp_path / "brochure.pdf"
    brochure.write_bytes(pdf("red", "blue"))
    page.goto(stack.origin)
    page.get_by_label("Mockup files").set_input_files([DATA / "turned.heic", brochure])
    tiles = page.get_by_role("list", name="Mockups").get_by_role("listitem")
    expect(tiles).to_have_count(3)
    expect(page.get_by_role("listitem", name="turned.heic")).to_contain_text("48 × 64")
    second = page.get_by_role("listitem", name="brochure.pdf, page 2")
    expect(second).to_contain_text("300 × 200")
    expect(second.get_by_role("radio", name="2×")).to_be_checked()
    expect(page.get_by_role("button", name="Generate")).to_be_enabled()


def test_a_drawing_is_drawn_and_one_that_cannot_be_says_why(
    page: Page, stack: Stack, tmp_path: Path
) -> None:
    head = "<svg xmlns='http://www.w3.org/2000/svg'"
    drawing = tmp_path / "login.svg"
    drawing.write_text(f"{head} viewBox='0 0 390 844'><rect width='390' height='99'/></svg>")
    nothing = tmp_path / "logo.svg"
    nothing.write_text(f"{head}/>")
    page.goto(stack.origin)
    page.get_by_label("Mockup files").set_input_files([drawing, nothing])
    tile = page.get_by_role("listitem", name="login.svg")
    expect(tile).to_contain_text("390 × 844 px", timeout=30_000)  # a browser starts for it
    expect(tile.get_by_role("radio", name="2×")).to_be_checked()
    alert = page.get_by_role("listitem", name="logo.svg").get_by_role("alert")
    expect(alert).to_have_text(
        "This SVG drawing cannot be drawn. It has neither width and height nor a viewBox. "
        "Export it as PNG."
    )


def test_large_mockups_are_read_in_turn(page: Page, stack: Stack, tmp_path: Path) -> None:
    files = [tmp_path / f"page-{colour}.png" for colour in ("red", "green", "blue", "black")]
    for file in files:
        file.write_bytes(picture(5000, 5000, file.stem.removeprefix("page-")))
    page.goto(stack.origin)
    page.get_by_label("Mockup files").set_input_files(files)
    tiles = page.get_by_role("list", name="Mockups").get_by_role("listitem")
    expect(tiles.filter(has_text="in its turn")).not_to_have_count(0)
    expect(page.get_by_role("button", name="Generate")).to_be_disabled()
    expect(tiles.filter(has_text="5000 × 5000")).to_have_count(4)
    expect(page.get_by_role("button", name="Generate")).to_be_enabled()


def test_images_can_be_put_in_order_and_removed(page: Page, stack: Stack) -> None:
    page.goto(stack.origin)
    files = [EXAMPLES / "login.png", EXAMPLES / "pricing.png", EXAMPLES / "dashboard.png"]
    page.get_by_label("Mockup files").set_input_files(files)
    tiles = page.get_by_role("list", name="Mockups").get_by_role("listitem")
    expect(tiles).to_have_count(3)
    page.get_by_role("button", name="Move dashboard.png earlier").click()
    page.get_by_role("button", name="Remove login.png").click()
    expect(tiles).to_have_count(2)
    expect(tiles.first).to_have_attribute("aria-label", "dashboard.png")


def test_a_sixth_image_is_refused_with_the_limit(page: Page, stack: Stack) -> None:
    page.goto(stack.origin)
    page.get_by_label("Mockup files").set_input_files([EXAMPLES / "login.png"] * 6)
    tiles = page.get_by_role("list", name="Mockups").get_by_role("listitem")
    expect(tiles.filter(has=page.get_by_role("radio"))).to_have_count(5)
    expect(page.get_by_role("alert").first).to_contain_text("five")


def test_the_model_says_that_it_follows_the_picture(page: Page, stack: Stack) -> None:
    page.goto(stack.origin)
    expect(page.get_by_text("It follows the picture")).to_be_visible()


def test_a_start_without_a_server_keeps_what_was_entered(page: Page, stack: Stack) -> None:
    page.goto(stack.origin)
    page.get_by_label("Anything to add?").fill("Make it calm")
    page.get_by_label("Mockup files").set_input_files(EXAMPLES / "login.png")
    expect(page.get_by_role("button", name="Generate")).to_be_enabled()
    page.route("**/api/projects", lambda route: route.abort())
    page.get_by_role("button", name="Generate").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    expect(page.get_by_label("Anything to add?")).to_have_value("Make it calm")
    page.unroute("**/api/projects")
    page.get_by_role("button", name="Generate").click()
    page.wait_for_url("**/p/**")


def test_words_outlive_a_reload_until_a_run_has_them(page: Page, stack: Stack) -> None:
    page.goto(stack.origin)
    words = page.get_by_label("Anything to add?")
    words.fill("Make it calm")
    page.get_by_label("Mockup files").set_input_files(EXAMPLES / "login.png")
    expect(page.get_by_role("button", name="Generate")).to_be_enabled()
    page.reload()
    expect(words).to_have_value("Make it calm")
    page.get_by_role("button", name="Generate").click()
    page.wait_for_url("**/p/**")
    page.goto(stack.origin)
    expect(words).to_have_value("")


def test_the_browser_asks_before_a_reload_that_would_lose_an_upload(
    page: Page, stack: Stack
) -> None:
    held: list[Route] = []
    page.route("**/api/assets", lambda route: held.append(route))
    page.goto(stack.origin)
    page.get_by_label("Mockup files").set_input_files(EXAMPLES / "login.png")
    page.get_by_label("Anything to add?").click()  # a browser asks for a page that was touched
    expect(page.get_by_role("progressbar", name="Uploading login.png")).to_be_visible()
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    with page.expect_event("dialog"):
        page.evaluate("setTimeout(() => location.reload())")
    held.pop().continue_()
    expect(page.get_by_role("button", name="Generate")).to_be_enabled()
    page.reload()  # and does not ask once all is there
    expect(page.get_by_role("button", name="Generate")).to_be_enabled()
    assert asked == ["beforeunload"]


@pytest.mark.parametrize("coding", ["br", "gzip", ""])
def test_scripts_and_styles_come_compressed_where_the_browser_takes_that(
    stack: Stack, coding: str
) -> None:
    page = httpx.get(f"{stack.origin}/").text
    paths = re.findall(r'"(/static/assets/[^"]+\.(?:js|css))"', page)
    assert len(paths) >= 2
    whole, compressed = 0, 0  # bytes
    for path in paths:
        plain = httpx.get(stack.origin + path, headers={"accept-encoding": "identity"})
        with httpx.stream(
            "GET", stack.origin + path, headers={"accept-encoding": coding or "identity"}
        ) as answer:
            sent = b"".join(answer.iter_raw())
        assert answer.headers.get("content-encoding", "") == coding
        assert "immutable" in answer.headers["cache-control"]
        if coding:
            assert "accept-encoding" in answer.headers["vary"].lower()
            whole, compressed = whole + len(plain.content), compressed + len(sent)
        else:
            assert sent == plain.content
    if coding:
        assert compressed < 0.4 * whole


def test_words_with_a_picture_of_them_are_pasted_as_words(page: Page, stack: Stack) -> None:
    """As Excel copies cells: the text, and a picture of it."""
    page.goto(stack.origin)
    prompt = page.locator("textarea")
    prompt.focus()
    paste = """([text]) => {
        const data = new DataTransfer();
        data.items.add(new File(["x"], "image.png", { type: "image/png" }));
        if (text) data.setData("text/plain", text);
        const event = new ClipboardEvent("paste", {
            clipboardData: data, bubbles: true, cancelable: true,
        });
        document.activeElement.dispatchEvent(event);
        return event.defaultPrevented;
    }"""
    assert page.evaluate(paste, ["Header\t#1d4ed8"]) is False  # the field takes it
    expect(page.get_by_role("list", name="Mockups")).to_have_count(0)
    assert page.evaluate(paste, [""]) is True
    expect(page.get_by_role("list", name="Mockups").get_by_role("listitem")).to_have_count(1)


DROP_DATA = """([target, texts]) => {
  const dataTransfer = new DataTransfer();
  for (const [type, text] of Object.entries(texts)) dataTransfer.setData(type, text);
  const options = { bubbles: true, cancelable: true, dataTransfer };
  const element = document.querySelector(target);
  for (const step of ["dragenter", "dragover"])
    element.dispatchEvent(new DragEvent(step, options));
  return element.dispatchEvent(new DragEvent("drop", options)); // whether the browser acts on it
}"""


def drop_texts(page: Page, target: str, **texts: str) -> bool:
    """Drop what is no file, by its kind of text; whether the browser does with it as it does."""
    named = {f"text/{kind.replace('_', '-')}": text for kind, text in texts.items()}
    page.locator("textarea").wait_for()
    return bool(page.evaluate(DROP_DATA, [target, named]))


@pytest.mark.parametrize("target", ["body", "textarea"])
def test_of_a_picture_that_comes_as_its_address_a_person_is_told_what_to_do(
    page: Page, stack: Stack, target: str
) -> None:
    """As Chrome gives a picture that is dragged out of another page."""
    url = "https://shop.example/shots/Home%20page.png"
    page.goto(stack.origin)
    assert not drop_texts(page, target, uri_list=url, html=f'<img src="{url}">')
    alert = page.get_by_role("listitem", name="Home page.png").get_by_role("alert")
    expect(alert).to_contain_text("gave only the picture’s address. Save the picture or copy it")
    expect(page.get_by_label("Anything to add?")).to_have_value("")
    page.get_by_role("button", name="Remove Home page.png").click()
    expect(alert).to_have_count(0)


def test_a_picture_that_lies_in_its_address_is_taken(page: Page, stack: Stack) -> None:
    data = base64.b64encode(picture(120, 90)).decode()
    page.goto(stack.origin)
    assert not drop_texts(
        page, "body", html=f'<img src="data:image/png;base64,{data}">', uri_list="#"
    )
    expect(page.get_by_role("listitem", name="dropped image")).to_contain_text("120 × 90")


def test_a_link_is_told_from_a_picture_and_belongs_to_a_field(page: Page, stack: Stack) -> None:
    page.goto(stack.origin)
    assert drop_texts(page, "textarea", uri_list="https://shop.example/")  # the field takes it
    expect(page.get_by_role("listitem", name="shop.example")).to_have_count(0)
    assert not drop_texts(page, "body", uri_list="https://shop.example/")
    alert = page.get_by_role("listitem", name="shop.example").get_by_role("alert")
    expect(alert).to_contain_text("the address of a page")


def test_a_dragged_picture_that_comes_with_its_file_is_taken(page: Page, stack: Stack) -> None:
    page.goto(stack.origin)
    data = base64.b64encode((EXAMPLES / "login.png").read_bytes()).decode()
    with_address = HAND_OVER.replace(
        "const options",
        "transfer.setData('text/uri-list', 'https://shop.example/hero.png'); const options",
    )
    page.evaluate(with_address, ["drop", "login.png", "image/png", data])
    expect(page.get_by_role("listitem", name="login.png")).to_contain_text("1280 × 800")
    expect(page.get_by_role("list", name="Mockups").get_by_role("listitem")).to_have_count(1)
