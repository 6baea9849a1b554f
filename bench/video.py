"""How well recordings are read: `python -m bench.video [--out DIR] [--page NAME] [--group GROUP]`.

Records each page of `bench/recordings` unless DIR has it, reads it, and prints states F1, actions'
precision and recall (kind and target), seconds against the recording's own, and memory.
"""

import argparse
import hashlib
import resource
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from bench.recordings.camera import record
from bench.recordings.results import Match, match
from bench.recordings.scripts import CAMERAS, GROUPS, Camera, Script
from webapp.studio.storyboard import Storyboard
from workers.recording import read_recording

GOALS = {"states": 0.95, "precision": 0.9, "recall": 0.9}


@dataclass(frozen=True)
class Reading:
    """One recording, read. `seconds` is how long reading took; `recorded`, whether it had to be
    recorded first."""

    name: str
    camera: Camera
    length: float
    seconds: float
    match: Match
    recorded: bool


def read(script: Script, camera: Camera, out: Path) -> Reading:
    """Record the page unless `out` has it, and read it."""
    folder = out / script.page
    file = folder / f"recording{camera.suffix}"
    recorded = not file.exists() or not (folder / "states.json").exists()
    if recorded:
        record(script, camera, out)
    truth = Storyboard.model_validate_json((folder / "states.json").read_text())
    pictures: dict[str, bytes] = {}

    def store(png: bytes) -> str:
        digest = hashlib.sha256(png).hexdigest()
        pictures[digest] = png
        return digest

    began = time.monotonic()
    found = read_recording(file, store)
    seconds = time.monotonic() - began
    seen = folder / "found"
    seen.mkdir(exist_ok=True)
    for state in found.states:
        (seen / f"{state.id}.png").write_bytes(pictures[state.picture])
    (folder / "found.json").write_text(found.model_dump_json(indent=2))
    matched = match(truth, folder / "states", found, seen)
    return Reading(script.page, camera, truth.recording.seconds, seconds, matched, recorded)


def row(reading: Reading) -> str:
    found, camera = reading.match, reading.camera
    cursor = "cursor" if camera.cursor else "none"
    return (
        f"{reading.name:<12}{camera.fps:>4} fps {camera.scale}x {cursor:<7}crf {camera.crf:<3}"
        f" states {found.right_states}/{found.found_states}/{found.true_states}"
        f" F1 {found.states_f1:.2f}  actions {found.kinds}:{found.right_actions}/"
        f"{found.found_actions}/{found.true_actions} P {found.precision:.2f} R {found.recall:.2f}"
        f"  {reading.seconds:.1f} s of {reading.length:.1f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("var/bench/video"))
    parser.add_argument("--page")
    parser.add_argument("--group", choices=GROUPS, default="own")
    parser.add_argument("--camera", type=int, choices=range(len(CAMERAS)))
    given = parser.parse_args()
    readings = []
    for index, script in enumerate(GROUPS[given.group]):
        if given.page in (None, script.page):
            number = index % len(CAMERAS) if given.camera is None else given.camera
            readings.append(read(script, CAMERAS[number], given.out))
            print(row(readings[-1]), flush=True)
    means = {
        "states": fmean(one.match.states_f1 for one in readings),
        "precision": fmean(one.match.precision for one in readings),
        "recall": fmean(one.match.recall for one in readings),
    }
    for name, value in means.items():
        print(
            f"{name:<10} {value:.3f}  goal {GOALS[name]}  {'ok' if value >= GOALS[name] else '—'}"
        )
    slower = sum(one.seconds > one.length for one in readings)
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{slower} of {len(readings)} took longer than the recording")
    if not any(one.recorded for one in readings):  # a browser would count as well
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        print(f"memory: {peak} MB at most while decoding")
    print(f"memory: {own} MB at most while naming")


if __name__ == "__main__":
    main()
