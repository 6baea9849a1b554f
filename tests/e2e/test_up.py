"""`manage.py up` starts everything, says what is in its way, and leaves nothing behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import httpx
import psutil
import pytest

from bench.stack import ROOT, Stack, free_port

pytestmark = pytest.mark.e2e

SMALL = ("-t", "tmpfs", "-o", "size=1m", "tmpfs")


def up(data: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `up` where it is expected to refuse."""
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "up", *arguments],
        cwd=ROOT,
        env={**os.environ, "MOCKWRIGHT_DATA": str(data), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ending_the_service_ends_every_process_it_started(
    tmp_path: Path, number: signal.Signals
) -> None:
    stack = Stack(tmp_path / "data").start()
    started = stack.processes()
    assert len(started) >= 5  # supervisor, redis, web, worker and its pool

    assert stack.stop(number) == 0

    _, alive = psutil.wait_procs(started, timeout=5)
    assert alive == []


def test_a_web_server_and_a_worker_that_die_are_started_again(tmp_path: Path) -> None:
    stack = Stack(tmp_path / "data").start()
    try:
        time.sleep(6)  # longer than a start that counts as failed
        before = stack.processes()
        for word in ("webapp.local.serve", "celery"):
            victim = stack.find(word)[0]
            victim.kill()
            victim.wait(10)
        give_up_at = time.monotonic() + 60
        while time.monotonic() < give_up_at:
            try:
                if httpx.get(f"{stack.origin}/api/config", timeout=2).status_code == 200:
                    break
            except httpx.HTTPError:
                time.sleep(0.3)
        assert httpx.get(f"{stack.origin}/api/config", timeout=5).status_code == 200
        assert stack.find("celery")
        assert "was started again" in stack.log.read_text()
    finally:
        stack.stop()
    _, alive = psutil.wait_procs(before, timeout=5)
    assert alive == []


def test_a_service_that_is_killed_leaves_no_process_and_the_next_no_folder(tmp_path: Path) -> None:
    data = tmp_path / "data"
    stack = Stack(data).start()
    started = stack.processes()
    temporary = Path(json.loads((data / "up.lock").read_text())["temporary"])
    assert (next(temporary.glob("mockwright-redis-*")) / "redis.sock").exists()
    assert stack.process is not None
    stack.process.kill()
    stack.process.wait()
    _, alive = psutil.wait_procs(started, timeout=15)
    assert alive == []
    again = Stack(data).start()
    assert not temporary.exists()
    assert again.stop() == 0
    assert (data / "up.lock").read_text() == ""


def test_what_it_keeps_is_nobody_elses_whatever_a_shell_leaves_open(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    data.chmod(0o755)
    usual = os.umask(0)
    try:
        stack = Stack(data).start()
    finally:
        os.umask(usual)
    try:
        httpx.post(f"{stack.origin}/api/examples/login").raise_for_status()
        kept = [path for path in data.rglob("*") if path != stack.log]
        open_to = {path.name: path.stat().st_mode & 0o077 for path in kept}
    finally:
        stack.stop()
    assert open_to.keys() >= {"db.sqlite3", "db.sqlite3-wal", "blobs", "up.lock"}
    assert [name for name, mode in open_to.items() if mode] == []
    assert data.stat().st_mode & 0o007 == 0


def test_a_folder_that_is_served_is_not_served_a_second_time(tmp_path: Path) -> None:
    stack = Stack(tmp_path / "data").start()
    ran = up(
        stack.data,
        MOCKWRIGHT_APP_ORIGIN=f"http://127.0.0.1:{free_port()}",
        MOCKWRIGHT_PREVIEW_ORIGIN=f"http://127.0.0.1:{free_port()}",
    )
    assert ran.returncode != 0
    assert f"is served already, at {stack.origin}" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert httpx.get(f"{stack.origin}/api/config").status_code == 200
    assert stack.stop() == 0


@pytest.mark.parametrize("made", ["nothing", "file"])
def test_a_folder_that_cannot_hold_the_data_is_named(tmp_path: Path, made: str) -> None:
    folder = Path("/dev/null/data") if made == "nothing" else tmp_path / "file"
    if made == "file":
        folder.write_text("")
    ran = up(folder)
    assert ran.returncode != 0
    assert f"{folder} cannot hold the data" in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize(
    ("path", "content", "said"),
    [
        ("up.lock/a", "", "up.lock cannot be written: Is a directory"),
        ("db.sqlite3", "no database at all", "db.sqlite3 cannot be used: file is not a database"),
    ],
)
def test_a_folder_that_is_damaged_is_told_in_a_sentence(
    tmp_path: Path, path: str, content: str, said: str
) -> None:
    (tmp_path / path).parent.mkdir(exist_ok=True)
    (tmp_path / path).write_text(content)
    ran = up(tmp_path, **free_origins())
    assert ran.returncode != 0
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_full_disk_is_told_in_a_sentence(tmp_path: Path) -> None:
    if os.geteuid() != 0 or subprocess.run(["mount", *SMALL, tmp_path], check=False).returncode:
        pytest.skip("only root may make a small disk here")
    try:
        for key in ("", "k" * 50):
            (tmp_path / "fill").unlink(missing_ok=True)
            if key:
                (tmp_path / "secret_key").write_text(key)
            (tmp_path / "blobs").mkdir(exist_ok=True)
            with suppress(OSError), (tmp_path / "fill").open("wb", buffering=0) as file:
                while True:
                    file.write(bytes(4096))
            ran = up(tmp_path, **free_origins())
            assert ran.returncode != 0
            assert "No space left on device" in ran.stderr or "is full" in ran.stderr
            assert "Traceback" not in ran.stderr
    finally:
        subprocess.run(["umount", tmp_path], check=True)


def test_a_temporary_folder_with_a_long_name_is_no_obstacle(tmp_path: Path) -> None:
    long = tmp_path / ("a" * 90)
    long.mkdir()
    assert Stack(tmp_path / "data", TMPDIR=str(long)).start().stop() == 0


def test_a_service_whose_make_is_killed_stops(tmp_path: Path) -> None:
    (tmp_path / "Makefile").write_text(f"up:\n\t@exec {sys.executable} {ROOT}/manage.py up\n")
    data = tmp_path / "data"
    origins = free_origins()
    make = subprocess.Popen(
        ["make", "--file", str(tmp_path / "Makefile"), "up"],
        cwd=ROOT,
        env={**os.environ, "MOCKWRIGHT_DATA": str(data), **origins},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_for(lambda: answers(origins["MOCKWRIGHT_APP_ORIGIN"]))
    started = psutil.Process(make.pid).children(recursive=True)
    make.kill()
    make.wait()
    _, alive = psutil.wait_procs(started, timeout=20)
    assert alive == []
    assert (data / "up.lock").read_text() == ""


def test_what_was_stopped_when_its_service_was_killed_ends_with_the_next_start(
    tmp_path: Path,
) -> None:
    first = Stack(tmp_path / "first").start()
    worker = first.find("celery")[0]
    worker.suspend()
    temporary = Path(json.loads((first.data / "up.lock").read_text())["temporary"])
    started = first.processes()
    assert first.process is not None
    first.process.kill()
    first.process.wait()
    assert worker.is_running()
    other = Stack(tmp_path / "other").start()  # not even on the same data
    try:
        _, alive = psutil.wait_procs(started, timeout=5)
        assert alive == []
        assert not temporary.exists()
    finally:
        assert other.stop() == 0


def test_a_folder_of_a_service_that_lives_is_left_alone(tmp_path: Path) -> None:
    first = Stack(tmp_path / "first").start()
    try:
        assert Stack(tmp_path / "other").start().stop() == 0
        temporary = json.loads((first.data / "up.lock").read_text())["temporary"]
        assert Path(temporary).exists()
        assert httpx.get(f"{first.origin}/healthz").json()["checks"]["redis"] == "ok"
    finally:
        assert first.stop() == 0


def test_it_is_served_on_an_address_of_the_other_kind(tmp_path: Path) -> None:
    stack = Stack(tmp_path / "data")
    stack.origin = stack.address = f"http://[::1]:{free_port()}"
    stack.environment["MOCKWRIGHT_APP_ORIGIN"] = stack.origin
    assert stack.start().stop() == 0


@pytest.mark.parametrize(
    ("family", "address", "listens", "origin"),
    [
        (socket.AF_INET, "127.0.0.1", False, "http://127.0.0.1"),  # bound, and no more
        (socket.AF_INET, "0.0.0.0", True, "http://127.0.0.1"),
        (socket.AF_INET6, "::1", True, "http://localhost"),
        (socket.AF_INET6, "::1", True, "http://[::1]"),
    ],
)
def test_a_port_that_another_has_in_any_way_is_in_use(
    tmp_path: Path, family: socket.AddressFamily, address: str, listens: bool, origin: str
) -> None:
    with socket.socket(family) as other:
        if family == socket.AF_INET6:
            other.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        other.bind((address, 0))
        if listens:
            other.listen()
        port = other.getsockname()[1]
        ran = up(tmp_path, MOCKWRIGHT_APP_ORIGIN=f"{origin}:{port}")
    assert ran.returncode != 0
    assert f"Port {port} is in use" in ran.stderr
    assert "Traceback" not in ran.stderr


def free_origins() -> dict[str, str]:
    return {
        f"MOCKWRIGHT_{name}_ORIGIN": f"http://127.0.0.1:{free_port()}"
        for name in ("APP", "PREVIEW")
    }


def answers(origin: str) -> bool:
    try:
        health = httpx.get(f"{origin}/healthz", timeout=2).json()
    except httpx.HTTPError:
        return False
    return bool(health["checks"]["worker"] == "ok")


def wait_for(is_there: Callable[[], bool], within: float = 60.0) -> None:
    give_up_at = time.monotonic() + within
    while not is_there():
        assert time.monotonic() < give_up_at
        time.sleep(0.2)


def test_it_starts_behind_a_proxy_and_in_a_folder_of_any_name(tmp_path: Path) -> None:
    data = tmp_path / "C# projects, 100%25 free?" / "var"
    nobody = "http://127.0.0.1:9"
    stack = Stack(data, http_proxy=nobody, HTTP_PROXY=nobody, ALL_PROXY=nobody, no_proxy="").start()
    try:
        assert (data / "db.sqlite3").is_file()
        project = stack.post("/api/projects", {"assets": [example(stack)], "model": "draft"})
        assert project["id"]
    finally:
        assert stack.stop() == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == [data.parent.name]


def example(stack: Stack) -> dict[str, object]:
    return {"id": stack.post("/api/examples/login", {})["id"]}


def test_an_address_open_to_others_is_refused_with_a_sentence(tmp_path: Path) -> None:
    ended = up(tmp_path, MOCKWRIGHT_APP_ORIGIN="http://0.0.0.0:8000")
    assert ended.returncode != 0
    assert "sign-in" in ended.stderr


def test_a_port_in_use_is_named_with_the_variable_that_changes_it(tmp_path: Path) -> None:
    stack = Stack(tmp_path / "first").start()
    try:
        ended = up(tmp_path / "second", MOCKWRIGHT_APP_ORIGIN=stack.origin)
    finally:
        stack.stop()
    assert ended.returncode != 0
    assert "is in use" in ended.stderr
    assert "MOCKWRIGHT_APP_ORIGIN" in ended.stderr


def test_a_wrong_setting_is_named(tmp_path: Path) -> None:
    ended = up(tmp_path, MOCKWRIGHT_PREVIEW_ORIGIN="nonsense")
    assert ended.returncode != 0
    assert "MOCKWRIGHT_PREVIEW_ORIGIN" in ended.stderr


def test_an_unknown_model_is_refused_with_those_there_are(tmp_path: Path) -> None:
    ended = up(tmp_path, "--model", "giant")
    assert ended.returncode != 0
    assert "'giant'" in ended.stderr
    assert "MODEL=mini" in ended.stderr


def test_a_model_server_that_runs_elsewhere_is_not_started_a_second_time(tmp_path: Path) -> None:
    ended = up(tmp_path, "--model", "mini", MOCKWRIGHT_MINI_URL="http://127.0.0.1:9/v1")
    assert ended.returncode != 0
    assert "MOCKWRIGHT_MINI_URL" in ended.stderr


def test_a_reverse_proxy_is_listened_for_on_this_machine_alone(tmp_path: Path) -> None:
    ended = up(tmp_path, MOCKWRIGHT_LISTEN=f"0.0.0.0:{free_port()}")
    assert ended.returncode != 0
    assert "can be reached from other machines" in ended.stderr


@pytest.mark.modelserver
def test_a_model_that_cannot_be_served_ends_the_start_with_the_reason(tmp_path: Path) -> None:
    """The model server says what is missing; it is not started again and again."""
    ended = up(
        tmp_path,
        *("--model", "mini", "--checkpoint", str(tmp_path / "nothing")),
        MOCKWRIGHT_APP_ORIGIN=f"http://127.0.0.1:{free_port()}",
        MOCKWRIGHT_PREVIEW_ORIGIN=f"http://127.0.0.1:{free_port()}",
    )
    assert ended.returncode != 0
    assert ended.stderr.count("refused") == 1
    assert "model server ended 2" in ended.stderr
