"""Another stack than plain files: chosen, built, seen, changed and taken home."""

import json
import zipfile
from collections.abc import Iterator, Mapping

import pytest
from playwright.sync_api import Browser, Page, expect

from bench.stack import Stack
from tests.e2e.conftest import EXAMPLES, PATIENCE_MS
from tests.e2e.test_access import open_run_of, open_tab
from tests.e2e.test_compose import expect_measured_page
from tests.e2e.test_edit_by_hand import bar, preview, save, write
from tests.e2e.test_inspector import field, files_of, inspector, is_version, select

pytestmark = pytest.mark.e2e


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A tab in which a page may say that its script is off, as a preview's is at first."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.set_default_timeout(PATIENCE_MS)
    yield page
    page.close()


def test_react_is_chosen_shown_changed_and_taken_home(page: Page, stack: Stack) -> None:
    page.goto(stack.origin)
    page.get_by_label("Mockup files").set_input_files(EXAMPLES / "login.png")
    page.get_by_role("button", name="Stack").click()
    page.get_by_role("menuitemradio", name="React").click()
    page.get_by_role("button", name="Generate").click()
    page.wait_for_url("**/p/**")
    expect_measured_page(page)
    expect(preview(page).first.get_by_text("Forgot password?")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Other ways to download").click()
        page.get_by_role("menuitem", name="Zip").click()
    with zipfile.ZipFile(download.value.path()) as archive:
        names = set(archive.namelist())
        package = json.loads(archive.read("package.json"))
        app = archive.read("src/App.tsx").decode()
    assert {"index.html", "README.md", "tsconfig.json", "src/main.tsx", "src/styles.css"} <= names
    assert "index.js" not in names  # what is built of them stays here
    assert package["scripts"]["build"] == "tsc --noEmit && vite build"

    open_tab(page, "Code")
    files = page.get_by_role("navigation", name="Files")
    expect(files.locator("[aria-current]")).to_contain_text("src/App.tsx")
    write(page, "src/App.tsx", app.replace("export function App", "export function Ap p"))
    save(page)
    expect(bar(page)).to_have_count(0)
    open_tab(page, "Preview")
    broken = preview(page).first.get_by_text("src/App.tsx:")
    expect(broken).to_be_visible()
    open_tab(page, "Code")
    write(page, "src/App.tsx", "export function App() {\n  return <h1>By hand</h1>;\n}\n")
    save(page)
    expect(bar(page)).to_have_count(0)
    open_tab(page, "Preview")
    expect(preview(page).first.get_by_role("heading", name="By hand")).to_be_visible()


HTML = '<!doctype html><html lang="en"><head><title>A</title>{}</head><body>{}</body></html>'
ROOT = '<div id="root"></div><script type="module" src="/src/main.{}"></script>'
RULES = "h2 {\n  color: #222222;\n}\n"
PROJECTS: Mapping[str, Mapping[str, str]] = {
    "react": {
        "index.html": HTML.format("", ROOT.format("tsx")),
        "src/main.tsx": 'import { createRoot } from "react-dom/client";\n'
        'import { App } from "./App";\nimport "./styles.css";\n'
        'createRoot(document.getElementById("root")!).render(<App />);\n',
        "src/App.tsx": 'const boats = [{ name: "Tide" }, { name: "Wind" }];\n\n'
        "export function App() {\n  return (\n    <main>\n      {boats.map((boat) => (\n"
        "        <h2 key={boat.name}>{boat.name}</h2>\n      ))}\n    </main>\n  );\n}\n",
        "src/styles.css": RULES,
    },
    "vue": {
        "index.html": HTML.format("", ROOT.format("ts")),
        "src/main.ts": 'import { createApp } from "vue";\nimport App from "./App.vue";\n'
        'createApp(App).mount("#root");\n',
        "src/App.vue": '<script setup lang="ts">\nconst boats = ["Tide", "Wind"];\n</script>\n\n'
        '<template>\n  <main>\n    <h2 v-for="boat in boats" :key="boat">{{ boat }}</h2>\n'
        f"  </main>\n</template>\n\n<style scoped>\n{RULES}</style>\n",
    },
    "html-tailwind": {
        "index.html": HTML.format(
            '<link rel="stylesheet" href="/src/style.css">',
            '\n<main>\n<h2 class="text-ink">Tide</h2>\n<h2 class="text-ink">Wind</h2>\n</main>\n',
        ),
        "src/style.css": '@import "tailwindcss";\n@theme { --color-ink: #222222; }\n',
    },
}
WRITTEN = {
    "react": ("src/App.tsx", 'name: "Gale"', "src/styles.css", "color: #b4472a;"),
    "vue": ("src/App.vue", '["Tide", "Gale"]', "src/App.vue", "color: #b4472a;"),
    "html-tailwind": ("index.html", ">Gale</h2>", "index.html", 'class="text-[#b4472a]"'),
}


@pytest.mark.parametrize("code", PROJECTS)
def test_an_element_of_a_built_page_is_selected_and_changed(
    page: Page, stack: Stack, code: str
) -> None:
    open_run_of(page, stack, PROJECTS[code], code)
    wind = preview(page).first.get_by_role("heading", name="Wind")
    select(page, wind)
    path, words, sheet, rule = WRITTEN[code]
    expect(page.locator(".selecting .selected-element")).to_contain_text(f"{path}, line ")
    field(page, "Words").fill("Gale")
    field(page, "Colour").fill("#b4472a")
    inspector(page).get_by_role("button", name="Apply").click()
    is_version(page, 2)
    gale = preview(page).first.get_by_role("heading", name="Gale")
    expect(gale).to_have_css("color", "rgb(180, 71, 42)")
    page.keyboard.press("Escape")
    files = files_of(page)
    assert words in files[path] and rule in files[sheet]
    assert "mockwright-source" not in "".join(files.values())
