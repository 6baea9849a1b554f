"""A whole installation for a test: its own database file, blob folder and a real Redis."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections
from pytest_django import Settings
from redis import Redis

from webapp.celery import app
from webapp.local.redis_process import RedisProcess


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A file, as in production: threads and processes of a test share it."""
    folder = tmp_path_factory.mktemp("database")
    connections["default"].settings_dict["TEST"]["NAME"] = str(folder / "test.sqlite3")


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisProcess]:
    """A real Redis on a unix socket, empty, for the whole test session."""
    server = RedisProcess()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def own_redis(installation: None, settings: Settings) -> Iterator[RedisProcess]:
    """A Redis of this test alone, which may stop it and start it again."""
    server = RedisProcess()
    server.start()
    point_at(settings, server.socket)
    yield server
    server.stop()


@pytest.fixture
def installation(
    redis_server: RedisProcess,
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


def point_at(settings: Settings, socket: Path) -> None:
    """Use the Redis at a unix socket for the queue and for the channel layer."""
    settings.REDIS_URL = f"unix://{socket}"
    layers = settings.CHANNEL_LAYERS
    host = {**layers["default"]["CONFIG"]["hosts"][0], "address": f"unix://{socket}?db=1"}
    config = {**layers["default"]["CONFIG"], "hosts": [host]}
    settings.CHANNEL_LAYERS = {"default": {**layers["default"], "CONFIG": config}}
    app.conf.update(broker_url=f"redis+socket://{socket}?virtual_host=0")
