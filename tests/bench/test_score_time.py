"""What a comparison costs is measured on a page as the agent compares it, before and now."""

from pathlib import Path

import pytest

from bench.score_time import main, measured_in, report

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "tests" / "data" / "pages"


def test_a_page_is_measured_by_the_version_in_a_folder() -> None:
    alone, both = measured_in(ROOT, PAGES, "login")

    assert 0 < alone < both


def test_the_report_sums_the_pages_and_says_how_many_times_as_long() -> None:
    rows = [("a", (1.0, 2.0), (2.0, 3.0)), ("b", (1.0, 4.0), (4.0, 6.0))]

    *_, last = report(rows).splitlines()

    assert last.split() == ["together", "2.00", "6.00", "3.00", "6.00", "9.00", "1.50"]


def test_without_an_earlier_version_there_is_nothing_to_measure(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main([str(PAGES)])

    assert "--before REV" in capsys.readouterr().err
