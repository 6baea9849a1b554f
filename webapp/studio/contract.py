"""Write the contract for the front end: `python -m webapp.studio.contract [--check]`.

JSON Schema of what travels to the browser; json-schema-to-typescript makes types of it. Fields with
defaults are required, for what the server sends has them all; titles are left out, for each would
become a type of its own.
"""

import argparse
import json
import sys
from pathlib import Path

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core.core_schema import DataclassField, ModelField, TypedDictField

from webapp.studio.events import Envelope
from webapp.studio.live.frames import Frame
from webapp.studio.view import RunView

TARGET = Path(__file__).resolve().parents[2] / "frontend/src/protocol/schema.json"


class Protocol(BaseModel):
    """The roots of the contract; a name for each, and nothing more."""

    frame: Frame
    envelope: Envelope
    run_view: RunView


class _AsSent(GenerateJsonSchema):
    """Every field is there, and no field is a type of its own."""

    def field_is_required(
        self, field: ModelField | DataclassField | TypedDictField, total: bool
    ) -> bool:
        return True

    def field_title_should_be_set(self, schema: object) -> bool:
        return False


def schema_text() -> str:
    """The schema as it should lie in the file."""
    schema = Protocol.model_json_schema(mode="serialization", schema_generator=_AsSent)
    return json.dumps(_without_titles(schema), indent=2) + "\n"


def _without_titles(node: object) -> object:
    """Drop the titles that pydantic gives to whole models; their names are the keys of $defs."""
    if isinstance(node, dict):
        return {
            key: _without_titles(value)
            for key, value in node.items()
            if not (key == "title" and isinstance(value, str))
        }
    return [_without_titles(one) for one in node] if isinstance(node, list) else node


def main() -> int:
    parser = argparse.ArgumentParser(description="Write the front end's JSON Schema.")
    parser.add_argument("--check", action="store_true", help="fail where the file is stale")
    text = schema_text()
    if not parser.parse_args().check:
        TARGET.parent.mkdir(parents=True, exist_ok=True)
        TARGET.write_text(text)
        return 0
    if TARGET.is_file() and TARGET.read_text() == text:
        return 0
    sys.stderr.write(f"{TARGET} is stale. Run: python -m webapp.studio.contract\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
