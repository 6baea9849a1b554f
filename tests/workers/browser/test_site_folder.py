"""What a page can reach of the disk: its own folder."""

import os
from pathlib import Path

import pytest

from webapp.previews.policy import RESOURCE, page_headers
from workers.browser.site_folder import DISK, ORIGIN, PLACE, SiteFolder, shown, without_place

FOLDER = PLACE.url


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "secret.txt").write_text("secret")
    folder = tmp_path / "site"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("page")
    (folder / "assets" / "a b.svg").write_text("<svg/>")
    return folder


def test_a_file_of_the_folder_is_answered_with_its_type(folder: Path) -> None:
    answer = SiteFolder(folder).answer(f"{FOLDER}index.html?x=1#y")
    assert answer is not None
    assert answer.body == b"page"
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


def test_escaped_names_are_unescaped(folder: Path) -> None:
    answer = SiteFolder(folder).answer(f"{FOLDER}assets/a%20b.svg")
    assert answer is not None
    assert answer.headers["content-type"] == "image/svg+xml"


def test_the_folder_itself_is_its_first_page(folder: Path) -> None:
    assert SiteFolder(folder).answer(FOLDER) == SiteFolder(folder).answer(f"{FOLDER}index.html")


def test_files_come_with_the_headers_of_a_preview(folder: Path) -> None:
    (folder / "style.css").write_text("body {}")
    for page, scripts in (("index.html", True), ("index.html", False), ("assets/a b.svg", True)):
        answer = SiteFolder(folder).answer(SiteFolder(folder).url(page, scripts=scripts))
        assert answer is not None
        assert answer.headers.items() >= page_headers(PLACE, scripts=scripts).items()
        assert answer.runs_scripts is scripts
    style = SiteFolder(folder).answer(f"{FOLDER}style.css")
    assert style is not None
    assert style.headers == {
        **page_headers(PLACE, scripts=False),
        **RESOURCE,
        "content-type": "text/css; charset=utf-8",
    }


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
        "assets/",
        "no.html",
        "assets//a b.svg",
        "assets/..%2findex.html",
        "./index.html",
        pytest.param("x" * 5000, id="long"),
    ],
)
def test_nothing_outside_the_folder_is_answered(folder: Path, path: str) -> None:
    assert SiteFolder(folder).answer(f"{FOLDER}{path}") is None


def test_symlinks_that_leave_the_folder_are_refused(folder: Path) -> None:
    (folder / "file.txt").symlink_to(folder.parent / "secret.txt")
    (folder / "up").symlink_to(folder.parent)
    (folder / "loop").symlink_to(folder / "loop")
    site = SiteFolder(folder)
    assert site.answer(f"{FOLDER}file.txt") is None
    assert site.answer(f"{FOLDER}up/secret.txt") is None
    assert site.answer(f"{FOLDER}loop") is None


def test_a_pipe_in_the_folder_is_not_opened(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    assert SiteFolder(folder).answer(f"{FOLDER}pipe") is None


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/index.html",
        f"{ORIGIN}.evil/index.html",
        f"{ORIGIN}/index.html",
        f"{ORIGIN}/r/index.html",
        f"{ORIGIN}/r/other/index.html",
        FOLDER.rstrip("/"),
    ],
)
def test_other_origins_and_folders_are_not_answered(folder: Path, url: str) -> None:
    assert SiteFolder(folder).answer(url) is None


def test_failed_requests_read_as_paths_or_short_addresses() -> None:
    assert shown(f"{FOLDER}assets/logo.png") == "assets/logo.png"
    assert shown(f"{ORIGIN}/assets/logo.png") == "/assets/logo.png"
    assert len(shown("data:" + "x" * 9000)) == 200


def test_messages_name_files_as_the_page_does() -> None:
    assert without_place(f"'{FOLDER}a.js' and '{ORIGIN}/b.js'") == "'a.js' and '/b.js'"


@pytest.mark.parametrize("more", ["", "?x=1", "#y", "?x=1#y", "#y?x=1"])
def test_a_disk_gives_a_file_whatever_is_asked_of_it_and_under_no_policy(
    folder: Path, more: str
) -> None:
    site = SiteFolder(folder, as_file=True)
    answer = site.answer(f"{DISK}index.html{more}")
    assert answer is not None
    assert answer.body == b"page"
    assert answer.headers == {"content-type": "text/html; charset=utf-8"}


def test_a_disk_finds_names_as_the_site_itself_writes_them(folder: Path) -> None:
    (folder / "50% #1?.svg").write_text("<svg/>")
    site = SiteFolder(folder, as_file=True)
    for name in ("assets/a b.svg", "50% #1?.svg"):
        answer = site.answer(site.url(name))
        assert answer is not None
        assert answer.headers["content-type"] == "image/svg+xml"


def test_a_disk_gives_nothing_across_origins(folder: Path) -> None:
    assert SiteFolder(folder, as_file=True).answer(f"{DISK}index.html", across_origins=True) is None
    assert SiteFolder(folder).answer(f"{FOLDER}index.html", across_origins=True) is not None


@pytest.mark.parametrize(
    "url",
    [
        "index.html",
        "file:///etc/passwd",
        f"{FOLDER}index.html",
        f"{DISK}../secret.txt",
        f"{DISK}%2e%2e/secret.txt",
        f"{DISK}assets",
        f"{DISK}no.html",
        DISK,
    ],
)
def test_a_disk_has_the_pages_folder_alone(folder: Path, url: str) -> None:
    assert SiteFolder(folder, as_file=True).answer(url) is None
