"""Watching a run, and everything that may go wrong meanwhile."""

import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Locator, Page, expect

from bench.stack import Stack
from tests.e2e.conftest import open_steps, paced_script, running, start_run

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def failing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A service whose parts are killed, one after the other."""
    with running(Stack(tmp_path_factory.mktemp("failing"))) as stack:
        yield stack


def run_status(page: Page):  # type: ignore[no-untyped-def]  # a Playwright locator
    return page.get_by_role("region", name="Run").get_by_role("status")


def compared(page: Page):  # type: ignore[no-untyped-def]
    return page.locator('[data-kind="compare"]')


def versions(page: Page) -> Locator:
    return page.locator(".step-group[data-revision]")


def expect_whole(page: Page, revisions: int) -> None:
    """The run is done, each comparison has one card, and no card is still at work.

    A step that its worker did not live to end keeps its card beside the one of its second try.
    """
    expect(run_status(page)).to_contain_text("Done")
    open_steps(page)
    expect(page.locator('.step.done[data-kind="compare"]')).to_have_count(revisions)
    expect(page.locator(".step.running")).to_have_count(0)


def test_steps_become_cards_with_pictures_and_scores(page: Page, stack: Stack) -> None:
    page.goto(start_run(stack, prompt=paced_script(2, 0.3)))
    expect_whole(page, 2)
    card = compared(page).first
    expect(card.get_by_role("img", name="Score ")).to_contain_text("%")
    card.get_by_role("button", name="Enlarge: Heat map").click()
    expect(page.get_by_role("dialog").get_by_role("img")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_whoever_watches_comes_before_the_work(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MOCKWRIGHT_WORKER_NICE")  # which is 0 in the tests
    with running(Stack(tmp_path / "service")) as stack:
        page.goto(start_run(stack, prompt=paced_script(1, 0.3)))
        expect_whole(page, 1)
        (web,) = stack.find("webapp.local.serve")
        main, *pool = stack.find("celery")
        at_work = [*pool, *stack.find("chromium", "--type=gpu-process")]
        assert len(at_work) > len(pool) > 0
        assert all(one.nice() > web.nice() for one in at_work)
        assert share_of_session(main) > share_of_session(web)


def share_of_session(process: psutil.Process) -> int:
    """How nice a process's session is as a whole, where Linux shares the processors among sessions;
    elsewhere what keeps the comparison true."""
    try:
        return int(Path(f"/proc/{process.pid}/autogroup").read_text().split()[-1])
    except (OSError, IndexError):
        return max(process.nice(), *(child.nice() for child in process.children()))


def test_code_streams_in_while_it_is_written(page: Page, stack: Stack) -> None:
    page.goto(start_run(stack, prompt=paced_script(1, 3)))
    page.get_by_role("tab", name="Code").click()
    files = page.get_by_role("navigation", name="Files")
    expect(files).to_contain_text("writing", timeout=20_000)
    expect(page.locator(".stage-body")).to_contain_text("Version 1", timeout=20_000)


def test_the_preview_shows_the_newest_revision(page: Page, stack: Stack) -> None:
    page.goto(start_run(stack, prompt=paced_script(3, 1)))
    preview = page.frame_locator("iframe:visible").first
    expect(preview.get_by_text("Version 1")).to_be_visible(timeout=30_000)
    expect(preview.get_by_text("Version 2")).to_be_visible(timeout=30_000)


def test_a_reload_and_a_second_tab_continue_from_the_last_event(page: Page, stack: Stack) -> None:
    address = start_run(stack, prompt=paced_script(3, 1))
    page.goto(address)
    expect(versions(page).first).to_be_visible(timeout=30_000)
    second = page.context.new_page()
    second.goto(address)
    page.reload()
    expect_whole(page, 3)
    expect_whole(second, 3)
    titles = [tab.locator(".step-title").all_inner_texts() for tab in (page, second)]
    assert titles[0] == titles[1]


def test_stop_ends_the_run_at_once_and_continue_goes_on(page: Page, stack: Stack) -> None:
    page.goto(start_run(stack, prompt=paced_script(3, 2)))
    revisions = page.get_by_role("group", name="Revisions")
    expect(revisions).to_contain_text("v1", timeout=30_000)
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(run_status(page)).to_contain_text("Stopped at revision 1", timeout=5_000)
    page.get_by_role("button", name="Continue").click()
    expect_whole(page, 3)


def test_a_restarted_web_server_loses_nothing(page: Page, failing: Stack) -> None:
    page.goto(start_run(failing, prompt=paced_script(4, 1.5)))
    expect(versions(page).first).to_be_visible(timeout=30_000)
    failing.find("webapp.local.serve")[0].kill()
    expect(page.get_by_text("Reconnecting… showing up to event")).to_be_visible(timeout=15_000)
    expect_whole(page, 4)
    expect(page.get_by_text("Reconnecting…")).to_have_count(0)


def test_a_killed_worker_is_replaced_and_the_run_goes_on(page: Page, failing: Stack) -> None:
    page.goto(start_run(failing, prompt=paced_script(4, 1.5)))
    expect(versions(page).first).to_be_visible(timeout=30_000)
    for process in failing.find("celery"):
        process.send_signal(signal.SIGKILL)
    expect_whole(page, 4)


def test_a_restarted_redis_loses_nothing(page: Page, failing: Stack) -> None:
    page.goto(start_run(failing, prompt=paced_script(4, 1.5)))
    expect(versions(page).first).to_be_visible(timeout=30_000)
    failing.find("-server unixsocket:")[0].kill()
    expect_whole(page, 4)
