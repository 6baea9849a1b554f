"""What axe finds on a page, out of reach of the page."""

from dataclasses import replace

import pytest

from tests.workers.browser.conftest import WritePage
from workers.browser import reader
from workers.browser.renderer import Renderer
from workers.shot import AccessibilityCheck, AccessibilityFinding, Contrast, RenderRequest, Shot

pytestmark = pytest.mark.asyncio(loop_scope="session")

PALE = "<p style='color:#aaaaaa'>pale <b>words</b></p>"
CONTRAST = "color contrast"


async def check(renderer: Renderer, write_page: WritePage, body: str) -> AccessibilityCheck:
    told = (await render(renderer, write_page, body)).accessibility
    assert told is not None
    return told


ASKED = RenderRequest(width=400, height=300, accessibility=True)
UNASKED = replace(ASKED, accessibility=False)


async def render(
    renderer: Renderer, write_page: WritePage, body: str, request: RenderRequest = ASKED
) -> Shot:
    return await renderer.render(write_page(body), request)


def of(told: AccessibilityCheck, rule: str) -> list[AccessibilityFinding]:
    return [one for one in told.findings if rule in one.rule]


@pytest.mark.parametrize(
    ("body", "rule", "selector", "text"),
    [
        ("<img src='data:,' width=9 height=9>", "alternative text", "img", ""),
        ("<input type=text>", "Form elements must have labels", "input", ""),
        ("<button></button>", "Buttons must have discernible text", "button", ""),
        ("<a href=x></a>", "Links must have discernible text", "a", ""),
        ("<h1>one</h1><h4>four</h4>", "Heading levels should only increase", "h4", "four"),
        ("<p>one  two</p>", "contained by landmarks", "p", "one two"),
    ],
)
async def test_a_broken_rule_is_told_with_its_element(
    renderer: Renderer, write_page: WritePage, body: str, rule: str, selector: str, text: str
) -> None:
    (told,) = of(await check(renderer, write_page, body), rule)
    assert (told.selector, told.tag, told.text) == (selector, selector, text)
    assert (told.count, told.contrast) == (1, None)


@pytest.mark.parametrize("rule", ["must have a lang", "must have <title>", "one main landmark"])
async def test_what_the_page_as_a_whole_lacks_has_no_place(
    renderer: Renderer, write_page: WritePage, rule: str
) -> None:
    (told,) = of(await check(renderer, write_page, "<p>one"), rule)
    assert (told.selector, told.tag, told.text) == ("html", "", "")
    assert set(told.rect.model_dump().values()) == {0}


async def test_a_page_that_breaks_no_rule_has_no_findings(
    renderer: Renderer, write_page: WritePage
) -> None:
    good = "<script>document.documentElement.lang='en'</script><title>t</title><main><h1>h</h1>"
    assert await check(renderer, write_page, good) == AccessibilityCheck()


async def test_low_contrast_is_told_once_for_each_pair_of_colours_with_the_first_text(
    renderer: Renderer, write_page: WritePage
) -> None:
    grey = "<p id=grey style='margin:40px 20px;color:#999;font-size:30px'>grey</p>"
    paler = "<p style='color:#bbb'>paler</p>"
    told = await check(renderer, write_page, PALE + grey + paler + PALE)
    pale, large, other = of(told, CONTRAST)
    assert pale.contrast == Contrast(2.32, 4.5, "#aaaaaa", "#ffffff")
    assert (pale.text, pale.count) == ("pale words", 4)  # two p, two b
    assert (other.text, other.count) == ("paler", 1)
    assert large.contrast == Contrast(2.84, 3.0, "#999999", "#ffffff")
    assert (large.selector, large.text, large.count) == ("#grey", "grey", 1)
    assert (large.rect.x, large.rect.width < 100) == (20, True)  # of the words, not of the block


async def test_nothing_is_looked_for_unasked(renderer: Renderer, write_page: WritePage) -> None:
    shot = await render(renderer, write_page, PALE, UNASKED)
    assert shot.accessibility is None


async def test_the_picture_is_the_same_with_and_without(
    renderer: Renderer, write_page: WritePage
) -> None:
    without = await render(renderer, write_page, PALE, UNASKED)
    asked = await render(renderer, write_page, PALE)
    assert (asked.png, asked.texts, asked.boxes) == (without.png, without.texts, without.boxes)


@pytest.mark.parametrize(
    "script",
    [
        "document.querySelectorAll = () => []; Element.prototype.matches = () => { for (;;); }",
        "window.axe = { run: () => ({ violations: [] }) }; Object.freeze(window.axe)",
        "window.setTimeout = window.Promise = window.Map = () => { throw 1 }",
        "Object.prototype.toJSON = () => 'forged'; Array.prototype.push = () => 0",
    ],
)
async def test_a_page_cannot_forge_what_is_found(
    renderer: Renderer, write_page: WritePage, script: str
) -> None:
    told = await check(renderer, write_page, f"{PALE}<script>{script}</script>")
    assert told.failure == "" and of(told, CONTRAST) and of(told, "one main landmark")


async def test_a_page_cannot_see_that_it_is_looked_at(
    renderer: Renderer, write_page: WritePage
) -> None:
    spy = (
        "const tell = (what) => console.error(what);"
        "new MutationObserver(() => tell('changed')).observe(document, {subtree: true,"
        " attributes: true, childList: true, characterData: true});"
        "setInterval(() => window.axe && tell('axe'), 1);"
        "addEventListener('message', () => tell('message'))"
    )
    shot = await render(renderer, write_page, f"{PALE}<script>{spy}</script>")
    assert shot.console_errors == () and shot.accessibility is not None


async def test_without_scripts_and_without_a_policy_it_is_found_too(
    renderer: Renderer, write_page: WritePage
) -> None:
    for request in (replace(ASKED, scripts=False), replace(ASKED, as_file=True)):
        told = (await render(renderer, write_page, PALE, request)).accessibility
        assert told is not None and of(told, CONTRAST)


async def test_a_page_of_too_many_elements_is_only_said_to_be_so(
    renderer: Renderer, write_page: WritePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "MOST_ELEMENTS", 5)  # html, head, body, p, b
    assert of(await check(renderer, write_page, PALE), CONTRAST)
    told = await check(renderer, write_page, f"{PALE}<i></i>")
    assert told == AccessibilityCheck(failure="it has 6 elements")


async def test_a_page_that_takes_too_long_is_shown_all_the_same(
    renderer: Renderer, write_page: WritePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "AXE_MS", 20)
    body = PALE * 200
    shot = await render(renderer, write_page, body)
    plain = await render(renderer, write_page, body, UNASKED)
    assert shot.accessibility == AccessibilityCheck(failure="it is too much for axe")
    assert (shot.png, shot.texts) == (plain.png, plain.texts)


async def test_a_page_on_which_axe_fails_is_shown_all_the_same(
    renderer: Renderer, write_page: WritePage
) -> None:
    # names of form fields stand before the properties of their form
    fields = "".join(f"<input name={name}>" for name in ("nodeName", "attributes", "nodeType"))
    shot = await render(renderer, write_page, f"{PALE}<form>{fields}</form>")
    assert shot.texts[0].text == "pale words" and shot.accessibility is not None
