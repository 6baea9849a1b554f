"""Each limit of a workspace at its very value."""

import errno
import os
from pathlib import Path

import pytest

from webapp.studio.events import LineRange
from workers.agent.workspace import Workspace, WorkspaceError, changed_lines

LARGEST = 8 * 1024 * 1024  # bytes


@pytest.fixture
def space(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "space")


def write(space: Workspace, path: str, data: bytes = b"x") -> None:
    space.write(path, data)


def test_a_path_may_be_so_long_in_bytes(space: Workspace) -> None:
    folder = "é" * 49 + "/"  # 99 bytes
    write(space, folder + "f" * 101)
    with pytest.raises(WorkspaceError, match="201 bytes; at most 200"):
        write(space, folder + "f" * 102)


def test_a_path_may_be_so_deep(space: Workspace) -> None:
    write(space, "/".join(["d"] * 7 + ["f"]))
    with pytest.raises(WorkspaceError, match="deeper"):
        write(space, "/".join(["d"] * 8 + ["f"]))


def test_a_file_may_be_so_large(space: Workspace) -> None:
    write(space, "a", b"x" * LARGEST)
    with pytest.raises(WorkspaceError, match="bytes; at most"):
        write(space, "a", b"x" * (LARGEST + 1))


def test_a_missing_file_is_answered_with_the_first_twenty(space: Workspace) -> None:
    with pytest.raises(WorkspaceError, match=r"There are no files yet\."):
        space.read("missing")
    for number in range(10, 31):
        write(space, f"{number}.css")
    with pytest.raises(WorkspaceError) as refused:
        space.read("missing")
    listed = ", ".join(f"{number}.css" for number in range(10, 30))
    assert f"The files are: {listed}." in str(refused.value)


def test_a_full_disk_stays_what_it_is(space: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(OSError, match="space") as raised:
        write(space, "index.html")
    assert raised.value.errno == errno.ENOSPC


def test_lines_that_change_are_counted_from_one() -> None:
    assert changed_lines("a\nb\nc", "a\nX\nc") == (LineRange(first=2, last=2),)
    assert changed_lines("", "a\nb") == (LineRange(first=1, last=2),)
    assert changed_lines("a\nb\nc", "a") == (LineRange(first=1, last=1),)
    assert changed_lines("a\nb", "b") == (LineRange(first=1, last=1),)
    assert changed_lines("a", "") == ()
    assert changed_lines("a", "a") == ()


def test_too_many_changes_are_told_as_one() -> None:
    def text(changes: int) -> str:
        return "\n".join(f"same {n}\n{'new' if n < changes else 'old'} {n}" for n in range(300))

    assert len(changed_lines(text(0), text(200))) == 200
    (whole,) = changed_lines(text(0), text(201))
    assert (whole.first, whole.last) == (2, 2 * 201)


def test_lines_that_recur_are_compared_too_in_a_file_of_up_to_two_thousand() -> None:
    """A longer one is compared by its rare lines alone, as all would take too long."""

    def changed(count: int) -> LineRange:
        rare, often = [f"rare {number}" for number in range(count - 31)], ["}"] * 30
        (one,) = changed_lines("\n".join(rare + often), "\n".join([*rare, "new", *often]))
        return one

    assert changed(2000) == LineRange(first=1970, last=1970)
    assert changed(2001) == LineRange(first=1971, last=2001)
