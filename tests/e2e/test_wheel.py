"""The wheel holds the whole product, which runs from any folder, without checkout and Node."""

import json
import os
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest
from PIL import Image

from bench.stack import ROOT, free_port
from webapp import __version__
from workers.browser.find import find_browser

pytestmark = pytest.mark.e2e
LOGIN = ROOT / "tests" / "data" / "pages" / "login.png"


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`mockwright`, installed from a wheel that is built now, into an environment of its own. What
    it depends on is where these tests find it."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    build = [*pip, "wheel", "--quiet", "--no-deps", "--no-build-isolation", str(ROOT)]
    subprocess.run(build, cwd=folder, check=True)
    venv = folder / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
    (packages,) = venv.glob("lib/python*/site-packages")
    (packages / "tested.pth").write_text(sysconfig.get_path("purelib"))
    (wheel,) = folder.glob("*.whl")
    install = [*pip, "--python", str(venv / "bin" / "python"), "install", "--quiet", "--no-deps"]
    subprocess.run([*install, "--no-index", wheel], check=True)
    return venv / "bin" / "mockwright"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where a person stands, among folders that are called as ours are."""
    for name in ("webapp", "workers"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise ImportError('another project')")
    return tmp_path


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    home = tmp_path / "home"
    home.mkdir()
    kept = ("LANG", "LC_ALL", "MOCKWRIGHT_TEXT_CACHE")
    origin = "http://127.0.0.1:{}".format
    programs = tmp_path / "bin"
    programs.mkdir()
    for found in Path("/usr/bin").iterdir():
        if found.name not in ("node", "nodejs", "npm", "npx"):
            (programs / found.name).symlink_to(found)
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        "MOCKWRIGHT_APP_ORIGIN": origin(free_port()),
        "MOCKWRIGHT_PREVIEW_ORIGIN": origin(free_port()),
        "HOME": str(home),
        "PATH": str(programs),
        "PLAYWRIGHT_CHROMIUM": str(find_browser()),
    }


def run(
    program: Path, place: Path, environment: dict[str, str], *arguments: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [program, *arguments],
        cwd=place, env=environment, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


@pytest.fixture
def service(program: Path, place: Path, environment: dict[str, str]) -> Iterator[httpx.Client]:
    """`mockwright up`, until the test ends."""
    log = place / "up.log"
    environment = {**environment, "DATABASE_URL": "sqlite:///my.sqlite3"}
    with log.open("wb") as out:
        up = subprocess.Popen([program, "up"], cwd=place, env=environment, stdout=out, stderr=out)
    try:
        give_up_at = time.monotonic() + 120
        while "is ready" not in log.read_text():
            assert up.poll() is None, log.read_text()
            assert time.monotonic() < give_up_at, log.read_text()
            time.sleep(0.2)
        origin = environment["MOCKWRIGHT_APP_ORIGIN"]
        with httpx.Client(base_url=origin, timeout=30, trust_env=False) as client:
            yield client
    finally:
        started = psutil.Process(up.pid).children(recursive=True)
        up.terminate()
        up.wait(60)
        print(log.read_text())
    assert psutil.wait_procs(started, timeout=10)[1] == [], log.read_text()


def test_up_serves_the_interface_and_makes_a_page_of_a_mockup(
    service: httpx.Client, place: Path, environment: dict[str, str]
) -> None:
    page = service.get("/").text
    assert "<title>Mockwright</title>" in page
    (script,) = [part.split('"')[0] for part in page.split('src="') if ".js" in part][-1:]
    assert service.get(script).status_code == 200

    uploaded = service.post("/api/assets", files={"file": LOGIN.read_bytes()}).json()
    body = {"assets": [{"id": uploaded["id"], "scale": 1}], "model": "draft"}
    run_id = service.post("/api/projects", json=body).json()["runs"][0]["id"]
    give_up_at = time.monotonic() + 120
    while (made := service.get(f"/api/runs/{run_id}").json())["state"] not in (
        "finished",
        "failed",
    ):
        assert time.monotonic() < give_up_at, made
        time.sleep(0.3)

    assert made["state"] == "finished", made
    assert made["best_revision"] is not None
    data = Path(environment["HOME"], ".local", "share", "mockwright")
    assert (place / "my.sqlite3").is_file()  # the web server's and the worker's alike
    assert data.stat().st_mode & 0o777 == 0o700


def test_draft_and_compare_take_paths_of_the_folder_they_run_in(
    program: Path, place: Path, environment: dict[str, str]
) -> None:
    with Image.open(LOGIN) as login:
        login.save(place / "mockup.png")
    drafted = run(program, place, environment, "draft", "mockup.png", "--out", "out", "--json")
    assert drafted.returncode == 0, drafted.stderr
    score = json.loads((place / "out" / "report.json").read_text())["score"]
    assert score > 0.9

    compared = run(program, place, environment, "compare", "mockup.png", "out", "--json")
    assert compared.returncode == 0, compared.stderr
    assert json.loads(compared.stdout)["score"] == pytest.approx(score, abs=0.02)


def test_mockwright_alone_lists_its_own_commands(
    program: Path, place: Path, environment: dict[str, str]
) -> None:
    shown = run(program, place, environment).stdout
    for command in ("up", "draft", "compare", "replay", "install_browser"):
        assert f"mockwright {command} " in shown
    assert "makemigrations" not in shown
    assert run(program, place, environment, "--version").stdout == f"Mockwright {__version__}\n"


def test_what_needs_a_checkout_says_so(
    program: Path, place: Path, environment: dict[str, str]
) -> None:
    mini = run(program, place, environment, "up", "--model", "mini")
    assert mini.returncode == 1
    assert "A checkout of Mockwright starts it" in mini.stderr
    assert "sources of a checkout" in run(program, place, environment, "up", "--reload").stderr


def test_without_a_browser_the_command_that_fetches_one_is_named(
    program: Path, place: Path, environment: dict[str, str]
) -> None:
    missing = {**environment, "PLAYWRIGHT_CHROMIUM": str(place / "none")}
    drafted = run(program, place, missing, "draft", str(LOGIN), "--out", "out")
    assert drafted.returncode == 2
    assert "mockwright install_browser" in drafted.stderr
