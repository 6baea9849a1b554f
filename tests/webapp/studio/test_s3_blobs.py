"""Content-addressed bytes in a bucket: everything that those on a disk are held to, and faults."""

import io
import json
import socket
import threading
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from asgiref.sync import async_to_sync
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from tests.own_s3 import BUCKET, OwnS3, own_s3
from tests.webapp.conftest import picture, talk_to_service
from tests.webapp.record import claimed_run, digest, revision, started
from webapp.studio import queries, services
from webapp.studio.archive import zip_revision
from webapp.studio.blobs import FileBlobs
from webapp.studio.errors import StoreUnavailable
from webapp.studio.messages import MESSAGES, explain
from webapp.studio.s3_blobs import S3Blobs, S3Bucket
from webapp.studio.storage import blobs

pytestmark = pytest.mark.deployment

NONE = "0" * 64


@pytest.fixture(scope="module")
def server() -> Iterator[OwnS3]:
    with own_s3() as server:
        yield server


@pytest.fixture
def bucket(server: OwnS3, request: pytest.FixtureRequest) -> S3Bucket:
    """A part of the server's bucket that is this test's alone."""
    return replace(server.bucket, prefix=f"{digest(request.node.name.encode())[:12]}/")


@pytest.fixture
def store(bucket: S3Bucket) -> S3Blobs:
    return S3Blobs(bucket)


@pytest.fixture
def on_s3(installation: None, bucket: S3Bucket, settings: Settings) -> S3Bucket:
    """A whole installation whose files are in the bucket."""
    settings.S3 = bucket
    return bucket


def spoil(server: OwnS3, bucket: S3Bucket, sha256: str, data: bytes) -> None:
    key = f"{bucket.prefix}{sha256[:2]}/{sha256[2:]}"
    server.client().put_object(Bucket=BUCKET, Key=key, Body=data)


# what holds of any store


@pytest.mark.parametrize("data", [b"", b"hello", b"x" * 20 * 2**20], ids=["none", "some", "20MB"])
def test_bytes_come_back_under_their_fingerprint(store: S3Blobs, data: bytes) -> None:
    assert store.put(data) == digest(data)
    assert store.get(digest(data)) == data


def test_the_same_bytes_are_stored_once_even_at_the_same_time(store: S3Blobs) -> None:
    data = b"x" * 1_000_000
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(store.put, [data] * 8)) == {digest(data)}
    assert [(one.digest, one.size) for one in store.stored()] == [(digest(data), len(data))]


@pytest.mark.parametrize("key", [NONE, "", "../../etc/passwd", "A" * 64, "g" * 64])
def test_what_is_not_there_is_a_key_error(store: S3Blobs, key: str) -> None:
    with pytest.raises(KeyError):
        store.get(key)


@pytest.mark.parametrize("damage", [b"", b"hell", b"hullo", b"hello and more"])
def test_a_damaged_blob_is_not_given_out_and_is_repaired_when_it_is_stored_again(
    server: OwnS3, bucket: S3Bucket, store: S3Blobs, damage: bytes
) -> None:
    key = store.put(b"hello")
    spoil(server, bucket, key, damage)
    with pytest.raises(KeyError):
        store.get(key)
    assert store.put(b"hello") == key
    assert store.get(key) == b"hello"


def test_other_objects_of_the_bucket_are_none_of_ours(
    server: OwnS3, bucket: S3Bucket, store: S3Blobs
) -> None:
    key = store.put(b"hello")
    for name in ("notes.txt", f"{key}", f"{key[:2]}/half"):
        server.client().put_object(Bucket=BUCKET, Key=bucket.prefix + name, Body=b"theirs")
    assert [one.digest for one in store.stored()] == [key]


def test_a_blob_is_discarded_unless_it_was_stored_since(store: S3Blobs) -> None:
    key = store.put(b"hello")
    assert not store.discard(key, time.time() - 60)
    assert not store.discard(NONE, time.time() + 60)
    assert store.discard(key, time.time() + 60)
    assert list(store.stored()) == []


def test_more_blobs_than_one_answer_lists_are_all_told(store: S3Blobs) -> None:
    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(store.put, [str(number).encode() for number in range(1_050)]))
    assert {one.digest for one in store.stored()} == keys


def test_work_reads_a_blob_once_and_has_it_as_a_file(
    server: OwnS3, bucket: S3Bucket, store: S3Blobs
) -> None:
    key = store.put(b"hello")
    with store.at_hand() as at_hand:
        assert at_hand.path(key).read_bytes() == b"hello"
        folder = at_hand.path(key).parent
        made = at_hand.put(b"made by the work")
        server.client().delete_object(Bucket=BUCKET, Key=f"{bucket.prefix}{key[:2]}/{key[2:]}")
        assert at_hand.get(key) == b"hello"
        assert not at_hand.path(NONE).exists()
    assert store.get(made) == b"made by the work"
    assert not folder.exists()


def test_a_folder_of_blobs_can_be_copied_into_the_bucket(
    server: OwnS3, bucket: S3Bucket, store: S3Blobs, tmp_path: Path
) -> None:
    key = FileBlobs(tmp_path).put(b"kept on a disk before")
    for path in tmp_path.rglob("*"):
        if path.is_file():
            name = bucket.prefix + str(path.relative_to(tmp_path))
            server.client().put_object(Bucket=BUCKET, Key=name, Body=path.read_bytes())
    assert store.get(key) == b"kept on a disk before"


# the record on it


def made_page() -> str:
    """A run with a page of two files; returns its id."""
    run_id, lease = claimed_run()
    services.append_event(run_id, lease, started())
    services.append_event(run_id, lease, revision(1, {"index.html": b"<p>Hello", "a.css": b"p{}"}))
    return run_id


def test_the_store_is_checked_and_what_nothing_refers_to_collected(
    server: OwnS3, on_s3: S3Bucket
) -> None:
    made_page()
    lost = blobs().put(b"nobody's")
    told = io.StringIO()
    call_command("check_store", stdout=told)
    assert "referred to by nothing: 1 files" in told.getvalue()
    assert services.collect_unreferenced(timedelta(seconds=-60)).count == 1
    assert lost not in {one.digest for one in blobs().stored()}
    spoil(server, on_s3, digest(b"p{}"), b"p{ }")
    with pytest.raises(CommandError, match="not as they were stored"):
        call_command("check_store", stdout=told)
    assert f"damaged: {digest(b'p{}')}" in told.getvalue()


def preview(token: str, path: str) -> tuple[int, bytes]:
    """What the preview origin answers."""

    async def ask() -> tuple[int, bytes]:
        scope = {"type": "http", "method": "GET", "path": f"/r/{token}/{path}"}
        headers = [(b"host", b"127.0.0.1:8001")]
        other = talk_to_service({**scope, "headers": headers, "query_string": b""})
        start, body = await other.receive_output(20), await other.receive_output(20)
        return start["status"], body["body"]

    return async_to_sync(ask)()


@pytest.mark.usefixtures("on_s3")
def test_a_page_is_previewed_and_zipped() -> None:
    made = queries.revision(queries.run_by_id(made_page()), 1)
    assert preview(made.token, "a.css") == (200, b"p{}")
    with zipfile.ZipFile(io.BytesIO(zip_revision(made, "Page").data)) as archive:
        assert archive.read("index.html") == b"<p>Hello"


# faults


@contextmanager
def silent_server() -> Iterator[str]:
    """Takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


@contextmanager
def relayed(
    server: OwnS3, *, late: float = 0.0, garbled: tuple[bytes, bytes] = (b"", b"")
) -> Iterator[str]:
    """Passes everything on to the real one: each answer late, seconds, and each request with the
    first bytes of `garbled` made the second."""
    target = ("127.0.0.1", int(server.bucket.endpoint.rpartition(":")[2]))
    listening = socket.create_server(("127.0.0.1", 0))

    def ask(client: socket.socket, upstream: socket.socket) -> None:
        while data := client.recv(65_536):
            upstream.sendall(data.replace(*garbled) if garbled[0] else data)

    def answer(client: socket.socket, upstream: socket.socket) -> None:
        while data := upstream.recv(65_536):
            time.sleep(late)
            client.sendall(data)

    def serve() -> None:
        while True:
            try:
                client = listening.accept()[0]
            except OSError:
                return
            upstream = socket.create_connection(target)
            for copy in (ask, answer):
                threading.Thread(target=copy, args=(client, upstream), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()


def wrong(bucket: S3Bucket, fault: str) -> S3Bucket:
    changes = {
        "key": {"key_id": "somebody"},
        "secret": {"secret": "another"},
        "bucket": {"name": "no-such-bucket"},
        "server": {"endpoint": "http://127.0.0.1:1"},
    }
    return replace(bucket, **changes[fault])


FAULTS = [
    ("server", "store_unavailable"),
    ("key", "store_refuses"),
    ("secret", "store_refuses"),
    ("bucket", "store_has_no_bucket"),
]


@pytest.mark.parametrize(("fault", "code"), FAULTS)
def test_a_fault_has_its_cause_and_one_next_action(bucket: S3Bucket, fault: str, code: str) -> None:
    store = S3Blobs(wrong(bucket, fault))
    for ask in (
        lambda: store.put(b"hello"),
        lambda: store.get(NONE),
        lambda: list(store.stored()),
        store.check_available,
    ):
        with pytest.raises(StoreUnavailable) as refusal:
            ask()
        assert refusal.value.code == code
    problem = explain(refusal.value)
    assert problem.hint == MESSAGES[code].hint
    assert bucket.endpoint in problem.message or "127.0.0.1:1" in problem.message
    assert bucket.secret not in problem.message


def test_a_silent_server_is_given_up_on_before_its_run_counts_as_lost(bucket: S3Bucket) -> None:
    with silent_server() as endpoint:
        store, began = S3Blobs(replace(bucket, endpoint=endpoint)), time.monotonic()
        with pytest.raises(StoreUnavailable):
            store.put(b"hello")
        assert time.monotonic() - began < services.runs.LOST_AFTER.total_seconds()
        began = time.monotonic()
        with pytest.raises(StoreUnavailable):
            store.check_available()
        assert time.monotonic() - began < 5


def test_a_slow_server_is_waited_for(server: OwnS3, bucket: S3Bucket) -> None:
    with relayed(server, late=1.5) as endpoint:
        store = S3Blobs(replace(bucket, endpoint=endpoint))
        assert store.get(store.put(b"hello")) == b"hello"


@pytest.mark.parametrize(("fault", "code"), FAULTS)
def test_an_upload_says_what_is_wrong_and_health_says_so_too(
    client: Client, on_s3: S3Bucket, settings: Settings, fault: str, code: str
) -> None:
    settings.S3 = wrong(on_s3, fault)
    file = io.BytesIO(picture())
    file.name = "mockup.png"
    answer = client.post("/api/assets", {"file": file})
    assert (answer.status_code, answer.json()["code"]) == (503, code)
    health = client.get("/healthz")
    assert (health.status_code, health.json()["checks"]["store"]) == (200, "down")
    with pytest.raises(CommandError, match=MESSAGES[code].text):
        call_command("check_store")
    settings.S3 = on_s3
    file.seek(0)
    assert client.post("/api/assets", {"file": file}).status_code == 201
    assert json.loads(client.get("/healthz").content)["checks"]["store"] == "ok"


def test_a_preview_says_that_the_store_is_away(on_s3: S3Bucket, settings: Settings) -> None:
    made = queries.revision(queries.run_by_id(made_page()), 1)
    settings.S3 = wrong(on_s3, "server")
    status, body = preview(made.token, "")
    assert (status, MESSAGES["store_unavailable"].text.encode() in body) == (503, True)


def test_what_arrives_damaged_is_not_stored(
    server: OwnS3, bucket: S3Bucket, store: S3Blobs
) -> None:
    with (
        relayed(server, garbled=(b"hello world", b"hullo world")) as endpoint,
        pytest.raises(StoreUnavailable),
    ):
        S3Blobs(replace(bucket, endpoint=endpoint)).put(b"hello world")
    assert list(store.stored()) == []
