"""The spoilt pages do what they say, and the measure tells a good score from a bad one."""

import asyncio
import json
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

import bench.score_bands
from bench.distortions import (
    BANDS,
    KINDS,
    Edit,
    EditMissing,
    Page,
    page_in,
    pages,
    spoilt,
    write_spoilt,
)
from bench.score_bands import Scored, correlation, in_band, main, summary, violations
from workers.browser.renderer import Renderer
from workers.shot import Shot

PAGES = pages()
LEAST = {
    "untouched": 3,
    "noticed_when_asked": 6,
    "noticed_unasked": 6,
    "send_it_back": 6,
    "void": 2,
}
A_BAND = {
    "untouched": 0.995, "noticed_when_asked": 0.95, "noticed_unasked": 0.85,
    "send_it_back": 0.6, "void": 0.1,
}  # fmt: skip
SMALL = """<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="style.css">
<h1>Harbour office</h1><p>Open from nine.</p>"""
SMALL_DISTORTIONS = """
[series]
words = ["nothing", "blank"]
[[distortion]]
name = "nothing"
kind = "layout"
band = "untouched"
[[distortion]]
name = "blank"
kind = "missing"
band = "void"
css = "body { visibility: hidden }"
"""


def test_there_are_eleven_pages_light_and_dark() -> None:
    themes = [json.loads((page.folder / "page.json").read_text())["theme"] for page in PAGES]

    assert len(PAGES) == 11
    assert set(themes) == {"light", "dark"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_has_enough_distortions_of_each_band(page: Page) -> None:
    count = Counter(one.band for one in page.distortions)

    assert len(page.distortions) >= 40
    assert set(count) == set(BANDS)
    assert all(count[band] >= least for band, least in LEAST.items())
    assert {one.kind for one in page.distortions} <= KINDS
    assert len({one.name for one in page.distortions}) == len(page.distortions)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_edit_applies_and_only_nothing_changes_nothing(page: Page) -> None:
    html, css = (page.folder / "index.html").read_text(), (page.folder / "style.css").read_text()
    for distortion in page.distortions:
        changed = spoilt(html, css, distortion.edit)
        assert (changed == spoilt(html, css, Edit())) == (distortion.name == "nothing")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_series_goes_from_band_to_band_and_never_back(page: Page) -> None:
    ranks = {one.name: one.rank for one in page.distortions}

    assert len(page.series) in (2, 3)
    for members in page.series.values():
        assert len(members) >= 3
        assert [ranks[name] for name in members] == sorted(ranks[name] for name in members)


def test_a_distortion_changes_what_the_page_shows(tmp_path: Path) -> None:
    """A picture of the page has its pixels and none of its text."""
    chance = random.Random(5)
    drawn = [
        (page, chance.choice([one for one in page.distortions if one.rank > 0])) for page in PAGES
    ]

    async def captured() -> list[tuple[Shot, Shot]]:
        renderer = Renderer()
        try:
            shots = []
            for page, distortion in drawn:
                base = await renderer.render(page.folder, page.request)
                write_spoilt(page, distortion.edit, tmp_path / page.name, base.png)
                shots.append((base, await renderer.render(tmp_path / page.name, page.request)))
            return shots
        finally:
            await renderer.close()

    for base, shot in asyncio.run(captured()):
        assert base.failed_requests == ()
        assert base.overflow_px == 0
        assert (shot.png, shot.texts) != (base.png, base.texts)


def test_a_text_that_does_not_stand_there_once_is_an_error() -> None:
    with pytest.raises(EditMissing):
        spoilt("<p>one</p>", "", Edit(replace=(("two", "three"),)))
    with pytest.raises(EditMissing):
        spoilt("<p>one</p><p>one</p>", "", Edit(replace=(("one", "two"),)))


def test_wrong_words_are_as_many_as_asked_and_leave_markup_alone() -> None:
    html = '<title>Pay now</title><body class="dark"><p>Pay 12 now</p><input value="Ingrid"></body>'
    head = '<title>Pay now</title><body class="dark">'

    assert spoilt(html, "", Edit(wrong_words=1.0))[0].startswith(f"{head}<p>Rea 45 quz</p>")
    assert 'value="Oqjtog"' in spoilt(html, "", Edit(wrong_words=1.0))[0]
    assert spoilt(html, "", Edit(wrong_words=0.5))[0].startswith(f"{head}<p>Pay 45 now</p>")


def made_up(scores: dict[str, float]) -> list[Scored]:
    """Two distortions a band, the second a little lower."""
    return [
        Scored("page", f"{band} {n}", "size", band, score - 0.001 * n)
        for band, score in scores.items()
        for n in (0, 1)
    ]


def test_a_perfect_order_is_one_and_the_reverse_is_minus_one() -> None:
    perfect = correlation(made_up(A_BAND))
    reverse = correlation(made_up({band: 1 - score for band, score in A_BAND.items()}))

    assert (perfect.somers_d, reverse.somers_d) == (1, -1)
    assert perfect.tau_b == pytest.approx(perfect.most)
    assert reverse.tau_b == pytest.approx(-perfect.most)
    tied = correlation([replace(one, score=A_BAND[one.band]) for one in made_up(A_BAND)])
    assert tied.tau_b == pytest.approx(1)


def test_a_band_takes_its_own_scores_and_no_others() -> None:
    for band, score in A_BAND.items():
        taken = {other for other in BANDS if in_band(other, score)}
        # what is sent back may score as low as it likes, and what is seen at once not so high
        also = {"send_it_back": {"noticed_unasked"}, "void": {"send_it_back"}}.get(band, set())
        assert taken == {band, *also}
    assert Scored("page", "digit", "letters", "noticed_when_asked", 0.98).near
    assert not Scored("page", "digit", "letters", "noticed_when_asked", 0.99).near


def test_a_series_that_does_not_fall_is_told() -> None:
    series = {"size": ("untouched 0", "noticed_unasked 0", "void 0")}
    page = replace(PAGES[0], name="page", series=series)
    scored = made_up({**A_BAND, "void": A_BAND["noticed_unasked"]})

    (found,) = violations(page, scored)

    assert (found.better.distortion, found.worse.distortion) == ("noticed_unasked 0", "void 0")
    assert "1 of 2 steps in the wrong order" in summary(scored, [found], 2)


def test_a_run_from_pages_to_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "index.html").write_text(SMALL)
    (folder / "style.css").write_text("h1 { font: 700 30px Inter, sans-serif }")
    (folder / "distortions.toml").write_text(SMALL_DISTORTIONS)
    (folder / "page.json").write_text('{"width": 400, "height": 200, "scale": 1, "theme": "light"}')
    monkeypatch.setattr(bench.score_bands, "pages", lambda only=None: [page_in(folder)])

    assert main(["--workers", "1", "--json", str(tmp_path / "found.json")]) == 0

    found = json.loads((tmp_path / "found.json").read_text())
    assert [one["in_band"] for one in found["scores"]] == [True, True]
    assert found["wrong_order"] == []
    assert "0 of 1 steps in the wrong order" in capsys.readouterr().out


def test_a_page_that_is_not_there_ends_with_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--page", "nowhere"]) == 2
    assert "landing" in capsys.readouterr().out
