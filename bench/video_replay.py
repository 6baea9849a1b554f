"""Drafts a page of each recorded page's true storyboard and does on it what was recorded.

`python -m bench.video_replay [--page NAME]`: steps that led to the recorded state, the least score
after one, lines of script, and what axe finds on the page as it opens.
"""

import argparse
import asyncio
import tempfile
from dataclasses import dataclass
from pathlib import Path

import django

from bench.recordings.camera import record
from bench.recordings.scripts import SCRIPTS, Camera, Script
from webapp.studio.blobs import FileBlobs
from workers.agent.replayed import MATCHES, matching
from workers.agent.run_task import RunEnvironment
from workers.browser.renderer import Renderer
from workers.management.local_run import References, run_locally
from workers.management.recordings import read_storyboard, source_of
from workers.models import make_model
from workers.shot import RenderRequest


@dataclass(frozen=True)
class Row:
    """What became of a recording."""

    page: str
    steps: int
    matching: int
    least: float
    script_lines: int
    findings: int

    @property
    def good(self) -> bool:
        return self.matching == self.steps and self.least >= MATCHES


async def replayed(script: Script, folder: Path, renderer: Renderer) -> Row:
    """Recorded, drafted and replayed."""
    await asyncio.to_thread(record, script, Camera(fps=10), folder)
    blobs = FileBlobs(folder / "blobs")
    storyboard = read_storyboard(folder / script.page / "states.json", blobs)
    source = source_of(folder / script.page / "states.json", storyboard, blobs)
    made = await run_locally(
        [source.mockup],
        make_model("draft"),
        RunEnvironment(blobs, renderer),
        references=References(storyboard=storyboard),
    )
    site = folder / script.page / "site"
    for path, data in made.files.items():
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_bytes(data)
    request = RenderRequest(width=script.width, height=script.height, accessibility=True)
    checked = (await renderer.render(site, request)).accessibility
    steps = made.replay.steps if made.replay is not None else ()
    return Row(
        page=script.page,
        steps=len(storyboard.actions),
        matching=matching(made.replay) if made.replay is not None else 0,
        least=min((step.after or 0.0 for step in steps), default=0.0),
        script_lines=sum(
            len(data.splitlines()) for path, data in made.files.items() if path.endswith(".js")
        ),
        findings=len(checked.findings) if checked is not None else 0,
    )


async def measure(scripts: tuple[Script, ...]) -> None:
    renderer, rows = Renderer(), list[Row]()
    print("page        steps  match  least  script  axe")
    with tempfile.TemporaryDirectory(prefix="mockwright-") as folder:
        try:
            for script in scripts:
                row = await replayed(script, Path(folder), renderer)
                rows.append(row)
                counts = f"{row.steps:5}  {row.matching:5}  {row.least:5.3f}"
                print(
                    f"{row.page:10}  {counts}  {row.script_lines:6}  {row.findings:3}", flush=True
                )
        finally:
            await renderer.close()
    print(f"{sum(row.good for row in rows)} of {len(rows)} pages do all that was recorded")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--page", choices=[script.page for script in SCRIPTS])
    page = parser.parse_args().page
    django.setup()
    asyncio.run(measure(tuple(one for one in SCRIPTS if page in (None, one.page))))


if __name__ == "__main__":
    main()
