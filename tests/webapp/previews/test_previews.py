"""Generated pages on their own origin."""

import re
from dataclasses import dataclass

import pytest
from asgiref.sync import async_to_sync
from django.db import connection

from tests.webapp.conftest import picture, talk_to_service
from tests.webapp.record import claimed_run, revision
from webapp.studio import queries, services

pytestmark = pytest.mark.usefixtures("installation")
HOST = "127.0.0.1:8001"
FILES = {
    "index.html": b"<!doctype html><link rel=stylesheet href=style.css>",
    "page-2.html": b"<!doctype html><p>2</p>",
    "style.css": b"body{}",
    "app.js": b"1",
    "assets/photo.png": picture(),
    "assets/font.woff2": b"wOF2",
    "assets/icon.svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
    "assets/blob.bin": b"\x00",
}


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


def fetch(path: str, method: str = "GET", host: str = HOST, **headers: str) -> Answer:
    """One request to the whole service, as the web server hands it on."""
    where, _, query = path.partition("?")
    pairs = {"host": host, **{key.replace("_", "-"): value for key, value in headers.items()}}
    scope = {
        "type": "http",
        "method": method,
        "path": where,
        "query_string": query.encode(),
        "headers": [(key.encode(), value.encode()) for key, value in pairs.items()],
    }

    async def talk() -> Answer:
        service = talk_to_service(scope)
        await service.send_input({"type": "http.request", "body": b"", "more_body": False})
        start = await service.receive_output(5)
        body = await service.receive_output(5)
        await service.wait(5)
        found = {key.decode().lower(): value.decode() for key, value in start["headers"]}
        return Answer(start["status"], found, body["body"])

    return async_to_sync(talk)()


def policy(answer: Answer) -> dict[str, str]:
    """The Content-Security-Policy by directive."""
    directives = answer.headers["content-security-policy"].split("; ")
    return {name: rest for name, _, rest in (one.partition(" ") for one in directives)}


@pytest.fixture
def page() -> str:
    """The address of a revision."""
    run_id, lease = claimed_run()
    services.append_event(run_id, lease, revision(1, FILES))
    return f"/r/{queries.run_by_id(run_id).revisions.get().token}/"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("", "text/html; charset=utf-8"),
        ("index.html", "text/html; charset=utf-8"),
        ("page-2.html", "text/html; charset=utf-8"),
        ("style.css", "text/css; charset=utf-8"),
        ("app.js", "text/javascript; charset=utf-8"),
        ("assets/photo.png", "image/png"),
        ("assets/font.woff2", "font/woff2"),
        ("assets/icon.svg", "image/svg+xml"),
        ("assets/blob.bin", "application/octet-stream"),
    ],
)
def test_each_file_is_served_as_what_it_is(page: str, path: str, kind: str) -> None:
    answer = fetch(page + path)
    assert (answer.status, answer.body) == (200, FILES[path or "index.html"])
    assert answer.headers["content-type"] == kind
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("path", ["", "assets/icon.svg"])
def test_a_page_may_show_its_own_files_and_nothing_else(page: str, path: str) -> None:
    rules = policy(fetch(page + path))
    own = f"http://{HOST}{page}"
    assert rules["sandbox"] == ""
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == "'none'"
    assert rules["style-src"] == f"{own} 'unsafe-inline'"
    assert rules["img-src"] == f"{own} data: blob:"
    assert rules["font-src"] == f"{own} data:"
    for closed in ("connect", "frame", "worker", "object"):
        assert rules[f"{closed}-src"] == "'none'"
    assert rules["form-action"] == rules["base-uri"] == "'none'"


def test_only_the_interface_may_frame_a_page(page: str) -> None:
    ancestors = policy(fetch(page))["frame-ancestors"].split()
    assert ancestors == [f"http://{host}:8000" for host in ("127.0.0.1", "localhost")]


def test_scripts_are_a_switch_and_never_come_with_the_pages_origin(page: str) -> None:
    rules = policy(fetch(f"{page}?scripts=1"))
    assert rules["sandbox"] == "allow-scripts"
    assert rules["script-src"] == f"http://{HOST}{page} 'unsafe-inline'"
    assert rules["connect-src"] == "'none'"
    assert policy(fetch(f"{page}?scripts=10"))["sandbox"] == ""


@pytest.mark.parametrize("path", sorted(FILES))
@pytest.mark.parametrize("query", ["", "?scripts=1"])
def test_every_file_carries_the_policy_and_only_pages_may_be_given_scripts(
    page: str, path: str, query: str
) -> None:
    rules = policy(fetch(f"{page}{path}{query}"))
    runs = bool(query) and path.endswith((".html", ".svg"))
    assert rules["sandbox"] == ("allow-scripts" if runs else "")
    assert (rules["script-src"] == "'none'") is not runs
    assert rules["default-src"] == "'none'"


def test_a_picture_that_can_run_scripts_is_a_page_however_it_is_written() -> None:
    run_id, lease = claimed_run()
    services.append_event(run_id, lease, revision(1, {"a.SVG": FILES["assets/icon.svg"]}))
    folder = f"/r/{queries.run_by_id(run_id).revisions.get().token}/"
    assert policy(fetch(f"{folder}a.SVG"))["sandbox"] == ""


def test_fonts_and_modules_load_in_a_page_without_an_origin(page: str) -> None:
    for path in ("assets/font.woff2", "app.js"):
        answer = fetch(page + path, origin="null")
        assert answer.headers["access-control-allow-origin"] == "null"
        assert answer.headers["cross-origin-resource-policy"] == "cross-origin"


def test_a_page_that_is_known_is_not_sent_again(page: str) -> None:
    first = fetch(page)
    again = fetch(page, if_none_match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize(
    "path",
    ["/", "/r/", "/r/unknown/", "/r/unknown/index.html", "/api/config", "/healthz", "/r/x"],
)
def test_an_unknown_address_is_a_sentence(page: str, path: str) -> None:
    answer = fetch(path)
    assert answer.status == 404
    assert b"no generated page" in answer.body


@pytest.mark.parametrize("path", ["none.html", "../style.css", "assets/", "assets", "/index.html"])
def test_a_file_that_is_not_of_the_revision_is_not_served(page: str, path: str) -> None:
    assert fetch(page + path).status == 404


def test_a_record_that_cannot_be_read_is_a_sentence(
    page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection.close()
    with monkeypatch.context() as away:
        away.setitem(connection.settings_dict, "NAME", "/nowhere/db.sqlite3")
        answer = fetch(page)
    assert answer.status == 503
    assert b"Try again" in answer.body


def test_pages_can_only_be_read(page: str) -> None:
    assert fetch(page, "POST").status == 405
    head = fetch(page, "HEAD")
    assert (head.status, head.body) == (200, b"")


def test_the_interface_serves_no_generated_page(page: str) -> None:
    answer = fetch(page, host="127.0.0.1:8000")
    assert FILES["index.html"] not in answer.body


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:9", ""])
def test_any_other_host_is_refused_with_the_right_address(host: str) -> None:
    answer = fetch("/", host=host)
    assert answer.status == 400
    assert b"http://127.0.0.1:8000" in answer.body


def test_the_names_of_this_machine_are_the_same_place(page: str) -> None:
    assert fetch("/api/config", host="localhost:8000").status == 200
    rules = policy(fetch(page, host="localhost:8001"))
    assert re.match(r"http://localhost:8001/r/[\w-]{32}/ ", rules["img-src"])
