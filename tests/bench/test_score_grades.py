"""A grade belongs to the draft it was given for, and the measure tells a good order from a bad."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from bench.grades import BEST, PIECE, WORST, Grade, digest, grades, side_by_side
from bench.score_grades import Graded, found_in, main, table

PAGE = """<!doctype html><meta charset="utf-8"><body style="margin:0;background:#fff">
<h1 style="font:600 28px Inter">Harbour office</h1><p style="font:16px Inter">Open from nine.</p>
</body>"""
SCORES = {4: 0.98, 3: 0.9, 2: 0.8, 1: 0.5}


def of(name: str, grade: int, score: float) -> Graded:
    return Graded(Grade(name, grade, "as it is", "0" * 16), score)


def test_sixty_drafts_are_graded_and_each_says_why() -> None:
    known = grades()

    assert len(known) == 60
    assert all(WORST <= one.grade <= BEST and one.why for one in known.values())
    assert len({one.draft for one in known.values()}) == 60


def test_scores_that_follow_the_grades_have_a_rho_of_one() -> None:
    follow = found_in([of(str(grade), grade, score) for grade, score in SCORES.items()])
    against = found_in([of(str(grade), grade, 1 - score) for grade, score in SCORES.items()])

    assert follow.rho == pytest.approx(1)
    assert against.rho == pytest.approx(-1)
    assert follow.means == SCORES
    assert follow.least_step == pytest.approx(0.08)
    assert against.least_step == pytest.approx(-0.3)
    assert set(follow.off) == {0}


def test_the_worst_disagreement_is_told_first() -> None:
    fine = [of(f"fine {n}", grade, score) for n, (grade, score) in enumerate(SCORES.items())]

    found = found_in([*fine, of("flattered", 1, 0.99)], ["old"])

    assert (found.graded[0].grade.page, found.off[0]) == ("flattered", 3.5)
    assert "flattered              1 0.9900   +3.5  as it is" in table(found)
    assert "old                stale" in table(found)


def test_one_group_alone_has_no_order() -> None:
    assert np.isnan(found_in([of("a", 4, 0.9), of("b", 4, 0.8)]).rho)


def test_a_digest_is_of_every_file_and_its_name(tmp_path: Path) -> None:
    def of_files(name: str, **files: str) -> str:
        folder = tmp_path / name
        (folder / "assets").mkdir(parents=True)
        for file, text in files.items():
            (folder / "assets" / file).write_text(text)
        return digest(folder)

    assert of_files("a", page="one", style="two") == of_files("b", style="two", page="one")
    assert of_files("c", page="one", style="tw0") != of_files("d", page="one", style="two")
    assert of_files("e", page="one", other="two") != of_files("f", page="one", style="two")
    assert of_files("g", page="one") != of_files("h", page="one", style="two")


def test_a_page_in_the_file_twice_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "grades.toml"
    file.write_text('[[page]]\npage = "a"\ngrade = 4\nwhy = "b"\ndraft = "c"\n' * 2)

    with pytest.raises(ValueError, match="twice"):
        grades(file)


def test_a_long_page_is_shown_in_pieces_with_grey_where_one_ends_early() -> None:
    mockup = np.full((PIECE + 100, 200, 3), 255, np.uint8)
    render = np.full((PIECE, 200, 3), 255, np.uint8)

    first, second = side_by_side(mockup, render)

    assert (first.shape, second.shape) == ((768, 250, 3), (60, 250, 3))
    assert (first[:, [0, -1]] == 255).all()
    assert (second[:, 0] == 255).all()
    assert (second[:, -1] == 128).all()


def test_from_pictures_to_grades_to_figures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus, made = tmp_path / "corpus", tmp_path / "made"
    for name in ("office", "ungraded", "changed"):
        (made / name).mkdir(parents=True)
        (made / name / "index.html").write_text(PAGE)
        corpus.mkdir(exist_ok=True)
        (corpus / f"{name}.html").write_text(PAGE)
        Pillow.new("RGB", (600, 300), "white").save(corpus / f"{name}.png")
    given = [str(corpus), "--made", str(made)]

    assert main([*given, "--pictures", str(tmp_path / "shown")]) == 0

    digests = dict(line.split() for line in capsys.readouterr().out.splitlines())
    assert {path.name for path in (tmp_path / "shown").iterdir()} == {
        "changed-1.png", "office-1.png", "ungraded-1.png"
    }  # fmt: skip
    (tmp_path / "grades.toml").write_text(
        "".join(
            f'[[page]]\npage = "{name}"\ngrade = 1\nwhy = "white"\ndraft = "{draft}"\n'
            for name, draft in (("office", digests["office"]), ("changed", "0" * 16))
        )
    )
    given += ["--grades", str(tmp_path / "grades.toml"), "--json", str(tmp_path / "found.json")]
    assert main(given) == 0

    found = json.loads((tmp_path / "found.json").read_text())
    assert found["stale"] == ["changed"]
    (office,) = found["pages"]
    assert office["page"] == "office"
    assert office["score"] < 0.5
    assert {one["kind"] for one in office["differences"]} >= {"extra"}


def test_a_folder_without_pages_ends_with_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path)]) == 2
    assert "beside it" in capsys.readouterr().err
