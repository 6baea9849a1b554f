"""No page of tests/data/pages comes out worse than it did: a floor under each one's score."""

import hashlib
import json
from pathlib import Path

import pytest

from webapp.studio.blobs import FileBlobs
from workers.agent.run_task import RunEnvironment
from workers.browser.renderer import Renderer
from workers.management.local_run import mockup_of, run_locally
from workers.models import make_model

PAGES = Path(__file__).parents[3] / "data" / "pages"
FLOORS: dict[str, float] = json.loads((PAGES / "floors.json").read_text())
SLACK = 0.002  # fonts and browsers of two machines differ by less
SCALES = {"mobile-list": 2.0}


def test_every_page_has_a_floor() -> None:
    assert FLOORS.keys() == {path.stem for path in PAGES.glob("*.html")}


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("name", FLOORS)
async def test_no_page_scores_lower_than_it_did(
    name: str, renderer: Renderer, tmp_path: Path
) -> None:
    path = PAGES / f"{name}.png"
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    mockup = mockup_of(path, sha256, SCALES.get(name, 1.0))
    environment = RunEnvironment(FileBlobs(tmp_path), renderer)
    page = await run_locally([mockup], make_model("draft"), environment)
    score = page.result.score.total
    assert score >= FLOORS[name], (
        f"{name} scores {score:.4f}, and was held at {FLOORS[name]:.4f}. If that is the price of "
        f"something better, write {score - SLACK:.4f} into tests/data/pages/floors.json and say "
        "so in the commit."
    )
