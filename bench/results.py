"""What a benchmark of many pages found: table, means, JSON, a sheet of pictures."""

import json
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean, median

from PIL import Image as Pillow

from bench.evaluate import Result

QUALITY = (
    "ssim", "block", "text", "position", "colour", "word_recall", "word_precision",
    "pictures", "overflow", "product", "penalty",
)  # fmt: skip
COLUMNS = {
    "ssim": "ssim", "block": "block", "text": "text", "position": "posit", "colour": "colour",
    "word_recall": "wrec", "word_precision": "wprec", "pictures": "pict+", "overflow": "o390",
    "product": "score", "penalty": "penal", "seconds_ocr": "ocr s", "seconds_perceive": "see s",
    "seconds_first": "first s", "seconds_total": "total s", "revisions": "revs",
}  # fmt: skip
LARGER_IS_WORSE = {"pictures": 1.0, "overflow": 0.0, "penalty": 1.0}  # worth of a failed page
ROW = 960, 420  # pixels of one page on the sheet


def table(results: Sequence[Result]) -> str:
    """A row a page, then mean and median; failed pages last, with their reason."""
    names = [name for name in COLUMNS if any(name in result.numbers for result in results)]
    rows = [_row("page", [COLUMNS[name] for name in names])]
    for result in results:
        if result.failure:
            rows.append(f"{result.name:<16} FAILED: {result.failure}")
        else:
            rows.append(_row(result.name, [_number(result.numbers.get(name)) for name in names]))
    for title, numbers in summary(results).items():
        rows.append(_row(title, [_number(numbers.get(name)) for name in names]))
    failed = sum(bool(result.failure) for result in results)
    return "\n".join([*rows, f"{len(results)} pages, {failed} failed (counted as 0)"])


def summary(results: Sequence[Result]) -> dict[str, dict[str, float]]:
    """Mean and median of each number. A failed page counts as the worst; its times are unknown."""
    columns: dict[str, list[float]] = {}
    for name in COLUMNS:
        values = [_worth(result, name) for result in results]
        known = [value for value in values if value is not None]
        measured = any(name in result.numbers for result in results)
        if known and (measured or all(result.failure for result in results)):
            columns[name] = known
    return {
        "mean": {name: fmean(values) for name, values in columns.items()},
        "median": {name: median(values) for name, values in columns.items()},
    }


def write_json(results: Sequence[Result], path: Path) -> None:
    found = {
        **summary(results),
        "pages": [
            {"name": result.name, "failure": result.failure or None, **result.numbers}
            for result in results
        ],
    }
    path.write_text(json.dumps(found, indent=2) + "\n")


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
