"""What a benchmark of many pages found: table, means, JSON, a sheet of pictures."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import fmean, median

from PIL import Image as Pillow

from bench.evaluate import Result

QUALITY = (
    "ssim", "block", "text", "position", "colour", "word_recall", "word_precision",
    "pictures", "overflow", "product", "penalty", "tree_bleu",
    "tree_precision", "ssim_390", "ssim_768",
)  # fmt: skip
COLUMNS = {
    "ssim": "ssim", "block": "block", "text": "text", "position": "posit", "colour": "colour",
    "word_recall": "wrec", "word_precision": "wprec", "pictures": "pict+", "overflow": "o390",
    "product": "score", "penalty": "penal", "seconds_ocr": "ocr s", "seconds_perceive": "see s",
    "seconds_first": "first s", "seconds_total": "total s", "revisions": "revs",
}  # fmt: skip
LARGER_IS_WORSE = {"pictures": 1.0, "overflow": 0.0, "penalty": 1.0}  # worth of a failed page
ROW = 960, 420  # pixels of one page on the sheet


def table(results: Sequence[Result], columns: Mapping[str, str] = COLUMNS) -> str:
    """A row a page, then mean and median; a failed page has its reason. `columns` are the titles
    of the numbers that it has, those that no page has left out."""
    names = [name for name in columns if any(name in result.numbers for result in results)]
    rows = [_row("page", [columns[name] for name in names])]
    for result in results:
        if result.failure:
            rows.append(f"{result.name:<16} FAILED: {result.failure}")
        else:
            rows.append(_row(result.name, [_number(result.numbers.get(name)) for name in names]))
    for title, numbers in summary(results, columns).items():
        rows.append(_row(title, [_number(numbers.get(name)) for name in names]))
    failed = sum(bool(result.failure) for result in results)
    return "\n".join([*rows, f"{len(results)} pages, {failed} failed (counted as 0)"])


def summary(
    results: Sequence[Result], columns: Mapping[str, str] = COLUMNS
) -> dict[str, dict[str, float]]:
    """Mean and median of each number. A failed page counts as the worst; its times are unknown."""
    found: dict[str, list[float]] = {}
    for name in columns:
        values = [_worth(result, name) for result in results]
        known = [value for value in values if value is not None]
        measured = any(name in result.numbers for result in results)
        if known and (measured or all(result.failure for result in results)):
            found[name] = known
    return {
        "mean": {name: fmean(values) for name, values in found.items()},
        "median": {name: median(values) for name, values in found.items()},
    }


def write_json(results: Sequence[Result], path: Path) -> None:
    path.write_text(json.dumps(as_json(results), indent=2) + "\n")


def as_json(results: Sequence[Result], columns: Mapping[str, str] = COLUMNS) -> dict[str, object]:
    """Means and medians of `columns`, and every number of every page."""
    return {
        **summary(results, columns),
        "pages": [
            {"name": result.name, "failure": result.failure or None, **result.numbers}
            for result in results
        ],
    }


def write_sheet(results: Sequence[Result], path: Path) -> None:
    """One picture: a row a page, mockup | render | heat map, tall pages cut at the bottom."""
    pictures = [result.picture for result in results if result.picture]
    if not pictures:
        return
    width, most = ROW
    rows = []
    for picture in pictures:
        with Pillow.open(picture) as opened:
            height = round(opened.height * width / opened.width)
            row = opened.resize((width, height), Pillow.Resampling.BOX, reducing_gap=2)
        rows.append(row.crop((0, 0, width, min(height, most))))
    sheet = Pillow.new("RGB", (width, sum(row.height + 8 for row in rows)), "white")
    top = 0
    for row in rows:
        sheet.paste(row, (0, top))
        top += row.height + 8
    sheet.save(path)


def _worth(result: Result, name: str) -> float | None:
    if not result.failure:
        return result.numbers.get(name)
    if name in LARGER_IS_WORSE:
        return LARGER_IS_WORSE[name]
    return 0.0 if name in QUALITY else None


def _row(title: str, cells: Sequence[str]) -> str:
    return f"{title:<16}" + "".join(f"{cell:>8}" for cell in cells)


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.3f}" if abs(value) < 10 else f"{value:.1f}"
