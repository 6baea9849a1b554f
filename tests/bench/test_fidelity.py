"""The benchmark from end to end on a page of its own, and what it says about failures."""

import json
import shutil
from pathlib import Path

import pytest

from bench.corpus import NoPages, samples
from bench.evaluate import Result
from bench.fidelity import main
from bench.results import summary, table
from tests.bench.pictures import picture

PAGE = """<!doctype html><meta charset="utf-8"><body style="margin:0;background:#fff">
<h1 style="font:600 28px Inter">Harbour office</h1><p style="font:16px Inter">Open from nine.</p>
</body>"""


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    (folder / "office.html").write_text(PAGE)
    picture(folder / "office.html")
    return folder


def test_a_page_judged_against_itself_is_perfect(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "made" / "office").mkdir(parents=True)
    shutil.copy(corpus / "office.html", tmp_path / "made" / "office" / "index.html")

    code = main([str(corpus), "--made", str(tmp_path / "made"), "--out", str(tmp_path / "out")])

    found = json.loads((tmp_path / "out" / "fidelity.json").read_text())
    assert code == 0
    assert (tmp_path / "out" / "sheet.png").exists()
    assert found["mean"]["product"] >= 0.99
    for part in ("ssim", "block", "text", "position", "colour", "word_recall"):
        assert found["mean"][part] == pytest.approx(1)


def test_a_page_that_was_never_made_counts_as_nothing(corpus: Path, tmp_path: Path) -> None:
    code = main([str(corpus), "--made", str(tmp_path), "--out", str(tmp_path / "out")])

    found = json.loads((tmp_path / "out" / "fidelity.json").read_text())
    assert code == 1
    assert found["mean"]["block"] == 0
    assert "PageMissing" in found["pages"][0]["failure"]


def test_a_folder_without_pages_ends_with_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path)]) == 2
    assert "beside it" in capsys.readouterr().err


def test_a_picture_without_its_truth_is_left_out(corpus: Path, tmp_path: Path) -> None:
    shutil.copy(corpus / "office.png", tmp_path / "lonely.png")

    with pytest.raises(NoPages):
        samples(tmp_path)


def test_failed_pages_pull_the_mean_down_and_are_listed() -> None:
    good = Result("good", {"block": 1.0, "pictures": 0.0, "seconds_total": 4.0})
    bad = Result("bad", failure="no_page: nothing came of it")

    mean = summary([good, bad])["mean"]

    assert mean["block"] == 0.5
    assert mean["pictures"] == 0.5
    assert mean["seconds_total"] == 4
    assert "FAILED: no_page" in table([good, bad])
    assert "2 pages, 1 failed" in table([good, bad])
