"""Nothing leaves the workspace, and every refusal names its cause."""

from pathlib import Path

import pytest

from webapp.studio.blobs import FileBlobs
from webapp.studio.events import LineRange
from workers.agent.workspace import Workspace, WorkspaceError, changed_lines

LARGEST = 8 * 2**20  # bytes


@pytest.fixture
def space(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "page")


@pytest.mark.parametrize(
    ("path", "cause"),
    [
        ("", "empty"),
        (" ", "empty"),
        (".", "folder"),
        ("/etc/passwd", "absolute"),
        ("//x", "absolute"),
        ("~/x", "absolute"),
        ("..", "leads out"),
        ("../x", "leads out"),
        ("a/../../x", "leads out"),
        ("a/../b", "leads out"),
        ("a\\..\\x", "character"),
        ("a\x00b", "character"),
        ("a\nb", "character"),
        ("\ud800", "character"),
        ("\u202egnp.exe", "character"),
        ("assets/", "folder"),
        ("x" * 201, "at most 200"),
        ("a/" * 8 + "b", "deeper"),
        ("ä" * 150, "too long"),
        (".git/config", "hidden"),
        (".htaccess", "hidden"),
        ("css/.env", "hidden"),
        ("nul", "reserves"),
        ("COM1.html", "reserves"),
        ("aux .css", "reserves"),
        ("img/CONIN$.png", "reserves"),
        ("img/lpt9.tar.gz", "reserves"),
        ("a:b.html", "no such name"),
        ("what?.html", "no such name"),
        ("page.", "no such name"),
        ("folder /a.css", "no such name"),
    ],
)
def test_a_path_that_is_not_allowed_is_refused(space: Workspace, path: str, cause: str) -> None:
    with pytest.raises(WorkspaceError, match=cause):
        space.write(path, b"x")
    assert space.list() == ()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("index.html", "Index.html"),
        ("css/a.css", "CSS/b.css"),
        ("STRASSE.html", "straße.html"),
        ("caf\u00e9.html", "cafe\u0301.html"),
        ("a/B/c.css", "a/b"),
    ],
)
def test_two_names_that_are_one_elsewhere_are_refused(
    space: Workspace, first: str, second: str
) -> None:
    space.write(first, b"1")
    with pytest.raises(WorkspaceError, match="Write it the same way"):
        space.write(second, b"2")
    space.write(first, b"3")
    assert space.list() == (first,)


def test_names_that_only_look_odd_are_taken(space: Workspace) -> None:
    for path in ("console.html", "nulls/com10.css", "a.b.c.js", "über uns.html", "css/css/a.css"):
        space.write(path, b"x")
    assert len(space.list()) == 5


def test_a_link_out_is_not_followed(space: Workspace, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    (space.root / "link").symlink_to(secret)
    (space.root / "folder").symlink_to(tmp_path)
    for path in ("link", "folder/secret"):
        with pytest.raises(WorkspaceError, match="link"):
            space.read(path)
        with pytest.raises(WorkspaceError, match="link"):
            space.write(path, b"changed")
    assert secret.read_text() == "secret"
    assert space.list() == ()


def test_what_is_written_can_be_read(space: Workspace) -> None:
    file = space.write("./css//style.css", b"p {}")
    assert (file.path, file.size) == ("css/style.css", 4)
    assert space.read_text("css/style.css") == "p {}"
    assert (space.root / "css/style.css").stat().st_mode & 0o600 == 0o600
    assert space.list() == ("css/style.css",)


def test_a_missing_file_is_named_with_those_there_are(space: Workspace) -> None:
    space.write("index.html", b"")
    with pytest.raises(WorkspaceError, match=r"missing\.css.*index\.html"):
        space.read("missing.css")


def test_a_picture_is_not_read_as_text(space: Workspace) -> None:
    space.write("a.png", b"\x89PNG\xff")
    with pytest.raises(WorkspaceError, match="not a text file"):
        space.read_text("a.png")


def test_a_file_cannot_be_a_folder_too(space: Workspace) -> None:
    space.write("a", b"")
    with pytest.raises(WorkspaceError, match="cannot be a folder"):
        space.write("a/b", b"")
    space.write("c/d", b"")
    with pytest.raises(WorkspaceError, match="is a folder"):
        space.write("c", b"")


def test_a_file_that_is_too_large_is_refused(space: Workspace) -> None:
    with pytest.raises(WorkspaceError, match="at most"):
        space.write("a", bytes(LARGEST + 1))


def test_too_many_files_are_refused_and_old_ones_can_still_be_written(space: Workspace) -> None:
    for number in range(200):
        space.write(f"{number}.txt", b"")
    with pytest.raises(WorkspaceError, match="no more"):
        space.write("one-more.txt", b"")
    space.write("0.txt", b"changed")


def test_files_that_are_too_large_together_are_refused(space: Workspace) -> None:
    for number in range(8):
        space.write(str(number), bytes(LARGEST))
    with pytest.raises(WorkspaceError, match="together"):
        space.write("more", b"x")


def test_restoring_brings_back_exactly_what_was_there(space: Workspace, tmp_path: Path) -> None:
    blobs = FileBlobs(tmp_path / "blobs")
    for path in ("index.html", "assets/a.png"):
        space.write(path, path.encode())
        blobs.put(path.encode())
    before = space.files()
    space.write("index.html", b"changed")
    space.write("extra.txt", b"")
    space.restore(before, blobs)
    assert space.files() == before


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "a\nb", [(1, 2)]),
        ("a\nb\nc", "a\nB\nc", [(2, 2)]),
        ("a\nb\nc", "A\nb\nC", [(1, 1), (3, 3)]),
        ("a\nb\nc", "a\nc", [(2, 2)]),
        ("a\nb", "a", [(1, 1)]),
        ("a\nb", "a\nb", []),
        ("a", "", []),
    ],
)
def test_changed_lines_are_those_of_the_new_text(
    before: str, after: str, expected: list[tuple[int, int]]
) -> None:
    ranges = [LineRange(first=first, last=last) for first, last in expected]
    assert list(changed_lines(before, after)) == ranges
