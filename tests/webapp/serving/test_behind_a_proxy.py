"""The interface below a path of its origin, and who may write where a proxy hands requests on."""

import re
from pathlib import Path
from typing import cast

import pytest
from asgiref.testing import ApplicationCommunicator
from asgiref.typing import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, Scope
from django.test import Client
from pytest_django import Settings

from tests.webapp.local.test_service import start_with
from webapp.environment import Environment
from webapp.responses import send_response
from webapp.serving.dispatch import BelowPath

HTTPS = "https://mockwright.example"


async def say_where(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    place = f"{scope.get('root_path')} {scope.get('path')}"
    await send_response(send, 200, place.encode(), {})


async def ask(path: str, kind: str = "http") -> dict[str, object]:
    """The first thing that is said about an address, of a service below /mockwright."""
    below = BelowPath(cast(ASGI3Application, say_where), "/mockwright")
    scope = {"type": kind, "method": "GET", "path": path, "headers": [], "query_string": b""}
    other = ApplicationCommunicator(below, scope)  # type: ignore[no-untyped-call]
    if kind == "websocket":
        await other.send_input({"type": "websocket.connect"})  # type: ignore[no-untyped-call]
    first: dict[str, object] = await other.receive_output()  # type: ignore[no-untyped-call]
    return first


@pytest.mark.parametrize("path", ["/mockwright/", "/mockwright/api/config"])
async def test_an_address_below_the_path_is_the_interfaces(path: str) -> None:
    assert (await ask(path))["status"] == 200


async def test_the_path_alone_leads_to_the_start() -> None:
    answer = await ask("/mockwright")
    assert answer["status"] == 308
    assert (b"location", b"/mockwright/") in cast(list[tuple[bytes, bytes]], answer["headers"])


@pytest.mark.parametrize("path", ["/", "/api/config", "/mockwrightish/", "/p/1"])
async def test_an_address_above_the_path_is_nobodys(path: str) -> None:
    assert (await ask(path))["status"] == 404
    assert (await ask(path, "websocket"))["type"] == "websocket.close"


def test_links_and_addresses_have_the_path(
    client: Client, settings: Settings, tmp_path: Path
) -> None:
    built = '<meta name="app-path" content="" /><script src="/static/theme.js"></script>'
    (tmp_path / "index.html").write_text(built)
    settings.FRONTEND = tmp_path
    settings.APP_PATH = settings.FORCE_SCRIPT_NAME = "/mockwright"
    page = client.get("/p/1").content.decode()
    assert page == built.replace('content=""', 'content="/mockwright"').replace(
        "/static/", "/mockwright/static/"
    )
    asset = client.post("/api/examples/login").json()
    assert asset["content_url"].startswith("/mockwright/api/assets/")
    assert asset["thumbnail_url"].startswith("/mockwright/api/assets/")


def test_the_built_page_has_what_the_path_is_written_into() -> None:
    source = (Path(__file__).resolve().parents[3] / "frontend" / "index.html").read_text()
    assert source.count('<meta name="app-path" content="" />') == 1
    assert re.findall(r'="(/[^"]*)"', source) == ["/icon.svg", "/theme.js", "/src/main.tsx"]


@pytest.mark.usefixtures("installation")
def test_behind_a_proxy_no_program_counts_as_one_on_this_machine(settings: Settings) -> None:
    settings.APP_ORIGIN, settings.ALLOWED_HOSTS = HTTPS, ["mockwright.example"]
    program = Client(headers={"host": "mockwright.example"}, REMOTE_ADDR="127.0.0.1")
    assert program.post("/api/examples/login").status_code == 403
    named = program.post("/api/examples/login", headers={"origin": HTTPS})
    assert named.status_code == 201
    unsafe = program.post("/api/examples/login", headers={"origin": HTTPS.replace("s:", ":", 1)})
    assert unsafe.status_code == 403


@pytest.mark.parametrize(("path", "kept"), [("", ""), ("/a/", "/a"), ("/a/b-c", "/a/b-c")])
def test_a_path_is_kept_without_its_last_slash(
    monkeypatch: pytest.MonkeyPatch, path: str, kept: str
) -> None:
    monkeypatch.setenv("MOCKWRIGHT_APP_PATH", path)
    assert Environment().app_path == kept


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("MOCKWRIGHT_APP_PATH", "mockwright"),
        ("MOCKWRIGHT_APP_PATH", '/a"b'),
        ("MOCKWRIGHT_APP_PATH", "/a/../b"),
        ("MOCKWRIGHT_APP_PATH", "//a"),
        ("MOCKWRIGHT_LISTEN", "9000"),
        ("MOCKWRIGHT_LISTEN", "http://127.0.0.1:9000"),
        ("MOCKWRIGHT_LISTEN", "127.0.0.1:http"),
    ],
)
def test_a_wrong_place_to_be_served_at_stops_the_start(
    tmp_path: Path, variable: str, value: str
) -> None:
    process = start_with(tmp_path, **{variable: value})
    assert process.returncode != 0
    assert f"{variable}: " in process.stderr
