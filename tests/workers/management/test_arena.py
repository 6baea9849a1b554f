"""`manage.py arena` without workers: what it refuses, queues, waits for and writes."""

import json
from io import BytesIO
from pathlib import Path

import pytest

from tests.webapp.conftest import picture
from tests.webapp.record import revision, started
from tests.webapp.studio.services.test_variants import ended, endpoint
from tests.workers.management.kit import run_command
from webapp.serving.local_user import local_user
from webapp.studio import services
from webapp.studio.arenas import ArenaTable, arena_table
from webapp.studio.events import RunFinished, TurnFinished, Usage
from webapp.studio.models import Arena, Run
from webapp.studio.parameters import MockupParameters, VariantParameters
from workers.imaging import png_size
from workers.management.commands import arena as command
from workers.management.printed import arena_text

pytestmark = pytest.mark.usefixtures("installation")

COLOURS = ("navy", "teal")
WIDTH, GAP = 64, 16  # image pixels, of a mockup here and between pictures


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two mockups."""
    folder = tmp_path / "Shop"
    folder.mkdir()
    for colour in COLOURS:
        (folder / f"{colour}.png").write_bytes(picture(WIDTH, colour=colour))
    (folder / "notes.txt").write_text("no mockup")
    return folder


@pytest.fixture
def worker(installation: None) -> None:
    services.report_worker("here")


def arena(folder: Path, *arguments: object) -> tuple[int, str, str]:
    return run_command("arena", folder, *arguments)


def refusal(folder: Path, *arguments: object) -> str:
    code, out, err = arena(folder, *arguments)
    assert (code, out) == (2, "")
    assert Run.objects.count() == 0
    return err


def test_without_a_worker_it_says_how_to_start_the_service(folder: Path) -> None:
    assert "make up" in refusal(folder, "--models", "draft")


@pytest.mark.usefixtures("worker")
def test_what_is_wrong_is_said_before_anything_is_queued(folder: Path, tmp_path: Path) -> None:
    models = ("--models", "draft")
    assert "Check the name" in refusal(tmp_path / "nowhere", *models)
    assert "no folder" in refusal(folder / "navy.png", *models)
    (tmp_path / "empty").mkdir()
    assert "no picture" in refusal(tmp_path / "empty", *models)
    assert "“nobody”" in refusal(folder, "--models", "draft,nobody")
    assert "same page each time" in refusal(folder, "--models", "draft,draft")
    assert "Check the name" in refusal(folder, *models, "--prompts", folder / "none.md")
    (folder / "binary.md").write_bytes(b"\xff\xfe\x00")
    assert "UTF-8" in refusal(folder, *models, "--prompts", folder / "binary.md")
    assert "--out" in refusal(folder, *models, "--out", folder / "navy.png")
    (folder / "broken.png").write_bytes(b"no picture")
    assert "broken.png" in refusal(folder, *models)


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> dict[str, float | None]:
    """Plays a worker while the command waits: a run ends at each look, with the score for its
    mockup and model, or failed where that is None. Ctrl-C comes where there is none for a run."""
    scores: dict[str, float | None] = {}

    def play(seconds: float) -> None:
        run = Run.objects.filter(state=Run.State.QUEUED).order_by("created_at").first()
        assert run is not None
        key = f"{run.project.name} {run.variant}"
        if key not in scores:
            raise KeyboardInterrupt
        ended(run, scores[key])

    monkeypatch.setattr("workers.management.commands.arena.time.sleep", play)
    return scores


@pytest.mark.usefixtures("worker")
def test_a_failed_model_is_told_with_its_reason_and_stops_no_other(
    folder: Path, played: dict[str, float | None], tmp_path: Path
) -> None:
    kimi = endpoint("Kimi")
    played |= {"navy Draft": 0.9, "navy Kimi": None, "teal Draft": 0.8, "teal Kimi": 0.5}
    out = tmp_path / "out"
    code, told, err = arena(folder, "--models", f"draft,{kimi}", "--json", "--out", out)
    assert code == 1
    assert err.count("navy.png · Kimi: failed: ") == 1
    assert "1 of 4 runs failed." in err
    table = ArenaTable.model_validate_json(told)
    assert table.name == "Shop"
    assert [[cell and cell.score for cell in row.cells] for row in table.rows] == [
        [0.9, None],
        [0.8, 0.5],
    ]
    assert json.loads((out / "table.json").read_text()) == json.loads(told)
    assert {path.name for path in (out / "02-teal").iterdir()} == {
        "mockup.png",
        "Draft.png",
        "Kimi.png",
    }
    assert {path.name for path in (out / "01-navy").iterdir()} == {"mockup.png", "Draft.png"}
    assert png_size((out / "02-teal.png").read_bytes())[0] == 3 * WIDTH + 2 * GAP


@pytest.mark.usefixtures("worker")
def test_interrupted_it_goes_on_with_what_is_missing_and_then_begins_another_round(
    folder: Path, played: dict[str, float | None]
) -> None:
    played["navy Draft"] = 0.9
    code, out, err = arena(folder, "--models", "draft")
    assert (code, out) == (130, "")
    assert "same command goes on" in err
    assert Run.objects.count() == 2
    played["teal Draft"] = 0.7
    code, out, err = arena(folder, "--models", "draft")
    assert code == 0
    assert Run.objects.count() == 2
    played |= {"navy Draft": 0.95, "teal Draft": 0.6}
    code, out, err = arena(folder, "--models", "draft")
    assert code == 0
    assert Run.objects.count() == 4
    assert "95.0% (+5.0)" in out
    assert "60.0% (-10.0)" in out
    assert "mean      77.5% (-2.5)" in out
    assert "navy.png · Draft: 95.0%" in err


@pytest.mark.usefixtures("worker")
def test_prompts_are_held_against_each_other(folder: Path, played: dict[str, float | None]) -> None:
    kimi = endpoint("Kimi")
    for name in ("short", "long"):
        (folder / f"{name}.md").write_text(f"Be {name}.")
    prompts = ("--prompts", folder / "short.md", folder / "long.md")
    for colour in COLOURS:
        played |= {f"{colour} Kimi · short.md": 0.5, f"{colour} Kimi · long.md": 0.6}
    code, out, _ = arena(folder, "--models", kimi, *prompts, "--name", "Words")
    assert code == 0
    assert Arena.objects.get().name == "Words"
    assert out.splitlines()[0].split() == ["Kimi", "·", "short.md", "Kimi", "·", "long.md"]
    assert {run.prompt for run in Run.objects.all()} == {"Be short.", "Be long."}


@pytest.mark.usefixtures("worker")
def test_without_a_worker_any_more_it_says_that_the_runs_wait(
    folder: Path, played: dict[str, float | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "TOLD_AFTER", 0.0)
    looks = iter([True, False, False, False, True, True])
    monkeypatch.setattr("webapp.studio.queries.has_living_worker", lambda: next(looks))
    played |= {"navy Draft": 0.9, "teal Draft": 0.7}
    _, _, err = arena(folder, "--models", "draft")
    assert err.count("No worker is heard of") == 1


def test_a_line_of_the_table_has_all_that_was_taken(folder: Path) -> None:
    given = [VariantParameters(endpoint("Kimi"), "html-css")]
    mockups = []
    for path in sorted(folder.glob("*.png")):
        asset = services.create_asset(local_user(), path.name, BytesIO(path.read_bytes()))
        mockups.append(MockupParameters(str(asset.id), 1.0))
    group = services.start_round(local_user(), "Shop", mockups, given)
    first, _ = group.runs.order_by("created_at")
    lease = services.claim_run(str(first.id))
    services.append_event(str(first.id), lease, started())
    usage = Usage(input_tokens=1200, output_tokens=34, cost=0.5)
    services.append_event(str(first.id), lease, TurnFinished(turn=1, usage=usage))
    services.append_event(str(first.id), lease, revision(1, {"index.html": b"<p>"}, 0.931))
    services.append_event(str(first.id), lease, RunFinished(reason="finished"))
    Run.objects.filter(id=first.id).update(seconds=12.34)
    lines = arena_text(arena_table(Arena.objects.get())).splitlines()
    assert lines[1] == "navy.png  93.1% 12.3 s 1,234 tokens $0.50"
    assert lines[2] == "teal.png  waits"
    assert lines[3] == "mean      93.1% 12.3 s 1,234 tokens $0.50 in all of 1"
