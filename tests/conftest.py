"""A whole installation for a test: its own database file, blob folder and a real Redis.

With `-n` each process is a session of its own: it has a database, a Redis and a browser to itself.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections
from pytest_django import Settings
from redis import Redis
from xdist.scheduler import LoadScopeScheduling

from tests.own_redis import OwnRedis
from webapp.celery import app
from webapp.studio.live import reader

# the tests load the machine by themselves: workers that stood back would wait for them
os.environ.setdefault("MOCKWRIGHT_WORKER_NICE", "0")

# folders whose tests share something costly, so one process has them all; slowest first
TOGETHER = ("tests/workers/jobs", "tests/workers/scoring")
# of which each file is long, so that none shall begin last; each process has a service of its own
LONG = "tests/e2e"


class ByCostlyFixture(LoadScopeScheduling):  # type: ignore[misc]  # xdist publishes no types
    """Hands tests to processes by folder where it is in TOGETHER, else by file.

    xdist's own groups are marked in a test's id, which pytest 9.2 no longer lets it change.
    """

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> ByCostlyFixture:
    return ByCostlyFixture(config, log)


@pytest.hookimpl(tryfirst=True)  # before tests are chosen by their marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what uses the database. First what takes longest."""
    for item in items:
        if {"db", "transactional_db"} & {*getattr(item, "fixturenames", ())}:
            item.add_marker("database")
    if "PYTEST_XDIST_WORKER" in os.environ:
        items.sort(key=lambda item: rank_of(item.nodeid))


def rank_of(nodeid: str) -> int:
    group = group_of(nodeid)
    if group in TOGETHER:
        return TOGETHER.index(group)
    return len(TOGETHER) + (not group.startswith(LONG))


def group_of(nodeid: str) -> str:
    path = nodeid.partition("::")[0]
    return next((folder for folder in TOGETHER if path.startswith(folder)), path)


@pytest.fixture(scope="session", autouse=True)
def texts_read_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A picture is read once in a run of the tests, by whichever process meets it first. Nothing
    is kept for the next run, as the reader may have changed; unless the environment says where."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # the one that all processes have
    with pytest.MonkeyPatch.context() as patch:
        if "MOCKWRIGHT_TEXT_CACHE" not in os.environ:
            patch.setenv("MOCKWRIGHT_TEXT_CACHE", str(folder / "texts"))
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """On SQLite a file, as in production: threads and processes of a test share it. On another
    database one of this process."""
    database = connections["default"]
    own = f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    if database.vendor == "sqlite":
        own = str(tmp_path_factory.mktemp("database") / "test.sqlite3")
    database.settings_dict["TEST"]["NAME"] = own


@pytest.fixture(scope="session")
def redis_server() -> Iterator[OwnRedis]:
    """A real Redis on a unix socket, empty, for the whole test session."""
    server = OwnRedis()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def own_redis(installation: None, settings: Settings) -> Iterator[OwnRedis]:
    """A Redis of this test alone, which may stop it and start it again."""
    server = OwnRedis()
    server.start()
    point_at(settings, server.socket)
    yield server
    server.stop()


@pytest.fixture
def installation(
    redis_server: OwnRedis,
    transactional_db: None,
    settings: Settings,
    tmp_path: Path,
) -> Iterator[None]:
    """Settings that point at parts of this test: database, blobs, Redis; the test models on."""
    settings.BLOBS = tmp_path / "blobs"
    settings.TEST_MODELS = True
    point_at(settings, redis_server.socket)
    with Redis.from_url(f"unix://{redis_server.socket}") as redis:
        redis.flushall()
    yield
    for thread in (reader.watching, reader.connecting):
        thread.disconnect()


def point_at(settings: Settings, socket: Path) -> None:
    """Use the Redis at a unix socket for the queue and for the channel layer."""
    settings.REDIS_URL = f"unix://{socket}"
    layers = settings.CHANNEL_LAYERS
    host = {**layers["default"]["CONFIG"]["hosts"][0], "address": f"unix://{socket}?db=1"}
    config = {**layers["default"]["CONFIG"], "hosts": [host]}
    settings.CHANNEL_LAYERS = {"default": {**layers["default"], "CONFIG": config}}
    app.conf.update(broker_url=f"redis+socket://{socket}?virtual_host=0")
