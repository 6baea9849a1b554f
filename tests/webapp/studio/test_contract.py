"""What travels to the browser, as the front end's types and its recorded runs have it."""

import json
from pathlib import Path
from typing import get_args

import pytest
from pydantic import TypeAdapter

from webapp.studio.api import api
from webapp.studio.contract import FILES, event_definitions, schema_text
from webapp.studio.events import DurableEvent, Envelope

RECORDED = Path(__file__).resolve().parents[2] / "data" / "recorded"


@pytest.fixture(scope="module")
def recordings() -> dict[str, list[Envelope]]:
    """Every recorded run, by its name. TypeScript reduces the same files."""
    envelopes = TypeAdapter(list[Envelope])
    files = {path.stem: json.loads(path.read_bytes()) for path in RECORDED.glob("*.json")}
    return {name: envelopes.validate_python(file["envelopes"]) for name, file in files.items()}


def test_the_recorded_runs_have_every_kind_of_event(recordings: dict[str, list[Envelope]]) -> None:
    seen = {type(envelope.event) for one in recordings.values() for envelope in one}
    assert seen == set(get_args(DurableEvent))


def test_numbers_on_record_have_no_gap(recordings: dict[str, list[Envelope]]) -> None:
    for envelopes in recordings.values():
        numbers = [envelope.seq for envelope in envelopes]
        assert numbers == list(range(1, len(numbers) + 1))


def test_events_are_on_record_as_they_are_sent(recordings: dict[str, list[Envelope]]) -> None:
    for name, envelopes in recordings.items():
        file = json.loads((RECORDED / f"{name}.json").read_bytes())
        sent = [one.model_dump(mode="json", exclude_unset=True) for one in envelopes]
        assert sent == file["envelopes"]  # what was added since has its default


@pytest.mark.parametrize("name", FILES)
def test_a_schema_gives_no_type_a_title_and_leaves_no_name_open(name: str) -> None:
    assert '"title": "' not in schema_text(name)
    definitions = json.loads(schema_text(name))["$defs"]
    assert refs(definitions) <= {*definitions, *event_definitions()}


def test_what_is_sent_has_every_field() -> None:
    for definition in event_definitions().values():
        assert isinstance(definition, dict)
        if definition["type"] == "object":
            assert set(definition["required"]) == set(definition["properties"])


def test_no_type_of_the_api_shares_its_name_with_another_of_the_events() -> None:
    components = api.get_openapi_schema(path_prefix="/api/")["components"]["schemas"]
    events = event_definitions()
    shared = components.keys() & events.keys()
    assert "Envelope" in shared
    for name in shared:
        event = events[name]
        assert isinstance(event, dict)
        assert components[name]["properties"].keys() == event["properties"].keys()


def refs(node: object) -> set[str]:
    """The names that a schema refers to."""
    if isinstance(node, dict):
        own = {str(node["$ref"]).removeprefix("#/$defs/")} if "$ref" in node else set()
        return own.union(*map(refs, node.values()))
    return set().union(*map(refs, node)) if isinstance(node, list) else set()
