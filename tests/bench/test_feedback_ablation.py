"""What each part of a report is worth: the figures, from runs that are given."""

from bench.feedback_ablation import VARIANTS, Tried, parse, report


def test_a_run_counts_up_to_its_best_comparison() -> None:
    tried = Tried("table", (), (0.5, 0.7, 0.6, 0.7), 1.0)
    assert (tried.best, tried.turns) == (0.7, 2)


def test_the_report_has_a_row_a_page_and_the_means() -> None:
    tried = [
        Tried(page, hidden, (0.5, best), 1.0)
        for page, best in (("one", 0.6), ("two", 0.8))
        for hidden in VARIANTS
    ]
    lines = report(tried).splitlines()
    assert len(lines) == 5
    assert lines[2].startswith("| one | 0.500 | 0.600, 2, 0 |")
    assert lines[-1].startswith("| mean | 0.500 | 0.700, 2.0, 0.0 |")


def test_pages_are_chosen_by_name() -> None:
    assert parse(["phone", "--limit", "1"]).pages == ["phone"]
