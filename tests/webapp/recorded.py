"""Recorded runs with snapshots along the way, for the tests of both languages.

`tests/data/recorded/*.json`: {"envelopes": [Envelope…], "snapshots": {"<seq>": RunView…}}. After a
deliberate change to `view.py`, `python -m tests.webapp.recorded` writes the snapshots anew.
"""

from pathlib import Path

from pydantic import BaseModel

from webapp.studio.events import Envelope
from webapp.studio.view import RunView, reduce_all

FOLDER = Path(__file__).resolve().parents[1] / "data" / "recorded"


class Recording(BaseModel):
    """A run as it was recorded. Snapshots are keyed by the number of the event they follow."""

    envelopes: tuple[Envelope, ...]
    snapshots: dict[int, RunView] = {}

    def view_at(self, seq: int) -> RunView:
        return reduce_all(envelope for envelope in self.envelopes if envelope.seq <= seq)

    def after(self, seq: int) -> tuple[Envelope, ...]:
        return tuple(envelope for envelope in self.envelopes if envelope.seq > seq)


def recordings() -> dict[str, Recording]:
    """Every recorded run by its name."""
    paths = sorted(FOLDER.glob("*.json"))
    return {path.stem: Recording.model_validate_json(path.read_bytes()) for path in paths}


def main() -> None:
    for name, recording in recordings().items():
        last = len(recording.envelopes)
        places = sorted({1, last // 3, 2 * last // 3, last})
        recording.snapshots = {seq: recording.view_at(seq) for seq in places}
        text = recording.model_dump_json(indent=1)
        (FOLDER / f"{name}.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
