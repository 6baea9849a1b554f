"""docker-compose.yml without an engine: what it says, and its commands under what it holds them to.

Each command of the service runs in bubblewrap with a read-only file system, its own /tmp and /data,
no capabilities and a user of its own, with a real Redis; the database is SQLite's in /data.
"""

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
import yaml

from bench.stack import end_process, free_port
from tests.own_redis import OwnRedis
from webapp.environment import SECRETS, Environment, variable_of

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = ("migrate", "web", "worker")
HEALTHY_WITHIN = 120.0  # seconds, on a busy machine


@pytest.mark.parametrize("name", SERVICES)
def test_every_container_is_held(name: str) -> None:
    service = SERVICES[name]
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert "privileged" not in service
    assert service["read_only"] is True
    assert "no-new-privileges:true" in service["security_opt"]
    assert re.fullmatch(r"\d+[mg]", service["mem_limit"])
    assert 0 < service["pids_limit"] <= 1024
    assert name == "migrate" or service["healthcheck"]["test"]


def test_nothing_is_published_beyond_this_machine() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", ())]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert all("outside" not in SERVICES[name]["networks"] for name in SERVICES if name != "web")


def test_no_secret_stands_in_the_environment() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    assert "POSTGRES_PASSWORD:" not in text
    for service in SERVICES.values():
        for secret in service.get("secrets", ()):
            assert secret in COMPOSE["secrets"]
            assert f"/run/secrets/{secret}" in service["environment"].values()
    for one in COMPOSE["secrets"].values():
        folder = Path(one["file"]).parts[0]
        assert f"{folder}/" in (ROOT / ".gitignore").read_text().splitlines()
        assert folder in (ROOT / ".dockerignore").read_text().splitlines()


@pytest.mark.parametrize("name", OURS)
def test_every_variable_is_one_that_is_read(name: str) -> None:
    fields = Environment.model_fields
    known = {variable_of(key, field) for key, field in fields.items()}
    known |= {f"{variable_of(key, fields[key])}_FILE" for key in SECRETS}
    known |= {"DATABASE_URL", "REDIS_URL", "XDG_CACHE_HOME", "REMAP_SIGTERM"}
    assert set(SERVICES[name]["environment"]) <= known


def test_the_image_does_not_run_as_root_and_serves_where_the_ports_lead() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert re.findall(r"^USER (.*)$", dockerfile, re.MULTILINE) == ["mockwright"]
    (command,) = re.findall(r"^CMD (.*)$", dockerfile, re.MULTILINE)
    port = json.loads(command)[-1].rpartition(":")[2]
    assert {one.rpartition(":")[2] for one in SERVICES["web"]["ports"]} == {port}
    assert SERVICES["web"]["healthcheck"]["test"][-1].endswith(f":{port}")


class Held:
    """The commands of the compose file, held as it says, on this machine's servers."""

    def __init__(self, folder: Path, redis: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.redis = redis
        (folder / "data").mkdir()
        secrets = {"postgres_password": "unused", "secret_key": "k" * 64}
        (folder / "secrets").mkdir()
        for name, secret in secrets.items():
            (folder / "secrets" / name).write_text(f"{secret}\n")

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def environment(self, name: str) -> dict[str, str]:
        """The service's own, with the addresses of this machine's servers."""
        dockerfile = (ROOT / "Dockerfile").read_text()
        (baked,) = re.findall(r"^ENV (.*)$", dockerfile, re.MULTILINE)
        given = dict(pair.split("=") for pair in baked.split()) | SERVICES[name]["environment"]
        for key, value in given.items():
            chosen = re.sub(r"\$\{\w+:-(.*)\}", r"\1", value)
            here = re.sub(r"^/data\b", str(self.folder / "data"), chosen)
            given[key] = here.replace("/run/secrets", str(self.folder / "secrets"))
        assert urlsplit(given["DATABASE_URL"]).password is None
        return {
            **given,
            "DATABASE_URL": "",
            "REDIS_URL": self.redis,
            "MOCKWRIGHT_APP_ORIGIN": self.origin,
            "PATH": f"{ROOT / '.venv' / 'bin'}:{os.environ['PATH']}",
        }

    def command(self, name: str) -> list[str]:
        if "command" in SERVICES[name]:
            return [str(part) for part in SERVICES[name]["command"]]
        (command,) = re.findall(r"^CMD (.*)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
        return [*json.loads(command)[:-1], self.origin]

    def start(self, name: str, command: list[str]) -> "subprocess.Popen[bytes]":
        """One container's process; a second one of a name shares its /tmp."""
        temporary = self.folder / f"tmp-{name}"
        temporary.mkdir(exist_ok=True)
        writable = [str(self.folder / "data"), str(Path(self.redis.removeprefix("unix://")).parent)]
        held = ["bwrap", "--unshare-user", "--uid", "10001", "--cap-drop", "ALL", "--unshare-ipc"]
        held += ["--die-with-parent", "--ro-bind", "/", "/", "--dev", "/dev"]
        held += ["--bind", str(temporary), "/tmp"]
        for path in writable:
            held += ["--bind", path, path]
        secrets = str(self.folder / "secrets")
        held += ["--ro-bind", secrets, secrets, "--ro-bind", str(ROOT), str(ROOT)]
        with (self.folder / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                [*held, "--chdir", str(ROOT), *command],
                env=self.environment(name),
                stdout=log,
                stderr=log,
            )

    def is_healthy(self, name: str) -> bool:
        kind, *test = SERVICES[name]["healthcheck"]["test"]
        if kind == "CMD-SHELL":
            test = ["sh", "-c", test[0].replace("$$", "$")]
        test = [part.replace("http://127.0.0.1:8000", self.origin) for part in test]
        return self.start(name, test).wait(30) == 0


@contextmanager
def ended(process: "subprocess.Popen[bytes]") -> Iterator[None]:
    try:
        yield
    finally:
        end_process(process, 30)


@pytest.mark.deployment
def test_its_commands_serve_under_what_they_are_held_to(tmp_path: Path) -> None:
    assert shutil.which("bwrap"), "make setup-dev installs bubblewrap"
    redis = OwnRedis()
    redis.start()
    with ExitStack() as stack:
        stack.callback(redis.stop)
        held = Held(tmp_path, f"unix://{redis.socket}")
        migrated = held.start("migrate", held.command("migrate")).wait(120)
        assert migrated == 0, (tmp_path / "migrate.log").read_text()
        for name in ("web", "worker"):
            assert not held.is_healthy(name)
            stack.enter_context(ended(held.start(name, held.command(name))))
        for name in ("web", "worker"):
            wait_until(lambda name=name: held.is_healthy(name), tmp_path / f"{name}.log")
        assert finished_state(held) == "finished"
        (tmp_path / "tmp-worker" / "mockwright-worker-alive").unlink()
        wait_until(lambda: held.is_healthy("worker"), tmp_path / "worker.log")


def wait_until(holds: Any, log: Path) -> None:
    give_up_at = time.monotonic() + HEALTHY_WITHIN
    while not holds():
        assert time.monotonic() < give_up_at, log.read_text()[-3000:]
        time.sleep(1)


def finished_state(held: Held) -> str:
    """Of a run that is made of an example by the built-in model."""
    asset = ask(held, "/api/examples/login", {})
    body = {"assets": [{"id": asset["id"], "scale": 1}], "model": "draft"}
    run = ask(held, "/api/projects", body)["runs"][0]["id"]
    give_up_at = time.monotonic() + 180
    while time.monotonic() < give_up_at:
        state = str(ask(held, f"/api/runs/{run}")["state"])
        if state in {"finished", "failed"}:
            return state
        time.sleep(1)
    return "still at work"


def ask(held: Held, path: str, body: object = None) -> dict[str, Any]:
    data = None if body is None else json.dumps(body).encode()
    request = Request(held.origin + path, data, {"Content-Type": "application/json"})
    with urlopen(request, timeout=30) as response:
        answer: dict[str, Any] = json.load(response)
    return answer
