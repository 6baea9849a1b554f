"""What a model reads is part of the product: it changes on purpose or not at all.

UPDATE_SNAPSHOTS=1 writes the snapshots anew; read the difference before it is committed.
"""

import json
import os
from pathlib import Path

import pytest

from tests.workers.agent.kit import Bench
from workers.agent.prompts import PROMPT_VERSION, SYSTEM_PROMPT
from workers.agent.runner import specs
from workers.agent.tools.registry import build_toolbox

SNAPSHOTS = Path(__file__).parent / "snapshots"


def check(name: str, text: str) -> None:
    path = SNAPSHOTS / name
    if os.environ.get("UPDATE_SNAPSHOTS"):
        SNAPSHOTS.mkdir(exist_ok=True)
        path.write_text(text)
    assert text == path.read_text()


@pytest.mark.asyncio(loop_scope="session")
async def test_tools_are_described_as_recorded(bench: Bench) -> None:
    described = [
        {"name": spec.name, "description": spec.description, "schema": spec.schema}
        for spec in specs(build_toolbox(bench.context))
    ]
    check("tools.json", json.dumps(described, indent=2, ensure_ascii=False) + "\n")


def test_the_system_prompt_is_as_recorded() -> None:
    check("system.md", f"{SYSTEM_PROMPT}\n<!-- version {PROMPT_VERSION} -->\n")
