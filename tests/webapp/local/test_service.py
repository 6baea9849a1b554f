"""The service around the record: addresses, bodies, health, settings, texts."""

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import dj_database_url
import pytest
from django.core.management.base import CommandError
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from tests.own_redis import OwnRedis
from tests.webapp.conftest import HOST, ORIGIN
from tests.webapp.record import claimed_run
from webapp import settings as module
from webapp.asgi import application
from webapp.environment import Environment
from webapp.local.management.commands.up import Command, absolute_paths
from webapp.origins import Origin, is_loopback
from webapp.studio import errors, services
from webapp.studio.checks import check_data_folder, check_front_end
from webapp.studio.errors import MockwrightError
from webapp.studio.messages import MESSAGES, explain
from webapp.studio.models import Worker

ROOT = Path(__file__).resolve().parents[3]
MEGABYTE = b"x" * 2**20


# bodies


async def post_body(megabytes: int, *, announced: bool) -> tuple[int, dict[str, str], int]:
    """Upload so much; returns the status, the answer and how much was taken off the wire."""
    headers = [(b"host", HOST.encode()), (b"origin", ORIGIN.encode())]
    headers.append((b"content-type", b"multipart/form-data; boundary=x"))
    if announced:
        headers.append((b"content-length", str(megabytes * 2**20).encode()))
    scope = {"type": "http", "method": "POST", "path": "/api/assets", "query_string": b""}
    taken = 0
    sent: list[dict[str, object]] = []

    async def receive() -> dict[str, object]:
        nonlocal taken
        taken += 1
        return {"type": "http.request", "body": MEGABYTE, "more_body": taken < megabytes}

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    await application({**scope, "headers": headers}, receive, send)  # type: ignore[arg-type]
    start, body = sent[0], sent[1]
    return int(str(start["status"])), json.loads(body["body"]), taken  # type: ignore[arg-type]


@pytest.mark.usefixtures("installation")
@pytest.mark.parametrize("announced", [True, False])
async def test_100_megabytes_are_refused_without_being_kept(
    announced: bool, memory: "Iterator[int]"
) -> None:
    before = next(memory)
    status, problem, _ = await post_body(100, announced=announced)
    assert (status, problem["code"]) == (413, "body_too_large")
    assert next(memory) - before < 60 * 2**20


@pytest.mark.usefixtures("installation")
async def test_an_endless_body_is_given_up_on() -> None:
    _, _, taken = await post_body(10_000, announced=False)
    assert taken < 300


@pytest.fixture
def memory() -> Iterator[Iterator[int]]:
    """The largest resident size of this process so far, in bytes, at each call of next()."""

    def peaks() -> Iterator[int]:
        while True:
            status = Path("/proc/self/status").read_text()
            line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
            yield int(line.split()[1]) * 1024

    Path("/proc/self/clear_refs").write_text("5")  # forget the peaks of earlier tests
    yield peaks()


# the shell


def test_every_other_address_is_the_interface_under_a_strict_policy(
    client: Client, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "index.html").write_text("<!doctype html><title>Mockwright</title>")
    settings.FRONTEND = tmp_path
    for path in ("/", "/projects", "/p/5b0d0a3e"):
        page = client.get(path)
        assert (page.status_code, b"Mockwright" in page.content) == (200, True)
        policy = page.headers["Content-Security-Policy"]
        assert "script-src 'self';" in policy
        assert "frame-src http://127.0.0.1:8001 " in policy
        assert "frame-ancestors 'none'" in policy
        assert page.headers["Cache-Control"] == "no-cache"


def test_an_interface_that_is_not_built_says_so(
    client: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.FRONTEND = tmp_path
    page = client.get("/")
    assert page.status_code == 503
    assert b"make setup" in page.content
    assert [warning.id for warning in check_front_end(None)] == ["studio.W001"]


def test_a_data_folder_that_cannot_be_written_is_an_error(settings: Settings) -> None:
    settings.DATA = Path("/proc")
    assert [error.id for error in check_data_folder(None)] == ["studio.E001"]


# health


def test_health_says_what_works(client: Client) -> None:
    services.report_worker("one", isolation="bwrap", browser="/usr/bin/chromium")
    health = client.get("/healthz").json()
    assert health == {
        "status": "ok",
        "checks": {
            "database": "ok",
            "redis": "ok",
            "worker": "ok",
            "store": "ok",
            "renderer": {"level": "bwrap", "browser": "/usr/bin/chromium"},
            "models": {},
        },
    }


def test_health_misses_a_worker_that_fell_silent(client: Client) -> None:
    services.report_worker("one", isolation="bwrap")
    Worker.objects.update(seen_at=timezone.now() - timedelta(minutes=5))
    health = client.get("/healthz").json()
    assert (health["status"], health["checks"]["worker"]) == ("degraded", "down")


def test_a_worker_that_is_busy_with_a_run_is_alive(client: Client) -> None:
    claimed_run()
    assert client.get("/healthz").json()["checks"]["worker"] == "ok"


def test_health_misses_redis_and_still_answers(client: Client, own_redis: OwnRedis) -> None:
    own_redis.kill()
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["checks"]["redis"]) == (200, "down")


# addresses


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "[::1]", "127.0.0.2"])
def test_this_machine_may_listen_to_itself(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "[::]", "192.168.1.5", "example.com", ""])
def test_an_address_that_others_reach_is_refused_with_a_sentence(host: str) -> None:
    with pytest.raises(CommandError, match=r"sign-in"):
        Command().check_free(f"http://{host}:8000")


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000"),
        ("https://Example.com:443", "https://example.com"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_an_origin_is_written_as_browsers_write_it(text: str, origin: str) -> None:
    assert str(Origin.parse(text)) == origin


@pytest.mark.parametrize(
    "text",
    ["http://127.0.0.1:0", "127.0.0.1:8000", "ftp://a", "http://", "http://a/b", "http://u@a"],
)
def test_what_is_no_origin_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="origin"):
        Origin.parse(text)


# settings


def start_command(data: Path) -> subprocess.CompletedProcess[str]:
    """A command that needs no more than the settings."""
    return subprocess.run(
        [sys.executable, "manage.py", "diffsettings"],
        env={**os.environ, "MOCKWRIGHT_DATA": str(data)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def start_with(data: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Print a few settings of a fresh process."""
    script = (
        "from webapp import settings as s; print(s.CELERY_BROKER_URL, "
        "s.CHANNEL_LAYERS['default']['CONFIG']['hosts'][0]['address'], len(s.SECRET_KEY))"
    )
    clean = {key: value for key, value in os.environ.items() if "REDIS" not in key}
    return subprocess.run(
        [sys.executable, "-c", script],
        env={**clean, "MOCKWRIGHT_DATA": str(data), **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("name", "value", "hint"),
    [
        ("MOCKWRIGHT_APP_ORIGIN", "localhost", "scheme://host[:port]"),
        ("MOCKWRIGHT_REDIS_URL", "localhost:6379", "redis://host:6379/0"),
        ("REDIS_URL", "localhost:6379", "redis://host:6379/0"),
        ("MOCKWRIGHT_DATABASE_URL", "nonsense", "postgres://"),
        ("MOCKWRIGHT_RUN_STEPS", "many", "at least 1"),
        ("MOCKWRIGHT_DEBUG", "perhaps", "true or false"),
        ("LOG_LEVEL", "chatty", "warning, info"),
        ("MOCKWRIGHT_PREVIEW_ORIGIN", "http://127.0.0.1:8000", "another host or port"),
        ("MOCKWRIGHT_PREVIEW_ORIGIN", "http://localhost:8000", "another host or port"),
    ],
)
def test_a_wrong_variable_stops_the_start_with_its_name_and_a_hint(
    tmp_path: Path, name: str, value: str, hint: str
) -> None:
    ran = start_with(tmp_path, **{name: value})
    assert ran.returncode != 0
    assert name.removeprefix("MOCKWRIGHT_") in ran.stderr
    assert hint in ran.stderr


@pytest.mark.parametrize(
    ("given", "reads_words", "expected"),
    [
        ({}, False, (40, 600, 2_000_000)),
        ({}, True, (300, 3600, 60_000_000)),
        ({"STEPS": "7"}, True, (7, 3600, 60_000_000)),
        ({"SECONDS": "50", "TOKENS": "9"}, False, (40, 50, 9)),
        ({"STEPS": "", "TOKENS": ""}, False, (40, 600, 2_000_000)),
    ],
)
def test_a_budget_suits_its_model_unless_it_is_set(
    monkeypatch: pytest.MonkeyPatch,
    given: dict[str, str],
    reads_words: bool,
    expected: tuple[int, float, int],
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(f"MOCKWRIGHT_RUN_{name}", value)
    found = Environment().budget(reads_words=reads_words)
    assert (found.steps, found.seconds, found.tokens) == expected


@pytest.mark.parametrize(
    ("given", "has_prices", "cost"),
    [("", True, 5.0), ("0.5", True, 0.5), ("", False, None), ("0.5", False, None)],
)
def test_a_run_has_a_limit_of_cost_where_its_model_has_prices(
    monkeypatch: pytest.MonkeyPatch, given: str, has_prices: bool, cost: float | None
) -> None:
    monkeypatch.setenv("MOCKWRIGHT_RUN_COST", given)
    assert Environment().budget(reads_words=True, has_prices=has_prices).cost == cost


def test_no_variable_is_read_elsewhere_than_in_the_environment() -> None:
    found = {
        str(path.relative_to(ROOT)): name
        for path in [*ROOT.glob("webapp/**/*.py"), *ROOT.glob("workers/**/*.py")]
        if path != ROOT / "webapp" / "environment.py"
        for name in re.findall(
            r"""(?:environ(?:\.get\(|\[)|getenv\()\s*["'](\w+)|["'](\w+)["'] in os\.environ""",
            path.read_text(),
        )
        if "PATH" not in name  # where programs are found is no setting of ours
    }
    assert found == {}


def test_a_unix_socket_serves_the_queue_and_the_channels(tmp_path: Path) -> None:
    ran = start_with(tmp_path, REDIS_URL="unix:///run/redis.sock")
    assert ran.stdout.split()[:2] == [
        "redis+socket:///run/redis.sock?virtual_host=0",
        "unix:///run/redis.sock?db=1",
    ]


def test_the_secret_key_is_made_once_and_kept_private(tmp_path: Path) -> None:
    assert int(start_with(tmp_path).stdout.split()[2]) >= 50
    key = tmp_path / "secret_key"
    first = key.read_text()
    start_with(tmp_path)
    assert key.read_text() == first
    assert key.stat().st_mode & 0o077 == 0


def test_a_secret_key_of_a_disk_that_was_full_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("")
    assert int(start_with(tmp_path).stdout.split()[2]) >= 50
    assert sorted(path.name for path in tmp_path.iterdir() if "key" in path.name) == ["secret_key"]


def test_a_secret_key_that_is_damaged_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_bytes(b"\xff\xf1")
    started = start_command(tmp_path)
    assert started.returncode == 1
    assert started.stderr.startswith(f"{tmp_path / 'secret_key'} is damaged")
    (tmp_path / "secret_key").unlink()
    os.mkfifo(tmp_path / "secret_key")
    assert start_command(tmp_path).stderr.startswith(f"{tmp_path / 'secret_key'} is damaged")


def test_a_data_folder_that_is_a_link_to_itself_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").symlink_to(tmp_path / "data")
    started = start_command(tmp_path / "data")
    assert started.returncode == 1
    assert started.stderr.startswith(f"{tmp_path / 'data'} cannot hold the data: ")


def test_the_data_folder_is_nobody_elses(tmp_path: Path) -> None:
    made = tmp_path / "new" / "data"
    start_with(made)
    assert made.stat().st_mode & 0o077 == 0
    made.chmod(0o755)  # as earlier versions left it
    start_with(made)
    assert made.stat().st_mode & 0o007 == 0


def test_a_folder_that_is_not_ours_keeps_its_rights(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    start_with(tmp_path, MOCKWRIGHT_SECRET_KEY="x" * 50)
    assert tmp_path.stat().st_mode & 0o777 == 0o755


def test_a_worker_finds_the_task_that_the_web_side_sends() -> None:
    script = (
        "from webapp.celery import app; app.loader.import_default_modules(); "
        "from webapp.studio.task_queue import RUN_AGENT; print(RUN_AGENT in app.tasks)"
    )
    command = [sys.executable, "-c", f"import django; django.setup(); {script}"]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "webapp.settings"}
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert ran.stdout.strip() == "True", ran.stderr


def test_the_longest_run_ends_before_its_task_is_killed() -> None:
    assert module.ENVIRONMENT.budget(reads_words=True).seconds < module.TASK_TIME_LIMIT


# texts


def test_every_error_of_ours_has_a_text() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    codes = {kind.code for kind in kinds if issubclass(kind, MockwrightError)}
    assert codes <= MESSAGES.keys()


def test_every_code_that_the_source_names_has_a_text() -> None:
    assert named_codes() - {"code"} <= MESSAGES.keys()
    assert {"no_browser", "render_timeout", "bad_image", "worker_lost"} <= named_codes()


def named_codes() -> set[str]:
    """`code = "…"` in a class, `code="…"` in a call, and the first argument of our errors."""
    found: set[str] = set()
    raised = {name for name, kind in vars(errors).items() if isinstance(kind, type)}
    for path in [*ROOT.glob("webapp/**/*.py"), *ROOT.glob("workers/**/*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                for line in node.body:
                    if isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) == "code":
                        found |= literals(line.value)
            elif isinstance(node, ast.Call):
                for word in node.keywords:
                    found |= literals(word.value) if word.arg == "code" else set()
                if ast.unparse(node.func) in raised and node.args:
                    found |= literals(node.args[0])
    return found


def literals(node: ast.expr) -> set[str]:
    """The texts in an expression."""
    constants = (part for part in ast.walk(node) if isinstance(part, ast.Constant))
    return {part.value for part in constants if isinstance(part.value, str)}


@pytest.mark.parametrize("code", sorted(MESSAGES))
def test_each_text_is_a_sentence_with_one_next_action(code: str) -> None:
    problem = explain(MockwrightError(code))
    assert problem.message.endswith(".")
    assert problem.hint.endswith(".")
    assert problem.message != problem.hint


def test_an_unknown_code_reads_as_our_mistake() -> None:
    assert explain(MockwrightError("brand_new")).message == MESSAGES["internal"].text


def test_what_is_started_is_told_paths_that_hold_anywhere(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MOCKWRIGHT_TEXT_CACHE", "text")
    monkeypatch.setenv("PLAYWRIGHT_CHROMIUM", "chrome")
    monkeypatch.setenv("MOCKWRIGHT_DATABASE_URL", "sqlite:///my%20own.sqlite3")
    settings.ENVIRONMENT = Environment()
    monkeypatch.setitem(settings.DATABASES["default"], "NAME", "my own.sqlite3")
    told = absolute_paths()
    assert told["MOCKWRIGHT_TEXT_CACHE"] == str(tmp_path / "text")
    assert told["PLAYWRIGHT_CHROMIUM"] == str(tmp_path / "chrome")
    parsed = dj_database_url.parse(told["MOCKWRIGHT_DATABASE_URL"])
    assert parsed["NAME"] == str(tmp_path / "my own.sqlite3")
