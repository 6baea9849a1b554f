"""The command `draft`, as a person runs it."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from PIL import Image
from pytest_django import Settings

from tests.workers.jobs.conftest import ROOT, small_mockup


def draft(*arguments: object) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of the command, run in this process."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("draft", *map(str, arguments), stdout=out, stderr=err)
    except CommandError as error:
        return error.returncode, out.getvalue(), f"{err.getvalue()}{error}"
    return 0, out.getvalue(), err.getvalue()


@pytest.fixture
def mockup(tmp_path: Path) -> Path:
    path = tmp_path / "mockup.png"
    path.write_bytes(small_mockup())
    return path


def test_one_mockup_becomes_a_page_a_comparison_and_a_report(mockup: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = subprocess.run(
        [sys.executable, "manage.py", "draft", str(mockup), "--out", str(out), "--json"],
        cwd=ROOT,
        env={**os.environ, "MOCKWRIGHT_DATA": str(tmp_path), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    report = json.loads((out / "report.json").read_text())
    assert json.loads(done.stdout) == report
    assert "style.css" in (out / "index.html").read_text()
    assert (out / "style.css").is_file()
    with Image.open(out / "compare.png") as picture:
        assert picture.width > 3 * 320
    assert report["model"]["id"] == "draft"
    assert report["score"] > 0.8
    assert report["score"] == max(one["score"] for one in report["revisions"])
    assert set(report["parts"]) == {"block", "text", "position", "colour", "structure"}
    assert report["seconds"]["total"] > report["seconds"]["first_revision"] > 0
    assert report["regions"] and report["files"]


def test_files_and_folders_each_get_a_folder_of_their_own(mockup: Path, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in ("a.png", "mockup.png"):
        (folder / name).write_bytes(small_mockup())
    (folder / "notes.txt").write_text("not a picture")
    out = tmp_path / "out"
    code, stdout, _ = draft(mockup, folder, "--out", out, "--model", "scripted", "--json")
    assert code == 0
    assert sorted(path.name for path in out.iterdir()) == ["a", "mockup", "mockup-2"]
    assert all((path / "index.html").is_file() for path in out.iterdir())
    assert [report["name"] for report in json.loads(stdout)] == ["mockup", "a", "mockup"]


def test_one_bad_picture_does_not_keep_the_others_from_their_page(
    mockup: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.png"
    bad.write_bytes(b"not a picture")
    out = tmp_path / "out"
    code, _, stderr = draft(bad, mockup, "--out", out, "--model", "scripted")
    assert code == 2
    assert "bad.png: This file is not a picture." in stderr
    assert "1 of 2 pages were made" in stderr
    assert (out / "mockup" / "index.html").is_file()


def test_an_unknown_stack_is_named_with_those_there_are(mockup: Path, tmp_path: Path) -> None:
    code, _, stderr = draft(mockup, "--out", tmp_path / "out", "--stack", "cobol")
    assert (code, "html-css" in stderr) == (2, True)


def test_an_unknown_model_is_named_with_those_there_are(mockup: Path, tmp_path: Path) -> None:
    code, _, stderr = draft(mockup, "--out", tmp_path / "out", "--model", "gpt-0")
    assert (code, "draft" in stderr) == (2, True)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    code, _, stderr = draft(tmp_path / "missing.png", "--out", tmp_path / "out")
    assert (code, "missing.png" in stderr) == (2, True)


def test_a_folder_without_pictures_is_named(tmp_path: Path) -> None:
    code, _, stderr = draft(tmp_path, "--out", tmp_path / "out")
    assert (code, str(tmp_path) in stderr) == (2, True)


def test_an_output_that_is_a_file_is_refused(mockup: Path) -> None:
    code, _, stderr = draft(mockup, "--out", mockup)
    assert (code, "not a folder" in stderr) == (2, True)


def test_a_machine_without_a_browser_is_told_how_to_get_one(
    mockup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYWRIGHT_CHROMIUM", "/nowhere/chromium")
    code, _, stderr = draft(mockup, "--out", tmp_path / "out")
    assert (code, "make setup" in stderr) == (2, True)


def test_the_scale_given_is_the_scale_of_the_page(mockup: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert draft(mockup, "--out", out, "--scale", "2", "--model", "scripted")[0] == 0
    assert json.loads((out / "report.json").read_text())["scale"] == 2


def test_a_run_that_makes_no_page_exits_with_1(
    mockup: Path, tmp_path: Path, settings: Settings
) -> None:
    settings.RUN_LIMITS = {"seconds": 0.001}
    code, _, stderr = draft(mockup, "--out", tmp_path / "out")
    assert code == 1
    assert "(budget)" in stderr and "MOCKWRIGHT_RUN_SECONDS" in stderr
