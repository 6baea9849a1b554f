"""Whatever a model does: the run ends with a reason, the record is whole, the jail holds."""

from pathlib import Path

import pytest

from tests.workers.agent.kit import MakeBench, kinds, recorded, revisions
from webapp.studio.events import Limits, RunFailed, RunFinished, event_adapter
from workers.agent.transcript import Progress
from workers.models.simulated.chaos import ChaosModel

pytestmark = pytest.mark.asyncio(loop_scope="session")


def found_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.mark.parametrize("seed", range(60))
async def test_the_loop_survives_every_seed(
    make_bench: MakeBench, seed: int, tmp_path: Path
) -> None:
    bench = make_bench(Limits(steps=12, seconds=5, tokens=60_000))
    events = await bench.play(ChaosModel(seed))
    ending = events[-1]
    assert isinstance(ending, RunFinished | RunFailed)
    assert kinds(events).count("run_finished") + kinds(events).count("run_failed") == 1
    if isinstance(ending, RunFailed):
        assert ending.code in {"model_failed", "model_stuck"}

    # what was recorded can be stored and read back
    for event in events:
        assert event_adapter.validate_json(event.model_dump_json()) == event
    best = Progress.replay(recorded(events)).best()
    assert (best.number if best else None) == ending.best_revision
    assert len({one.number for one in revisions(events)}) == len(revisions(events))

    # and nothing was written outside of the workspace
    assert found_in(tmp_path) == {"blobs", bench.workspace.root.name}
    assert "escaped" not in found_in(Path("/tmp"))


async def test_a_seed_gives_the_same_faults_every_time(make_bench: MakeBench) -> None:
    limits = Limits(steps=8)
    first = await make_bench(limits).play(ChaosModel(7))
    second = await make_bench(limits).play(ChaosModel(7))
    assert kinds(first) == kinds(second)
