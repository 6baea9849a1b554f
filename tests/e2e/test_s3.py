"""The whole service with its files in a bucket of a real server, which goes away and comes back."""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect

from bench.seeing import NAME, serve_seeing
from bench.stack import Stack
from tests.e2e.conftest import EXAMPLES, paced_script, start_run
from tests.e2e.test_compose import hand_over
from tests.e2e.test_conversation import say
from tests.e2e.test_selecting import files_of, preview, status
from tests.own_s3 import OwnS3, own_s3

pytestmark = [pytest.mark.e2e, pytest.mark.deployment]

RUN_MS = 180_000  # on a busy machine


@pytest.fixture
def server() -> Iterator[OwnS3]:
    with own_s3() as server:
        yield server


@pytest.fixture
def service(server: OwnS3, tmp_path: Path) -> Iterator[Stack]:
    secret = tmp_path / "s3_secret"
    secret.write_text(f"{server.bucket.secret}\n")
    with serve_seeing() as url:
        stack = Stack(
            tmp_path / "service",
            MOCKWRIGHT_MODEL_URL=url,
            MOCKWRIGHT_MODEL_NAME=NAME,
            MOCKWRIGHT_S3_BUCKET=server.bucket.name,
            MOCKWRIGHT_S3_PREFIX=server.bucket.prefix,
            MOCKWRIGHT_S3_ENDPOINT=server.bucket.endpoint,
            MOCKWRIGHT_S3_KEY_ID=server.bucket.key_id,
            MOCKWRIGHT_S3_SECRET_FILE=str(secret),
        ).start()
        yield stack
        stack.stop()


def store_state(service: Stack) -> str:
    with urlopen(f"{service.origin}/healthz", timeout=30) as response:
        return str(json.load(response)["checks"]["store"])


def test_a_page_is_made_changed_and_taken_home(page: Page, service: Stack) -> None:
    page.goto(service.origin)
    hand_over(page, "drop", EXAMPLES / "login.png")
    page.get_by_role("button", name="Generate").click()
    page.wait_for_url("**/p/**")
    expect(status(page)).to_contain_text("Done", timeout=RUN_MS)
    say(page, "Change “Welcome back” to “Hello again”")
    expect(preview(page).get_by_text("Hello again")).to_be_visible(timeout=RUN_MS)
    expect(status(page)).to_contain_text("Done", timeout=RUN_MS)
    assert b"Hello again" in files_of(page, service)["index.html"]
    assert [path for path in (service.data / "blobs").rglob("*") if path.is_file()] == []


def test_a_store_that_goes_away_ends_a_run_with_its_cause_and_nothing_is_lost(
    page: Page, service: Stack, server: OwnS3
) -> None:
    page.goto(start_run(service, prompt=paced_script(turns=4, pause=1.5)))
    expect(preview(page).get_by_text("Version 1")).to_be_visible(timeout=RUN_MS)
    server.stop()
    run = page.get_by_role("region", name="Run")
    expect(run).to_contain_text("The store of files does not answer.", timeout=RUN_MS)
    assert store_state(service) == "down"
    server.start()
    assert store_state(service) == "ok"
    page.get_by_role("button", name="Continue").first.click()
    expect(status(page)).to_contain_text("Done", timeout=RUN_MS)
    expect(page.get_by_role("button", name="Revision 4")).to_be_visible()
    expect(preview(page).get_by_text("Version 1")).to_be_visible()
