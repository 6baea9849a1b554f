"""The command `compare`, as a person or CI runs it: real pages, a real browser."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.workers.jobs.conftest import ROOT, small_mockup
from tests.workers.management.kit import ICON, PRICE, run_command
from workers.browser.errors import RenderTimeout
from workers.management.commands.compare import Command
from workers.management.measure import Measured
from workers.scoring import Comparison, PageView
from workers.scoring import compare as really_compare

PAGES = ROOT / "tests" / "data" / "pages"
LOGIN = PAGES / "login.png"
KEYS = {"item", "kind", "expected", "got", "box", "selector", "line", "cost", "count"}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current directory of the command."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "index.html").write_text((PAGES / "login.html").read_text())
    return folder


@pytest.fixture
def mockup(tmp_path: Path) -> Path:
    path = tmp_path / "small.png"
    path.write_bytes(small_mockup())
    return path


def compare(*arguments: object) -> tuple[int, str, str]:
    return run_command("compare", *arguments)


def test_anywhere_a_page_is_measured_without_a_service(site: Path, here: Path) -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "manage.py", "compare", LOGIN, "../site", "--min-score", ".95"],
        env={
            **os.environ,
            "MOCKWRIGHT_DATA": str(here.parent / "data"),
            "MOCKWRIGHT_REDIS_URL": "redis://127.0.0.1:1",
            "MOCKWRIGHT_DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing",
            "OMP_NUM_THREADS": "1",
        },
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    score, *rest = done.stdout.splitlines()
    assert score.startswith("Score ") and float(score[6:-1]) > 97
    assert rest
    with Image.open(here / "compare.png") as picture, Image.open(LOGIN) as mockup:
        assert picture.width > 3 * mockup.width
        assert picture.height >= mockup.height


def test_a_changed_page_fails_below_the_minimum_and_says_so(site: Path, here: Path) -> None:
    changed = (site / "index.html").read_text().replace("<h2>", "<h2 hidden>")
    changed = changed.replace('<div class="button">', '\n<div class="button" style="color:#f90">')
    (site / "index.html").write_text(changed)
    code, stdout, stderr = compare(LOGIN, site, "--json", "--min-score", ".95")
    report = json.loads(stdout)
    assert code == 1
    assert stderr == f"The score, {report['score']:.4f}, is below the minimum, 0.95."
    button = next(one for one in report["differences"] if one["selector"] == "div.button")
    assert changed.splitlines()[button["line"] - 1].startswith('<div class="button"')
    assert (here / "compare.png").is_file()


def test_json_is_one_object_with_the_shape_that_is_promised(tmp_path: Path) -> None:
    name = "mobile-list"
    picture = tmp_path / "to" / "pair.png"
    picture.parent.mkdir()
    mockup = PAGES / f"{name}.png"
    code, stdout, stderr = compare(mockup, PAGES / f"{name}.html", "--json", "--out", picture)
    report = json.loads(stdout)
    assert (code, stderr, picture.is_file()) == (0, "", True)
    assert report.pop("score") > 0.95
    assert all(set(one) == KEYS for one in report.pop("differences"))
    assert report == {
        "mockup": str(mockup),
        "page": str(PAGES / f"{name}.html"),
        "width": 780,
        "height": 1688,
        "scale": 2.0,  # guessed
        "unread_lines": 0,
        "console_errors": [],
        "failed_requests": [],
        "overflow_px": 0,
    }


def test_what_differs_is_named_in_table_and_json(
    mockup: Path, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def named(wanted: PageView, render: PageView) -> Comparison:
        found = really_compare(wanted, render)
        score = found.score.model_copy(update={"total": 0.5, "differences": (PRICE, ICON)})
        return Comparison(score, found.heat_map)

    monkeypatch.setattr("workers.management.measure.compare", named)
    _, stdout, _ = compare(mockup, site)
    assert "Score 50.0%" in stdout and "2.13  size" in stdout and "12,1024 16×16" in stdout
    report = json.loads(compare(mockup, site, "--json")[1])
    assert report["score"] == 0.5
    assert report["differences"][0] == {
        "item": 'text "$9"',
        "kind": "size",
        "expected": "34 px",
        "got": "18 px",
        "box": {"x": 640.0, "y": 200.4, "width": 40.0, "height": 30.0},
        "selector": PRICE.selector,
        "line": 42,
        "cost": 0.0213,
        "count": 1,
    }


def test_what_the_browser_complained_about_is_told(mockup: Path, site: Path) -> None:
    (site / "other.html").write_text(
        "<link rel=stylesheet href=none.css><script>console.error('broken')</script>"
        "<div style='width:900px;height:9px'>"
    )
    code, stdout, _ = compare(mockup, site, "--page", "other.html", "--json")
    report = json.loads(stdout)
    assert code == 0
    assert report["page"] == str(site / "other.html")
    assert report["console_errors"] == ["broken"]
    assert report["failed_requests"] == ["none.css"]
    assert report["overflow_px"] > 500


def test_what_axe_finds_is_told_in_words_and_json(mockup: Path, site: Path) -> None:
    (site / "index.html").write_text(
        "<!doctype html>\n<html lang=en><title>t</title><main><h1>t</h1>\n"
        "<p style='color:#aaa'>pale</p><p style='color:#aaa'>pale</p>"
    )
    line = "Low contrast: text ‘pale’: 2.32 : 1, #aaaaaa on #ffffff, wanted 4.5 : 1 (2 places)"
    assert line in compare(mockup, site)[1].splitlines()
    told = json.loads(compare(mockup, site, "--json")[1])["differences"][-1]
    assert (told["kind"], told["line"], told["count"], told["cost"]) == ("low_contrast", 3, 2, 0)


def test_the_page_is_as_wide_as_the_mockup_at_the_scale_given(mockup: Path, site: Path) -> None:
    (site / "index.html").write_text("<script>console.error(innerWidth, devicePixelRatio)</script>")
    report = json.loads(compare(mockup, site, "--json", "--scale", "2")[1])
    assert (report["width"], report["scale"]) == (320, 2)
    assert report["console_errors"] == ["160 2"]


def test_every_format_that_draft_takes_is_taken(tmp_path: Path, site: Path, mockup: Path) -> None:
    photo = tmp_path / "small.jpg"
    with Image.open(mockup) as picture:
        picture.convert("RGB").save(photo)
    assert compare(photo, site)[0] == 0


def test_a_folder_given_for_the_picture_gets_compare_png(
    mockup: Path, site: Path, tmp_path: Path
) -> None:
    assert compare(mockup, site, "--out", tmp_path)[0] == 0
    assert (tmp_path / "compare.png").is_file()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["missing.png", "../site"], "There is no missing.png. Check the name."),
        (["..", "../site"], ".. is a folder. Name one picture in it."),
        (["text.png", "../site"], "text.png: This file is not a picture. Choose a PNG, JPEG, WebP"),
        (["empty.png", "../site"], "empty.png: This file is empty. Save the picture again"),
        (["../small.png", "missing"], "There is no missing. Check the name."),
        (["../small.png", "."], "There is no index.html in .. Name the folder of the page."),
        (
            ["../small.png", "../site", "--page", "about.html"],
            "There is no about.html in ../site. Name a page with --page: index.html.",
        ),
        (
            ["../small.png", ".", "--page", "../site/index.html"],
            "There is no ../site/index.html in .. Name the folder of the page.",
        ),
        (["../small.png", "text.png"], "text.png is no HTML page. Name one, or its folder."),
        (
            ["../small.png", "../site/index.html", "--page", "a.html"],
            "../site/index.html is a page already. Leave out --page, or name its folder.",
        ),
        (["../small.png", "../site", "--scale", "0"], "A scale of 0 is not possible. Give 1, 2"),
        (["../small.png", "../site", "--scale", "nan"], "A scale of nan is not possible."),
        (["../small.png", "../site", "--min-score", "95"], "A minimum of 95 is not possible. Give"),
        (["../small.png", "../site", "--min-score=-1"], "A minimum of -1 is not possible. Give a"),
        (
            ["../small.png", "../site", "--out", "no/where.png"],
            "There is no folder no. Make it, or choose another with --out.",
        ),
        (
            ["../small.png", "../site", "--out", "../small.png"],
            "../small.png is the mockup. Choose another place with --out.",
        ),
        (["../small.png", "../site", "--out", f"{'x' * 300}.png"], "File name too long"),
    ],
)
def test_a_wrong_input_is_named_with_what_to_do(
    arguments: list[str], said: str, site: Path, mockup: Path, here: Path
) -> None:
    (here / "text.png").write_text("not a picture")
    (here / "empty.png").write_text("")
    before = mockup.read_bytes()
    code, stdout, stderr = compare(*arguments)
    assert (code, stdout) == (2, "")
    assert said in stderr
    assert mockup.read_bytes() == before
    assert not (here / "compare.png").exists()


def test_what_is_no_number_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        Command().run_from_argv(["manage.py", "compare", "a.png", "b", "--scale", "big"])
    assert refused.value.code == 2
    assert "--scale: 'big' is no number. Give one, as 2 or 0.95." in capsys.readouterr().err


def test_a_machine_without_a_browser_is_told_how_to_get_one(
    mockup: Path, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYWRIGHT_CHROMIUM", "/nowhere/chromium")
    code, _, stderr = compare(mockup, site)
    assert (code, "make setup" in stderr) == (2, True)


def test_a_page_that_cannot_be_rendered_fails(
    mockup: Path, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(*_: object) -> Measured:
        raise RenderTimeout("The page took more than 15 s. Make it simpler.")

    monkeypatch.setattr("workers.management.commands.compare.measure", never)
    code, stdout, stderr = compare(mockup, site)
    assert (code, stdout) == (1, "")
    assert stderr == f"{site / 'index.html'}: The page took more than 15 s. Make it simpler."
