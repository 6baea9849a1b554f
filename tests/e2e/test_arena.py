"""A person holds their own mockups against several models, from a shell and in the interface."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from bench.stack import ROOT, Stack
from tests.e2e.conftest import EXAMPLES
from tests.e2e.connected import two_models
from tests.e2e.test_access import DESKTOP, FIND, PHONE, expect_done
from webapp.studio.arenas import ArenaTable
from workers.browser.reader import AXE

pytestmark = pytest.mark.e2e

RUN_MS = 120_000  # on a busy machine
MODELS = "draft,endpoint:Kimi at home,endpoint:Locked"


@pytest.fixture(scope="module")
def models(stack: Stack) -> Iterator[tuple[str, str]]:
    with two_models(stack) as models:
        yield models


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two mockups of a person's own."""
    folder = tmp_path / "Garden shop"
    folder.mkdir()
    for name, example in (("Front", "simple-page"), ("List", "mobile-list")):
        (folder / f"{name}.png").write_bytes((EXAMPLES / f"{example}.png").read_bytes())
    return folder


def arena(stack: Stack, folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """The command as it is typed, beside the service."""
    return subprocess.run(
        [sys.executable, "manage.py", "arena", str(folder), "--models", MODELS, *arguments],
        cwd=ROOT,
        env=stack.environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.mark.usefixtures("models")
def test_a_folder_is_held_against_models_twice_and_the_page_shows_the_change(
    page: Page, stack: Stack, folder: Path
) -> None:
    first = arena(stack, folder, "--json", "--out", str(folder / "out"))
    assert first.returncode == 1, first.stderr  # a model's key is refused: a column with its reason
    assert "Front.png · Locked: failed: The model's endpoint refused the key." in first.stderr
    table = ArenaTable.model_validate_json(first.stdout)
    assert table.variants == ["Draft", "Kimi at home", "Locked"]
    assert [row.best for row in table.rows] == [[0], [0]]
    assert table.best == [0]
    assert (folder / "out" / "01-Front" / "Kimi-at-home.png").is_file()

    second = arena(stack, folder)
    assert second.returncode == 1, second.stderr
    draft, kimi = second.stdout.splitlines()[1:3]
    assert "(+0.0)" in draft and "$1.50" in kimi

    page.goto(f"{stack.origin}/arenas")
    page.get_by_role("link", name="Garden shop").click()
    round_two = page.get_by_role("region", name="Round 2").get_by_role("table")
    row = round_two.get_by_role("row", name="Front.png")
    expect(row.get_by_role("cell").nth(0)).to_contain_text("best")
    expect(row.get_by_role("cell").nth(0)).to_contain_text("±0.0")
    expect(row.get_by_role("cell").nth(1)).to_contain_text("2,100 tokens · $1.50")
    expect(row.get_by_role("cell").nth(2)).to_contain_text("Enter the key again under Models")
    mean = round_two.get_by_role("row", name="Mean")
    expect(mean.get_by_role("cell").nth(1)).to_contain_text("$3.00 in all")
    page.get_by_role("link", name="Round 1").click()
    expect(page.get_by_role("region", name="Round 1")).not_to_contain_text("±0.0")
    page.evaluate(AXE)
    for width, height in (DESKTOP, PHONE):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(FIND) == []
        assert page.evaluate("document.scrollingElement.scrollWidth") == width
    page.get_by_role("link", name="Open Front.png, Kimi at home in the studio").click()
    expect_done(page)


def take(form: Locator, number: int, label: str) -> None:
    """Choose the model of a take."""
    form.get_by_role("button", name=f"Model of take {number}").click()
    form.get_by_role("menuitemradio", name=label).click()


@pytest.mark.usefixtures("models")
def test_an_arena_is_begun_in_the_interface_run_again_and_deleted(
    page: Page, stack: Stack, folder: Path
) -> None:
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.goto(f"{stack.origin}/arenas")
    expect(page.get_by_role("heading", level=1, name="Arena")).to_be_visible()
    new = page.get_by_role("button", name="New arena")
    form = page.get_by_role("form", name="New arena")
    expect(new.or_(form)).to_be_visible()
    if new.count():
        new.click()
    (folder / "Broken.png").write_bytes(b"no picture")
    form.get_by_label("Mockup files").set_input_files([folder / "Front.png", folder / "Broken.png"])
    expect(form.get_by_role("listitem").filter(has_text="Broken.png")).to_contain_text("picture")
    mockups = form.get_by_role("list", name="Mockups").get_by_role("listitem")
    expect(mockups.filter(has_text="Front.png").locator("img")).to_be_visible()  # it is stored
    form.get_by_label("Name", exact=True).fill("From the page")
    page.reload()
    expect(form.get_by_label("Name", exact=True)).to_have_value("From the page")
    expect(mockups).to_have_count(1)
    take(form, 1, "Draft")
    page.evaluate(AXE)
    assert page.evaluate(FIND) == []
    form.get_by_role("button", name="Start 1 run").click()
    status = page.get_by_role("status")
    expect(status.filter(has_text="Round 1: Draft")).to_be_visible(timeout=RUN_MS)
    page.get_by_role("button", name="Another round").click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    expect(status.filter(has_text="Round 2: Draft")).to_be_visible(timeout=RUN_MS)
    round_two = page.get_by_role("region", name="Round 2").get_by_role("table")
    expect(round_two).to_contain_text("±0.0")

    # a round of the same mockups by a model that reads words, once for each of two prompts
    page.get_by_role("link", name="Other models or prompts").click()
    expect(form.get_by_label("Name", exact=True)).to_have_value("From the page")
    expect(form.get_by_role("button", name="Model of take 1")).to_contain_text("Draft")
    take(form, 1, "Kimi at home")
    form.get_by_label("Anything to add?").fill("Be brief.")
    form.get_by_role("button", name="Add a prompt").click()
    form.get_by_label("Name of prompt 1").fill("brief")
    form.get_by_label("Prompt 2", exact=True).fill("Be thorough.")
    page.evaluate(AXE)
    assert page.evaluate(FIND) == []
    form.get_by_role("button", name="Start another round").click()
    expect(status.filter(has_text="Round 3: Kimi at home")).to_be_visible(timeout=RUN_MS)
    heads = page.get_by_role("region", name="Round 3").get_by_role("columnheader")
    expect(heads.nth(1)).to_contain_text("Kimi at home · brief")
    expect(heads.nth(2)).to_contain_text("Kimi at home · prompt 2")
    expect(heads.nth(2)).to_contain_text("“Be thorough.”")
    page.get_by_role("link", name="Other models or prompts").click()
    expect(form.get_by_role("button", name="Model of take 1")).to_contain_text("Kimi at home")
    expect(form.get_by_role("button", name="Model of take 2")).to_have_count(0)
    for number, words in ((1, "Be brief."), (2, "Be thorough.")):
        expect(form.get_by_label(f"Prompt {number}", exact=True)).to_have_value(words)
    expect(form.get_by_label("Name of prompt 1")).to_have_value("brief")
    expect(form.get_by_role("button", name="Start another round")).to_be_enabled()
    page.go_back()
    rounds = page.get_by_role("region", name="Rounds").get_by_role("table")
    expect(rounds.get_by_role("columnheader")).to_have_count(4)  # and Draft, of the first two
    expect(rounds.get_by_role("row", name="Round 1").get_by_role("cell").last).to_contain_text("%")
    page.evaluate(AXE)
    assert page.evaluate(FIND) == []
    page.get_by_role("link", name="Arena").click()
    link = page.get_by_role("link", name="From the page")
    page.get_by_role("button", name="Delete From the page").click()
    expect(link).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(link).to_be_visible()
    expect(page.get_by_role("heading", level=1, name="Arena")).to_be_focused()
