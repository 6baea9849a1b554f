"""A model server that is set up: in the health report, and as what a new project takes."""

import pytest
from django.test import Client

from tests.webapp.conftest import picture
from tests.webapp.studio.test_api import generate, upload
from webapp.studio import services
from webapp.studio.catalog import options
from webapp.studio.catalog.server import server_at


@pytest.fixture
def mini(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kimi mini is set up, and its server does not answer."""
    server_at.cache_clear()
    monkeypatch.setenv("MOCKWRIGHT_MINI_URL", "http://127.0.0.1:9/v1")


@pytest.mark.usefixtures("mini")
def test_a_model_that_is_starting_is_said_and_is_no_fault(client: Client) -> None:
    services.report_worker("one", isolation="bwrap")
    health = client.get("/healthz").json()
    assert (health["status"], health["checks"]["models"]) == ("ok", {"mini": "starting"})


@pytest.mark.usefixtures("mini")
def test_a_model_that_is_down_degrades_the_service(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(options, "STARTS_WITHIN", 0.0)
    services.report_worker("one", isolation="bwrap")
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "degraded"
    assert answer.json()["checks"]["models"] == {"mini": "down"}


@pytest.mark.usefixtures("mini")
def test_a_project_takes_the_model_that_was_set_up(client: Client) -> None:
    assert client.get("/api/config").json()["default_model"] == "mini"
    asset = upload(client, picture())
    assert generate(client, asset)["runs"][0]["model"] == "mini"
    assert generate(client, asset, model="draft")["runs"][0]["model"] == "draft"
