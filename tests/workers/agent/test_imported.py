"""A page that a person imports: their first revision, measured, and no turn of the model."""

from dataclasses import replace

import pytest

from tests.workers.agent.kit import Bench, kinds, recorded, revisions
from tests.workers.agent.test_base import EDIT, FILES, turns, with_base
from webapp.studio.events import MessageReceived, ModelRef, RunFinished, RunResumed, RunStarted
from workers.agent.protocols import Mockup, Task
from workers.agent.transcript import Progress
from workers.jobs.imported import with_imported_pages

pytestmark = pytest.mark.asyncio(loop_scope="session")
BLIND = ModelRef(id="draft", prompt_version="1")


def importing(bench: Bench) -> Bench:
    bench = with_base(bench)
    bench.task = bench.context.task = replace(bench.task, imports_base=True)
    return bench


async def test_its_files_are_the_first_revision_and_the_persons(bench: Bench) -> None:
    model = turns(("edit_file", EDIT))  # which has no turn
    events = await importing(bench).play(model)
    assert isinstance(events[0], RunStarted)
    assert events[0].imported
    (saved,) = revisions(events)
    assert (saved.files, saved.author) == (bench.task.base, "person")
    assert "turn_started" not in kinds(events)
    assert events[-1] == RunFinished(reason="finished", best_revision=1)


async def test_a_worker_that_was_lost_measures_it_once_more(bench: Bench) -> None:
    whole = await importing(bench).play(turns(("edit_file", EDIT)))
    before = [whole[0], RunResumed(attempt=2, reason="worker_lost")]
    progress = Progress.replay(recorded(before))
    rest = await bench.play(turns(("edit_file", EDIT)), progress)
    assert [one.author for one in revisions(rest)] == ["person"]
    assert "turn_started" not in kinds(rest)


async def test_words_about_it_go_to_the_model_which_finds_its_files(bench: Bench) -> None:
    before = await importing(bench).play(turns(("edit_file", EDIT)))
    said = MessageReceived(message_id=1, text="Say Hello", revision=1)
    resumed = RunResumed(attempt=2, reason="continued")
    progress = Progress.replay(recorded([*before, resumed, said]))
    rest = await bench.play(turns(("edit_file", EDIT), ("compare", {}), ("finish", {})), progress)
    (saved,) = revisions(rest)
    assert (saved.number, saved.author) == (2, "model")
    page = next(file for file in saved.files if file.path == "index.html")
    assert b"Hello" in bench.blobs.get(page.sha256)
    assert len(saved.files) == len(FILES)


async def test_a_model_that_reads_no_words_leaves_it_as_it_is(bench: Bench) -> None:
    task = importing(bench).task
    assert task.heeded_by(BLIND).base == task.base
    assert replace(task, imports_base=False).heeded_by(BLIND).base == ()


@pytest.mark.parametrize(
    ("role", "files", "expected"),
    [
        ("auto", (), "width"),
        ("page", (), "width"),
        ("auto", ("page-2.html",), "page"),
        ("state", ("page-2.html",), "state"),
        ("width", ("page-2.html",), "width"),
    ],
)
async def test_each_mockup_is_held_against_a_page_that_there_is(
    bench: Bench, role: str, files: tuple[str, ...], expected: str
) -> None:
    task: Task = importing(bench).task
    first: Mockup = task.mockups[0]
    extra = tuple(task.base[0].model_copy(update={"path": path}) for path in files)
    second = replace(first, role=role)  # type: ignore[arg-type]
    made = with_imported_pages(replace(task, mockups=(first, second), base=(*task.base, *extra)))
    assert [one.role for one in made.mockups] == ["page", expected]
    assert set(made.pages()) <= {file.path for file in made.base}
