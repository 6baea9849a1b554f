"""What `bench.page_code` found: tables with means, the worst pages of each number, roles, JSON."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.code_roles import ROLES, Counts, pooled
from bench.evaluate import Result
from bench.memory import hardware
from bench.results import as_json, table

SEEN = {
    "product": "score", "block": "block", "text": "text", "position": "posit", "colour": "colour",
    "tree_bleu": "tbleu", "tree_precision": "tprec", "role_recall": "rrec",
    "role_precision": "rprec", "axe": "axe", "seconds": "sec",
}  # fmt: skip
WRITTEN = {
    "classes": "class", "numbered": "num", "used_once": "once", "css_per_html": "css/htm",
    "lines_per_reference": "len/ref", "distances": "dist", "font_sizes": "sizes",
    "broken_sizes": "broken", "fixed_widths": "widths", "margins": "margin", "absolute": "abs",
}  # fmt: skip
NARROW = {
    "overflow_390": "o390", "overflow_768": "o768", "overflow_1024": "o1024", "ssim_390": "ssim390",
    "ssim_768": "ssim768", "cut_controls": "cut", "small_controls": "small",
    "small_texts": "smalltx",
}  # fmt: skip
COLUMNS = {**SEEN, **WRITTEN, **NARROW}
LARGER_IS_BETTER = (
    "product", "block", "text", "position", "colour", "tree_bleu", "tree_precision", "role_recall",
    "role_precision", "ssim_390", "ssim_768",
)  # fmt: skip
WORST = 5
COUNTS = "reference", "drafted", "found"


def role_numbers(counts: Mapping[str, Counts]) -> dict[str, float]:
    """A page's counts by role, and recall and precision of all roles together where it has any."""
    numbers = {
        f"{role}_{name}": float(getattr(count, name))
        for role, count in counts.items()
        for name in COUNTS
    }
    together = pooled(counts.values())
    shares = {"role_recall": together.recall, "role_precision": together.precision}
    return numbers | {name: share for name, share in shares.items() if share is not None}


def pooled_roles(results: Sequence[Result]) -> dict[str, Counts]:
    """Counts of all pages together, by role."""
    pages = [result.numbers for result in results if f"{ROLES[0]}_found" in result.numbers]
    return {
        role: pooled(Counts(*(int(page[f"{role}_{name}"]) for name in COUNTS)) for page in pages)
        for role in ROLES
    }


def worst(results: Sequence[Result], name: str) -> list[Result]:
    """The five pages with the worst numbers of that name, the worst first."""
    known = [result for result in results if name in result.numbers]
    sign = 1 if name in LARGER_IS_BETTER else -1
    return sorted(known, key=lambda result: sign * result.numbers[name])[:WORST]


def worst_pages(results: Sequence[Result]) -> list[Result]:
    return worst(results, "product")


def report(results: Sequence[Result]) -> str:
    parts = [table(results, columns) for columns in (SEEN, WRITTEN, NARROW)]
    return "\n\n".join([*parts, _role_table(results), _worst_table(results), hardware()])


def write_json(results: Sequence[Result], path: Path) -> None:
    found = {
        "hardware": hardware(),
        **as_json(results, COLUMNS),
        "roles": {
            role: {**vars(count), "recall": count.recall, "precision": count.precision}
            for role, count in pooled_roles(results).items()
        },
        "worst": {name: [one.name for one in worst(results, name)] for name in COLUMNS},
    }
    path.write_text(json.dumps(found, indent=2) + "\n")


def _role_table(results: Sequence[Result]) -> str:
    rows = [f"{'role, all pages':<16}{'ref':>8}{'drafted':>8}{'found':>8}{'recall':>8}{'prec':>8}"]
    roles = pooled_roles(results)
    for role, count in {**roles, "all": pooled(roles.values())}.items():
        rows.append(
            f"{role:<16}{count.reference:>8}{count.drafted:>8}{count.found:>8}"
            f"{_shown(count.recall):>8}{_shown(count.precision):>8}"
        )
    return "\n".join(rows)


def _worst_table(results: Sequence[Result]) -> str:
    rows = ["worst five"]
    for name, title in COLUMNS.items():
        pages = [f"{one.name} {one.numbers[name]:.3g}" for one in worst(results, name)]
        if pages:
            rows.append(f"{title:<10}{', '.join(pages)}")
    return "\n".join(rows)


def _shown(share: float | None) -> str:
    return "–" if share is None else f"{share:.3f}"
