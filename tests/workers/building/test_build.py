"""Sources are built as their stack's own tool builds them, whatever is in them."""

import re
from collections.abc import Mapping

import pytest

from workers.browser.renderer import Renderer
from workers.browser.watchdog import Limits
from workers.building import Builder

pytestmark = pytest.mark.asyncio(loop_scope="session")

PNG = bytes.fromhex("89504e470d0a1a0a")
HTML = '<!doctype html><html lang="en"><head><title>A</title></head><body>{}</body></html>'
REACT: Mapping[str, str] = {
    "index.html": HTML.format(
        '<div id="root"></div><script type="module" src="/src/main.tsx"></script>'
    ),
    "src/main.tsx": 'import { createRoot } from "react-dom/client";\n'
    'import { App } from "./App";\nimport "./styles.css";\n'
    'createRoot(document.getElementById("root")!).render(<App />);\n',
    "src/App.tsx": 'import { useState } from "react";\nimport logo from "./assets/logo.png";\n'
    "export function App() {\n  const [count] = useState<number>(3);\n"
    '  return <main><img src={logo} alt="" /><h1>{count} boats</h1></main>;\n}\n',
    "src/styles.css": "h1 { color: rgb(1, 2, 3); }\n",
}
VUE: Mapping[str, str] = {
    "index.html": HTML.format(
        '<div id="app"></div><script type="module" src="/src/main.ts"></script>'
    ),
    "src/main.ts": 'import { createApp } from "vue";\nimport App from "./App.vue";\n'
    'createApp(App).mount("#app");\n',
    "src/App.vue": '<script setup lang="ts">\nimport Card from "./Card.vue";\n'
    'import Top from "./Top.vue";\n'
    'const cards: { title: string }[] = [{ title: "Tide" }, { title: "Wind" }];\n</script>\n\n'
    '<template>\n  <Top />\n  <img src="./assets/logo.png" alt="" />\n'
    '  <Card v-for="card in cards" :key="card.title" v-bind="card" />\n</template>\n',
    "src/Top.vue": "<template>\n  <header>Kiln</header>\n</template>\n",
    "src/Card.vue": '<script setup lang="ts">\ndefineProps<{ title: string }>();\n</script>\n\n'
    "<template>\n  <h2>{{ title }}</h2>\n</template>\n\n"
    "<style scoped>\nh2 { color: rgb(1, 2, 3); }\n</style>\n",
}
TAILWIND: Mapping[str, str] = {
    "index.html": HTML.format('<p class="p-3.75 text-brand narrow:flex">Hi</p>').replace(
        "<title>", '<link rel="stylesheet" href="/src/style.css"><title>'
    ),
    "src/style.css": '@import "tailwindcss";\n'
    "@theme { --color-brand: #123456; --breakpoint-narrow: 30rem; }\n",
}


async def built(renderer: Renderer, sources: Mapping[str, str], **changed: str) -> dict[str, bytes]:
    """The site; `changed` by the file's name without its ending."""
    texts = {
        path: changed.get(path.rpartition("/")[2].partition(".")[0], text)
        for path, text in sources.items()
    }
    files = {path: text.encode() for path, text in texts.items()}
    return await Builder(renderer).build({**files, "src/assets/logo.png": PNG})


async def failure(renderer: Renderer, sources: Mapping[str, str], **changed: str) -> str:
    """What the page says that stands where the site would."""
    site = await built(renderer, sources, **changed)
    assert site.keys() == {"index.html"}
    page = site["index.html"].decode()
    assert "The build failed" in page
    return page


async def test_react_becomes_a_page_that_is_there_without_its_script(renderer: Renderer) -> None:
    site = await built(renderer, REACT)
    page = site["index.html"].decode()
    assert "<h1>3 boats</h1>" in page
    picture = re.search(r'src="\./(assets/logo-\w+\.png)"', page)
    assert picture and site[picture[1]] == PNG
    assert '<script defer="" src="index.js">' in page
    assert b"rgb(1,2,3)" in site["index.css"].replace(b"#010203", b"rgb(1,2,3)")


async def test_a_site_is_the_same_each_time(renderer: Renderer) -> None:
    assert await built(renderer, REACT) == await built(renderer, REACT)


async def test_vue_components_have_their_props_and_styles(renderer: Renderer) -> None:
    page = (await built(renderer, VUE))["index.html"].decode()
    assert re.findall(r"<h2[^>]*>(\w+)</h2>", page) == ["Tide", "Wind"]
    assert "<header>Kiln</header>" in page  # of a component without a script
    scope = re.search(r"<h2 (data-v-\w+)", page)
    assert scope and f"h2[{scope[1]}]" in page
    assert re.search(r'src="\./assets/logo-\w+\.png"', page)


async def test_tailwind_has_the_utilities_that_are_used_and_no_others(renderer: Renderer) -> None:
    site = await built(renderer, TAILWIND)
    sheet = site["index.css"].decode()
    assert "padding:calc(var(--spacing) * 3.75)" in sheet
    assert "--color-brand: #123456" in sheet
    assert "30rem" in sheet
    assert "text-center" not in sheet
    assert 'href="index.css"' in site["index.html"].decode()


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"App": "export function App( { return 1 }"}, "src/App.tsx:1:"),
        ({"App": 'import "lodash";\nexport const App = 1;'}, "“lodash” is not available"),
        ({"App": 'export * from "./Gone";'}, "There is no file “./Gone”."),
        ({"styles": "h1 { color: red"}, ""),
    ],
)
async def test_what_is_wrong_with_a_source_is_told_with_its_place(
    renderer: Renderer, changed: dict[str, str], told: str
) -> None:
    if not told:  # a browser closes what is left open, and so does a build
        assert "index.css" in await built(renderer, REACT, **changed)
        return
    page = await failure(renderer, REACT, **changed)
    assert told in page
    assert "console.error" in page


async def test_a_component_that_is_broken_says_where(renderer: Renderer) -> None:
    page = await failure(renderer, VUE, Card="<template>\n  <div>\n</template>\n")
    assert "src/Card.vue:2:3: Element is missing end tag." in page


async def test_a_project_without_a_page_says_so(renderer: Renderer) -> None:
    site = await Builder(renderer).build({"src/App.tsx": b"1"}, ("index.html", "page-2.html"))
    assert site.keys() == {"index.html", "page-2.html"}
    assert b"There is no index.html." in site["page-2.html"]


async def test_sources_reach_nothing_and_write_nothing(renderer: Renderer) -> None:
    hostile = (
        "export function App() {\n"
        '  fetch("https://example.com/x").then(() => { document.title = "out"; }, () => {});\n'
        '  try { localStorage.setItem("a", "b"); document.title = "kept"; } catch { /* none */ }\n'
        "  return <h1>{document.title}</h1>;\n}\n"
    )
    page = (await built(renderer, REACT, App=hostile))["index.html"].decode()
    assert "<h1>A</h1>" in page
    page = await failure(renderer, REACT, styles='@import "../../../../etc/passwd";')
    assert "There is no file" in page


async def test_text_of_sources_is_text_in_the_page_that_tells_of_it(renderer: Renderer) -> None:
    page = await failure(renderer, REACT, App='import "</script><img src=x onerror=alert(1)>";')
    assert "<img" not in page


async def test_scripts_that_never_rest_are_left_to_the_render_which_tells_of_them() -> None:
    renderer = Renderer(limits=Limits(seconds=60))
    try:
        site = await built(renderer, REACT, App="for (;;) {}\nexport const App = 1;")
        assert "index.js" in site
        assert b"boats" not in site["index.html"]
        assert b"3 boats" in (await built(renderer, REACT))["index.html"]
    finally:
        await renderer.close()


async def test_a_build_that_takes_too_long_says_so() -> None:
    renderer = Renderer(limits=Limits(seconds=0.2))
    try:
        assert "It took too long to build" in await failure(renderer, REACT)
    finally:
        await renderer.close()
