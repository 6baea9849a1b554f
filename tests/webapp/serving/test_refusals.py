"""What is refused below the application says why, under the policy of all refusals. Over real
sockets."""

import json

import pytest
from pytest_django import Settings

from bench.load.connection import connected
from tests.webapp.conftest import picture
from tests.webapp.serving.server import served

pytestmark = pytest.mark.usefixtures("installation")
POLICY = b"content-security-policy: default-src 'none'; sandbox\r\n"
UPGRADE = (
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)


async def answer_to(origin: str, request: bytes) -> tuple[int, bytes, bytes]:
    """Status, head and body."""
    async with connected(origin) as (reader, writer):
        writer.write(request)
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    return int(head.split(b" ", 2)[1]), head + b"\r\n", body


@pytest.mark.parametrize(
    "request_line",
    [
        b"GET /r/\xff\xfe HTTP/1.1",
        b"BREW / HTCPCP/1.0",
        b"GET / HTTP/1.1\r\nno header",
        b"GET / HTTP/1.1\r\nContent-Length: many",
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1",
    ],
)
async def test_what_is_no_http_is_told_so(settings: Settings, request_line: bytes) -> None:
    async with served(settings) as origin:
        status, head, body = await answer_to(origin, request_line + b"\r\n\r\n")
    assert status == 400
    assert POLICY in head.lower()
    assert b"x-content-type-options: nosniff" in head.lower()
    problem = json.loads(body)
    assert (problem["code"], bool(problem["hint"])) == ("bad_request", True)


async def test_who_is_too_slow_is_told_so_under_the_same_policy(settings: Settings) -> None:
    async with served(settings) as origin:
        status, head, _ = await answer_to(origin, b"GET / HTTP/1.1\r\n")
    assert status == 408
    assert POLICY in head.lower()


@pytest.mark.parametrize(
    ("path", "host", "from_origin", "status", "sentence"),
    [
        ("/ws/nowhere", "", "", 404, b"There is nothing at this address"),
        ("/", "", "", 404, b"There is nothing at this address"),
        ("/ws/runs/x", "evil.example", "", 400, b"not served under this address"),
        ("/ws/runs/x", "", "http://evil.example", 403, b"from another site"),
    ],
)
async def test_a_websocket_that_is_turned_away_is_told_why(
    settings: Settings, path: str, host: str, from_origin: str, status: int, sentence: bytes
) -> None:
    async with served(settings) as origin:
        named = host or origin.removeprefix("http://")
        head = (
            f"GET {path} HTTP/1.1\r\nHost: {named}\r\nOrigin: {from_origin or origin}\r\n{UPGRADE}"
        )
        answer = await answer_to(origin, head.encode() + b"\r\n")
    assert answer[0] == status
    assert sentence in answer[2]
    assert POLICY in answer[1].lower()


async def test_an_upload_in_chunks_is_taken(settings: Settings) -> None:
    """As curl sends one that it reads from a pipe."""
    form = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
        + picture()
        + b"\r\n--x--\r\n"
    )
    async with served(settings) as origin:
        head = (
            f"POST /api/assets HTTP/1.1\r\nHost: {origin.removeprefix('http://')}\r\n"
            f"Origin: {origin}\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n"
            "Content-Type: multipart/form-data; boundary=x\r\n\r\n"
        )
        chunks = f"{len(form):x}\r\n".encode() + form + b"\r\n0\r\n\r\n"
        status, _, body = await answer_to(origin, head.encode() + chunks)
    assert status == 201, body
