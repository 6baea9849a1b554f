"""The list of projects."""

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Page, expect

from bench.stack import Stack
from tests.e2e.conftest import paced_script, running, start_run

pytestmark = pytest.mark.e2e

RUN_MS = 120_000  # on a busy machine


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A service whose lists these tests have to themselves."""
    with running(Stack(tmp_path_factory.mktemp("lists"))) as stack:
        yield stack


@pytest.fixture
def service(lists: Stack) -> Stack:
    """It has no project."""
    with httpx.Client(base_url=lists.origin, headers={"Origin": lists.origin}) as client:
        for project in client.get("/api/projects").json():
            client.delete(f"/api/projects/{project['id']}").raise_for_status()
    return lists


def choose(page: Page, project: str, what: str) -> None:
    """An entry of a project's menu, by keys alone."""
    card = page.get_by_role("listitem").filter(has=page.get_by_text(project, exact=True))
    card.get_by_role("button", name="Options").press("Enter")
    page.get_by_role("menuitem", name=what).press("Enter")


def delete(page: Page, project: str) -> None:
    choose(page, project, "Delete")


def list_of_one(page: Page, stack: Stack) -> None:
    """The list of projects, with one whose run has ended."""
    page.goto(start_run(stack, prompt=paced_script(1, 0.1)))
    run = page.get_by_role("region", name="Run", exact=True)
    expect(run.get_by_role("status")).to_contain_text("Done", timeout=RUN_MS)
    page.get_by_role("link", name="Projects").click()


def test_a_deleted_project_is_gone_at_once_and_back_again_if_it_is_undone(
    page: Page, service: Stack
) -> None:
    list_of_one(page, service)
    card = page.get_by_role("link", name="Sign in")
    expect(card).to_be_visible()
    page.clock.install()  # no preview is there any more, which refuses its script aloud
    undo = page.get_by_role("button", name="Undo")

    delete(page, "Sign in")
    expect(card).to_have_count(0)
    expect(page.get_by_text("“Sign in” is deleted.")).to_be_visible()
    expect(undo).to_be_focused()
    undo.press("Enter")
    expect(card).to_be_visible()
    expect(undo).to_have_count(0)
    expect(page.get_by_role("heading", name="Projects")).to_be_focused()

    delete(page, "Sign in")
    expect(card).to_have_count(0)
    page.clock.run_for(11_000)
    expect(undo).to_have_count(0)
    expect(page.get_by_role("heading", name="Projects")).to_be_focused()
    page.reload()
    expect(page.get_by_text("No project yet.")).to_be_visible()


def test_two_projects_deleted_in_a_row_both_come_back(page: Page, service: Stack) -> None:
    names = {"login": "Sign in", "pricing": "Pricing"}
    for example in names:
        page.goto(start_run(service, prompt=paced_script(1, 0.1), example=example))
        run = page.get_by_role("region", name="Run", exact=True)
        expect(run.get_by_role("status")).to_contain_text("Done", timeout=RUN_MS)
    page.get_by_role("link", name="Projects").click()
    for name in names.values():
        delete(page, name)
        expect(page.get_by_role("link", name=name)).to_have_count(0)
    for name in names.values():
        told = page.get_by_role("status").filter(has_text=f"“{name}” is deleted.")
        told.get_by_role("button", name="Undo").click()
        expect(page.get_by_role("link", name=name)).to_be_visible()
    expect(page.get_by_role("heading", name="Projects")).to_be_focused()


def test_a_project_at_work_is_not_deleted_and_the_page_says_why(page: Page, service: Stack) -> None:
    page.goto(start_run(service, prompt=paced_script(1, 600)))
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    page.get_by_role("link", name="Projects").click()
    delete(page, "Sign in")
    expect(page.get_by_role("alert")).to_contain_text("Stop its run before you delete")
    page.get_by_role("link", name="Sign in").click()
    page.get_by_role("button", name="Stop", exact=True).click()
    run = page.get_by_role("region", name="Run", exact=True)
    expect(run.get_by_role("status")).to_contain_text("Stopped")


def test_a_project_is_renamed_copied_and_set_aside_in_the_list(page: Page, service: Stack) -> None:
    list_of_one(page, service)

    choose(page, "Sign in", "Rename")
    field = page.get_by_role("textbox", name="New name of Sign in")
    expect(field).to_be_focused()
    page.keyboard.insert_text("Never mind")
    field.press("Escape")
    choose(page, "Sign in", "Rename")
    page.keyboard.insert_text("Front door")
    field.press("Enter")
    card = page.get_by_role("link", name="Front door")
    expect(card).to_be_visible()
    expect(card).to_be_focused()

    choose(page, "Front door", "Duplicate")
    copy = page.get_by_role("link", name="Front door (copy)")
    expect(copy).to_be_visible()
    choose(page, "Front door", "Delete")
    expect(page.get_by_role("link", name="Front door")).to_have_count(1)
    copy.click()
    shown = page.frame_locator("iframe:visible").get_by_role("heading", name="Version 1")
    expect(shown).to_be_visible()

    page.get_by_role("link", name="Projects").click()
    choose(page, "Front door (copy)", "Archive")
    expect(page.get_by_text("No project yet.")).to_be_visible()
    page.get_by_role("searchbox").fill("front")
    expect(copy).to_contain_text("Archived")
    page.get_by_role("searchbox").fill("")
    page.get_by_role("radio", name="Archived").click()
    choose(page, "Front door (copy)", "Unarchive")
    expect(page.get_by_text("No project is archived.")).to_be_visible()
    page.get_by_role("button", name="Undo").press("Enter")
    expect(copy).to_be_visible()
    address = copy.get_attribute("href")
    page.goto(service.origin)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(copy).to_have_count(0)  # nor among the recent ones

    page.goto(f"{service.origin}{address}")
    archived = page.get_by_text("This project is archived")
    expect(archived).to_be_visible()
    page.get_by_role("button", name="Unarchive").click()
    expect(archived).to_have_count(0)
    page.goto(service.origin)
    expect(copy).to_be_visible()
