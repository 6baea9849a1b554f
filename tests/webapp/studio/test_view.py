"""Snapshot + events = fresh snapshot, over recorded runs; TypeScript tests the same files."""

import json
from typing import get_args

import pytest

from tests.webapp.recorded import FOLDER, Recording, recordings
from webapp.studio.contract import schema_text
from webapp.studio.events import DurableEvent
from webapp.studio.view import RunView, reduce, reduce_all

RECORDINGS = recordings()


@pytest.fixture(params=RECORDINGS)
def recording(request: pytest.FixtureRequest) -> Recording:
    return RECORDINGS[request.param]


def test_a_snapshot_and_the_events_after_it_are_a_fresh_snapshot(recording: Recording) -> None:
    fresh = reduce_all(recording.envelopes)
    for seq in range(len(recording.envelopes) + 1):
        stored = RunView.model_validate_json(recording.view_at(seq).model_dump_json())
        assert reduce_all(recording.after(seq), stored) == fresh


def test_an_event_that_is_known_already_changes_nothing(recording: Recording) -> None:
    view = reduce_all(recording.envelopes)
    for envelope in recording.envelopes:
        assert reduce(view, envelope) is view


def test_the_snapshots_on_record_are_still_what_the_rules_make(recording: Recording) -> None:
    assert max(recording.snapshots) == len(recording.envelopes)
    for seq, snapshot in recording.snapshots.items():
        assert recording.view_at(seq) == snapshot


def test_the_recorded_runs_have_every_kind_of_event() -> None:
    seen = {type(envelope.event) for one in RECORDINGS.values() for envelope in one.envelopes}
    assert seen == set(get_args(DurableEvent))


def test_numbers_on_record_have_no_gap(recording: Recording) -> None:
    numbers = [envelope.seq for envelope in recording.envelopes]
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_recordings_hold_nothing_but_envelopes_and_snapshots() -> None:
    for path in FOLDER.glob("*.json"):
        assert set(json.loads(path.read_bytes())) == {"envelopes", "snapshots"}


def test_the_schema_lists_every_field_as_present_and_gives_no_field_a_name() -> None:
    schema = json.loads(schema_text())
    for definition in schema["$defs"].values():
        if definition["type"] == "object":
            assert set(definition["required"]) == set(definition["properties"])
            assert all("title" not in field for field in definition["properties"].values())
