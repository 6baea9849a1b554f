"""A preview in which elements are selected: our script runs, the page's own never do."""

from collections.abc import AsyncIterator

import pytest
from asgiref.sync import sync_to_async
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from tests.webapp.previews.test_previews import fetch, policy
from tests.webapp.record import claimed_run, revision
from webapp.previews.picker import with_picker, word_in
from webapp.studio import queries, services
from workers.browser.find import find_browser

WORD = "w0rd-w0rd_w0rd-w0rd_w0rd"
RUN = "parent.postMessage('the page ran', '*')"
GUESS = f"parent.postMessage({{picker: '{WORD[::-1]}'}}, '*', [new MessageChannel().port2])"
SETTLED = 600  # milliseconds; a page whose scripts are off cannot say when it is done

HELLO = "<h1>Hello</h1>"
HOSTILE = {
    "inline": f"<h1>Hello</h1><script>{RUN}</script>",
    "guesses the word": f"<h1>Hello</h1><script nonce='{WORD[::-1]}'>{GUESS}</script>",
    "a file of its own": "<h1>Hello</h1><script src='run.js'></script>",
    "a module": "<h1>Hello</h1><script type=module src='run.js'></script>",
    "handlers": f'<body onload="{RUN}" onpageshow="{RUN}"><h1 onclick="{RUN}">Hello</h1>',
    "a broken picture": f'<h1>Hello</h1><img src=x onerror="{RUN}">',
    "a drawing": f'<h1>Hello</h1><svg onload="{RUN}"><script>{RUN}</script></svg>',
    "a frame": "<h1>Hello</h1><iframe srcdoc=\"<script>top.postMessage('ran', '*')</script>\">",
    "leads to its scripts": "<meta http-equiv=refresh content='0;url=?scripts=1'><h1>Hello</h1>",
    "in capitals": "<META HTTP-EQUIV='Refresh' CONTENT='0;URL=?scripts=1'><h1>Hello</h1>",
    "spelt by entities": "<meta http-equiv='&#114;efresh' content='0;url=?scripts=1'>" + HELLO,
    "leads to another page": "<meta http-equiv=refresh content='0;url=other.html?scripts=1'>"
    + HELLO,
    "a link over all": "<a href='?scripts=1' style='position:fixed;inset:0'><h1>Hello</h1></a>",
    "a form over all": "<form action='?scripts=1'><button><h1>Hello</h1></button></form>",
    "a script as address": f'<a href="javascript:{RUN}"><h1>Hello</h1></a>',
    "stolen names": "<img name=currentScript><img name=querySelector><form id=parent></form>"
    + HELLO,
    "names in a form": "<form><input name=parentElement><input name=children><h1>Hello</h1></form>",
    "a comment before": "<!-- <script> --> <!doctype html><h1>Hello</h1>",
    "a comment that stays open": "<!doctype html><h1>Hello</h1><!-- ",
    "another base": "<base href='https://elsewhere.example/'><h1>Hello</h1>",
}
FILES = {
    "run.js": RUN.encode(),
    "other.html": f"<script>{RUN}</script>".encode(),
}
LISTEN = """(url) => {
  window.heard = [];
  window.told = [];
  addEventListener('message', ({data, ports}) => {
    heard.push(data);
    if (!data.picker && !data.measure) return;
    (window.offered = ports[0]).onmessage = (event) => told.push(event.data);
  });
  document.body.innerHTML = `<iframe sandbox="allow-scripts" width=600 height=400 src="${url}">`;
}"""


def saved(page: str, encoding: str = "utf-8") -> str:
    """The path of a revision with this page."""
    run_id, lease = claimed_run()
    files = {**FILES, "index.html": page.encode(encoding)}
    services.append_event(run_id, lease, revision(1, files))
    return f"/r/{queries.run_by_id(run_id).revisions.get().token}/"


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_browser())
        yield browser
        await browser.close()


async def framed(browser: Browser | BrowserContext, app: str, url: str) -> Page:
    """A page of the interface's origin that frames the preview and listens."""
    page = await browser.new_page()
    await page.goto(f"{app}/healthz")
    await page.evaluate(LISTEN, url)
    await page.wait_for_timeout(SETTLED)
    return page


@pytest.mark.parametrize("kind", HOSTILE)
async def test_a_hostile_page_runs_nothing_and_selects_nothing(
    browser: Browser, origins: tuple[str, str], kind: str
) -> None:
    app, previews = origins
    path = await sync_to_async(saved)(HOSTILE[kind])
    page = await framed(browser, app, f"{previews}{path}?select={WORD}")
    frame = page.frames[1]
    box = await frame.locator("h1").bounding_box()
    assert box is not None
    await page.mouse.click(box["x"] + 5, box["y"] + 5)
    await page.wait_for_timeout(SETTLED)
    assert await page.evaluate("heard") == [{"picker": WORD}]
    assert frame.url.endswith(f"?select={WORD}")
    told = [one for one in await page.evaluate("told") if one["type"] == "select"]
    assert [(one["tag"], one["text"]) for one in told] in ([("h1", "Hello")], [])
    assert told or kind == "names in a form"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
async def test_a_page_in_utf_16_leads_nowhere_either(
    browser: Browser, origins: tuple[str, str], encoding: str
) -> None:
    app, previews = origins
    path = await sync_to_async(saved)("\ufeff" + HOSTILE["leads to its scripts"], encoding)
    page = await framed(browser, app, f"{previews}{path}?select={WORD}")
    assert page.frames[1].url.endswith(f"?select={WORD}")
    assert await page.frames[1].locator("h1").text_content() == "Hello"
    assert await page.evaluate("heard") == [{"picker": WORD}]


@pytest.mark.parametrize("by", ["mouse", "finger"])
@pytest.mark.parametrize(
    "markup",
    [
        "<button disabled>Go on</button>",
        "<button disabled><span>Go on</span></button>",
        "<fieldset disabled><button>Go on</button></fieldset>",
    ],
)
async def test_what_is_disabled_is_selected_too(
    browser: Browser, origins: tuple[str, str], markup: str, by: str
) -> None:
    app, previews = origins
    path = await sync_to_async(saved)(markup)
    context = await browser.new_context(has_touch=True)
    page = await framed(context, app, f"{previews}{path}?select={WORD}")
    box = await page.frames[1].get_by_text("Go on").bounding_box()
    assert box is not None
    press = page.mouse.click if by == "mouse" else page.touchscreen.tap
    await press(box["x"] + 9, box["y"] + 9)
    await page.wait_for_timeout(SETTLED)
    told = [one for one in await page.evaluate("told") if one["type"] == "select"]
    assert told
    assert {one["text"] for one in told} == {"Go on"}


async def test_what_is_asked_for_is_selected_where_it_is_the_only_one(
    browser: Browser, origins: tuple[str, str]
) -> None:
    app, previews = origins
    path = await sync_to_async(saved)("<h1>Hello</h1><p>One</p><p>Two</p>")
    page = await framed(browser, app, f"{previews}{path}?select={WORD}")
    for selector in ("h1", "p", "aside"):
        await page.evaluate("(select) => offered.postMessage({select})", selector)
    await page.wait_for_timeout(SETTLED)
    told = [one.get("text") for one in await page.evaluate("told") if one["type"] == "moved"]
    assert told == ["Hello", None, None]


async def test_the_page_is_as_without_it(browser: Browser, origins: tuple[str, str]) -> None:
    app, previews = origins
    source = (
        "\ufeff<!-- a --><!doctype html><html lang=de><head><title>T</title></head><h1>Hello</h1>"
    )
    path = await sync_to_async(saved)(source)
    seen = []
    for query in ("", f"?select={WORD}"):
        page = await framed(browser, app, f"{previews}{path}{query}")
        seen.append(await page.frames[1].evaluate("document.documentElement.outerHTML"))
        assert await page.frames[1].evaluate("document.compatMode") == "CSS1Compat"
    assert seen[0] == seen[1]


async def test_a_page_tells_how_far_it_is_wider_than_its_window_and_what_makes_it_so(
    browser: Browser, origins: tuple[str, str]
) -> None:
    app, previews = origins
    markup = (
        "<style>body { margin: 0 } table, .rail div { width: 634px }</style>"
        "<div class=rail style='overflow-x: auto'><div>scrolls by itself</div></div>"
        "<main><table class=prices><tr><td>Basic</table></main>"
    )
    path = await sync_to_async(saved)(markup)
    page = await framed(browser, app, f"{previews}{path}?measure={WORD}")
    assert await page.evaluate("heard") == [{"measure": WORD}]
    size = (await page.evaluate("told"))[-1]
    assert (size["type"], size["overflow"]) == ("size", 34)
    assert [(one["selector"], one["text"]) for one in size["elements"]] == [
        ("table.prices", "Basic")
    ]
    await page.evaluate("document.querySelector('iframe').width = 700")
    await page.wait_for_timeout(SETTLED)
    assert (await page.evaluate("told"))[-1] == {"type": "size", "overflow": 0, "elements": []}


async def test_a_hostile_page_that_is_measured_runs_nothing_and_tells_its_size_alone(
    browser: Browser, origins: tuple[str, str]
) -> None:
    app, previews = origins

    async def look(markup: str) -> tuple[object, object, str]:
        path = await sync_to_async(saved)(markup)
        page = await framed(browser, app, f"{previews}{path}?measure={WORD}")
        told = await page.evaluate("told.map(({type, overflow}) => [type, overflow])")
        return (
            await page.evaluate("heard"),
            told[-1],
            page.frames[1].url.removeprefix(previews + path),
        )

    for kind, markup in HOSTILE.items():
        assert await look(markup) == ([{"measure": WORD}], ["size", 0], f"?measure={WORD}"), kind


@pytest.mark.parametrize("query", ["select=short", "select=", "select", "scripts=0", "x=select"])
def test_without_a_word_nothing_runs(query: str) -> None:
    assert word_in(query) == ""


@pytest.mark.parametrize("word", ["'; script-src *", 'x" src="y', "a" * 100, "ä" * 24])
def test_a_word_that_is_none_is_not_taken(word: str) -> None:
    assert word_in(f"select={word}") == ""


@pytest.mark.parametrize(
    ("page", "before"),
    [
        (b"<!doctype html><p>", b"<!doctype html>"),
        (b"\xef\xbb\xbf\n<!-- <!doctype> -->\n<!DOCTYPE html\n>\n<p>", None),
        (b"<p>", b""),
        (b"", b""),
    ],
)
def test_the_script_stands_before_the_first_element(page: bytes, before: bytes | None) -> None:
    made = with_picker(page, f"select={WORD}")
    head = made[: made.index(b"<script")]
    assert head == (before if before is not None else page[: page.rindex(b"\n")])
    assert made.replace(made[len(head) : made.index(b"</script>") + 9], b"") == page


@pytest.mark.usefixtures("installation")
def test_pictures_and_styles_keep_their_policy() -> None:
    path = saved("<h1>Hello</h1>")
    page = policy(fetch(f"{path}?select={WORD}"))
    assert page["script-src"] == f"'nonce-{WORD}'"
    assert page["sandbox"] == "allow-scripts"
    script = policy(fetch(f"{path}run.js?select={WORD}"))
    assert (script["script-src"], script["sandbox"]) == ("'none'", "")
    both = policy(fetch(f"{path}?select={WORD}&scripts=1"))
    assert "nonce" not in both["script-src"]  # the switch is a person's
