"""What a model reads is part of the product: it changes on purpose or not at all.

UPDATE_SNAPSHOTS=1 writes the snapshots anew; read the difference before it is committed.
"""

import json
import os
from pathlib import Path

import pytest

from tests.workers.agent.kit import Bench
from webapp.studio import stacks
from workers.agent.errors import UnknownStack
from workers.agent.prompts import EDIT_SELECTION, FOLLOW_UP, PROMPT_VERSION, STACKS, system_prompt
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


@pytest.mark.parametrize("stack", STACKS)
def test_the_system_prompt_of_each_stack_is_as_recorded(stack: str) -> None:
    check(f"system-{stack}.md", f"{system_prompt(stack)}\n<!-- version {PROMPT_VERSION} -->\n")


@pytest.mark.parametrize(
    ("name", "text"), [("follow_up", FOLLOW_UP), ("edit_selection", EDIT_SELECTION)]
)
def test_what_comes_with_words_is_as_recorded(name: str, text: str) -> None:
    check(f"{name}.md", f"{text}\n")


def test_every_stack_on_offer_has_its_block() -> None:
    assert {option.id for option in stacks.STACKS} == set(STACKS)
    with pytest.raises(UnknownStack, match="svelte"):
        system_prompt("svelte")
