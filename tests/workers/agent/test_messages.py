"""What the person says to a run after its start: when it is read, and what becomes of the files."""

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.workers.agent.kit import Bench, MakeBench, kinds, recorded, revisions
from tests.workers.models.stand_in import JSON, Reply, StandIn, calls, says, stand_in
from webapp.studio.events import (
    TRANSIENT_TYPES,
    Event,
    FilesEdited,
    Limits,
    MessageReceived,
    RunFailed,
    RunFinished,
    RunResumed,
    RunStarted,
    Selection,
    ToolFinished,
)
from workers.agent.loop import run
from workers.agent.run_task import RunEnvironment, run_task
from workers.agent.tools.registry import build_toolbox
from workers.agent.transcript import Progress
from workers.models.endpoint.model import ClientModel
from workers.models.endpoint.request import Endpoint

pytestmark = pytest.mark.asyncio(loop_scope="session")

LIGHT = "<!doctype html><title>A</title><link rel=stylesheet href=style.css><p>Hello"
STYLE = "".join(f".rule-{number} {{ margin: {number}px }}\n" for number in range(500))
FIRST_CALLS: tuple[tuple[str, JSON], ...] = (
    ("write_file", {"path": "index.html", "content": LIGHT}),
    ("write_file", {"path": "style.css", "content": STYLE}),
    ("compare", {}),
)
FIRST = (
    calls(*FIRST_CALLS),
    calls(("finish", {"summary": "There it is."}), first=3),
)
EDIT = {"path": "style.css", "edits": [{"search": "margin: 7px", "replace": "margin: 8px"}]}


def second(at: int = 4) -> tuple[Reply, ...]:
    return (
        calls(("edit_file", EDIT), ("compare", {}), first=at),
        calls(("finish", {"summary": "The margin is wider."}), first=at + 2),
    )


class Somebody:
    """Hands out messages when it is asked for the nth time, each once, as the record does; wants a
    pause from when that is asked for the nth time."""

    def __init__(
        self, pause_at: int | None = None, edit: FilesEdited | None = None, **said: MessageReceived
    ) -> None:
        self.edit = edit
        self.said = {int(key.removeprefix("at_")): one for key, one in said.items()}
        self.asked = 0
        self.pause_at = pause_at
        self.steps = 0

    async def wants_pause(self) -> bool:
        self.steps += 1
        return self.pause_at is not None and self.steps >= self.pause_at

    async def messages(self) -> tuple[MessageReceived, ...]:
        self.asked += 1
        due = [at for at in sorted(self.said) if at <= self.asked]
        return tuple(self.said.pop(at) for at in due)

    async def edits(self) -> tuple[FilesEdited, ...]:
        edit, self.edit = self.edit, None
        return () if edit is None else (edit,)


def says_to(text: str, revision: int | None = None) -> MessageReceived:
    return MessageReceived(message_id=1, text=text, revision=revision)


def model_of(server: StandIn) -> ClientModel:
    return ClientModel(Endpoint(server.url, "kimi-k2.5", "", idle_timeout=10.0, pauses=(0.0,)))


async def play(
    bench: Bench, replies: Sequence[Reply], person: Somebody, earlier: Sequence[Event] = ()
) -> tuple[list[Event], StandIn]:
    """The run's further events, and the endpoint that it talked to."""
    with stand_in(*replies) as server:
        model = model_of(server)
        tools = build_toolbox(bench.context)
        progress = bench.context.progress = Progress.replay(recorded(list(earlier)))
        events = run(bench.task, model, tools, bench.workspace, bench.blobs, progress, person)
        return [one async for one in events if not isinstance(one, TRANSIENT_TYPES)], server


def last_words(request: JSON) -> str:
    """What the person says at the end of a request."""
    *_, message = request["messages"]
    assert message["role"] == "user"
    return "\n".join(part.get("text", "") for part in message["content"])


async def test_words_to_a_run_at_work_are_read_before_its_next_turn(bench: Bench) -> None:
    person = Somebody(at_2=says_to("And in German"))
    events, server = await play(bench, FIRST, person)
    told = kinds(events)
    assert told.count("message_received") == 1
    at = told.index("message_received")
    assert told[at - 1] == "tool_finished"  # not between the calls of a turn
    assert told[at + 1] == "turn_started"
    assert "And in German" in last_words(server.requests[1])
    assert "And in German" not in json.dumps(server.requests[0])


async def test_words_that_come_as_the_model_finishes_are_still_read(bench: Bench) -> None:
    person = Somebody(at_3=says_to("A wider margin"))
    events, server = await play(bench, [*FIRST, *second()], person)
    assert len(server.requests) == 4
    assert "A wider margin" in last_words(server.requests[2])
    assert events[-1] == RunFinished(reason="finished", best_revision=1)
    assert len(revisions(events)) == 2


async def test_an_ended_run_goes_on_with_its_files_and_changes_only_what_was_asked(
    make_bench: MakeBench,
) -> None:
    first, _ = await play(make_bench(), FIRST, Somebody())
    earlier = [*first, RunResumed(attempt=2, reason="continued")]
    bench = make_bench()
    person = Somebody(at_1=says_to("A wider margin", revision=1))  # the last: nothing is set back
    events, server = await play(bench, second(), person, earlier)
    before, after = revisions(first)[-1].files, revisions(events)[-1].files
    assert before[0] == after[0]  # index.html, byte for byte
    changed = bench.blobs.get(after[1].sha256).decode().splitlines()
    assert [a for a, b in zip(STYLE.splitlines(), changed, strict=True) if a != b] == [
        ".rule-7 { margin: 7px }"
    ]
    request = server.requests[0]
    roles = [message["role"] for message in request["messages"]]
    assert roles[:3] == ["system", "user", "assistant"]  # all that was said before
    assert "A wider margin" in last_words(request)
    assert "files are those of" not in last_words(request)
    assert events[-1] == RunFinished(reason="finished", best_revision=1)


async def test_words_of_earlier_runs_are_recorded_and_rule_the_result_as_those_of_this_one_do(
    bench: Bench,
) -> None:
    bench.task = replace(bench.task, earlier_words=("A dark page",))
    black = "<!doctype html><title>A</title><body style='background: #000; color: #fff'>Hello"
    darker = calls(
        ("write_file", {"path": "index.html", "content": black}), ("compare", {}), first=3
    )
    end = calls(("finish", {"summary": "Dark.", "revision": 2}), first=5)
    events, server = await play(bench, [FIRST[0], darker, end], Somebody())
    assert isinstance(events[0], RunStarted)
    assert events[0].earlier_words == ("A dark page",)
    assert "The person wrote:\nA dark page" in last_words(server.requests[0])
    light, dark = revisions(events)
    assert dark.score.total < light.score.total
    assert events[-1] == RunFinished(reason="finished", best_revision=1, declared_revision=2)


async def test_words_to_an_older_revision_go_on_from_its_files(make_bench: MakeBench) -> None:
    first, _ = await play(make_bench(), [FIRST[0], *second(3)], Somebody())
    assert len(revisions(first)) == 2
    earlier = [*first, RunResumed(attempt=2, reason="continued")]
    bench = make_bench()
    person = Somebody(at_1=says_to("Only the title", revision=1))
    title = {"path": "index.html", "edits": [{"search": ">A<", "replace": ">B<"}]}
    replies = [
        calls(("edit_file", title), ("compare", {}), first=6),
        calls(("finish", {"summary": "Done."}), first=8),
    ]
    events, server = await play(bench, replies, person, earlier)
    assert "The files are those of revision 1 again." in last_words(server.requests[0])
    third = revisions(events)[-1]
    assert third.number == 3
    assert bench.blobs.get(third.files[1].sha256).decode() == STYLE  # without the wider margin
    assert b">B<" in bench.blobs.get(third.files[0].sha256)
    assert bench.workspace.files() == third.files  # on the disk as in the record


async def test_the_revision_that_words_go_on_from_is_the_result_until_there_is_a_newer_one(
    make_bench: MakeBench,
) -> None:
    first, _ = await play(make_bench(), [FIRST[0], *second(3)], Somebody())
    earlier = [*first, RunResumed(attempt=2, reason="continued")]
    said = says_to("Was the first one better?", revision=1)
    progress = Progress.replay(recorded([*earlier, said]))
    assert progress.declared == 1
    assert not progress.finished
    newer = revisions(first)[0].model_copy(update={"number": 3})
    progress.note(newer)
    assert progress.declared is None


async def test_a_model_that_only_answers_has_still_read_the_words(make_bench: MakeBench) -> None:
    first, _ = await play(make_bench(), FIRST, Somebody())
    earlier = [*first, RunResumed(attempt=2, reason="continued")]
    person = Somebody(at_1=says_to("Which colours are these?"))
    events, server = await play(make_bench(), [says("Grey and black.")], person, earlier)
    assert len(server.requests) == 1
    assert events[-1] == RunFinished(reason="finished", best_revision=1)


async def test_words_that_find_the_budget_spent_wait_for_the_next(make_bench: MakeBench) -> None:
    bench = make_bench(Limits(steps=3))
    person = Somebody(at_2=says_to("And in German"))
    events, _ = await play(bench, FIRST, person)
    assert events[-1] == RunFinished(reason="budget", best_revision=1)
    assert "message_received" not in kinds(events)
    assert person.said


async def test_a_run_cut_off_after_words_goes_on_with_them(make_bench: MakeBench) -> None:
    person = Somebody(at_3=says_to("A wider margin"))
    whole, _ = await play(make_bench(), [*FIRST, *second()], person)
    cut = kinds(whole).index("message_received") + 1
    earlier = [*whole[:cut], RunResumed(attempt=2, reason="worker_lost")]
    events, server = await play(make_bench(), second(), Somebody(), earlier)
    assert "A wider margin" in last_words(server.requests[0])
    assert events[-1] == whole[-1]


async def test_a_question_ends_the_run_until_the_person_answers(make_bench: MakeBench) -> None:
    asks = calls(("ask", {"question": "Which language?"}), ("list_files", {}))
    first, _ = await play(make_bench(), [asks], Somebody())
    assert first[-1] == RunFinished(reason="asked", best_revision=None)
    assert "Which language?" in [one.for_ui for one in first if isinstance(one, ToolFinished)]
    earlier = [*first, RunResumed(attempt=2, reason="continued")]
    person = Somebody(at_1=says_to("German"))
    replies = [calls(*FIRST_CALLS, first=2), calls(("finish", {"summary": "Fertig."}), first=5)]
    events, server = await play(make_bench(), replies, person, earlier)
    assert "German" in last_words(server.requests[0])
    assert events[-1] == RunFinished(reason="finished", best_revision=1)


async def test_a_question_to_nobody_is_not_on_offer(bench: Bench) -> None:
    assert "ask" in build_toolbox(bench.context)
    assert "ask" not in build_toolbox(bench.context, can_ask=False)
    environment = RunEnvironment(bench.blobs, bench.context.renderer)
    with stand_in(says("I am done."), says("Really.")) as server:
        async for _ in run_task(bench.task, model_of(server), environment):
            pass
    offered = {tool["function"]["name"] for tool in server.requests[0]["tools"]}
    assert "compare" in offered
    assert "ask" not in offered


async def test_a_model_knows_its_budget_and_is_warned_before_it_is_spent(
    make_bench: MakeBench,
) -> None:
    bench = make_bench(Limits(steps=8, seconds=90))
    _, server = await play(bench, FIRST, Somebody())
    task = json.dumps(server.requests[0]["messages"][1])
    assert "You have 8 tool calls and 1.5 minutes" in task
    assert "5 tool calls are left" in json.dumps(server.requests[1]["messages"])
    last, server = await play(make_bench(Limits(steps=3)), FIRST, Somebody())
    assert "0 tool calls" not in str(last)
    roomy, server = await play(make_bench(Limits(steps=9)), FIRST, Somebody())
    assert roomy[-1] == RunFinished(reason="finished", best_revision=1)
    assert "calls are left" not in json.dumps(server.requests[1]["messages"])


async def test_a_model_that_repeats_itself_is_told_and_then_ended(bench: Bench) -> None:
    again = [calls(("list_files", {}), first=number) for number in range(12)]
    events, server = await play(bench, again, Somebody())
    assert events[-1] == RunFailed(
        code="model_stuck",
        detail="It made 8 calls in a row that gave nothing new.",
        best_revision=None,
    )
    assert len(server.requests) == 9
    told = ["Do it another way" in json.dumps(request["messages"]) for request in server.requests]
    assert told == [False] * 3 + [True] * 6


async def test_what_was_set_back_and_left_as_it_is_makes_no_new_revision(
    make_bench: MakeBench,
) -> None:
    first, _ = await play(make_bench(), [FIRST[0], *second(3)], Somebody())
    earlier = [*first, RunResumed(attempt=2, reason="continued")]
    person = Somebody(at_1=says_to("Just this one, please", revision=1))
    replies = [calls(("compare", {}), first=6), calls(("finish", {"summary": "Done."}), first=7)]
    events, _ = await play(make_bench(), replies, person, earlier)
    assert revisions(events) == []
    assert events[-1] == RunFinished(reason="finished", best_revision=1, declared_revision=1)


async def test_a_pause_waits_for_the_call_under_way_and_goes_on_with_the_next(
    make_bench: MakeBench,
) -> None:
    first, server = await play(make_bench(), FIRST, Somebody(pause_at=3))
    assert first[-1].type == "run_finished"
    assert isinstance(first[-1], RunFinished)
    assert first[-1].reason == "paused"
    calls_done = [event.call_id for event in first if isinstance(event, ToolFinished)]
    assert calls_done[0] == "functions.write_file:0"
    assert "functions.write_file:1" not in calls_done
    assert first[-1].best_revision == 1  # what is there is measured
    assert len(server.requests) == 1

    earlier = [*first, RunResumed(attempt=2, reason="continued")]
    events, server = await play(make_bench(), FIRST[1:], Somebody(), earlier)
    assert [one.call_id for one in events if isinstance(one, ToolFinished)] == [
        "functions.write_file:1",
        "functions.compare:2",
        "functions.finish:3",
    ]
    assert isinstance(events[-1], RunFinished)
    assert events[-1].reason == "finished"


async def test_a_run_that_is_done_is_not_paused(bench: Bench) -> None:
    last = len(FIRST_CALLS) + 3  # of its steps: two turns, and finish
    events, _ = await play(bench, FIRST, Somebody(pause_at=last + 1))
    assert isinstance(events[-1], RunFinished)
    assert events[-1].reason == "finished"


SELECTION = Selection(page="index.html", selector="p", first_line=1, last_line=1, source="<p>Hello")


@pytest.mark.parametrize(
    ("search", "selection", "is_told"),
    [
        ("<p>Hello", SELECTION, False),
        ("<title>A", SELECTION, True),
        ("<title>A", None, False),
    ],
)
async def test_what_changes_besides_the_selected_element_is_told(
    make_bench: MakeBench, search: str, selection: Selection | None, is_told: bool
) -> None:
    first, _ = await play(make_bench(), FIRST, Somebody())
    said = MessageReceived(message_id=1, text="Say Hi", selection=selection)
    edit = {"path": "index.html", "edits": [{"search": search, "replace": f"{search}!"}]}
    replies = [
        calls(("edit_file", edit), ("compare", {}), first=4),
        calls(("finish", {"summary": "Done."}), first=6),
    ]
    earlier = [*first, RunResumed(attempt=2, reason="continued")]
    events, server = await play(make_bench(), replies, Somebody(at_1=said), earlier)
    compared = next(
        one for one in events if isinstance(one, ToolFinished) and one.call_id.endswith("compare:5")
    )
    told = json.dumps([part.model_dump() for part in compared.for_model])
    assert ("changed_outside_selection" in told) is is_told
    assert ("outside the selected element" in compared.for_ui) is is_told
    assert ("They selected this element" in last_words(server.requests[0])) is bool(selection)
