"""The whole service on a PostgreSQL, as in docker-compose.yml."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bench.seeing import NAME, serve_seeing
from bench.stack import Stack
from tests.database import new_database
from tests.e2e.conftest import EXAMPLES
from tests.e2e.test_any_request import expect_no_fault
from tests.e2e.test_compose import hand_over
from tests.e2e.test_conversation import say
from tests.own_postgres import own_postgres

pytestmark = [pytest.mark.e2e, pytest.mark.postgres]

RUN_MS = 120_000  # on a busy machine


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with own_postgres() as url:
        yield url


@pytest.fixture
def service(server: str, tmp_path: Path) -> Iterator[Stack]:
    with serve_seeing() as url, new_database(server, "mockwright") as database:
        model = {"MOCKWRIGHT_MODEL_URL": url, "MOCKWRIGHT_MODEL_NAME": NAME}
        stack = Stack(tmp_path / "service", MOCKWRIGHT_DATABASE_URL=database, **model).start()
        yield stack
        stack.stop()


def test_a_page_is_made_changed_and_there_after_a_restart(page: Page, service: Stack) -> None:
    page.goto(service.origin)
    hand_over(page, "drop", EXAMPLES / "login.png")
    page.get_by_role("button", name="Generate").click()
    page.wait_for_url("**/p/**")
    status = page.get_by_role("region", name="Run").get_by_role("status")
    expect(status).to_contain_text("Done", timeout=RUN_MS)
    say(page, "Change “Welcome back” to “Hello again”")
    preview = page.frame_locator("iframe:visible").first
    expect(preview.get_by_text("Hello again")).to_be_visible(timeout=RUN_MS)
    expect(status).to_contain_text("Done", timeout=RUN_MS)
    assert not (service.data / "db.sqlite3").exists()
    service.stop()
    service.start()
    page.reload()
    expect(preview.get_by_text("Hello again")).to_be_visible(timeout=RUN_MS)


def test_no_request_is_answered_with_a_fault_of_ours(service: Stack, tmp_path: Path) -> None:
    expect_no_fault(service, tmp_path)
