"""Loss and accuracy of a run as PNG, from its metrics."""

import json
from pathlib import Path

import matplotlib as mpl
from matplotlib import pyplot

METRICS = "metrics.jsonl"


def draw_plots(run: Path) -> None:
    """Writes loss.png and accuracy.png beside the run's metrics."""
    mpl.use("Agg")
    records = [json.loads(line) for line in (run / METRICS).read_text().splitlines()]
    minutes = [record["minutes"] for record in records]
    losses = {
        name: [record[f"{name}_loss"] for record in records]
        for name in ("train", "validation", "auxiliary")
    }
    _plot(run / "loss.png", minutes, losses, "loss per token", logarithmic=True)
    groups = {
        name: [record["groups"].get(name, float("nan")) for record in records]
        for name in records[-1]["groups"]
    }
    exact = {"whole answer": [record["exact"] for record in records]}
    _plot(run / "accuracy.png", minutes, exact | groups, "right, teacher-forced")


def _plot(
    path: Path,
    minutes: list[float],
    series: dict[str, list[float]],
    label: str,
    *,
    logarithmic: bool = False,
) -> None:
    figure, axes = pyplot.subplots(figsize=(8, 5), dpi=110)
    for name, values in series.items():
        axes.plot(minutes, values, label=name, linewidth=1.4)
    if logarithmic:
        axes.set_yscale("log")
    axes.set_xlabel("minutes of training")
    axes.set_ylabel(label)
    axes.grid(alpha=0.3)
    axes.legend(fontsize=7, ncols=2)
    figure.tight_layout()
    figure.savefig(path)
    pyplot.close(figure)
