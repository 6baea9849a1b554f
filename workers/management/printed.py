"""What a shell shows of a score: a table of the differences, and one line for a page.

Texts come from mockups and from pages: what a terminal would obey is left out of them.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

from webapp.studio.arenas import ArenaCell, ArenaMean, ArenaTable
from webapp.studio.events import RegionScore
from webapp.studio.values import COMPLAINTS, percent, unread_note
from workers.management.measure import PageReport
from workers.management.report import NamedDifference, Report

HEADS = ("cost", "kind", "item", "expected", "got", "place", "line", "selector")
GAP = "  "
WIDTH = 120  # columns of a table, at most
LEAST = 8  # columns that a text keeps, at least
TEXTS = (2, 3, 4, 7)  # the columns of texts, which may be cut…
CUT_IN_FRONT = 7  # …this one in front: the end of a selector names the element

STOPS = {
    "finished": "the model was done",
    "asked": "it has a question",
    "plateau": "the last revisions gained nothing",
    "budget": "its steps, seconds or tokens were used up",
    "cancelled": "it was stopped",
}


def table(differences: Sequence[NamedDifference], width: int = WIDTH) -> str:
    """The differences in lines of at most `width` columns, in their order."""
    rows = [HEADS, *map(_row, differences)]
    widths = [max(_columns(row[at]) for row in rows) for at in range(len(HEADS))]
    while sum(widths) + len(GAP) * (len(HEADS) - 1) > width:
        widest = max(TEXTS, key=lambda at: widths[at])
        if widths[widest] <= LEAST:
            break
        widths[widest] -= 1
    return "\n".join(_line(row, widths) for row in rows)


def page_text(report: PageReport, width: int = WIDTH) -> str:
    """A page that was measured: its score, what differs, what the browser complained about."""
    seen = _seen(report.differences)
    found = table(seen, width) if seen else "No differences."
    noted = []
    if report.unread_lines:
        noted.append(f"{unread_note(report.unread_lines)}: pixels alone were compared.")
    noted += [f"Console: {_plain(error)}" for error in report.console_errors]
    noted += [f"Not loaded: {_plain(url)}" for url in report.failed_requests]
    if report.overflow_px:
        noted.append(f"The page is {report.overflow_px} px wider than the mockup.")
    as_file = [one.got for one in report.differences if one.kind == "as_file"]
    noted += [f"Opened as a file: {_plain(change)}" for change in as_file]
    noted += [line for one in report.differences for line in _accessibility(one)]
    return "\n".join([f"Score {percent(report.score)}", found, *noted])


def page_line(report: Report, folder: Path) -> str:
    """A page that was made: its score, what is worst, why the run stopped, where it is."""
    parts = [percent(report.score)]
    seen = _seen(report.differences)
    if seen:
        parts.append(f"worst: {_named(seen[0])}")
    elif report.regions:
        parts.append(f"worst: {_region(report.regions[0])}")
    if report.unread_lines:
        parts.append(unread_note(report.unread_lines))
    parts += [STOPS.get(report.stop_reason, report.stop_reason), str(folder)]
    return " · ".join([_plain(report.name), *parts])


def arena_text(table: ArenaTable) -> str:
    """A round of an arena: a line for each mockup, the models side by side, and their means."""
    lines = [["", *map(_plain, table.variants)]]
    for row in table.rows:
        cells = [
            f"{cell_text(cell, short=True)}{' *' if place in row.best else ''}" if cell else "–"
            for place, cell in enumerate(row.cells)
        ]
        lines.append([_plain(row.name), *cells])
    lines.append(["mean", *(_mean_text(mean) for mean in table.means)])
    widths = [max(map(_columns, column)) for column in zip(*lines, strict=True)]
    told = [
        GAP.join(
            text + " " * (wide - _columns(text)) for text, wide in zip(line, widths, strict=True)
        )
        for line in lines
    ]
    return "\n".join(line.rstrip() for line in told)


def cell_text(cell: ArenaCell, *, short: bool = False) -> str:
    """Its score with the change against an earlier round, time, tokens and cost; else why there is
    none, of which `short` leaves out the reason."""
    if cell.problem is not None and cell.score is None:
        return "failed" if short else f"failed: {_plain(cell.problem.message)}"
    if cell.score is None:
        return "no page" if cell.state == "finished" else "waits"
    taken = [_taken(cell.seconds, cell.input_tokens + cell.output_tokens, cell.cost)]
    return " ".join([_changed(cell.score, cell.before), *filter(None, taken)])


def _mean_text(mean: ArenaMean) -> str:
    if mean.score is None:
        return "–"
    parts = [_changed(mean.score, mean.before), _taken(mean.seconds, mean.tokens, None)]
    if mean.total_cost is not None:
        parts.append(f"${mean.total_cost:.2f} in all")
    parts.append(f"of {mean.pages}")
    return " ".join(filter(None, parts))


def _changed(score: float, before: float | None) -> str:
    """Like `93.1 % (+0.4)`, in points of a hundred."""
    if before is None:
        return percent(score)
    return f"{percent(score)} ({100 * (score - before):+.1f})"


def _taken(seconds: float | None, tokens: float | None, cost: float | None) -> str:
    parts = [f"{seconds:.1f} s" if seconds is not None else ""]
    parts.append(f"{tokens:,.0f} tokens" if tokens else "")
    parts.append(f"${cost:.2f}" if cost is not None else "")
    return " ".join(filter(None, parts))


def _seen(differences: Sequence[NamedDifference]) -> list[NamedDifference]:
    return [one for one in differences if one.kind not in COMPLAINTS]


def _accessibility(difference: NamedDifference) -> Iterator[str]:
    """A line where it is of this."""
    item, got, wanted = map(_plain, (difference.item, difference.got, difference.expected))
    places = f" ({difference.count} places)" if difference.count > 1 else ""
    if difference.kind == "low_contrast":
        yield f"Low contrast: {item}: {got}, wanted {wanted}{places}"
    elif difference.kind == "accessibility":
        yield f"Accessibility: {item}: {got}{places}"


def _named(difference: NamedDifference) -> str:
    """Like `"$9" size: 18 px, mockup 34 px`."""
    kind = difference.kind.replace("_", " ")
    said = f"{_plain(difference.item)} {kind}"
    if difference.kind in {"missing", "extra"}:
        return said
    return f"{said}: {_plain(difference.got)}, mockup {_plain(difference.expected)}"


def _region(region: RegionScore) -> str:
    return f"{region.name}, {percent(region.score)}"


def _row(difference: NamedDifference) -> tuple[str, ...]:
    place = difference.box
    return (
        f"{100 * difference.cost:.2f}",
        difference.kind.replace("_", " "),
        _plain(difference.item),
        _plain(difference.expected),
        _plain(difference.got),
        f"{place.x:.0f},{place.y:.0f} {place.width:.0f}×{place.height:.0f}",
        str(difference.line or "–"),
        _plain(difference.selector),
    )


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = []
    for at, (text, width) in enumerate(zip(row, widths, strict=True)):
        shown = _cut(text, width, in_front=at == CUT_IN_FRONT)
        blank = " " * (width - _columns(shown))
        cells.append(blank + shown if at == 0 else shown + blank)
    return GAP.join(cells).rstrip()


def _cut(text: str, width: int, *, in_front: bool) -> str:
    """`text` where it fits `width` columns, else as much of it as does, and an ellipsis."""
    if _columns(text) <= width:
        return text
    while _columns(text) > width - 1:
        text = text[1:] if in_front else text[:-1]
    return f"…{text}" if in_front else f"{text}…"


def _plain(text: str) -> str:
    """One line without control characters; a dash for nothing."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(printable.split()) or "–"


def _columns(text: str) -> int:
    """How many columns of a terminal `text` takes: two for wide letters, none for accents."""
    return sum(
        0 if unicodedata.combining(letter) else 1 + (unicodedata.east_asian_width(letter) in "WF")
        for letter in text
    )
