"""What a person gave beside mockups and words, as a model reads it."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.workers.models.endpoint.test_messages import texts
from webapp.studio.blobs import FileBlobs
from webapp.studio.events import FileRef, Limits, ModelRef
from workers.agent.protocols import Guideline, Task, Transcript
from workers.models.endpoint.compaction import size_before_turns
from workers.models.endpoint.guidelines import texts_of
from workers.models.endpoint.messages import write_messages
from workers.models.endpoint.picture_budget import budget_of
from workers.models.endpoint.style import Style

BASE = tuple(FileRef(path=path, sha256="0" * 64, size=1200) for path in ("index.html", "style.css"))
WINDOW = 10_000  # tokens; all guidelines may have 5,250 characters of it


def guideline(text: str, name: str = "DESIGN.md") -> Guideline:
    file = FileRef(path=name, sha256="0" * 64, size=len(text))
    return Guideline("tokens" if name.endswith(".json") else "rules", file, text)


@pytest.fixture
def task() -> Task:
    given = (guideline("Buttons are blue.\n"), guideline('{"brand": "#5b5bd6"}', "tokens.json"))
    return Task((), "html-css", "Make it calm", Limits(), guidelines=given, base=BASE)


def test_each_is_told_with_its_name_and_rank_before_the_persons_words(
    task: Task, tmp_path: Path
) -> None:
    system, user = write_messages(Transcript(task), FileBlobs(tmp_path), Style())
    rules, tokens, base, words = texts(user)[-4:]
    assert rules.startswith("The person's rules for this project, DESIGN.md.")
    assert "after the person's own words.\nButtons are blue." in rules
    assert tokens.startswith("The person's design tokens for this project, tokens.json.")
    assert tokens.endswith('\n{"brand": "#5b5bd6"}')
    assert "index.html (1,200 bytes), style.css (1,200 bytes)." in base
    assert words == "The person adds:\nMake it calm"
    assert "The rules, design tokens and pages that a person gives" in str(system["content"])


def test_long_ones_are_cut_to_their_share_of_the_window_and_say_so(task: Task) -> None:
    long = replace(task, guidelines=(guideline("x" * 10_000), guideline("y" * 100, "b.md")))
    whole = list(texts_of(long, None))
    assert whole[0].count("x") > 10_000 - 1
    first, second = list(texts_of(long, WINDOW))[:2]
    assert 2_600 < first.count("xxxx") * 4 < 2_650  # half of 15 % of the window's characters
    assert "the rest, 7,375 characters" in first
    assert "path `.references/DESIGN.md`, first_line 1, first_column 2626." in first
    assert second.count("y" * 100) == 1


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("a" * 5_249 + "\n" + "b" * 9, 2, 1),
        ("a" * 5_250 + "\n" + "b" * 9, 1, 5_251),
        ("\n\n" + "a" * 9_000, 3, 5_249),  # what comes first counts, as in the file
        (("a" * 99 + "\r\n") * 60, 52, 100),
    ],
)
def test_a_cut_one_tells_where_to_read_on(task: Task, text: str, line: int, column: int) -> None:
    long = replace(task, guidelines=(guideline(text),))
    first = next(texts_of(long, WINDOW))
    assert f"first_line {line}, first_column {column}." in first


def test_a_base_of_many_files_names_the_first(task: Task) -> None:
    many = tuple(FileRef(path=f"{at:03}.css", sha256="0" * 64, size=1) for at in range(150))
    told = list(texts_of(replace(task, base=many), None))[-1]
    assert "079.css (1 bytes), 70 more (`list_files`)." in told
    assert "080.css" not in told


def test_a_base_that_the_run_began_without_is_told_of_as_one_beside(task: Task) -> None:
    told = list(texts_of(replace(task, base=(), base_aside=BASE), None))[-1]
    assert told.startswith("The person also gives a page that this run began without")
    assert "under `.references/base/`, not written: index.html (1,200 bytes), style.css" in told


def test_they_count_in_the_size_of_the_conversation(task: Task) -> None:
    bare = replace(task, guidelines=(), base=())
    long = replace(bare, guidelines=(guideline("x" * 35_000),))
    budget = budget_of(Style(), ())
    without, whole = (size_before_turns(Transcript(one), (), budget) for one in (bare, long))
    assert 10_000 <= whole - without < 10_100
    assert size_before_turns(Transcript(long), (), budget, WINDOW) - without < 1_700


def test_a_model_that_reads_no_words_gets_none_of_it(task: Task) -> None:
    draft = task.heeded_by(ModelRef(id="draft", prompt_version="1"))
    assert (draft.guidelines, draft.base, draft.prompt) == ((), (), "Make it calm")
    assert task.heeded_by(ModelRef(id="m", reads_words=True, prompt_version="1")) == task
