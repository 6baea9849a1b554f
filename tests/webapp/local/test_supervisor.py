"""When a program that ended is started again."""

import sys
import time
from collections.abc import Iterator

import pytest

from webapp.local.supervisor import Child, ChildKeepsDying, Program

LIVES = (sys.executable, "-c", "import time; time.sleep(60)")
FAILS = (sys.executable, "-c", "raise SystemExit(3)")


@pytest.fixture
def children() -> Iterator[list[Child]]:
    made: list[Child] = []
    yield made
    for child in made:
        child.stop()


def start(children: list[Child], command: tuple[str, ...], starts_within: float = 60.0) -> Child:
    child = Child(Program("thing", command, starts_within=starts_within), {})
    children.append(child)
    return child


def ended(child: Child) -> Child:
    child.process.wait(10)
    return child


def killed(child: Child) -> Child:
    child.process.kill()
    return ended(child)


def wait_over(child: Child) -> float:
    """Seconds that it would still wait; then they are over."""
    assert child.start_at is not None
    left = child.start_at - time.monotonic()
    child.start_at = time.monotonic()
    return left


def test_what_is_killed_again_and_again_is_started_in_growing_pauses(
    children: list[Child],
) -> None:
    child = start(children, LIVES)
    assert killed(child).revive()  # at once
    pauses = []
    for _ in range(7):
        assert not killed(child).revive()
        pauses.append(wait_over(child))
        assert child.revive()
        assert child.process.poll() is None
    assert pauses == pytest.approx([2, 4, 8, 16, 30, 30, 30], abs=0.5)


def test_what_ends_at_once_by_itself_is_given_up_on(children: list[Child]) -> None:
    child = start(children, FAILS)
    assert ended(child).revive()
    assert not ended(child).revive()
    wait_over(child)
    assert child.revive()
    with pytest.raises(ChildKeepsDying, match="thing ended 3"):
        ended(child).revive()


def test_what_has_run_once_is_not_given_up_on(children: list[Child]) -> None:
    child = start(children, FAILS, starts_within=0.0)
    assert ended(child).revive()
    child.program = Program("thing", FAILS, starts_within=60.0)
    for _ in range(5):
        if not ended(child).revive():
            wait_over(child)
            assert child.revive()
