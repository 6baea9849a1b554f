"""The model servers a person adds: what the API takes and tells, and where the key goes."""

import json
from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from pytest_django import Settings

from tests.webapp.conftest import picture
from tests.webapp.studio.catalog.answers import able
from tests.webapp.studio.test_api import ended_run, generate, refused, send, upload
from tests.workers.models.stand_in import stand_in
from webapp.serving.local_user import local_user
from webapp.studio import queries
from webapp.studio.catalog.circuit import Failure
from webapp.studio.errors import BadRequest
from webapp.studio.models import Endpoint, Run
from webapp.studio.services import circuits, endpoints

Json = dict[str, Any]
KEY = "sk-very-secret-0123456789"
URL = "http://127.0.0.1:9/v1"
NOWHERE = "5b0d0a3e-0000-4000-8000-000000000000"


def add(client: Client, **more: object) -> Json:
    body = {"url": URL, "name": "kimi-k2.5", "key": KEY, **more}
    return dict(send(client, "POST", "/api/endpoints", body, 201))


def change(client: Client, endpoint: Json, **more: object) -> Json:
    body = {"url": URL, "name": "kimi-k2.5", **more}
    return dict(send(client, "PUT", f"/api/endpoints/{endpoint['id']}", body))


def kept_key(endpoint: Json) -> str | None:
    return queries.key_of(Endpoint.objects.get(id=endpoint["id"]))


def test_an_endpoint_is_added_changed_and_removed(client: Client) -> None:
    added = add(client, label="Kimi at home", effort="high", input_price=0.6, output_price=3)
    assert (added["label"], added["key"], added["thinking"]) == ("Kimi at home", "kept", True)
    assert added["model_id"] == f"endpoint:{added['id']}"
    assert send(client, "GET", "/api/endpoints") == [added]

    changed = change(client, added, label="Kimi", thinking=False, context_tokens=32768)
    assert (changed["label"], changed["thinking"], changed["effort"]) == ("Kimi", False, "")
    assert (changed["input_price"], changed["context_tokens"]) == (None, 32768)
    assert send(client, "GET", "/api/endpoints") == [changed]

    path = f"/api/endpoints/{added['id']}"
    send(client, "DELETE", path, status=204)
    assert send(client, "GET", "/api/endpoints") == []
    assert refused(client, "DELETE", path, None, 404) == "not_found"


def test_a_run_with_a_priced_model_may_cost_so_much(client: Client) -> None:
    priced = add(client, input_price=0.6, output_price=3)
    free = add(client)
    asset = upload(client, picture())
    for one, cost in ((priced, 5.0), (free, None)):
        project = generate(client, asset, model=one["model_id"])
        run = send(client, "GET", f"/api/runs/{project['runs'][0]['id']}")
        assert run["limits"]["cost"] == cost
        assert run["limits"]["steps"] == 300


def test_an_endpoint_without_a_label_is_called_as_its_model(client: Client) -> None:
    assert add(client, label="  ")["label"] == "kimi-k2.5"


def test_the_key_is_in_no_answer_and_not_in_the_database(client: Client) -> None:
    endpoint = add(client)
    answers = [
        endpoint,
        change(client, endpoint, label="Other"),
        send(client, "GET", "/api/endpoints"),
        send(client, "GET", "/api/config"),
    ]
    assert KEY not in json.dumps(answers)
    assert KEY[-4:] not in json.dumps(answers[0])
    with connection.cursor() as cursor:
        rows = cursor.execute("SELECT * FROM studio_endpoint").fetchall()
    assert "kimi-k2.5" in repr(rows)
    assert KEY not in repr(rows)
    assert kept_key(endpoint) == KEY
    assert KEY not in repr(queries.model_endpoints(User.objects.get()))


def test_a_model_that_runs_wait_for_is_marked_until_a_test_is_answered(client: Client) -> None:
    with stand_in(models=[{"id": "kimi-k2.5"}]) as server:
        server.answer = able
        row = Endpoint.objects.get(id=add(client, url=server.url)["id"])
        endpoint = queries.model_endpoint(row)
        for _ in range(circuits.POLICY.failures):
            down = Failure("model_unreachable", "connection refused")
            since = circuits.report_failure(endpoint, down, is_probe=False).since
        card = option_of(client, endpoint.model_id)
        assert (card["state"], "connection refused" in card["note"]) == ("silent", True)
        assert since is not None
        assert datetime.fromisoformat(card["silent_since"]) == since.replace(
            microsecond=since.microsecond // 1000 * 1000
        )
        body = {"id": str(row.id), "url": server.url, "name": row.name}
        send(client, "POST", "/api/endpoints/test", body)
    assert option_of(client, endpoint.model_id)["silent_since"] is None


def option_of(client: Client, model_id: str) -> Json:
    models = send(client, "GET", "/api/config")["models"]
    return next(dict(one) for one in models if one["id"] == model_id)


def test_a_key_that_is_left_out_is_kept_and_an_empty_one_forgets_it(client: Client) -> None:
    endpoint = add(client)
    assert change(client, endpoint)["key"] == "kept"
    assert kept_key(endpoint) == KEY
    assert change(client, endpoint, key="another")["key"] == "kept"
    assert kept_key(endpoint) == "another"
    assert change(client, endpoint, key="")["key"] == "none"
    assert Endpoint.objects.get().encrypted_key == ""


def test_a_kept_key_goes_to_no_other_server(client: Client) -> None:
    endpoint = add(client)
    path = f"/api/endpoints/{endpoint['id']}"
    for other in ("http://127.0.0.1:10/v1", "https://127.0.0.1:9/v1", "http://evil.example/v1"):
        body = {"url": other, "name": "kimi-k2.5"}
        assert refused(client, "PUT", path, body, 400) == "endpoint_key_elsewhere"
    assert change(client, endpoint, url=f"{URL}/openai")["key"] == "kept"
    moved = change(client, endpoint, url="http://127.0.0.1:10/v1", key="its-own")
    assert moved["url"] == "http://127.0.0.1:10/v1"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"url": "localhost:30000/v1"}, "bad_address"),
        ({"url": "ftp://host/v1"}, "bad_address"),
        ({"url": "file:///etc/passwd"}, "bad_address"),
        ({"url": "http://me:pass@host/v1"}, "bad_address"),
        ({"url": "http://host/v1?key=1"}, "bad_address"),
        ({"url": "http://host/v1#here"}, "bad_address"),
        ({"url": "http://host:port/v1"}, "bad_address"),
        ({"url": "http://host/v1 chat"}, "bad_address"),
        ({"url": "http://host/v1\x01"}, "bad_address"),
        ({"url": "http://256.1.1.1/v1"}, "bad_address"),
        ({"url": "http://[v1.x]/v1"}, "bad_address"),
        ({"url": "http://☃.example/v1"}, "bad_address"),
        ({"url": ""}, "bad_address"),
        ({"name": " "}, "no_model_name"),
        ({"key": "two\nlines"}, "bad_key"),
        ({"key": "schlüssel"}, "bad_key"),
        ({"key": "two words"}, "bad_key"),
        ({"input_price": 1}, "bad_prices"),
        ({"cached_input_price": 1}, "bad_prices"),
        ({"input_price": -1, "output_price": 1}, "bad_request"),
        ({"max_tokens": 0}, "bad_request"),
        ({"effort": "enormous"}, "bad_request"),
        ({"keys": "misspelt"}, "bad_request"),
    ],
)
def test_what_cannot_be_right_is_refused(client: Client, more: Json, code: str) -> None:
    body = {"url": URL, "name": "kimi-k2.5", **more}
    assert refused(client, "POST", "/api/endpoints", body, 400) == code
    assert not Endpoint.objects.exists()


def test_an_endpoint_is_on_offer_at_once_and_taken_where_nothing_else_is_set(
    client: Client,
) -> None:
    endpoint = add(client, label="Kimi", context_tokens=9000)
    config = send(client, "GET", "/api/config")
    card = next(one for one in config["models"] if one["id"] == endpoint["model_id"])
    assert (card["label"], card["device"], card["reads_words"]) == ("Kimi", "127.0.0.1:9", True)
    assert (card["context_tokens"], card["reads_pictures"]) == (9000, True)
    assert config["default_model"] == endpoint["model_id"]
    run = generate(client, upload(client, picture()))["runs"][0]
    assert run["model"] == endpoint["model_id"]
    assert Run.objects.get().limits["steps"] == 300


@pytest.mark.parametrize("lacks", ["sees_pictures", "calls_tools"])
def test_a_model_that_cannot_do_the_work_is_offered_and_not_taken_unasked(
    client: Client, lacks: str
) -> None:
    able = add(client, label="Able")
    add(client, label="Unable", **{lacks: False})
    config = send(client, "GET", "/api/config")
    assert {"Able", "Unable"} <= {one["label"] for one in config["models"]}
    assert config["default_model"] == able["model_id"]
    send(client, "DELETE", f"/api/endpoints/{able['id']}", status=204)
    assert send(client, "GET", "/api/config")["default_model"] == "draft"


def test_a_run_goes_on_with_an_endpoint_by_a_message(client: Client) -> None:
    endpoint, run_id = add(client), ended_run()
    body = {"text": "Make it dark", "model": endpoint["model_id"]}
    told = send(client, "POST", f"/api/runs/{run_id}/messages", body, 202)
    assert (told["model"], told["limits"]["steps"]) == (endpoint["model_id"], 300)


def test_how_a_model_thinks_is_chosen_for_each_run_and_each_message(client: Client) -> None:
    endpoint, picture_ = add(client, thinking=True, effort="low"), upload(client, picture())
    project = generate(client, picture_, model=endpoint["model_id"], thinking="off")
    first = project["runs"][0]
    assert first["thinking"] == "off"
    assert how(first["id"]) == (False, "")
    again = send(client, "POST", f"/api/projects/{project['id']}/runs", {}, 201)
    assert again["thinking"] == "off"
    other = send(client, "POST", f"/api/projects/{project['id']}/runs", {"thinking": ""}, 201)
    assert how(other["id"]) == (True, "low")

    path = f"/api/runs/{first['id']}/messages"
    thinking = {"text": "Think", "thinking": "high"}
    assert refused(client, "POST", path, thinking, 409) == "run_active"
    send(client, "POST", f"/api/runs/{first['id']}/cancel", status=202)
    assert send(client, "POST", path, thinking, 202)["thinking"] == "high"
    assert how(first["id"]) == (True, "high")
    assert send(client, "POST", path, {"text": "Go on"}, 202)["thinking"] == "high"
    assert refused(client, "POST", path, {"text": "?", "thinking": "wildly"}, 400) == "bad_request"


def test_a_model_that_does_not_think_is_not_said_to(client: Client) -> None:
    project = generate(client, upload(client, picture()), model="draft", thinking="high")
    assert project["runs"][0]["thinking"] == ""


def how(run_id: str) -> tuple[bool, str]:
    """How the run's endpoint thinks."""
    endpoint = queries.endpoint_of_run(queries.run_by_id(run_id))
    assert endpoint is not None
    return endpoint.thinking, endpoint.effort


def test_the_endpoint_of_another_person_is_not_there(client: Client) -> None:
    endpoint = add(client)
    Endpoint.objects.update(owner=User.objects.create(username="other"))
    assert send(client, "GET", "/api/endpoints") == []
    path = f"/api/endpoints/{endpoint['id']}"
    assert refused(client, "PUT", path, {"url": URL, "name": "m"}, 404) == "not_found"
    assert refused(client, "DELETE", path, None, 404) == "not_found"
    body = {"assets": [{"id": upload(client, picture())["id"]}], "model": endpoint["model_id"]}
    assert refused(client, "POST", "/api/projects", body, 400) == "endpoint_removed"
    run_id = ended_run()
    Run.objects.update(model=endpoint["model_id"])
    with pytest.raises(BadRequest, match="endpoint_removed"):
        queries.endpoint_of_run(queries.run_by_id(run_id))


def test_a_run_whose_endpoint_was_removed_says_so_and_takes_another(client: Client) -> None:
    endpoint, run_id = add(client), ended_run()
    Run.objects.update(model=endpoint["model_id"])
    send(client, "DELETE", f"/api/endpoints/{endpoint['id']}", status=204)
    path = f"/api/runs/{run_id}/messages"
    assert refused(client, "POST", path, {"text": "Dark"}, 400) == "endpoint_removed"
    with pytest.raises(BadRequest, match="endpoint_removed"):
        queries.endpoint_of_run(queries.run_by_id(run_id))
    other = add(client)
    send(client, "POST", path, {"text": "Dark", "model": other["model_id"]}, 202)
    found = queries.endpoint_of_run(queries.run_by_id(run_id))
    assert found is not None
    assert found.key == KEY


def test_a_key_that_can_no_longer_be_read_is_asked_for_again(
    client: Client, settings: Settings
) -> None:
    endpoint = add(client)
    old = settings.SECRET_KEY
    settings.SECRET_KEY = "another one, as after a lost data folder"
    listed = send(client, "GET", "/api/endpoints")[0]
    assert listed["key"] == "unreadable"
    card = send(client, "GET", "/api/config")["models"][1]
    assert "can no longer be read" in card["note"]
    body = {"assets": [{"id": upload(client, picture())["id"]}], "model": endpoint["model_id"]}
    assert refused(client, "POST", "/api/projects", body, 400) == "endpoint_key_unreadable"
    path = f"/api/endpoints/{endpoint['id']}"
    kept = {"url": URL, "name": "kimi-k2.5"}
    assert refused(client, "PUT", path, kept, 400) == "endpoint_key_unreadable"

    settings.SECRET_KEY_FALLBACKS = [old]
    assert kept_key(endpoint) == KEY
    settings.SECRET_KEY_FALLBACKS = []
    assert change(client, endpoint, key="entered-again")["key"] == "kept"
    assert kept_key(endpoint) == "entered-again"


def test_presets_are_addresses_that_can_be_added(client: Client) -> None:
    presets = send(client, "GET", "/api/config")["presets"]
    assert {"sglang", "moonshot", "openai", "openrouter", "ollama"} <= {
        one["id"] for one in presets
    }
    for preset in presets:
        body = {"url": preset["url"], "name": preset["model"], "label": preset["label"]}
        send(client, "POST", "/api/endpoints", body, 201)


@pytest.mark.usefixtures("installation")
def test_a_run_with_a_model_of_another_kind_has_no_endpoint() -> None:
    assert queries.endpoint_of_run(queries.run_by_id(ended_run())) is None


# the test of a connection


def test_a_connection_is_tested_with_the_key_that_is_given_or_kept(client: Client) -> None:
    with stand_in(models=[{"id": "kimi-k2.5"}]) as server:
        server.answer = able
        body = {"url": server.url, "name": "kimi-k2.5", "key": KEY}
        report = send(client, "POST", "/api/endpoints/test", body)
        assert report["sees_pictures"] is True
        assert set(server.keys) == {f"Bearer {KEY}"}
        assert not Endpoint.objects.exists()

        server.keys.clear()
        endpoint = add(client, url=server.url)
        kept = {"id": endpoint["id"], "url": server.url, "name": "kimi-k2.5"}
        report = send(client, "POST", "/api/endpoints/test", kept)
        assert KEY not in json.dumps(report)
        assert set(server.keys) == {f"Bearer {KEY}"}

        elsewhere = {**kept, "url": "http://127.0.0.1:9/v1"}
        path = "/api/endpoints/test"
        assert refused(client, "POST", path, elsewhere, 400) == "endpoint_key_elsewhere"
        assert refused(client, "POST", path, {**kept, "id": NOWHERE}, 404) == "not_found"
        assert refused(client, "POST", path, {"url": "file:///etc"}, 400) == "bad_address"


def test_the_endpoint_of_the_environment_is_tested_with_its_key_and_never_tells_it(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = "/api/endpoints/environment/test"
    monkeypatch.delenv("MOCKWRIGHT_MODEL_URL", raising=False)
    assert refused(client, "POST", path, None, 404) == "not_found"
    with stand_in(models=[{"id": "kimi-k2.5"}]) as server:
        server.answer = able
        monkeypatch.setenv("MOCKWRIGHT_MODEL_URL", server.url)
        monkeypatch.setenv("MOCKWRIGHT_MODEL_NAME", "kimi-k2.5")
        monkeypatch.setenv("MOCKWRIGHT_MODEL_KEY", KEY)
        report = send(client, "POST", path)
        assert report["sees_pictures"] is True
        assert set(server.keys) == {f"Bearer {KEY}"}
        assert KEY not in json.dumps(report)
    report = send(client, "POST", path)
    assert report["findings"][0]["outcome"] == "no"
    assert "Nothing listens there" in report["findings"][0]["remedy"]
    assert KEY not in json.dumps(report)


def test_a_person_has_one_test_at_a_time(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    user = local_user()
    monkeypatch.setattr(endpoints, "_testing", {user.id})
    path = "/api/endpoints/test"
    assert refused(client, "POST", path, {"url": URL}, 409) == "test_running"
    endpoints._testing.clear()
    assert send(client, "POST", path, {"url": URL})["findings"][0]["outcome"] == "no"
    assert endpoints._testing == set()
