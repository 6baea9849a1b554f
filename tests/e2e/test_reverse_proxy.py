"""The service behind a real nginx that ends TLS, with the configuration that the documents give."""

import base64
import json
import re
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, ProxyHandler, Request, build_opener

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from playwright.sync_api import ConsoleMessage, Page, WebSocket, expect, sync_playwright

from bench.seeing import NAME, serve_seeing
from bench.stack import Stack, free_port
from tests.e2e.conftest import EXAMPLES
from tests.e2e.test_compose import hand_over
from tests.e2e.test_selecting import files_of, preview, status, told
from tests.own_nginx import own_nginx
from workers.browser.find import find_browser

pytestmark = [pytest.mark.e2e, pytest.mark.deployment]

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "reverse-proxy.md"
APP, PAGES = "mockwright.example", "pages.mockwright.example"
PERSON, PASSWORD = "ada", "a long password"
RUN_MS = 180_000  # on a busy machine


@dataclass(frozen=True)
class Proxied:
    """A service, where people find it, and where nginx listens for plain HTTP."""

    stack: Stack
    url: str
    plain_port: int


@dataclass(frozen=True)
class Ports:
    app: int
    pages: int
    plain: int
    server: int


def configured(folder: Path, ports: Ports, path: str) -> str:
    """The document's configuration on ports and files of this test, in the way the text tells."""
    (text,) = re.findall(r"```nginx\n(.*?)```", PAGE.read_text(), re.DOTALL)
    before, app, pages = text.partition("listen 443 ssl;")[0], *_servers(text)
    app = replaced(app, "listen 443 ssl;", f"listen 127.0.0.1:{ports.app} ssl;")
    pages = replaced(pages, "listen 443 ssl;", f"listen 127.0.0.1:{ports.pages} ssl;")
    if path:  # and two ports of one name
        app = replaced(app, "location / {", f"location {path}/ {{")
        pages = replaced(pages, f"server_name {PAGES};", f"server_name {APP};", times=1)
    text = before + app + pages
    text = replaced(text, "listen 80;", f"listen 127.0.0.1:{ports.plain};")
    text = replaced(text, "server 127.0.0.1:9000;", f"server 127.0.0.1:{ports.server};")
    text = replaced(text, "/etc/ssl/", f"{folder}/", times=4)
    return replaced(text, "/etc/nginx/", f"{folder}/")


def _servers(text: str) -> tuple[str, str]:
    _, app, pages = text.split("listen 443 ssl;")
    return f"listen 443 ssl;{app}", f"listen 443 ssl;{pages}"


def replaced(text: str, old: str, new: str, times: int = 1) -> str:
    assert text.count(old) == times, old
    return text.replace(old, new)


def write_certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, APP)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(APP), x509.DNSName(PAGES)]), False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "mockwright.crt").write_bytes(certificate.public_bytes(pem))
    plain = serialization.NoEncryption()
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    (folder / "mockwright.key").write_bytes(private)


def add_person(folder: Path) -> None:
    """As the document adds one."""
    told = subprocess.run(
        ["openssl", "passwd", "-apr1", PASSWORD], capture_output=True, text=True, check=True
    )
    (folder / "mockwright.htpasswd").write_text(f"{PERSON}:{told.stdout}")


@contextmanager
def proxied(folder: Path, path: str, **environment: str) -> Iterator[Proxied]:
    """A service at the root of two names, or below `path` with two ports of one name."""
    ports = Ports(free_port(), free_port(), free_port(), free_port())
    if not path:
        ports = Ports(ports.app, ports.app, ports.plain, ports.server)
    nginx = folder / "nginx"
    nginx.mkdir()
    write_certificate(nginx)
    add_person(nginx)
    origin = f"https://{APP}:{ports.app}"
    stack = Stack(
        folder / "service",
        MOCKWRIGHT_APP_ORIGIN=origin,
        MOCKWRIGHT_PREVIEW_ORIGIN=f"https://{APP if path else PAGES}:{ports.pages}",
        MOCKWRIGHT_APP_PATH=path,
        MOCKWRIGHT_LISTEN=f"127.0.0.1:{ports.server}",
        **environment,
    )
    with own_nginx(nginx, configured(nginx, ports, path), ports.app):
        stack.start()
        try:
            yield Proxied(stack, f"{origin}{path}", ports.plain)
        finally:
            stack.stop()


@pytest.fixture(scope="module", params=["", "/design/mockwright"], ids=["root", "path"])
def service(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Proxied]:
    folder = tmp_path_factory.mktemp("proxied")
    with serve_seeing() as url:
        model = {"MOCKWRIGHT_MODEL_URL": url, "MOCKWRIGHT_MODEL_NAME": NAME}
        with proxied(folder, request.param, **model) as service:
            yield service


@pytest.fixture
def page(service: Proxied) -> Iterator[Page]:
    """A person's tab, in a browser that finds both names on this machine."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(find_browser()),
            args=["--no-sandbox", "--host-resolver-rules=MAP * 127.0.0.1"],
        )
        context = browser.new_context(
            viewport={"width": 1440, "height": 900},
            accept_downloads=True,
            ignore_https_errors=True,
            http_credentials={"username": PERSON, "password": PASSWORD},
        )
        page = context.new_page()
        complaints: list[str] = []

        def listen(message: ConsoleMessage) -> None:
            if message.type == "error":
                complaints.append(message.text)

        page.on("console", listen)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
        assert context.cookies() == []
        browser.close()
    assert complaints == []


def test_a_page_is_made_watched_selected_in_and_taken_home(page: Page, service: Proxied) -> None:
    told_live: list[str] = []  # the address of the websocket, once for each of its frames

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda _: told_live.append(socket.url))

    page.on("websocket", listen)
    page.goto(service.url)
    hand_over(page, "drop", EXAMPLES / "login.png")
    expect(page.get_by_role("listitem", name="login.png")).to_be_visible()
    page.get_by_role("button", name="Generate").click()
    page.wait_for_url(f"{service.url}/p/**")
    expect(status(page)).to_contain_text("Done", timeout=RUN_MS)
    assert len(told_live) > 10
    assert {url.partition("/ws/")[0] for url in told_live} == {
        service.url.replace("https", "wss", 1)
    }

    heading = preview(page).get_by_text("Welcome back")
    expect(heading).to_be_visible()
    frame = page.locator("iframe:visible").first.get_attribute("src") or ""
    assert frame.startswith(f"{service.stack.preview_origin}/r/")
    page.keyboard.press("s")
    expect(told(page)).to_contain_text("Click an element")
    heading.click()
    expect(told(page)).to_contain_text(re.compile(r"Welcome back.*index\.html, line \d+"))
    assert b"Welcome back" in files_of(page, service.stack)["index.html"]

    page.reload()
    expect(preview(page).get_by_text("Welcome back")).to_be_visible()
    page.get_by_role("link", name="Projects").first.click()
    page.wait_for_url(f"{service.url}/projects")
    picture = page.locator("img").first
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("image => image.naturalWidth") > 0
    page.go_back()
    expect(status(page)).to_contain_text("Done")


def test_the_documentation_of_the_api_is_whole(page: Page, service: Proxied) -> None:
    page.goto(f"{service.url}/api/docs")
    expect(page.get_by_text("/api/config").first).to_be_visible()


class Unfollowed(HTTPRedirectHandler):
    """Takes a redirection as the answer."""

    def redirect_request(self, *_: object) -> None:
        return None


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


def ask(service: Proxied, path: str, headers: dict[str, str], data: bytes | None = None) -> Answer:
    """A program's request through nginx, with the password. Its own name is this machine's."""
    origin = urlsplit(service.stack.origin)
    trusting = ssl.create_default_context()
    trusting.check_hostname = False
    trusting.verify_mode = ssl.CERT_NONE
    opener = build_opener(ProxyHandler({}), HTTPSHandler(context=trusting))
    given = base64.b64encode(f"{PERSON}:{PASSWORD}".encode()).decode()
    told = {"Host": origin.netloc, "Authorization": f"Basic {given}", **headers}
    below = urlsplit(service.url).path
    request = Request(f"https://127.0.0.1:{origin.port}{below}{path}", data, told)
    try:
        with opener.open(request, timeout=60) as response:
            return Answer(response.status, dict(response.headers.items()), response.read())
    except HTTPError as error:
        with error:
            return Answer(error.code, dict(error.headers.items()), error.read())


def test_a_program_that_names_the_origin_may_write_and_no_other(service: Proxied) -> None:
    example = "/api/examples/login"
    named = ask(service, example, {"Origin": service.stack.origin}, b"")
    assert named.status in {200, 201}
    refused: tuple[dict[str, str], ...] = (
        {},  # from this machine, for all that the service can tell
        {"X-Forwarded-For": "127.0.0.1"},
        {"Origin": service.stack.origin.replace("https", "http", 1)},
        {"Origin": service.stack.preview_origin},
    )
    for headers in refused:
        answer = ask(service, example, headers, b"")
        assert (answer.status, json.loads(answer.body)["code"]) == (403, "wrong_origin"), headers
    stranger = ask(service, example, {"Host": "evil.example"}, b"")
    assert (stranger.status, b"not served under this address" in stranger.body) == (400, True)


def test_a_body_that_is_too_large_is_refused_in_words(service: Proxied) -> None:
    form = {"Content-Type": "multipart/form-data; boundary=x", "Origin": service.stack.origin}
    answer = ask(service, "/api/assets", form, b"x" * (22 * 2**20))
    assert (answer.status, json.loads(answer.body)["code"]) == (413, "body_too_large")


def test_health_and_headers_are_told_and_nobody_is_let_in_without_a_password(
    service: Proxied,
) -> None:
    answer = ask(service, "/healthz", {})
    assert json.loads(answer.body)["status"] == "ok"
    assert "max-age" in answer.headers["Strict-Transport-Security"]
    assert "Set-Cookie" not in answer.headers
    assert ask(service, "/healthz", {"Authorization": ""}).status == 401


def test_plain_http_is_sent_to_https(service: Proxied) -> None:
    opener = build_opener(ProxyHandler({}), Unfollowed())
    request = Request(f"http://127.0.0.1:{service.plain_port}/p/1?run=2", headers={"Host": APP})
    with pytest.raises(HTTPError) as refusal:
        opener.open(request, timeout=20)
    assert refusal.value.code == 308
    assert refusal.value.headers["Location"] == f"https://{APP}/p/1?run=2"
    refusal.value.close()
