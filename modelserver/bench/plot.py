"""`python -m modelserver.bench.plot`: share of the floor against tokens, from results.csv."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib import pyplot

from modelserver.bench.record import RESULTS, Row, read

PICTURE = Path(__file__).parents[2] / "docs/images/kernels.png"
PART, ROUTING = "block", "uniform"
INK, GRID = "#1f2328", "#d0d7de"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--out", type=Path, default=PICTURE)
    choice = parser.parse_args()
    rows = latest(read(choice.results))
    if not rows:
        raise SystemExit("There are no rows of a GPU to draw: run modelserver.bench.run on one.")
    draw(rows, choice.out)
    print(choice.out)


def latest(rows: Sequence[Row]) -> list[Row]:
    """The last row of each implementation, layout and number of tokens on the last GPU."""
    of_gpus = [row for row in rows if row.floor_share and row.routing == ROUTING]
    of_one = [row for row in of_gpus if row.part == PART and row.device == of_gpus[-1].device]
    return list({(row.shape, row.implementation, row.tokens): row for row in of_one}.values())


def draw(rows: Sequence[Row], target: Path) -> None:
    """One panel a layout, one line an implementation; writes a PNG."""
    mpl.use("Agg")
    layouts = list(dict.fromkeys(row.shape for row in rows))
    names = list(dict.fromkeys(row.implementation for row in rows))
    figure, panels = pyplot.subplots(
        1, len(layouts), figsize=(4.2 * len(layouts), 3.6), sharey=True, squeeze=False
    )
    for panel, layout in zip(panels[0], layouts, strict=True):
        for name in names:
            line(panel, [row for row in rows if (row.shape, row.implementation) == (layout, name)])
        panel.set_title(layout, color=INK)
        panel.set_xscale("log", base=2)
        panel.set_ylim(0, 1)
        panel.set_xlabel("tokens")
        panel.grid(color=GRID, linewidth=0.6)
    panels[0][0].set_ylabel("share of the floor")
    handles, labels = panels[0][0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="lower center", ncols=len(names), frameon=False)
    figure.suptitle(f"{rows[-1].op}, {rows[-1].device}, scale to combine", color=INK)
    figure.tight_layout(rect=(0, 0.08, 1, 1))
    figure.savefig(target, dpi=150)
    pyplot.close(figure)


def line(panel: Any, rows: Sequence[Row]) -> None:
    ordered = sorted(rows, key=lambda row: row.tokens)
    if ordered:
        shares = [float(row.floor_share) for row in ordered]
        tokens = [row.tokens for row in ordered]
        panel.plot(tokens, shares, marker="o", markersize=4, label=ordered[0].implementation)


if __name__ == "__main__":
    main()
