"""The scripted model plays what it is given."""

import json

import pytest

from tests.workers.agent.kit import Bench
from webapp.studio.events import TextDelta
from workers.agent.errors import UnknownModel
from workers.agent.loop import run
from workers.agent.protocols import CallChunk, FileChunk, Task, Transcript
from workers.agent.tools.registry import build_toolbox
from workers.models import MODELS, make_model
from workers.models.simulated.scripted import ScriptedCall, ScriptedModel, ScriptedTurn

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_built_in_script_runs_to_its_end(bench: Bench) -> None:
    events = await bench.play(ScriptedModel())
    assert [event.ok for event in events if event.type == "tool_finished"] == [True] * 8
    assert events[-1].type == "run_finished"


async def test_a_script_in_the_prompt_is_played(bench: Bench) -> None:
    prompt = json.dumps([{"text": "From the prompt", "calls": [{"name": "list_files"}]}])
    task = Task(bench.task.mockups, "html-css", prompt, bench.task.limits)
    chunks = ScriptedModel().turn(Transcript(task), (), bench.blobs)
    assert "list_files" in [one.call.name async for one in chunks if isinstance(one, CallChunk)]


async def test_a_file_streams_in_before_its_call(bench: Bench) -> None:
    content = "<p>" + "word " * 20
    write = ScriptedCall(name="write_file", arguments={"path": "a.html", "content": content})
    model = ScriptedModel((ScriptedTurn(calls=(write,)),))
    chunks = [one async for one in model.turn(Transcript(bench.task), (), bench.blobs)]
    files = [one for one in chunks if isinstance(one, FileChunk)]
    assert "".join(one.text for one in files) == content
    assert [one.start for one in files][:2] == [True, False]


async def test_text_reaches_the_watcher_while_it_is_said(bench: Bench) -> None:
    model = ScriptedModel((ScriptedTurn(text="A long sentence that comes in several pieces."),))
    tools = build_toolbox(bench.context)
    deltas = [
        event.text
        async for event in run(bench.task, model, tools, bench.workspace, bench.blobs)
        if isinstance(event, TextDelta)
    ]
    assert len(deltas) > 1
    assert "".join(deltas) == "A long sentence that comes in several pieces."


async def test_an_unknown_model_is_named_with_those_there_are() -> None:
    with pytest.raises(UnknownModel, match="scripted"):
        make_model("gpt-0")


@pytest.mark.parametrize("model_id", ["scripted", "chaos"])
async def test_every_test_model_can_be_made(model_id: str) -> None:
    assert make_model(model_id).ref.id == model_id
    assert model_id in MODELS
