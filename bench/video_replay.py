"""Drafts a page of each recorded page's storyboard and does on it what was truly recorded.

`python -m bench.video_replay [--page NAME] [--read] [--group GROUP] [--out DIR]`: steps that led to
the recorded state, the least score after one, lines of script, and what axe finds on the page as it
opens. `--read`: the page is drafted from what was read of the recording, not from the truth.
"""

import argparse
import asyncio
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import django

from bench.recordings.camera import record
from bench.recordings.scripts import ALL, GROUPS, Camera, Script
from webapp.studio.blobs import FileBlobs
from workers.agent.replayed import MATCHES, Judge, matching
from workers.agent.run_task import RunEnvironment
from workers.browser.renderer import Renderer
from workers.drafting.perceive.text.reader import find_text
from workers.management.local_run import References, run_locally
from workers.management.recordings import read_storyboard, source_of, strip, told
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


async def replayed(script: Script, folder: Path, renderer: Renderer, *, read: bool) -> Row:
    """Recorded, drafted of the truth or of what was `read`, and replayed by the truth."""
    own = folder / script.page
    file = own / "recording.mp4"
    if not (own / "states.json").exists() or not file.exists():
        await asyncio.to_thread(record, script, Camera(), folder)
    blobs = FileBlobs(folder / "blobs")
    truth = read_storyboard(own / "states.json", blobs)
    storyboard = await asyncio.to_thread(read_storyboard, file, blobs) if read else truth
    source = source_of(file, storyboard, blobs)
    made = await run_locally(
        [source.mockup],
        make_model("draft"),
        RunEnvironment(blobs, renderer),
        references=References(storyboard=storyboard),
    )
    site = own / ("site-read" if read else "site")
    shutil.rmtree(site, ignore_errors=True)
    for path, data in made.files.items():
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_bytes(data)
    performed = await renderer.replay(site, truth)
    judged = (await Judge(truth, blobs, find_text).judge(performed)).replay
    (site / "replay.png").write_bytes(strip(truth, judged, blobs))
    (site / "replay.txt").write_text(told(truth, judged))
    request = RenderRequest(width=script.width, height=script.height, accessibility=True)
    checked = (await renderer.render(site, request)).accessibility
    return Row(
        page=script.page,
        steps=len(truth.actions),
        matching=matching(judged),
        least=min((step.after or 0.0 for step in judged.steps), default=0.0),
        script_lines=sum(
            len(data.splitlines()) for path, data in made.files.items() if path.endswith(".js")
        ),
        findings=len(checked.findings) if checked is not None else 0,
    )


async def measure(scripts: Sequence[Script], folder: Path, *, read: bool) -> None:
    renderer, rows = Renderer(), list[Row]()
    print("page        steps  match  least  script  axe")
    try:
        for script in scripts:
            row = await replayed(script, folder, renderer, read=read)
            rows.append(row)
            counts = f"{row.steps:5}  {row.matching:5}  {row.least:5.3f}"
            print(f"{row.page:10}  {counts}  {row.script_lines:6}  {row.findings:3}", flush=True)
    finally:
        await renderer.close()
    print(f"{sum(row.good for row in rows)} of {len(rows)} pages do all that was recorded")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--page", choices=[one.page for one in ALL])
    parser.add_argument("--out", type=Path, default=Path("var/bench/video-replay"))
    parser.add_argument("--read", action="store_true")
    parser.add_argument("--group", choices=GROUPS, default="own")
    given = parser.parse_args()
    chosen = [one for one in ALL if one.page == given.page] or GROUPS[given.group]
    django.setup()
    asyncio.run(measure(chosen, given.out, read=given.read))


if __name__ == "__main__":
    main()
