"""What mutation testing breaks, and that it breaks a copy alone."""

import ast
from pathlib import Path

import pytest

from bench.mutants import PACKAGES, ROOT, broken, places, sample

SOURCE = '''
"""Text stays."""
LIMIT: Final[int] = 3
def under(x: int, on: bool = True) -> bool:
    """So does this: 1 < 2."""
    logger.info("and %d", 4)
    if x < LIMIT and on:
        return x * 0.5
    if zip(x, x, strict=True):
        return False
    return sum(x, 0.0)
'''


def all_broken() -> list[str]:
    return [broken(SOURCE, index) for index in range(len(places(ast.parse(SOURCE))))]


@pytest.mark.parametrize(
    "line",
    [
        "LIMIT: Final[int] = 4",
        "def under(x: int, on: bool=False) -> bool:",
        "if x <= LIMIT and on:",
        "if x < LIMIT or on:",
        "if not (x < LIMIT and on):",
        "return x / 0.5",
        "return x * 1.0",
        "if not zip(x, x, strict=True):",
        "return True",
        "return sum(x, 1.0)",
    ],
)
def test_each_kind_of_place_is_broken(line: str) -> None:
    assert sum(line in text for text in all_broken()) == 1


def test_one_place_is_broken_at_a_time_and_texts_never() -> None:
    whole = ast.unparse(ast.parse(SOURCE)).splitlines()
    assert len(all_broken()) == 12  # those above, and the results of two of the returns
    for text in all_broken():
        changed = [
            line for line in zip(whole, text.splitlines(), strict=True) if line[0] != line[1]
        ]
        assert len(changed) == 1
        assert '"' not in changed[0][0] and "logger" not in changed[0][0]


def test_the_same_seed_draws_the_same_mutants() -> None:
    for package, tests in PACKAGES.items():
        drawn = sample(package, 10, seed=7)
        assert drawn == sample(package, 10, seed=7) != sample(package, 10, seed=8)
        assert all(mutant.path.startswith(package) for mutant in drawn)
        assert (ROOT / tests).is_dir()


def test_every_place_of_the_tested_packages_can_be_broken() -> None:
    for package in PACKAGES:
        for mutant in sample(package, 15, seed=1):
            source = Path(ROOT / mutant.path).read_text()
            assert broken(source, mutant.index) != ast.unparse(ast.parse(source))
