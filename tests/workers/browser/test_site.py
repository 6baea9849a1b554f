"""What a page can reach of the disk: its own folder."""

import os
from pathlib import Path

import pytest

from workers.browser.site import ORIGIN, Site, shown


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "secret.txt").write_text("secret")
    folder = tmp_path / "site"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("page")
    (folder / "assets" / "a b.svg").write_text("<svg/>")
    return folder


def test_a_file_of_the_folder_is_answered_with_its_type(folder: Path) -> None:
    answer = Site(folder).answer(f"{ORIGIN}/index.html?x=1#y")
    assert answer is not None
    assert answer.body == b"page"
    assert answer.content_type == "text/html; charset=utf-8"


def test_escaped_names_are_unescaped(folder: Path) -> None:
    answer = Site(folder).answer(f"{ORIGIN}/assets/a%20b.svg")
    assert answer is not None
    assert answer.content_type == "image/svg+xml"


@pytest.mark.parametrize(
    "path",
    [
        "../secret.txt",
        "..%2fsecret.txt",
        "assets/../../secret.txt",
        "%2e%2e/secret.txt",
        "//etc/passwd",
        "/etc/passwd",
        "index.html%00.png",
        "assets",
        "",
        "no.html",
        pytest.param("x" * 5000, id="long"),
    ],
)
def test_nothing_outside_the_folder_is_answered(folder: Path, path: str) -> None:
    assert Site(folder).answer(f"{ORIGIN}/{path}") is None


def test_symlinks_that_leave_the_folder_are_refused(folder: Path) -> None:
    (folder / "file.txt").symlink_to(folder.parent / "secret.txt")
    (folder / "up").symlink_to(folder.parent)
    (folder / "loop").symlink_to(folder / "loop")
    site = Site(folder)
    assert site.answer(f"{ORIGIN}/file.txt") is None
    assert site.answer(f"{ORIGIN}/up/secret.txt") is None
    assert site.answer(f"{ORIGIN}/loop") is None


def test_a_pipe_in_the_folder_is_not_opened(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    assert Site(folder).answer(f"{ORIGIN}/pipe") is None


@pytest.mark.parametrize("url", ["https://example.com/index.html", f"{ORIGIN}.evil/index.html"])
def test_other_origins_are_not_answered(folder: Path, url: str) -> None:
    assert Site(folder).answer(url) is None


def test_failed_requests_read_as_paths_or_short_addresses() -> None:
    assert shown(f"{ORIGIN}/assets/logo.png") == "assets/logo.png"
    assert len(shown("data:" + "x" * 9000)) == 200
