"""Write the contract for the front end: `python -m webapp.studio.contract [--check]`.

Two JSON Schemas, of which json-schema-to-typescript makes types: what travels over the websocket,
and the components of the API's OpenAPI document. Titles are left out, for each would become a type
of its own.
"""

import argparse
import json
import os
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")
django.setup()  # before what needs models

from webapp.studio.api import api  # noqa: E402
from webapp.studio.live.frames import frame_adapter  # noqa: E402

Definitions = dict[str, object]  # JSON Schemas by name

FOLDER = Path(__file__).resolve().parents[2] / "frontend/src/protocol"


def event_definitions() -> Definitions:
    """The frames of the websocket, and so the events in them."""
    return dict(frame_adapter.json_schema(mode="serialization")["$defs"])


def api_definitions() -> Definitions:
    """What the API takes and answers with, but for what is among the events already."""
    components = api.get_openapi_schema(path_prefix="/api/")["components"]["schemas"]
    text = json.dumps(components).replace("#/components/schemas/", "#/$defs/")
    events = event_definitions()
    return {name: one for name, one in json.loads(text).items() if name not in events}


FILES = {"events.schema.json": event_definitions, "api.schema.json": api_definitions}


def schema_text(name: str) -> str:
    """A schema as it should lie in its file."""
    return json.dumps({"$defs": _without_titles(FILES[name]())}, indent=2) + "\n"


def _without_titles(node: object) -> object:
    """Drop the titles that pydantic gives to models and fields; a field called title stays."""
    if isinstance(node, dict):
        return {
            key: _without_titles(value)
            for key, value in node.items()
            if not (key == "title" and isinstance(value, str))
        }
    return [_without_titles(one) for one in node] if isinstance(node, list) else node


def main() -> int:
    parser = argparse.ArgumentParser(description="Write the front end's JSON Schemas.")
    parser.add_argument("--check", action="store_true", help="fail where a file is stale")
    check = parser.parse_args().check
    stale = []
    for name in FILES:
        path, text = FOLDER / name, schema_text(name)
        if path.is_file() and path.read_text() == text:
            continue
        stale.append(name)
        if not check:
            path.write_text(text)
    if check and stale:
        sys.stderr.write(f"stale: {', '.join(stale)}. Run: python -m webapp.studio.contract\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
