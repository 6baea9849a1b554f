"""What the evaluation of Kimi mini found: one line of figures, a file, a picture to look at."""

import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean, median, quantiles

from PIL import Image as Pillow

GOOD = 0.85  # a page that scores this is taken for right
BUCKETS = (0.0, 0.5, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98)
COLUMNS, ROWS, GAP = 6, 7, 8  # of the picture
THUMBNAIL = 224, 308  # pixels


@dataclass(frozen=True)
class MiniResult:
    """One page. `valid`: every call of the model was carried out, and it finished in its one turn.
    `failure` says why there is no page; its score counts as 0. Seconds of waiting included."""

    seed: int
    valid: bool = False
    score: float = 0.0
    model_seconds: float = 0.0
    seconds: float = 0.0
    failure: str = ""


@dataclass(frozen=True)
class Evaluation:
    """All pages, and what they were made with. `seconds` is the time of all of them together."""

    results: tuple[MiniResult, ...]
    checkpoint: str
    thinking: bool
    at_once: int
    seconds: float
    hardware: str

    def figures(self) -> dict[str, float]:
        scores = [result.score for result in self.results]
        count = len(scores)
        return {
            "pages": count,
            "valid_calls": sum(result.valid for result in self.results) / count,
            "good_pages": sum(score >= GOOD for score in scores) / count,
            "score_mean": fmean(scores),
            "score_median": median(scores),
            "score_p5": quantiles(scores, n=20)[0] if count > 1 else scores[0],
            "model_seconds_a_page": fmean(result.model_seconds for result in self.results),
            "seconds_a_page": self.seconds / count,
        }

    def distribution(self) -> dict[str, int]:
        """Pages by score, as `0.85–0.90`."""
        ends = (*BUCKETS[1:], 1.0)
        return {
            f"{low:.2f}–{high:.2f}": sum(
                low <= result.score < high or (high == 1.0 and result.score >= 1.0)
                for result in self.results
            )
            for low, high in zip(BUCKETS, ends, strict=True)
        }

    def report(self) -> str:
        figures = self.figures()
        lines = [
            f"{figures['pages']:.0f} unseen mockups, {self.checkpoint}, "
            f"{'with' if self.thinking else 'without'} thinking, {self.at_once} at once",
            f"valid tool calls       {figures['valid_calls']:7.1%}",
            f"pages scoring ≥ {GOOD}   {figures['good_pages']:7.1%}",
            f"score                  mean {figures['score_mean']:.3f}, median "
            f"{figures['score_median']:.3f}, worst twentieth below {figures['score_p5']:.3f}",
            *(f"  {name}          {count:5}" for name, count in self.distribution().items()),
            f"seconds a page         {figures['seconds_a_page']:.2f} in all, "
            f"{figures['model_seconds_a_page']:.2f} in a turn, reading the mockup's text included",
            f"hardware               {self.hardware}",
        ]
        failed = [result for result in self.results if result.failure]
        return "\n".join([*lines, *(f"seed {t.seed}: {t.failure}" for t in failed[:10])])

    def write(self, path: Path) -> None:
        found = {
            **asdict(self),
            "figures": self.figures(),
            "distribution": self.distribution(),
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(found, indent=1) + "\n")


@dataclass(frozen=True)
class Pair:
    """A mockup and what was made of it, as PNG; `render` None where there is no page."""

    result: MiniResult
    mockup: bytes
    render: bytes | None


def write_sheet(pairs: Sequence[Pair], path: Path) -> None:
    """Mockup beside render, from the worst page to the best, evenly many of each quality."""
    ranked = sorted(pairs, key=lambda pair: pair.result.score)
    most = COLUMNS * ROWS
    step = max(1.0, len(ranked) / most)
    chosen = [ranked[int(at * step)] for at in range(min(most, len(ranked)))]
    width, height = 2 * THUMBNAIL[0] + 2 * GAP, THUMBNAIL[1] + GAP
    columns = max(1, min(COLUMNS, len(chosen)))
    rows = -(-len(chosen) // columns)
    sheet = Pillow.new("RGB", (columns * width, max(1, rows) * height), "#808080")
    for at, pair in enumerate(chosen):
        left, top = at % columns * width, at // columns * height
        for png in (pair.mockup, pair.render):
            if png is not None:
                sheet.paste(_thumbnail(png), (left, top))
            left += THUMBNAIL[0] + 1
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(path)


def _thumbnail(png: bytes) -> Pillow.Image:
    with Pillow.open(io.BytesIO(png)) as picture:
        return picture.convert("RGB").resize(THUMBNAIL, Pillow.Resampling.BICUBIC)
