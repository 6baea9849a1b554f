"""What the renderer measures is what a person is shown: one page, looked at by both."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from asgiref.sync import sync_to_async
from playwright.async_api import Page, async_playwright

from tests.webapp.record import claimed_run, revision
from webapp.studio import queries, services
from workers.browser.find import find_browser
from workers.browser.renderer import Renderer
from workers.shot import RenderRequest

WIDTH, HEIGHT = 800, 600
SETTLED = 1000  # milliseconds; a page without scripts cannot say when it is done
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' width='20' height='10'/>"
# A page says what it finds, a line each. `tried` gives the name of what was thrown.
SAY = """<script>
const say = (what, found) => {
  const line = document.createElement('div');
  line.textContent = `${what}:${found}`;
  document.body.append(line);
};
const tried = (what, attempt) => {
  try { say(what, attempt()) } catch (error) { say(what, error.name) }
};
const colour = (id) => getComputedStyle(document.getElementById(id)).color.replaceAll(' ', '');
</script>"""

PATHS = """<link rel=stylesheet href="/css/x.css"><link rel=stylesheet href="css/x.css?v=1#a">
<link rel=stylesheet href="css//y.css"><link rel=stylesheet href="css/..%2fcss/y.css">
<link rel=stylesheet href="./css/../css/z.css"><link rel=stylesheet href="CSS/y.css">
<p id=x>x</p><p id=y>y</p><p id=z>z</p>
<img src="a%23b.svg"><img src="a#b.svg"><img src="/a%23b.svg"><img src="../a.svg"><img src="no.svg">
<img src="a%20b.svg#c"><img src="/">
<script src="/app.js"></script><script src="app.js"></script>
<script>onload = () => {
  for (const id of ['x', 'y', 'z']) say(id, colour(id));
  say('images', [...document.images].map((image) => image.naturalWidth).join());
  tried('hash', () => { location.hash = '#/about'; return location.hash });
  tried('push', () => { history.pushState({}, '', '#/more'); return location.hash });
  tried('push path', () => { history.pushState({}, '', '/more'); return location.pathname });
}</script>"""
STORAGE = """<p>stored</p><script>
tried('local', () => localStorage.length);
tried('session', () => sessionStorage.length);
tried('cookie read', () => document.cookie);
tried('cookie', () => { document.cookie = 'a=1'; return document.cookie });
tried('database', () => typeof indexedDB.open('x'));
tried('caches', () => typeof caches);
localStorage.setItem('theme', 'dark');
say('never', 'reached');
</script>"""
ORIGIN = """<iframe srcdoc="<p>x</p>"></iframe><script>
say('origin', self.origin);
say('isolated', self.crossOriginIsolated);
tried('domain', () => document.domain);
tried('frame', () => frames[0].document.body.textContent);
tried('referrer', () => document.referrer);
tried('cssRules', () => document.styleSheets.length);
tried('open', () => open('other.html'));
tried('confirm', () => confirm('?'));
</script>"""
POLICY = """<base href="https://example.com/"><style>p { color: rgb(1, 2, 3) }</style>
<p id=p style="margin:0" onclick="say('handler', 'ran')">text</p>
<img id=outside src="https://example.com/a.png"><img src="data:image/svg+xml,%3Csvg/%3E">
<link rel=stylesheet href="https://example.com/a.css">
<script src="https://example.com/a.js"></script>
<script src="data:text/javascript,say('data script', 'ran')"></script>
<script type=module src="module.js"></script>
<iframe src="other.html"></iframe><object data="a.svg"></object><embed src="a.svg">
<video src="film.mp4"></video>
<script>
const p = document.getElementById('p');
p.click();
say('frames', frames.length);
say('style', colour('p'));
tried('eval', () => eval('1 + 1'));
tried('worker', () => typeof new Worker(URL.createObjectURL(new Blob(['1']))));
const ask = (what, asked) => asked.then(() => say(what, 'yes'), (error) => say(what, error.name));
(async () => {
  await ask('fetch', fetch('data.json'));
  await ask('fetch outside', fetch('https://example.com/'));
  await ask('module', import('./module.js'));
  await ask('font', new FontFace('f', 'url(none.woff2)').load());
  await ask('clipboard', navigator.clipboard?.readText() ?? Promise.reject(new Error()));
})();
</script>"""
PAGES = {"paths": PATHS, "storage": STORAGE, "origin": ORIGIN, "policy": POLICY}
FILES = {
    "css/x.css": b"#x { color: rgb(9, 0, 0) }",
    "css/y.css": b"#y { color: rgb(0, 9, 0) }",
    "css/z.css": b"#z { color: rgb(0, 0, 9) }",
    "a#b.svg": SVG,
    "a b.svg": SVG,
    "a.svg": SVG,
    "app.js": b"say('app', 'ran')",
    "module.js": b"say('module file', 'ran')",
    "data.json": b"{}",
    "other.html": b"<!doctype html><p>other</p>",
    "film.mp4": b"no film",
}
# what tells that a page was looked at under the policy at all, by the name of the page
TOLD = {
    "paths": {"x:rgb(9,0,0)", "y:rgb(0,0,0)", "z:rgb(0,0,9)", "app:ran", "hash:#/about"},
    "storage": {"local:SecurityError", "session:SecurityError", "cookie:SecurityError"},
    "origin": {"origin:null", "frame:SecurityError", "open:null"},
    "policy": {"eval:EvalError", "fetch:TypeError", "style:rgb(1,2,3)", "handler:ran"},
}
FAILED = {
    "paths": {"/css/x.css", "/app.js", "no.svg", "/"},
    "storage": set[str](),
    "origin": set[str](),
    "policy": {"https://example.com/a.png", "https://example.com/a.js"},
}


@dataclass(frozen=True)
class Seen:
    """The lines of text that are seen, and what did not load: paths of the folder, or addresses."""

    lines: list[str]
    failed: set[str]


def saved(files: dict[str, bytes]) -> str:
    """The path of a saved revision."""
    run_id, lease = claimed_run()
    services.append_event(run_id, lease, revision(1, files))
    return f"/r/{queries.run_by_id(run_id).revisions.get().token}/"


async def previewed(origins: tuple[str, str], files: dict[str, bytes], *, scripts: bool) -> Seen:
    """As the interface shows it: in a sandboxed frame on another origin."""
    app, previews = origins
    folder = previews + await sync_to_async(saved)(files)
    failed: set[str] = set()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_browser())
        page = await browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        await page.goto(f"{app}/healthz")
        _note_failures(page, folder, failed)
        url, sandbox = (f"{folder}?scripts=1", "allow-scripts") if scripts else (folder, "")
        frame = f'<iframe sandbox="{sandbox}" width=800 height=600 src="{url}"></iframe>'
        await page.evaluate("(html) => { document.body.innerHTML = html }", frame)
        await page.frames[1].wait_for_load_state()
        await page.wait_for_timeout(SETTLED)
        text = await page.frames[1].locator("body").inner_text()
        await browser.close()
    return Seen([line for line in map(str.strip, text.splitlines()) if line], failed)


def _note_failures(page: Page, folder: str, failed: set[str]) -> None:
    origin = folder.partition("/r/")[0]

    def note(url: str) -> None:
        failed.add(url.removeprefix(folder).removeprefix(origin))

    page.on("requestfailed", lambda request: note(request.url))
    page.on("response", lambda answer: note(answer.url) if answer.status >= 400 else None)


def write(folder: Path, files: dict[str, bytes]) -> None:
    for path, data in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)


async def measured(files: dict[str, bytes], *, scripts: bool) -> Seen:
    renderer = Renderer()
    with tempfile.TemporaryDirectory() as place:
        write(Path(place), files)
        try:
            request = RenderRequest(width=WIDTH, height=HEIGHT, scripts=scripts)
            shot = await renderer.render(Path(place), request)
        finally:
            await renderer.close()
    return Seen([text.text for text in shot.texts], set(shot.failed_requests))


@pytest.mark.parametrize("name", PAGES)
async def test_a_page_is_measured_as_it_is_shown(origins: tuple[str, str], name: str) -> None:
    page = f"<!doctype html><meta charset=utf-8><body>{SAY}{PAGES[name]}</body>".encode()
    files = {"index.html": page, **FILES}
    render = await measured(files, scripts=True)
    preview = await previewed(origins, files, scripts=True)
    assert render == preview
    assert set(render.lines) >= TOLD[name]
    assert render.failed >= FAILED[name]


async def test_a_page_without_its_scripts_is_the_same_in_both(origins: tuple[str, str]) -> None:
    page = "<!doctype html><p>still</p><noscript><p>no scripts</p></noscript>"
    page += f'<link rel=stylesheet href="/css/x.css">{SAY}<script>say(1, 2)</script>'
    files = {"index.html": page.encode(), **FILES}
    render = await measured(files, scripts=False)
    assert render == await previewed(origins, files, scripts=False)
    assert render == Seen(["still", "no scripts"], {"/css/x.css"})


EMPTY = """<!doctype html><body style="visibility:hidden"><div id=root></div>
<script>document.body.innerHTML = '<p style="visibility:visible">drawn</p>'</script></body>"""


async def test_a_page_that_is_empty_without_scripts_says_so(origins: tuple[str, str]) -> None:
    files = {"index.html": EMPTY.encode()}
    preview = await previewed(origins, files, scripts=False)
    assert preview.lines == ["This page needs scripts. It is empty until they are switched on."]
    assert await measured(files, scripts=False) == preview
    assert (await previewed(origins, files, scripts=True)).lines == ["drawn"]
