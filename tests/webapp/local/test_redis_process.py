"""Which Redis or Valkey is run where nobody set REDIS_URL."""

from pathlib import Path

import pytest
import redis

from tests.own_redis import OwnRedis
from webapp.local import redis_process
from webapp.local.redis_process import NoRedis, find_server


def program(folder: Path, name: str, says: str) -> Path:
    """An executable that prints what a server prints of its version."""
    path = folder / name
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder on PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def test_the_systems_server_is_used_where_there_is_one(path: Path) -> None:
    installed = program(path, "redis-server", "Redis server v=7.0.15 sha=00000000:0 bits=64")
    assert find_server() == installed


@pytest.mark.parametrize(
    "says", ["Redis server v=6.0.16 sha=00000000:0", "Redis server v=6.2.9", "who knows"]
)
def test_a_server_that_is_old_or_unknown_is_passed_over(path: Path, says: str) -> None:
    old = program(path, "redis-server", says)
    assert find_server() != old
    recent = program(path, "valkey-server", "Valkey server v=8.1.1 sha=00000000:0")
    assert find_server() == recent


def test_the_wheels_server_runs_where_the_system_has_none(path: Path) -> None:
    assert find_server().name == "valkey-server"
    server = OwnRedis()
    server.start()
    try:
        with redis.Redis(unix_socket_path=str(server.socket)) as client:
            assert client.ping()
            assert int(client.info("server")["valkey_version"].split(".")[0]) >= 9
            assert client.config_get("maxmemory-policy")["maxmemory-policy"] == "noeviction"
    finally:
        server.stop()


def test_without_any_server_the_refusal_says_what_to_install(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_process, "_bundled", lambda: None)
    with pytest.raises(NoRedis, match=r"apt-get install redis-server.*REDIS_URL"):
        find_server()
